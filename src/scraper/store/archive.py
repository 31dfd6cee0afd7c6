"""Archive: whether a data folder holds the segments that its state speaks of, and the closing of those it does not.

A module of its own, because a state and an archive may drift apart by hands and disks, not by this program.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

from scraper.errors import DamagedError, GoneError, StoreError
from scraper.store.database import open_to_read, told
from scraper.store.disk import disk_errors, sync_folder
from scraper.store.record import read_records
from scraper.store.scan import Checker, Fault, Report
from scraper.store.segments import list_segments, open_segment
from scraper.store.warc import OPEN_SUFFIX, SUFFIX, cut_back


def check_archive(data: Path, checker: Checker) -> Iterator[Report]:
    """Check the segments of a data folder, and that they are those the state speaks of; a crawl may go on meanwhile.

    Raises:
        StoreError: The state cannot be read.
    """
    folder = data / "warc"
    # The files come first: what is written after this moment is left to the next check.
    closed = set(list_segments(data))
    opened = {path.name.removesuffix(OPEN_SUFFIX) for path in folder.glob(f"*{OPEN_SUFFIX}")}
    state = SavedState(data / "state.sqlite")
    segments, runs = (state.segments(), state.runs()) if state.path.exists() else ({}, set[str]())
    for name, (status, committed_bytes, visits) in segments.items():
        path, part = folder / f"{name}{SUFFIX}", folder / f"{name}{OPEN_SUFFIX}"
        try:
            with nullcontext(part) if status == "open" and part.exists() else open_segment(data, name) as file:
                report = checker.check(part if file == part else path, committed_bytes, copy=file)
                size = file.stat().st_size
        except DamagedError as error:
            yield Report(path, faults=[Fault(error.offset, error.what)])
            continue
        except StoreError as error:
            if name in closed and not isinstance(error, GoneError):
                raise
            what = f"is missing, and with it {visits} visits that were committed; restore it from a copy"
            yield Report(path, faults=[Fault(None, what)])
            continue
        if report.visits not in (visits, None):
            what = f"holds {report.visits} visits where {visits} were committed; restore it from a copy"
            report.faults.append(Fault(None, what))
        if status != "open" and not report.faults and size != committed_bytes:
            report.faults.append(Fault(None, f"goes on behind the {committed_bytes} bytes that were committed"))
        yield report
    for name in sorted(closed - segments.keys()):
        with open_segment(data, name) as file:
            report = checker.check(folder / f"{name}{SUFFIX}", copy=file)
        report.notes.append("is not known to the state, so its pages are not extracted")
        yield report
    for name in sorted(opened - segments.keys() - closed):
        known = name.rpartition("-")[0] in runs
        yield Report(
            folder / f"{name}{OPEN_SUFFIX}",
            notes=[
                "holds nothing that is committed" if known else "is of no known run; `scraper archive repair` closes it"
            ],
        )


def whole_segments(data: Path) -> dict[str, int | None]:
    """Give the segments whose rows a release has to hold, in the order of time, and the visits committed of each.

    Those are all files that are closed, also such as the state knows nothing of (None), but for those that it says
    wait to be extracted. A crawl may go on meanwhile.

    Raises:
        StoreError: The state cannot be read.
    """
    # The files come first: one that is closed after this moment is left to the next time.
    names = list_segments(data)
    state = SavedState(data / "state.sqlite")
    known = state.segments() if state.path.exists() else {}
    extracted = {name: visits for name, (status, _, visits) in known.items() if status == "extracted"}
    return {name: extracted.get(name) for name in names if name in extracted or name not in known}


def close_strays(data: Path) -> Iterator[tuple[Path, int]]:
    """Close the open segments of runs that the state does not know, each cut back to its last whole visit.

    Those of runs that it knows are left to the next run, which knows how much of them was committed. Nobody else may
    write to the folder meanwhile.

    Returns:
        What each file is called now, and the visits in it; one without a whole visit stays as it is.

    Raises:
        StoreError: The state cannot be read, or a file not written.
    """
    state = SavedState(data / "state.sqlite")
    runs = state.runs() if state.path.exists() else set()
    for part in sorted((data / "warc").glob(f"*{OPEN_SUFFIX}")):
        name = part.name.removesuffix(OPEN_SUFFIX)
        if name.rpartition("-")[0] in runs:
            continue
        end = visits = 0
        try:
            for record in read_records(part):
                if record.type == "metadata":
                    end, visits = record.end, visits + 1
        except DamagedError:
            pass  # what is behind the last whole visit
        except StoreError:
            end = 0
        final = part.with_name(f"{name}{SUFFIX}")
        if not end or final.exists():
            yield part, 0
            continue
        cut_back(part, end)
        with disk_errors(part, "closed"):
            part.rename(final)
        sync_folder(final.parent)
        yield final, visits


class SavedState:
    """The state file, opened for reading: a crawl that writes to it is not held up."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @told
    def segments(self) -> dict[str, tuple[str, int, int]]:
        """Give status, committed bytes and visits of each segment, in the order of their names."""
        rows = self._read("SELECT name, status, committed_bytes, visits FROM segments ORDER BY name")
        return {name: (status, size, visits) for name, status, size, visits in rows}

    @told
    def runs(self) -> set[str]:
        """Give the ids of all runs."""
        return {run for (run,) in self._read("SELECT id FROM runs")}

    def _read(self, query: str) -> list[Any]:
        with closing(open_to_read(self.path)) as db:
            return db.execute(query).fetchall()
