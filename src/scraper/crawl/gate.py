"""Gate: who may be asked what, as the robots.txt of each origin says, asked for when it is not known or too old.

A module because rules are kept per origin across runs, while the loop of the crawler knows hosts and addresses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from scraper.crawl.fetch import Asker
from scraper.crawl.ledger import Ledger
from scraper.crawl.paces import Paces
from scraper.crawl.robots import Robots, Verdict, decode, read_answer
from scraper.page import Evidence, Page, RobotsFile, Target
from scraper.skip import Skip
from scraper.url import Url, host_of, normalize, origin_of

ROBOTS_LEAST_S = 600.0
"""Within a run robots.txt is not asked again sooner, though it may forbid caching: else it is asked for every page."""
_PASSED_ON = frozenset({"dns_failure", "tls_failure", "private_address", "bad_url"})
"""What keeps robots.txt from us and would keep the page from us: named as it is."""


class Gate:
    """Judges addresses, and waits for the turn of their host.

    Args:
        agent: Our product token.
        ledger: Keeps robots.txt across runs.
        fetcher: Asks for it.
        paces: Turns are taken there.
        now: The time, aware, UTC.
        save: Told of each visit to a robots.txt.
        on_rules: Told of rules when they are first used in a run, and the site they were needed for.
    """

    def __init__(
        self,
        agent: str,
        ledger: Ledger,
        fetcher: Asker,
        paces: Paces,
        *,
        now: Callable[[], datetime],
        save: Callable[[Page], None],
        on_rules: Callable[[Robots, str], None],
    ) -> None:
        self._agent, self._ledger, self._fetcher, self._paces = agent, ledger, fetcher, paces
        self._now, self._save, self._on_rules = now, save, on_rules
        self._robots: dict[str, tuple[Robots, datetime]] = {}
        self._unreachable: dict[str, Skip] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def admit(self, url: Url, site: str) -> tuple[Verdict, Skip | None]:
        """Judge an address and, if it may be asked, wait for the turn of its host.

        Returns:
            The verdict, and the reason not to ask.
        """
        robots = await self._robots_of(origin_of(url), site)
        if isinstance(robots, Skip):
            return Verdict(allowed=False), robots
        verdict = robots.verdict(url)
        if not verdict.allowed:
            return verdict, Skip("robots_disallowed", f"robots.txt of {origin_of(url)} says {verdict.line}")
        self._paces.obey(host_of(url), robots.crawl_delay_s)
        return verdict, await self._paces.wait_turn(host_of(url))

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
                known = Robots(file, self._agent, now), again_at
                self._robots[origin] = known
                self._on_rules(known[0], site)
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
                self._save(page)
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
        self._save(page if failed else replace(page, skip=None))
        self._unreachable.pop(origin, None)
        if failed and skip:
            reason = skip.reason if skip.reason in _PASSED_ON else "robots_unreachable"
            retryable = skip.reason != "private_address"
            self._unreachable[origin] = Skip(reason, f"{url}: {skip.reason}: {skip.detail}", retryable=retryable)
        return file
