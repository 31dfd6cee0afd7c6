"""Verify: whether the corpus holds what state, ledgers and archive say it must, each row once and readable.

A module of its own, because it holds files, state and ledgers against each other and changes nothing. What is wrong
within a file is told by the check of a part, and what is wrong with the archive itself by the scan of its records.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import numpy as np

from scraper.errors import StoreError
from scraper.store.archive import SavedState
from scraper.store.flaw import AGAIN, Flaw
from scraper.store.part import KINDS, MERGED, STAGING, Kind, Part, read_part
from scraper.store.part_check import PLACE_BITS, Tally, check_part, day_of
from scraper.store.references import References
from scraper.store.release import BUILDING, current, list_leftovers
from scraper.store.runs import is_held
from scraper.store.warc import SUFFIX

SAMPLE_ROWS = 1000
"""Every so manieth row is held against the archive, and the first of each row group."""

_NEXT_RUN = "the next run removes it"


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
    with closing(References(data)) as archive:
        for kind in KINDS:
            places = array("Q")
            parts, flaws = find_parts(release, kind)
            yield from flaws
            whole = whole and not flaws
            for part in parts:
                tally.parts += 1
                for flaw in check_part(part, kind, tally, places, archive, 1 if full else SAMPLE_ROWS):
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
        if path.suffix != ".parquet" or path.parent.parent != release / kind.name or day_of(path) is None:
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
            what = what if newer else f"its footer is damaged; {AGAIN} ({what.rpartition(': ')[2]})"
            flaws.append(Flaw(path, "", what, None if newer else unknown))
    replaced = {part.path.with_name(name): part for part in parts for name in part.replaces}
    flaws += [
        Flaw(part.path, "", f"is replaced by {replaced[part.path].path.name} and still there: {_NEXT_RUN}")
        for part in parts
        if part.path in replaced
    ]
    return [part for part in parts if part.path not in replaced], flaws


def _leftovers(data: Path, release: Path) -> Iterator[Flaw]:
    staged = {path for folder in (data, release) for path in (folder / STAGING).glob("*")}
    for path in sorted([*staged, *(data / "runs").glob("*.part")]):
        yield Flaw(path, "", f"was being written when a run was killed: {_NEXT_RUN}")
    for path, what in list_leftovers(data):
        if path.name != BUILDING or not is_held(path.parent):
            yield Flaw(path, "", what)


def _twice(release: Path, kind: Kind, places: array[int], archive: References) -> Iterator[Flaw]:
    values, counts = np.unique(np.frombuffer(places, np.uint64), return_counts=True)
    names = {number: name for name, number in archive.numbers.items()}
    for place in values[counts > 1].tolist():
        name, offset = names[place >> PLACE_BITS], place & ((1 << PLACE_BITS) - 1)
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
                data / "warc" / f"{name}{SUFFIX}", "", f"{visits} visits, but {rows} outcomes; {AGAIN}", segment=name
            )
    for name in sorted(outcomes.keys() | articles.keys()):
        path = data / "warc" / f"{name}{SUFFIX}"
        if name not in segments and name.rpartition("-")[0] in runs:
            yield Flaw(path, "", "has rows, and the state knows its run but not it; restore the state from a copy")
        waits = name in segments and segments[name][0] != "extracted"
        if articles[name] != tally.articles[name] and not waits:
            what = f"{tally.articles[name]} outcomes are articles, but there are {articles[name]} rows; {AGAIN}"
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
            visits = sum(site["visits"] for site in ledger["sites"].values()) + ledger.get("intake", {}).get("taken", 0)
            ended = ledger["finished_at"] and not ledger["error"]
        except (msgspec.DecodeError, OSError, KeyError, TypeError, AttributeError) as error:
            yield Flaw(path, "", f"is no ledger ({error!r}); it may be removed, the rows do not depend on it")
            continue
        if ended and path.stem in runs and visits != committed[path.stem]:
            yield Flaw(
                path, "", f"counts {visits} visits, the state {committed[path.stem]}; restore the state from a copy"
            )
