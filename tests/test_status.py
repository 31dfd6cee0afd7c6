from __future__ import annotations

from pathlib import Path

import msgspec

from scraper.run_record import RunRecord
from scraper.status import LAST_RUNS, Status, read_status
from scraper.store.runs import write_run
from tests.store.pages import START


def test_a_folder_that_holds_nothing_has_nothing_to_tell_and_no_fault(tmp_path: Path) -> None:
    status = read_status(tmp_path, START)
    assert (status.runs, status.alarms, status.backlog, status.holder, status.faults) == ((), [], None, None, [])


def test_only_the_last_runs_are_read(tmp_path: Path) -> None:
    for day in range(10, 19):
        write_run(tmp_path, f"r{day}", {"run": f"r{day}", "command": "crawl", "started_at": START.isoformat()})
    status = read_status(tmp_path, START)
    assert [run.run for run in status.runs] == [f"r{day}" for day in range(18, 18 - LAST_RUNS, -1)]
    assert status.runs_total == 9


def test_a_run_without_an_end_was_killed_unless_the_folder_is_held() -> None:
    status = Status(Path("data"), START, runs=(RunRecord("r1", "crawl", START),))
    assert status.state_of(status.runs[0]) == "killed"
    assert msgspec.json.encode(status.to_json())
