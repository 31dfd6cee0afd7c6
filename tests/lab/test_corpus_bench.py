from __future__ import annotations

from datetime import date
from pathlib import Path

from scraper.lab import corpus_bench
from scraper.lab.corpus_bench import Maker, compact_days, count_rows, measure_size, plan, read_month, write_rows


def test_same_seed_makes_the_same_rows_and_lengths_are_those_of_news() -> None:
    articles, outcomes = Maker(1).segment("s", date(2026, 11, 1), 300)
    assert (articles, outcomes) == Maker(1).segment("s", date(2026, 11, 1), 300)
    assert len({row["id"] for row in articles}) == 300
    assert len(outcomes) == 330
    assert 2500 < sum(len(row["text"]) for row in articles) / 300 < 3500


def test_days_have_segments_of_bounded_size_and_all_rows() -> None:
    planned = list(plan(400_000, 2))
    assert sum(count for _, _, count in planned) == 400_000
    assert max(count for _, _, count in planned) <= corpus_bench.SEGMENT_ROWS
    assert len({name for name, _, _ in planned}) == len(planned)
    assert len(list(plan(1000, 3))) == 3 * corpus_bench.SEGMENTS_A_DAY


def test_measures_go_through_the_corpus(tmp_path: Path) -> None:
    assert write_rows(tmp_path, 500, 2, 1)["rows"] == 500
    assert compact_days(tmp_path, 2)["rows"] == 500
    assert len(list(tmp_path.glob("*/*/*.parquet"))) == 4
    assert count_rows(tmp_path)["rows"] == 500
    assert 0 < read_month(tmp_path)["rows"] < 500
    sizes = measure_size(tmp_path)
    assert all(size > 500 for size in sizes.values())
