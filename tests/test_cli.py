"""Tests of the command line that need no site."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from scraper.cli import run

PLAIN = "Pier reopens\n\n" + "The pier was opened again on Monday, the harbor master said to the press.\n\n" * 3


def test_text_without_markup_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plain.txt"
    file.write_text(PLAIN)
    assert run(["extract-page", "--text", str(file), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["body"]) == 3
    assert run(["extract-page", "--text", str(file)]) == 0
    assert "harbor master" in capsys.readouterr().out


def test_text_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PLAIN.encode())))
    assert run(["extract-page", "--text", "-"]) == 0
    assert "harbor master" in capsys.readouterr().out


def test_text_that_is_no_article_fails_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "menu.txt"
    file.write_text("Menu\nSearch\n")
    assert run(["extract-page", "--text", str(file)]) == 1
    assert "no_body" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "1e300", "0", "soon"])
def test_time_without_end_is_refused(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scrape", "--max-runtime", seconds]) == 2
    assert "--max-runtime" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["crawl", "--site"], ["extract-page"], ["extract-page", "-", "--url"]])
def test_host_that_is_no_name_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    name = "xn--0.example" if "--site" in arguments else "https://xn--0.example/"
    assert run([*arguments, name]) == 2
    assert "xn--0.example" in capsys.readouterr().err


def test_text_takes_no_address() -> None:
    assert run(["extract-page", "--text", "https://example.org/"]) == 2
