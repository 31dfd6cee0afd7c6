"""The runs: crawl, extract, and both overlapped.

The only module that knows two stages. A run holds the lock of its data folder, repairs what a killed run left, and
ends with a summary. The journal checks its sums: a segment whose outcomes are not as many as its visits stops the run.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from scraper import intake
from scraper.article import Article
from scraper.asking import ask_page, rendered
from scraper.config import Config
from scraper.crawl.browser import find_browser
from scraper.crawling import TICK_S, crawl
from scraper.errors import ExtractError, ScraperError, StoppedError
from scraper.logs import keep_log, note
from scraper.mirroring import Mirroring
from scraper.noting import note_end
from scraper.pinging import Pinging
from scraper.report.printable import printable
from scraper.report.summary import Summary
from scraper.skip import Skip
from scraper.store.foreign_sources import find_sources
from scraper.store.journal import Journal
from scraper.store.release import list_unswitched, prepare
from scraper.store.runs import hold, write_run
from scraper.store.selection import Selection
from scraper.url import Url

if TYPE_CHECKING:
    from scraper.extraction import Extraction, Outcomes

Progress = Callable[[Summary], None]
Gather = Callable[[Journal, Callable[[], None], Callable[[], bool]], list[str]]
"""Brings pages to a journal, ticking, until there are no more or it is enough; gives notices."""


def scrape(
    config: Config,
    data: Path,
    *,
    command: str = "scrape",
    limit: int | None = None,
    cluster: str = "",
    progress: Progress = lambda summary: None,
    every_visit: bool = False,
) -> Summary:
    """Run the pipeline once over the sites of the config.

    Args:
        config: With the sites to visit.
        data: The data folder; made if missing.
        command: "scrape" for both stages overlapped, "crawl" or "extract" for one of them.
        limit: Most articles asked per site.
        cluster: Whose workers extract, such as tcp://host:8786; "" for processes of this machine.
        progress: Called a few times a second with the counts so far.
        every_visit: Let the log in data/logs have every visit, not only those that failed.

    Returns:
        The counts, also written to data/runs/<id>.json.

    SIGTERM and SIGINT end it politely: what was fetched is committed, what was not extracted is left for the next run.

    Raises:
        ConfigError: The run would crawl, and no contact is set, or a site needs a browser that is not installed; or
            there is no such cluster.
        LockedError: Another run holds the data folder.
        StoreError: The data folder could not be read or written; starting again goes on where this run stopped.
    """
    if command != "extract":
        config.require_contact()
        if rendered(config):
            find_browser()

    def work(summary: Summary, stopping: Event) -> None:
        if config.fetch.proxy and command != "extract":
            summary.notices.append(f"proxy {config.fetch.proxy} is used: it takes the check for private addresses over")
        if config.shard.of > 1:
            own, shard = len(config.own_sites()), config.shard
            summary.notices.append(f"machine {shard.number} of {shard.of} visits {own} of {len(config.sites)} sites")

        def gather(journal: Journal, tick: Callable[[], None], enough: Callable[[], bool]) -> list[str]:
            summary.doing = "crawling"
            return asyncio.run(crawl(config, journal, summary, limit=limit, tick=tick, enough=enough))

        asks = None if command == "extract" else gather
        _run(config, data, asks, summary, progress, stopping, extracts=command != "crawl", cluster=cluster)

    return conduct(config, data, command, work, every_visit=every_visit)


def take_in(
    config: Config,
    data: Path,
    named: Sequence[str],
    selection: Selection,
    *,
    cluster: str = "",
    progress: Progress = lambda summary: None,
    every_visit: bool = False,
) -> Summary:
    """Copy the pages of archives that others crawled into the archive, and extract them.

    Args:
        config: With the sites whose rules are applied.
        data: The data folder; made if missing.
        named: Files, folders, patterns, and addresses of a bucket.
        selection: What is wanted of them.
        cluster: As of scrape.
        progress: As of scrape.
        every_visit: As of scrape.

    Returns:
        The counts, also written to data/runs/<id>.json. SIGTERM and SIGINT end it politely, as scrape.

    Raises:
        ConfigError: Nothing is there that is named so, or there is no such cluster.
        LockedError, StoreError: As scrape.
    """
    sources, unread = find_sources(named)

    def work(summary: Summary, stopping: Event) -> None:
        summary.intake.archives = len(sources) + len(unread)
        summary.intake.unread |= {each.address: each.why for each in unread}

        def gather(journal: Journal, tick: Callable[[], None], enough: Callable[[], bool]) -> list[str]:
            intake.take_in(config, journal, summary, sources, selection, tick=tick, enough=enough)
            return []

        _run(config, data, gather, summary, progress, stopping, extracts=True, cluster=cluster)

    return conduct(config, data, "extract", work, every_visit=every_visit)


def conduct(
    config: Config, data: Path, command: str, work: Callable[[Summary, Event], None], *, every_visit: bool
) -> Summary:
    """Do the work of a run under the lock of its data folder, with its log, its record and its pings.

    Args:
        config: With the sites to visit.
        data: The data folder; made if missing.
        command: Its name.
        work: Counts into the summary; the event is set where a signal asks it to end.
        every_visit: As of scrape.

    Returns:
        The summary, also written to data/runs/<id>.json.

    Raises:
        LockedError: Another run holds the data folder.
        StoreError: The data folder could not be read or written.
    """
    started_at = _now()
    run = f"{started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    summary = Summary(run, command, started_at, configured=len(config.own_sites()))
    pinging = Pinging(config.ping.url)
    with hold(data), signals() as stopping, keep_log(data, every_visit=every_visit) as log:
        write_run(data, summary.run, summary.to_json())
        note("run begins", run=run, command=command, sites=summary.configured, version=version("scraper"))
        pinging.begin()
        try:
            work(summary, stopping)
        except StoppedError:
            pass
        except BaseException as error:
            summary.error = str(error) if isinstance(error, ScraperError) else f"{type(error).__name__}: {error}"
            bug = None if isinstance(error, ScraperError) else traceback.format_exc()
            note("run is stopped", logging.ERROR, run=run, error=summary.error, traceback=bug)
            raise
        finally:
            if stopping.is_set():
                summary.notices.append("stopped by a signal; the next run goes on")
            summary.finished_at = _now()
            note_end(summary)
            if log.fault:
                summary.notices.append(f"{log.path}: could not be written: {log.fault}")
            write_run(data, summary.run, summary.to_json())
            pinging.end(summary.exit_status, [printable(summary.error or ""), *summary.lines()])
            summary.notices += pinging.notices
    return summary


def _run(
    config: Config,
    data: Path,
    gather: Gather | None,
    summary: Summary,
    progress: Progress,
    stopping: Event,
    *,
    extracts: bool,
    cluster: str,
) -> None:
    futures: deque[tuple[str, Future[Outcomes]]] = deque()
    mirroring = Mirroring(config.store, data, stopping)
    release = prepare(data, summary.started_at)
    summary.notices += [f"{path}: {what}" for path, what in list_unswitched(data)]
    with contextlib.ExitStack() as stack:
        extraction = stack.enter_context(_open_extraction(config, data, release, cluster)) if extracts else None

        def submit(segment: str) -> None:
            if extraction:
                futures.append((segment, extraction.submit(segment)))

        def collect() -> None:
            while futures and futures[0][1].done():
                segment, future = futures.popleft()
                outcomes = future.result()
                journal.mark_extracted(segment, len(outcomes))
                summary.count_outcomes(outcomes)
                articles = sum(outcome == "article" for _, outcome, _ in outcomes)
                note("segment extracted", segment=segment, visits=len(outcomes), articles=articles)
                if extraction:
                    mirroring.now_and_then(extraction.between)
            if stopping.is_set():
                summary.doing = "stopping"
            elif extraction and (told := extraction.tell()):
                summary.doing = f"extracting {told}"
            progress(summary)

        journal = Journal(data, summary.run, config.store.segment_bytes, _now, submit)
        try:
            for segment in journal.closed_segments():
                submit(segment)

            def tick() -> None:
                journal.flush()
                collect()

            if gather:
                until = _until(config, summary)
                summary.notices += gather(journal, tick, lambda: stopping.is_set() or _now() >= until)
                if _now() >= until and not stopping.is_set():
                    summary.notices.append("max_runtime_s is over; the next run goes on")
            journal.close_segment()
            summary.doing = "extracting"
            while futures and not stopping.is_set():
                wait([futures[0][1]], TICK_S)
                collect()
            if extraction and not stopping.is_set():
                summary.notices += extraction.write_again(stopping.is_set)
        finally:
            if extraction:
                extraction.stop()
            for _, future in futures:
                future.cancel()
            journal.close()
            summary.doing = "completing"
            progress(summary)
        mirroring.settle()
        if extraction:
            summary.alarms, summary.open_alarms = extraction.alarms()
            summary.notices += extraction.complete(stopping.is_set)
    mirroring.finish()
    summary.notices += mirroring.notices
    summary.unmirrored = mirroring.fault


def _open_extraction(config: Config, data: Path, release: Path, cluster: str) -> Extraction:
    from scraper.extraction import Extraction  # two thirds of the memory of a run that only crawls

    return Extraction(config, data, release, cluster=cluster)


@contextlib.contextmanager
def signals() -> Iterator[Event]:
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


def _until(config: Config, summary: Summary) -> datetime:
    limit_s = config.fetch.max_runtime_s
    return summary.started_at + timedelta(seconds=limit_s) if limit_s else datetime.max.replace(tzinfo=UTC)


def extract_url(config: Config, url: Url) -> Article:
    """Ask for one page, as a crawl would, and extract it; nothing is kept.

    Raises:
        ConfigError: No contact is set.
        ItemError: It could not be fetched, robots.txt forbids it, or it is no article.
    """
    page, rule = ask_page(config, url)
    from scraper.page_extraction import extract_page

    result = extract_page(page, rule)
    if isinstance(result, Skip):
        raise ExtractError(result.reason, result.detail)
    return result


def _now() -> datetime:
    return datetime.now(UTC)
