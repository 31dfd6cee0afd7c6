"""Gate: who may be asked what, as the files of each origin say, which are asked for when not known or too old.

A module because what an origin says of all its addresses (robots.txt, tdmrep.json) is kept across runs, while the loop
of the crawler knows hosts and addresses.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from scraper.config import Config
from scraper.crawl import opt_outs
from scraper.crawl.fetch import Asker
from scraper.crawl.ledger import Ledger
from scraper.crawl.opt_outs import Links, Pairs, Tdmrep
from scraper.crawl.paces import Paces
from scraper.crawl.robots import FAILURE_FRESH_S, FRESH_S, Robots, Verdict, decode, read_answer
from scraper.page import Evidence, Headers, Page, RobotsFile, Target
from scraper.policy import objection
from scraper.skip import Skip
from scraper.url import Url, host_of, normalize, origin_of

MOST_ORIGINS = 1000
MOST_BYTES = 4_000_000
"""Rules in memory at most, by the length of their files: a run may be led to any number of hosts, and parsed rules take
twenty times their file. What is dropped is read from the ledger again."""
_PASSED_ON = frozenset({"dns_failure", "tls_failure", "private_address", "bad_url"})
"""What keeps robots.txt from us and would keep the page from us: named as it is."""


@dataclass(slots=True)
class _Origin:
    """What is known of an origin; tdmrep is None where it is not to be asked for, or was not to be had."""

    robots: Robots
    tdmrep: tuple[Tdmrep, RobotsFile] | None = None

    @property
    def size(self) -> int:
        return len(self.robots.file.body) + (len(self.tdmrep[1].body) if self.tdmrep else 0)


class Gate:
    """Judges addresses, and waits for the turn of their host.

    Args:
        config: Our product token, the policy, and the hosts that are this machine's.
        ledger: Keeps the files across runs.
        fetcher: Asks for them.
        paces: Turns are taken there.
        now: The time, aware, UTC.
        save: Told of each visit to such a file.
        on_rules: Told of rules when they are first used in a run, and the site they were needed for.
    """

    def __init__(
        self,
        config: Config,
        ledger: Ledger,
        fetcher: Asker,
        paces: Paces,
        *,
        now: Callable[[], datetime],
        save: Callable[[Page], None],
        on_rules: Callable[[Robots, str], None],
    ) -> None:
        self._agent, self._policy, self._shard = config.agent.name, config.policy, config.shard
        self._ledger, self._fetcher, self._paces = ledger, fetcher, paces
        self._now, self._save, self._on_rules = now, save, on_rules
        self._known: dict[str, _Origin] = {}
        self._unreachable: dict[str, Skip] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self.requests: Counter[str] = Counter()
        """Turns taken in this run, by site: each is a request, whatever comes of it."""

    async def admit(self, url: Url, site: str) -> tuple[Verdict, Skip | None]:
        """Judge an address and, if it may be asked, wait for the turn of its host.

        Returns:
            The verdict, and the reason not to ask.
        """
        if skip := self._refuse(url):
            return Verdict(allowed=False), skip
        # Who waits for the rules of one host must not keep another busy meanwhile: their robots.txt may lead there.
        self._paces.leave()
        origin = origin_of(url)
        async with self._locks.setdefault(origin, asyncio.Lock()):
            known = await self._refresh(origin, site)
            if isinstance(known, Skip):
                return Verdict(allowed=False), known
            verdict = known.robots.verdict(url)
            if not verdict.allowed:
                return verdict, Skip("robots_disallowed", f"robots.txt of {origin} says {verdict.line}")
            self._paces.obey(host_of(url), known.robots.crawl_delay_s)
            if self._policy.ask_tdmrep:
                await self._refresh_tdmrep(known, origin, site)
        stops = self._policy.stop_fetch
        if stops and (stopped := objection(self.opt_outs(url), stops)):
            signal, value = stopped
            file = opt_outs.TDMREP_PATH if signal.startswith("tdm") else "/robots.txt"
            return verdict, Skip("opted_out", f"{origin}{file} says {signal} {value}")
        return verdict, await self._wait_turn(url, site)

    def reaches_besides(self, origin: str) -> bool:
        """Tell whether the host of an origin is known to answer by its other scheme."""
        scheme, _, host = origin.partition("://")
        known = [self._recall(f"{'http' if scheme == 'https' else 'https'}://{host}")]
        return any(each.robots.reachable and each.robots.file.failing_since is None for each in known if each)

    def opt_outs(
        self, url: Url, headers: Headers = (), metas: Pairs = (), links: Links = ()
    ) -> tuple[tuple[str, str], ...]:
        """Give what is said against uses of an address: by its origin, as far as known, and by its answer.

        Args:
            url: The address that answered.
            headers: Of the answer.
            metas: Name in lower case and content of the meta elements of its head.
            links: rel in lower case, href, and type of the link elements of its head.
        """
        known = self._recall(origin_of(url))
        tdmrep = known.tdmrep[0] if known and known.tdmrep else None
        return opt_outs.signals_of(url, self._agent, known.robots if known else None, tdmrep, headers, metas, links)

    def _recall(self, origin: str) -> _Origin | None:
        """Give what is known of an origin, from the ledger if it had to make room; nothing is asked for."""
        known = self._known.get(origin)
        if known is None and (file := self._ledger.robots(origin)):
            known = _Origin(Robots(file, self._agent, self._now()))
            if self._policy.ask_tdmrep and (file := self._ledger.robots(f"{origin}{opt_outs.TDMREP_PATH}")):
                known.tdmrep = Tdmrep(file.body), file
        return known

    async def _refresh(self, origin: str, site: str) -> _Origin | Skip:
        """Give what is known of an origin; its robots.txt is asked for if it is not known or too old."""
        now = self._now()
        known = self._known.get(origin)
        file = known.robots.file if known else self._ledger.robots(origin)
        if file is None or now >= file.expires_at:
            answer = await self._ask(origin, "/robots.txt", site, file)
            if isinstance(answer, Skip):
                return answer
            known, file = None, answer
        if known is None:
            known = _Origin(Robots(file, self._agent, now))
            self._on_rules(known.robots, site)
        self._remember(origin, known)
        if known.robots.reachable:
            return known
        self._paces.refuse(file.expires_at)
        return self._unreachable.get(origin) or Skip(
            "robots_unreachable",
            f"{origin}/robots.txt: {file.status or 'no answer'} at {file.fetched_at:%H:%M} UTC; "
            f"asked again after {file.expires_at:%H:%M} UTC",
            retryable=True,
        )

    async def _refresh_tdmrep(self, known: _Origin, origin: str, site: str) -> None:
        """Know the tdmrep.json of an origin if it can be had: without it nothing is forbidden, and nothing granted."""
        url = Url(f"{origin}{opt_outs.TDMREP_PATH}")
        file = known.tdmrep[1] if known.tdmrep else self._ledger.robots(url)
        if file is None or self._now() >= file.expires_at:
            if not known.robots.verdict(url).allowed:
                return
            answer = await self._ask(origin, opt_outs.TDMREP_PATH, site, file)
            if isinstance(answer, Skip) or answer.failing_since is not None:
                # It is optional: what cannot be had is not asked for again before every page.
                body = file.body if file else b""
                now = self._now()
                answer = RobotsFile(url, HTTPStatus.NOT_FOUND, body, now, now + timedelta(seconds=FRESH_S))
                self._ledger.save_robots(answer)
            known.tdmrep, file = None, answer
        if known.tdmrep is None:
            known.tdmrep = Tdmrep(file.body), file

    def _remember(self, origin: str, known: _Origin) -> None:
        """Keep it as the one used last, and drop those not used for longest where it takes too much room."""
        new = self._known.pop(origin, None) is not known
        self._known[origin] = known
        size = sum(each.size for each in self._known.values()) if new else 0
        while len(self._known) > MOST_ORIGINS or (size > MOST_BYTES and len(self._known) > 1):
            size -= self._known.pop(next(iter(self._known))).size

    def _refuse(self, url: Url) -> Skip | None:
        """Say why this machine asks a host nothing at all, where another one does."""
        if self._shard.owns(host := host_of(url)):
            return None
        return Skip("other_shard", f"{host} is asked by machine {self._shard.owner_of(host)} of {self._shard.of} alone")

    async def _wait_turn(self, url: Url, site: str) -> Skip | None:
        if skip := self._refuse(url) or await self._paces.wait_turn(host_of(url)):
            return skip
        self.requests[site] += 1
        return None

    async def _ask(self, origin: str, path: str, site: str, previous: RobotsFile | None) -> RobotsFile | Skip:
        """Ask an origin for a file and keep what came; a Skip where its host is to be left alone for now."""

        async def check(hop: Url) -> Skip | None:
            if path != "/robots.txt" and hop != url:
                return Skip("off_site", f"{hop} is not where {path} belongs")  # a login, most of the time
            return await self._wait_turn(hop, site)

        url = normalize(f"{origin}{path}")
        target = Target(url, site, "robots", Evidence(site, "seed"))
        exchanges, skip = await self._fetcher.fetch(url, kind="robots", check=check)
        page = Page(target, exchanges, self._now(), skip=skip)
        if skip and skip.reason == "host_waits":
            if exchanges:
                self._save(page)
                self._paces.wait_as_long(host_of(url))
            return skip
        answered = exchanges and (
            skip is None or skip.reason in ("too_large", "too_many_redirects", "redirect_loop", f"http_{page.status}")
        )
        last = exchanges[-1] if answered else None
        body = decode(last.payload, last.header("content-encoding")) if last else b""
        file = read_answer(
            origin if path == "/robots.txt" else url,
            last.status if last else None,
            body,
            page.fetched_at,
            previous,
            content_type=last.header("content-type") if last else None,
            cache_control=last.header("cache-control") if last else None,
        )
        failed = file.failing_since is not None
        if failed and skip and skip.reason == "bad_encoding":
            file = replace(file, failing_since=page.fetched_at)  # it is there: rules nobody can read are not missing
        self._paces.settle(page)
        if file.failing_since is not None:
            # What has failed for days is asked for less often; and where the host waits longer than a failure counts,
            # it would never be asked for anything else.
            rested_at = self._paces.ready_at(host_of(url))
            again_at = page.fetched_at + min((page.fetched_at - file.failing_since) / 2, timedelta(seconds=FRESH_S))
            if rested_at > file.expires_at:
                again_at = max(again_at, rested_at + timedelta(seconds=FAILURE_FRESH_S))
            file = replace(file, expires_at=max(file.expires_at, again_at))
        self._ledger.save_robots(file)
        self._save(page if failed else replace(page, skip=None))
        if path == "/robots.txt":
            self._unreachable.pop(origin, None)
            if failed and skip:
                reason = skip.reason if skip.reason in _PASSED_ON else "robots_unreachable"
                retryable = skip.retryable or reason == "robots_unreachable"
                self._unreachable[origin] = Skip(reason, f"{url}: {skip.reason}: {skip.detail}", retryable=retryable)
        return file
