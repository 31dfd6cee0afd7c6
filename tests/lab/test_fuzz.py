from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.lab.sets import write_set

from scraper.errors import ExtractError
from scraper.extract.assemble import extract_article
from scraper.lab import fuzz
from scraper.lab.case import Case

PAGES = 120
"""About two seconds."""


@pytest.fixture(autouse=True)
def demo_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BENCH_DATA", raising=False)
    fuzz.find_pages.cache_clear()


def test_no_mutated_page_breaks_the_extractor() -> None:
    outcomes = [fuzz.work((7, number)) for number in range(PAGES)]
    assert [outcome for outcome in outcomes if outcome.failed] == []
    assert {"article", "no_body"} <= {outcome.reason for outcome in outcomes}


def test_a_seed_and_number_give_the_same_case() -> None:
    assert [fuzz.case_of(3, n) for n in range(20)] == [fuzz.case_of(3, n) for n in range(20)]
    assert fuzz.case_of(3, 1) != fuzz.case_of(4, 1)


def test_a_fault_in_an_article_is_found() -> None:
    html = (
        f"<article><h1>A ferry</h1><p>{'The ferry ran again on Monday, after a winter in the yard. ' * 5}</p></article>"
    )
    article = extract_article(html, url="https://news.example/")
    assert fuzz.find_fault(article) is None
    assert fuzz.find_fault(replace(article, body=())) == "no text"
    assert fuzz.find_fault(replace(article, modified_at=datetime(2026, 3, 10))) == "a date without offset"  # noqa: DTZ001


def test_flat_cases_are_read_as_text() -> None:
    lines = "A ferry is back\n\n" + "The ferry ran again on Monday, after a winter in the yard, and few came.\n\n" * 5
    assert fuzz.run_case(Case(lines, "", None, None, (), flat=True)).reason == "article"
    assert fuzz.run_case(Case("<p>", "", None, None, (), flat=True)).reason == "no_body"


def test_slow_pages_fail_and_refusals_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ExtractError("no_body")

    monkeypatch.setattr(fuzz, "extract_article", refuse)
    case = Case(b"", "", None, None, ())
    assert fuzz.run_case(case).reason == "no_body"
    monkeypatch.setattr(fuzz, "MAX_CPU_S", -1.0)
    assert fuzz.run_case(case).failed


def test_a_run_reports_what_it_saw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fine, bad = fuzz.Outcome(0, "article", 0.5), fuzz.Outcome(1, "extract_crashed: ValueError", 0.0, failed=True)
    monkeypatch.setattr(fuzz, "fuzz", lambda seed, **_: iter([fine, bad]))
    ran = CliRunner().invoke(fuzz.main, ["--pages", "2", "--failures", str(tmp_path)], catch_exceptions=False)
    assert ran.exit_code == 1
    assert "2 pages in" in ran.output
    assert "1 failures" in ran.output
    assert f"--replay {tmp_path / '1-1.json'}" in ran.output
    again = CliRunner().invoke(fuzz.main, ["--replay", str(tmp_path / "1-1.json")], catch_exceptions=False)
    assert again.exit_code == 0


def test_workers_run_cases_until_so_many_are_done() -> None:
    outcomes = list(fuzz.fuzz(1, seconds=None, pages=5, workers=1))
    assert [outcome.number for outcome in outcomes] == [0, 1, 2, 3, 4]


def test_pages_come_from_the_sets_where_there_are_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(fuzz.find_pages()) > 10
    write_set(tmp_path / "own", pages=3)
    monkeypatch.setenv("BENCH_DATA", str(tmp_path))
    fuzz.find_pages.cache_clear()
    assert len(fuzz.find_pages()) == 3
    fuzz.find_pages.cache_clear()
