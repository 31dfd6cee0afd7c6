from __future__ import annotations

from pathlib import Path

from tests.store.pages import START, make_page
from tests.store.test_row import ARTICLE, capture

from scraper.store.row import article_row, outcome_row
from scraper.store.schema import UNMARKED, Row
from scraper.store.segment_rows import write_segment
from scraper.store.trail import copies_of, listing_of, visit_of

FEED = "https://news.example/feed"


def write(data: Path, *, feed_at: tuple[float, ...] = (), names: str = "ab") -> list[Row]:
    rows, outcomes = [], []
    for name in names:
        held = capture(make_page(f"https://news.example/{name}", after_s=100))
        rows.append(article_row(held, ARTICLE, "7", UNMARKED | {"cluster_id": "first"}))
        outcomes.append(outcome_row(held, None, rows[-1]["id"]))
    outcomes += [outcome_row(capture(make_page(FEED, after_s=s, kind="feed")), None, None) for s in feed_at]
    write_segment(data, "s-00000", START.date(), rows, outcomes)
    return rows


def test_the_visit_of_a_row_is_found_by_its_record(tmp_path: Path) -> None:
    row = write(tmp_path)[0]
    visit = visit_of(tmp_path, row)
    assert visit is not None
    assert visit["article_id"] == row["id"]
    assert visit_of(tmp_path, row | {"warc_record_id": "<urn:uuid:2>"}) is None


def test_the_listing_is_the_last_one_read_before_the_article(tmp_path: Path) -> None:
    row = write(tmp_path, feed_at=(10, 50, 150))[0]
    listing = listing_of(tmp_path, row)
    assert listing is not None
    assert (listing["fetched_at"] - START).total_seconds() == 50
    assert listing_of(tmp_path, row | {"found_in": "https://news.example/other"}) is None


def test_copies_are_the_other_articles_of_the_cluster(tmp_path: Path) -> None:
    first, *others = write(tmp_path, names="abc")
    assert [copy["url"] for copy in copies_of(tmp_path, first)] == [other["url"] for other in others]
    assert copies_of(tmp_path, first | {"cluster_id": None}) == []
