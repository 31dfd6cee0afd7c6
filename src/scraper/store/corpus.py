"""Corpus: the Parquet files that readers open, written whole or not at all.

A module of its own, because readers may open the folders at any moment: a file is made outside of them and moved in
when it is complete. A segment always gives the same file names and bytes, so doing it again doubles nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime
from os import PathLike
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from scraper.errors import StoreError
from scraper.store.disk import disk_errors, make_folder, move_in, sync_folder
from scraper.store.schema import ARTICLES, DATE, OUTCOMES, SCHEMA_VERSION, Row

ROW_GROUP_ROWS = 5000
"""Source: 20,000 articles: 1.5 % larger than one group, and a filtered read of bodies takes 27 ms instead of 365."""

_STAGING = "staging"
_NEVER = datetime.max.replace(tzinfo=UTC)


def write_segment(data: Path, segment: str, day: date, articles: list[Row], outcomes: list[Row]) -> None:
    """Write the rows of a segment to data/articles and data/outcomes, replacing those of an earlier time.

    Args:
        data: The data folder.
        segment: Its name, which becomes the name of the files.
        day: UTC date of all its visits.
        articles: Rows with the columns of ARTICLES; where there are none, there is no file.
        outcomes: Rows with the columns of OUTCOMES.

    Raises:
        StoreError: They can't be written; what was there stays.
    """
    _write(data, "articles", segment, day, ARTICLES, sorted(articles, key=_article_order), "id")
    _write(data, "outcomes", segment, day, OUTCOMES, sorted(outcomes, key=_outcome_order), "url")


def clear_staging(data: Path) -> None:
    """Remove the files that a killed run was writing."""
    folder = data / _STAGING
    with disk_errors(folder, "cleared"):
        for path in folder.glob("*.parquet"):
            path.unlink()


def open_articles(path: str | PathLike[str] = "data") -> ds.Dataset:
    """Open all articles as one table, without reading them.

    Args:
        path: The data folder.

    Returns:
        A dataset with the columns of ARTICLES and the partition column date; empty where nothing was scraped yet.

    Raises:
        StoreError: The folder does not exist, or a file in it is damaged or of a newer version.
    """
    return _open(Path(path), "articles", ARTICLES)


def open_outcomes(path: str | PathLike[str] = "data") -> ds.Dataset:
    """Open what became of every visit as one table, without reading it; as open_articles."""
    return _open(Path(path), "outcomes", OUTCOMES)


def make_dictionary(schema: pa.Schema) -> str:
    """Describe the columns of a schema as a Markdown table."""
    lines = ["| column | type | null | description |", "|---|---|---|---|"]
    for field in [*schema, DATE]:
        null = "may be" if field.nullable and field is not DATE else "never"
        description = field.metadata[b"description"].decode().replace("|", "\\|")
        lines.append(f"| `{field.name}` | {_type_name(field.type)} | {null} | {description} |")
    return "\n".join(lines) + "\n"


def _write(data: Path, kind: str, segment: str, day: date, schema: pa.Schema, rows: list[Row], key: str) -> None:
    folder = data / kind / f"date={day.isoformat()}"
    final = folder / f"{segment}.parquet"
    if not rows:
        if final.exists():
            with disk_errors(final, "removed"):
                final.unlink()
            sync_folder(folder)
        return
    for row in rows:
        if row.keys() != set(schema.names):
            raise ValueError(f"{kind}: columns differ: {sorted(row.keys() ^ set(schema.names))}")
    staged = make_folder(data / _STAGING) / f"{segment}.{kind}.parquet"
    make_folder(folder)
    with disk_errors(staged, "written"):
        pq.write_table(
            pa.Table.from_pylist(rows, schema=schema),
            staged,
            row_group_size=ROW_GROUP_ROWS,
            compression="zstd",
            compression_level=3,
            write_page_index=True,
            write_page_checksum=True,
            **_bloom_filter(key, len(rows)),
        )
    move_in(staged, final)


def _bloom_filter(column: str, rows: int) -> dict[str, Any]:
    """Ask for a filter that lets a look-up of one key pass most files by, where this pyarrow can write it."""
    able = "bloom_filter_options" in inspect.signature(pq.write_table).parameters
    return {"bloom_filter_options": {column: {"ndv": rows, "fpp": 0.01}}} if able else {}


def _open(data: Path, kind: str, schema: pa.Schema) -> ds.Dataset:
    folder = data / kind
    if not data.is_dir():
        raise StoreError(f"{data}: there is no such folder; give the one that the scraper writes to")
    full = schema.append(DATE)
    files = sorted(folder.glob("date=*/*.parquet"))
    if not files:
        return ds.dataset(full.empty_table())
    for file in files:
        _check(file)
    partitioning = ds.partitioning(pa.schema([DATE]), flavor="hive")
    return ds.dataset(
        [str(file) for file in files],
        schema=full,
        format="parquet",
        partitioning=partitioning,
        partition_base_dir=str(folder),
    )


def _check(file: Path) -> None:
    try:
        metadata = pq.read_metadata(file).metadata or {}
        version = int(metadata.get(b"schema_version", b"0"))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise StoreError(f"{file}: is damaged or cannot be read; extract its segment again: {error}") from error
    if version > SCHEMA_VERSION:
        raise StoreError(f"{file}: was written by a newer version of the program (schema {version}); update it")


def _article_order(row: Row) -> tuple[Any, ...]:
    return row["site"], row["published_at"] or _NEVER, row["url"], row["warc_offset"]


def _outcome_order(row: Row) -> tuple[Any, ...]:
    return row["site"], row["fetched_at"], row["url"], row["warc_offset"]


def _type_name(kind: pa.DataType) -> str:
    names: dict[Callable[[pa.DataType], bool], Callable[[pa.DataType], str]] = {
        pa.types.is_map: lambda t: f"map of {_type_name(t.key_type)} to {_type_name(t.item_type)}",
        pa.types.is_list: lambda t: f"list of {_type_name(t.value_type)}",
        pa.types.is_struct: lambda t: "(" + ", ".join(field.name for field in t) + ")",
        pa.types.is_timestamp: lambda t: "time (µs, UTC)",
        pa.types.is_date: lambda t: "date",
    }
    return next((name(kind) for is_kind, name in names.items() if is_kind(kind)), str(kind))
