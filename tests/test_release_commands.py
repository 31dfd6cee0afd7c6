from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper.cli import run
from scraper.demo.server import serve
from scraper.errors import StoreError
from scraper.store.release import current, list_leftovers, list_releases
from tests.test_pipeline import content, write_config

Told = pytest.CaptureFixture[str]


def test_releases_are_made_listed_switched_and_removed(tmp_path: Path, capsys: Told) -> None:
    with serve() as server:
        options = write_config(tmp_path, server)
        assert run(["scrape", *options, "--quiet"]) == 0
    data = tmp_path / "data"
    here = ["--data", str(data)]
    before = content(tmp_path)
    first = current(data).name
    assert run(["extract", "--rebuild", "--no-switch", *options]) == 0
    told = capsys.readouterr()
    (second,) = (path.name for path in list_releases(data) if path.name != first)
    assert f"{len(before)} articles have a row in both; 0 of these rows changed\n" in told.out
    assert f"{first} stays the current release; `scraper releases use {second} --data {data}` switches\n" in told.out
    assert told.err.splitlines()[0].startswith("extracting segments of 2")
    assert json.loads((data / "releases" / second / "changes.json").read_text())["beside"] == first
    assert current(data).name == first
    assert run(["releases", "use", second, *options, "--quiet"]) == 0
    assert current(data).name == second
    assert content(tmp_path) == before
    capsys.readouterr()
    assert run(["releases", "hash", *here]) == run(["releases", "hash", first, *here]) == 0
    current_one, other = capsys.readouterr().out.splitlines()
    assert current_one == other.replace(first, second)
    assert f"  {second}: {len(before)} articles, " in current_one
    (data / "releases" / ".building").mkdir()
    assert run(["releases", *here]) == 0
    _, one, two, begun = capsys.readouterr().out.splitlines()
    assert one.split()[:3] == [first, str(len(before)), str(len(before))]
    assert not one.endswith("current")
    assert two.endswith("current")
    assert begun.startswith(".building")
    assert run(["releases", *here, "remove", second]) == 2
    assert "is the current release" in capsys.readouterr().err
    for name in (first, ".building"):
        assert run(["releases", "remove", name, *here]) == 0
    assert list_releases(data) == [current(data)]
    assert sorted(path.name for path in (data / "releases").iterdir()) == [".lock", second]
    assert run(["releases", "remove", first, *here]) == 1
    assert f"holds no release {first}; there are: {second}" in capsys.readouterr().err
    assert run(["verify", "--full", *here]) == 0


def test_last_release_of_a_copy_without_links_is_read_and_never_removed(
    tmp_path: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    (data / "releases" / "20260101T000000Z" / "articles").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")  # where there is no folder "data" that could be meant
    assert current(data).name == "20260101T000000Z"
    assert [(path.name, what) for path, what in list_leftovers(data)] == [
        ("current", "is missing; the next run puts that right")
    ]
    assert run(["releases", "remove", "20260101T000000Z", "--data", str(data)]) == 2
    assert "is the current release" in capsys.readouterr().err
    (data / "current").mkdir()  # as a copy that follows links has it
    assert run(["releases", "remove", "20260101T000000Z", "--data", str(data)]) == 2
    assert "leads to no release; run `scraper releases use ID` first" in capsys.readouterr().err
    (data / "current").rmdir()
    (data / "releases" / "20260102T000000Z").mkdir()
    with pytest.raises(StoreError, match="is missing; run `scraper releases use ID` with one of"):
        current(data)
    (data / "current").symlink_to("releases/gone")
    assert run(["releases", "--data", str(data)]) == 0
    assert "current" not in capsys.readouterr().out
    assert len(list_releases(data)) == 2


def test_wrong_usage_is_2_and_a_folder_without_releases_says_so(tmp_path: Path, capsys: Told) -> None:
    (tmp_path / "config").mkdir()
    config = ["--config", str(tmp_path / "config")]
    assert run(["extract", "--no-switch", *config]) == 2
    assert run(["extract", "--rebuild", "--site", "a.example", *config]) == 2
    assert run(["extract", "--rebuild", "--data", str(tmp_path / "none")]) == 2
    assert run(["releases", "--data", str(tmp_path / "none")]) == 2
    capsys.readouterr()
    assert run(["releases", "--data", str(tmp_path)]) == 0
    assert "holds no release yet" in capsys.readouterr().out


def test_switch_that_is_refused_says_which_command_does_it(
    tmp_path: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve() as server:
        options = write_config(tmp_path, server)
        assert run(["scrape", *options, "--quiet"]) == 0
    data = tmp_path / "data"
    monkeypatch.setattr("scraper.rebuild.FEWEST", 1.1)
    old = current(data).name
    assert run(["extract", "--rebuild", *options, "--quiet"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    new = list_releases(data)[1].name
    assert f"scraper: {old} stays the current release; `scraper releases use {new} --data {data}` switches" in told.err
    assert current(data).name == old
