from __future__ import annotations

from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.printed import read_printed
from scraper.extract.stray_dates import find_stray_date


def find(body: str) -> datetime | None:
    tree = LexborHTMLParser(f"<html><body>{body}</body></html>")
    return find_stray_date(tree, read_printed(tree), language="en", believed=lambda when: when)


def test_a_date_alone_on_the_page_is_believed_wherever_it_stands() -> None:
    assert find("<div><small>March 4, 2025</small></div>") == datetime(2025, 3, 4, tzinfo=UTC)
    assert find("<small>March 4, 2025</small><i>March 4, 2025</i>") == datetime(2025, 3, 4, tzinfo=UTC)


def test_several_days_without_a_label_are_those_of_other_stories() -> None:
    assert find("<small>March 4, 2025</small><small>March 9, 2025</small>") is None


def test_a_date_within_a_sentence_is_none() -> None:
    assert find("<p>The bridge was closed on March 4, 2025 after the flood had come.</p>") is None


def test_a_label_is_believed_beside_others() -> None:
    assert find("<i>March 9, 2025</i><p>Published on March 4, 2025</p>") == datetime(2025, 3, 4, tzinfo=UTC)
