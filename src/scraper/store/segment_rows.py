"""Segment rows: what a segment gave, written to the corpus whole or not at all.

A module of its own, because readers may open the folders at any moment: a file is made outside of them and moved in
when it is complete. A segment always gives the same file names and bytes, so doing it again doubles nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa

from scraper.store.compact import exchange_segment, find_holder, remove_replaced
from scraper.store.disk import disk_errors, sync_folder
from scraper.store.part import ARTICLE_PARTS, KINDS, MERGED, OUTCOME_PARTS, ROW_GROUP_ROWS, STAGING, Kind, write_part
from scraper.store.schema import Row

_ROWS_AT_ONCE = 500


def write_segment(data: Path, segment: str, day: date, articles: Iterable[Row], outcomes: Iterable[Row]) -> None:
    """Write the rows of a segment to data/articles and data/outcomes, replacing those of an earlier time.

    Args:
        data: The data folder.
        segment: Its name, which becomes the name of the files. Where its rows were merged into another file, that one
            is written anew.
        day: UTC date of all its visits.
        articles: Rows with the columns of ARTICLES; where there are none, there is no file. In the order of place they
            take a third of the memory, as nothing is to be sorted.
        outcomes: Rows with the columns of OUTCOMES.

    Raises:
        StoreError: They can't be written; what was there stays.
    """
    tables = [(kind, _gather(kind, rows)) for kind, rows in ((ARTICLE_PARTS, articles), (OUTCOME_PARTS, outcomes))]
    # While one is encoded and synced, the other is made of its rows.
    with ThreadPoolExecutor(len(tables)) as pool:
        for done in [pool.submit(_write, data, kind, segment, day, table) for kind, table in tables]:
            done.result()


def place(*values: Any) -> tuple[Any, ...]:
    """Give the place of a row among those of its kind, of the values of the kind's order: null comes last."""
    return tuple((value is None, value) for value in values)


def clear_staging(data: Path) -> None:
    """Remove what a killed run was writing, and the files that it had merged and not removed yet.

    Raises:
        StoreError: It can't be removed, or a merged file is damaged.
    """
    folder = data / STAGING
    with disk_errors(folder, "cleared"):
        for path in folder.glob("*.parquet"):
            path.unlink()
    for kind in KINDS:
        for day in {path.parent for path in (data / kind.name).glob(f"date=*/{MERGED}*.parquet")}:
            # Nearly always it is alone, and need not be read.
            if len(list(day.glob("*.parquet"))) > 1:
                remove_replaced(day)


def _write(data: Path, kind: Kind, segment: str, day: date, table: pa.Table) -> None:
    if holder := find_holder(data, kind, day, segment):
        exchange_segment(data, kind, day, holder, segment, table)
        return
    folder = kind.folder(data, day)
    final = folder / f"{segment}.parquet"
    if not table.num_rows:
        if final.exists():
            with disk_errors(final, "removed"):
                final.unlink()
            sync_folder(folder)
        return
    groups = (table.slice(start, ROW_GROUP_ROWS) for start in range(0, table.num_rows, ROW_GROUP_ROWS))
    write_part(final, data, kind, groups, table.num_rows, {})


def _gather(kind: Kind, rows: Iterable[Row]) -> pa.Table:
    """Make a sorted table of rows, a few of them at a time: as columns they take a tenth of the memory."""
    columns, chunks, rows = set(kind.schema.names), [kind.schema.empty_table()], iter(rows)
    in_order, last = True, tuple[Any, ...]()
    while chunk := list(islice(rows, _ROWS_AT_ONCE)):
        for row in chunk:
            if row.keys() != columns:
                raise ValueError(f"{kind.name}: columns differ: {sorted(row.keys() ^ columns)}")
            here = place(*(row[name] for name in kind.order))
            in_order, last = in_order and last <= here, here
        chunks.append(_table(chunk, kind))
    table = pa.concat_tables(chunks)
    # One layout of the same rows, so that the same rows are the same bytes.
    return (table if in_order else table.sort_by([(name, "ascending") for name in kind.order])).combine_chunks()


def _table(rows: list[Row], kind: Kind) -> pa.Table:
    """Make a table of rows. Row by row into columns, not column by column as Arrow does: a third of the time."""
    columns = zip(*map(itemgetter(*kind.schema.names), rows), strict=True) if rows else [()] * len(kind.schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, kind.schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=kind.schema)
