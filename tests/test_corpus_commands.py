from __future__ import annotations

import json
from pathlib import Path

import pytest
from filelock import FileLock

from scraper.cli import run
from scraper.store.corpus import open_articles
from scraper.store.release import current
from tests.store.test_mend import extract_again, spoil
from tests.store.test_verify import DAY, part_of, scrape


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for number in range(3):
        scrape(tmp_path, f"run{number}", "abc")
    return tmp_path


def test_files_of_a_day_are_merged_and_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compact", "--data", str(data), "--day", str(DAY)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "articles" in first
    assert ": 3 files, 9 rows, " in first
    assert "outcomes" in second
    assert open_articles(data).count_rows() == 9
    assert "/merged-" in (current(data) / "datapackage.json").read_text("utf-8")
    assert run(["compact", "--data", str(data), "--day", str(DAY)]) == 0
    assert capsys.readouterr().out == "nothing to merge\n"
    assert run(["compact", "--data", str(data), "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_wrong_day_and_missing_folder_are_2(tmp_path: Path) -> None:
    assert run(["compact", "--data", str(tmp_path), "--day", "yesterday"]) == 2
    assert run(["compact", "--data", str(tmp_path / "none")]) == 2
    assert run(["verify", "--data", str(tmp_path / "none")]) == 2


def test_folder_that_is_in_use_is_75(data: Path) -> None:
    with FileLock(data / ".lock"):
        assert run(["compact", "--data", str(data)]) == 75
        assert run(["verify", "--data", str(data)]) == 75


def test_sound_corpus_is_0(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--data", str(data), "--full"]) == 0
    assert capsys.readouterr().out == "6 files, 9 articles, 9 outcomes, 18 looked up in the archive, 0 faults\n"


def test_damage_is_1_a_line_each_and_mended(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = part_of(data, "run1")
    spoil(path, -5)
    assert run(["verify", "--data", str(data)]) == 1
    line, total = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{path}: its footer is damaged; run `scraper verify --mend`, then `scraper extract`")
    assert total.endswith("1 faults")
    assert path.exists()
    assert run(["verify", "--data", str(data), "--mend"]) == 1
    assert "writes the rows of 1 segments again" in capsys.readouterr().out
    assert open_articles(data).count_rows() == 6
    assert extract_again(data) == ["run1-00000"]
    assert run(["verify", "--data", str(data)]) == 0


def test_json_is_one_document(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compact", "--data", str(data), "--day", str(DAY), "--json"]) == 0
    first, _ = json.loads(capsys.readouterr().out)["merged"]
    assert (first["parts"], first["rows"]) == (3, 9)
    logged = (data / "logs" / "scraper.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in logged] == ["files merged"] * 2
    assert run(["verify", "--data", str(data), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"]["articles"], told["faults"]) == (9, [])
    spoil(next((current(data) / "articles").rglob("merged-*.parquet")), -5)
    assert run(["verify", "--data", str(data), "--json", "--mend"]) == 1
    assert len(json.loads(capsys.readouterr().out)["faults"]) >= 1
