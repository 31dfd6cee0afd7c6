from __future__ import annotations

import errno
from pathlib import Path

import pytest

from scraper.errors import StoreError
from scraper.store.disk import disk_errors, make_folder, move_in, sync_folder, write_whole


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "the disk is full; free some space"),
        (errno.EROFS, "the file system is read-only"),
        (errno.EACCES, "not permitted; check owner and mode"),
        (errno.ENAMETOOLONG, "too long"),
    ],
)
def test_error_of_the_disk_names_the_path_and_what_to_do(code: int, advice: str) -> None:
    with (
        pytest.raises(StoreError, match=f"data/x: cannot be written: {advice}"),
        disk_errors(Path("data/x"), "written"),
    ):
        raise OSError(code, "too long")


def test_file_is_moved_in_over_an_older_one(tmp_path: Path) -> None:
    staged, final = tmp_path / "staged", make_folder(tmp_path / "a" / "b") / "final"
    final.write_text("old")
    staged.write_text("new")
    move_in(staged, final)
    assert final.read_text() == "new"
    assert not staged.exists()


def test_folder_that_is_missing_or_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be synced: No such file"):
        sync_folder(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        make_folder(tmp_path / "file" / "below")


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.toml"
    write_whole(file, b"one")

    def fail(self: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(StoreError, match="the disk is full"):
        write_whole(file, b"two")
    assert file.read_bytes() == b"one"
    assert [each.name for each in tmp_path.iterdir()] == ["a.toml"]
