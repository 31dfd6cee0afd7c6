"""Compact: the many small parts of a day, merged into few.

A module of its own, because it moves rows that are in the corpus already: each step leaves every row readable exactly
once through open_articles and open_outcomes. What it holds in memory does not grow with the rows of a day but for
their sort keys.
"""

from __future__ import annotations

import contextlib
import shutil
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scraper.errors import StoreError
from scraper.store.disk import disk_errors, sync_folder
from scraper.store.part import (
    KINDS,
    MERGED,
    ROW_GROUP_ROWS,
    Kind,
    Part,
    live_parts,
    merged_name,
    replaced_parts,
    write_part,
)

MAX_ROWS = 1_000_000
"""Rows of a merged part, 2.5 GB of articles: a file that is copied and sent in one piece still."""
MAX_INPUTS = 64
"""Parts that are merged at once: each holds a few MB of memory."""
LOOSE_PARTS = 4
"""Parts of a closed day from which on a run merges them by itself."""

_AT_ONCE = 2
_STEP_ROWS = 500
_AHEAD_ROWS = 4000
"""Rows that are read ahead, of all parts together: 33 MB of articles. Three times as many took a gigabyte for two
days at once, and were up to a quarter faster."""
_LARGE_BYTES = 250_000_000
"""A day of this size, 90,000 articles, is merged alone: its sort keys take memory too."""
_BUFFER_BYTES = 1 << 14


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
    # Encoding takes most of the time and leaves the interpreter to others: two days at once take half of it.
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
    runs = [_Run(holder.path, kind, _STEP_ROWS, without=f"{segment}.warc.gz"), _Run(rows, kind, _STEP_ROWS)]
    # Another name, so that nobody who opened the old one reads the new one by the old one's footer.
    name = merged_name([holder.path.name, segment])
    _write(data, kind, day, name, runs, [holder])
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
    """Give the next parts to merge, oldest segments first; none where it is done."""
    group: list[Part] = []
    for part in sorted(parts, key=lambda part: part.segments):
        if len(group) == MAX_INPUTS or sum(each.rows for each in group) + part.rows > MAX_ROWS:
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
    runs = [_Run(part.path, kind, min(_STEP_ROWS, _AHEAD_ROWS // len(parts))) for part in parts]
    path = _write(data, kind, day, merged_name(part.path.name for part in parts), runs, parts)
    remove_replaced(path.parent)
    return Merged(path, len(parts), sum(part.rows for part in parts), size, path.stat().st_size)


class _Run:
    """Sorted rows, taken from the front a few at a time.

    Args:
        source: A file, or a table.
        kind: Which table of the corpus.
        ahead: Rows to read at once.
        without: Leave out the rows from this WARC file.
    """

    def __init__(self, source: Path | pa.Table, kind: Kind, ahead: int, without: str | None = None) -> None:
        self.source, self._kind, self._ahead, self._without = source, kind, ahead, without
        self._buffer: deque[pa.Table] = deque()
        self._batches: Generator[pa.Table] | None = None

    def close(self) -> None:
        """Let go of the file and of what was read ahead."""
        self._buffer.clear()
        if self._batches is not None:
            self._batches.close()
            self._batches = None

    def keys(self) -> pa.Table:
        """Read the columns it is sorted by."""
        keys = [table.select(self._kind.order) for table in self._read(self._kind.order, ROW_GROUP_ROWS)]
        return pa.concat_tables([self._kind.schema.empty_table().select(self._kind.order), *keys]).combine_chunks()

    def take(self, count: int) -> list[pa.Table]:
        """Give the next rows; there are as many."""
        if self._batches is None:
            self._batches = self._read(None, self._ahead)
        taken = []
        while count:
            if not self._buffer:
                self._buffer.append(next(self._batches))
            table = self._buffer.popleft()
            if table.num_rows > count:
                self._buffer.append(table.slice(count))
                table = table.slice(0, count)
            taken.append(table)
            count -= table.num_rows
        return taken

    def _read(self, columns: tuple[str, ...] | None, rows: int) -> Generator[pa.Table]:
        schema = self._kind.schema if columns is None else pa.schema([self._kind.schema.field(c) for c in columns])
        if isinstance(self.source, pa.Table):
            yield self.source.select(schema.names)
            return
        with (
            _readable(self.source),
            pq.ParquetFile(
                self.source, pre_buffer=False, buffer_size=_BUFFER_BYTES, page_checksum_verification=True
            ) as file,
        ):
            for batch in file.iter_batches(rows, columns=columns and list(columns), use_threads=False):
                table = pa.Table.from_batches([batch])
                if self._without is not None:
                    table = table.filter(pc.not_equal(table["warc_file"], self._without))
                yield _conform(table, schema)


def _conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Give a table of an earlier version the columns of today, null."""
    columns = [
        table[field.name] if field.name in table.column_names else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise StoreError(f"{path}: is damaged; `scraper verify --mend` says more: {error}") from error


def _write(data: Path, kind: Kind, day: date, name: str, runs: list[_Run], parts: list[Part]) -> Path:
    """Write the rows of all runs in order, as a part that replaces others."""
    final = kind.folder(data, day) / name
    order, run_of = _plan(runs, kind)
    gone = {part.path.name for part in parts}
    # Of what they replaced themselves, what a killed merge left is replaced by this one.
    gone |= {old for part in parts for old in part.replaces if part.path.with_name(old).exists()}
    segments = sorted({segment for part in parts for segment in part.segments})
    said = {"segments": segments, "replaces": sorted(gone)}
    with contextlib.ExitStack() as stack:
        for run in runs:
            stack.callback(run.close)
        writer = stack.enter_context(write_part(final, data, kind, len(order), said))
        pool = stack.enter_context(ThreadPoolExecutor(1))
        # Encoding takes as long as all the rest, and leaves the interpreter to others meanwhile.
        pending: Future[None] | None = None
        for start in range(0, len(order), ROW_GROUP_ROWS):
            stop = min(start + ROW_GROUP_ROWS, len(order))
            steps = range(start, stop, _STEP_ROWS)
            table = pa.concat_tables([_next_rows(runs, run_of[step : min(step + _STEP_ROWS, stop)]) for step in steps])
            if pending:
                pending.result()
            pending = pool.submit(writer.write_table, table, ROW_GROUP_ROWS)
        if pending:
            pending.result()
    return final


def _next_rows(runs: list[_Run], run_of: np.ndarray) -> pa.Table:
    """Take the next rows of each run and put them in order."""
    counts = np.bincount(run_of, minlength=len(runs)).tolist()
    pieces = [piece for run, count in zip(runs, counts, strict=True) for piece in run.take(count)]
    places = np.empty(len(run_of), np.int64)
    places[np.argsort(run_of, kind="stable")] = np.arange(len(run_of))
    return pa.concat_tables(pieces).combine_chunks().take(pa.array(places))


def _plan(runs: list[_Run], kind: Kind) -> tuple[np.ndarray, np.ndarray]:
    """Order all rows.

    Returns:
        Numbers of the rows, counted through all runs, and the run of each, both in the order of the result.
    """
    tables = [run.keys() for run in runs]
    owner = np.repeat(np.arange(len(runs), dtype=np.int32), [table.num_rows for table in tables])
    keys = pa.concat_tables(tables).combine_chunks()
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in kind.order]).to_numpy()
    run_of = owner[order]
    by_run = order[np.argsort(run_of, kind="stable")]
    if len(unsorted := np.flatnonzero(np.diff(by_run.astype(np.int64)) < 0)):
        source = runs[owner[by_run[unsorted[0]]]].source
        raise StoreError(f"{source}: its rows are not sorted; `scraper verify --mend` says more")
    return order, run_of
