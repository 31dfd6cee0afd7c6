"""Frontier: what to ask first, which host next, and when to ask again.

The addresses themselves are in the ledger; here are the decisions, pure, so that a virtual clock can show them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta

from scraper.config import Site
from scraper.crawl.politeness import retry_at
from scraper.errors import ItemError
from scraper.page import Evidence, Found, Kind, Target
from scraper.skip import Skip
from scraper.url import Url, belongs_to, normalize

SITEMAP_AGAIN = timedelta(hours=24)
"""A sitemap of an index is asked again after this, or when the index says that it changed."""
MAX_SITEMAP_DEPTH = 5
"""Indexes within indexes. sitemaps.org allows one level; some publishers nest by year, month and day."""


def is_bare(site: Site) -> bool:
    """Tell whether a site names no listing of its own, so that they are looked for."""
    return not (site.feeds or site.sitemaps or site.front_pages)


def seeds(site: Site, now: datetime) -> list[Found]:
    """Give the listings a run begins with; of a bare site its front page, whose feeds are then found."""
    listed: tuple[tuple[Kind, tuple[Url, ...]], ...] = (
        ("feed", site.feeds),
        ("sitemap", site.sitemaps),
        ("front_page", (normalize(f"https://{site.host}/"),) if is_bare(site) else site.front_pages),
    )
    evidence = Evidence(site.host, "seed")
    return [Found(Target(url, site.host, kind, evidence), now) for kind, urls in listed for url in urls]


def sitemaps_of(lines: Iterable[str], site: Site, now: datetime) -> list[Found]:
    """Make seeds of the Sitemap lines of a robots.txt; what is not on the site is left out."""
    evidence, found = Evidence(site.host, "seed"), []
    for line in lines:
        try:
            url = normalize(line)
        except ItemError:
            continue
        if belongs_to(url, site.host):
            found.append(Found(Target(url, site.host, "sitemap", evidence), now))
    return found


def due_again(
    target: Target, skip: Skip | None, now: datetime, busy_until: datetime | None, tries: int
) -> datetime | None:
    """Say when an address that was just asked is due again.

    Args:
        target: With its earlier tries.
        skip: What came of this one.
        now: When it ended.
        busy_until: When the host may be asked again, where it was only too busy and this run still has patience.
        tries: Attempts at a busy host that count as one failure.

    Returns:
        None for never: done, given up, or a seed, which the next run makes due.
    """
    if skip is None:
        child = target.kind == "sitemap" and target.evidence.kind != "seed"
        return now + SITEMAP_AGAIN if child else None
    if not skip.retryable:
        return None
    if busy_until is not None:
        return busy_until
    busy = skip.reason in ("http_429", "http_503")
    return retry_at(target.tries // tries if busy else target.tries, now)


class Turns:
    """Whose turn it is among hosts: the one that has been ready longest. Each host stands in it once."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, str]] = []
        self._at: dict[str, datetime] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._at)

    def put(self, host: str, at: datetime) -> None:
        """Let a host have a turn at a time; of two the earlier one counts."""
        if (known := self._at.get(host)) is None or at < known:
            self._at[host] = at
            self._count += 1
            heapq.heappush(self._heap, (at, self._count, host))

    def next_at(self) -> datetime | None:
        """Tell when the next turn is."""
        while self._heap and self._at.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pop(self, now: datetime) -> str | None:
        """Take the host whose turn it is, None if no host is ready."""
        at = self.next_at()
        if at is None or at > now:
            return None
        host = heapq.heappop(self._heap)[2]
        del self._at[host]
        return host
