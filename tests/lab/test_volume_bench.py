from __future__ import annotations

import math

import pytest

from scraper.lab.volume_bench import SIZES, describe, live_together, summarize, wait


def test_a_corpus_is_lived_through_together_and_again_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.lab.volume_bench.SIZES", (3, 30))
    monkeypatch.setattr("scraper.lab.volume_bench.OF_EACH", 1)
    one, again = live_together(1, days=25), live_together(1, days=25)
    assert one == again
    assert [len(years) for years in one.values()] == [1, 1]


def test_a_silent_feed_of_a_large_site_is_told_within_a_day() -> None:
    hours = wait(3, 100, "dead", alone=False)
    assert hours
    assert 0 < hours <= 24


def test_lines_tell_what_was_counted() -> None:
    assert SIZES == (1, 3, 10, 30, 100, 300)
    assert summarize([[], []]).startswith("   2 years: 0.00 a site, 0% have two or more")
    assert "2 planted: median   30 h" in describe([10.0, 30.0, None])
    assert "not in 30 days 1" in describe([10.0, math.inf])
