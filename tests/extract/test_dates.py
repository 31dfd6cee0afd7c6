from __future__ import annotations

from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.dates import Dates, find_dates
from scraper.extract.headline import find_headline
from scraper.extract.linked_data import read_linked_data
from scraper.extract.printed import read_printed


def find(body: str, head: str = "", language: str = "en") -> Dates:
    tree = LexborHTMLParser(f"<html><head>{head}</head><body><h1>Bridge is repaired</h1>{body}</body></html>")
    linked, printed = read_linked_data(tree, ""), read_printed(tree)
    headline = find_headline(printed, linked, host="")
    return find_dates(tree, printed, linked, url="", fetched_at=None, headline=headline, language=language)


def test_data_go_before_print() -> None:
    head = "<meta property='article:published_time' content='2025-03-04T05:00:00Z'>"
    found = find("<time datetime='2025-03-06'>6 March</time>", head)
    assert found.published == datetime(2025, 3, 4, 5, tzinfo=UTC)
    assert found.published_source == "opengraph"


def test_reads_a_date_printed_without_any_telling_class() -> None:
    assert find("<div class=q1>04.03.2025, 05:06 Uhr</div>", language="de").published == datetime(
        2025, 3, 4, 5, 6, tzinfo=UTC
    )


def test_tells_the_change_from_the_publication_by_its_words() -> None:
    found = find("<p class=date>Published March 4, 2025</p><p class=date>Updated March 5, 2025</p>")
    assert (found.published, found.modified) == (datetime(2025, 3, 4, tzinfo=UTC), datetime(2025, 3, 5, tzinfo=UTC))


def test_dates_of_other_stories_and_comments_are_left_alone() -> None:
    assert find("<aside><time datetime='2025-03-06'></time></aside>") == Dates()
    assert find("<div class=comment-list><time datetime='2025-03-06'>6 March</time></div>") == Dates()


def test_none_is_invented() -> None:
    assert find("<p class=date>March 2025</p><p class=date>two hours ago</p>") == Dates()
