from __future__ import annotations

from datetime import date

from scraper.lab import made_articles
from scraper.lab.made_articles import Maker, plan


def test_same_seed_makes_the_same_rows_and_lengths_are_those_of_news() -> None:
    articles, outcomes = Maker(1).segment("s", date(2026, 11, 1), 300)
    assert (articles, outcomes) == Maker(1).segment("s", date(2026, 11, 1), 300)
    assert len({row["id"] for row in articles}) == 300
    assert len(outcomes) == 330
    assert 2500 < sum(len(row["text"]) for row in articles) / 300 < 3500


def test_days_have_segments_of_bounded_size_and_all_rows() -> None:
    planned = list(plan(400_000, 2))
    assert sum(count for _, _, count in planned) == 400_000
    assert max(count for _, _, count in planned) <= made_articles.SEGMENT_ROWS
    assert len({name for name, _, _ in planned}) == len(planned)
    assert len(list(plan(1000, 3))) == 3 * made_articles.SEGMENTS_A_DAY
