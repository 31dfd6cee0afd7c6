from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.store.pages import START, make_exchange, make_page
from tests.store.test_row import ARTICLE

from scraper.errors import DamagedError, StoreError
from scraper.page import Page
from scraper.skip import Skip
from scraper.store.record import read_records
from scraper.store.row import article_row, outcome_row
from scraper.store.schema import UNMARKED
from scraper.store.segment_rows import write_segment
from scraper.store.visit import find_visit
from scraper.store.warc import SegmentWriter, read_segment
from scraper.url import article_id, normalize

URL = normalize("https://news.example/a")


def write(data: Path, name: str, *pages: Page) -> None:
    """Write a segment and the rows of its pages."""
    folder = data / "warc"
    folder.mkdir(exist_ok=True)
    part = folder / f"{name}.warc.gz.part"
    writer = SegmentWriter(part, "run1", START)
    for page in pages:
        writer.append(page)
    writer.close()
    part.rename(folder / f"{name}.warc.gz")
    captures = list(read_segment(folder / f"{name}.warc.gz"))
    rows = [article_row(each, ARTICLE, "7", UNMARKED | {"version": 1}) for each in captures if each.page.skip is None]
    outcomes = [outcome_row(each, None, None if each.page.skip else "an id") for each in captures]
    write_segment(data, name, START.date(), rows, outcomes)


def test_the_newest_page_of_an_article_is_found_by_its_id(tmp_path: Path) -> None:
    write(tmp_path, "s-00000", make_page(payload=b"<p>Old"), make_page("https://news.example/b"))
    write(tmp_path, "s-00001", make_page(payload=b"<p>New", after_s=3600))
    page = find_visit(tmp_path, article_id(URL))
    assert page is not None
    assert page.body(100) == b"<p>New"
    assert page.fetched_at == START + timedelta(hours=1)


def test_what_the_corpus_does_not_have_is_not_found(tmp_path: Path) -> None:
    write(tmp_path, "s-00000", make_page())
    assert find_visit(tmp_path, "0" * 32) is None
    assert find_visit(tmp_path, "0" * 32, normalize("https://news.example/c")) is None


def test_a_page_that_gave_no_article_is_found_by_its_address(tmp_path: Path) -> None:
    write(tmp_path, "s-00000", make_page(status=404, skip=Skip("http_404", "404"), payload=b"Gone"))
    assert find_visit(tmp_path, article_id(URL)) is None
    page = find_visit(tmp_path, article_id(URL), URL)
    assert page is not None
    assert page.status == 404


def test_a_segment_without_the_page_is_told(tmp_path: Path) -> None:
    write(tmp_path, "s-00000", make_page())
    other = tmp_path / "other"
    other.mkdir()
    write(other, "s-00000", make_page("https://news.example/b"))
    (other / "warc/s-00000.warc.gz").replace(tmp_path / "warc/s-00000.warc.gz")
    with pytest.raises(StoreError, match="does not hold the record"):
        find_visit(tmp_path, article_id(URL))


@pytest.mark.parametrize("number", range(10))
def test_damage_of_other_visits_hides_no_page_and_damage_of_its_own_is_told(tmp_path: Path, number: int) -> None:
    hops = (make_exchange("https://news.example/a", 301), make_exchange("https://news.example/b"))
    moved = replace(make_page(after_s=60), exchanges=hops)
    write(tmp_path, "s-00000", make_page("https://news.example/0"), moved, make_page("https://news.example/c"))
    path = tmp_path / "warc" / "s-00000.warc.gz"
    record = list(read_records(path))[number]
    data = bytearray(path.read_bytes())
    data[(record.offset + record.end) // 2] ^= 255
    path.write_bytes(data)
    if 4 <= number <= 8:  # behind warcinfo, and request, answer and metadata of the first visit
        with pytest.raises(DamagedError, match=f"the record at byte {record.offset} "):
            find_visit(tmp_path, article_id(URL))
    else:
        page = find_visit(tmp_path, article_id(URL))
        assert page is not None
        assert [hop.url for hop in page.exchanges] == ["https://news.example/a", "https://news.example/b"]
