from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from scraper.report.summary import SiteSummary, Summary
from scraper.store.run_records import read_runs
from scraper.store.runs import write_run


def test_what_a_run_wrote_is_read_back_the_newest_first(tmp_path: Path) -> None:
    for hour in (1, 3, 2):
        summary = Summary(f"20261123T0{hour}0000Z-a", "scrape", datetime(2026, 11, 23, hour, tzinfo=UTC))
        summary.sites["news.example"] = SiteSummary(visits=5, seeds={"https://news.example/feed": "http_404"})
        summary.count_outcomes([("news.example", "article", None), ("news.example", "skip", "no_body")])
        summary.finished_at = datetime(2026, 11, 23, hour, 5, tzinfo=UTC)
        write_run(tmp_path, summary.run, summary.to_json())
    found = read_runs(tmp_path, 2)
    assert [run.started_at.hour for run in found.newest] == [3, 2]
    assert (found.total, found.unreadable) == (3, ())
    newest = found.newest[0]
    assert (newest.visits, newest.count("article"), newest.count("skip"), newest.exit_status) == (5, 1, 1, 1)
    assert newest.failures == {"news.example": "https://news.example/feed: http_404"}


def test_a_damaged_record_is_named_and_keeps_none_of_the_others(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    runs.mkdir()
    whole = {"run": "a", "command": "crawl", "started_at": "2026-11-23T00:00:00+00:00", "of_a_later_version": 1}
    texts = ["{", "[]", json.dumps(whole), json.dumps(whole | {"started_at": "2026-11-23T00:00:00"})]
    for number, text in enumerate(texts):
        (runs / f"{number}.json").write_text(text)
    found = read_runs(tmp_path, 10)
    assert [run.run for run in found.newest] == ["a"]
    assert found.unreadable == ("3.json", "1.json", "0.json")


def test_a_folder_without_runs_has_none(tmp_path: Path) -> None:
    assert read_runs(tmp_path, 10).newest == ()
