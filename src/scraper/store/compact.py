"""Compact: the many small parts of a day, merged into few.

A module of its own, because it moves rows that are in the corpus already: each step leaves every row readable exactly
once through open_articles and open_outcomes.
"""

from __future__ import annotations

import contextlib
import shutil
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from scraper.errors import StoreError
from scraper.store.disk import disk_errors, sync_folder
from scraper.store.merge import Run, merge
from scraper.store.part import KINDS, MERGED, Kind, Part, live_parts, merged_name, replaced_parts, write_part
from scraper.url import NORM_VERSION

MAX_ROWS = 1_000_000
"""Rows of a merged part, 2.5 GB of articles: a file that is copied and sent in one piece still."""
MAX_INPUTS = 64
"""Parts that are merged at once: each holds a few MB of memory."""
LOOSE_PARTS = 4
"""Parts of a closed day from which on a run merges them by itself."""

_AT_ONCE = 2
_LARGE_BYTES = 250_000_000
"""A day of this size, 85,000 articles, is merged alone: its sort keys take memory too."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did.

    Args:
        path: The new part.
        parts: How many it was made of.
        rows: How many it holds.
        bytes_before: Size of those it was made of.
        bytes_after: Its own.
    """

    path: Path
    parts: int
    rows: int
    bytes_before: int
    bytes_after: int


def compact(data: Path, days: Iterable[date]) -> Iterator[Merged]:
    """Merge the parts of these days, of both tables. Nobody else may write to the folder meanwhile.

    Yields:
        Each merge, after its day is done.

    Raises:
        StoreError: A part is damaged, or the disk is full; every row is where it was.
    """
    # Nearly all of the work leaves the interpreter to others: two days at once take half the time.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        going: deque[Future[list[Merged]]] = deque()
        for day in sorted(days):
            at_most = 0 if (large := _size(data, day) > _LARGE_BYTES) else _AT_ONCE - 1
            while len(going) > at_most:
                yield from going.popleft().result()
            going.append(pool.submit(_compact_day, data, day))
            if large:
                yield from going.popleft().result()
        for rest in going:
            yield from rest.result()


def compact_closed(data: Path, today: date) -> Iterator[Merged]:
    """Merge the days before today that have more than LOOSE_PARTS parts: what runs do in the end.

    Raises:
        StoreError: As compact.
    """
    yield from compact(data, days_with_parts(data, today, LOOSE_PARTS + 1))


def days_with_parts(data: Path, before: date, parts: int = 2) -> list[date]:
    """Give the days before one that have at least so many parts in one of the tables."""
    days = set()
    for kind in KINDS:
        for folder in (data / kind.name).glob("date=*"):
            with contextlib.suppress(ValueError):  # a folder that is not ours is named by verify
                day = date.fromisoformat(folder.name.removeprefix("date="))
                if day < before and len(list(folder.glob("*.parquet"))) >= parts:
                    days.add(day)
    return sorted(days)


def remove_replaced(folder: Path) -> None:
    """Remove the files of a day that a merged part replaces: the last step of a merge, or of one that was killed."""
    if replaced := replaced_parts(folder):
        # After a power cut the part that replaces them must be there.
        sync_folder(folder)
        for path in replaced:
            with disk_errors(path, "removed"):
                path.unlink(missing_ok=True)
        sync_folder(folder)


def find_holder(data: Path, kind: Kind, day: date, segment: str) -> Part | None:
    """Give the merged part that holds the rows of a segment, if one does."""
    if not any(kind.folder(data, day).glob(f"{MERGED}*.parquet")):
        return None
    parts = live_parts(data, kind, day)
    return next((part for part in parts if part.path.name.startswith(MERGED) and segment in part.segments), None)


def exchange_segment(data: Path, kind: Kind, day: date, holder: Part, segment: str, rows: pa.Table) -> None:
    """Write a merged part anew, with other rows of one of its segments.

    Args:
        data: The data folder.
        kind: Which table.
        day: Of the part.
        holder: The part.
        segment: One whose rows it holds.
        rows: The new ones, sorted; none is fine.

    Raises:
        StoreError: It can't be read or written; it stays as it was.
    """
    runs = [Run(holder.path, kind, without=f"{segment}.warc.gz"), Run(rows, kind)]
    # Another name, so that nobody who opened the old one reads the new one by the old one's footer.
    name = merged_name([holder.path.name, segment])
    _write(data, kind, day, name, runs, [holder], {NORM_VERSION} if rows.num_rows else set())
    remove_replaced(kind.folder(data, day))


def _size(data: Path, day: date) -> int:
    """Give the bytes of a day; what is removed meanwhile may count or not."""
    size = 0
    for kind in KINDS:
        for path in kind.folder(data, day).glob("*.parquet"):
            with contextlib.suppress(FileNotFoundError):
                size += path.stat().st_size
    return size


def _compact_day(data: Path, day: date) -> list[Merged]:
    done = []
    for kind in KINDS:
        remove_replaced(kind.folder(data, day))
        while group := _choose(live_parts(data, kind, day)):
            done.append(_merge(data, kind, day, group))
    return done


def _choose(parts: list[Part]) -> list[Part]:
    """Give the next parts to merge, oldest segments first; none where it is done.

    Ids of another normalizer are others for the same addresses, so files keep to one.
    """
    group: list[Part] = []
    for part in sorted(parts, key=lambda part: (part.norm_versions, part.segments)):
        full = len(group) == MAX_INPUTS or sum(each.rows for each in group) + part.rows > MAX_ROWS
        if full or (group and group[0].norm_versions != part.norm_versions):
            if len(group) > 1:
                break
            group = []
        group.append(part)
    return group if len(group) > 1 else []


def _merge(data: Path, kind: Kind, day: date, parts: list[Part]) -> Merged:
    size = sum(part.path.stat().st_size for part in parts)
    free = shutil.disk_usage(data).free
    if free < size:
        raise StoreError(
            f"{data}: merging the {kind.name} of {day} needs {size / 1e6:.0f} MB of free space, and there are"
            f" {free / 1e6:.0f}; free some and run `scraper compact`: nothing was changed"
        )
    runs = [Run(part.path, kind) for part in parts]
    path = _write(data, kind, day, merged_name(part.path.name for part in parts), runs, parts)
    remove_replaced(path.parent)
    return Merged(path, len(parts), sum(part.rows for part in parts), size, path.stat().st_size)


def _write(
    data: Path, kind: Kind, day: date, name: str, runs: list[Run], parts: list[Part], norms: Collection[int] = ()
) -> Path:
    """Write the rows of all runs in order, as a part that replaces others; norms are those of rows of no part."""
    final = kind.folder(data, day) / name
    gone = {part.path.name for part in parts}
    # Of what they replaced themselves, what a killed merge left is replaced by this one.
    gone |= {old for part in parts for old in part.replaces if part.path.with_name(old).exists()}
    segments = sorted({segment for part in parts for segment in part.segments})
    rows, groups = merge(runs, kind)
    with contextlib.closing(groups):
        says = {"segments": segments, "replaces": sorted(gone)}
        norms = {*norms, *(norm for part in parts for norm in part.norm_versions)}
        write_part(final, data, kind, groups, rows, says, tuple(sorted(norms)))
    return final
