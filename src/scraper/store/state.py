"""State: all that is remembered between two visits and two runs, in one SQLite file.

A module of its own, because this is the one place that decides what is durable: writes gather in a transaction that the
journal commits after the archive is on disk. Times are whole microseconds since 1970, UTC. One writer, one thread.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from scraper.page import HostPace, RobotsFile
from scraper.store.addresses import Addresses
from scraper.store.database import open_database, told
from scraper.store.intakes import Intakes

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

MANY_DAYS = date.min
"""Stands for the date of a segment whose visits others made, in whatever order they archived them."""

SegmentStatus = Literal["open", "closed", "extracted"]


@dataclass(frozen=True, slots=True)
class Segment:
    """What the state knows of a segment.

    Args:
        name: File name without suffix.
        run: Id of the run that wrote it.
        date: UTC date of all its visits; MANY_DAYS where they may be of several.
        status: "open", "closed" (to be extracted) or "extracted".
        committed_bytes: Length up to which its visits are recorded here.
        visits: Visits in it, robots files included.
        outcomes: How many of them the extraction accounted for, None before it.
    """

    name: str
    run: str
    date: date
    status: SegmentStatus
    committed_bytes: int
    visits: int
    outcomes: int | None = None


class State:
    """The state file. It is made where there is none.

    Args:
        path: data/state.sqlite.

    Raises:
        StoreError: It is damaged, of a newer version, no state file, locked, or can't be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = open_database(path)
        try:
            self.addresses = self._open_addresses()
            self.intakes = Intakes(path, self._db, self._begin)
        except BaseException:
            self._db.close()
            raise

    @told
    def _open_addresses(self) -> Addresses:
        return Addresses(self.path, self._db, self._begin)

    @told
    def commit(self) -> None:
        """Make all that was written since the last commit survive a kill."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    @told
    def checkpoint(self) -> None:
        """Make all that was committed survive a power cut: WAL mode syncs its log only here."""
        self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    @told
    def close(self) -> None:
        """Close; what was not committed is forgotten."""
        self._db.close()

    @told
    def robots(self, origin: str) -> RobotsFile | None:
        """Give what an origin's robots.txt last answered."""
        row = self._db.execute("SELECT * FROM robots WHERE origin = ?", (origin,)).fetchone()
        if row is None:
            return None
        status, body, fetched_at, expires_at, failing_since = row[1:]
        failing = None if failing_since is None else _time(failing_since)
        return RobotsFile(origin, status, body, _time(fetched_at), _time(expires_at), failing)

    @told
    def save_robots(self, file: RobotsFile) -> None:
        """Remember what an origin's robots.txt answered."""
        failing = None if file.failing_since is None else _us(file.failing_since)
        row = (file.origin, file.status, file.body, _us(file.fetched_at), _us(file.expires_at), failing)
        self._begin()
        self._db.execute("REPLACE INTO robots VALUES (?, ?, ?, ?, ?, ?)", row)

    @told
    def pace(self, host: str) -> HostPace | None:
        """Give what is remembered of a host's pace."""
        row = self._db.execute("SELECT * FROM pace WHERE host = ?", (host,)).fetchone()
        if row is None:
            return None
        return HostPace(host, _time(row[1]), row[2], None if row[3] is None else _time(row[3]), row[4])

    @told
    def save_pace(self, pace: HostPace) -> None:
        """Remember a host's pace."""
        slowed = None if pace.slowed_at is None else _us(pace.slowed_at)
        self._begin()
        row = (pace.host, _us(pace.ready_at), pace.backoff_s, slowed, pace.failures)
        self._db.execute("REPLACE INTO pace VALUES (?, ?, ?, ?, ?)", row)

    @told
    def start_run(self, run: str, now: datetime) -> None:
        """Note that a run has started; a second start of the same run changes nothing."""
        self._begin()
        self._db.execute("INSERT OR IGNORE INTO runs VALUES (?, ?, NULL)", (run, _us(now)))

    @told
    def end_run(self, run: str, now: datetime) -> None:
        """Note that a run has ended in order."""
        self._begin()
        self._db.execute("UPDATE runs SET ended_at = ? WHERE id = ?", (_us(now), run))

    @told
    def runs(self) -> set[str]:
        """Give the ids of all runs."""
        return {run for (run,) in self._db.execute("SELECT id FROM runs")}

    @told
    def segments(self, status: SegmentStatus | None = None) -> list[Segment]:
        """Give the segments, in the order of their names."""
        rows = self._db.execute("SELECT * FROM segments WHERE status = coalesce(?, status) ORDER BY name", (status,))
        return [
            Segment(name, run, date.fromisoformat(day), status, size, visits, outcomes)
            for name, run, day, status, size, visits, outcomes in rows
        ]

    @told
    def save_segment(self, segment: Segment) -> None:
        """Record where a segment stands."""
        self._begin()
        row = asdict(segment) | {"date": segment.date.isoformat()}
        self._db.execute(
            "REPLACE INTO segments VALUES (:name, :run, :date, :status, :committed_bytes, :visits, :outcomes)", row
        )

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")


def _us(when: datetime) -> int:
    return (when - _EPOCH) // _MICROSECOND


def _time(us: int) -> datetime:
    return _EPOCH + us * _MICROSECOND
