"""Archives of others, taken in by the command a user types; extraction works in this process, but for kills."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest

from scraper import pipeline
from scraper.cli import run
from scraper.config import Config
from scraper.errors import StoreError
from scraper.foreign import page_of
from scraper.store.compact import compact, days_with_parts
from scraper.store.content_hash import hash_release
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.foreign_records import ForeignRecords
from scraper.store.journal import Journal
from scraper.store.part_check import Tally
from scraper.store.release import current
from scraper.store.selection import Selection
from scraper.store.state import State
from scraper.store.verify import verify
from tests.store.bucket import Bucket
from tests.store.foreign import PACKINGS, http, info, members, page, record
from tests.test_rebuild import Here, html


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.extraction.Workers", Here)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "config" / "sites").mkdir(parents=True)
    (tmp_path / "config" / "scraper.toml").write_text("[extract]\nworkers = 1\n")
    return tmp_path / "config"


def story(name: str, day: int = 2, site: str = "news.example", text: str = "") -> bytes:
    url = f"https://{site}/2026/{name}.html"
    return record(http(html(text or name)), url, date=f"2026-03-{day:02}T10:00:{ord(name[0]) % 60:02}Z")


def write(path: Path, *records: bytes, packing: str = "members") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PACKINGS[packing](info(), *records))
    return path


def take(
    config: Path, *sources: object, more: tuple[str, ...] = (), status: int = 0, data: str = "data"
) -> dict[str, Any]:
    """Take archives in, and give the record of the run."""
    named = [word for source in sources for word in ("--from", str(source))]
    folder = config.parent / data
    before = set((folder / "runs").glob("*.json"))
    options = ["--config", str(config), "--data", str(folder), "--quiet"]
    assert run(["extract", *named, *options, *more]) == status
    (path,) = set((folder / "runs").glob("*.json")) - before
    told: dict[str, Any] = json.loads(path.read_text())
    return told


def seen(config: Path, data: str = "data", *, versions: bool = False) -> list[tuple[str, str, str]]:
    """Give what readers see of each article, without what says where its record is."""
    table = open_articles(config.parent / data, versions=versions).to_table().to_pylist()
    return sorted((row["url"], row["fetched_at"].isoformat(), row["text"]) for row in table)


def flaws(config: Path, data: str = "data") -> list[str]:
    return [flaw.what for flaw in verify(config.parent / data, Tally(), full=True)]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("packing", PACKINGS)
def test_pages_of_an_archive_become_rows_that_say_where_they_are_from(config: Path, packing: str) -> None:
    path = write(config.parent / "other.warc.gz", story("a", 2), story("b", 3), story("c", 2), packing=packing)
    told = take(config, path)
    rows = open_articles(config.parent / "data").to_table().to_pylist()
    assert [(row["site"], row["found_in"], row["found_kind"]) for row in rows] == [
        ("news.example", str(path), "archive")
    ] * 3
    assert Counter(row["date"].day for row in rows) == {2: 2, 3: 1}
    assert told["intake"] | {"faults": []} == {
        "archives": 1, "known_archives": 0, "unread": {}, "records": 4, "passed": {"no_page": 1},
        "damaged": 0, "faults": [], "taken": 3, "known": 0,
    }  # fmt: skip
    assert flaws(config) == []


@pytest.mark.usefixtures("here")
def test_what_was_taken_in_is_not_taken_in_again_whichever_archive_holds_it(config: Path) -> None:
    first = write(config.parent / "in" / "1.warc.gz", story("a"), story("b"))
    take(config, first)
    before = seen(config)
    assert take(config, first)["intake"]["known_archives"] == 1
    copy = write(config.parent / "in" / "2.warc", story("b"), story("c"), packing="plain")
    told = take(config, config.parent / "in")
    assert (told["intake"]["known"], told["intake"]["taken"]) == (1, 1)
    assert set(before) < set(seen(config))
    assert open_outcomes(config.parent / "data").count_rows() == 3
    # A file that goes on is read again, and gives what is new.
    write(copy, story("b"), story("c"), story("d"), packing="plain")
    assert take(config, copy)["intake"] | {"records": 4} == take(config, copy)["intake"] | {
        "records": 4, "taken": 1, "known": 2, "known_archives": 0, "passed": {"no_page": 1}
    }  # fmt: skip
    assert len(seen(config)) == 4
    assert flaws(config) == []


@pytest.mark.usefixtures("here")
def test_sites_and_days_are_chosen_and_a_wider_choice_adds_the_rest(config: Path) -> None:
    records = [
        story(name, day, site)
        for name, day, site in (("a", 1, "a.example"), ("b", 2, "www.a.example"), ("c", 3, "b.example"))
    ]
    path = write(config.parent / "x.warc.gz", *records)
    told = take(config, path, more=("--site", "a.example", "--since", "2026-03-02"))
    assert [url for url, *_ in seen(config)] == ["https://www.a.example/2026/b.html"]
    assert told["intake"]["passed"] == {"filtered": 2, "no_page": 1}
    assert (
        take(config, path, more=("--site", "a.example", "--since", "2026-03-02", "--until", "2026-03-02"))["intake"][
            "known_archives"
        ]
        == 1
    )
    assert take(config, path)["intake"]["taken"] == 2
    assert len(seen(config)) == 3
    assert take(config, path, more=("--site", "b.example"))["intake"]["known_archives"] == 1


@pytest.mark.usefixtures("here")
def test_versions_and_unchanged_pages_are_told_across_archives(config: Path) -> None:
    old = write(config.parent / "1.warc.gz", story("a", 1), story("b", 1))
    new = write(config.parent / "2.warc.gz", story("a", 5, text="another"), story("b", 5))
    take(config, old, new)
    versions = open_articles(config.parent / "data", versions=True).to_table().to_pylist()
    assert sorted((row["url"][-6:], row["version"]) for row in versions) == [
        ("a.html", 1),
        ("a.html", 2),
        ("b.html", 1),
    ]
    outcomes = Counter(row["outcome"] for row in open_outcomes(config.parent / "data").to_table().to_pylist())
    assert outcomes == {"article": 3, "unchanged": 1}


@pytest.mark.usefixtures("here")
def test_an_older_archive_that_comes_late_hides_nothing_and_doubles_nothing(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Runs of one second would be made anew in whatever order.
    numbers = count()
    monkeypatch.setattr("scraper.pipeline.secrets.token_hex", lambda size: f"{next(numbers):04}")
    data = config.parent / "data"
    take(config, write(config.parent / "3.warc.gz", story("a", 9, text="third")))
    take(config, write(config.parent / "1.warc.gz", story("a", 1, text="first"), story("b", 1)))
    take(config, write(config.parent / "2.warc.gz", story("a", 5, text="second"), story("b", 5)))
    newest = [(url[-6:], fetched_at[:10]) for url, fetched_at, _ in seen(config)]
    assert newest == [("a.html", "2026-03-09"), ("b.html", "2026-03-01")]
    assert len(seen(config, versions=True)) == 4
    list(compact(data, days_with_parts(data, date(2030, 1, 1), 1)))
    assert [(url[-6:], fetched_at[:10]) for url, fetched_at, _ in seen(config)] == newest
    assert flaws(config) == []
    # Made anew in the same order, they are the same.
    before, options = hash_release(current(data)), ["--config", str(config), "--data", str(data)]
    assert run(["extract", "--rebuild", *options]) == 0
    assert hash_release(current(data)) == before
    assert [(url[-6:], fetched_at[:10]) for url, fetched_at, _ in seen(config)] == newest


@pytest.mark.usefixtures("here")
def test_its_rows_survive_merging_and_a_rebuild_and_are_traced_to_their_record(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = config.parent / "data"
    take(config, write(config.parent / "x.warc.gz", *(story(name, day) for day, name in enumerate("abcabc", 1))))
    before = seen(config, versions=True)
    list(compact(data, days_with_parts(data, date(2030, 1, 1))))
    assert seen(config, versions=True) == before
    assert flaws(config) == []
    options = ["--config", str(config), "--data", str(data)]
    (config.parent / "x.warc.gz").unlink()  # nothing hangs on it any more
    assert run(["extract", "--rebuild", *options]) == 0
    assert seen(config, versions=True) == before
    assert flaws(config) == []
    assert run(["provenance", "https://news.example/2026/a.html", *options]) == 0
    told = capsys.readouterr().out
    assert "archive" in told
    assert "x.warc.gz" in told
    # A part whose footer is gone names no segment: all that may have rows of that day are extracted again.
    outcomes = open_outcomes(data).count_rows()
    for path in sorted(data.glob("releases/*/*/date=2026-03-02/*.parquet")):
        path.write_bytes(path.read_bytes()[:-9])
    assert run(["verify", "--mend", "--data", str(data)]) == 1
    assert run(["extract", *options, "--quiet"]) == 0
    assert seen(config, versions=True) == before
    assert open_outcomes(data).count_rows() == outcomes
    assert flaws(config) == []


@pytest.mark.usefixtures("here")
def test_damage_is_told_and_passed_over_and_what_is_no_archive_is_named(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = [members(info()), *(members(story(name)) for name in "abc")]
    whole[2] = whole[2][:50] + bytes(30) + whole[2][80:]
    path = config.parent / "in" / "x.warc.gz"
    path.parent.mkdir()
    path.write_bytes(b"".join(whole))
    (path.parent / "no.warc").write_text("hello")
    (path.parent / "old.arc.gz").write_text("hello")
    told = take(config, path.parent, status=3)
    assert (told["intake"]["taken"], told["intake"]["damaged"], len(told["intake"]["unread"])) == (2, 1, 2)
    assert len(seen(config)) == 2
    # Nothing of it is new, and what can't be read still can't.
    assert take(config, path.parent / "no.warc", status=1)["exit_status"] == 1
    options = ["--config", str(config), "--data", str(config.parent / "data")]
    assert run(["extract", "--from", str(path.parent / "old.arc.gz"), *options]) == 1
    assert "convert it with `warcio recompress`" in capsys.readouterr().out


@pytest.mark.usefixtures("here")
def test_folders_and_lists_are_taken_in_likewise(config: Path) -> None:
    folder = config.parent / "copied" / "news.example"
    (folder / "2026").mkdir(parents=True)
    for name in "ab":
        (folder / "2026" / f"{name}.html").write_bytes(html(name))
    (folder / "list.csv").write_text("url,file,date\nhttps://news.example/c,2026/a.html,2026-03-04T05:06:07Z\n")
    assert take(config, config.parent / "copied", folder / "list.csv")["intake"]["taken"] == 3
    assert [url for url, *_ in seen(config)] == [
        f"https://news.example/{name}" for name in ("2026/a.html", "2026/b.html", "c")
    ]
    assert take(config, config.parent / "copied")["intake"]["known_archives"] == 1
    (folder / "2026" / "c.html").write_bytes(html("c"))
    told = take(config, config.parent / "copied")
    assert (told["intake"]["taken"], told["intake"]["known"]) == (1, 2)


@pytest.mark.usefixtures("here")
def test_a_bucket_is_taken_in(config: Path, bucket: Bucket) -> None:
    path = write(config.parent / "x.warc.gz", story("a"), story("b"))
    with path.open("rb") as file:
        bucket.remote().put(file, "crawl/x.warc.gz")
    assert take(config, f"{bucket.address}/crawl/*.warc.gz")["intake"]["taken"] == 2
    assert {row["found_in"] for row in open_articles(config.parent / "data").to_table().to_pylist()} == {
        f"{bucket.address}/crawl/x.warc.gz"
    }


@pytest.mark.usefixtures("here")
def test_pages_of_others_change_no_frontier_and_no_health(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    take(config, write(config.parent / "x.warc.gz", story("a"), story("b")))
    data = str(config.parent / "data")
    assert run(["health", "--data", data, "--json"]) == 0
    assert capsys.readouterr().out == ""
    with closing(State(config.parent / "data" / "state.sqlite")) as state:
        assert state.addresses.pending("news.example") == 0


@pytest.mark.usefixtures("here")
def test_a_run_that_was_stopped_goes_on_where_it_ended(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{letter}{number}" for letter in "abcdef" for number in range(5)]
    path = write(config.parent / "x.warc.gz", *map(story, names))
    calls = Counter[str]()
    real = page_of

    def stop_after_seven(*args: Any) -> Any:
        calls["pages"] += 1
        if calls["pages"] == 7:
            os.kill(os.getpid(), signal.SIGTERM)
        return real(*args)

    monkeypatch.setattr("scraper.intake.page_of", stop_after_seven)
    first = take(config, path)
    assert any("stopped by a signal" in notice for notice in first["notices"])
    assert 7 <= first["intake"]["taken"] < 30
    second = take(config, path)
    assert first["intake"]["taken"] + second["intake"]["taken"] == 30
    assert len(seen(config)) == 30
    assert flaws(config) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_run_loses_and_doubles_nothing(config: Path, seed: int) -> None:
    names = [f"{letter}{number}" for letter in "abcdefgh" for number in range(6)]
    days = [1 + at % 3 for at in range(len(names))]
    path = write(config.parent / "x.warc.gz", *map(story, names, days))
    options = ["--config", str(config), "--data", str(config.parent / "data"), "--quiet"]
    command = [sys.executable, "-m", "scraper", "extract", "--from", str(path), *options]
    for wait_s in (0.5 + 0.4 * seed, 0.9 + 0.5 * seed):
        child = subprocess.Popen(command)
        try:
            child.wait(wait_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        time.sleep(0)
    assert run(command[3:]) == 0
    rows = open_articles(config.parent / "data", versions=True).to_table().to_pylist()
    assert sorted(row["url"] for row in rows) == sorted(f"https://news.example/2026/{name}.html" for name in names)
    assert open_outcomes(config.parent / "data").count_rows() == len(names)
    assert flaws(config) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--from", "x", "--rebuild"], "--from goes without"),
        (["--from", "x", "--limit", "5"], "--from goes without"),
        (["--from", "x", "--since", "2026-03-02", "--until", "2026-03-01"], "--since is after --until"),
        (["--since", "2026-03-02"], "go with --from"),
        (["--from", "x", "--since", "yesterday"], "does not match the format"),
        (["--from", "gone.warc"], "there is no such file"),
    ],
)
def test_wrong_usage_is_told(config: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str) -> None:
    assert run(["extract", *more, "--config", str(config), "--data", str(config.parent / "data")]) == 2
    assert said in capsys.readouterr().err
    assert not (config.parent / "data").exists()


@pytest.mark.usefixtures("here")
def test_a_fault_of_the_data_folder_is_none_of_the_archive(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(config.parent / "x.warc.gz", *map(story, "abc"))

    def fail(journal: Journal) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr("scraper.store.journal.Journal.flush", fail)
    told = take(config, path, status=1)
    assert told["error"] == "the disk is full"
    assert told["intake"]["unread"] == {}
    monkeypatch.undo()
    monkeypatch.setattr("scraper.extraction.Workers", Here)
    take(config, path)
    assert len(seen(config)) == 3


@pytest.mark.usefixtures("here")
def test_an_archive_that_fails_midway_goes_on_there_the_next_time(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(config.parent / "x.warc", *map(story, "abcdef"), packing="plain")
    real = ForeignRecords.read

    def fail(records: ForeignRecords, start: int = 0) -> Iterator[Any]:
        yield from islice(real(records, start), 4)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("scraper.store.foreign_records.ForeignRecords.read", fail)
    told = take(config, path, status=1)
    assert told["intake"]["taken"] == 3
    assert told["intake"]["unread"] == {str(path): "cannot be read: Input/output error"}
    monkeypatch.undo()
    monkeypatch.setattr("scraper.extraction.Workers", Here)
    assert take(config, path)["intake"]["taken"] == 3
    assert len(seen(config)) == 6


@pytest.mark.usefixtures("here")
def test_the_same_rows_come_of_one_archive_or_of_many(config: Path) -> None:
    records = [story(name, day) for day, name in enumerate("abcdeabcde", 1)]
    whole = write(config.parent / "whole.warc.gz", *records)
    parts = [write(config.parent / "parts" / f"{at}.warc", each, packing="plain") for at, each in enumerate(records)]
    take(config, whole, data="one")
    take(config, *parts, data="many")
    shutil.rmtree(config.parent / "parts")
    assert seen(config, "one", versions=True) == seen(config, "many", versions=True)


@pytest.mark.usefixtures("here")
def test_it_can_be_called_from_a_program(config: Path) -> None:
    path = write(config.parent / "x.warc.gz", page("https://news.example/a", title="A flood"))
    summary = pipeline.take_in(Config(), config.parent / "data", [str(path)], Selection((), date(2026, 3, 2)))
    assert (summary.intake.taken, summary.exit_status) == (1, 0)
    assert summary.lines()[-2] == "1 archive, 2 records, 1 pages taken in, 0 pages known, no_page 1"
