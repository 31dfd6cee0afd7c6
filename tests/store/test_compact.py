from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.test_corpus import DAY, rows

from scraper.errors import StoreError
from scraper.store import compact as module
from scraper.store import corpus, merge, part
from scraper.store.compact import compact, compact_closed, days_with_parts
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.part import ARTICLE_PARTS, KINDS, live_parts, write_part
from scraper.store.schema import SCHEMA_VERSION, Row
from scraper.store.segment_rows import clear_staging, write_segment
from scraper.url import NORM_VERSION


def segment_rows(name: str, pages: str) -> tuple[list[Row], list[Row]]:
    articles, outcomes = rows(*pages)
    for made in (articles, outcomes):
        for number, row in enumerate(made):
            row |= {"warc_file": f"{name}.warc.gz", "warc_offset": number, "site": f"s{ord(pages[number]) % 3}.example"}
    return articles, outcomes


def write(data: Path, name: str, pages: str, day: date = DAY) -> None:
    write_segment(data, name, day, *segment_rows(name, pages))


def seen(data: Path) -> list[list[tuple[Any, ...]]]:
    """Give what a reader sees of both tables, in an order of its own."""
    tables = (open_articles(data).to_table(), open_outcomes(data).to_table())
    return [sorted(tuple(map(str, row.values())) for row in table.to_pylist()) for table in tables]


def paths(data: Path) -> list[Path]:
    return sorted(data.glob("*/date=*/*.parquet"))


def test_rows_of_a_day_become_one_sorted_file_of_each_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge, "ROW_GROUP_ROWS", 7)
    monkeypatch.setattr(merge, "_STEP_ROWS", 3)
    for number, pages in enumerate(("abcdef", "ghi", "j", "klmnopqrst")):
        write(tmp_path, f"run{number}-00000", pages)
    before = seen(tmp_path)
    merged = list(compact(tmp_path, [DAY]))
    assert [(each.parts, each.rows) for each in merged] == [(4, 20), (4, 20)]
    assert seen(tmp_path) == before
    assert paths(tmp_path) == sorted(each.path for each in merged)
    for kind, each in zip(KINDS, merged, strict=True):
        file = pq.ParquetFile(each.path)
        assert [file.metadata.row_group(n).num_rows for n in range(3)] == [7, 7, 6]
        table = file.read()
        assert table.equals(table.sort_by([(name, "ascending") for name in kind.order]))
        assert file.metadata.row_group(0).column(0).has_column_index
        assert file.metadata.metadata[b"schema_version"] == str(SCHEMA_VERSION).encode()
    assert list(compact(tmp_path, [DAY])) == []


@settings(max_examples=12)
@given(
    st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=2, max_size=6),
    st.integers(1, 4),
    st.integers(1, 9),
)
def test_rows_are_the_same_whatever_the_parts_and_steps(pages: list[str], step: int, group: int) -> None:
    with pytest.MonkeyPatch.context() as patch, temporary() as data:
        patch.setattr(merge, "_STEP_ROWS", step)
        patch.setattr(merge, "ROW_GROUP_ROWS", group)
        for number, names in enumerate(pages):
            write(data, f"run{number}-00000", names)
        before = seen(data)
        list(compact(data, [DAY]))
        assert seen(data) == before
        assert len(paths(data)) == 2


@contextmanager
def temporary() -> Iterator[Path]:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        yield Path(name)


def test_large_days_become_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 5)
    for number in range(4):
        write(tmp_path, f"run{number}-00000", "abc"[: 2 + number % 2])
    before = seen(tmp_path)
    list(compact(tmp_path, [DAY]))
    assert [each.rows for each in live_parts(tmp_path, ARTICLE_PARTS)] == [5, 5]
    assert seen(tmp_path) == before


def test_more_parts_than_are_merged_at_once_are_merged_in_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_INPUTS", 3)
    for number in range(8):
        write(tmp_path, f"run{number}-00000", "ab")
    before = seen(tmp_path)
    list(compact(tmp_path, [DAY]))
    assert len(paths(tmp_path)) == 2
    assert seen(tmp_path) == before


def test_runs_merge_closed_days_with_many_files_alone(tmp_path: Path) -> None:
    today, yesterday, before = DAY, DAY - timedelta(days=1), DAY - timedelta(days=2)
    for number in range(6):
        write(tmp_path, f"a{number}-00000", "ab", today)
        write(tmp_path, f"b{number}-00000", "ab", yesterday)
    for number in range(3):
        write(tmp_path, f"c{number}-00000", "ab", before)
    (tmp_path / "articles" / "date=someday").mkdir()
    assert days_with_parts(tmp_path, today) == [before, yesterday]
    assert {each.path.parent.name for each in compact_closed(tmp_path, today)} == {f"date={yesterday}"}
    assert list(compact_closed(tmp_path / "empty", today)) == []


class Killed(BaseException):
    """What no code of ours catches."""


def kill_at(patch: pytest.MonkeyPatch, step: int) -> None:
    """End at the given operation on the disk, before it is done, as a kill would."""
    count = 0

    def watch(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def maybe(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                raise Killed
            return real(*args, **kwargs)

        patch.setattr(owner, name, maybe)

    patch.setattr(pq.ParquetWriter, "__del__", lambda writer: None)  # who is killed tidies nothing up
    watch(pq.ParquetWriter, "write_table")
    watch(pq.ParquetWriter, "close")
    watch(Path, "replace")
    watch(Path, "unlink")
    watch(os, "fsync")


def test_killed_at_every_operation_no_row_is_lost_or_doubled(tmp_path: Path) -> None:
    for number, pages in enumerate(("abc", "de", "fgh")):
        write(tmp_path / "0", f"run{number}-00000", pages)
    before = seen(tmp_path / "0")
    step, kills, done = 0, 0, False
    while not done:
        step += 1
        data = Path(shutil.copytree(tmp_path / "0", tmp_path / str(step)))
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, step)
            try:
                list(compact(data, [DAY]))
                done = True
            except Killed:
                kills += 1
        assert seen(data) == before
        # What extraction does again after a kill, whether its rows were merged or not.
        write(data, "run1-00000", "de")
        assert seen(data) == before
        clear_staging(data)
        assert list((data / "staging").iterdir()) == []
        assert seen(data) == before
        list(compact(data, [DAY]))
        assert seen(data) == before
        assert len(paths(data)) == 2
        # Readers that list the folder see the same now.
        assert ds.dataset(data / "articles").count_rows() == len(before[0])
    assert kills > 15


def test_segment_extracted_again_takes_the_place_of_its_merged_rows(tmp_path: Path) -> None:
    for number, pages in enumerate(("abc", "de", "fgh")):
        write(tmp_path, f"run{number}-00000", pages)
    before = seen(tmp_path)
    list(compact(tmp_path, [DAY]))
    write(tmp_path, "run1-00000", "de")
    assert seen(tmp_path) == before
    assert len(paths(tmp_path)) == 2
    articles, outcomes = segment_rows("run1-00000", "de")
    articles[0] |= {"headline": "Another", "site": "z.example"}
    write_segment(tmp_path, "run1-00000", DAY, articles, outcomes)
    headlines = open_articles(tmp_path).to_table(columns=["headline"])["headline"].to_pylist()
    assert headlines.count("Another") == 1
    assert headlines[-1] == "Another"
    assert len(headlines) == 8
    write_segment(tmp_path, "run1-00000", DAY, [], outcomes)
    assert open_articles(tmp_path).count_rows() == 6
    assert open_outcomes(tmp_path).count_rows() == 8


def test_killed_at_every_operation_of_extracting_again_the_rows_are_old_or_new(tmp_path: Path) -> None:
    for number, pages in enumerate(("abc", "de")):
        write(tmp_path / "0", f"run{number}-00000", pages)
    list(compact(tmp_path / "0", [DAY]))
    step, done = 0, False
    while not done:
        step += 1
        data = Path(shutil.copytree(tmp_path / "0", tmp_path / str(step)))
        articles, outcomes = segment_rows("run1-00000", "de")
        for row in articles:
            row["headline"] = "New"
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, step)
            try:
                write_segment(data, "run1-00000", DAY, articles, outcomes)
                done = True
            except Killed:
                pass
        table = open_articles(data).to_table(columns=["url", "headline"])
        assert table.num_rows == 5
        assert table["headline"].to_pylist().count("New") in (0, 2)
        clear_staging(data)
        write_segment(data, "run1-00000", DAY, articles, outcomes)
        assert open_articles(data).to_table()["headline"].to_pylist().count("New") == 2
        assert ds.dataset(data / "articles").count_rows() == 5


def test_reader_that_opened_before_a_merge_gets_an_error_and_never_fewer_rows(tmp_path: Path) -> None:
    write(tmp_path, "run0-00000", "abc")
    write(tmp_path, "run1-00000", "de")
    dataset = open_articles(tmp_path)
    list(compact(tmp_path, [DAY]))
    with pytest.raises(FileNotFoundError):
        dataset.to_table()
    assert open_articles(tmp_path).count_rows() == 5


def test_full_disk_changes_nothing_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "run0-00000", "abc")
    write(tmp_path, "run1-00000", "de")
    before, files = seen(tmp_path), paths(tmp_path)

    for name in ("write_table", "close"):
        with monkeypatch.context() as patch:
            fill_disk_at(patch, name)
            with pytest.raises(StoreError, match="the disk is full; free some space"):
                list(compact(tmp_path, [DAY]))
        assert paths(tmp_path) == files
        assert list((tmp_path / "staging").iterdir()) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda path: _Usage(0))
    with pytest.raises(StoreError, match="free some and run `scraper compact`: nothing was changed"):
        list(compact(tmp_path, [DAY]))
    assert seen(tmp_path) == before


def fill_disk_at(patch: pytest.MonkeyPatch, name: str) -> None:
    """Let the first call of a writer's method find the disk full."""
    real, calls = getattr(pq.ParquetWriter, name), 0

    def full(*args: Any, **kwargs: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(*args, **kwargs)

    patch.setattr(pq.ParquetWriter, name, full)


class _Usage:
    def __init__(self, free: int) -> None:
        self.free = free


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a file system can't be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_disk_that_is_really_full_loses_nothing(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    written = 0
    for number in range(100):
        articles, outcomes = segment_rows(f"run{number}-00000", "abc")
        for row in articles:
            row["text"] = chance.randbytes(3000).hex()
        try:
            write_segment(small_disk, f"run{number}-00000", DAY, articles, outcomes)
        except StoreError as error:
            told = str(error)
            break
        written += 1
    assert "the disk is full; free some space" in told
    assert written > 3
    for dataset in (open_articles(small_disk), open_outcomes(small_disk)):
        assert dataset.count_rows() in (3 * written, 3 * written + 3)  # of the last segment one table may have come in
    before = seen(small_disk)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: _Usage(1 << 40))
    with pytest.raises(StoreError, match="the disk is full; free some space"):
        list(compact(small_disk, [DAY]))
    assert seen(small_disk) == before
    clear_staging(small_disk)
    assert seen(small_disk) == before


def test_damaged_and_unsorted_parts_are_named_and_nothing_is_changed(tmp_path: Path) -> None:
    write(tmp_path, "run0-00000", "abc")
    write(tmp_path, "run1-00000", "de")
    path = ARTICLE_PARTS.folder(tmp_path, DAY) / "run0-00000.parquet"
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.take(pa.array([2, 1, 0])), path)
    with pytest.raises(StoreError, match=r"run0-00000\.parquet: its rows are not sorted"):
        list(compact(tmp_path, [DAY]))
    write(tmp_path, "run0-00000", "abc")
    damaged = bytearray(path.read_bytes())
    damaged[100] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match=r"run0-00000\.parquet: is damaged"):
        list(compact(tmp_path, [DAY]))
    assert len(paths(tmp_path)) == 4
    assert corpus.open_outcomes(tmp_path).count_rows() == 5
    assert part.replaced_parts(path.parent) == []


def age(data: Path, name: str) -> None:
    """Let the files of a segment be of a program whose normalizer made other ids."""
    for kind in KINDS:
        (path,) = data.glob(f"{kind.name}/date=*/{name}.parquet")
        table = pq.read_table(path)
        write_part(path, data, kind, [table], len(table), {}, (NORM_VERSION - 1,))


def norms(data: Path) -> dict[tuple[int, ...], set[str]]:
    """Give the segments by the normalizers that their file names, and what its metadata say to others."""
    found: dict[tuple[int, ...], set[str]] = {}
    for kind in KINDS:
        for each in live_parts(data, kind):
            found.setdefault(each.norm_versions, set()).update(each.segments)
            said = pq.read_schema(each.path).metadata[b"norm_version"]
            assert said == str(min(each.norm_versions)).encode()
    return found


def test_rows_of_two_normalizers_are_merged_into_files_of_their_own(tmp_path: Path) -> None:
    names = [f"run{number}-00000" for number in range(5)]
    for number, name in enumerate(names):
        write(tmp_path, name, "abcde"[number])
    for name in names[:3]:
        age(tmp_path, name)
    before = seen(tmp_path)
    assert [merged.parts for merged in compact(tmp_path, [DAY])] == [3, 2, 3, 2]
    assert list(compact(tmp_path, [DAY])) == []
    old, new = (NORM_VERSION - 1,), (NORM_VERSION,)
    assert norms(tmp_path) == {old: set(names[:3]), new: set(names[3:])}
    assert seen(tmp_path) == before
    # One of the older ones is extracted again: its rows take the place of the others in one step, and the file says so.
    write(tmp_path, names[0], "a")
    assert norms(tmp_path) == {old + new: set(names[:3]), new: set(names[3:])}
    write(tmp_path, "run9-00000", "f")
    list(compact(tmp_path, [DAY]))
    assert norms(tmp_path) == {old + new: set(names[:3]), new: {*names[3:], "run9-00000"}}
    assert [len(table) for table in seen(tmp_path)] == [6, 6]
