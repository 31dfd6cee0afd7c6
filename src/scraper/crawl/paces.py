"""Paces: when each host may be asked next, within a run and across runs.

A module because whoever asks a host, for its own sake or because a redirect leads there, must take the same turns.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from scraper.config import Fetch, Site
from scraper.crawl import politeness
from scraper.crawl.ledger import Ledger
from scraper.logs import note
from scraper.page import HostPace, Page
from scraper.skip import Skip
from scraper.url import Url, belongs_to, host_of

REMEMBERED_S = 10.0
"""A longer interval is kept at once and not only when the run ends: a killed one may be started again sooner."""
DOWN_S = (3600.0, 86_400.0)
"""How long a host that cannot be reached is left alone: doubling from the first to the last."""


@dataclass(slots=True)
class _Visit:
    """What a visit was told on its way."""

    refused_until: datetime | None = None


_VISIT: ContextVar[_Visit] = ContextVar("visit", default=_Visit())  # noqa: B039


class Paces:
    """The paces of all hosts.

    Args:
        settings: delay_s, backoff_s, max_wait_s, tries.
        sites: Whose own delay_s go before that of the settings.
        ledger: Keeps backoffs across runs.
        now: The time, aware, UTC.
        sleep: Waits some seconds.
        rng: For jitter.
    """

    def __init__(
        self,
        settings: Fetch,
        sites: Collection[Site],
        ledger: Ledger,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        rng: random.Random,
    ) -> None:
        self._settings, self._sites, self._ledger = settings, sites, ledger
        self._now, self._sleep, self._rng = now, sleep, rng
        self._paces: dict[str, HostPace] = {}
        self._delays: dict[str, float] = {}
        self._crawl_delays: dict[str, float] = {}
        self._asked_at: dict[str, datetime] = {}
        self._patience: Counter[Url] = Counter()
        self._lines: dict[str, asyncio.Lock] = {}
        self._held: dict[asyncio.Task[Any], str] = {}
        self.waiting: set[asyncio.Task[Any]] = set()
        """Who sleeps until the turn of a host: nothing is under way that a stop would have to wait for."""

    @staticmethod
    def begin() -> None:
        """Begin a visit; the tasks it starts belong to it."""
        _VISIT.set(_Visit())

    def ready_at(self, host: str) -> datetime:
        """Tell when a host may be asked; may be past."""
        return self._pace(host).ready_at

    def waits_for(self, host: str, at: datetime) -> bool:
        """Tell whether a run waits so long for a host: for max_wait_s, and for its ordinary interval in any case."""
        usual_s = max(self._delay_s(host) * politeness.JITTER[1], self._crawl_delays.get(host, 0.0))
        wait_s = max(self._settings.max_wait_s, min(usual_s, politeness.MAX_CRAWL_DELAY_S))
        return at <= self._now() + timedelta(seconds=wait_s)

    def obey(self, host: str, crawl_delay_s: float | None) -> None:
        """Keep the Crawl-delay of a host, from its last request on, as that may be the one for its robots.txt."""
        if crawl_delay_s is not None and crawl_delay_s != self._crawl_delays.get(host):
            self._crawl_delays[host] = crawl_delay_s
            if host in self._asked_at:
                self._rest(host, self._asked_at[host])

    def hold(self, host: str, since: datetime) -> None:
        """Leave a host that cannot be reached alone, twice as long each time."""
        pace = self._pace(host)
        least, most = DOWN_S
        ready_at = since + timedelta(seconds=min(least * 2.0 ** min(pace.failures, 9), most))
        self._keep(replace(pace, ready_at=max(pace.ready_at, ready_at), failures=pace.failures + 1))
        note("host is down", logging.WARNING, host=host, until=ready_at, failures=pace.failures + 1)

    def refuse(self, until: datetime) -> None:
        """Note when this visit can go on: settle() tells it."""
        _VISIT.get().refused_until = until

    def wait_as_long(self, host: str) -> None:
        """Leave a host alone until another, to which it leads this task, may be asked."""
        pace = self._pace(host)
        until = _VISIT.get().refused_until
        if until and until > pace.ready_at:
            self._keep(replace(pace, ready_at=until))

    def remember(self) -> None:
        """Keep for the next run what hosts are to be left alone for, their ordinary interval included."""
        now = self._now()
        for pace in self._paces.values():
            if pace.ready_at > now:
                self._ledger.save_pace(pace)

    async def wait_turn(self, host: str) -> Skip | None:
        """Wait until a host may be asked, and take that moment: nobody else asks it until this task has its answer.

        It has it when it leaves, takes its next turn, settles, or ends.

        Returns:
            A Skip "host_waits" where that is later than max_wait_s from now.
        """
        task = asyncio.current_task()
        assert task is not None
        self.leave()
        line = self._lines.setdefault(host, asyncio.Lock())
        self.waiting.add(task)
        try:
            await line.acquire()
            self._held[task] = host
            task.add_done_callback(self._release)
            skip = await self._wait(host)
        finally:
            self.waiting.discard(task)
        if skip:
            self._release(task)
        return skip

    async def _wait(self, host: str) -> Skip | None:
        now, ready_at = self._now(), self._pace(host).ready_at
        if not self.waits_for(host, ready_at):
            self.refuse(ready_at)
            return Skip("host_waits", f"{host} is not to be asked before {ready_at:%Y-%m-%d %H:%M:%S}Z", retryable=True)
        self._rest(host, max(now, ready_at))
        if ready_at > now:
            await self._sleep((ready_at - now).total_seconds())
        return None

    def leave(self) -> bool:
        """Let others ask the host that this task has asked, as it has its answer; False if it has asked none."""
        host = self._release(asyncio.current_task())
        if host is not None:
            self._rest(host, self._now())
        return host is not None

    def _release(self, task: asyncio.Task[Any] | None) -> str | None:
        host = self._held.pop(task, None) if task else None
        if host is not None:
            self._lines[host].release()
        return host

    def settle(self, page: Page) -> datetime | None:
        """Let the host rest after its answer.

        Returns:
            When the page may be asked for again, if a host kept it from being asked, or was too busy for it and the run
            still has patience with the page.
        """
        left = self.leave()
        visit = _VISIT.get()
        refused, visit.refused_until = visit.refused_until, None
        if not page.exchanges:
            return refused
        answer = next(hops[-1] for hops in (*reversed(page.parts), page.exchanges) if hops)
        host = host_of(answer.url)
        if not left:
            self._rest(host, page.fetched_at)
        pace = self._pace(host)
        if answer.status not in politeness.BUSY:
            better = replace(politeness.forgive(pace, page.fetched_at), failures=0)
            if answer.status < 500 and better != pace:
                self._keep(better)
            return refused
        pace = politeness.after_busy(
            pace, answer.header("retry-after"), page.fetched_at, self._settings.backoff_s, self._rng
        )
        self._keep(pace)
        note("backoff", logging.WARNING, host=host, status=answer.status, until=pace.ready_at)
        if page.skip and page.skip.reason == "challenge":
            return None
        self._patience[page.target.url] += 1
        return pace.ready_at if self._patience[page.target.url] < self._settings.tries else None

    def _pace(self, host: str) -> HostPace:
        if host not in self._paces:
            self._paces[host] = self._ledger.pace(host) or HostPace(host, self._now())
        return self._paces[host]

    def _keep(self, pace: HostPace) -> None:
        self._paces[pace.host] = pace
        self._ledger.save_pace(pace)

    def _rest(self, host: str, since: datetime) -> None:
        pace = self._pace(host)
        self._asked_at[host] = since
        wait_s = politeness.interval_s(self._delay_s(host), self._crawl_delays.get(host), self._rng)
        self._paces[host] = pace = replace(pace, ready_at=max(pace.ready_at, since + timedelta(seconds=wait_s)))
        if wait_s >= REMEMBERED_S:
            self._ledger.save_pace(pace)

    def _delay_s(self, host: str) -> float:
        if host not in self._delays:
            url = Url(f"https://{host}/")
            own = (site.delay_s for site in self._sites if site.delay_s is not None and belongs_to(url, site.host))
            self._delays[host] = max(own, default=self._settings.delay_s)
        return self._delays[host]
