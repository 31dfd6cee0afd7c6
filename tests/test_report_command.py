from __future__ import annotations

import re
import webbrowser
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.cli import run
from tests.report.censuses import EVIL
from tests.store.ledger import Visit, write_visits

VISITS = [
    Visit(headline="The ferry returns", suspect="field_lost"),
    Visit(minute=9, outcome="skip", reason="no_body"),
    Visit(day=2, outcome="listing", kind="feed"),
    Visit(day=2, minute=1, version=2, changed=("text",)),
]


def report(data: Path, *options: str) -> str:
    assert run(["report", "--data", str(data), *options]) == 0
    return (data / "report/index.html").read_text("utf-8")


def test_the_page_of_a_corpus_is_written_into_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_visits(tmp_path, VISITS)
    html = report(tmp_path)
    assert capsys.readouterr().out == f"{tmp_path}/report/index.html\n"
    assert "The ferry returns" in html
    text = " ".join(re.sub(r"<[^>]+>", "", html).split())
    assert "4 visits = 2 articles + 0 unchanged + 1 listings and robots.txt + 1 skips + 0 deleted" in text
    assert "2 visits that gave an article = 2 rows = 1 first + 1 later versions" in text
    assert "all agree" in text
    assert list((tmp_path / "report").iterdir()) == [tmp_path / "report/index.html"]


def test_a_folder_without_a_corpus_gives_a_page_that_says_so(tmp_path: Path) -> None:
    assert "There is nothing yet" in report(tmp_path)


def test_a_folder_that_is_not_there_or_is_a_bucket_is_told(tmp_path: Path) -> None:
    assert run(["report", "--data", str(tmp_path / "none")]) == 2
    assert not (tmp_path / "none").exists()
    assert run(["report", "--data", "s3://news/x"]) == 2


def test_a_damaged_file_is_named_and_the_page_of_before_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_visits(tmp_path, VISITS)
    before = report(tmp_path)
    file = next((tmp_path / "articles").glob("*/*.parquet"))
    file.write_bytes(file.read_bytes()[:-20])
    assert run(["report", "--data", str(tmp_path)]) == 1
    assert f"scraper: {file}: is damaged" in capsys.readouterr().err
    assert (tmp_path / "report/index.html").read_text("utf-8") == before


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "report").write_text("in the way")
    assert run(["report", "--data", str(tmp_path)]) == 1
    assert str(tmp_path / "report") in capsys.readouterr().err


def test_a_site_with_a_hostile_name_stays_text(tmp_path: Path) -> None:
    write_visits(tmp_path, [replace(visit, site=EVIL, headline=EVIL, url="javascript:alert(1)") for visit in VISITS])
    html = report(tmp_path)
    assert html.count("<script>") == 1
    assert 'href="javascript' not in html


def test_the_browser_is_asked_to_show_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: shown.append(address) or False)  # type: ignore[func-returns-value]
    report(tmp_path, "--open")
    assert shown == [(tmp_path / "report/index.html").as_uri()]
