from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper.cli import run
from scraper.store.record import encode_record
from scraper.store.warc import OPEN_SUFFIX, SUFFIX, SegmentWriter
from tests.store.pages import START, make_page

FIELDS = {"WARC-Type": "resource", "WARC-Record-ID": "<urn:uuid:1>", "WARC-Date": "2026-11-23T10:54:00Z"}


def write(data: Path, name: str = f"run1-00000{SUFFIX}") -> Path:
    path = data / "warc" / name
    path.parent.mkdir(exist_ok=True)
    writer = SegmentWriter(path, "run1", START)
    writer.append(make_page())
    writer.close()
    return path


def test_sound_archive_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path)
    assert run(["archive", "check", "--data", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert f"ok {path}: 1 visits, 1 metadata, 1 request, 1 response, 1 warcinfo" in out
    assert "1 files, 0 with damage" in out


def test_damage_is_named_with_file_and_offset_and_the_next_file_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, sound = write(tmp_path), write(tmp_path, f"run2-00000{SUFFIX}")
    path.write_bytes(path.read_bytes()[:-1])
    assert run(["archive", "check", "--data", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert f"DAMAGED {path}" in out
    assert "is cut off" in out
    assert f"ok {sound}" in out
    assert "2 files, 1 with damage" in out


def test_named_files_are_checked_without_a_data_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(encode_record(FIELDS | {"WARC-Refers-To": "<urn:uuid:2>"}, b"text"))
    assert run(["archive", "check", str(path)]) == 0
    assert "note: 1 records refer to records in other files" in capsys.readouterr().out


def test_reference_to_nothing_is_damage_of_an_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path)
    path.write_bytes(path.read_bytes() + encode_record(FIELDS | {"WARC-Refers-To": "<urn:uuid:2>"}, b"text"))
    assert run(["archive", "check", "--data", str(tmp_path)]) == 1
    assert "refers to a record that is in none of the files" in capsys.readouterr().out
    assert run(["archive", "check", "--data", str(tmp_path), "--json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["path"] for line in lines] == [str(path)] * 2
    assert lines[1]["faults"][0]["what"].startswith("refers to")


def test_stray_segment_is_closed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    part = write(tmp_path, f"run1-00000{OPEN_SUFFIX}")
    assert run(["archive", "check", "--data", str(tmp_path)]) == 0
    assert "scraper archive repair" in capsys.readouterr().out
    assert run(["archive", "repair", "--data", str(tmp_path)]) == 0
    assert "closed with 1 visits" in capsys.readouterr().out
    assert not part.exists()
    assert run(["archive", "check", "--data", str(tmp_path)]) == 0


def test_folder_that_is_not_there_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    for command in ("check", "repair"):
        assert run(["archive", command, "--data", str(tmp_path / "no")]) == 2
        assert not (tmp_path / "no").exists()
