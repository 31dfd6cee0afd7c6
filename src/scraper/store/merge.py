"""Merge: sorted runs of rows, made one.

A module of its own, because it is the same whether the files of a day become one or other rows take the place of a
segment's in it. What it holds in memory does not grow with the rows but for their sort keys.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scraper.errors import StoreError
from scraper.store.part import ROW_GROUP_ROWS, Kind

_STEP_ROWS = 1000
"""Rows that are put in order at once. Source: a tenth less CPU for a merge than with 500."""
_AHEAD_ROWS = 4000
"""Rows that are read ahead, of all runs together: 30 MB of articles. Source: two days of 24 parts at once take 0.90 GB;
with 8000 they take 1.03 GB."""
_BUFFER_BYTES = 1 << 14


class Run:
    """Sorted rows, taken from the front a few at a time.

    Args:
        source: A file, or a table.
        kind: Which table of the corpus.
        without: Leave out the rows from this WARC file.
    """

    def __init__(self, source: Path | pa.Table, kind: Kind, without: str | None = None) -> None:
        self.source, self._kind, self._without = source, kind, without
        self._buffer: deque[pa.RecordBatch] = deque()
        self._batches: Generator[pa.RecordBatch] | None = None

    def close(self) -> None:
        """Let go of the file and of what was read ahead."""
        self._buffer.clear()
        if self._batches is not None:
            self._batches.close()
            self._batches = None

    def keys(self) -> pa.Table:
        """Read the columns it is sorted by."""
        schema = pa.schema([self._kind.schema.field(name) for name in self._kind.order])
        return pa.Table.from_batches(self._read(schema, ROW_GROUP_ROWS), schema)

    def take(self, count: int, ahead: int) -> Iterator[pa.RecordBatch]:
        """Give the next rows; there are as many.

        Args:
            count: How many.
            ahead: How many to read at once.
        """
        if self._batches is None:
            self._batches = self._read(self._kind.schema, ahead)
        while count:
            batch = self._buffer.popleft() if self._buffer else next(self._batches)
            if batch.num_rows > count:
                self._buffer.append(batch.slice(count))
                batch = batch.slice(0, count)
            yield batch
            count -= batch.num_rows

    def _read(self, schema: pa.Schema, rows: int) -> Generator[pa.RecordBatch]:
        if isinstance(self.source, pa.Table):
            yield from self.source.select(schema.names).to_batches()
            return
        with (
            _readable(self.source),
            pq.ParquetFile(
                self.source, pre_buffer=False, buffer_size=_BUFFER_BYTES, page_checksum_verification=True
            ) as file,
        ):
            for batch in file.iter_batches(rows, columns=schema.names, use_threads=False):
                kept = batch if self._without is None else batch.filter(pc.not_equal(batch["warc_file"], self._without))
                yield _conform(kept, schema)


def merge(runs: list[Run], kind: Kind) -> tuple[int, Generator[pa.Table]]:
    """Merge runs.

    Returns:
        How many rows there are, and the rows in order, by row groups; they are read as they are asked for.

    Raises:
        StoreError: One can't be read, or is not sorted.
    """
    run_of = _plan(runs, kind)
    return len(run_of), _merged(runs, run_of)


def _merged(runs: list[Run], run_of: np.ndarray) -> Generator[pa.Table]:
    ahead = min(_STEP_ROWS, max(1, _AHEAD_ROWS // len(runs)))
    with contextlib.ExitStack() as stack:
        for run in runs:
            stack.callback(run.close)
        for start in range(0, len(run_of), ROW_GROUP_ROWS):
            stop = min(start + ROW_GROUP_ROWS, len(run_of))
            steps = range(start, stop, _STEP_ROWS)
            yield pa.Table.from_batches(
                [_next_rows(runs, run_of[step : min(step + _STEP_ROWS, stop)], ahead) for step in steps]
            )


def _next_rows(runs: list[Run], run_of: np.ndarray, ahead: int) -> pa.RecordBatch:
    """Take the next rows of each run and put them in order."""
    counts = np.bincount(run_of, minlength=len(runs)).tolist()
    pieces = [piece for run, count in zip(runs, counts, strict=True) for piece in run.take(count, ahead)]
    places = np.empty(len(run_of), np.int64)
    places[np.argsort(run_of, kind="stable")] = np.arange(len(run_of))
    return pa.concat_batches(pieces).take(pa.array(places))


def _plan(runs: list[Run], kind: Kind) -> np.ndarray:
    """Order all rows.

    Returns:
        The run of each row, in the order of the result.
    """
    tables = [run.keys() for run in runs]
    owner = np.repeat(np.arange(len(runs), dtype=np.int32), [table.num_rows for table in tables])
    keys = pa.concat_tables(tables)
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in kind.order]).to_numpy()
    run_of: np.ndarray = owner[order]
    by_run = order[np.argsort(run_of, kind="stable")]
    if len(unsorted := np.flatnonzero(np.diff(by_run.astype(np.int64)) < 0)):
        source = runs[owner[by_run[unsorted[0]]]].source
        raise StoreError(f"{source}: its rows are not sorted; `scraper verify --mend` says more")
    return run_of


def _conform(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Give rows of an earlier version the columns of today, null."""
    if batch.schema.equals(schema):
        return batch
    known = batch.schema.names
    columns = [
        batch.column(field.name) if field.name in known else pa.nulls(batch.num_rows, field.type) for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise StoreError(f"{path}: is damaged; `scraper verify --mend` says more: {error}") from error
