"""Foreign answer: a page as an archive of others holds it.

A module apart from the readers, because WARC files, folders and lists give the same, and whoever takes it in must not
know which it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from scraper.page import Exchange
from scraper.reading import Reading
from scraper.url import Url

Wanted = Callable[[Url, datetime], bool]
"""Tells by address and time whether a page is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page.

    Args:
        url: Its address.
        exchange: What the server answered; nothing is known of the request.
        fetched_at: Aware, UTC.
        place: Where it is in the archive, growing: reading may begin there again.
    """

    url: Url
    exchange: Exchange
    fetched_at: datetime
    place: int


class Archive(Protocol):
    """Pages that others fetched."""

    def read(self, start: int, reading: Reading, wanted: Wanted, enough: Callable[[], bool]) -> Iterator[Answer]:
        """Give the pages from a place on, in order.

        Args:
            start: 0, or a place that an answer named: what is there may come again.
            reading: Is counted into.
            wanted: Others are passed over as "filtered".
            enough: Asked at each record, whether to end.

        Raises:
            StoreError: It can't be read.
        """
        ...

    def close(self) -> None:
        """Close it."""
        ...
