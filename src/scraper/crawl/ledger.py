"""Ledger: what the crawler asks of the state, which the store keeps.

A module because the two rooms never import each other: this is all that crossing between them takes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Protocol

from scraper.page import Found, HostPace, Page, RobotsFile, Target
from scraper.url import Url


class Ledger(Protocol):
    """What is known of addresses and hosts, across runs."""

    def enqueue(self, found: Iterable[Found], now: datetime) -> int:
        """Add unknown addresses, due now; make a known listing due now if it changed since its last visit."""
        ...

    def retire(self, site: str, kept: Iterable[Url]) -> None:
        """Ask no more for listings that the config of a site named once and does not name now."""
        ...

    def pending(self, site: str) -> int:
        """Count the addresses of a site that are to be asked, now or later."""
        ...

    def hosts(self, until: datetime, sites: Collection[str]) -> dict[str, datetime]:
        """Give the hosts of these sites that have an address due before a time, with the earliest due time."""
        ...

    def take(self, host: str, now: datetime, limit: int, sites: Collection[str]) -> list[Target]:
        """Give the next due addresses of a host; they stay due until saved."""
        ...

    def robots(self, origin: str) -> RobotsFile | None:
        """Give the robots.txt kept of an origin."""
        ...

    def save_robots(self, file: RobotsFile) -> None:
        """Keep a robots.txt."""
        ...

    def pace(self, host: str) -> HostPace | None:
        """Give the pace kept of a host."""
        ...

    def save_pace(self, pace: HostPace) -> None:
        """Keep the pace of a host."""
        ...

    def save(self, page: Page, due_at: datetime | None, poll_s: float | None = None) -> None:
        """Archive a page and record its visit: when to come again, and of a listing the seconds between two visits."""
        ...
