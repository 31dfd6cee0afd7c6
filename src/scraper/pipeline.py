"""The runs: crawl, extract, and both overlapped.

The only module that knows two stages. A run holds the lock of its data folder, repairs what a killed run left, and
ends with a summary. The journal checks its sums: a segment whose outcomes are not as many as its visits stops the run.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import random
import secrets
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

from scraper.article import Article
from scraper.clean.quality import check
from scraper.clean.text import clean_article
from scraper.config import Config, Rule, Site
from scraper.crawl.browser import find_browser
from scraper.crawl.crawler import Crawler
from scraper.crawl.fetch import Asker, Fetcher
from scraper.crawl.judge import judge
from scraper.crawl.render import Renderer
from scraper.errors import ExtractError, FetchError, ItemError, ScraperError, StoppedError
from scraper.extract.assemble import EXTRACTOR_VERSION, extract_article
from scraper.extract.joined import join
from scraper.page import Exchange, Page
from scraper.payload import decode_payload
from scraper.policy import objection
from scraper.report.summary import Summary
from scraper.skip import Skip
from scraper.store.corpus import clear_staging, write_segment
from scraper.store.journal import Journal
from scraper.store.runs import hold, write_run
from scraper.store.schema import article_row, outcome_row
from scraper.store.warc import Capture, read_segment
from scraper.url import Url, belongs_to, host_of
from scraper.workers import Workers

TICK_S = 0.1
"""How often a crawl commits what it has, looks at finished extractions and shows progress."""

MAX_BODY_BYTES = 64_000_000
"""Decoded body that extraction takes from an archive, whatever limit the crawl had."""

PageJob = tuple[Page, Rule | None]
Row = dict[str, Any]
Outcomes = list[tuple[str, str, str | None]]
Progress = Callable[[Summary], None]


def scrape(
    config: Config,
    data: Path,
    *,
    command: str = "scrape",
    limit: int | None = None,
    progress: Progress = lambda summary: None,
) -> Summary:
    """Run the pipeline once over the sites of the config.

    Args:
        config: With the sites to visit.
        data: The data folder; made if missing.
        command: "scrape" for both stages overlapped, "crawl" or "extract" for one of them.
        limit: Most articles asked per site.
        progress: Called a few times a second with the counts so far.

    Returns:
        The counts, also written to data/runs/<id>.json.

    SIGTERM and SIGINT end it politely: what was fetched is committed, what was not extracted is left for the next run.

    Raises:
        ConfigError: The run would crawl, and no contact is set, or a site needs a browser that is not installed.
        LockedError: Another run holds the data folder.
        StoreError: The data folder could not be read or written; starting again goes on where this run stopped.
    """
    if command != "extract":
        config.require_contact()
        if _rendered(config):
            find_browser()
    started_at = _now()
    run = f"{started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    summary = Summary(run, command, started_at, configured=len(config.sites))
    if config.fetch.proxy and command != "extract":
        summary.notices.append(f"proxy {config.fetch.proxy} is used: it takes the check for private addresses over")
    with hold(data), _signals() as stopping:
        write_run(data, summary.run, summary.to_json())
        try:
            _run(config, data, command, limit, summary, progress, stopping)
        except StoppedError:
            pass
        except BaseException as error:
            summary.error = str(error) if isinstance(error, ScraperError) else f"{type(error).__name__}: {error}"
            raise
        finally:
            if stopping.is_set():
                summary.notices.append("stopped by a signal; the next run goes on")
            summary.finished_at = _now()
            write_run(data, summary.run, summary.to_json())
    return summary


def _run(
    config: Config,
    data: Path,
    command: str,
    limit: int | None,
    summary: Summary,
    progress: Progress,
    stopping: Event,
) -> None:
    clear_staging(data)
    futures: deque[tuple[str, Future[Outcomes]]] = deque()
    with (
        Workers(
            extract_page,
            count=config.extract.workers,
            timeout_s=config.extract.page_timeout_s,
            memory_bytes=config.extract.page_memory_bytes,
        ) as workers,
        # Left before the workers are, so that no thread waits for children that are gone.
        ThreadPoolExecutor(1, thread_name_prefix="extract") as thread,
    ):

        def submit(segment: str) -> None:
            if command != "crawl":
                futures.append((segment, thread.submit(extract_segment, data, segment, config, workers)))

        def collect() -> None:
            while futures and futures[0][1].done():
                segment, future = futures.popleft()
                outcomes = future.result()
                journal.mark_extracted(segment, len(outcomes))
                summary.count_outcomes(outcomes)
            progress(summary)

        journal = Journal(data, summary.run, config.store.segment_bytes, _now, submit)
        try:
            for segment in journal.closed_segments():
                submit(segment)

            def tick() -> None:
                journal.flush()
                collect()

            if command != "extract":
                until = _until(config, summary)
                crawl = _crawl(
                    config,
                    journal,
                    limit=limit,
                    on_page=summary.count_visit,
                    tick=tick,
                    enough=lambda: stopping.is_set() or _now() >= until,
                )
                summary.notices += asyncio.run(crawl)
                if _now() >= until and not stopping.is_set():
                    summary.notices.append("max_runtime_s is over; the next run goes on")
            journal.close_segment()
            while futures and not stopping.is_set():
                wait([futures[0][1]], TICK_S)
                collect()
        finally:
            workers.stop()
            for _, future in futures:
                future.cancel()
            journal.close()
            progress(summary)


@contextlib.contextmanager
def _signals() -> Iterator[Event]:
    """Turn SIGTERM and SIGINT into an event; in a thread other than the main one they are the caller's to handle."""
    stopping = Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return
    previous = {signum: signal.getsignal(signum) for signum in (signal.SIGTERM, signal.SIGINT)}
    for signum in previous:
        signal.signal(signum, lambda signum, frame: stopping.set())
    try:
        yield stopping
    finally:
        for signum, handler in previous.items():
            signal.signal(signum, handler)


async def _crawl(
    config: Config,
    journal: Journal,
    *,
    limit: int | None = None,
    on_page: Callable[[Page, int], None],
    tick: Callable[[], None] = lambda: None,
    enough: Callable[[], bool] = lambda: False,
) -> list[str]:
    """Crawl until nothing is due or it is enough; tick now and then, and give the crawler's notices."""
    rng = random.Random()  # noqa: S311
    async with contextlib.AsyncExitStack() as stack:
        fetcher: Asker = await stack.enter_async_context(Fetcher(config.fetch, user_agent(config), rng=rng, now=_now))
        if hosts := _rendered(config):
            fetcher = Renderer(fetcher, partial(_is_on, hosts), config.fetch.max_body_bytes, find_browser())
            await stack.enter_async_context(fetcher)
        crawler = Crawler(
            config,
            config.sites,
            journal,
            fetcher,
            now=_now,
            sleep=asyncio.sleep,
            rng=rng,
            limit=limit,
            on_page=on_page,
            stop=enough,
        )
        crawl = asyncio.create_task(crawler.run())
        try:
            while not (await asyncio.wait({crawl}, timeout=TICK_S))[0]:
                tick()
        finally:
            crawl.cancel()
        await crawl
        return crawler.notices()


def _rendered(config: Config) -> tuple[str, ...]:
    return tuple(site.host for site in config.sites.values() if site.render)


def _is_on(hosts: tuple[str, ...], url: Url) -> bool:
    return any(belongs_to(url, host) for host in hosts)


def _until(config: Config, summary: Summary) -> datetime:
    limit_s = config.fetch.max_runtime_s
    return summary.started_at + timedelta(seconds=limit_s) if limit_s else datetime.max.replace(tzinfo=UTC)


def extract_segment(data: Path, segment: str, config: Config, workers: Workers[PageJob, Article | Skip]) -> Outcomes:
    """Write the rows of a closed segment: a pure function of the segment, the config and EXTRACTOR_VERSION.

    Doing it again replaces the same files by the same bytes.

    Returns:
        (site, outcome, reason) of every visit in it.
    """
    articles: list[Row] = []
    outcomes: list[Row] = []
    waiting: deque[Capture] = deque()

    def jobs() -> Iterator[PageJob]:
        for capture in read_segment(data / "warc" / f"{segment}.warc.gz"):
            page = capture.page
            is_article = page.target.kind == "article" and page.skip is None and not page.unchanged
            if is_article and (stopped := objection(page.opt_outs, config.policy.stop_row)):
                detail = f"the page, its headers or the files of its origin say {stopped[0]} {stopped[1]}"
                outcomes.append(outcome_row(capture, Skip("opted_out", detail), None))
            elif is_article:
                # The payload goes with the job alone: a whole segment of them would not fit into memory.
                waiting.append(dataclasses.replace(capture, page=_without_payloads(page)))
                site = config.sites.get(page.target.site)
                yield page, site.rule_at(page.fetched_at) if site else None
            else:
                outcomes.append(outcome_row(capture, page.skip, None))

    for result in workers.map(jobs()):
        capture = waiting.popleft()
        if isinstance(result, Skip):
            outcomes.append(outcome_row(capture, result, None))
        else:
            row = article_row(capture, result, EXTRACTOR_VERSION)
            articles.append(row)
            outcomes.append(outcome_row(capture, None, row["id"]))
    # A segment holds pages of one day: the journal begins another one at midnight.
    write_segment(data, segment, outcomes[0]["fetched_at"].date(), articles, outcomes)
    return [(row["site"], row["outcome"], row["reason"]) for row in outcomes]


def extract_page(job: PageJob) -> Article | Skip:
    """Make a clean article of a page, or say why not."""
    page, rule = job
    answer, missing = page.exchanges[-1], page.missing
    try:
        pages = [
            extract_article(
                page.body(MAX_BODY_BYTES),
                url=page.target.url,
                content_type=answer.header("Content-Type"),
                fetched_at=page.fetched_at,
                rule=rule,
            )
        ]
        for part in page.parts:
            try:
                pages += _extract_part(part, page, rule)
            except ItemError as error:
                # What follows would be read as if nothing were missing in between.
                missing = Skip(error.reason, f"page {len(pages) + 1}, {part[-1].url}: {error.detail}")
                break
        article = join(pages, missing=f"{missing.reason}: {missing.detail}" if missing else None)
        return _clean(dataclasses.replace(article, final_url=page.final_url))
    except ItemError as error:
        return Skip(error.reason, error.detail, error.retryable)


def _extract_part(part: tuple[Exchange, ...], page: Page, rule: Rule | None) -> Iterator[Article]:
    """Extract a further page of an article; nothing where none came, or the first one came again.

    Raises:
        ItemError: It is no article.
    """
    if not part or part[-1].url == page.final_url or part[-1].truncated:
        return
    answer = part[-1]
    body = decode_payload(answer.payload, answer.header("Content-Encoding"), MAX_BODY_BYTES)
    if judge(answer, body[:1024], "article") is None:
        content_type = answer.header("Content-Type")
        yield extract_article(body, url=answer.url, content_type=content_type, fetched_at=page.fetched_at, rule=rule)


def extract_payload(
    html: bytes, *, url: str, final_url: str, content_type: str | None, fetched_at: datetime, rule: Rule | None
) -> Article:
    """Extract and clean, as every article of the corpus is.

    Raises:
        ItemError: It is no article.
    """
    article = extract_article(html, url=url, content_type=content_type, fetched_at=fetched_at, rule=rule)
    return _clean(dataclasses.replace(article, final_url=final_url))


def extract_plain(payload: bytes) -> Article:
    """Extract and clean a text without markup.

    Raises:
        ItemError: It is no article.
    """
    from scraper.extract.decode import decode  # neither is needed where pages are extracted
    from scraper.extract.flat_text import extract_text

    return _clean(extract_text(decode(payload)))


def _clean(article: Article) -> Article:
    article = clean_article(article)
    if skip := check(article):
        raise ExtractError(skip.reason, skip.detail)
    return article


def extract_url(config: Config, url: Url) -> Article:
    """Ask for one page, as a crawl would, and extract it; nothing is kept.

    Raises:
        ConfigError: No contact is set.
        ItemError: It could not be fetched, robots.txt forbids it, or it is no article.
    """
    config.require_contact()
    host = host_of(url)
    known = next((site for site in config.sites.values() if belongs_to(url, site.host)), None)
    site = Site(host, front_pages=(url,), rules=known.rules if known else ())
    pages: list[Page] = []
    with TemporaryDirectory() as folder:
        journal = Journal(Path(folder), "one", config.store.segment_bytes, _now, lambda segment: None)
        with contextlib.closing(journal):
            asyncio.run(
                _crawl(
                    dataclasses.replace(config, sites={host: site}),
                    journal,
                    on_page=lambda page, new: pages.append(page),
                    enough=lambda: any(page.target.url == url for page in pages),
                )
            )
    page = next((page for page in reversed(pages) if page.target.url == url), None)
    if page is None or not page.exchanges or page.status != HTTPStatus.OK:
        skip = page.skip if page and page.skip else Skip("stopped", f"{url} was not asked")
        raise FetchError(skip.reason, skip.detail, retryable=skip.retryable)
    result = extract_page((page, site.rule_at(page.fetched_at)))
    if isinstance(result, Skip):
        raise ExtractError(result.reason, result.detail)
    return result


def user_agent(config: Config) -> str:
    """Say who asks: token, version and a contact that reaches the operator."""
    return f"{config.agent.name}/{version('scraper')} (+{config.agent.contact})"


def _without_payloads(page: Page) -> Page:
    parts = tuple(_without_payload(part) for part in page.parts)
    return dataclasses.replace(page, exchanges=_without_payload(page.exchanges), parts=parts)


def _without_payload(exchanges: tuple[Exchange, ...]) -> tuple[Exchange, ...]:
    return tuple(dataclasses.replace(exchange, payload=b"") for exchange in exchanges)


def _now() -> datetime:
    return datetime.now(UTC)
