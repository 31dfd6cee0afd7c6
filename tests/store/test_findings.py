from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.errors import StoreError
from scraper.store.findings import (
    clear_findings,
    findings_path,
    read_findings,
    remove_findings,
    write_findings,
    write_job,
)


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=3000)))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, packed: list[bytes]) -> None:
    path = findings_path(tmp_path_factory.mktemp("data"), "key", "run1-00000")
    assert write_findings(path, packed) == len(packed)
    assert read_findings(path) == packed
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_file_that_is_cut_off_is_told_and_none_is_seen_half(tmp_path: Path) -> None:
    path = findings_path(tmp_path, "key", "run1-00000")

    def fail() -> Iterator[bytes]:
        yield b"one"
        assert not path.exists()
        raise StoreError("the segment is damaged")

    with pytest.raises(StoreError, match="damaged"):
        write_findings(path, fail())
    assert list(path.parent.iterdir()) == []
    write_findings(path, [bytes(range(256)) * 9] * 50)
    whole = path.read_bytes()
    for size in (0, 5, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(StoreError, match="remove it"):
            read_findings(path)


def test_many_may_write_the_same_file_at_once(tmp_path: Path) -> None:
    path = findings_path(tmp_path, "key", "run1-00000")
    packed = [bytes([n]) * 1000 for n in range(100)]
    threads = [threading.Thread(target=write_findings, args=(path, packed)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_findings(path) == packed
    assert list(path.parent.iterdir()) == [path]


def test_what_other_extractors_left_is_cleared_and_what_is_of_use_stays(tmp_path: Path) -> None:
    for key in ("old", "new"):
        write_job(tmp_path, key, b"what to do")
        write_findings(findings_path(tmp_path, key, "run1-00000"), [b"one"])
    clear_findings(tmp_path, keep="new")
    assert [path.name for path in (tmp_path / "findings").iterdir()] == ["new"]
    assert read_findings(findings_path(tmp_path, "new", "run1-00000")) == [b"one"]
    remove_findings(findings_path(tmp_path, "new", "run1-00000"))
    assert [path.name for path in (tmp_path / "findings" / "new").iterdir()] == ["job"]
    for _ in range(2):
        clear_findings(tmp_path)
        assert not (tmp_path / "findings").exists()
