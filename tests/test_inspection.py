from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scraper.article import Article
from scraper.inspection import inspect_page, inspect_payload
from scraper.marked import Inspection
from scraper.report.inspector import render
from scraper.skip import Skip
from tests.hostile_pages import HOSTILE, page_with
from tests.store.pages import make_exchange, make_page

SITE = Path(__file__).parent.parent / "src/scraper/demo/site"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
TAGS = frozenset((
    "html", "head", "meta", "title", "style", "script", "body", "header", "main", "section", "div", "span", "p", "a",
    "b", "strong", "button", "fieldset", "legend", "label", "input", "h2", "h3", "dl", "dt", "dd", "ul", "ol", "li",
    "code", "details", "summary", "svg", "rect",
))  # fmt: skip
ATTRIBUTES = frozenset((
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "title", "role", "type", "tabindex",
    "hidden", "checked", "open", "width", "height", "rx", "aria-label", "aria-controls", "aria-selected",
    "aria-hidden", "dir", "data-all", "data-b", "data-f", "data-go", "data-k", "data-kind", "data-note", "data-show",
))  # fmt: skip
LIVE = re.compile(r"url\(|@import|expression\(|fetch\(|eval\(|innerHTML|XMLHttpRequest|WebSocket|sendBeacon|import\(")


class Reader(HTMLParser):
    """Reads what a page is made of."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.code: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] in {"script", "style"} and data.strip():
            self.code.append(data)


def inspect(html: bytes) -> Inspection:
    return inspect_payload(
        html, url="https://news.example/a", name="a.html", fetched_at=NOW, rule=None, origin="a file"
    )


def make_article() -> bytes:
    return (SITE / "tide-gauge.html").read_bytes()


@pytest.mark.parametrize("trick", HOSTILE)
def test_nothing_of_a_page_is_live_in_what_shows_it(trick: str) -> None:
    inspection = inspect(page_with(trick))
    assert inspection.pages
    drawn = render(inspection)
    read = Reader()
    read.feed(drawn)
    read.close()
    assert set(read.tags) <= TAGS
    assert {name for _, name, _ in read.attributes} <= ATTRIBUTES
    assert read.tags.count("script") == read.tags.count("style") == 1
    assert [value for _, name, value in read.attributes if name == "href" and not value.startswith("#")] == []
    assert {value for tag, name, value in read.attributes if name == "http-equiv"} == {"Content-Security-Policy"}
    identities = [value for _, name, value in read.attributes if name == "id"]
    assert len(identities) == len(set(identities))
    ours = drawn[drawn.index("<style>") : drawn.index("</style>")], drawn[drawn.rindex("<script>") :]
    assert not any(LIVE.search(code) for code in ours)
    assert len(drawn) < 3_500_000
    assert drawn.count("<div") < 5_000


def test_a_saved_page_is_shown_with_its_article() -> None:
    inspection = inspect(make_article())
    assert isinstance(inspection.result, Article)
    assert len(inspection.pages) == 1
    drawn = render(inspection)
    assert inspection.result.headline is not None
    assert inspection.result.headline in drawn
    assert 'id="f-headline"' in drawn


def test_every_block_of_the_body_of_the_demo_site_leads_to_its_place() -> None:
    from scraper.report.inspector_record import list_body, list_removed

    for file in sorted(SITE.glob("*-*-*.html")):
        inspection = inspect(file.read_bytes())
        if isinstance(inspection.result, Article):
            assert all(entry.block for entry in [*list_body(inspection), *list_removed(inspection)]), file.name


def test_a_refused_page_is_shown_with_its_reason() -> None:
    inspection = inspect((SITE / "week-in-brief.html").read_bytes())
    assert isinstance(inspection.result, Skip)
    assert f"no article: {inspection.result.reason}" in render(inspection)
    assert "What would have been the body" in render(inspection)


def test_a_page_that_cannot_be_read_is_told_and_not_shown() -> None:
    inspection = inspect(b"\x00\x01\x02" * 400)
    assert isinstance(inspection.result, Skip)
    assert list(inspection.pages) == []
    assert "There is no page to be shown" in render(inspection)


def test_all_pages_of_an_article_are_shown() -> None:
    page = make_page("https://news.example/a", payload=make_article())
    more = make_exchange("https://news.example/a?page=2", payload=(SITE / "night-bus.html").read_bytes())
    broken = make_exchange("https://news.example/a?page=3", headers=(("Content-Encoding", "none-such"),))
    inspection = inspect_page(dataclasses.replace(page, parts=((more,), (broken,), ())), None, "from the archive")
    assert [marked.url for marked in inspection.pages] == ["https://news.example/a", "https://news.example/a?page=2"]
    assert isinstance(inspection.result, Article)


def test_a_visit_that_was_skipped_is_shown_with_what_came() -> None:
    page = make_page("https://news.example/a", 404, skip=Skip("http_404", "404"), payload=make_article())
    inspection = inspect_page(page, None, "from the archive")
    assert inspection.result == Skip("http_404", "404")
    assert len(inspection.pages) == 1
