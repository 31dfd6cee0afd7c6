from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from scraper.lab import dictionary
from scraper.lab.dictionary import DICTIONARY, README, main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, press: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the documents as they are now, and the press that is there already."""
    for path in (DICTIONARY, README, dictionary.SCHEMAS):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text((ROOT / path).read_text("utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(dictionary, "make_corpus", lambda data: data.symlink_to(press))
    return tmp_path


def test_the_documents_are_current(folder: Path) -> None:
    ran = CliRunner().invoke(main, ["--check"])
    assert ran.exit_code == 0, ran.output


def test_a_document_that_is_out_of_date_is_named_and_made_anew(folder: Path) -> None:
    for path in (DICTIONARY, README):
        text = (folder / path).read_text("utf-8")
        (folder / path).write_text(text.replace("`dek`", "`deck`"), encoding="utf-8")
        ran = CliRunner().invoke(main, ["--check"])
        assert ran.exit_code == 1
        assert f"{path} is out of date: run make dictionary" in ran.output
        assert CliRunner().invoke(main).exit_code == 0
        assert (folder / path).read_text("utf-8") == text


def test_what_is_written_by_hand_stays(folder: Path) -> None:
    before = README.read_text("utf-8").partition("<!-- columns")[0]
    README.write_text(README.read_text("utf-8").replace("| `dek` |", "| `deck` |"), encoding="utf-8")
    CliRunner().invoke(main)
    assert README.read_text("utf-8").partition("<!-- columns")[0] == before


def test_a_press_without_articles_fails_and_leaves_the_examples(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "make_corpus", lambda data: data.mkdir())
    before = DICTIONARY.read_text("utf-8")
    ran = CliRunner().invoke(main)
    assert ran.exit_code == 1
    assert "the press gave no articles" in ran.output
    assert DICTIONARY.read_text("utf-8") == before
