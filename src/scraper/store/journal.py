"""Journal: the ledger of a crawl, state and archive committed together.

A module of its own, because the order of two writes is what makes a run survive a kill at any instant: first the
archive is on disk, then the state says so. What lies beyond the committed length of an open segment belongs to visits
that the state knows nothing of; the next start cuts it off, and those visits are made again.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from scraper.errors import StoreError
from scraper.page import Archived, Found, HostPace, Page, RobotsFile, Target
from scraper.store.disk import disk_errors, make_folder, sync_folder
from scraper.store.selection import Selection
from scraper.store.state import MANY_DAYS, Segment, State
from scraper.store.warc import OPEN_SUFFIX, SUFFIX, SegmentWriter, cut_back
from scraper.url import Url

COMMIT_S = 0.2
"""Most seconds of visits that a kill costs; each is made again. An fsync takes some milliseconds of the crawl loop."""


class Journal:
    """Keep the frontier and the archive of a data folder. Opening it repairs what a kill left behind.

    Args:
        data: The data folder; made if missing.
        run: Id of the run.
        segment_bytes: A segment is closed once it is this large.
        now: The clock, aware.
        on_closed: Called with the name of each segment that is closed from now on; those repaired at the start are in
            closed_segments() only.
        monotonic: The clock of the group commit, seconds.

    Raises:
        StoreError: The folder can't be read or written, or is damaged.
    """

    def __init__(
        self,
        data: Path,
        run: str,
        segment_bytes: int,
        now: Callable[[], datetime],
        on_closed: Callable[[str], None],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = make_folder(data / "warc")
        self._run, self._segment_bytes = run, segment_bytes
        self._now, self._on_closed, self._monotonic = now, on_closed, monotonic
        self._segment: Segment | None = None
        self._writer: SegmentWriter | None = None
        self._failed = False
        self._state = State(data / "state.sqlite")
        try:
            self._repair()
            self._state.start_run(run, now())
            self._state.commit()
            # From here on a file of this run is known to be its own, even after a power cut.
            self._state.checkpoint()
            numbers = [int(s.name.rpartition("-")[2]) for s in self._state.segments() if s.run == run]
        except BaseException:
            self._state.close()
            raise
        self._next_number = max(numbers, default=-1) + 1
        self._committed_at = monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def enqueue(self, found: Iterable[Found], now: datetime) -> int:
        """Add unknown addresses, due now; make known listings due that are said to have changed since their last visit.

        Returns:
            How many were new.
        """
        with self._whole():
            return self._state.addresses.enqueue(found, now)

    def retire(self, site: str, kept: Iterable[Url]) -> None:
        """Ask no more for listings that the config of a site named once and does not name now."""
        with self._whole():
            self._state.addresses.retire(site, kept)

    def pending(self, site: str) -> int:
        """Count the addresses of a site that are to be asked, now or later."""
        return self._state.addresses.pending(site)

    def hosts(self, until: datetime, sites: Collection[str]) -> dict[str, datetime]:
        """Give the hosts of these sites with an address due at `until` or before, and the earliest due time of each."""
        return self._state.addresses.hosts(until, sites)

    def take(self, host: str, now: datetime, limit: int, sites: Collection[str]) -> list[Target]:
        """Give the next due addresses of a host, listings first. A taken address stays due until it is saved."""
        return self._state.addresses.take(host, now, limit, sites)

    def robots(self, origin: str) -> RobotsFile | None:
        """Give what an origin's robots.txt last answered."""
        return self._state.robots(origin)

    def save_robots(self, file: RobotsFile) -> None:
        """Remember what an origin's robots.txt answered."""
        with self._whole():
            self._state.save_robots(file)

    def pace(self, host: str) -> HostPace | None:
        """Give what is remembered of a host's pace."""
        return self._state.pace(host)

    def save_pace(self, pace: HostPace) -> None:
        """Remember a host's pace."""
        with self._whole():
            self._state.save_pace(pace)

    def save(self, page: Page, due_at: datetime | None, poll_s: float | None = None) -> None:
        """Archive a page and record its visit: all of it or nothing survives a kill.

        What was enqueued before, in the same step of the caller, is committed with it at the earliest.

        Args:
            page: What came back.
            due_at: Ask again then; None: not again.
            poll_s: Of a listing, the seconds between two visits.

        Raises:
            StoreError: The run must stop; what was committed is safe.
        """
        with self._whole():
            day = page.fetched_at.astimezone(UTC).date()
            if self._segment is not None and self._segment.date != day:
                self._close_segment()
            archived = self._append(page, day)
            if page.target.kind != "robots":
                self._state.addresses.record_visit(page, due_at, poll_s, archived)
            self._commit_some()

    def take_in(self, page: Page, capture: int) -> bool:
        """Archive a page that others fetched; the frontier is not told. As durable as save.

        Args:
            page: What they archived.
            capture: Its digest.

        Returns:
            False where it was taken in before: nothing is written.

        Raises:
            StoreError: The run must stop; what was committed is safe.
        """
        with self._whole():
            if not self._state.intakes.add(capture):
                return False
            self._append(page, MANY_DAYS)
            self._commit_some()
            return True

    def intake_place(self, address: str, mark: str, selection: Selection) -> int | None:
        """Tell from where on an archive of others is to be read; None where all that is wanted was taken in."""
        return self._state.intakes.place(address, mark, selection)

    def note_intake(self, address: str, mark: str, selection: Selection, place: int | None) -> None:
        """Note how far an archive of others was taken in, together with what was; None: to its end."""
        with self._whole():
            self._state.intakes.note(address, mark, selection, place)

    def flush(self) -> None:
        """Commit what was saved so far."""
        with self._whole():
            self._commit()

    def close_segment(self) -> None:
        """Commit, and close the open segment, if there is one."""
        with self._whole():
            self._close_segment()
            self._commit()

    def closed_segments(self) -> list[str]:
        """Give the names of the segments that are closed and not yet extracted, oldest first."""
        return [segment.name for segment in self._state.segments("closed")]

    def mark_extracted(self, name: str, outcomes: int) -> None:
        """Record that all rows of a segment are in the corpus.

        Args:
            name: The segment.
            outcomes: How many visits the extraction accounted for.

        Raises:
            StoreError: Not as many as were recorded, so a visit has vanished.
        """
        with self._whole():
            segment = {each.name: each for each in self._state.segments()}[name]
            if outcomes != segment.visits:
                raise StoreError(
                    f"{self._folder / name}{SUFFIX}: {segment.visits} visits are recorded, {outcomes} were extracted;"
                    " restore the file from a copy"
                )
            self._state.save_segment(replace(segment, status="extracted", outcomes=outcomes))
            self._commit()

    def close(self) -> None:
        """Close the open segment and the state. After a failure nothing more is written: the next start repairs."""
        try:
            if not self._failed:
                self.close_segment()
                self._state.end_run(self._run, self._now())
                self._state.commit()
        finally:
            if self._writer is not None:
                self._writer.abandon()
            self._state.close()
            self._failed = True

    @contextlib.contextmanager
    def _whole(self) -> Iterator[None]:
        """Let no later call commit the half of a write that failed."""
        if self._failed:
            raise StoreError(f"{self._folder.parent}: an earlier write failed; start again to repair and go on")
        try:
            yield
        except BaseException:
            self._failed = True
            raise

    def _append(self, page: Page, day: date) -> Archived | None:
        if self._segment is None or self._writer is None:
            self._segment, self._writer = self._open_segment(page.fetched_at, day)
        archived = self._writer.append(page)
        self._segment = replace(self._segment, visits=self._segment.visits + 1)
        return archived

    def _commit_some(self) -> None:
        if self._writer is not None and self._writer.size >= self._segment_bytes:
            self._close_segment()
        elif self._monotonic() - self._committed_at >= COMMIT_S:
            self._commit()

    def _open_segment(self, when: datetime, day: date) -> tuple[Segment, SegmentWriter]:
        name = f"{self._run}-{self._next_number:05}"
        self._next_number += 1
        writer = SegmentWriter(self._folder / f"{name}{OPEN_SUFFIX}", self._run, when)
        sync_folder(self._folder)
        segment = Segment(name, self._run, day, "open", 0, 0)
        self._state.save_segment(segment)
        return segment, writer

    def _commit(self) -> None:
        if self._segment is not None and self._writer is not None:
            size = self._writer.size
            if size != self._segment.committed_bytes:
                self._writer.sync()
                self._segment = replace(self._segment, committed_bytes=size)
                self._state.save_segment(self._segment)
        self._state.commit()
        self._committed_at = self._monotonic()

    def _close_segment(self) -> None:
        if self._segment is None or self._writer is None:
            return
        self._commit()
        # After a power cut the state must not know less than the closed file, which is never cut.
        self._state.checkpoint()
        self._writer.close()
        name = self._segment.name
        self._move(name)
        self._state.save_segment(replace(self._segment, status="closed"))
        self._segment = self._writer = None
        self._commit()
        self._on_closed(name)

    def _move(self, name: str) -> None:
        part = self._folder / f"{name}{OPEN_SUFFIX}"
        with disk_errors(part, "closed"):
            part.rename(self._folder / f"{name}{SUFFIX}")
        sync_folder(self._folder)

    def _repair(self) -> None:
        # A segment comes into the state together with its first visit, so none of these is empty.
        for segment in self._state.segments("open"):
            part, whole = (self._folder / f"{segment.name}{suffix}" for suffix in (OPEN_SUFFIX, SUFFIX))
            if whole.exists():
                cut_back(whole, segment.committed_bytes)
            else:
                cut_back(part, segment.committed_bytes)
                self._move(segment.name)
            self._state.save_segment(replace(segment, status="closed"))
        self._state.commit()
        # A file of a run that the state does not know is left alone: its state may have been moved away.
        runs = self._state.runs()
        for part in self._folder.glob(f"*{OPEN_SUFFIX}"):
            if part.name.rpartition("-")[0] in runs:
                with disk_errors(part, "removed"):
                    part.unlink()
