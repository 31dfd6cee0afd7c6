"""Press corpus: three weeks of the demo's press, crawled in virtual time, so that notebooks have something to show.

The crawler, the archive, the extraction and the marks are the real ones; only the network and the clock are not. What
depends on neither is the same each time. `make press-corpus` writes it to data/press.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import click

from scraper.config import Agent, Config, Extract, Fetch
from scraper.crawl.crawler import Crawler
from scraper.crawl.fetch import Check
from scraper.crawl.judge import judge
from scraper.demo.press import DAYS, START, answer, sites
from scraper.page import Exchange, Headers, Kind
from scraper.pipeline import scrape
from scraper.report.summary import Summary
from scraper.skip import Skip
from scraper.store.journal import Journal
from scraper.store.runs import write_run
from scraper.url import Url

AT = timedelta(hours=19)
"""Time of day of the runs."""
UNATTENDED = range(8, 12)
"""Days without a run, as if nobody had noticed that cron was off: what feeds dropped meanwhile is missing."""
_ANSWER_TAKES = timedelta(seconds=2)


class _Clock:
    """A clock that goes on when something is asked or waited for, and else stands."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class _Asker:
    """Takes the place of the HTTP client."""

    def __init__(self, clock: _Clock, user_agent: str) -> None:
        self._clock, self._user_agent = clock, user_agent

    async def fetch(
        self, url: Url, *, kind: Kind, headers: Headers = (), check: Check | None = None
    ) -> tuple[tuple[Exchange, ...], Skip | None]:
        if check and (skip := await check(url)):
            return (), skip
        asked_at = self._clock.at
        self._clock.at += _ANSWER_TAKES
        found, asked = answer(url, asked_at), {name.lower(): value for name, value in headers}
        same = bool(found.etag) and asked.get("if-none-match") == found.etag
        status = HTTPStatus.NOT_MODIFIED if same else HTTPStatus(found.status)
        told = [("Content-Type", found.content_type), *([("ETag", found.etag)] if found.etag else [])]
        exchange = Exchange(
            url,
            (("User-Agent", self._user_agent), *headers),
            status.value,
            status.phrase,
            tuple(told),
            b"" if same else found.body,
            ip="192.0.2.1",  # RFC 5737: for documentation
            asked_at=asked_at,
        )
        return (exchange,), judge(exchange, exchange.payload, kind)


def make_corpus(data: Path) -> None:
    """Crawl the press once a day for three weeks, and extract what came.

    Args:
        data: A data folder that is empty or missing.
    """
    config = Config(
        Agent("scraper-demo", "https://example.org/scraper-demo"),
        Fetch(delay_s=0, backoff_s=0, tries=1),
        Extract(workers=2),
        sites=sites(),
    )
    for began in _runs():
        _crawl(config, data, began)
    scrape(config, data, command="extract")


def _runs() -> Iterator[datetime]:
    for day in range(DAYS):
        if day not in UNATTENDED:
            yield START + timedelta(days=day) + AT


def _crawl(config: Config, data: Path, began: datetime) -> None:
    clock, rng = _Clock(began), random.Random(7)  # noqa: S311
    run = f"{began:%Y%m%dT%H%M%SZ}-demo"
    summary = Summary(run, "crawl", began, configured=len(config.sites))
    with Journal(data, run, config.store.segment_bytes, clock.now, lambda name: None, monotonic=lambda: 0.0) as journal:
        crawler = Crawler(
            config,
            config.sites,
            journal,
            _Asker(clock, f"{config.agent.name}/1"),
            now=clock.now,
            sleep=clock.sleep,
            rng=rng,
            on_page=summary.count_visit,
        )
        asyncio.run(crawler.run())
        journal.close_segment()
    summary.finished_at = clock.at
    write_run(data, run, summary.to_json())


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("data/press"), show_default=True)
def main(data: Path) -> None:
    """Make the corpus."""
    if data.exists():
        raise click.UsageError(f"{data} is there already; remove it, or name another folder with --data")
    make_corpus(data)
    click.echo(f"{data} is made; to look at it: make notebooks SCRAPER_DATA={data}")


if __name__ == "__main__":
    main()
