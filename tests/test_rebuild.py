"""Releases made of an archive; extraction works in this process, and an extractor's change is played."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from filelock import FileLock

from scraper import extraction, pipeline
from scraper.article import Article
from scraper.cli import run
from scraper.config import Config
from scraper.errors import ExtractError, LockedError, StoppedError, StoreError
from scraper.extract.assemble import extract_article
from scraper.policy import Policy
from scraper.rebuild import rebuild, use
from scraper.store.compact import compact, days_with_parts
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.histories import Histories
from scraper.store.journal import Journal
from scraper.store.part_check import Tally
from scraper.store.release import current, list_leftovers, list_releases, prepare
from scraper.store.runs import hold_releases
from scraper.store.verify import verify
from tests.store.pages import START, make_page

WORDS = ("river", "mill", "water", "night", "bridge", "the", "a", "rose", "stood", "fell", "by", "foot", "in", "and")


class Here:
    """Workers that work in this process."""

    def __init__(self, function: Callable[[Any], Any], **limits: object) -> None:
        self.function = function
        self.stopped = False

    def __exit__(self, *error: object) -> None:
        pass

    def map(self, jobs: Iterator[Any]) -> Iterator[Any]:
        for job in jobs:
            if self.stopped:
                raise StoppedError("stopped")
            yield self.function(job)

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.extraction.Workers", Here)


def html(name: str) -> bytes:
    chance = random.Random(name)
    paragraphs = "".join(f"<p>{' '.join(chance.choices(WORDS, k=60))}.</p>" for _ in range(5))
    head = f"<html><head><title>{name} rises</title></head><body><article><h1>{name} rises</h1>"
    return f"{head}{paragraphs}</article></body></html>".encode()


def crawl(data: Path, run: str, names: str, day: int = 0, site: str = "news.example") -> None:
    """Leave a closed segment; the same name gives the same page, a capital letter another text at its address."""
    with Journal(data, run, 1 << 30, lambda: START, lambda name: None) as journal:
        for at, name in enumerate(names):
            page = make_page(f"https://{site}/{name.lower()}", after_s=86_400 * day + at, payload=html(name))
            journal.save(page, None)


def scrape(data: Path, run: str, names: str, day: int = 0) -> None:
    crawl(data, run, names, day)
    pipeline.scrape(Config(), data, command="extract")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    for number, names in enumerate(("abc", "dAa", "efB")):
        scrape(data, f"run{number}", names, day=number // 2 + number)
    return data


def make(data: Path, config: Config = Config(), *, switch_over: bool = True, tell: Any = None) -> Any:  # noqa: B008
    quiet = tell or (lambda what, done, total: None)
    return rebuild(config, data, switch_over=switch_over, tell=quiet, stopping=Event())


def go(data: Path, name: str) -> list[str]:
    return use(Config(), data, name, tell=lambda what, done, total: None, stopping=Event())


def seen(data: Path) -> list[list[dict[str, Any]]]:
    """Give all that readers see."""
    tables = (open_articles(data), open_articles(data, versions=True), open_outcomes(data))
    return [sorted(table.to_table().to_pylist(), key=str) for table in tables]


def files(release: Path) -> dict[str, bytes]:
    return {str(path.relative_to(release)): path.read_bytes() for path in release.glob("*/date=*/*.parquet")}


def change(monkeypatch: pytest.MonkeyPatch, edit: Callable[[Article], Article]) -> None:
    real = extract_article
    monkeypatch.setattr("scraper.page_extraction.extract_article", lambda *args, **said: edit(real(*args, **said)))


def test_same_extractor_gives_the_same_rows_and_twice_the_same_bytes(data: Path) -> None:
    before, opened, first = seen(data), open_articles(data), current(data)
    assert len(before[0]) == 6
    assert len(before[1]) == 9
    results = [make(data), make(data)]
    assert seen(data) == before
    assert [result.changes.to_lines() for result in results] == [
        ["9 articles have a row in both; 0 of these rows changed"]
    ] * 2
    releases = list_releases(data)
    assert releases == [first, *(result.release for result in results)]
    assert current(data) == releases[-1]
    assert files(releases[0]) == files(releases[1]) == files(releases[2])
    assert opened.to_table().num_rows == 6
    assert list(verify(data, Tally(), full=True)) == []


def test_rows_are_right_once_a_damaged_segment_is_restored(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for number, names in enumerate(("abc", "dAa", "efB")):
        crawl(data, f"run{number}", names, number)
    path = data / "warc" / "run1-00000.warc.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    with pytest.raises(StoreError, match="run1-00000"):
        pipeline.scrape(Config(), data, command="extract")
    # What came later may be written already; it is marked once more, after what was restored.
    path.write_bytes(whole)
    pipeline.scrape(Config(), data, command="extract")
    assert [flaw.what for flaw in verify(data, Tally(), full=True)] == []
    versions = {row["fetched_at"]: row["version"] for row in seen(data)[1] if row["url"].endswith("/a")}
    assert [versions[when] for when in sorted(versions)] == [1, 2, 3]


def test_new_release_does_not_depend_on_how_the_old_one_was_made(data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(data / "warc", other / "warc")
    config = Config()
    with extraction.Extraction(config, other, prepare(other, START)) as later_first:
        for name in ("run2-00000", "run0-00000", "run1-00000"):
            later_first.submit(name).result()
    assert files(current(other)) != files(current(data))
    assert files(make(other).release) == files(current(data))


def test_what_changed_is_counted_by_column_with_examples(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen(data)

    def edit(article: Article) -> Article:
        if article.headline == "c rises":
            raise ExtractError("teaser", "says nothing")
        body = article.body[:-1] if article.headline == "d rises" else article.body
        return replace(article, headline=(article.headline or "").replace("rises", "has risen"), body=body)

    change(monkeypatch, edit)
    result = make(data, switch_over=False)
    assert seen(data) == before
    lines = "\n".join(result.changes.to_lines())
    assert lines.startswith("8 articles have a row in both; 8 of these rows changed\n\n1 without a row now\n")
    assert "1  skip teaser\n             https://news.example/c\n               c rises" in lines
    assert "8  100.0%  headline\n" in lines
    assert "a [-rises-]{+has risen+}" in lines
    assert "1   12.5%  text: 1 by more than 1% of their words, 1 by more than 10% of their words, 0 by" in lines
    assert "extractor_version" not in lines
    go(data, result.release.name)
    assert {row["headline"] for row in seen(data)[1]} == {f"{name} has risen" for name in "aAbBdef"}
    back = make(data, switch_over=False)
    assert back.changes.differing == 0


def test_far_fewer_articles_are_not_switched_to_by_themselves(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen(data)

    def edit(article: Article) -> Article:
        if article.headline in ("c rises", "d rises"):
            raise ExtractError("teaser", "says nothing")
        return article

    change(monkeypatch, edit)
    result = make(data)
    assert result.doubts == ["it has 4 articles, 33.3% fewer than 6"]
    assert seen(data) == before
    go(data, result.release.name)
    assert len(seen(data)[0]) == 4


def test_segments_that_wait_are_left_to_runs_and_those_of_runs_meanwhile_are_caught_up_with(data: Path) -> None:
    crawl(data, "run3", "gh", day=5)
    told = list[str]()

    def tell(what: str, done: int, total: int) -> None:
        told.append(what)
        if what == "comparing" and told.count(what) == 1:
            assert "run3-00000" not in (data / "releases" / ".building" / "done").read_text()
            pipeline.scrape(Config(), data, command="extract")

    make(data, tell=tell)
    assert {row["headline"] for row in seen(data)[0]} >= {"g rises", "h rises"}
    assert list(verify(data, Tally(), full=True)) == []
    old = list_releases(data)[0]
    scrape(data, "run4", "i", day=6)
    go(data, old.name)
    assert current(data) == old
    assert "i rises" in {row["headline"] for row in seen(data)[0]}
    assert list(verify(data, Tally(), full=True)) == []


def test_segments_of_which_the_state_knows_nothing_are_extracted_too(data: Path) -> None:
    before = seen(data)
    for path in data.glob("state.sqlite*"):
        path.unlink()
    make(data)
    assert seen(data) == before
    shutil.rmtree(data / "releases")
    (data / "current").unlink()
    make(data)
    assert seen(data) == before


def test_damaged_and_missing_segments_are_named_and_stop_the_switch(data: Path) -> None:
    before = seen(data)
    damaged, missing = (data / "warc" / f"run{number}-00000.warc.gz" for number in (0, 2))
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    missing.rename(data / "elsewhere")
    result = make(data)
    assert str(damaged) in result.doubts[0]
    assert result.doubts[1] == "it lacks rows, as segments are gone from the archive: run2-00000"
    assert seen(data) == before
    damaged.write_bytes(whole)
    (data / "elsewhere").rename(missing)
    (late,) = go(data, result.release.name)
    assert late.startswith("behind later segments come in: run0-00000; where")
    assert len(seen(data)[2]) == 9
    make(data)
    assert seen(data) == before


def test_stopped_in_the_middle_it_goes_on_where_it_was(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopping, asked = Event(), list[str]()
    real = extraction.write_findings

    def count(packed: Any, segment: str, *rest: Any) -> Any:
        asked.append(segment)
        return real(packed, segment, *rest)

    monkeypatch.setattr("scraper.extraction.write_findings", count)

    def tell(what: str, done: int, total: int) -> None:
        if done == 2:
            stopping.set()

    before = seen(data)
    with pytest.raises(StoppedError):
        rebuild(Config(), data, switch_over=True, tell=tell, stopping=stopping)
    assert seen(data) == before
    assert [path.name for path, _ in list_leftovers(data)] == [".building"]
    make(data)
    assert asked[:2] == ["run0-00000", "run1-00000"]
    assert set(asked[2:]) == {"run2-00000"}  # it may have been under way when the other one was stopped
    assert seen(data) == before
    assert list(list_leftovers(data)) == []


def test_other_rules_begin_anew(data: Path) -> None:
    stopping, told = Event(), list[str]()

    def tell(what: str, done: int, total: int) -> None:
        told.append(what)
        if done == 2:
            stopping.set()

    with pytest.raises(StoppedError):
        rebuild(Config(), data, switch_over=True, tell=tell, stopping=stopping)
    make(data, Config(policy=Policy(stop_row=("noai",))), tell=tell)
    assert any(what.startswith("beginning anew") for what in told)
    assert len(seen(data)[0]) == 6


def test_health_is_left_to_runs_which_are_not_held_up(data: Path) -> None:
    (data / "health.sqlite").unlink()
    with contextlib.closing(Histories(data / "health.sqlite")) as histories:
        histories.begin()
        make(data)
        histories.rollback()
        assert not histories.is_counted("run0-00000")


def test_runs_and_other_rebuilds_keep_out_of_each_others_way(data: Path) -> None:
    lock = FileLock(data / ".lock")
    lock.acquire()
    told = list[str]()

    def tell(what: str, done: int, total: int) -> None:
        told.append(what)
        if what == "waiting for the data folder":
            with pytest.raises(LockedError, match="releases: another run holds"), hold_releases(data):
                pass
            lock.release()

    make(data, tell=tell)
    assert "waiting for the data folder" in told


class Killed(BaseException):
    """Stands for SIGKILL: nothing behind it is run."""


def kill(monkeypatch: pytest.MonkeyPatch, instant: int, action: Callable[[], object]) -> bool:
    """Do something and end it at a step; tell whether it ended before."""
    left = instant

    def count_down(real: Any) -> Any:
        def step(*args: Any, **options: Any) -> Any:
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            return real(*args, **options)

        return step

    with monkeypatch.context() as patch, contextlib.suppress(Killed):
        for name in ("mkdir", "rename", "replace", "symlink", "unlink", "fsync"):
            patch.setattr(os, name, count_down(getattr(os, name)))
        action()
    return left > 0


def test_killed_at_any_step_readers_see_one_release_whole_and_the_same_again_ends_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen(data)
    pristine = shutil.copytree(data, data.with_name("pristine"), symlinks=True)
    change(monkeypatch, lambda article: replace(article, section="River"))
    make(data)
    after = seen(data)
    found = list[bool]()
    for instant in range(2, 1000, 24):
        shutil.rmtree(data)
        shutil.copytree(pristine, data, symlinks=True)
        ended = kill(monkeypatch, instant, lambda: make(data))
        whole = seen(data)
        assert whole in (before, after), instant
        found.append(whole == after)
        if ended:
            break
        make(data)
        assert seen(data) == after, instant
        assert not [path for path in (data / "releases").glob(".*") if path.name not in (".lock", ".holder")]
    assert set(found) == {False, True}
    assert len(found) > 3


def test_killed_at_any_step_of_going_back_nothing_is_lost(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = current(data)
    make(data)
    scrape(data, "run3", "ghA", day=5)
    whole = seen(data)
    pristine = shutil.copytree(data, data.with_name("pristine"), symlinks=True)
    steps = 0
    for instant in range(1, 1000, 4):
        shutil.rmtree(data)
        shutil.copytree(pristine, data, symlinks=True)
        ended = kill(monkeypatch, instant, lambda: go(data, first.name))
        assert seen(data) == whole, instant
        if ended:
            break
        go(data, first.name)
        assert current(data) == first
        assert seen(data) == whole, instant
        steps += 1
    assert steps > 5
    assert not (first / "done").exists()


def test_killed_between_a_finished_release_and_its_switch_all_say_so_until_it_is_done(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def killed(data: Path, release: Path) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("scraper.rebuild.switch", killed)
        with contextlib.suppress(Killed):
            make(data)
    first, left = list_releases(data)
    assert current(data) == first
    said = f"was to become the current release: `scraper releases use {left.name}` finishes that"
    assert [str(flaw) for flaw in verify(data, Tally())] == [f"{left}: {said}"]
    assert pipeline.scrape(Config(), data, command="extract").notices == [f"{left}: {said}"]
    assert run(["releases", "--data", str(data)]) == 0
    assert said in capsys.readouterr().out
    # One that was not to be switched to is none of these.
    make(data, switch_over=False)
    assert [path for path, _ in list_leftovers(data)] == [left]
    go(data, left.name)
    assert current(data) == left
    assert list(list_leftovers(data)) == []


def test_going_back_and_forth_leaves_marks_as_a_making_in_order_gives_them(data: Path, tmp_path: Path) -> None:
    """Versions, copies and clusters; copies come in on either side of each switch."""
    first = current(data)
    second = make(data).release
    for number, (release, names) in enumerate([(second, "aG"), (first, "GhA"), (second, "hc"), (first, "Ha")], start=3):
        go(data, release.name)
        crawl(data, f"run{number}", names, day=2 * number, site="other.example" if number % 2 else "third.example")
        pipeline.scrape(Config(), data, command="extract")
    go(data, second.name)
    whole = seen(data)
    assert {row["duplicate"] for row in whole[1]} == {"first", "exact"}
    assert max(row["version"] for row in whole[1]) > 1
    go(data, first.name)
    assert seen(data) == whole
    other = tmp_path / "other"
    shutil.copytree(data / "warc", other / "warc")
    make(other)
    assert seen(other) == whole


def test_who_reads_file_by_file_over_a_switch_gets_the_rows_before_and_over_a_merge_an_error(data: Path) -> None:
    scrape(data, "run3", "gh", day=1)
    opened = open_articles(data, versions=True)
    rows = opened.to_table().num_rows
    files = opened.get_fragments()
    read = next(files).to_table().num_rows
    make(data)
    assert read + sum(each.to_table().num_rows for each in files) == rows
    opened = open_articles(data, versions=True)
    files = opened.get_fragments()
    next(files).to_table()
    assert list(compact(current(data), days_with_parts(current(data), date.max)))
    with pytest.raises(FileNotFoundError):
        sum(each.to_table().num_rows for each in files)
