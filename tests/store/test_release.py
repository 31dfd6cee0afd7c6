from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest
from tests.store.pages import START
from tests.store.test_verify import DAY, flaws, scrape

from scraper.errors import StoreError
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.marks import Marks
from scraper.store.part import live_parts
from scraper.store.release import current, discard, list_releases, name_release, prepare, switch

LATER = START + timedelta(hours=1)


def urls(data: Path) -> list[str]:
    """Give what a reader sees, in both tables."""
    tables = [
        dataset.to_table(columns=["url"])["url"].to_pylist() for dataset in (open_articles(data), open_outcomes(data))
    ]
    return sorted(tables[0]) + sorted(tables[1])


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Make a data folder as versions without releases left it."""
    data = tmp_path / "data"
    for number, pages in enumerate(("abc!", "de")):
        scrape(data, f"run{number}", pages)
    marks = Marks(data / "marks.sqlite", "one")
    marks.keep_mark(b"a" * 16, _mark(), b"text")
    marks.commit()
    shutil.copy(data / "marks.sqlite-wal", data / "kept")
    marks.close()
    (data / "kept").rename(data / "marks.sqlite-wal")  # as a killed run leaves it
    (data / "staging").mkdir(exist_ok=True)
    (data / "staging" / "x.articles.parquet").write_bytes(b"PAR1")
    return data


def _mark() -> Any:
    from scraper.store.marks import KnownMark

    return KnownMark(b"c" * 16, "first", 1.0, ())


def known_text(release: Path) -> bytes | None:
    marks = Marks(release / "marks.sqlite", "one")
    try:
        return marks.article_of_text(b"text")
    finally:
        marks.close()


def names(data: Path) -> set[str]:
    return {path.name for path in data.iterdir()} - {
        "warc",
        "runs",
        "state.sqlite",
        "state.sqlite-shm",
        "state.sqlite-wal",
    }


def test_first_run_makes_the_layout_and_a_second_changes_nothing(tmp_path: Path) -> None:
    release = prepare(tmp_path, START)
    assert release == current(tmp_path) == tmp_path / "releases" / f"{START:%Y%m%dT%H%M%SZ}"
    assert names(tmp_path) == {"current", "articles", "outcomes", "releases"}
    assert [str((tmp_path / name).readlink()) for name in ("current", "articles")] == [
        f"releases/{release.name}",
        "current/articles",
    ]
    assert prepare(tmp_path, LATER) == release
    assert urls(tmp_path) == []
    assert list_releases(tmp_path) == [release]


def test_tables_of_an_older_version_become_a_release_with_their_marks(old: Path) -> None:
    before = urls(old)
    opened = open_articles(old)
    release = prepare(old, LATER)
    assert urls(old) == before
    assert opened.count_rows() == 5
    assert names(old) == {"current", "articles", "outcomes", "releases"}
    assert known_text(release) == b"a" * 16
    assert flaws(old) == []
    moved = old.rename(old.with_name("moved"))
    assert urls(moved) == before


class Killed(BaseException):
    """Stands for SIGKILL: nothing behind it is run."""


def test_killed_at_each_step_of_taking_over_shows_the_whole_corpus_and_the_next_run_ends_it(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pristine = shutil.copytree(old, old.with_name("pristine"))
    before = urls(old)
    steps = [
        (os, "link"),
        (os, "mkdir"),
        (os, "rename"),
        (os, "replace"),
        (os, "symlink"),
        (os, "unlink"),
        (os, "rmdir"),
    ]
    left, done = 0, 0

    def count_down(real: Any) -> Any:
        def step(*args: Any, **options: Any) -> Any:
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            return real(*args, **options)

        return step

    for instant in range(0, 1000, 4):
        shutil.rmtree(old)
        shutil.copytree(pristine, old)
        left = instant
        with monkeypatch.context() as patch:
            for module, name in steps:
                patch.setattr(module, name, count_down(getattr(module, name)))
            try:
                prepare(old, LATER)
                done = instant
            except Killed:
                pass
        assert urls(old) == before, instant
        release = prepare(old, LATER)
        assert urls(old) == before, instant
        assert names(old) == {"current", "articles", "outcomes", "releases"}
        assert [path.name for path in (old / "releases").iterdir()] == [release.name]
        if done:
            break
    assert done > 20


def test_reader_sees_one_release_or_the_other_and_goes_on_with_what_it_opened(tmp_path: Path) -> None:
    first = prepare(tmp_path, START)
    scrape_into(tmp_path, first, "run0", "abc")
    opened = open_articles(tmp_path)
    second = name_release(tmp_path, LATER)
    scrape_into(tmp_path, second, "run1", "de")
    assert open_articles(tmp_path).count_rows() == 3
    switch(tmp_path, second)
    assert open_articles(tmp_path).count_rows() == 2
    assert opened.to_table().num_rows == 3
    assert open_articles(first).count_rows() == 3
    assert list_releases(tmp_path) == [first, second]


def scrape_into(data: Path, release: Path, run: str, pages: str) -> None:
    """Write the tables of a run into a release."""
    scratch = data / "scratch"
    scrape(scratch, run, pages)
    for kind in ("articles", "outcomes"):
        shutil.rmtree(release / kind, ignore_errors=True)
        shutil.copytree(scratch / kind, release / kind)
    shutil.rmtree(scratch)


def test_reader_whose_release_goes_while_it_lists_takes_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = prepare(tmp_path, START)
    scrape_into(tmp_path, first, "run0", "abc")
    second = name_release(tmp_path, LATER)
    scrape_into(tmp_path, second, "run1", "de")
    real = live_parts

    def listed(folder: Path, *rest: Any) -> Any:
        if folder == first and first.exists():
            switch(tmp_path, second)
            shutil.rmtree(first)
        return real(folder, *rest)

    monkeypatch.setattr("scraper.store.corpus.live_parts", listed)
    assert open_articles(tmp_path).count_rows() == 2


def test_release_is_removed_whole_also_after_a_kill_in_the_middle(tmp_path: Path) -> None:
    prepare(tmp_path, START)
    other = name_release(tmp_path, LATER)
    for folder in (other, other.with_name(f".gone-{other.name}")):
        (folder / "articles").mkdir(parents=True)
    discard(other)
    assert list_releases(tmp_path) == [current(tmp_path)]
    assert not list((tmp_path / "releases").glob(".gone-*"))


def test_link_to_a_release_that_is_gone_is_an_error_and_no_empty_corpus(tmp_path: Path) -> None:
    release = prepare(tmp_path, START)
    shutil.rmtree(release)
    with pytest.raises(StoreError, match="no such folder"):
        open_articles(tmp_path)
    with pytest.raises(StoreError, match="which is not there"):
        prepare(tmp_path, LATER)


def test_tables_are_read_through_the_links_by_who_lists_the_folder_himself(old: Path) -> None:
    prepare(old, LATER)
    assert len(pd.read_parquet(old / "articles")) == 5
    assert set(pd.read_parquet(old / "articles")["date"].astype(str)) == {str(DAY)}
    for pattern in ("articles/**/*.parquet", "articles/*/*.parquet"):
        frame = pl.scan_parquet(old / pattern, hive_partitioning=True).select("url", "date").collect()
        assert frame.height == 5
        assert set(frame["date"].cast(str)) == {str(DAY)}
        table = duckdb.read_parquet(f"{old}/{pattern}", hive_partitioning=True)
        assert {str(day) for (day,) in table.select("date").fetchall()} == {str(DAY)}
        assert len(table) == 5
    assert ds.dataset(old / "articles", partitioning="hive").count_rows() == 5


def test_folder_with_files_of_others_is_not_removed(old: Path) -> None:
    prepare(old, LATER)
    (old / "articles").unlink()
    (old / "articles").mkdir()
    (old / "articles" / "mine.txt").write_text("")
    with pytest.raises(StoreError, match=r"mine\.txt; move it away"):
        prepare(old, LATER)
    assert (old / "articles" / "mine.txt").exists()
    assert open_articles(old).count_rows() == 5


def test_links_that_lead_elsewhere_are_told(old: Path) -> None:
    (old / "articles").rename(old.parent / "large")
    (old / "articles").symlink_to("../large")
    with pytest.raises(StoreError, match="is a link; put the folder"):
        prepare(old, LATER)
    (old / "articles").unlink()
    (old.parent / "large").rename(old / "articles")
    prepare(old, LATER)
    (old / "outcomes").unlink()
    (old / "outcomes").symlink_to("elsewhere")
    with pytest.raises(StoreError, match="leads to elsewhere and not to current/outcomes"):
        prepare(old, LATER)


def test_copy_that_lost_its_links_gets_them_back_and_one_that_followed_them_is_told(old: Path) -> None:
    release = prepare(old, LATER)
    before = urls(old)
    followed = shutil.copytree(old, old.with_name("followed"))
    assert urls(followed) == before
    with pytest.raises(StoreError, match="as after a copy that follows links"):
        prepare(followed, LATER)
    for name in ("current", "articles", "outcomes"):
        (old / name).unlink()
    assert prepare(old, LATER) == release
    assert urls(old) == before
    (old / "current").unlink()
    shutil.copytree(release, name_release(old, LATER))
    with pytest.raises(StoreError, match="`scraper releases use ID` with one of"):
        prepare(old, LATER)
