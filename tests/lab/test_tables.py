from __future__ import annotations

from pathlib import Path

import pytest

from scraper.errors import ConfigError
from scraper.lab.tables import Row, make_table, put_between

ROWS = [
    Row("ours", {"body_f1": 0.98, "leaked": 0.02, "captions": 0.9}, 0, 6.0),
    Row("trafilatura", {"body_f1": 0.95, "leaked": 0.1, "captions": 0.0}, 1, 40.0),
]


def test_a_table_has_columns_for_what_was_scored() -> None:
    head, _, ours, theirs = make_table(ROWS, "ours").splitlines()
    assert head == "|  | body F1 | leaked | captions | failed | CPU ms | / trafilatura |"
    assert ours == "| **ours** | **.980** | **.020** | **.900** | 0 | 6.0 | 0.15 |"
    assert theirs == "| trafilatura | .950 | .100 | – | 1 | 40.0 | 1.00 |"


def test_extractors_that_were_not_timed_have_no_ratio() -> None:
    assert make_table([Row("ours", {"date": 1.0}, 0, None)], "ours").endswith("| **ours** | **1.000** | 0 |  |")


def test_a_row_that_is_unfair_is_never_the_best() -> None:
    seen = Row("ours, seen", {"body_f1": 0.99}, 0, 6.0)
    *_, row, _ = make_table([ROWS[0], seen, ROWS[1]], "ours", "ours, seen").splitlines()
    assert row.startswith("| ours, seen | .990 |")


def test_writes_between_markers_and_leaves_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("before\n<!-- t:begin -->\nold\n<!-- t:end -->\nafter\n", encoding="utf-8")
    for _ in range(2):
        put_between(file, "t", "new")
    assert file.read_text("utf-8") == "before\n<!-- t:begin -->\n\nnew\n\n<!-- t:end -->\nafter\n"


def test_refuses_a_document_without_markers(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("<!-- t:begin -->", encoding="utf-8")
    with pytest.raises(ConfigError, match="t:end"):
        put_between(file, "t", "new")
