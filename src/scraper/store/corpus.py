"""Corpus: the Parquet files as readers open them: every row once, as they stood at one moment.

A module of its own, because readers depend on it and on nothing else of this program.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from os import PathLike, fspath
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from scraper.errors import StoreError
from scraper.store.mirror_reader import open_files, open_mirrored
from scraper.store.part import ARTICLE_PARTS, OUTCOME_PARTS, Kind, live_parts
from scraper.store.release import current
from scraper.store.schema import Row


def open_articles(path: str | PathLike[str] = "data", *, versions: bool = False) -> ds.Dataset:
    """Open the newest version of each article as one table, without reading them.

    It shows the rows as they stood at one moment, none twice. Where files are merged later, while it is in use,
    reading ends with FileNotFoundError: open it again. Where another release becomes the current one, it goes on
    reading its own.

    Args:
        path: The data folder, or the folder of one release, or where it is mirrored: s3://bucket/prefix.
        versions: Also show the versions that a newer one replaces.

    Returns:
        A dataset with the columns of ARTICLES and the partition column date; empty where nothing was scraped yet.
        Columns that a file is too old to have are null.

    Raises:
        StoreError: The folder does not exist, or a file in it is damaged or of a newer version; or the bucket can't be
            read.
        ConfigError: It is no address of a place in a bucket.
    """
    dataset = _open(path, ARTICLE_PARTS)
    if versions:
        return dataset
    # Nearly all rows are first versions, so these columns are small.
    older = [
        dataset.to_table(columns=[record], filter=ds.field(said).is_valid())[record]
        for record, said in (("replaces", "replaces"), ("warc_record_id", "superseded_by"))
    ]
    replaced = pa.chunked_array([chunk for column in older for chunk in column.chunks], pa.string())
    return dataset.filter(~ds.field("warc_record_id").isin(replaced.combine_chunks())) if len(replaced) else dataset


def open_versions(path: str | PathLike[str], article: str) -> list[Row]:
    """Read all versions of one article, the first one first.

    Ids lie anywhere in a file, and texts are nearly all of it: ids are read first, then the row groups that hold it.

    Args:
        path: The data folder, or where it is mirrored.
        article: Its id.

    Raises:
        StoreError: As open_articles.
    """
    dataset, wanted = open_articles(path, versions=True), ds.field("id") == article
    files = set(dataset.to_table(columns=["__filename"], filter=wanted)["__filename"].to_pylist())
    groups = [
        group
        for fragment in dataset.get_fragments()
        if files and fragment.path in files
        for group in fragment.split_by_row_group(schema=dataset.schema)
        if group.count_rows(filter=wanted)
    ]
    tables = [group.to_table(schema=dataset.schema, filter=wanted) for group in groups]
    rows: list[Row] = [row for table in tables for row in table.to_pylist()]
    return sorted(rows, key=itemgetter("fetched_at", "warc_file", "warc_offset"))


def number_versions(rows: Sequence[Row]) -> dict[int, Row]:
    """Number the versions of an article, the first one first.

    Args:
        rows: As open_versions gives them.

    Returns:
        Number -> row: the numbers that the rows say, if all say one, each another and later ones higher; else their
        places, as files that are older than the column hold null.
    """
    said = [row["version"] for row in rows]
    if None in said or said != sorted(set(said)):
        said = list(range(1, len(rows) + 1))
    return dict(zip(said, rows, strict=True))


def open_outcomes(path: str | PathLike[str] = "data") -> ds.Dataset:
    """Open what became of every visit as one table, without reading it; as open_articles."""
    return _open(path, OUTCOME_PARTS)


def _open(path: str | PathLike[str], kind: Kind) -> ds.Dataset:
    if fspath(path).startswith("s3://"):
        return open_mirrored(fspath(path), kind)
    data = Path(path)
    release = current(data)
    parts = live_parts(release, kind)
    while release != (release := current(data)):  # a release that gives way to another may be gone meanwhile
        parts = live_parts(release, kind)
    if not release.is_dir():
        raise StoreError(f"{release}: there is no such folder; give the one that the scraper writes to")
    return open_files(kind, str(release / kind.name), [str(part.path) for part in parts if part.rows])
