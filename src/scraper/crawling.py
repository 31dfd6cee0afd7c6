"""Crawling: the crawler and its client at work in a run, beside what the run does meanwhile.

A module apart from the runs, because this is the one place where an event loop meets what blocks.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from datetime import UTC, datetime

from scraper.asking import open_fetcher
from scraper.config import Config
from scraper.crawl.crawler import Crawler
from scraper.noting import note_visit
from scraper.page import Page
from scraper.report.summary import Summary
from scraper.store.journal import Journal

TICK_S = 0.1
"""How often a crawl commits what it has, and the run looks at finished extractions and shows progress."""


async def crawl(
    config: Config,
    journal: Journal,
    summary: Summary,
    *,
    limit: int | None = None,
    tick: Callable[[], None] = lambda: None,
    enough: Callable[[], bool] = lambda: False,
) -> list[str]:
    """Crawl until nothing is due or it is enough; tick now and then, and give the crawler's notices."""
    rng = random.Random()  # noqa: S311

    def count_visit(page: Page, new: int) -> None:
        summary.count_visit(page, new)
        note_visit(page, new)

    async with contextlib.AsyncExitStack() as stack:
        fetcher = await open_fetcher(config, rng, stack)
        crawler = Crawler(
            config,
            config.own_sites(),
            journal,
            fetcher,
            now=_now,
            sleep=asyncio.sleep,
            rng=rng,
            limit=limit,
            on_page=count_visit,
            stop=enough,
        )
        summary.turns = crawler.turns
        task = asyncio.create_task(crawler.run())
        try:
            while not (await asyncio.wait({task}, timeout=TICK_S))[0]:
                tick()
        finally:
            task.cancel()
            summary.turns = dict
        await task
        return crawler.notices()


def _now() -> datetime:
    return datetime.now(UTC)
