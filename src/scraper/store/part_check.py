"""Part check: one file of the corpus read to its last page, its rows counted and held against the archive.

A module of its own, because it reads what it cannot trust, and after damage of a row group goes on with the next.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scraper.store.flaw import AGAIN, Flaw
from scraper.store.part import ARTICLE_PARTS, KINDS, Kind, Part
from scraper.store.references import References
from scraper.store.warc import SUFFIX

PLACE_BITS = 40
"""Of a visit's place: its offset; above them stands the number of its segment."""
_ID = r"^[0-9a-f]{32}$"


@dataclass(slots=True)
class Tally:
    """What was counted.

    Args:
        parts: Files that count, of both tables.
        rows: Rows in them, by table.
        held: Rows that were held against the archive.
        by_segment: Table -> segment -> rows.
        articles: Segment -> outcomes that are an article.
    """

    parts: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    held: int = 0
    by_segment: dict[str, Counter[str]] = field(default_factory=lambda: {kind.name: Counter() for kind in KINDS})
    articles: Counter[str] = field(default_factory=Counter)


def check_part(
    part: Part, kind: Kind, tally: Tally, places: array[int], archive: References, every: int
) -> Iterator[Flaw]:
    """Read a part to its last page; after damage of a row group the next one is read.

    Args:
        part: The file.
        kind: Of which table.
        tally: Is counted into.
        places: Is given the place of each row's visit in the archive: the number of its segment and the offset.
        archive: Where the rows' records are looked up.
        every: Every so manieth row is, and the first of each row group.
    """

    def damaged(where: str, what: str) -> Flaw:
        return Flaw(part.path, where, f"{what}; {AGAIN}", part)

    try:
        file = pq.ParquetFile(part.path, page_checksum_verification=True, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        yield damaged("", f"its footer is damaged ({error})")
        return
    with file:
        known = {each.name: each for each in kind.schema}
        for each in file.schema_arrow:
            if each.name not in known or not each.type.equals(known[each.name].type):
                yield damaged("", f"column {each.name} is none of this program, or of another type")
                return
        if missing := [
            each.name for each in kind.schema if not each.nullable and each.name not in file.schema_arrow.names
        ]:
            yield damaged("", f"column {missing[0]} is missing")
            return
        last: pa.Table | None = None
        for group in range(file.metadata.num_row_groups):
            where = f"row group {group}"
            try:
                table = file.read_row_group(group)
                table.validate(full=True)
            except (pa.ArrowException, OSError) as error:
                yield damaged(where, f"cannot be read: {_column_of(file, group)}{error}")
                last = None
                continue
            for row, what in _check_rows(table, part, kind):
                yield damaged(where if row is None else f"{where}, row {row}", what)
            if last is not None and _first_unsorted(pa.concat_tables([last, table.slice(0, 1)]), kind) is not None:
                yield damaged(f"{where}, row 0", "is not sorted behind the row group before")
            last = table.slice(table.num_rows - 1)
            _count(table, kind, tally, places, archive)
            refers = table.select(["warc_file", "warc_offset", "warc_record_id"]).to_pylist()[::every]
            for number, row in enumerate(refers):
                if fault := archive.fault(*row.values()):
                    at = f"{where}, row {number * every}"
                    # From a damaged archive nothing can be extracted again.
                    again = row["warc_file"].removesuffix(SUFFIX) if fault.endswith(AGAIN) else None
                    yield Flaw(part.path, at, fault, segment=again)


def _check_rows(table: pa.Table, part: Part, kind: Kind) -> Iterator[tuple[int | None, str]]:
    """Tell what is wrong with the rows of a group: the first that shows it, and what."""
    if (row := _first_unsorted(table, kind)) is not None:
        yield row, "is not sorted"
    if kind is ARTICLE_PARTS and (row := _first(pc.invert(pc.match_substring_regex(table["id"], _ID)))) is not None:
        yield row, f"id {table['id'][row]} is none"
    day = day_of(part.path)
    if day is not None:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        times = table["fetched_at"]
        outside = pc.or_(pc.less(times, midnight), pc.greater_equal(times, midnight + timedelta(days=1)))
        if (row := _first(outside)) is not None:
            yield row, f"was fetched at {times[row]}, on another day than its folder's"
    files = {f"{segment}{SUFFIX}" for segment in part.segments}
    strangers = pc.invert(pc.is_in(table["warc_file"], value_set=pa.array(sorted(files), pa.string())))
    if (row := _first(strangers)) is not None:
        yield row, f"is of {table['warc_file'][row]}, of which the file says nothing"


def _count(table: pa.Table, kind: Kind, tally: Tally, places: array[int], archive: References) -> None:
    tally.rows[kind.name] += table.num_rows
    coded = table["warc_file"].combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    names = coded.dictionary.to_pylist()
    numbers = np.array([archive.number(name) for name in names], np.uint64)
    codes = coded.indices.to_numpy()
    for name, count in zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True):
        tally.by_segment[kind.name][name.removesuffix(SUFFIX)] += count
    offsets = table["warc_offset"].to_numpy().astype(np.uint64)
    places.frombytes(((numbers[codes] << np.uint64(PLACE_BITS)) | offsets).tobytes())
    if kind is not ARTICLE_PARTS:
        made = codes[pc.equal(table["outcome"], "article").to_numpy(zero_copy_only=False)]
        for name, count in zip(names, np.bincount(made, minlength=len(names)).tolist(), strict=True):
            tally.articles[name.removesuffix(SUFFIX)] += count


def day_of(path: Path) -> date | None:
    """Give the day of a file by the name of its folder; None where that is none."""
    try:
        return date.fromisoformat(path.parent.name.removeprefix("date="))
    except ValueError:
        return None


def _first(mask: pa.ChunkedArray) -> int | None:
    index: int = pc.index(pc.fill_null(mask, fill_value=True), value=True).as_py()
    return None if index < 0 else index


def _first_unsorted(table: pa.Table, kind: Kind) -> int | None:
    """Give the first row that sorting would put elsewhere."""
    order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in kind.order]).to_numpy()
    moved = np.flatnonzero(order != np.arange(len(order)))
    return int(moved[0]) if len(moved) else None


def _column_of(file: pq.ParquetFile, group: int) -> str:
    """Name the first column of a damaged row group that can't be read."""
    for name in file.schema_arrow.names:
        try:
            file.read_row_group(group, columns=[name])
        except (pa.ArrowException, OSError):
            return f"column {name}: "
    return ""
