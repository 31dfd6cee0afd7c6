from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.store.pages import START, make_target

from scraper.errors import StoreError
from scraper.page import Found
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
        state.enqueue([Found(make_target())], START)
    other.execute("ROLLBACK")
    other.close()
    state._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreError, match="the disk is full; free some space"):
        state.enqueue([Found(make_target(f"https://news.example/{n}")) for n in range(500)], START)
    state._db.execute("PRAGMA query_only = 1")
    with pytest.raises(StoreError, match="cannot be written; check owner"):
        state.enqueue([Found(make_target())], START)
    state.close()


def test_new_file_carries_whose_it_is_and_is_in_wal_mode(tmp_path: Path) -> None:
    open_database(tmp_path / "s").close()
    db = open_database(tmp_path / "s")
    for pragma, value in (
        ("application_id", database.APPLICATION_ID), ("user_version", 1), ("journal_mode", "wal"), ("synchronous", 1),
    ):  # fmt: skip
        assert db.execute(f"PRAGMA {pragma}").fetchone() == (value,)
    db.close()
