"""Crawler: the loop that takes addresses from a ledger, asks for them politely, and hands over pages.

A module because it alone knows all the others of this folder. One visit at a time per host, hosts side by side; every
address taken ends in exactly one save.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta

from scraper.config import Config, Site
from scraper.crawl import frontier
from scraper.crawl.fetch import Asker
from scraper.crawl.gate import Gate
from scraper.crawl.ledger import Ledger
from scraper.crawl.paces import Paces
from scraper.crawl.robots import Robots
from scraper.crawl.traps import MAX_PENDING, find_trap
from scraper.crawl.visits import Visits
from scraper.page import Found, Page
from scraper.url import belongs_to, host_of, normalize, origin_of

TICK_S = 0.25
"""How often the loop looks whether it shall stop."""
STOP_GRACE_S = 8.0
"""What requests under way may still take once the run shall stop; the rest stay due."""
_HOST_DOWN = frozenset({"dns_failure", "connect_failed", "connect_timeout", "tls_failure", "robots_unreachable"})
"""What would come of every other address of the host too: it is left for the next run."""
_NEVER = frontier.Again(None)


class Crawler:
    """Crawls sites until nothing is due: nothing that was due within max_wait_s of the start, or came due since.

    Args:
        config: Limits and pace.
        sites: Host to site; only their addresses are taken.
        ledger: What is known.
        fetcher: Asks.
        now: The time, aware, UTC.
        sleep: Waits some seconds.
        rng: For jitter.
        limit: Most visits of articles per site in this run, None for no limit.
        on_page: Told of each page saved, and how many addresses it brought that were new.
        stop: True once the run shall end.
    """

    def __init__(
        self,
        config: Config,
        sites: Mapping[str, Site],
        ledger: Ledger,
        fetcher: Asker,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        rng: random.Random,
        limit: int | None = None,
        on_page: Callable[[Page, int], None] = lambda page, new: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._config, self._sites, self._ledger = config, sites, ledger
        self._now, self._sleep = now, sleep
        self._paces = Paces(config.fetch, tuple(sites.values()), ledger, now=now, sleep=sleep, rng=rng)
        self._limit, self._on_page, self._stop = limit, on_page, stop
        self._turns = frontier.Turns()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._open = set(sites) if limit is None or limit > 0 else set[str]()
        self._asked: Counter[str] = Counter()
        self._site_of: dict[str, str] = {}
        self._pending: dict[str, int] = {}
        self._dry: dict[str, datetime] = {}
        self._until = now()
        self.dropped: Counter[tuple[str, str]] = Counter()
        """Addresses that listings named and that were not taken, by site and reason: a trap, or "full"."""
        self.spent: set[str] = set()
        """Sites that were asked max_requests times."""
        self._gate = Gate(
            config,
            ledger,
            fetcher,
            self._paces,
            now=now,
            save=self._save,
            on_rules=self._seed_from_robots,
        )
        self._visits = Visits(config, sites, self._gate, fetcher, now=now)

    async def run(self) -> None:
        """Crawl.

        Raises:
            StoreError: From the ledger; requests under way are dropped and stay due.
        """
        start = self._now()
        self._until = start + timedelta(seconds=self._config.fetch.max_wait_s)
        for site in self._sites.values():
            seeds = frontier.seeds(site)
            self._ledger.retire(site.host, [seed.target.url for seed in seeds])
            self._ledger.enqueue(seeds, start)
        try:
            while not self._stop():
                self._start_visits()
                if not self._busy and not len(self._turns) and not self._refill():
                    break
                await self._pause()
            await self._pause_until_idle()
            self._paces.remember()
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def _start_visits(self) -> None:
        now = self._now()
        while len(self._busy) < self._config.fetch.hosts_at_once and (host := self._turns.pop(now)):
            if host not in self._busy:
                self._busy[host] = asyncio.create_task(self._visit(host))

    def _refill(self) -> bool:
        """Look what else is due; False if nothing is.

        A listing that was asked in this run comes due again by and by, which must not keep the run from ending.
        """
        for host, due_at in self._ledger.hosts(max(self._now(), self._until), self._open).items():
            at = max(due_at, self._paces.ready_at(host))
            if self._paces.waits_for(host, at) and not (host in self._dry and due_at <= self._dry[host]):
                self._turns.put(host, at)
        return len(self._turns) > 0

    async def _pause(self) -> None:
        """Wait for a visit to end, the next turn, or a tick; let an error of a visit through."""
        next_at = self._turns.next_at()
        free = len(self._busy) < self._config.fetch.hosts_at_once
        wait_s = (next_at - self._now()).total_seconds() if next_at and free else TICK_S
        wait_s = min(max(wait_s, 0.0), TICK_S)
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        else:
            await self._sleep(wait_s)
        self._reap()

    def _reap(self) -> None:
        for host in [host for host, task in self._busy.items() if task.done()]:
            if not (task := self._busy.pop(host)).cancelled():
                task.result()

    async def _pause_until_idle(self) -> None:
        for task in self._paces.waiting:
            task.cancel()
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=STOP_GRACE_S)
            self._reap()

    async def _visit(self, host: str) -> None:
        """Ask for the next address of a host, save what came, and put the host's next turn."""
        now = self._now()
        targets = self._ledger.take(host, now, 1, self._open)
        if not targets:
            self._dry[host] = now
            return
        target = targets[0]
        self._site_of[host] = target.site
        if target.kind == "article":
            self._asked[target.site] += 1
            if self._limit is not None and self._asked[target.site] >= self._limit:
                self._open.discard(target.site)
        self._paces.begin()
        pages, found = await self._visits.visit(target)
        for page in pages:
            self._settle(page, found)
        named = {host_of(each.target.url) for each in found} | {host_of(page.target.url) for page in pages}
        for each in named | {host}:
            self._dry.pop(each, None)
            self._put(each)

    def _settle(self, page: Page, found: Collection[Found]) -> None:
        """Let the host rest, take in what was found, and save the page."""
        busy_until = self._paces.settle(page)
        asked = page.target.moved_to or page.target.url
        down = page.skip is not None and page.skip.reason in _HOST_DOWN and not page.exchanges
        if down and not self._gate.reaches_besides(origin_of(asked)):
            self._paces.hold(host_of(asked), page.fetched_at)
        listed, new = self._take_in(page, found) if found else (0, 0)
        self._save(page, frontier.ask_again(page, listed, new, busy_until, self._config.fetch), new)

    def _take_in(self, page: Page, found: Collection[Found]) -> tuple[int, int]:
        """Enqueue what a page named, but for traps and what is too much of one site.

        Returns:
            How many it named, and how many of them were new.
        """
        site, now = page.target.site, page.fetched_at
        if self._pending.get(site, MAX_PENDING) >= MAX_PENDING:
            self._pending[site] = self._ledger.pending(site)
        full = self._pending[site] >= MAX_PENDING
        kept = []
        for each in found:
            if trap := "full" if full else find_trap(each.target.url, now):
                self.dropped[site, trap] += 1
            else:
                kept.append(each)
        new = self._ledger.enqueue(kept, now)
        self._pending[site] += new
        return len(kept), new

    def _save(self, page: Page, again: frontier.Again = _NEVER, new: int = 0) -> None:
        """Save a visit of any kind, and count what it cost its site."""
        self._ledger.save(page, again.due_at, again.poll_s)
        site = page.target.site
        if 0 < self._config.fetch.max_requests <= self._gate.requests[site]:
            self._open.discard(site)
            self.spent.add(site)
        self._on_page(page, new)

    def notices(self) -> list[str]:
        """Say what the operator should know of this run: what was left out, and whose budget is spent."""
        dropped = self.dropped + Counter({(site, "off_site"): n for site, n in self._visits.dropped.items()})
        lines = [f"{site}: {n} addresses left out: {reason}" for (site, reason), n in sorted(dropped.items())]
        if not self._gate.requests:
            due = self._ledger.hosts(self._now() + timedelta(days=999), self._sites)
            at = min((max(at, self._paces.ready_at(host)) for host, at in due.items()), default=None)
            lines.append(f"nothing is due before {at:%Y-%m-%d %H:%M} UTC" if at else "nothing is due any more")
        return lines + [f"{site}: max_requests reached; the rest stays due" for site in sorted(self.spent)]

    def turns(self) -> dict[str, datetime]:
        """Give the sites that are not done, and when each is asked next; now or before: it is being asked, or waits.

        A time later than the run waits for is that of a host which has to be left alone so long.
        """
        now = self._now()
        times = self._turns.times() | dict.fromkeys(self._busy, now)
        for host in self._site_of.keys() - times.keys():
            if not self._paces.waits_for(host, ready_at := self._paces.ready_at(host)):
                times[host] = ready_at
        sites: dict[str, datetime] = {}
        for host, at in times.items():
            site = self._site_of.get(host) or self._site_above(host)
            if site is not None:
                sites[site] = min(at, sites.get(site, at))
        return sites

    def _site_above(self, host: str) -> str | None:
        """Give the site that a host is of by its name, before it was asked."""
        while host and host not in self._sites:
            host = host.partition(".")[2]
        return host or None

    def _put(self, host: str) -> None:
        at = max(self._now(), self._paces.ready_at(host))
        if self._paces.waits_for(host, at):
            self._turns.put(host, at)

    def _seed_from_robots(self, robots: Robots, site_host: str) -> None:
        site = self._sites[site_host]
        if frontier.is_bare(site) and belongs_to(normalize(robots.file.origin), site.host):
            url = normalize(f"{robots.file.origin}/robots.txt")
            found = frontier.sitemaps_of(robots.sitemaps, url, site)
            self._ledger.enqueue(found, self._now())
            for each in found:
                self._dry.pop(host_of(each.target.url), None)
                self._put(host_of(each.target.url))
