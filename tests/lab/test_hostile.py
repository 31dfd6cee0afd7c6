from __future__ import annotations

import pytest

from scraper.lab import hostile

SIZE = 20_000


@pytest.mark.parametrize("name", hostile.CASES)
def test_a_small_one_of_each_is_read_or_refused(name: str) -> None:
    cost = hostile.run_case(name, SIZE)
    assert cost.outcome in {"article", "no_body", "empty", "not_text"}
    assert cost.cpu_s < hostile.MAX_CPU_S


def test_a_case_is_measured_in_a_process_of_its_own() -> None:
    cost = hostile.measure("paragraphs", SIZE)
    assert cost.outcome == "article"
    assert 10 < cost.rss_mb < hostile.MAX_RSS_MB
    assert cost.fine


def test_a_process_that_dies_fails() -> None:
    assert not hostile.measure("no such case").fine


def test_reports_what_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    costs = {"fine": hostile.Cost("article", 1.0, 100.0), "slow": hostile.Cost("article", 9.0, 100.0)}
    monkeypatch.setattr(hostile, "CASES", costs)
    monkeypatch.setattr(hostile, "measure", lambda name, size: costs[name])
    assert hostile.report_large()
    assert "| slow | article | 9.00 | 100 | FAILS |" in capsys.readouterr().out
