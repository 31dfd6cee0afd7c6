"""Crawler: the loop that takes addresses from a ledger, asks for them politely, and hands over pages.

A module because it alone knows all the others of this folder. One visit at a time per host, hosts side by side; every
address taken ends in exactly one save.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from scraper.config import Config, Site
from scraper.crawl import frontier
from scraper.crawl.discover import Listing, read_listing
from scraper.crawl.fetch import Check
from scraper.crawl.ledger import Ledger
from scraper.crawl.paces import Paces
from scraper.crawl.robots import Robots, decode, read_answer
from scraper.errors import ItemError
from scraper.page import Evidence, Exchange, Found, Headers, Kind, Page, RobotsFile, Target
from scraper.skip import Skip
from scraper.url import Url, belongs_to, host_of, normalize, origin_of

TICK_S = 0.25
"""How often the loop looks whether it shall stop."""
STOP_GRACE_S = 8.0
"""What requests under way may still take once the run shall stop; the rest stay due."""
ROBOTS_LEAST_S = 600.0
"""Within a run robots.txt is not asked again sooner, though it may forbid caching: else it is asked for every page."""
THREAD_BYTES = 500_000
"""A larger listing is read in a thread, so that the requests of other hosts do not time out meanwhile."""
_HOST_DOWN = frozenset({"dns_failure", "connect_failed", "tls_failure", "robots_unreachable"})
"""What would come of every other address of the host too: it is left for the next run."""
_PASSED_ON = frozenset({"dns_failure", "tls_failure", "private_address", "bad_url"})
"""What keeps robots.txt from us and would keep the page from us: named as it is."""


class Asker(Protocol):
    """What asks for an address: fetch.Fetcher."""

    async def fetch(
        self, url: Url, *, kind: Kind, headers: Headers = (), check: Check | None = None
    ) -> tuple[tuple[Exchange, ...], Skip | None]:
        """GET an address; see Fetcher.fetch."""
        ...


class Crawler:
    """Crawls sites until nothing is due within max_wait_s.

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
        self._config, self._sites, self._ledger, self._fetcher = config, sites, ledger, fetcher
        self._now, self._sleep = now, sleep
        self._paces = Paces(config.fetch, tuple(sites.values()), ledger, now=now, sleep=sleep, rng=rng)
        self._limit, self._on_page, self._stop = limit, on_page, stop
        self._turns = frontier.Turns()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._open = set(sites) if limit is None or limit > 0 else set[str]()
        self._visits: Counter[str] = Counter()
        self._dry: dict[str, datetime] = {}
        self._depth: dict[Url, int] = {}
        self._robots: dict[str, tuple[Robots, datetime]] = {}
        self._unreachable: dict[str, Skip] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self.dropped: Counter[str] = Counter()
        """Entries of listings that were no addresses of their site, by site."""

    async def run(self) -> None:
        """Crawl.

        Raises:
            StoreError: From the ledger; requests under way are dropped and stay due.
        """
        start = self._now()
        for site in self._sites.values():
            self._ledger.enqueue(frontier.seeds(site, start), start)
        try:
            while not self._stop():
                self._start_visits()
                if not self._busy and not len(self._turns) and not self._refill():
                    return
                await self._pause()
            await self._pause_until_idle()
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
        """Look what else is due soon; False if nothing is."""
        now = self._now()
        horizon = now + timedelta(seconds=self._config.fetch.max_wait_s)
        for host, due_at in self._ledger.hosts(horizon, self._open).items():
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
            self._busy.pop(host).result()

    async def _pause_until_idle(self) -> None:
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
        if target.kind == "article":
            self._visits[target.site] += 1
            if self._limit is not None and self._visits[target.site] >= self._limit:
                self._open.discard(target.site)
        page, found = await self._ask(target)
        busy_until = self._paces.settle(page)
        due_at = frontier.due_again(target, page.skip, page.fetched_at, busy_until, self._config.fetch.tries)
        self._save(page, due_at, found)
        if page.skip and page.skip.reason in _HOST_DOWN and not page.exchanges:
            self._paces.hold(host, page.fetched_at)
        self._put(host)

    def _save(self, page: Page, due_at: datetime | None, found: Collection[Found]) -> None:
        new = self._ledger.save(page, due_at, found)
        for host in {host_of(each.target.url) for each in found}:
            self._dry.pop(host, None)
            self._put(host)
        self._on_page(page, new)

    def _put(self, host: str) -> None:
        at = max(self._now(), self._paces.ready_at(host))
        if self._paces.waits_for(host, at):
            self._turns.put(host, at)

    async def _ask(self, target: Target) -> tuple[Page, tuple[Found, ...]]:
        line = ""

        async def check(url: Url) -> Skip | None:
            nonlocal line
            robots = await self._robots_of(origin_of(url), target.site)
            if isinstance(robots, Skip):
                return robots
            verdict = robots.verdict(url)
            line = verdict.line
            if not verdict.allowed:
                return Skip("robots_disallowed", f"robots.txt of {origin_of(url)} says {line}")
            self._paces.obey(host_of(url), robots.crawl_delay_s)
            return await self._paces.wait_turn(host_of(url))

        exchanges, skip = await self._fetcher.fetch(
            target.url, kind=target.kind, headers=_validators(target), check=check
        )
        page = Page(target, exchanges, self._now(), line, skip)
        if skip is None and not page.unchanged and target.kind != "article":
            try:
                listing = await self._read(page)
            except ItemError as error:
                return replace(page, skip=Skip(error.reason, error.detail, retryable=error.retryable)), ()
            return page, self._deep_enough(target, listing)
        return page, ()

    async def _read(self, page: Page) -> Listing:
        limit, site = self._config.fetch.max_body_bytes, self._sites[page.target.site]
        body = page.body(limit)
        arguments = body, page.final_url, page.target.kind, site, limit
        if len(body) < THREAD_BYTES:
            listing = read_listing(*arguments)
        else:
            listing = await asyncio.to_thread(read_listing, *arguments)
        if listing.dropped:
            self.dropped[site.host] += listing.dropped
        return listing

    def _deep_enough(self, target: Target, listing: Listing) -> tuple[Found, ...]:
        """Leave out sitemaps that lie too deep in indexes of indexes."""
        depth = self._depth.get(target.url, 0) + 1
        kept = []
        for found in listing.found:
            if found.target.kind == "sitemap":
                if depth > frontier.MAX_SITEMAP_DEPTH:
                    self.dropped[target.site] += 1
                    continue
                self._depth.setdefault(found.target.url, depth)
            kept.append(found)
        return tuple(kept)

    # -- robots.txt ----------------------------------------------------------------------------------------------------

    async def _robots_of(self, origin: str, site: str) -> Robots | Skip:
        """Give the rules of an origin, asked for if they are not known or too old."""
        async with self._locks.setdefault(origin, asyncio.Lock()):
            now = self._now()
            known = self._robots.get(origin)
            if known is None or now >= known[1]:
                file = self._ledger.robots(origin) if known is None else known[0].file
                if file is None or now >= file.expires_at:
                    answer = await self._ask_robots(origin, site, file)
                    if isinstance(answer, Skip):
                        return answer
                    file = answer
                again_at = max(file.expires_at, now + timedelta(seconds=ROBOTS_LEAST_S))
                known = Robots(file, self._config.agent.name, now), again_at
                self._robots[origin] = known
                self._seed_from_robots(known[0], site)
        if known[0].reachable:
            return known[0]
        return self._unreachable.get(origin) or Skip(
            "robots_unreachable",
            f"{origin}/robots.txt: {known[0].file.status or 'no answer'} at {known[0].file.fetched_at:%H:%M} UTC; "
            f"asked again after {known[0].file.expires_at:%H:%M} UTC",
            retryable=True,
        )

    async def _ask_robots(self, origin: str, site: str, previous: RobotsFile | None) -> RobotsFile | Skip:
        async def check(url: Url) -> Skip | None:
            return await self._paces.wait_turn(host_of(url))

        url = normalize(f"{origin}/robots.txt")
        target = Target(url, site, "robots", Evidence(site, "seed"))
        exchanges, skip = await self._fetcher.fetch(url, kind="robots", check=check)
        page = Page(target, exchanges, self._now(), skip=skip)
        if skip and skip.reason == "host_waits":
            if exchanges:
                self._save(page, None, ())
            return skip
        answered = exchanges and (
            skip is None or skip.reason in ("too_large", "too_many_redirects", "redirect_loop", f"http_{page.status}")
        )
        last = exchanges[-1] if answered else None
        body = decode(last.payload, last.header("content-encoding")) if last else b""
        file = read_answer(
            origin,
            last.status if last else None,
            body,
            page.fetched_at,
            previous,
            content_type=last.header("content-type") if last else None,
            cache_control=last.header("cache-control") if last else None,
        )
        failed = file.failing_since is not None
        self._paces.settle(page)
        self._ledger.save_robots(file)
        self._save(page if failed else replace(page, skip=None), None, ())
        self._unreachable.pop(origin, None)
        if failed and skip:
            reason = skip.reason if skip.reason in _PASSED_ON else "robots_unreachable"
            retryable = skip.reason != "private_address"
            self._unreachable[origin] = Skip(reason, f"{url}: {skip.reason}: {skip.detail}", retryable=retryable)
        return file

    def _seed_from_robots(self, robots: Robots, site_host: str) -> None:
        site = self._sites[site_host]
        if frontier.is_bare(site) and belongs_to(normalize(robots.file.origin), site.host):
            found = frontier.sitemaps_of(robots.sitemaps, site, self._now())
            self._ledger.enqueue(found, self._now())
            for each in found:
                self._dry.pop(host_of(each.target.url), None)
                self._put(host_of(each.target.url))


def _validators(target: Target) -> Headers:
    if target.etag:
        return (("If-None-Match", target.etag),)
    return (("If-Modified-Since", target.last_modified),) if target.last_modified else ()
