"""Asking: a few addresses asked as a crawl would ask them, and nothing kept.

A module beside the runs, because whoever looks at one page, or at a site that has no file yet, must go through the same
fetcher, gate and paces: robots.txt, one connection, the delay, and no private address.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from scraper.config import Config, Rule, Site
from scraper.crawl.browser import find_browser
from scraper.crawl.fetch import Asker, Fetcher
from scraper.crawl.gate import Gate
from scraper.crawl.paces import Paces
from scraper.crawl.render import Renderer
from scraper.crawl.robots import Robots
from scraper.crawl.scout import Scout
from scraper.crawl.scouted import Scouted
from scraper.crawl.visits import Visits
from scraper.errors import FetchError
from scraper.page import Evidence, Page, Target
from scraper.store.journal import Journal
from scraper.url import Url, belongs_to, host_of


def ask_page(config: Config, url: Url) -> tuple[Page, Rule | None]:
    """Ask for one page, as a crawl would; nothing is kept.

    Returns:
        The page, and the rule of its site for its day.

    Raises:
        ConfigError: No contact is set.
        ItemError: It could not be fetched, or robots.txt forbids it.
    """
    config.require_contact()
    site = next((site for site in config.sites.values() if belongs_to(url, site.host)), Site(host_of(url)))
    page = asyncio.run(_ask(dataclasses.replace(config, sites={site.host: site}), site, url))
    if page.skip:
        raise FetchError(page.skip.reason, page.skip.detail, retryable=page.skip.retryable)
    return page, site.rule_at(page.fetched_at)


def ask_site(config: Config, url: Url, *, samples: int, render: bool, tell: Callable[[Url], None]) -> Scouted:
    """Ask a site what it lists, and for a few of its pages; nothing is kept.

    Args:
        config: Limits, pace and policy.
        url: Its front page, or any page of it.
        samples: How many of its pages.
        render: Run them in the browser.
        tell: Called with each address before it is asked.

    Raises:
        ConfigError: No contact is set, or there is no browser.
    """
    config.require_contact()
    return asyncio.run(_ask_site(config, url, samples, render, tell))


async def _ask(config: Config, site: Site, url: Url) -> Page:
    """Make one visit, and of a variant the one to the article it stands for."""
    async with _open_visits(config) as (visits, _):
        pages, _ = await visits.visit(Target(url, site.host, "article", Evidence(site.host, "seed")))
        return pages[0] if pages[-1].skip else pages[-1]


async def _ask_site(config: Config, url: Url, samples: int, render: bool, tell: Callable[[Url], None]) -> Scouted:  # noqa: FBT001
    host = host_of(url).removeprefix("www.")
    # A pattern that matches every address: what is an article is what is asked here.
    sites = {host: Site(host, article_pattern="/", render=render)}
    rules: dict[str, Robots] = {}

    def note(robots: Robots, site: str) -> None:
        rules[robots.file.origin] = robots

    async with _open_visits(dataclasses.replace(config, sites=sites), note) as (visits, paces):
        return await Scout(visits, paces, sites, rules, samples=samples, tell=tell).look_at(url)


@contextlib.asynccontextmanager
async def _open_visits(
    config: Config, on_rules: Callable[[Robots, str], None] = lambda rules, site: None
) -> AsyncIterator[tuple[Visits, Paces]]:
    """Open what makes visits to the sites of a config, over a state that is gone afterwards."""
    rng = random.Random()  # noqa: S311
    with TemporaryDirectory() as folder:
        journal = Journal(Path(folder), "one", config.store.segment_bytes, _now, lambda segment: None)
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(journal.close)
            fetcher = await open_fetcher(config, rng, stack)
            paces = Paces(config.fetch, tuple(config.sites.values()), journal, now=_now, sleep=asyncio.sleep, rng=rng)
            gate = Gate(config, journal, fetcher, paces, now=_now, save=lambda page: None, on_rules=on_rules)
            yield Visits(config, config.sites, gate, fetcher, now=_now), paces


async def open_fetcher(config: Config, rng: random.Random, stack: contextlib.AsyncExitStack) -> Asker:
    """Open what asks for addresses: the fetcher, and the browser before it where a site is to be rendered.

    Raises:
        ConfigError: There is no browser.
    """
    fetcher = await stack.enter_async_context(Fetcher(config.fetch, user_agent(config), rng=rng, now=_now))
    if not (hosts := rendered(config)):
        return fetcher
    renderer = Renderer(fetcher, partial(_is_on, hosts), config.fetch.max_body_bytes, find_browser())
    return await stack.enter_async_context(renderer)


def rendered(config: Config) -> tuple[str, ...]:
    """Give the hosts whose pages are run in the browser."""
    return tuple(site.host for site in config.own_sites().values() if site.render)


def user_agent(config: Config) -> str:
    """Say who asks: token, version and a contact that reaches the operator."""
    return f"{config.agent.name}/{version('scraper')} (+{config.agent.contact})"


def _is_on(hosts: tuple[str, ...], url: Url) -> bool:
    return any(belongs_to(url, host) for host in hosts)


def _now() -> datetime:
    return datetime.now(UTC)
