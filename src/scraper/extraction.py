"""Extraction: from closed segments to the rows of a release.

A module apart from the runs that call it. What a visit came to is found by worker processes; here its rows are marked
with what earlier articles tell, and written, segment by segment in the order they were handed in: so the same archive
gives the same rows, byte for byte, on one core or many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from threading import BoundedSemaphore, Event
from types import TracebackType
from typing import Self

from scraper.cluster import Cluster
from scraper.config import Config
from scraper.errors import StoppedError, StoreError
from scraper.finding import Finding, find, find_all, unpack
from scraper.logs import note
from scraper.marking import Marking, Visited
from scraper.report.health_alarm import Alarm
from scraper.store.catalog import write_catalog
from scraper.store.compact import compact_closed
from scraper.store.release import MARKS
from scraper.store.row import same_again
from scraper.store.schema import Row
from scraper.store.segment_rows import clear_staging, write_segment
from scraper.store.segments import read_visits
from scraper.store.warc import Capture
from scraper.watching import HEALTH, Watching
from scraper.workers import Workers

TICK_S = 0.1
"""How often it is asked whether it is enough, while rows are written again."""

AHEAD = 2
"""Segments in memory: one is being written while the workers are busy with the next."""

Outcomes = list[tuple[str, str, str | None]]
"""(site, outcome, reason) of every visit in a segment."""


class Extraction:
    """What extracts closed segments beside a crawl: a thread that hands their visits to processes, one that writes.

    Args:
        config: Limits, rules and policy.
        data: The data folder.
        release: The folder of the release that is written to.
        counting: False: the health of sites is left to runs, which may go on meanwhile.
        cluster: Whose workers find what segments came to, such as tcp://host:8786; "" for processes of this machine.

    Raises:
        ConfigError: There is no such cluster.
        StoreError: What a killed run was writing can't be cleared.
    """

    def __init__(self, config: Config, data: Path, release: Path, *, counting: bool = True, cluster: str = "") -> None:
        clear_staging(release)
        self._config, self._data, self._release = config, data, release
        self._submitted = False
        self._workers = Workers(
            find,
            count=config.extract.workers,
            timeout_s=config.extract.page_timeout_s,
            memory_bytes=config.extract.page_memory_bytes,
        )
        self._finding = ThreadPoolExecutor(1, thread_name_prefix="find")
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="extract")
        self._room, self._stopping = BoundedSemaphore(AHEAD), Event()
        self._cluster = Cluster(cluster, config, data) if cluster else None
        self._marking = Marking(release / MARKS)
        self._watching = Watching(data / HEALTH, counting=counting)

    def __enter__(self) -> Self:
        """Give itself; processes start with the first segment."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the threads first, so that they do not wait for children that are gone."""
        if kind:
            self.stop()
        self._writing.shutdown(cancel_futures=True)
        self._finding.shutdown(cancel_futures=True)
        self._workers.__exit__(kind, error, trace)
        if self._cluster:
            self._cluster.close()
        self._marking.close()
        self._watching.close()

    def submit(self, segment: str, captures: Iterable[Capture] | None = None) -> Future[Outcomes]:
        """Extract a segment, and write its rows once those before it are done.

        Args:
            segment: Its name.
            captures: Its visits, read while they are extracted; None for those of the data folder's segment.
        """
        self._submitted = True
        if self._cluster and captures is None:
            self._cluster.add(segment)
            return self._writing.submit(self._take_over, self._cluster, segment)
        visits = read_visits(self._data, segment) if captures is None else captures
        found = self._finding.submit(self._find, visits)
        return self._writing.submit(self._write, segment, found)

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
        return self._writing.submit(do)

    def stop(self) -> None:
        """Give up what is not done."""
        self._stopping.set()
        self._workers.stop()
        if self._cluster:
            self._cluster.stop()

    def tell(self) -> str:
        """Tell a person who works on it, and how fast; "" for this machine alone."""
        return self._cluster.tell() if self._cluster else ""

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

    def _find(self, captures: Iterable[Capture]) -> list[bytes]:
        while not self._room.acquire(timeout=TICK_S):
            if self._stopping.is_set():
                raise StoppedError("stopped before the segment was begun")
        try:
            return list(find_all(captures, self._config, self._workers))
        except BaseException:
            self._room.release()
            raise

    def _write(self, segment: str, found: Future[list[bytes]]) -> Outcomes:
        packed = found.result()
        try:
            return write_findings(packed, segment, self._marking, self._release, self._watching)
        finally:
            self._room.release()

    def _take_over(self, cluster: Cluster, segment: str) -> Outcomes:
        packed = cluster.fetch(segment)
        outcomes = write_findings(packed, segment, self._marking, self._release, self._watching)
        cluster.settle(segment)
        return outcomes


def write_findings(
    packed: Sequence[bytes], segment: str, marking: Marking, release: Path, watching: Watching | None = None
) -> Outcomes:
    """Write the rows of a segment, marked with what the segments before it tell.

    Doing it again replaces the same files by the same bytes, but for what is suspected since. An article that says
    what its last version said gives no row.

    Args:
        packed: What its visits came to.
        segment: Its name.
        marking: What knows the articles before.
        release: The folder of the release that is written to.
        watching: What knows the health of sites; None: nothing is suspected.

    Returns:
        (site, outcome, reason) of every visit in it.
    """
    findings = list(map(unpack, packed))
    if watching:
        watching.take_in(segment, [each.sight for each in findings if each.sight])
    # What is marked and not written, because the run ends in between, is marked again.
    marking.rollback()
    marked, outcomes = list[tuple[Finding, Row]](), list[Row]()
    for each in sorted(findings, key=lambda each: (each.outcome["fetched_at"], each.outcome["url"])):
        marks = _mark(each, marking, watching)
        if marks:
            marked.append((each, marks))
        outcomes.append(each.outcome if marks or each.face is None else same_again(each.outcome))
    marked.sort(key=lambda pair: pair[0].place())
    # A segment of ours holds pages of one day: the journal begins another one at midnight. One of others may not.
    for day in sorted({row["fetched_at"].date() for row in outcomes}):
        # Unpacked while they are written: all rows of a segment would take hundreds of megabytes.
        its = (pair for pair in marked if pair[0].outcome["fetched_at"].date() == day)
        articles = (row | marks for each, marks in its if (row := each.row()))
        write_segment(release, segment, day, articles, [row for row in outcomes if row["fetched_at"].date() == day])
    marking.commit()
    if watching:
        watching.commit()
    return [(row["site"], row["outcome"], row["reason"]) for row in outcomes]


def _mark(finding: Finding, marking: Marking, watching: Watching | None) -> Row | None:
    """Give the marks of an article that is new or has changed."""
    row, face, traits = finding.outcome, finding.face, finding.traits
    if face is None or traits is None:
        return None
    record = row["warc_record_id"]
    is_late = row["found_kind"] == "archive"
    marks = marking.mark(Visited(row["article_id"], row["site"], row["fetched_at"], record, face, is_late))
    return None if marks is None else marks | {"suspect": watching.suspicion(record, traits) if watching else None}
