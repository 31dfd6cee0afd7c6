"""Verify: whether the corpus holds what state, ledgers and archive say it must, each row once and readable.

A module of its own, because it reads what it cannot trust and changes nothing. What is wrong with the archive itself
is told by the scan of its records.
"""

from __future__ import annotations

import contextlib
from array import array
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scraper.errors import DamagedError, GoneError, StoreError
from scraper.store.archive import SavedState
from scraper.store.part import ARTICLE_PARTS, KINDS, MERGED, STAGING, Kind, Part, read_part
from scraper.store.record import Member, read_fields
from scraper.store.release import BUILDING, current, list_leftovers
from scraper.store.runs import is_held
from scraper.store.segments import WARC, list_segments, peek_segment
from scraper.store.warc import SUFFIX

SAMPLE_ROWS = 1000
"""Every so manieth row is held against the archive, and the first of each row group."""

_ID = r"^[0-9a-f]{32}$"
_OPEN_FILES = 64
_PLACE_BITS = 40
_NEXT_RUN = "the next run removes it"
_AGAIN = "run `scraper verify --mend`, then `scraper extract`"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong.

    Args:
        path: The file, or what a segment's file is or should be.
        where: Row group and row, both counted from 0, or empty.
        what: Words for a person, with the way out.
        part: Where the file must be made again from the archive: what it says of itself, as far as it can be read.
        segment: Where the rows of a segment must be.
    """

    path: Path
    where: str
    what: str
    part: Part | None = None
    segment: str | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.where}{': ' if self.where else ''}{self.what}"


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


def verify(data: Path, tally: Tally, *, full: bool = False) -> Iterator[Flaw]:
    """Find what is wrong with the corpus. No run may go on meanwhile.

    Args:
        data: The data folder.
        tally: Is counted into.
        full: Hold every row against the archive, not a sample.

    Raises:
        StoreError: The state can't be read.
    """
    release = current(data)
    yield from _leftovers(data, release)
    whole = True
    with closing(_Archive(data)) as archive:
        for kind in KINDS:
            places = array("Q")
            parts, flaws = find_parts(release, kind)
            yield from flaws
            whole = whole and not flaws
            for part in parts:
                tally.parts += 1
                for flaw in _check_part(part, kind, tally, places, archive, 1 if full else SAMPLE_ROWS):
                    whole = whole and flaw.part is None
                    yield flaw
            yield from _twice(release, kind, places, archive)
        tally.held = archive.held
    # Where a file can't be read its rows are missing from each sum: that has been told.
    if whole:
        yield from _against_state(data, tally)
    yield from _against_runs(data)


def find_parts(release: Path, kind: Kind) -> tuple[list[Part], list[Flaw]]:
    """Give the parts that count, and what is wrong with files that can't be read or should not be there."""
    parts, flaws = [], []
    for path in sorted((release / kind.name).rglob("*")):
        if path.is_dir():
            continue
        if path.suffix != ".parquet" or path.parent.parent != release / kind.name or _day(path) is None:
            flaws.append(
                Flaw(path, "", "is no file of this program; readers of the folder stumble over it: move it away")
            )
            continue
        try:
            parts.append(read_part(path))
        except (StoreError, FileNotFoundError) as error:
            what = str(error).removeprefix(f"{path}: ")
            unknown = Part(path, 0, 0, () if path.name.startswith(MERGED) else (path.stem,), frozenset())
            newer = "newer version" in what
            what = what if newer else f"its footer is damaged; {_AGAIN} ({what.rpartition(': ')[2]})"
            flaws.append(Flaw(path, "", what, None if newer else unknown))
    replaced = {part.path.with_name(name): part for part in parts for name in part.replaces}
    flaws += [
        Flaw(part.path, "", f"is replaced by {replaced[part.path].path.name} and still there: {_NEXT_RUN}")
        for part in parts
        if part.path in replaced
    ]
    return [part for part in parts if part.path not in replaced], flaws


class _Archive:
    """The records that rows refer to, looked up by their offset; the files stay open for the next row.

    Args:
        data: The data folder.
    """

    def __init__(self, data: Path) -> None:
        self.held = 0
        self._data, self._archived = data, set(list_segments(data))
        self.numbers: dict[str, int] = {}
        self._files: OrderedDict[str, tuple[BinaryIO, int] | None] = OrderedDict()

    def number(self, name: str) -> int:
        """Give a file a number, the same each time."""
        return self.numbers.setdefault(name, len(self.numbers))

    def fault(self, name: str, offset: int, record_id: str) -> str | None:
        """Tell what is wrong with a reference; None where the record is there."""
        self.held += 1
        path = self._data / WARC / name
        opened = self._open(name)
        if opened is None:
            return f"refers to {path}, which is missing; restore it from a copy"
        file, size = opened
        member = Member(path, file, offset, size)
        try:
            if offset >= size:
                raise member.damaged("is behind the end")
            head = b""
            for piece in member.pieces():
                head += piece
                if b"\r\n\r\n" in head or len(head) > 1 << 20:
                    break
            opening, found, _ = head.partition(b"\r\n\r\n")
            held_id = dict(read_fields(opening + found))["warc-record-id"]
        except (DamagedError, ValueError, OSError) as error:
            return (
                f"refers to byte {offset} of {path}, where no record can be read ({error}); try `scraper archive check`"
            )
        if held_id != record_id:
            return f"refers to {record_id} at byte {offset} of {path}, where {held_id} is; {_AGAIN}"
        return None

    def close(self) -> None:
        """Close all files."""
        for opened in self._files.values():
            if opened:
                opened[0].close()

    def _open(self, name: str) -> tuple[BinaryIO, int] | None:
        if name not in self._files:
            self._files[name] = None
            if name.removesuffix(SUFFIX) in self._archived:
                with contextlib.suppress(GoneError):
                    self._files[name] = peek_segment(self._data, name)
            if len(self._files) > _OPEN_FILES and (oldest := self._files.popitem(last=False)[1]):
                oldest[0].close()
        self._files.move_to_end(name)
        return self._files[name]


def _leftovers(data: Path, release: Path) -> Iterator[Flaw]:
    staged = {path for folder in (data, release) for path in (folder / STAGING).glob("*")}
    for path in sorted([*staged, *(data / "runs").glob("*.part")]):
        yield Flaw(path, "", f"was being written when a run was killed: {_NEXT_RUN}")
    for path, what in list_leftovers(data):
        if path.name != BUILDING or not is_held(path.parent):
            yield Flaw(path, "", what)


def _check_part(
    part: Part, kind: Kind, tally: Tally, places: array[int], archive: _Archive, every: int
) -> Iterator[Flaw]:
    """Read a part to its last page; after damage of a row group the next one is read."""

    def damaged(where: str, what: str) -> Flaw:
        return Flaw(part.path, where, f"{what}; {_AGAIN}", part)

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
                    again = row["warc_file"].removesuffix(SUFFIX) if fault.endswith(_AGAIN) else None
                    yield Flaw(part.path, at, fault, segment=again)


def _check_rows(table: pa.Table, part: Part, kind: Kind) -> Iterator[tuple[int | None, str]]:
    """Tell what is wrong with the rows of a group: the first that shows it, and what."""
    if (row := _first_unsorted(table, kind)) is not None:
        yield row, "is not sorted"
    if kind is ARTICLE_PARTS and (row := _first(pc.invert(pc.match_substring_regex(table["id"], _ID)))) is not None:
        yield row, f"id {table['id'][row]} is none"
    day = _day(part.path)
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


def _count(table: pa.Table, kind: Kind, tally: Tally, places: array[int], archive: _Archive) -> None:
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
    places.frombytes(((numbers[codes] << np.uint64(_PLACE_BITS)) | offsets).tobytes())
    if kind is not ARTICLE_PARTS:
        made = codes[pc.equal(table["outcome"], "article").to_numpy(zero_copy_only=False)]
        for name, count in zip(names, np.bincount(made, minlength=len(names)).tolist(), strict=True):
            tally.articles[name.removesuffix(SUFFIX)] += count


def _twice(release: Path, kind: Kind, places: array[int], archive: _Archive) -> Iterator[Flaw]:
    values, counts = np.unique(np.frombuffer(places, np.uint64), return_counts=True)
    names = {number: name for name, number in archive.numbers.items()}
    for place in values[counts > 1].tolist():
        name, offset = names[place >> _PLACE_BITS], place & ((1 << _PLACE_BITS) - 1)
        what = f"holds the visit at byte {offset} of {name} more than once; remove one of the files that hold it"
        yield Flaw(release / kind.name, "", what)


def _against_state(data: Path, tally: Tally) -> Iterator[Flaw]:
    """Hold the rows of each segment against the visits that were committed, and articles against outcomes."""
    state = SavedState(data / "state.sqlite")
    segments, runs = (state.segments(), state.runs()) if state.path.exists() else ({}, set[str]())
    outcomes, articles = tally.by_segment["outcomes"], tally.by_segment["articles"]
    for name, (status, _, visits) in segments.items():
        rows = outcomes[name]
        # A killed run may have written rows and not said so yet; they are written again.
        if rows != visits and (rows or status == "extracted"):
            yield Flaw(
                data / "warc" / f"{name}{SUFFIX}", "", f"{visits} visits, but {rows} outcomes; {_AGAIN}", segment=name
            )
    for name in sorted(outcomes.keys() | articles.keys()):
        path = data / "warc" / f"{name}{SUFFIX}"
        if name not in segments and name.rpartition("-")[0] in runs:
            yield Flaw(path, "", "has rows, and the state knows its run but not it; restore the state from a copy")
        waits = name in segments and segments[name][0] != "extracted"
        if articles[name] != tally.articles[name] and not waits:
            what = f"{tally.articles[name]} outcomes are articles, but there are {articles[name]} rows; {_AGAIN}"
            yield Flaw(path, "", what, segment=name)


def _against_runs(data: Path) -> Iterator[Flaw]:
    """Hold the ledgers of runs that ended in order against the visits that were committed."""
    state = SavedState(data / "state.sqlite")
    committed: Counter[str] = Counter()
    runs: set[str] = set()
    if state.path.exists():
        runs = state.runs()
        for name, (_, _, visits) in state.segments().items():
            committed[name.rpartition("-")[0]] += visits
    for path in sorted((data / "runs").glob("*.json")):
        try:
            ledger = msgspec.json.decode(path.read_bytes())
            visits = sum(site["visits"] for site in ledger["sites"].values())
            ended = ledger["finished_at"] and not ledger["error"]
        except (msgspec.DecodeError, OSError, KeyError, TypeError, AttributeError) as error:
            yield Flaw(path, "", f"is no ledger ({error!r}); it may be removed, the rows do not depend on it")
            continue
        if ended and path.stem in runs and visits != committed[path.stem]:
            yield Flaw(
                path, "", f"counts {visits} visits, the state {committed[path.stem]}; restore the state from a copy"
            )


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


def _day(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.parent.name.removeprefix("date="))
    except ValueError:
        return None
