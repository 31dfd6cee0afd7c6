from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.lab.sets import write_set

from scraper.extract import body
from scraper.extract.trees import Trees
from scraper.lab import evaluate, floors, folds


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sets, and in place of training, the trees that are shipped."""
    for name in ("own", "other"):
        write_set(tmp_path / "sets" / name)
    monkeypatch.setenv("BENCH_DATA", str(tmp_path / "sets"))
    shipped = body.body_trees()
    monkeypatch.setattr(folds, "train", lambda pages, held: shipped)
    monkeypatch.setattr(evaluate, "judge", _judge(tmp_path / "floors.toml"))
    return tmp_path


def _judge(file: Path) -> Any:
    real = evaluate.judge
    return lambda results, *, rise: real(results, rise=rise, file=file)


def run(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(evaluate.main, list(arguments), catch_exceptions=False)
    return ran.exit_code, ran.output


def test_every_page_is_scored_once(data: Path) -> None:
    status, output = run()
    assert status == 0
    assert "| other | 6 | 0 | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 |" in output
    assert "| own | 6 | 0 |" in output
    assert "| set | fold 1 | fold 2 | fold 3 | fold 4 | fold 5 |" in output


def test_fails_below_a_floor_and_raises_it_on_demand(data: Path) -> None:
    assert run("--raise", "--sets", "own")[0] == 0
    assert floors.read_floors(data / "floors.toml") == {"own": {"body_f1": 1.0, "body_exact": 1.0, "title": 1.0}}
    broken = data / "sets" / "own" / "truth.jsonl"
    broken.write_text(broken.read_text("utf-8").replace("ferry to", "boat for"), encoding="utf-8")
    status, output = run("--sets", "own", "--raise")
    assert status == 1
    assert "own: body_f1 is 0.9" in output
    assert floors.read_floors(data / "floors.toml")["own"]["body_f1"] == 1.0


def test_a_set_can_be_held_out(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left_out: list[set[str]] = []
    shipped = body.body_trees()

    def train(pages: Any, held: set[str]) -> Trees:
        left_out.append(held)
        return shipped

    monkeypatch.setattr(folds, "train", train)
    status, output = run("--hold-out", "own")
    assert status == 0
    assert left_out == [{f"site{n}.example" for n in range(6)}]
    assert "| own | 6 | 0 | 1.000 |" in output


def test_tables_go_into_the_document_on_demand(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = data / "benchmarks.md"
    monkeypatch.setattr(evaluate, "DOCUMENT", file)
    marks = "".join(f"<!-- {name}:begin -->\n<!-- {name}:end -->\n" for name in ("eval", "held-out"))
    file.write_text(marks, encoding="utf-8")
    run("--sets", "own", "--write")
    run("--hold-out", "other", "--write")
    evaluated, held_out = file.read_text("utf-8").split("<!-- eval:end -->")
    assert "| own |" in evaluated
    assert "| other |" in held_out
