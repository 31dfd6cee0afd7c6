"""The notebooks run, draw, say what must be said, and touch nothing but what is public."""

from __future__ import annotations

import ast
import os
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import scraper
from scraper.lab.press_corpus import UNATTENDED

pytest.importorskip("matplotlib", reason="matplotlib is not installed: nothing can be drawn")
os.environ["MPLBACKEND"] = "Agg"

import matplotlib.pyplot as plt

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.py"))
LONGEST_CELL = 160


@pytest.fixture(autouse=True)
def style(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(ROOT)
    with plt.rc_context():
        yield
    plt.close("all")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def run(path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run a notebook as a script, with the last expression of each cell printed, and keep its figures open."""
    monkeypatch.setenv("SCRAPER_DATA", str(data))
    monkeypatch.setattr(plt, "show", lambda: None)
    return runpy.run_path(str(path))


def test_it_draws_what_is_there_with_titles_and_labels(
    notebook: Path, press: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(notebook, press, monkeypatch)
    figures = [plt.figure(number) for number in plt.get_fignums()]
    assert len(figures) >= 3
    for figure in figures:
        figure.canvas.draw()
        axes = figure.axes[0]
        assert axes.get_title(loc="left")
        assert any(
            axis.get_label_text() or not axis.get_visible() or any(tick.get_text() for tick in axis.get_ticklabels())
            for axis in (axes.xaxis, axes.yaxis)
        )
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines()), default=0) < LONGEST_CELL


def test_an_empty_corpus_is_said_to_be_empty(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(notebook, tmp_path, monkeypatch)
    assert plt.get_fignums() == []
    assert "`make press-corpus`" in capsys.readouterr().out


def test_it_asks_a_question_names_its_limits_and_reads_no_text(notebook: Path) -> None:
    source = notebook.read_text("utf-8")
    cells = re.split(r"^# %%", source, flags=re.MULTILINE)[1:]
    assert re.match(r" \[markdown\]\n# # \w", cells[0])
    assert "# ## Say in a methods section" in cells[-1]
    assert "format_name: percent" in source
    queries = " ".join(
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert not re.search(r"SELECT \*|SELECT (?:(?!\bFROM\b).)*\b(?:text|body)\b", queries, re.DOTALL)


def test_it_uses_only_what_is_public(notebook: Path) -> None:
    tree = ast.parse(notebook.read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    public = {"duckdb", "matplotlib", "matplotlib.pyplot", "numpy", "os", "pandas", "pathlib", "scraper"}
    assert imported <= public
    used = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "scraper"
    }
    assert used <= set(scraper.__all__)


def test_the_gap_that_was_planted_is_found(press: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (coverage,) = (path for path in NOTEBOOKS if path.stem == "coverage")
    seen = run(coverage, press, monkeypatch)["seen"]
    without = seen.columns[seen.isna().all()]
    assert len(without) == len(UNATTENDED)


def test_a_double_click_opens_them_as_notebooks() -> None:
    settings = ROOT / "docs" / "notebooks" / ".jupyter" / "labconfig" / "default_setting_overrides.json"
    assert '"python": "Jupytext Notebook"' in settings.read_text("utf-8")
    assert "JUPYTER_CONFIG_PATH=$(CURDIR)/docs/notebooks/.jupyter" in (ROOT / "Makefile").read_text("utf-8")
