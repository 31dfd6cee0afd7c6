from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.errors import StoreError
from scraper.store import merge as module
from scraper.store.merge import Run, merge
from scraper.store.part import Kind

SCHEMA = pa.schema(
    [("site", pa.string()), ("warc_file", pa.string()), ("body", pa.list_(pa.struct([("text", pa.string())])))]
)
KIND = Kind("tables", SCHEMA, ("site", "warc_file"), "site")


def table(file: str, sites: list[str]) -> pa.Table:
    return pa.table([sites, [file] * len(sites), [[{"text": site}] for site in sites]], schema=SCHEMA)


def merged(runs: list[Run]) -> list[pa.Table]:
    rows, groups = merge(runs, KIND)
    made = list(groups)
    assert sum(map(len, made)) == rows
    return made


@settings(max_examples=40)
@given(st.lists(st.lists(st.text("abc", max_size=3)), min_size=1, max_size=5), st.integers(1, 4), st.integers(1, 9))
def test_merged_rows_are_those_of_all_runs_in_order(runs: list[list[str]], step: int, group: int) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(module, "_STEP_ROWS", step)
        patch.setattr(module, "ROW_GROUP_ROWS", group)
        tables = [table(f"{number}", sorted(sites)) for number, sites in enumerate(runs)]
        sources = [Path(folder, f"{number}") for number in range(len(tables))]
        for source, each in zip(sources, tables, strict=True):
            pq.write_table(each, source, row_group_size=2)
        groups = merged([Run(source, KIND) for source in sources])
        assert [len(each) for each in groups[:-1]] == [group] * (len(groups) - 1)
        expected = pa.concat_tables(tables).to_pylist()
        found = [row for each in groups for row in each.to_pylist()]
        assert found == sorted(expected, key=lambda row: (row["site"], row["warc_file"]))
        assert found == [row for each in merged([Run(each, KIND) for each in tables]) for row in each.to_pylist()]


def test_rows_of_one_segment_can_be_left_out_for_others(tmp_path: Path) -> None:
    path = tmp_path / "part"
    held = pa.concat_tables([table("1", ["a", "c"]), table("2", ["b", "d"])]).sort_by("site")
    pq.write_table(held, path)
    (made,) = merged([Run(path, KIND, without="2"), Run(table("2", ["e"]), KIND)])
    assert made["site"].to_pylist() == ["a", "c", "e"]


def test_columns_that_an_old_file_does_not_have_are_null(tmp_path: Path) -> None:
    path = tmp_path / "part"
    pq.write_table(table("1", ["a", "c"]).select(["warc_file", "site"]), path)
    (made,) = merged([Run(path, KIND), Run(table("2", ["b"]), KIND)])
    assert made.schema.names == SCHEMA.names
    assert made["body"].to_pylist() == [None, [{"text": "b"}], None]


def test_run_that_is_not_sorted_is_named(tmp_path: Path) -> None:
    path = tmp_path / "part"
    pq.write_table(table("1", ["c", "a"]), path)
    with pytest.raises(StoreError, match="part: its rows are not sorted"):
        merge([Run(table("2", ["b"]), KIND), Run(path, KIND)], KIND)


def test_few_rows_are_read_ahead_however_many_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AHEAD_ROWS", 12)
    asked = []
    real = pq.ParquetFile.iter_batches

    def watch(self: pq.ParquetFile, rows: int, columns: list[str], use_threads: bool) -> object:
        if len(columns) == len(SCHEMA):
            asked.append(rows)
        return real(self, rows, columns=columns, use_threads=use_threads)

    monkeypatch.setattr(pq.ParquetFile, "iter_batches", watch)
    for number in range(4):
        pq.write_table(table(f"{number}", ["a"] * 9), tmp_path / f"{number}")
    merged([Run(tmp_path / f"{number}", KIND) for number in range(4)])
    assert asked == [3, 3, 3, 3]
