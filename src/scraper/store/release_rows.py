"""Release rows: the rows of two releases side by side, visit by visit, for whoever says what changed.

A module of its own, because it holds a few thousand rows of each at a time, however many a day has.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from scraper.store.part import ARTICLE_PARTS, KINDS, OUTCOME_PARTS, Kind, live_parts
from scraper.store.schema import Row

IDENTITY = ("warc_record_id", "site", "url", "fetched_at")
NAMES_THE_RELEASE = frozenset({"extractor_version"})
"""Columns that differ by themselves."""

_ROWS_AT_ONCE = 2500
_OBJECTS_AT_ONCE = 500
_TRIES = 20
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Beside:
    """Some rows of two releases.

    Args:
        paired: How many visits have a row in both.
        differing: Those rows of them that are not the same, before and now: IDENTITY and the columns in which some of
            these rows differ.
        gone: Rows of visits that have none now, each with the outcome they have.
        come: Rows of visits that had none before, each with the outcome they had.
    """

    paired: int
    differing: list[tuple[Row, Row]]
    gone: list[tuple[Row, str]]
    come: list[tuple[Row, str]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a release holds.

    Args:
        rows: Rows of articles, all versions.
        articles: Those that these are of.
        bytes: Of its files.
        extractors: Rows by the version of the extractor that made them, in the order of their first rows.
        segments: Names of the segments whose visits it accounts for.
    """

    rows: int
    articles: int
    bytes: int
    extractors: dict[str, int]
    segments: frozenset[str]


def read_steadily(read: Callable[[], _T]) -> _T:
    """Read again where files were merged meanwhile."""
    for _ in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):
            return read()
    return read()


def count_release(release: Path) -> Counts:
    """Count what a release holds; runs may write to it meanwhile.

    Raises:
        StoreError: A part is damaged.
    """
    return read_steadily(lambda: _count(release))


def _count(release: Path) -> Counts:
    parts = {kind.name: live_parts(release, kind) for kind in KINDS}
    table = _dataset(release, ARTICLE_PARTS).to_table(columns=["extractor_version", "id"])
    versions = table.group_by("extractor_version", use_threads=False).aggregate([([], "count_all")]).to_pylist()
    return Counts(
        table.num_rows,
        pc.count_distinct(table["id"]).as_py(),
        sum(path.stat().st_size for path in release.rglob("*") if path.is_file()),
        {each["extractor_version"]: each["count_all"] for each in versions},
        frozenset(name for part in parts["outcomes"] for name in part.segments),
    )


def days_of(release: Path) -> set[date]:
    """Give the days on which a release has visits."""
    return {date.fromisoformat(folder.name.removeprefix("date=")) for folder in release.glob("*/date=????-??-??")}


def put_beside(old: Path, new: Path, day: date, segments: Collection[str]) -> Iterator[Beside]:
    """Put the articles that two releases have of a day beside each other.

    Args:
        old: Folder of one.
        new: Folder of the other.
        day: Of the visits.
        segments: Rows of other segments are left out.

    Raises:
        StoreError: A part is damaged.
        FileNotFoundError: Parts were merged meanwhile; begin the day again, as read_steadily does.
    """
    known = pa.array(sorted(f"{name}.warc.gz" for name in segments), pa.string())
    wanted = ds.field("warc_file").isin(known)
    articles = [_dataset(release, ARTICLE_PARTS, day) for release in (old, new)]
    outcomes = [_dataset(release, OUTCOME_PARTS, day) for release in (old, new)]
    for sites in _groups(articles):
        # A range, because row groups are passed by for that, and not for a list of sites.
        chosen = wanted & (ds.field("site") >= sites[0]) & (ds.field("site") <= sites[-1])
        before, after = (dataset.to_table(filter=chosen) for dataset in articles)
        ids = [table["warc_record_id"].to_pylist() for table in (before, after)]
        place = {record: at for at, record in enumerate(ids[1])}
        both = [(at, place[record]) for at, record in enumerate(ids[0]) if record in place]
        left = set(ids[0])
        yield Beside(
            len(both),
            _differing(before.take([a for a, _ in both]), after.take([b for _, b in both])) if both else [],
            _with_outcomes(before, [at for at, record in enumerate(ids[0]) if record not in place], outcomes[1]),
            _with_outcomes(after, [at for at, record in enumerate(ids[1]) if record not in left], outcomes[0]),
        )


def _dataset(release: Path, kind: Kind, day: date | None = None) -> ds.Dataset:
    files = [str(part.path) for part in live_parts(release, kind, day) if part.rows]
    return ds.dataset(files, schema=kind.schema, format="parquet") if files else ds.dataset(kind.schema.empty_table())


def _groups(datasets: list[ds.Dataset]) -> Iterator[list[str]]:
    """Group sites in their order, so that each group has few rows in all; one site may have more by itself."""
    sites = pa.concat_tables([dataset.to_table(columns=["site"]) for dataset in datasets])
    group, rows = list[str](), 0
    for each in sites.group_by("site").aggregate([([], "count_all")]).sort_by("site").to_pylist():
        if group and rows + each["count_all"] > _ROWS_AT_ONCE:
            yield group
            group, rows = [], 0
        group.append(each["site"])
        rows += each["count_all"]
    if group:
        yield group


def _differing(before: pa.Table, after: pa.Table) -> list[tuple[Row, Row]]:
    """Give the rows that are not the same, with the columns that are not; both tables hold the same visits."""
    names = [name for name in before.column_names if name not in {*IDENTITY, *NAMES_THE_RELEASE}]
    # Whole columns are compared first: most are equal, and need not become objects.
    differ = [name for name in names if before[name] != after[name]]
    both = [table.select([*IDENTITY, *differ]) for table in (before, after)]
    return [
        (one, other)
        for at in range(0, before.num_rows, _OBJECTS_AT_ONCE)
        for one, other in zip(*(table.slice(at, _OBJECTS_AT_ONCE).to_pylist() for table in both), strict=True)
        if one != other
    ]


def _with_outcomes(table: pa.Table, places: list[int], outcomes: ds.Dataset) -> list[tuple[Row, str]]:
    if not places:
        return []
    rows = table.select([*IDENTITY, "headline"]).take(places)
    ids = rows["warc_record_id"].combine_chunks()
    found = outcomes.to_table(
        columns=["warc_record_id", "outcome", "reason"], filter=ds.field("warc_record_id").isin(ids)
    )
    why = {each["warc_record_id"]: f"{each['outcome']} {each['reason'] or ''}".strip() for each in found.to_pylist()}
    return [(row, why.get(row["warc_record_id"], "no outcome")) for row in rows.to_pylist()]
