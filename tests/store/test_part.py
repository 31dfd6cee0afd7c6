from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tests.store.test_corpus import DAY, rows, write

from scraper.store import part
from scraper.store.compact import compact
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.part import ARTICLE_PARTS, KINDS, OUTCOME_PARTS, Kind, live_parts, merged_name, read_part
from scraper.store.schema import SCHEMA_VERSION

FROZEN: list[dict[str, Any]] = json.loads(Path(__file__).with_name("schemas.json").read_text())
"""Columns as they were added, each set with the version that its files name."""


def frozen(kind: Kind, until: int) -> pa.Schema:
    """Make the schema of an earlier time; a type of then must be one of now."""
    types = {str(field.type): field.type for field in kind.schema}
    columns = {name: said for entry in FROZEN[: until + 1] for name, said in entry[kind.name].items()}
    return pa.schema(
        [(name, types[said.removesuffix(" not null")]) for name, said in columns.items()],
        {"schema_version": str(FROZEN[until]["version"])},
    )


def write_frozen(data: Path, kind: Kind, until: int, name: str) -> Path:
    """Write a file as the version of that time did, in the order of its columns."""
    schema = frozen(kind, until)
    articles, outcomes = rows(*"abc")
    made = [
        {key: value for key, value in row.items() if key in schema.names} | {"warc_file": f"{name}.warc.gz"}
        for row in (articles if kind is ARTICLE_PARTS else outcomes)
    ]
    path = kind.folder(data, DAY) / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(made, schema=schema)
    pq.write_table(table.sort_by([(column, "ascending") for column in kind.order]), path)
    return path


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_columns_of_this_version_are_frozen(kind: Kind) -> None:
    columns = {field.name: str(field.type) + ("" if field.nullable else " not null") for field in kind.schema}
    known = {name: said for entry in FROZEN for name, said in entry[kind.name].items()}
    assert known == columns, (
        "columns were changed: raise SCHEMA_VERSION, and append what is new to tests/store/schemas.json under that"
        " version; what is there already is never edited"
    )
    assert FROZEN[-1]["version"] == SCHEMA_VERSION
    assert not [name for entry in FROZEN[1:] for name, said in entry[kind.name].items() if said.endswith("not null")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("until", range(len(FROZEN)))
def test_files_of_every_earlier_schema_are_read_beside_those_of_today(tmp_path: Path, kind: Kind, until: int) -> None:
    old = write_frozen(tmp_path, kind, until, "old-00000")
    written = pq.read_table(old, partitioning=None)
    write(tmp_path, "new-00000", names="xy")
    dataset = open_articles(tmp_path) if kind is ARTICLE_PARTS else open_outcomes(tmp_path)
    for _ in range(2):
        table = dataset.to_table(filter=pc.field("warc_file") == "old-00000.warc.gz")
        assert table.num_rows == 3
        for name in set(kind.schema.names) - set(written.schema.names):
            assert table[name].null_count == 3
        names = written.schema.names
        key = [("url", "ascending")]
        assert table.select(names).sort_by(key).to_pylist() == written.sort_by(key).to_pylist()
        assert dataset.count_rows() == 5
        # And the same when they were merged with files of today.
        list(compact(tmp_path, [DAY]))
        dataset = open_articles(tmp_path) if kind is ARTICLE_PARTS else open_outcomes(tmp_path)
        (merged,) = live_parts(tmp_path, kind, DAY)
        assert merged.schema_version == SCHEMA_VERSION


def test_file_says_how_it_is_sorted(tmp_path: Path) -> None:
    write(tmp_path)
    for kind in KINDS:
        footer = pq.read_metadata(kind.folder(tmp_path, DAY) / "run1-00000.parquet")
        sorting = footer.row_group(0).sorting_columns
        names = [footer.schema.column(column.column_index).name for column in sorting]
        assert names == list(kind.order)
        assert not any(column.nulls_first or column.descending for column in sorting)


def test_a_part_that_another_one_replaces_does_not_count(tmp_path: Path) -> None:
    write(tmp_path, "a-00000")
    folder = ARTICLE_PARTS.folder(tmp_path, DAY)
    kept = (folder / "a-00000.parquet").read_bytes()
    write(tmp_path, "b-00000", names="xyz")
    list(compact(tmp_path, [DAY]))
    (merged,) = live_parts(tmp_path, ARTICLE_PARTS)
    assert merged.segments == ("a-00000", "b-00000")
    (folder / "a-00000.parquet").write_bytes(kept)
    assert live_parts(tmp_path, ARTICLE_PARTS) == [merged]
    assert open_articles(tmp_path).count_rows() == 9


def test_a_merge_in_the_midst_of_a_listing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        write(tmp_path, f"{name}-00000")
    real, calls = part.read_part, 0

    def slow(path: Path) -> part.Part:
        nonlocal calls
        calls += 1
        if calls == 2:  # one file was read, the others are gone before they are
            list(compact(tmp_path, [DAY]))
        return real(path)

    monkeypatch.setattr(part, "read_part", slow)
    assert [each.rows for each in live_parts(tmp_path, ARTICLE_PARTS)] == [18]


def test_a_file_missed_by_one_listing_is_seen_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a-00000")
    write(tmp_path, "b-00000")
    real, calls = Path.glob, 0

    def torn(self: Path, pattern: str) -> list[Path]:
        nonlocal calls
        calls += 1
        return list(real(self, pattern))[: 1 if calls == 1 else None]

    monkeypatch.setattr(Path, "glob", torn)
    assert len(live_parts(tmp_path, OUTCOME_PARTS)) == 2


def test_name_of_a_merged_part_depends_on_what_it_is_made_of_alone() -> None:
    assert merged_name(["a", "b"]) == merged_name(["b", "a"]) != merged_name(["a", "c"])


def test_part_of_a_segment_says_so(tmp_path: Path) -> None:
    write(tmp_path)
    said = read_part(ARTICLE_PARTS.folder(tmp_path, DAY) / "run1-00000.parquet")
    assert (said.rows, said.segments, said.replaces) == (6, ("run1-00000",), frozenset())


def test_long_texts_have_no_least_and_greatest_value_and_what_is_looked_up_has(tmp_path: Path) -> None:
    write(tmp_path)
    group = pq.read_metadata(ARTICLE_PARTS.folder(tmp_path, DAY) / "run1-00000.parquet").row_group(0)
    bounded = {group.column(n).path_in_schema for n in range(group.num_columns) if group.column(n).is_stats_set}
    assert bounded >= {"id", "site", "url", "published_at", "fetched_at", "headline"}
    assert not bounded & {"text", "body.list.element.text", "removed.list.element.text"}
