"""Histories: what is known of each site's health, its alarms, and the rows that are suspected, in a SQLite file.

A module of its own, because a run must not read the corpus to know what is normal: each segment is counted once, in the
transaction that keeps what came of it, whatever is killed when. What is kept of a site is opaque here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from scraper.store.database import open_index, open_to_read, told

FILE = "health.sqlite"
"""Its name in the data folder."""
_SCHEMA = """
CREATE TABLE sites (site TEXT PRIMARY KEY, health BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alarms (
    site TEXT NOT NULL, kind TEXT NOT NULL, opened_at REAL NOT NULL, closed_at REAL, alarm BLOB NOT NULL,
    PRIMARY KEY (site, kind, opened_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE segments (name TEXT PRIMARY KEY, again INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE suspects (
    record TEXT PRIMARY KEY, site TEXT NOT NULL, fetched_at REAL NOT NULL, signs TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
_DAYS = """
CREATE TABLE IF NOT EXISTS days (
    day INTEGER NOT NULL, site TEXT NOT NULL, odds REAL NOT NULL, PRIMARY KEY (day, site)
) STRICT, WITHOUT ROWID
"""
"""A table of its own, made where it is missing: files of earlier versions have none."""


class Histories:
    """The file of histories.

    Args:
        path: data/health.sqlite; made where there is none.
        reading: True to read only, beside a run; where there is no file, nothing is known.

    Raises:
        StoreError: It is damaged, of a newer version, or can't be written.
    """

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        self.path = path
        self._db = self._open_to_read() if reading else self._open()

    @told
    def _open(self) -> sqlite3.Connection:
        db = open_index(self.path, _SCHEMA)
        db.execute(_DAYS)
        return db

    @told
    def _open_to_read(self) -> sqlite3.Connection:
        if self.path.exists():
            return open_to_read(self.path)
        nothing = sqlite3.connect(":memory:")
        nothing.executescript(_SCHEMA)
        return nothing

    @told
    def begin(self) -> None:
        """Begin to change; another process waits until it is committed."""
        self._db.execute("BEGIN IMMEDIATE")

    @told
    def commit(self) -> None:
        """Make all that was changed survive a kill."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    @told
    def rollback(self) -> None:
        """Forget what was changed since it began."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    @told
    def close(self) -> None:
        """Close; what was not committed is forgotten."""
        self._db.close()

    @told
    def site(self, site: str) -> bytes | None:
        """Give what is kept of a site."""
        row = self._db.execute("SELECT health FROM sites WHERE site = ?", (site,)).fetchone()
        return row[0] if row else None

    @told
    def sites(self) -> dict[str, bytes]:
        """Give what is kept of all sites, by name."""
        return dict(self._db.execute("SELECT site, health FROM sites ORDER BY site"))

    @told
    def save_site(self, site: str, health: bytes) -> None:
        """Keep what is known of a site."""
        self._db.execute("REPLACE INTO sites VALUES (?, ?)", (site, health))

    @told
    def days(self) -> dict[tuple[str, int], float]:
        """Give what sites told of the last days: (site, number of the day) -> log-odds that it was lean."""
        return {(site, day): odds for day, site, odds in self._db.execute("SELECT day, site, odds FROM days")}

    @told
    def save_days(self, site: str, days: Mapping[int, float]) -> None:
        """Keep what a site tells of days."""
        rows = [(day, site, odds) for day, odds in days.items()]
        self._db.executemany("REPLACE INTO days VALUES (?, ?, ?)", rows)

    @told
    def forget_days(self, before: int) -> None:
        """Forget what was told of the days before one."""
        self._db.execute("DELETE FROM days WHERE day < ?", (before,))

    @told
    def save_alarm(self, site: str, family: str, opened_at: float, closed_at: float | None, alarm: bytes) -> None:
        """Keep an alarm; one of the same site, family and time is replaced."""
        self._db.execute("REPLACE INTO alarms VALUES (?, ?, ?, ?, ?)", (site, family, opened_at, closed_at, alarm))

    @told
    def alarms(self, site: str | None = None, *, since: float = 0.0) -> list[bytes]:
        """Give the alarms that are open, or began or ended since a time, the oldest first."""
        where = "(closed_at IS NULL OR closed_at >= ?) AND site = coalesce(?, site) ORDER BY opened_at, site"
        rows = self._db.execute(f"SELECT alarm FROM alarms WHERE {where}", (since, site))  # noqa: S608
        return [alarm for (alarm,) in rows]

    @told
    def is_counted(self, segment: str) -> bool:
        """Tell whether the visits of a segment are part of what is known."""
        return self._db.execute("SELECT 1 FROM segments WHERE name = ?", (segment,)).fetchone() is not None

    @told
    def count(self, segment: str) -> None:
        """Note that the visits of a segment are part of what is known."""
        self._db.execute("INSERT OR IGNORE INTO segments VALUES (?, 0)", (segment,))

    @told
    def suspect(self, record: str, site: str, fetched_at: float, signs: Iterable[str]) -> None:
        """Note that the row of a record is suspected, in addition to what it was suspected for."""
        known = self._db.execute("SELECT signs FROM suspects WHERE record = ?", (record,)).fetchone()
        both = dict.fromkeys([*(known[0].split() if known else ()), *signs])
        self._db.execute("REPLACE INTO suspects VALUES (?, ?, ?, ?)", (record, site, fetched_at, " ".join(both)))

    @told
    def suspected(self, record: str) -> tuple[str, ...]:
        """Give the signs that the row of a record is suspected for."""
        row = self._db.execute("SELECT signs FROM suspects WHERE record = ?", (record,)).fetchone()
        return tuple(row[0].split()) if row else ()

    @told
    def clear(self, site: str, since: float) -> None:
        """Suspect no row of a site any more that was fetched since a time."""
        self._db.execute("DELETE FROM suspects WHERE site = ? AND fetched_at >= ?", (site, since))

    @told
    def ask_again(self, segments: Iterable[str]) -> None:
        """Note that the rows of counted segments are to be written again."""
        self._db.executemany("UPDATE segments SET again = 1 WHERE name = ?", [(name,) for name in segments])

    @told
    def again(self) -> list[str]:
        """Give the segments whose rows are to be written again, in the order of their names."""
        return [name for (name,) in self._db.execute("SELECT name FROM segments WHERE again ORDER BY name")]

    @told
    def written(self, segment: str) -> None:
        """Note that the rows of a segment are written again."""
        self._db.execute("UPDATE segments SET again = 0 WHERE name = ?", (segment,))
