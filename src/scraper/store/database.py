"""Database: opening the SQLite file of the state, its tables, and what its errors mean to a person.

A module apart from what the state remembers, because a file that is damaged, foreign, newer, locked or on a full disk
is told the same way wherever it is noticed. The one place that imports sqlite3.
"""

from __future__ import annotations

import functools
import hashlib
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from scraper.errors import StoreError

USER_VERSION = 4
APPLICATION_ID = 0x53435250
"""What a SQLite file carries at byte 68 to say whose it is: "SCRP"."""

_BUSY_S = 5.0
_CACHE_KIB = 65_536
_CHECKPOINT_PAGES = 8000
"""Of 4 KiB. At SQLite's own 1000 every commit of a large listing copies the log into the file: a third of its time."""

# A lane is a host as one site uses it: --site leaves sites out, and hosts are what takes turns.
# The index is partial: what is done is not in it, so a frontier of millions is searched as fast as what is left of it.
# How many of a lane wait is counted as they come and go, because counting a million takes a second on a cold disk.
# Keys are digests, because the index of the whole texts is larger than all else and is written at random places.
_COUNT_WAITING = """
CREATE TRIGGER urls_come AFTER INSERT ON urls WHEN NEW.due_at IS NOT NULL BEGIN
    UPDATE lanes SET waiting = waiting + 1 WHERE id = NEW.lane;
END;
CREATE TRIGGER urls_change AFTER UPDATE OF due_at, lane ON urls
WHEN (OLD.due_at IS NULL) <> (NEW.due_at IS NULL) OR OLD.lane <> NEW.lane BEGIN
    UPDATE lanes SET waiting = waiting - (OLD.due_at IS NOT NULL) WHERE id = OLD.lane;
    UPDATE lanes SET waiting = waiting + (NEW.due_at IS NOT NULL) WHERE id = NEW.lane;
END;
"""
_ADDRESSES = f"""
CREATE TABLE lanes (
    id INTEGER PRIMARY KEY, host TEXT NOT NULL, site TEXT NOT NULL, waiting INTEGER NOT NULL DEFAULT 0,
    UNIQUE (host, site)
) STRICT;
CREATE TABLE sources (id INTEGER PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, UNIQUE (source, kind)) STRICT;
CREATE TABLE urls (
    id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, url TEXT NOT NULL, lane INTEGER NOT NULL, kind TEXT NOT NULL,
    rank INTEGER NOT NULL, source INTEGER NOT NULL, title TEXT, published TEXT, found_at INTEGER NOT NULL,
    due_at INTEGER, visited_at INTEGER, visits INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0,
    poll_s REAL, moved_to TEXT, archived TEXT, depth INTEGER NOT NULL DEFAULT 0, etag TEXT, last_modified TEXT,
    status INTEGER, reason TEXT, final_url TEXT
) STRICT;
CREATE INDEX urls_due ON urls (lane, rank, due_at, id DESC) WHERE due_at IS NOT NULL;
{_COUNT_WAITING}
"""
_INTAKES = """
CREATE TABLE intakes (
    address TEXT NOT NULL, selection TEXT NOT NULL, mark TEXT NOT NULL, place INTEGER, PRIMARY KEY (address, selection)
) STRICT, WITHOUT ROWID;
CREATE TABLE captures (digest INTEGER PRIMARY KEY) STRICT;
"""
_SCHEMA = f"""
{_ADDRESSES}
{_INTAKES}
CREATE TABLE robots (
    origin TEXT PRIMARY KEY, status INTEGER, body BLOB NOT NULL, fetched_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, failing_since INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE pace (
    host TEXT PRIMARY KEY, ready_at INTEGER NOT NULL, backoff_s REAL NOT NULL, slowed_at INTEGER,
    failures INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE segments (
    name TEXT PRIMARY KEY, run TEXT NOT NULL, date TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'closed', 'extracted')),
    committed_bytes INTEGER NOT NULL, visits INTEGER NOT NULL, outcomes INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (id TEXT PRIMARY KEY, started_at INTEGER NOT NULL, ended_at INTEGER) STRICT, WITHOUT ROWID;
"""
_STAMP = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {USER_VERSION};"
_FROM_1 = f"""
ALTER TABLE urls RENAME TO urls_1;
DROP INDEX urls_due;
{_ADDRESSES}
ALTER TABLE pace ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
INSERT INTO lanes (host, site) SELECT host, site FROM hosts;
INSERT INTO sources (source, kind) SELECT DISTINCT source, source_kind FROM urls_1;
INSERT INTO urls (id, key, url, lane, kind, rank, source, title, published, found_at, due_at, visited_at, visits, tries,
    etag, last_modified, status, reason, final_url)
SELECT old.id, digest(key), url, lanes.id, old.kind, rank, sources.id, title, published, found_at, due_at, visited_at,
    status IS NOT NULL AND reason IS NULL, tries, etag, last_modified, status, reason, final_url
FROM urls_1 AS old JOIN lanes USING (host, site)
    JOIN sources ON sources.source = old.source AND sources.kind = old.source_kind;
DROP TABLE urls_1;
DROP TABLE hosts;
{_INTAKES}
"""  # noqa: S608
"""Version 1 knew no visits: one that came through counts as one, so that its address is not taken for deleted."""
_FROM_2 = f"""
ALTER TABLE lanes ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;
UPDATE lanes SET waiting = (SELECT count(*) FROM urls WHERE lane = lanes.id AND due_at IS NOT NULL);
{_COUNT_WAITING}
{_INTAKES}
"""  # noqa: S608


def digest_key(key: str) -> bytes:
    """Make the 16 bytes by which an address is found.

    The first four are those of its host, so that a listing is added at one place of the index and not at five hundred.
    Of 10^6 addresses of a host two have the same other twelve with a probability of 10^-17.
    """
    host, _, _ = key.partition("/")
    place = hashlib.blake2b(host.encode(), digest_size=4).digest()
    return place + hashlib.blake2b(key.encode(), digest_size=12).digest()


class _Holder(Protocol):
    path: Path


_P = ParamSpec("_P")
_T = TypeVar("_T")
_H = TypeVar("_H", bound=_Holder)


def told(method: Callable[Concatenate[_H, _P], _T]) -> Callable[Concatenate[_H, _P], _T]:
    """Turn an error of SQLite into a StoreError that names the file and the way out."""

    @functools.wraps(method)
    def call(self: _H, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return method(self, *args, **kwargs)
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: {_advise(error)}") from error

    return call


def open_database(path: Path) -> sqlite3.Connection:
    """Open the state file in WAL mode, without transactions of its own making; make it where there is none.

    Raises:
        StoreError: It is damaged, of a newer version, no state file, locked, or can't be written.
    """
    return _open(path, _SCHEMA, {1: _FROM_1, 2: _FROM_2, 3: _INTAKES})


def open_index(path: Path, schema: str) -> sqlite3.Connection:
    """Open another file of ours in the same way; it may be used by any thread, one at a time.

    Args:
        path: The file.
        schema: Makes its tables where there are none.

    Raises:
        StoreError: As open_database.
    """
    return _open(path, schema, {1: "", 2: "", 3: ""})


def _open(path: Path, schema: str, migrations: Mapping[int, str]) -> sqlite3.Connection:
    try:
        db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            _prepare(db, path, schema, migrations)
        except BaseException:
            db.close()
            raise
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {_advise(error)}") from error
    return db


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open the state file of another run, or of none, without writing to its folder."""
    # Where no run is going on and none was killed, there is no log. Reading would begin one, and it would belong to
    # whoever reads: a crawl under another account could then not write.
    idle = not path.with_name(f"{path.name}-wal").exists()
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if idle else ''}", uri=True)


def _prepare(db: sqlite3.Connection, path: Path, schema: str, migrations: Mapping[int, str]) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (owner,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables and owner != APPLICATION_ID:
        raise StoreError(f"{path}: is a database of another program; move it away or choose another folder")
    if version > USER_VERSION:
        raise StoreError(
            f"{path}: was written by a newer version of the program (state {version}, known {USER_VERSION}); update it"
        )
    (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StoreError(f"{path}: the file system does not support WAL mode; use a local disk for the data")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    if not tables:
        db.executescript(f"BEGIN IMMEDIATE; {schema} {_STAMP} COMMIT;")
    elif version < USER_VERSION:
        db.create_function("digest", 1, digest_key, deterministic=True)
        db.executescript(f"BEGIN IMMEDIATE; {migrations[version]} {_STAMP} COMMIT;")


def _advise(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    advice = {
        sqlite3.SQLITE_FULL: "the disk is full; free some space and start again: what was committed is safe",
        sqlite3.SQLITE_READONLY: "cannot be written; check owner and mode of the file and its folder",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that its folder exists and owner and mode allow it",
        sqlite3.SQLITE_BUSY: "is locked by another program; wait for it or end it",
        sqlite3.SQLITE_LOCKED: "is locked by another program; wait for it or end it",
        sqlite3.SQLITE_IOERR: "the disk reports an error or is full; check it before starting again",
        sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a copy, or move it away to start anew",
        sqlite3.SQLITE_NOTADB: "is no SQLite file; restore it from a copy, or move it away to start anew",
    }.get(code, "cannot be used")
    return f"{advice} ({error})"
