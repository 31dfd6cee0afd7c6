from __future__ import annotations

import pytest

from scraper.lab.health_bench import FAMILIES, KNOWN_DAYS, SIZES, find, live, main
from scraper.lab.histories import BreakKind


@pytest.mark.parametrize("kind", ["field", "redesign", "paywall", "challenge"])
def test_a_break_of_pages_is_found_within_twenty_articles(kind: BreakKind) -> None:
    found = find(1, 3, kind)
    assert found
    assert found.articles
    assert found.articles <= 20


@pytest.mark.parametrize("kind", ["failing", "dead"])
def test_a_dead_feed_of_a_large_site_is_found_within_a_day(kind: BreakKind) -> None:
    found = find(1, 100, kind)
    assert found
    assert 0 < found.hours <= 24


def test_a_normal_season_has_no_alarm() -> None:
    assert not live(4, 3, days=150)


def test_every_size_has_a_history_before_its_breaks_and_the_tables_name_them_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert SIZES.keys() == KNOWN_DAYS.keys()
    monkeypatch.setattr("scraper.lab.health_bench.SIZES", {1: 1})
    main([])
    printed = capsys.readouterr().out
    assert all(kind in printed for kind in FAMILIES)
