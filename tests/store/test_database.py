from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from tests.store.pages import START, make_page, make_target

from scraper.errors import StoreError
from scraper.page import Evidence, Found, HostPace
from scraper.store import database
from scraper.store.database import open_database
from scraper.store.state import State


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no database at all, but longer than a header of SQLite would have to be" * 9, "is no SQLite file"),
        (None, "is a database of another program"),
        (99, "was written by a newer version"),
    ],
)
def test_file_that_is_no_state_is_told(tmp_path: Path, content: bytes | int | None, message: str) -> None:
    path = tmp_path / "state.sqlite"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        if content:
            open_database(path).close()
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE other (x)")
        if content:
            db.execute(f"PRAGMA user_version = {content}")
        db.close()
    with pytest.raises(StoreError, match=rf"state\.sqlite: {message}"):
        open_database(path)


def test_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened; check that its folder exists"):
        open_database(tmp_path / "nowhere" / "state.sqlite")


def test_locked_full_and_read_only_files_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_S", 0.0)
    state = State(tmp_path / "s")
    other = sqlite3.connect(tmp_path / "s", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="is locked by another program"):
        state.addresses.enqueue([Found(make_target())], START)
    other.execute("ROLLBACK")
    other.close()
    state._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreError, match="the disk is full; free some space"):
        state.addresses.enqueue([Found(make_target(f"https://news.example/{n}")) for n in range(500)], START)
    state._db.execute("PRAGMA query_only = 1")
    with pytest.raises(StoreError, match="cannot be written; check owner"):
        state.addresses.enqueue([Found(make_target())], START)
    state.close()


def test_new_file_carries_whose_it_is_and_is_in_wal_mode(tmp_path: Path) -> None:
    open_database(tmp_path / "s").close()
    db = open_database(tmp_path / "s")
    for pragma, value in (
        ("application_id", database.APPLICATION_ID), ("user_version", database.USER_VERSION),
        ("journal_mode", "wal"), ("synchronous", 1),
    ):  # fmt: skip
        assert db.execute(f"PRAGMA {pragma}").fetchone() == (value,)
    db.close()


OLD = """
CREATE TABLE urls (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, url TEXT NOT NULL, host TEXT NOT NULL, site TEXT NOT NULL,
    kind TEXT NOT NULL, rank INTEGER NOT NULL, source TEXT NOT NULL, source_kind TEXT NOT NULL, title TEXT,
    published TEXT, found_at INTEGER NOT NULL, due_at INTEGER, visited_at INTEGER, tries INTEGER NOT NULL DEFAULT 0,
    etag TEXT, last_modified TEXT, status INTEGER, reason TEXT, final_url TEXT
) STRICT;
CREATE INDEX urls_due ON urls (host, site, rank, due_at, id DESC) WHERE due_at IS NOT NULL;
CREATE TABLE hosts (host TEXT NOT NULL, site TEXT NOT NULL, PRIMARY KEY (host, site)) STRICT, WITHOUT ROWID;
CREATE TABLE robots (
    origin TEXT PRIMARY KEY, status INTEGER, body BLOB NOT NULL, fetched_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, failing_since INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE pace (
    host TEXT PRIMARY KEY, ready_at INTEGER NOT NULL, backoff_s REAL NOT NULL, slowed_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE segments (
    name TEXT PRIMARY KEY, run TEXT NOT NULL, date TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'closed', 'extracted')),
    committed_bytes INTEGER NOT NULL, visits INTEGER NOT NULL, outcomes INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (id TEXT PRIMARY KEY, started_at INTEGER NOT NULL, ended_at INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO hosts VALUES ('news.example', 'news.example');
INSERT INTO pace VALUES ('news.example', 5, 60.0, 4);
INSERT INTO urls VALUES (1, 'news.example/a', 'https://news.example/a', 'news.example', 'news.example', 'article', 3,
    'https://news.example/feed', 'rss', 'A title', 'today', 1, 2, 1, 0, '"1"', NULL, 200, NULL, NULL);
INSERT INTO urls VALUES (2, 'news.example/b', 'https://news.example/b', 'news.example', 'news.example', 'article', 3,
    'https://news.example/feed', 'rss', NULL, NULL, 1, 3, 1, 2, NULL, NULL, 503, 'http_503', NULL);
PRAGMA user_version = 1;
"""


def test_file_of_version_1_is_taken_over_with_all_it_knows(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "s")
    old.executescript(f"{OLD} PRAGMA application_id = {database.APPLICATION_ID};")
    old.close()
    state = State(tmp_path / "s")
    later = START + timedelta(days=1)
    first, second = state.addresses.take("news.example", later, 9, {"news.example"})
    assert (first.url, first.etag, first.visits, first.tries) == ("https://news.example/a", '"1"', 1, 0)
    assert first.evidence == Evidence("https://news.example/feed", "rss", "A title", "today")
    assert (second.visits, second.tries) == (0, 2)
    assert state.addresses.enqueue([Found(first), Found(second)], later) == 0
    assert (state.pace("news.example") or HostPace("", START)).backoff_s == 60.0
    state.close()
    again = State(tmp_path / "s")
    assert len(again.addresses.take("news.example", later, 9, {"news.example"})) == 2
    again.close()


def test_file_of_version_3_learns_to_take_archives_of_others_in(tmp_path: Path) -> None:
    state = State(tmp_path / "s")
    state._db.executescript("DROP TABLE intakes; DROP TABLE captures; PRAGMA user_version = 3;")
    state.close()
    state = State(tmp_path / "s")
    assert state.intakes.add(5)
    assert not state.intakes.add(5)
    state.close()


def test_file_of_version_2_learns_how_many_addresses_wait(tmp_path: Path) -> None:
    state = State(tmp_path / "s")
    state.addresses.enqueue([Found(make_target(f"https://news.example/{n}")) for n in range(5)], START)
    state.addresses.record_visit(make_page("https://news.example/0"), None)
    state.commit()
    state._db.executescript(
        "DROP TRIGGER urls_come; DROP TRIGGER urls_change; ALTER TABLE lanes DROP COLUMN waiting;"
        "DROP TABLE intakes; DROP TABLE captures; PRAGMA user_version = 2;"
    )
    state.close()
    state = State(tmp_path / "s")
    assert state.addresses.pending("news.example") == 4
    state.addresses.enqueue([Found(make_target("https://news.example/more"))], START)
    assert state.addresses.pending("news.example") == 5
    state.close()
