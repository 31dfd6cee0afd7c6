from __future__ import annotations

from pathlib import Path

from scraper.lab.corpus_bench import compact_days, count_rows, measure_size, read_month, write_rows


def test_measures_go_through_the_corpus(tmp_path: Path) -> None:
    assert write_rows(tmp_path, 500, 2, 1)["rows"] == 500
    assert compact_days(tmp_path, 2)["rows"] == 500
    assert len(list(tmp_path.glob("*/*/*.parquet"))) == 4
    assert count_rows(tmp_path)["rows"] == 500
    assert 0 < read_month(tmp_path)["rows"] < 500
    sizes = measure_size(tmp_path)
    assert all(size > 500 for size in sizes.values())
