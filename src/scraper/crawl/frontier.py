"""Frontier: what to ask first, which host next, and when to ask again.

The addresses themselves are in the ledger; here are the decisions, pure, so that a virtual clock can show them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from scraper.config import Fetch, Site
from scraper.crawl.politeness import BUSY, RETRY_STEPS_S, retry_at
from scraper.errors import ItemError
from scraper.page import Evidence, Found, Kind, Page, Target
from scraper.url import Url, belongs_to, normalize

FIRST_POLL_S = 3600.0
"""Before a listing is asked the second time nobody knows its rhythm."""
NEW_SHARE = 0.1
"""The share of new entries that polling aims at: often enough that none falls out of the list unseen on a busy day, not
so often that most visits find nothing."""
POLL_STEPS = (0.25, 2.0)
"""Most by which an interval shrinks and grows at once."""
GONE_AGAIN = timedelta(hours=24)
"""A page that was there and is not found is asked once more after this: a fault of the server passes, a deletion
stays. 410 is taken at its word."""
CHILD_POLL_S = (86_400.0, 2_592_000.0)
"""Of a sitemap in an index: an archive has thousands of them, one a day, of which all but the newest are done. One that
the index calls changed is due at once."""
LIFTED_AGAIN = timedelta(days=7)
MAX_LIFTED = 4
"""What robots.txt or a policy forbids is looked at again so often: a rule may stand for an afternoon."""
_MAY_PASS = frozenset({"http_403"})
"""Often a gate that is shut for an hour: as retryable as a failure of the server."""
_MAY_BE_LIFTED = frozenset({"robots_disallowed", "opted_out"})
_AHEAD = frozenset({"rss", "atom", "news_sitemap"})
"""Lists that may name a page before all servers of the site have it."""
MAX_SITEMAP_DEPTH = 5
"""Indexes within indexes. sitemaps.org allows one level; some publishers nest by year, month and day."""


def is_bare(site: Site) -> bool:
    """Tell whether a site names no listing of its own, so that they are looked for."""
    return not (site.feeds or site.sitemaps or site.front_pages)


def seeds(site: Site) -> list[Found]:
    """Give the listings a run begins with; of a bare site its front page, whose feeds are then found."""
    listed: tuple[tuple[Kind, tuple[Url, ...]], ...] = (
        ("feed", site.feeds),
        ("sitemap", site.sitemaps),
        ("front_page", (normalize(f"https://{site.host}/"),) if is_bare(site) else site.front_pages),
    )
    evidence = Evidence(site.host, "seed")
    return [Found(Target(url, site.host, kind, evidence)) for kind, urls in listed for url in urls]


def sitemaps_of(lines: Iterable[str], robots: Url, site: Site) -> list[Found]:
    """Make listings of the Sitemap lines of a robots.txt; what is not on the site is left out."""
    evidence, found = Evidence(robots, "robots"), []
    for line in lines:
        try:
            url = normalize(line)
        except ItemError:
            continue
        if belongs_to(url, site.host):
            found.append(Found(Target(url, site.host, "sitemap", evidence)))
    return found


@dataclass(frozen=True, slots=True)
class Again:
    """When to ask an address again.

    Args:
        due_at: Then; None for never: done or given up.
        poll_s: Of a listing the seconds between two visits.
    """

    due_at: datetime | None
    poll_s: float | None = None


def ask_again(page: Page, listed: int, new: int, busy_until: datetime | None, settings: Fetch) -> Again:
    """Say when an address that was just asked is due again.

    Args:
        page: What came back.
        listed: How many addresses it named.
        new: How many of them were unknown.
        busy_until: When a host that kept it from being asked, or was too busy, may be asked again.
        settings: Intervals and tries.
    """
    target, skip, now = page.target, page.skip, page.fetched_at
    if skip is not None and busy_until is not None:
        return Again(busy_until, target.poll_s)
    if skip is not None and not page.asked:
        return Again(now, target.poll_s)
    busy = page.status in BUSY and skip is not None and skip.reason != "challenge"
    tries = target.tries // settings.tries if busy else target.tries
    if target.kind != "article":
        if skip is not None:
            return Again(retry_at(tries, now) or _later(now, RETRY_STEPS_S[-1]), target.poll_s)
        limits, first_s = (CHILD_POLL_S, CHILD_POLL_S[0]) if target.depth else (settings.poll_s, FIRST_POLL_S)
        poll_s = next_poll_s(target.poll_s, listed, new, limits, first_s)
        return Again(_later(now, poll_s), poll_s)
    if skip is None:
        return Again(_revisit_at(target.visits, now, settings.revisit_s))
    if target.moved_to is not None and not skip.retryable:
        return Again(retry_at(0, now))  # what it moved to is gone too: the address itself may be back
    if page.status == HTTPStatus.NOT_FOUND and target.visits > 0:
        return Again(now + GONE_AGAIN if target.tries == 0 else None)
    ahead = page.status == HTTPStatus.NOT_FOUND and target.evidence.kind in _AHEAD
    if skip.retryable or ahead or skip.reason in _MAY_PASS:
        return Again(retry_at(tries, now))
    lifted = skip.reason in _MAY_BE_LIFTED and target.tries < MAX_LIFTED
    return Again(now + LIFTED_AGAIN if lifted else None)


def next_poll_s(
    poll_s: float | None, listed: int, new: int, limits: tuple[float, float], first_s: float = FIRST_POLL_S
) -> float:
    """Choose the seconds until a listing is asked again, so that about NEW_SHARE of its entries will be new.

    Args:
        poll_s: As chosen last, None before.
        listed: Entries it has now, 0 also where it has not changed.
        new: Those of them that were unknown.
        limits: Least and most.
        first_s: After the first visit.
    """
    least, most = limits
    if poll_s is None:
        return min(max(first_s, least), most)
    step = NEW_SHARE * listed / new if new else POLL_STEPS[1]
    return min(max(poll_s * min(max(step, POLL_STEPS[0]), POLL_STEPS[1]), least), most)


def _revisit_at(visits: int, now: datetime, steps_s: tuple[float, ...]) -> datetime | None:
    if visits >= len(steps_s):
        return None
    return _later(now, steps_s[visits] - (steps_s[visits - 1] if visits else 0.0))


def _later(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


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

    def times(self) -> dict[str, datetime]:
        """Give the hosts with the times of their turns."""
        return dict(self._at)

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
