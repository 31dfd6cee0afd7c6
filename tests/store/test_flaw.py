from __future__ import annotations

from pathlib import Path

from scraper.store.flaw import Flaw


def test_a_flaw_is_a_line_with_the_place_where_there_is_one() -> None:
    assert str(Flaw(Path("a.parquet"), "row group 0, row 3", "is none")) == "a.parquet: row group 0, row 3: is none"
    assert str(Flaw(Path("a.parquet"), "", "is gone")) == "a.parquet: is gone"
