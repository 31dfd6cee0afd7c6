from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from scraper import logs
from scraper.logs import FILE, FOLDER, MOST_CHARS, OLD_FILES, keep_log, note


def read(data: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (data / FOLDER / FILE).read_text("ascii").splitlines()]


def test_what_is_noted_stands_in_lines_of_json(tmp_path: Path) -> None:
    note("before", site="a.example")
    with keep_log(tmp_path):
        note("visit failed", site="a.example", status=503, detail=None)
        note("visit", logging.DEBUG, site="a.example")
    note("after")
    (line,) = read(tmp_path)
    assert (line["level"], line["event"], line["site"], line["status"]) == ("info", "visit failed", "a.example", 503)
    assert str(line["at"]).endswith("Z")
    assert "detail" not in line


def test_every_visit_is_there_where_it_is_asked_for(tmp_path: Path) -> None:
    with keep_log(tmp_path, every_visit=True):
        note("visit", logging.DEBUG)
    assert read(tmp_path)[0]["event"] == "visit"


def test_text_of_a_site_stays_on_its_line_and_commands_no_terminal(tmp_path: Path) -> None:
    hostile = '\n{"event": "forged"}\r\x1b[2J\x9b\x7f\u202e\u2028\ud800\0 %s %(x)s'
    with keep_log(tmp_path):
        note("visit failed", url=hostile, long="x" * 10**6)
    raw = (tmp_path / FOLDER / FILE).read_bytes()
    assert raw.count(b"\n") == 1
    assert not set(raw.strip()) - set(range(32, 127))
    (line,) = read(tmp_path)
    assert line["url"] == hostile
    assert len(str(line["long"])) == MOST_CHARS + 1


def test_files_are_bounded_in_size_and_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 1000)
    for _ in range(3):
        with keep_log(tmp_path):
            for number in range(100):
                note("visit failed", number=number)
    files = sorted(path.name for path in (tmp_path / FOLDER).iterdir())
    assert files == [FILE, *(f"{FILE}.{number}" for number in range(1, OLD_FILES + 1))]
    assert all(path.stat().st_size <= 1000 for path in (tmp_path / FOLDER).iterdir())
    assert read(tmp_path)[-1]["number"] == 99


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_ends_the_log_and_not_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / FILE).symlink_to("/dev/full")
    with keep_log(tmp_path) as log:
        for _ in range(100):
            note("visit failed", detail="x" * 999)
    assert log.fault is not None
    assert "No space left" in log.fault
    assert not capsys.readouterr().err


def test_a_folder_that_cannot_be_made_ends_the_log_and_not_the_run(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("")
    with keep_log(tmp_path) as log:
        note("visit failed")
    assert log.fault


def test_nothing_is_printed_where_nobody_listens() -> None:
    code = "import logging; from scraper.logs import note; note('backoff', logging.WARNING)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_program_of_ones_own_has_the_events_too(caplog: pytest.LogCaptureFixture) -> None:
    note("backoff", logging.WARNING, host="a.example")
    assert [record.message for record in caplog.records] == ["backoff"]
