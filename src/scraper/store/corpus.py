"""Corpus: the Parquet files that readers open, written whole or not at all.

A module of its own, because readers may open the folders at any moment: a file is made outside of them and moved in
when it is complete. A segment always gives the same file names and bytes, so doing it again doubles nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from os import PathLike
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from scraper.errors import StoreError
from scraper.store.compact import exchange_segment, find_holder, remove_replaced
from scraper.store.disk import disk_errors, sync_folder
from scraper.store.part import (
    ARTICLE_PARTS,
    KINDS,
    MERGED,
    OUTCOME_PARTS,
    ROW_GROUP_ROWS,
    STAGING,
    Kind,
    live_parts,
    write_part,
)
from scraper.store.schema import DATE, Row

_NEVER = datetime.max.replace(tzinfo=UTC)


def write_segment(data: Path, segment: str, day: date, articles: list[Row], outcomes: list[Row]) -> None:
    """Write the rows of a segment to data/articles and data/outcomes, replacing those of an earlier time.

    Args:
        data: The data folder.
        segment: Its name, which becomes the name of the files. Where its rows were merged into another file, that one
            is written anew.
        day: UTC date of all its visits.
        articles: Rows with the columns of ARTICLES; where there are none, there is no file.
        outcomes: Rows with the columns of OUTCOMES.

    Raises:
        StoreError: They can't be written; what was there stays.
    """
    tables = ((ARTICLE_PARTS, articles), (OUTCOME_PARTS, outcomes))
    for kind, rows in tables:
        columns = set(kind.schema.names)
        for row in rows:
            if row.keys() != columns:
                raise ValueError(f"{kind.name}: columns differ: {sorted(row.keys() ^ columns)}")
    # While one is encoded and synced, the other is made of its rows.
    with ThreadPoolExecutor(len(tables)) as pool:
        for done in [pool.submit(_write, data, kind, segment, day, rows) for kind, rows in tables]:
            done.result()


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


def open_articles(path: str | PathLike[str] = "data", *, versions: bool = False) -> ds.Dataset:
    """Open the newest version of each article as one table, without reading them.

    It shows the rows as they stood at one moment, none twice. Where files are merged later, while it is in use,
    reading ends with FileNotFoundError: open it again.

    Args:
        path: The data folder.
        versions: Also show the versions that a newer one replaces.

    Returns:
        A dataset with the columns of ARTICLES and the partition column date; empty where nothing was scraped yet.
        Columns that a file is too old to have are null.

    Raises:
        StoreError: The folder does not exist, or a file in it is damaged or of a newer version.
    """
    dataset = _open(Path(path), ARTICLE_PARTS)
    if versions:
        return dataset
    # Nearly all rows are first versions, so the column is small.
    replaced = dataset.to_table(columns=["replaces"], filter=ds.field("replaces").is_valid())["replaces"]
    return dataset.filter(~ds.field("warc_record_id").isin(replaced.combine_chunks())) if len(replaced) else dataset


def open_versions(path: str | PathLike[str], article: str) -> list[Row]:
    """Read all versions of one article, the first one first.

    Args:
        path: The data folder.
        article: Its id.

    Raises:
        StoreError: As open_articles.
    """
    table = open_articles(path, versions=True).to_table(filter=ds.field("id") == article)
    rows: list[Row] = table.sort_by("fetched_at").to_pylist()
    return rows


def open_outcomes(path: str | PathLike[str] = "data") -> ds.Dataset:
    """Open what became of every visit as one table, without reading it; as open_articles."""
    return _open(Path(path), OUTCOME_PARTS)


def make_dictionary(schema: pa.Schema) -> str:
    """Describe the columns of a schema as a Markdown table."""
    lines = ["| column | type | null | description |", "|---|---|---|---|"]
    for field in [*schema, DATE]:
        null = "may be" if field.nullable and field is not DATE else "never"
        description = field.metadata[b"description"].decode().replace("|", "\\|")
        lines.append(f"| `{field.name}` | {_type_name(field.type)} | {null} | {description} |")
    return "\n".join(lines) + "\n"


def _write(data: Path, kind: Kind, segment: str, day: date, rows: list[Row]) -> None:
    rows = sorted(rows, key=lambda row: _place(row, kind.order))
    if holder := find_holder(data, kind, day, segment):
        table = pa.Table.from_pylist(rows, schema=kind.schema)
        exchange_segment(data, kind, day, holder, segment, table)
        return
    folder = kind.folder(data, day)
    final = folder / f"{segment}.parquet"
    if not rows:
        if final.exists():
            with disk_errors(final, "removed"):
                final.unlink()
            sync_folder(folder)
        return
    with write_part(final, data, kind, len(rows), {}) as writer, ThreadPoolExecutor(1) as pool:
        # One group is encoded while the next is made of its rows.
        pending: Future[None] | None = None
        for start in range(0, len(rows), ROW_GROUP_ROWS):
            table = pa.Table.from_pylist(rows[start : start + ROW_GROUP_ROWS], schema=kind.schema)
            if pending:
                pending.result()
            pending = pool.submit(writer.write_table, table, ROW_GROUP_ROWS)
        if pending:
            pending.result()


def _open(data: Path, kind: Kind) -> ds.Dataset:
    if not data.is_dir():
        raise StoreError(f"{data}: there is no such folder; give the one that the scraper writes to")
    full = kind.schema.append(DATE)
    files = [str(part.path) for part in live_parts(data, kind) if part.rows]
    if not files:
        return ds.dataset(full.empty_table())
    partitioning = ds.partitioning(pa.schema([DATE]), flavor="hive")
    return ds.dataset(
        files, schema=full, format="parquet", partitioning=partitioning, partition_base_dir=str(data / kind.name)
    )


def _place(row: Row, order: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(_NEVER if row[name] is None else row[name] for name in order)


def _type_name(kind: pa.DataType) -> str:
    names: dict[Callable[[pa.DataType], bool], Callable[[pa.DataType], str]] = {
        pa.types.is_map: lambda t: f"map of {_type_name(t.key_type)} to {_type_name(t.item_type)}",
        pa.types.is_list: lambda t: f"list of {_type_name(t.value_type)}",
        pa.types.is_struct: lambda t: "(" + ", ".join(field.name for field in t) + ")",
        pa.types.is_timestamp: lambda t: "time (µs, UTC)",
        pa.types.is_date: lambda t: "date",
    }
    return next((name(kind) for is_kind, name in names.items() if is_kind(kind)), str(kind))
