"""Rows traced to a segment of our own writing: a feed that was read, and articles that it named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scraper import page_extraction, provenance
from scraper.article import Article
from scraper.config import Rule, Site
from scraper.extract.assemble import EXTRACTOR_VERSION
from scraper.page import Evidence, Page
from scraper.page_extraction import extract_page
from scraper.provenance import trace_row
from scraper.store.corpus import open_versions
from scraper.store.row import article_row, outcome_row
from scraper.store.schema import UNMARKED, Row
from scraper.store.segment_rows import write_segment
from scraper.store.warc import SegmentWriter, read_segment
from scraper.url import article_id, normalize
from tests.store.pages import START, make_exchange, make_page

URL = "https://news.example/pier"
FEED = "https://news.example/feed"
TEXT = "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute of eleven years."


def article_page(url: str = URL, *, headline: str = "Pier is rebuilt", after_s: float = 60) -> Page:
    said = {"@type": "NewsArticle", "headline": headline, "datePublished": "2026-11-22T10:00:00+01:00"}
    html = (
        f"<html lang=en><head><script type='application/ld+json'>{json.dumps(said)}</script></head><body><article>"
        f"<h1>{headline}</h1><h4>The pier</h4>{f'<p>{TEXT}</p>' * 4}<p>Sign up for our newsletter</p></article></body>"
    )
    page = make_page(url, after_s=after_s, payload=html.encode())
    found = Evidence(FEED, "rss", "Council at odds over ferry", "Sat, 21 Nov 2026 10:00:00 GMT")
    return replace(page, target=replace(page.target, evidence=found), opt_outs=(("tdm_reservation", "0"),))


def moved_page() -> Page:
    page = article_page("https://news.example/go/1")
    moved = make_exchange("https://news.example/go/1", 301, b"", (("Location", URL),))
    answer = replace(page.exchanges[-1], url=normalize(URL))
    return replace(page, exchanges=(moved, answer))


def make_corpus(data: Path, *pages: Page, site: Site | None = None) -> Path:
    """Make a data folder of visits, of which the first one is the feed's."""
    (data / "warc").mkdir(parents=True)
    writer = SegmentWriter(data / "warc" / "s.warc.gz.part", "run1", START)
    feed = make_page(FEED, kind="feed", payload=b"<rss/>")
    for page in (feed, *pages):
        writer.append(page)
    writer.close()
    writer.path.rename(data / "warc" / "s.warc.gz")
    articles: list[Row] = []
    outcomes: list[Row] = []
    for capture in read_segment(data / "warc" / "s.warc.gz"):
        page, row = capture.page, None
        if page.target.kind == "article":
            article = extract_page(page, site.rule_at(page.fetched_at) if site else None)
            assert isinstance(article, Article)
            number = 1 + sum(each["url"] == page.target.url for each in articles)
            marks = UNMARKED | {"version": number, "cluster_id": "first", "changed": ["headline"][: number - 1]}
            row = article_row(capture, article, EXTRACTOR_VERSION, marks)
            articles.append(row)
        outcomes.append(outcome_row(capture, None, row["id"] if row else None))
    write_segment(data, "s", START.date(), articles, outcomes)
    return data


def row_of(data: Path, url: str = URL) -> Row:
    return open_versions(data, article_id(normalize(url)))[-1]


def test_the_archive_gives_the_same_row_and_the_steps_that_lead_to_it(tmp_path: Path) -> None:
    make_corpus(tmp_path, moved_page(), article_page("https://news.example/copy", after_s=90))
    known = trace_row(tmp_path, row_of(tmp_path, "https://news.example/go/1"), 1, {})
    assert known.check.same
    assert known.check.columns > 40
    assert [(hop.status, hop.url) for hop in known.hops] == [(301, "https://news.example/go/1"), (200, URL)]
    assert known.listing is not None
    assert (known.listing["url"], known.listing["warc_file"]) == (FEED, "s.warc.gz")
    assert known.visit is not None
    assert (known.visit["redirects"], known.visit["ip"]) == (1, "192.0.2.1")
    assert [copy["url"] for copy in known.copies] == ["https://news.example/copy"]
    assert {(each["field"], each["source"]) for each in known.row["conflicts"]} == {
        ("headline", "rss"),
        ("published_at", "rss"),
    }


def test_a_row_made_by_an_earlier_extractor_differs_and_it_is_said_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_corpus(tmp_path, article_page())
    row = row_of(tmp_path) | {"headline": "Another one", "extractor_version": "1"}
    check = trace_row(tmp_path, row, 1, {}).check
    assert not check.same
    assert [(each.column, each.row, each.archive) for each in check.differences] == [
        ("headline", "Another one", "Pier is rebuilt")
    ]
    assert "made by extractor 1" in check.why[0]
    monkeypatch.setattr(provenance, "EXTRACTOR_VERSION", "5")
    assert trace_row(tmp_path, row_of(tmp_path), 1, {}).check.same  # another version that gives the same row


def test_a_row_made_with_another_rule_of_the_site_is_said_to_be(tmp_path: Path) -> None:
    site = Site("news.example", rules=(Rule(headline="h4"),))
    make_corpus(tmp_path, article_page(), site=site)
    row = row_of(tmp_path)
    assert row["headline"] == "The pier"
    assert trace_row(tmp_path, row, 1, {"news.example": site}).check.same
    check = trace_row(tmp_path, row, 1, {}).check
    assert {each.column for each in check.differences} >= {"headline", "rule", "sources"}
    assert len(check.why) == 1
    assert f"made with {row['rule']} of the site, now it is none" in check.why[0]


def test_a_row_that_nothing_explains_is_told_from_those(tmp_path: Path) -> None:
    make_corpus(tmp_path, article_page())
    check = trace_row(tmp_path, row_of(tmp_path) | {"text": "Forged."}, 1, {}).check
    assert [each.column for each in check.differences] == ["text"]
    assert "scraper verify" in check.why[0]


def test_a_record_that_gives_no_article_any_more_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_corpus(tmp_path, article_page())
    monkeypatch.setattr(page_extraction, "MAX_BODY_BYTES", 10)
    check = trace_row(tmp_path, row_of(tmp_path), 1, {}).check
    assert check.error is not None
    assert check.error.startswith("it gives no article")


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_an_archive_that_cannot_be_read_is_named_and_the_steps_are_told_all_the_same(
    tmp_path: Path, damage: str
) -> None:
    make_corpus(tmp_path, article_page())
    path = tmp_path / "warc" / "s.warc.gz"
    data = bytearray(path.read_bytes())
    data[row_of(tmp_path)["warc_offset"] + 200] ^= 255
    path.write_bytes(data)
    if damage == "missing":
        path.unlink()
    known = trace_row(tmp_path, row_of(tmp_path), 1, {})
    assert not known.check.same
    assert known.check.error is not None
    assert str(path) in known.check.error
    assert known.hops == ()
    assert known.listing is not None


def test_damage_before_the_record_hides_nothing_and_a_run_that_cannot_be_read_is_not_compared(tmp_path: Path) -> None:
    make_corpus(tmp_path, article_page())
    columns = trace_row(tmp_path, row_of(tmp_path), 1, {}).check.columns
    path = tmp_path / "warc" / "s.warc.gz"
    data = bytearray(path.read_bytes())
    data[100] ^= 255  # in the first record, which names the run
    path.write_bytes(data)
    known = trace_row(tmp_path, row_of(tmp_path), 1, {})
    assert known.check.same
    assert known.check.columns == columns - 1
    assert known.hops


def test_an_agency_is_derived_again(tmp_path: Path) -> None:
    make_corpus(tmp_path, article_page())
    check = trace_row(tmp_path, row_of(tmp_path) | {"agency": "AP", "agency_source": "byline"}, 1, {}).check
    assert [(each.column, each.row, each.archive) for each in check.differences] == [
        ("agency", "AP", None),
        ("agency_source", "byline", None),
    ]


def test_the_further_pages_of_an_article_are_told(tmp_path: Path) -> None:
    page = article_page()
    second = replace(page.exchanges[-1], url=normalize(f"{URL}?page=2"))
    make_corpus(tmp_path, replace(page, parts=((second,),)))
    known = trace_row(tmp_path, row_of(tmp_path), 1, {})
    assert known.check.same
    assert [[hop.url for hop in part] for part in known.parts] == [[f"{URL}?page=2"]]
