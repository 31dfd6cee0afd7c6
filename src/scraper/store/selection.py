"""Selection: which pages of an archive of others are wanted, by site and by the day of the fetch.

A type apart, because the state keeps it: what one selection took in need not be read again for a narrower one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import msgspec

from scraper.url import Url, belongs_to


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted.

    Args:
        sites: Hosts, in order; empty for all.
        since: First UTC day of the fetch; None for any.
        until: Last one; None for any.
    """

    sites: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def holds(self, url: Url, when: datetime) -> bool:
        """Tell whether a page is wanted."""
        day = when.astimezone(UTC).date()
        if (self.since and day < self.since) or (self.until and day > self.until):
            return False
        return not self.sites or any(belongs_to(url, site) for site in self.sites)

    def covers(self, other: Selection) -> bool:
        """Tell whether all that another one wants is wanted here."""
        sites = not self.sites or bool(other.sites and set(other.sites) <= set(self.sites))
        since = self.since is None or bool(other.since and other.since >= self.since)
        return sites and since and (self.until is None or bool(other.until and other.until <= self.until))


def write_selection(selection: Selection) -> str:
    """Give the one text of a selection."""
    return msgspec.json.encode(selection).decode()


def read_selection(text: str) -> Selection:
    """Give the selection of its text."""
    return msgspec.json.decode(text, type=Selection)
