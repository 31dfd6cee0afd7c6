from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from scraper.cli import run
from scraper.page import Found
from scraper.report.health_alarm import Alarm
from scraper.report.health_rates import Place
from scraper.report.health_site import Health
from scraper.store.histories import FILE, Histories
from scraper.store.runs import hold, write_run
from scraper.store.state import State
from tests.store.pages import START, make_target

HOSTILE = "\x1b[2J\x9b31m\u202e\ntwo"


def record(data: Path, day: int, **told: object) -> None:
    started = START + timedelta(days=day)
    known = {"run": f"{started:%Y%m%dT%H%M%SZ}", "command": "scrape", "started_at": started.isoformat()}
    write_run(data, known["run"], known | told)


def ended(status: int, day: int = 0) -> dict[str, object]:
    return {"finished_at": (START + timedelta(days=day, minutes=7)).isoformat(), "exit_status": status}


def show(data: Path, capsys: pytest.CaptureFixture[str], status: int = 0) -> str:
    assert run(["status", "--data", str(data)]) == status
    return capsys.readouterr().out


def test_an_empty_folder_and_a_copy_without_state_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = show(tmp_path, capsys)
    assert "no run has left a record yet" in told
    assert "there is no state here" in told
    assert not list(tmp_path.iterdir())
    record(tmp_path, 0, **ended(0))
    assert "there is no state here" in show(tmp_path, capsys)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--data", str(tmp_path / "nowhere")]) == 2
    assert "`scraper scrape` makes it" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_runs_are_told_with_what_became_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = {"visits": 1234, "outcomes": {"article": 7, "skip": 3}, "failure": None}
    record(tmp_path, 0)
    record(tmp_path, 1, **ended(3, 1), sites={"a.example": site, "b.example": site | {"failure": "no feed"}})
    lines = show(tmp_path, capsys).splitlines()
    (told,) = (line for line in lines if line.startswith("2026-11-24"))
    assert told.split()[2:] == ["scrape", "3", "0:07:00", "1", "of", "2", "2,468", "14", "6"]
    (killed,) = (line for line in lines if line.startswith("2026-11-23"))
    assert "killed" in killed
    assert "  b.example: no feed" in lines


def test_a_run_that_goes_on_is_told_with_who_makes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, 0)
    with hold(tmp_path):
        told = show(tmp_path, capsys)
    assert "held by " in told
    assert "going on" in told


def test_what_waits_is_told_by_host(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(State(tmp_path / "state.sqlite")) as state:
        state.addresses.enqueue([Found(make_target(f"https://news.example/{n}")) for n in range(1234)], START)
        state.commit()
        told = show(tmp_path, capsys)
    assert "frontier: 1,234 addresses wait on 1 hosts" in told
    assert "  news.example    1,234" in told


def test_open_alarms_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(Histories(tmp_path / FILE)) as histories:
        histories.save_site("a.example", msgspec.msgpack.encode(Health("a.example")))
        for site, closed_at in (("a.example", None), ("b.example", 2.0)):
            alarm = Alarm(site, "paywall", ["paywall"], 1.0, Place(1.0, "https://a.example/1", "<1>"), 9, 9, 0, 1, 90.0)
            histories.save_alarm(site, "wall", 1.0, closed_at, msgspec.msgpack.encode(alarm))
    told = show(tmp_path, capsys)
    assert "health of 1 sites: 1 alarms are open" in told
    assert "  a.example: paywall since 1970-01-01" in told
    assert "b.example" not in told


def test_what_cannot_be_read_is_told_and_the_rest_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "state.sqlite").write_bytes(b"nothing of the kind" * 99)
    record(tmp_path, 0, **ended(0))
    (tmp_path / "runs" / "x.json").write_text("{")
    told = show(tmp_path, capsys, status=1)
    assert "state.sqlite: is no SQLite file" in told
    assert "x.json: is damaged; remove it" in told
    assert "free" in told


def test_what_sites_say_commands_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = {"visits": 1, "outcomes": {}, "failure": HOSTILE}
    record(tmp_path, 0, **ended(1), error=HOSTILE, sites={"a.example": site})
    for arguments in ([], ["--json"]):
        run(["status", "--data", str(tmp_path), *arguments])
        told = capsys.readouterr().out
        assert not {"\x1b", "\x9b", "\u202e"} & set(told)


def test_json_is_one_document_with_all_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, 0, **ended(0), sites={"a.example": {"visits": 5, "outcomes": {"article": 2}, "failure": None}})
    with closing(State(tmp_path / "state.sqlite")) as state:
        state.addresses.enqueue([Found(make_target())], START)
        state.commit()
    assert run(["status", "--data", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["runs"][0]["visits"] == 5
    assert told["runs"][0]["state"] == "0"
    assert told["frontier"]["hosts"][0]["host"] == "news.example"
    assert told["disk"]["free_bytes"] > 0
    assert told["holder"] is None


def test_it_answers_without_what_takes_long_to_load(tmp_path: Path) -> None:
    code = (
        "import sys; from scraper.cli import run; run(['status', '--data', sys.argv[1]]);"
        "print({'pyarrow', 'numpy', 'httpx', 'rich', 'trafilatura', 'asyncio'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "set()"
