"""Visits: one address asked for, read, and made a page of.

A module because what a visit takes (a turn, rules, hops, the entries of a listing, the pages of an article) is one
thing, and which address is next another. The visit to a variant holds the one to the article it stands for.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from scraper.config import Config, Site
from scraper.crawl import frontier
from scraper.crawl.discover import Listing, read_listing
from scraper.crawl.fetch import Asker
from scraper.crawl.gate import Gate
from scraper.crawl.page_head import Head, read_head
from scraper.crawl.parts import find_next, find_whole
from scraper.crawl.politeness import retry_at
from scraper.crawl.variants import find_canonical, is_same_story
from scraper.errors import ItemError
from scraper.page import Exchange, Found, Headers, Page, Target
from scraper.payload import decode_payload, digest_of
from scraper.skip import Skip
from scraper.url import Url, host_of, url_key

UNCONDITIONAL_EVERY = 10
"""Visits of an address of which one asks for all of it."""
MAX_PAGES = 20
"""Of one article, set by hand: articles have a few, slide shows hundreds."""
THREAD_BYTES = 500_000
"""A larger listing is read in a thread, so that the requests of other hosts do not time out meanwhile."""

SWITCH_S = 0.0005
"""How long that thread goes on when the loop has something to do; Python's 5 ms would be lost at each of its steps."""


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
        # One thread: side by side large listings would take the memory, and the turns of the loop.
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="listing")
        self.dropped: Counter[str] = Counter()
        """Entries of listings that were no addresses of their site, by site."""

    async def visit(self, target: Target) -> tuple[tuple[Page, ...], tuple[Found, ...]]:
        """Ask for an address, and where it turns out a variant for the article it stands for.

        Returns:
            What came, in the order to be saved in: the article, whose target is the canonical address, before its
            variant, so that a kill between them costs nothing; and the addresses a listing named.
        """
        page, article, found = await self._visit(target, follow=target.visits == 0)
        return ((article, page) if article else (page,)), found

    async def _visit(self, target: Target, *, follow: bool) -> tuple[Page, Page | None, tuple[Found, ...]]:
        lines: dict[Url, str] = {}

        async def check(url: Url) -> Skip | None:
            verdict, skip = await self._gate.admit(url, target.site)
            lines[url] = verdict.line
            return skip

        exchanges, skip = await self._fetcher.fetch(
            target.moved_to or target.url, kind=target.kind, headers=_validators(target), check=check
        )
        # What a page's scripts asked for was judged too, after the page itself.
        last = next(reversed(lines.values()), "")
        line = lines.get(exchanges[-1].url, last) if exchanges and skip is None else last
        page = Page(
            target, exchanges, self._now(), line, skip, identical=skip is None and _is_archived(exchanges, target)
        )
        answer = exchanges[-1] if exchanges else None
        article: Page | None = None
        head, found = Head(), tuple[Found, ...]()
        if skip is None and not page.unchanged:
            try:
                if target.kind == "article":
                    body = page.body(self._config.fetch.max_body_bytes)
                    head = read_head(body, exchanges[-1].header("content-type"), page.final_url)
                    if follow:
                        page, article = await self._follow(page, head)
                    page = await self._complete(page, body, head)
                else:
                    found = self._deep_enough(target, await self._read(page))
            except ItemError as error:
                page = replace(page, skip=Skip(error.reason, error.detail, retryable=error.retryable))
        headers = answer.headers if answer else ()
        opt_outs = self._gate.opt_outs(answer.url if answer else target.url, headers, head.metas, head.links)
        return replace(page, opt_outs=opt_outs), article, found

    async def _follow(self, page: Page, head: Head) -> tuple[Page, Page | None]:
        """Give up a variant for the article it stands for, if that comes; otherwise it is the article.

        Where the article may come later, so does the variant, until its tries are over. An address that came through
        as an article once stays one: of two that name each other one stays.

        Returns:
            The variant, and the visit to the article.
        """
        target = page.target
        canonical = find_canonical((target.url, *(each.url for each in page.exchanges)), head, target.site)
        if canonical is None:
            return page, None
        article, _, _ = await self._visit(Target(canonical, target.site, "article", target.evidence), follow=False)
        page = replace(page, fetched_at=self._now())
        if article.skip is None and url_key(article.final_url) in {url_key(target.url), url_key(page.final_url)}:
            return page, replace(article, skip=Skip("variant", f"leads back to {target.url}"))
        came = article.skip is None and (
            url_key(article.final_url) == url_key(canonical) or is_same_story(page.final_url, article.final_url)
        )
        if came:
            return replace(page, skip=Skip("variant", f"a variant of {canonical}")), article
        if article.skip and article.skip.retryable and retry_at(target.tries, page.fetched_at):
            detail = f"a variant of {canonical}, which did not come: {article.skip.reason}"
            return replace(page, skip=Skip("variant", detail, retryable=True)), article
        return page, article

    async def _complete(self, page: Page, body: bytes, head: Head) -> Page:
        """Of an article in several pages ask for the others."""
        second = find_next(body, head, page.final_url, page.final_url, 2) if page.skip is None else None
        if second is None:
            return page
        parts, missing = await self._ask_parts(page, second, find_whole(body, page.final_url))
        return replace(page, fetched_at=self._now(), parts=parts, missing=missing)

    async def _ask_parts(
        self, page: Page, second: Url, whole: Url | None
    ) -> tuple[tuple[tuple[Exchange, ...], ...], Skip | None]:
        """Ask for the further pages of an article in order, or for the one that holds all of it.

        Returns:
            The exchanges of each page asked, those of no use too, and why the last one did not come.
        """
        first, parts = page.final_url, list[tuple[Exchange, ...]]()
        if whole:
            exchanges, skip = await self._ask_part(page, whole)
            parts.append(exchanges)
            if skip is None:
                return tuple(parts), None
        asked = {url_key(each.url) for each in page.exchanges}
        url: Url | None = second
        number = 2
        while url and number <= MAX_PAGES:
            exchanges, skip = await self._ask_part(page, url)
            parts.append(exchanges)
            size = sum(len(part[-1].payload) for part in parts if part)
            if skip is None and size > self._config.fetch.max_body_bytes:
                skip = Skip("too_large", "all pages together")
            if skip:
                detail = f"page {number}, {url}: {skip.detail}"
                return tuple(parts), Skip(skip.reason, detail, retryable=skip.retryable)
            answer = exchanges[-1]
            if url_key(answer.url) in asked:
                return tuple(parts), None  # sent back to a page that came before: there is no such page
            asked.add(url_key(answer.url))
            body = decode_payload(answer.payload, answer.header("content-encoding"), self._config.fetch.max_body_bytes)
            number += 1
            url = find_next(body, read_head(body, answer.header("content-type"), answer.url), first, answer.url, number)
        return tuple(parts), Skip("too_many_pages", f"page {number}, {url}: not asked") if url else None

    async def _ask_part(self, page: Page, url: Url) -> tuple[tuple[Exchange, ...], Skip | None]:
        stays = not self._sites[page.target.site].render  # scripts of a page may come from anywhere

        async def check(hop: Url) -> Skip | None:
            if stays and host_of(hop) != host_of(page.final_url):
                return Skip("off_site", f"{hop} is on another host than the article")
            return (await self._gate.admit(hop, page.target.site))[1]

        return await self._fetcher.fetch(url, kind="article", check=check)

    async def _read(self, page: Page) -> Listing:
        limit, site = self._config.fetch.max_body_bytes, self._sites[page.target.site]
        body = page.body(limit)
        if len(body) < THREAD_BYTES:
            listing = read_listing(body, page.final_url, page.target.kind, site, limit)
        else:
            del body  # who waits holds what came, not what it unpacks to
            loop = asyncio.get_running_loop()
            listing = await loop.run_in_executor(self._reader, _read_aside, page, site, limit)
        if listing.dropped:
            self.dropped[site.host] += listing.dropped
        return listing

    def _deep_enough(self, target: Target, listing: Listing) -> tuple[Found, ...]:
        """Leave out sitemaps that lie too deep in indexes of indexes."""
        kept = []
        for found in listing.found:
            if found.target.kind != "sitemap":
                kept.append(found)
            elif target.depth < frontier.MAX_SITEMAP_DEPTH:
                kept.append(replace(found, target=replace(found.target, depth=target.depth + 1)))
            else:
                self.dropped[target.site] += 1
        return tuple(kept)


def _is_archived(exchanges: tuple[Exchange, ...], target: Target) -> bool:
    """Tell whether the same payload came that the archive already holds."""
    answer = exchanges[-1]
    if target.archived is None or target.kind == "robots" or answer.status != HTTPStatus.OK or not answer.payload:
        return False
    return answer.truncated is None and digest_of(answer.payload) == target.archived.digest


def _read_aside(page: Page, site: Site, limit: int) -> Listing:
    """Read a large listing while the loop goes on."""
    interval_s = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        return read_listing(page.body(limit), page.final_url, page.target.kind, site, limit)
    finally:
        sys.setswitchinterval(interval_s)


def _validators(target: Target) -> Headers:
    """Ask conditionally, but not every time: some feeds answer 304 for ever, though they change."""
    if target.visits % UNCONDITIONAL_EVERY == 0:
        return ()
    if target.etag:
        return (("If-None-Match", target.etag),)
    return (("If-Modified-Since", target.last_modified),) if target.last_modified else ()
