"""Extraction: from an archived page to its rows.

A pure function of a segment, the config and EXTRACTOR_VERSION, apart from the runs that call it: the same segment gives
the same rows, byte for byte, on one core or many.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scraper.article import Article
from scraper.clean.quality import check
from scraper.clean.text import clean_article
from scraper.config import Config, Rule
from scraper.crawl.judge import judge
from scraper.errors import ExtractError, ItemError, StoreError
from scraper.extract.assemble import EXTRACTOR_VERSION, extract_article
from scraper.extract.conflicts import add_listed
from scraper.extract.joined import join
from scraper.logs import note
from scraper.marking import Marking, Visited
from scraper.page import Exchange, Page
from scraper.payload import decode_payload
from scraper.policy import objection
from scraper.report.health_alarm import Alarm
from scraper.skip import Skip
from scraper.store.catalog import write_catalog
from scraper.store.compact import compact_closed
from scraper.store.release import MARKS
from scraper.store.row import article_row, outcome_row
from scraper.store.segment_rows import clear_staging, write_segment
from scraper.store.segments import read_visits
from scraper.store.warc import Capture
from scraper.url import article_id as make_article_id
from scraper.watching import HEALTH, Sight, Watching, see
from scraper.workers import Workers

MAX_BODY_BYTES = 64_000_000
"""Decoded body that extraction takes from an archive, whatever limit the crawl had."""

TICK_S = 0.1
"""How often it is asked whether it is enough, while rows are written again."""

PageJob = tuple[Page, Rule | None]
Row = dict[str, Any]
Outcomes = list[tuple[str, str, str | None]]
"""(site, outcome, reason) of every visit in a segment."""


class Extraction:
    """What extracts closed segments beside a crawl: a thread that hands their pages to processes.

    Args:
        config: Limits, rules and policy.
        data: The data folder.
        release: The folder of the release that is written to.
        counting: False: the health of sites is left to runs, which may go on meanwhile.

    Raises:
        StoreError: What a killed run was writing can't be cleared.
    """

    def __init__(self, config: Config, data: Path, release: Path, *, counting: bool = True) -> None:
        clear_staging(release)
        self._config, self._data, self._release = config, data, release
        self._submitted = False
        self._workers = Workers(
            extract_page,
            count=config.extract.workers,
            timeout_s=config.extract.page_timeout_s,
            memory_bytes=config.extract.page_memory_bytes,
        )
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="extract")
        self._marking = Marking(release / MARKS)
        self._watching = Watching(data / HEALTH, counting=counting)

    def __enter__(self) -> Self:
        """Give itself; processes start with the first segment."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the thread first, so that it does not wait for children that are gone."""
        self._thread.shutdown()
        self._workers.__exit__(kind, error, trace)
        self._marking.close()
        self._watching.close()

    def submit(self, segment: str, captures: Iterable[Capture] | None = None) -> Future[Outcomes]:
        """Extract a segment once those before it are done.

        Args:
            segment: Its name.
            captures: Its visits, read while they are extracted; None for those of the data folder's segment.
        """
        self._submitted = True
        return self._thread.submit(
            extract_segment,
            read_visits(self._data, segment) if captures is None else captures,
            segment,
            self._config,
            self._workers,
            self._marking,
            self._release,
            self._watching,
        )

    def write_again(self, enough: Callable[[], bool]) -> list[str]:
        """Write the rows of earlier segments again that are suspected since; give what the operator should know."""
        for segment in self._watching.again():
            future = self.submit(segment)
            while not future.done():
                if enough():
                    return []
                wait([future], TICK_S)
            try:
                future.result()
            except StoreError as error:
                return [f"rows that are suspected since are not marked yet: {error}"]
            self._watching.written(segment)
        return []

    def alarms(self) -> tuple[list[Alarm], list[Alarm]]:
        """Give the alarms that began with this run, and those that are open since before."""
        return self._watching.alarms()

    def between(self, do: Callable[[], None]) -> Future[None]:
        """Do something once the segments before it are done: no rows are written meanwhile."""
        return self._thread.submit(do)

    def stop(self) -> None:
        """Give up what is not done."""
        self._workers.stop()

    def complete(self, enough: Callable[[], bool]) -> list[str]:
        """Merge the small files of days that are over, and describe the release; give what the operator should know."""
        merged = False
        try:
            for merge in compact_closed(self._release, datetime.now(UTC).date()):
                note("files merged", path=str(merge.path), parts=merge.parts, rows=merge.rows)
                merged = True
                if enough():
                    break
            if merged or self._submitted:
                write_catalog(self._release)
        except StoreError as error:
            return [str(error)]  # the rows are safe as they are, and the next run tries again
        return []


def extract_segment(
    captures: Iterable[Capture],
    segment: str,
    config: Config,
    workers: Workers[PageJob, Article | Skip],
    marking: Marking,
    release: Path,
    watching: Watching | None = None,
) -> Outcomes:
    """Write the rows of a closed segment: a function of it, the config, EXTRACTOR_VERSION and the articles before.

    Doing it again replaces the same files by the same bytes, but for what is suspected since. An article that says
    what its last version said gives no row.

    Args:
        captures: Its visits, all of one UTC day, in the order they were made.
        segment: Its name.
        config: Rules and policy.
        workers: What extracts a page.
        marking: What knows the articles before.
        release: The folder of the release that is written to.
        watching: What knows the health of sites; None: nothing is suspected.

    Returns:
        (site, outcome, reason) of every visit in it.
    """
    outcomes: list[Row] = []
    found: list[tuple[Capture, Article]] = []
    waiting: deque[Capture] = deque()
    sights: list[Sight | None] = []

    def jobs() -> Iterator[PageJob]:
        for capture in captures:
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
                sights.append(see(page, capture.record_id, None))

    for result in workers.map(jobs()):
        capture = waiting.popleft()
        sights.append(see(capture.page, capture.record_id, result))
        if isinstance(result, Skip):
            outcomes.append(outcome_row(capture, result, None))
        else:
            found.append((capture, result))
    if watching:
        watching.take_in(segment, [sight for sight in sights if sight])
    articles = _mark(found, marking, watching, outcomes)
    # A segment holds pages of one day: the journal begins another one at midnight.
    if outcomes:  # a file of others that lies in the archive holds none
        write_segment(release, segment, outcomes[0]["fetched_at"].date(), articles, outcomes)
    marking.commit()
    if watching:
        watching.commit()
    return [(row["site"], row["outcome"], row["reason"]) for row in outcomes]


def _mark(
    found: list[tuple[Capture, Article]], marking: Marking, watching: Watching | None, outcomes: list[Row]
) -> list[Row]:
    """Give the rows of articles that are new or have changed, and account for all of them.

    What is marked and not written, because the run ends in between, is marked again.
    """
    marking.rollback()
    rows = []
    for capture, article in sorted(found, key=lambda each: (each[0].page.fetched_at, each[0].page.target.url)):
        page = capture.page
        article_id = make_article_id(page.target.url)
        marks = marking.mark(Visited(article_id, page.target.site, page.fetched_at, capture.record_id, article))
        if marks is not None:
            marks["suspect"] = watching.suspicion(capture.record_id, article) if watching else None
            rows.append(article_row(capture, article, EXTRACTOR_VERSION, marks))
        outcomes.append(outcome_row(capture, None, article_id, same=marks is None))
    return rows


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
        listed = page.target.evidence
        article = add_listed(article, listed.kind, listed.title, listed.published)
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


def _without_payloads(page: Page) -> Page:
    parts = tuple(_without_payload(part) for part in page.parts)
    return dataclasses.replace(page, exchanges=_without_payload(page.exchanges), parts=parts)


def _without_payload(exchanges: tuple[Exchange, ...]) -> tuple[Exchange, ...]:
    return tuple(dataclasses.replace(exchange, payload=b"") for exchange in exchanges)
