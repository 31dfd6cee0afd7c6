"""Rebuild: a new release made of the archive beside the current one, and the switch to it.

A module above the runs, because it does what they do, for all segments, while they go on: it holds a lock of its own,
and the data folder's only in the end, to catch up and to switch. Killed at any instant, it goes on where it was.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any

import msgspec

from scraper.config import Config
from scraper.errors import DamagedError, GoneError, StoppedError
from scraper.extract.assemble import EXTRACTOR_VERSION
from scraper.extraction import Extraction, Outcomes
from scraper.mirroring import mirror_now
from scraper.report.changes import Changes
from scraper.store.archive import whole_segments
from scraper.store.disk import disk_errors, make_folder, move_in, sync_folder
from scraper.store.part import KINDS
from scraper.store.release import (
    BUILDING,
    CURRENT,
    DONE,
    RELEASES,
    current,
    discard,
    find_release,
    name_release,
    prepare,
    switch,
)
from scraper.store.release_rows import Counts, count_release, days_of, put_beside, read_steadily
from scraper.store.runs import hold, hold_releases

FEWEST = 0.95
"""Share of the articles from which on a new release becomes the current one by itself. With fewer, a person should have
looked: rules for what is no article move by one in a hundred, a broken extractor by far more."""

_TICK_S = 0.2
_SAID = "release.json"

Tell = Callable[[str, int, int], None]
"""Called with what is going on, how much of it is done, and of how much."""


@dataclass(slots=True)
class Rebuilt:
    """What came of it.

    Args:
        release: The new folder.
        changes: Beside the release that was current.
        before: What that one holds.
        after: What the new one holds.
        old: The folder of that one.
        notices: What the operator should know.
        doubts: Why it did not become the current one; empty where it did, or was not to.
    """

    release: Path
    changes: Changes
    before: Counts
    after: Counts
    old: Path
    notices: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Give it for a file."""
        return {
            "beside": self.old.name,
            "before": _counts(self.before),
            "after": _counts(self.after),
            "doubts": self.doubts,
            **self.changes.to_json(),
        }


def rebuild(
    config: Config, data: Path, *, switch_over: bool, tell: Tell, stopping: Event, cluster: str = ""
) -> Rebuilt:
    """Make a new release of the archive, say what changed, and switch to it.

    Args:
        config: Rules, policy and limits.
        data: The data folder.
        switch_over: False: leave the current one as it is.
        tell: Progress.
        stopping: Ends it politely; what was done is kept.
        cluster: Whose workers extract, such as tcp://host:8786; "" for processes of this machine.

    Raises:
        ConfigError: There is no such cluster.
        LockedError: Another command makes a release or switches.
        StoppedError: It was stopped; the same again goes on.
        StoreError: The disk is full or such; the same again goes on.
    """
    with hold_releases(data):
        if not (data / CURRENT).is_symlink():
            with hold(data):
                prepare(data, _now())
        building = _begin(data, config, tell)
        notices, damaged = _catch_up(config, data, building, _read_done(building), tell, stopping, cluster)
        result = _compare(current(data), building, tell, stopping)
        result.notices += notices
        result.doubts += damaged + _doubts(data, result)
        if not switch_over or result.doubts:
            _finish(data, result, to_switch=False)
            return result
        tell("waiting for the data folder", 0, 1)
        with hold(data, patience=lambda: not stopping.is_set()):
            notices, result.doubts = _catch_up(config, data, building, _read_done(building), tell, stopping)
            result.notices += notices
            _finish(data, result, to_switch=not result.doubts)
            if not result.doubts:
                switch(data, result.release)
                prepare(data, _now())
                result.notices += mirror_now(config.store, data, stopping)
    return result


def use(config: Config, data: Path, name: str, *, tell: Tell, stopping: Event) -> list[str]:
    """Switch to another release, once it has the segments that it lacks.

    Returns:
        What the operator should know: segments that can't be read, or that come in late.

    Raises:
        LockedError: Another command makes a release or switches.
        StoppedError: It was stopped; the current one stays.
        StoreError: There is no such release, or it can't be written.
    """
    tell("waiting for the data folder", 0, 1)
    with hold_releases(data), hold(data, patience=lambda: not stopping.is_set()):
        release = find_release(data, name)
        notices = []
        # Where this was killed before, what was extracted last may not be whole, and only the ledger tells.
        done = _read_done(release) or dict.fromkeys(count_release(release).segments, "")
        held = dict.fromkeys((each for each, fault in done.items() if not fault), "")
        if late := [each for each in whole_segments(data) if each not in held and each < max(held, default="")]:
            notices.append(
                f"behind later segments come in: {_some(late)}; where those hold newer versions of an article, both are"
                " shown; `scraper extract --rebuild` makes a release in order"
            )
        for told in _catch_up(config, data, release, held, tell, stopping):
            notices += told
        switch(data, release)
        prepare(data, _now())
        return notices + mirror_now(config.store, data, stopping)


def _catch_up(
    config: Config,
    data: Path,
    release: Path,
    passed: dict[str, str],
    tell: Tell,
    stopping: Event,
    cluster: str = "",
) -> tuple[list[str], list[str]]:
    """Extract what the archive holds and a release lacks, until there is nothing left, in the order of time.

    Args:
        config: Rules, policy and limits.
        data: The data folder.
        release: The folder of the release.
        passed: The segments that it holds or cannot hold, with what is wrong with each; others are added.
        tell: Progress.
        stopping: Ends it.
        cluster: As of rebuild.

    Returns:
        What the operator should know, and which segments can't be read, or not as a whole.
    """
    lines = (f"{name} {fault}\n" for name, fault in passed.items())
    _write(release / DONE, "".join(lines).encode())
    with Extraction(config, data, release, counting=False, cluster=cluster) as extraction:
        while todo := [each for each in whole_segments(data).items() if each[0] not in passed]:
            total = len(passed) + len(todo)
            # Many are under way at a time, and come to an end in this order.
            under_way = deque((name, visits, extraction.submit(name)) for name, visits in todo)
            while under_way:
                name, visits, future = under_way.popleft()
                tell(f"extracting segments of {name[:8]} {extraction.tell()}".rstrip(), len(passed), total)
                passed[name] = fault = _wait(extraction, name, visits, future, stopping)
                with disk_errors(release, "written"), (release / DONE).open("a") as file:
                    file.write(f"{name} {fault}\n")
        tell("merging", 0, 1)
        notices = extraction.complete(stopping.is_set)
    if stopping.is_set():
        raise StoppedError("stopped")
    return notices, [fault for fault in passed.values() if fault]


def _wait(extraction: Extraction, name: str, visits: int | None, future: Future[Outcomes], stopping: Event) -> str:
    """Wait for a segment, and say what is wrong with it, if anything is."""
    if stopping.is_set():
        extraction.stop()
        raise StoppedError("stopped")
    while not wait([future], _TICK_S).done:
        if stopping.is_set():
            extraction.stop()  # its result is a StoppedError
    try:
        found = len(future.result())
    except (DamagedError, GoneError) as error:
        return " ".join(str(error).split())
    if visits in (None, found):
        return ""
    return f"{name}: {visits} visits are recorded, the file holds {found}; restore it from a copy"


def _begin(data: Path, config: Config, tell: Tell) -> Path:
    """Give the folder of the release that is being built: the one that was begun, where its rows came the same way."""
    building = data / RELEASES / BUILDING
    rules = msgspec.json.encode([config.policy, config.sites], order="deterministic")
    made_by = {"extractor_version": EXTRACTOR_VERSION, "rules": hashlib.sha256(rules).hexdigest()[:16]}
    with contextlib.suppress(OSError, msgspec.DecodeError):
        if msgspec.json.decode((building / _SAID).read_bytes()) == made_by:
            done = _read_done(building)
            # Marks go by time: what comes in between has to come before what is behind it.
            if all(name in done or name > max(done, default="") for name in whole_segments(data)):
                return building
    if building.exists():
        tell("beginning anew, as the extractor, the rules or the archive are others than when it was begun", 0, 1)
    discard(building)
    for kind in KINDS:
        make_folder(building / kind.name)
    _write(building / _SAID, _to_json(made_by))
    return building


def _read_done(building: Path) -> dict[str, str]:
    """Read which segments a release that is being built has passed, each with what is wrong with it, if anything is."""
    with contextlib.suppress(FileNotFoundError):
        whole_lines = (building / DONE).read_text().rpartition("\n")[0].splitlines()
        return {name: fault for name, _, fault in (line.partition(" ") for line in whole_lines)}
    return {}


def _compare(old: Path, new: Path, tell: Tell, stopping: Event) -> Rebuilt:
    """Go through both releases day by day; runs may write to the old one meanwhile."""
    changes = Changes()
    after = count_release(new)
    days = sorted(days_of(old) | days_of(new))
    for number, day in enumerate(days):
        tell("comparing", number, len(days))
        if stopping.is_set():
            raise StoppedError("stopped")

        def count_day(day: date = day, begun: Changes = changes) -> Changes:
            counted = copy.deepcopy(begun)
            for beside in put_beside(old, new, day, after.segments):
                counted.count(beside.paired, beside.differing, beside.gone, beside.come)
            return counted

        changes = read_steadily(count_day)
    return Rebuilt(new, changes, count_release(old), after, old)


def _doubts(data: Path, result: Rebuilt) -> list[str]:
    doubts = []
    there = whole_segments(data)
    if gone := sorted(name for name in result.before.segments - result.after.segments if name not in there):
        doubts.append(f"it lacks rows, as segments are gone from the archive: {_some(gone)}")
    if result.after.articles < FEWEST * result.before.articles:
        share = 1 - result.after.articles / result.before.articles
        doubts.append(f"it has {result.after.articles:,} articles, {share:.1%} fewer than {result.before.articles:,}")
    return doubts


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _finish(data: Path, result: Rebuilt, *, to_switch: bool) -> None:
    """Make a release that is built one among the others; it keeps its ledger until it is the current one."""
    building, release = result.release, name_release(data, _now())
    _write(building / "changes.json", _to_json(result.to_json() | {"release": release.name}))
    with disk_errors(release, "made"):
        if not to_switch:
            (building / DONE).unlink()
        building.rename(release)
    sync_folder(release.parent)
    result.release = release


def _counts(counts: Counts) -> dict[str, Any]:
    return {"rows": counts.rows, "articles": counts.articles, "extractors": counts.extractors}


def _write(path: Path, content: bytes) -> None:
    staged = path.with_name(f"{path.name}.part")
    with disk_errors(staged, "written"):
        staged.write_bytes(content)
    move_in(staged, path)


def _to_json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


def _now() -> datetime:
    return datetime.now(UTC)
