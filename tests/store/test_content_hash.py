from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.test_corpus import DAY, rows

from scraper.store.compact import compact
from scraper.store.content_hash import LEFT_OUT, hash_release, hash_rows
from scraper.store.part import KINDS
from scraper.store.segment_rows import write_segment

TABLES = {kind.name: kind for kind in KINDS}


def tables(names: str = "abcde") -> dict[str, list[dict[str, Any]]]:
    return dict(zip(TABLES, rows(*names), strict=True))


@given(st.permutations("abcde"))
def test_order_of_rows_does_not_count(names: list[str]) -> None:
    shuffled = {name: [by_url[url] for url in urls] for name, by_url, urls in _by_url(names)}
    assert hash_rows(shuffled) == hash_rows(tables())


def _by_url(names: list[str]) -> Any:
    for name, found in tables().items():
        yield name, {row["url"][-1]: row for row in found}, names


@given(st.data())
def test_every_value_counts_but_of_columns_that_are_left_out(data: st.DataObject) -> None:
    before = tables()
    name = data.draw(st.sampled_from(sorted(before)))
    row = data.draw(st.integers(0, 4))
    column = data.draw(st.sampled_from(sorted(before[name][row])))
    after = copy.deepcopy(before)
    after[name][row][column] = f"{before[name][row][column]} and more"
    assert (hash_rows(after) == hash_rows(before)) == (column in LEFT_OUT[name])


@given(st.integers(0, 4), st.integers(0, 4))
def test_a_row_that_is_missing_doubled_or_in_place_of_another_counts(one: int, other: int) -> None:
    before, without, doubled, replaced = (tables() for _ in range(4))
    del without["articles"][one]
    doubled["articles"].append(doubled["articles"][one])
    replaced["articles"][one] = replaced["articles"][other]
    found = [hash_rows(each).digest for each in (before, without, doubled)]
    assert len(set(found)) == 3
    assert (hash_rows(replaced).digest == found[0]) == (one == other)


def test_same_row_in_another_table_is_another() -> None:
    row = {"url": "https://news.example/a"}
    assert hash_rows({"articles": [row], "outcomes": []}) != hash_rows({"articles": [], "outcomes": [row]})


def test_column_that_later_files_have_and_is_null_changes_nothing() -> None:
    before, after = tables(), tables()
    for row in after["articles"]:
        row["column_of_tomorrow"] = None
    assert hash_rows(after) == hash_rows(before)


@settings(max_examples=20)
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.booleans())
def test_files_and_merging_do_not_count(tmp_path_factory: Any, parts: list[int], merging: bool) -> None:
    folder: Path = tmp_path_factory.mktemp("release")
    articles, outcomes = rows(*"abcdef")
    for part in set(parts):
        chosen = [[row for row, at in zip(table, parts, strict=True) if at == part] for table in (articles, outcomes)]
        write_segment(folder, f"run1-{part:05}", DAY, *chosen)
    write_segment(folder, "run2-00000", date(2026, 11, 24), *rows("x"))
    if merging:
        list(compact(folder, [DAY]))
    together = {"articles": articles + rows("x")[0], "outcomes": outcomes + rows("x")[1]}
    assert hash_release(folder) == hash_rows(together)


def test_folder_without_files_has_a_hash_of_its_own(tmp_path: Path) -> None:
    assert hash_release(tmp_path) == hash_rows({"articles": [], "outcomes": []})
    assert hash_release(tmp_path).rows == {"articles": 0, "outcomes": 0}
