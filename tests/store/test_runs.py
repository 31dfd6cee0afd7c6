from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from filelock import FileLock

from scraper.errors import LockedError, StoreError
from scraper.store.runs import HOLDER, find_holder, hold, hold_releases, write_run


def test_a_folder_is_held_by_one_run_at_a_time_and_free_afterwards(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with hold(data), pytest.raises(LockedError, match="another run holds"), hold(data):
        pass
    with hold(data):
        assert data.is_dir()


def test_whoever_has_patience_waits_for_the_folder(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / ".lock")
    lock.acquire()
    asked = []

    def patience() -> bool:
        asked.append(True)
        lock.release()
        return True

    with hold(tmp_path, patience=patience):
        assert asked


def test_releases_are_held_apart_from_the_folder(tmp_path: Path) -> None:
    with hold_releases(tmp_path), hold(tmp_path), pytest.raises(LockedError), hold_releases(tmp_path):
        pass


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match=r"data: cannot be made"), hold(tmp_path / "data"):
        pass


def test_a_record_is_replaced_whole(tmp_path: Path) -> None:
    write_run(tmp_path, "r1", {"finished_at": None})
    write_run(tmp_path, "r1", {"finished_at": "now"})
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["r1.json"]
    assert json.loads((tmp_path / "runs" / "r1.json").read_text()) == {"finished_at": "now"}


def test_record_that_a_killed_run_was_writing_is_removed_by_the_next(tmp_path: Path) -> None:
    write_run(tmp_path, "one", {"a": 1})
    left = tmp_path / "runs" / "two.part"
    left.write_text("{")
    with hold(tmp_path):
        assert not left.exists()
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["one.json"]


def test_whoever_holds_a_folder_is_named_until_it_lets_go(tmp_path: Path) -> None:
    assert find_holder(tmp_path / "nowhere") is None
    with hold(tmp_path):
        holder = find_holder(tmp_path)
        assert holder is not None
        assert holder.pid == os.getpid()
        with pytest.raises(LockedError, match=f"process {os.getpid()} on .* wait for it to end"), hold(tmp_path):
            pass
    assert find_holder(tmp_path) is None


def test_whoever_was_killed_holds_nothing(tmp_path: Path) -> None:
    with hold(tmp_path):
        left = (tmp_path / HOLDER).read_bytes()
    (tmp_path / HOLDER).write_bytes(left)
    assert find_holder(tmp_path) is None
    with hold(tmp_path):
        assert find_holder(tmp_path) is not None


def test_a_folder_is_held_even_where_nobody_can_be_named(tmp_path: Path) -> None:
    (tmp_path / HOLDER).mkdir()
    with hold(tmp_path), pytest.raises(LockedError, match="another run holds"), hold(tmp_path):
        pass
