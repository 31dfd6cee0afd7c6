"""Inspection: an article extracted again, with its pages marked, for a person who checks it.

A module of its own because extraction of an archived page and of a saved one meet here, and because whatever the result
is, an article or a reason, the page is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from scraper.article import Article
from scraper.config import Rule
from scraper.errors import ItemError
from scraper.extract.marked_page import mark_page
from scraper.marked import Inspection, Marked
from scraper.page import Page
from scraper.page_extraction import MAX_BODY_BYTES, extract_page, extract_payload
from scraper.payload import decode_payload
from scraper.skip import Skip


class Sheet(NamedTuple):
    """One page of an article: its bytes without content coding, its address, and the charset's header."""

    html: bytes
    url: str
    content_type: str | None


def inspect_page(page: Page, rule: Rule | None, origin: str) -> Inspection:
    """Inspect what came of a visit.

    Args:
        page: As fetched or read from the archive.
        rule: Of its site, for its day.
        origin: Where it comes from, as a sentence says it.
    """
    result: Article | Skip = page.skip or extract_page(page, rule)
    return Inspection(page.target.url, origin, result, _mark(_sheets(page), page.fetched_at, rule))


def inspect_payload(
    html: bytes, *, url: str, name: str, fetched_at: datetime, rule: Rule | None, origin: str
) -> Inspection:
    """Inspect a saved page.

    Args:
        html: The page.
        url: Its address, "" if unknown.
        name: What it is called where it has no address.
        fetched_at: Aware; dates after it are doubted.
        rule: Of its site, for that day.
        origin: Where it comes from, as a sentence says it.
    """
    try:
        result: Article | Skip = extract_payload(
            html, url=url, final_url=url, content_type=None, fetched_at=fetched_at, rule=rule
        )
    except ItemError as error:
        result = Skip(error.reason, error.detail)
    return Inspection(url or name, origin, result, _mark([Sheet(html, url, None)], fetched_at, rule))


def _sheets(page: Page) -> Iterator[Sheet]:
    """Give the pages of an article; none where nothing came, or nothing that can be read."""
    hops = [page.exchanges, *page.parts]
    for number, exchanges in enumerate(hops):
        if not exchanges:
            continue
        answer = exchanges[-1]
        try:
            html = decode_payload(answer.payload, answer.header("Content-Encoding"), MAX_BODY_BYTES)
        except ItemError:
            continue
        yield Sheet(html, answer.url if number else page.target.url, answer.header("Content-Type"))


def _mark(sheets: Iterator[Sheet] | Sequence[Sheet], fetched_at: datetime, rule: Rule | None) -> list[Marked]:
    pages = []
    for html, url, content_type in sheets:
        try:
            pages.append(mark_page(html, url=url, content_type=content_type, fetched_at=fetched_at, rule=rule))
        except ItemError:
            continue  # the result says why
    return pages
