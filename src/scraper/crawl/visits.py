"""Visits: one address asked for, read, and made a page of.

A module because what a visit takes (a turn, rules, hops, the entries of a listing) is one thing, and which address is
next another.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from scraper.config import Config, Site
from scraper.crawl import frontier
from scraper.crawl.discover import Listing, read_listing
from scraper.crawl.fetch import Asker
from scraper.crawl.gate import Gate
from scraper.errors import ItemError
from scraper.page import Found, Headers, Page, Target
from scraper.skip import Skip
from scraper.url import Url

UNCONDITIONAL_EVERY = 10
"""Visits of an address of which one asks for all of it."""
THREAD_BYTES = 500_000
"""A larger listing is read in a thread, so that the requests of other hosts do not time out meanwhile."""


class Visits:
    """Makes visits.

    Args:
        config: Limits.
        sites: Host to site.
        gate: Asked before each hop.
        fetcher: Asks.
        now: The time, aware, UTC.
    """

    def __init__(
        self, config: Config, sites: Mapping[str, Site], gate: Gate, fetcher: Asker, *, now: Callable[[], datetime]
    ) -> None:
        self._config, self._sites, self._gate, self._fetcher, self._now = config, sites, gate, fetcher, now
        self._depth: dict[Url, int] = {}
        self.dropped: Counter[str] = Counter()
        """Entries of listings that were no addresses of their site, by site."""

    async def visit(self, target: Target) -> tuple[Page, tuple[Found, ...]]:
        """Ask for an address; give what came, and the addresses it named."""
        line = ""

        async def check(url: Url) -> Skip | None:
            nonlocal line
            verdict, skip = await self._gate.admit(url, target.site)
            line = verdict.line
            return skip

        exchanges, skip = await self._fetcher.fetch(
            target.moved_to or target.url, kind=target.kind, headers=_validators(target), check=check
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


def _validators(target: Target) -> Headers:
    """Ask conditionally, but not every time: some feeds answer 304 for ever, though they change."""
    if target.visits % UNCONDITIONAL_EVERY == 0:
        return ()
    if target.etag:
        return (("If-None-Match", target.etag),)
    return (("If-Modified-Since", target.last_modified),) if target.last_modified else ()
