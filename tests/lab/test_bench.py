from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.lab.sets import write_set

from scraper.lab import bench
from scraper.lab.peers import ours
from scraper.lab.tally import Answer

PAGES: list[bench.Page] = [({"id": str(n), "title": "Ferry"}, b"Ferry") for n in range(4)]


def echo(html: bytes, url: str) -> Answer:
    return Answer(title=html.decode())


def fail(html: bytes, url: str) -> Answer:
    raise ValueError(html)


def test_an_extractor_that_fails_scores_as_empty() -> None:
    measured = bench.run_set(PAGES, {"echo": echo, "fail": fail}, rounds=3)
    assert measured["echo"].tally.scores() == {"title": 1.0}
    assert measured["fail"].tally.scores() == {"title": 0.0}
    assert (measured["echo"].failed, measured["fail"].failed) == (0, 4)
    assert [len(one.rounds) for one in measured.values()] == [3, 3]


def test_pages_are_spread_over_the_set() -> None:
    assert bench.spread(range(10), 5) == [0, 2, 4, 6, 8]
    assert bench.spread(range(3), 5) == [0, 1, 2]


def test_imports_are_timed_in_a_new_process() -> None:
    assert bench.time_import("import json") >= 0.0


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("scraper.lab.bench.logging.disable", lambda level: None)  # it holds for the whole process
    write_set(tmp_path / "sets" / "own")
    monkeypatch.setenv("BENCH_DATA", str(tmp_path / "sets"))
    monkeypatch.setattr(bench, "PEERS", {"trafilatura": ours})
    monkeypatch.setattr(bench, "version", lambda name: "1")
    monkeypatch.setattr(bench, "time_import", lambda statement: 20.0)
    return tmp_path


def test_writes_tables_and_chart(data: Path) -> None:
    (data / "benchmarks.md").write_text("# B\n<!-- bench:begin -->\n<!-- bench:end -->\n", encoding="utf-8")
    ran = CliRunner().invoke(bench.main, ["--docs", str(data), "--rounds", "1", "--limit", "4"], catch_exceptions=False)
    assert ran.exit_code == 0
    text = (data / "benchmarks.md").read_text("utf-8")
    assert "### own, 4 pages" in text
    assert "| **scraper** | **1.000** |" in text
    assert str(data) not in text
    assert (data / "benchmarks.svg").read_text("utf-8").startswith("<svg")


def test_sets_that_were_trained_on_are_scored_unseen_too(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "read_floors", lambda: {"own": {}})
    monkeypatch.setattr(bench, "score_unseen", lambda sets, folders: {name: bench.Measured() for name in sets})
    ran = CliRunner().invoke(bench.main, ["--dry", "--rounds", "1"], catch_exceptions=False)
    assert "| **scraper** |" in ran.output
    assert f"| {bench.AS_SHIPPED} | **1.000** |" in ran.output


def test_missing_peers_are_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(bench, "version", missing)
    ran = CliRunner().invoke(bench.main, ["--dry"])
    assert ran.exit_code == 1
    assert "make bench" in ran.output
