"""Part: one Parquet file of the corpus, what it says of itself, and which parts count.

A module of its own, because what makes a switch from many files to one atomic is said in the files: a merged part
carries the names of those it replaces, and whoever reads leaves these out, whether they are gone yet or not. So the
rename that brings it in is the switch.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import json
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scraper.errors import StoreError
from scraper.store.disk import disk_errors, make_folder, move_in
from scraper.store.schema import ARTICLES, OUTCOMES, SCHEMA_VERSION
from scraper.url import NORM_VERSION

ROW_GROUP_ROWS = 5000
"""Source: 20,000 articles: 1.5 % larger than one group, and a filtered read of bodies takes 27 ms instead of 365."""

_MERGED: dict[str, Any] = {"compression_level": 3}
_SEGMENT: dict[str, Any] = {"compression_level": 1, "data_page_size": 1 << 18}
"""How hard zstd tries, and bytes of a page where 1 MB is too much. Source: 5,000 made-up articles: level 3 takes 46 us
of CPU to encode one, 2,716 bytes of it remain; level 2 38 us and 2,731 bytes, level 1 27 us and 2,936. Real texts get
5 and 13 % larger at 2 and 1. What is merged is kept, and what a segment gave is merged when its day is over: then a
page of each of its columns is in memory, 60 MB less of two days with small ones."""

STAGING = "staging"
MERGED = "merged-"
"""How the names of merged parts begin; those of segments begin with the time of their run."""

_UNIQUE = {"id", "url", "final_url", "canonical_url", "headline", "dek", "text", "body.list.element.text"}
_UNIQUE |= {"content_hash", "warc_record_id"}
"""Columns without a dictionary: trying one takes an eighth of the time of writing, for larger files."""
_LONG = {"text", "body.list.element.text", "removed.list.element.text"}
"""Columns without a least and a greatest value: nobody asks for texts from one to another, and footers would hold
four whole ones of each row group."""

_READERS = 8
_TRIES = 50


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two tables of the corpus.

    Args:
        name: The folder in data/.
        schema: Its columns.
        order: The columns that its parts are sorted by, nulls last; no two rows are equal in all of them.
        key: The column that rows are looked up by.
    """

    name: str
    schema: pa.Schema
    order: tuple[str, ...]
    key: str

    def folder(self, data: Path, day: date) -> Path:
        """Name the folder of a day."""
        return data / self.name / f"date={day.isoformat()}"


ARTICLE_PARTS = Kind("articles", ARTICLES, ("site", "published_at", "url", "warc_offset", "warc_file"), "id")
OUTCOME_PARTS = Kind("outcomes", OUTCOMES, ("site", "fetched_at", "url", "warc_offset", "warc_file"), "url")
KINDS = (ARTICLE_PARTS, OUTCOME_PARTS)


@dataclass(frozen=True, slots=True)
class Part:
    """What a file says of itself.

    Args:
        path: The file.
        rows: How many it holds.
        schema_version: Of the program that wrote it.
        segments: Those whose rows it holds, in the order of their names.
        replaces: Names of the files of its folder whose rows it holds; some may be there still.
        norm_versions: Of the normalizer that the ids of its rows were made with: one, but for a merged part of which a
            segment was extracted again since.
    """

    path: Path
    rows: int
    schema_version: int
    segments: tuple[str, ...]
    replaces: frozenset[str]
    norm_versions: tuple[int, ...] = (NORM_VERSION,)


def read_part(path: Path) -> Part:
    """Read what a file says of itself.

    Raises:
        FileNotFoundError: It is gone: merged into another, if it was there a moment ago.
        StoreError: It is damaged or of a newer version.
    """
    try:
        footer = pq.read_metadata(path)
        said = footer.metadata or {}
        version = int(said.get(b"schema_version", b"0"))
        segments = json.loads(said[b"segments"]) if b"segments" in said else [path.stem]
        replaces = json.loads(said.get(b"replaces", b"[]"))
        norms = json.loads(said.get(b"norm_versions", b"[%s]" % said.get(b"norm_version", b"1")))
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise StoreError(f"{path}: is damaged or cannot be read; `scraper verify --mend` says more: {error}") from error
    if version > SCHEMA_VERSION:
        raise StoreError(f"{path}: was written by a newer version of the program (schema {version}); update it")
    return Part(path, footer.num_rows, version, tuple(segments), frozenset(replaces), tuple(norms))


def live_parts(data: Path, kind: Kind, day: date | None = None) -> list[Part]:
    """Give the parts that count, in the order of their names: all but those that another one replaces.

    Parts may be written and merged meanwhile: what is given is how the folder stood at one moment.

    Args:
        data: The data folder.
        kind: Which table.
        day: Only of this day.

    Raises:
        StoreError: One is damaged or of a newer version, or the folder changes faster than it can be read.
    """
    pattern = f"{kind.folder(data, day).name if day else 'date=*'}/*.parquet"
    known: dict[Path, Part] = {}
    before: list[Path] | None = None
    for _ in range(_TRIES):
        listed = sorted((data / kind.name).glob(pattern))
        # A listing is of no one moment: it may miss both a merged part and one that it replaced. But a part is
        # removed only after the one that replaces it came in, so that the next listing shows it.
        if listed == before:
            replaced = {path.with_name(name) for path in listed for name in known[path].replaces}
            return [known[path] for path in listed if path not in replaced]
        new = [path for path in listed if path not in known]
        try:
            known |= zip(new, _read_all(new), strict=True)
        except FileNotFoundError:
            continue
        before = listed
    raise StoreError(f"{data / kind.name}: changes faster than it can be read; try again")


def replaced_parts(folder: Path) -> list[Path]:
    """Give the files of a day that are there still, though another one replaces them; a damaged one replaces none."""
    names: set[str] = set()
    for path in folder.glob(f"{MERGED}*.parquet"):
        with contextlib.suppress(StoreError):
            names |= read_part(path).replaces
    return sorted(path for name in names if (path := folder / name).exists())


def merged_name(names: Iterable[str]) -> str:
    """Name the part that is made of others: always the same of the same."""
    return f"{MERGED}{hashlib.sha256(' '.join(sorted(names)).encode()).hexdigest()[:20]}.parquet"


def write_part(
    final: Path,
    data: Path,
    kind: Kind,
    groups: Iterable[pa.Table],
    rows: int,
    said: dict[str, list[str]],
    norm_versions: tuple[int, ...] = (NORM_VERSION,),
) -> None:
    """Write a part outside of the table, and move it in when it is whole; after an error nothing is left.

    Args:
        final: Where it goes; what is there is replaced.
        data: The data folder.
        kind: Which table.
        groups: Its row groups; one is made while the one before is encoded.
        rows: How many rows these have.
        said: What a merged part says: segments and replaces.
        norm_versions: As of the part; the oldest is the file's norm_version.

    Raises:
        StoreError: It can't be written; what was there stays.
    """
    names_itself = kind.schema.metadata | {b"norm_version": str(min(norm_versions)).encode()}
    # Days are merged side by side, and files of two of them may have one name.
    staged = make_folder(data / STAGING) / f"{final.stem}.{final.parent.name}.{kind.name}.parquet"
    make_folder(final.parent)
    writer = None
    try:
        with disk_errors(staged, "written"):
            writer = pq.ParquetWriter(
                staged,
                kind.schema.with_metadata(names_itself),
                compression="zstd",
                use_dictionary=[path for path in _leaves(kind) if path not in _UNIQUE],
                write_statistics=[path for path in _leaves(kind) if path not in _LONG],
                write_page_index=True,
                write_page_checksum=True,
                sorting_columns=[pq.SortingColumn(_leaves(kind).index(name)) for name in kind.order],
                **(_MERGED if said else _SEGMENT),
                **_bloom_filter(kind.key, rows),
            )
            _encode(writer, groups)
            if said:
                says = said | ({"norm_versions": norm_versions} if len(norm_versions) > 1 else {})
                writer.add_key_value_metadata({name: json.dumps(values) for name, values in says.items()})
            writer.close()
            if (written := pq.read_metadata(staged).num_rows) != rows:
                raise StoreError(f"{staged}: {written} rows were written instead of {rows}")
        move_in(staged, final)
    except Exception:
        with contextlib.suppress(OSError, pa.ArrowException):
            if writer is not None:
                writer.close()
        # On a full disk this gives back what the half of it took.
        with contextlib.suppress(OSError):
            staged.unlink(missing_ok=True)
        raise


def _encode(writer: pq.ParquetWriter, groups: Iterable[pa.Table]) -> None:
    """Write row groups in a thread: encoding takes most of the time, and leaves the interpreter to others."""
    with ThreadPoolExecutor(1) as pool:
        pending: Future[None] | None = None
        for group in groups:
            if pending:
                pending.result()
            pending = pool.submit(writer.write_table, group, len(group))
        if pending:
            pending.result()


def _read_all(paths: list[Path]) -> list[Part]:
    if len(paths) < _READERS:
        return [read_part(path) for path in paths]
    with ThreadPoolExecutor(_READERS) as pool:
        return list(pool.map(read_part, paths))


@cache
def _leaves(kind: Kind) -> tuple[str, ...]:
    """Give the paths of the columns as Parquet counts them: members of lists and structs are columns of their own."""
    sink = pa.BufferOutputStream()
    pq.write_table(kind.schema.empty_table(), sink)
    leaves = pq.ParquetFile(pa.BufferReader(sink.getvalue())).schema
    return tuple(leaves.column(n).path for n in range(len(leaves)))


def _bloom_filter(column: str, rows: int) -> dict[str, Any]:
    """Ask for a filter that lets a look-up of one key pass most row groups by, where this pyarrow can write it."""
    able = "bloom_filter_options" in inspect.signature(pq.ParquetWriter.__init__).parameters
    return {"bloom_filter_options": {column: {"ndv": max(1, min(rows, ROW_GROUP_ROWS)), "fpp": 0.01}}} if able else {}
