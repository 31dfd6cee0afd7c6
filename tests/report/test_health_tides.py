from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.report.health_tides import BEFORE, OWN, Tides

USUAL, LEAN = -8.0, 8.0


def tides(odds: list[float]) -> Tides:
    return Tides({(f"{number}.example", 1): each for number, each in enumerate(odds)})


def test_where_nobody_tells_a_day_is_as_likely_lean_as_any() -> None:
    assert tides([]).lean("a.example") == {}
    assert tides([0.0]).lean("0.example")[1] == pytest.approx(BEFORE)
    assert tides([0.0] * 20).lean("a.example")[1] == pytest.approx(BEFORE, rel=0.1)


def test_a_day_that_is_usual_for_the_others_is_lean_only_by_the_sites_own_doing() -> None:
    assert tides([USUAL] * 5).lean("a.example")[1] < BEFORE / 3
    assert tides([USUAL] * 30).lean("a.example")[1] == pytest.approx(OWN, rel=0.1)


def test_a_holiday_of_all_or_of_some_is_known_from_those_who_keep_it() -> None:
    assert tides([LEAN] * 5).lean("a.example")[1] > 0.8
    assert 0.1 < tides([LEAN] * 4 + [USUAL] * 12).lean("a.example")[1] < 0.5


def test_one_broken_site_among_twenty_makes_no_holiday() -> None:
    assert tides([LEAN] + [USUAL] * 30).lean("a.example")[1] < 0.02


def test_a_site_is_no_witness_for_itself() -> None:
    assert tides([LEAN] + [USUAL] * 30).lean("0.example")[1] == pytest.approx(OWN, rel=0.1)


@given(st.lists(st.floats(-1000, 1000), max_size=30), st.floats(-1000, 1000))
def test_what_is_told_anew_counts_once_and_is_a_probability(odds: list[float], other: float) -> None:
    told = tides(odds)
    told.note("0.example", {1: other})
    at_once = tides([other, *odds[1:]])
    assert told.lean("a.example")[1] == pytest.approx(at_once.lean("a.example")[1], rel=1e-6)
    assert 0 < told.lean("a.example")[1] < 1


def test_days_that_are_forgotten_tell_nothing() -> None:
    told = tides([LEAN] * 5)
    told.forget(2)
    assert told.lean("a.example") == {}
