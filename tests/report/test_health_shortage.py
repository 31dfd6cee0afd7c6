from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.report.health_shortage import EVENT, MARGIN, Part, Shortage, add, compare, judge, weigh

COUNTS = st.floats(0, 1000)
VARIES = st.floats(0.005, 0.25)


def tell(part: Part) -> float:
    return weigh(part[1], part[2], 0.5, 0.02, 0.05)


def live(test: Shortage, first: int, days: list[float], wanted: float = 100) -> list[int]:
    told = []
    for number, found in enumerate(days, first):
        add(test, number, number, found, wanted, tell)
        if judge(test, 4.0, tell(test.part)):
            told.append(number)
    return told


@given(COUNTS, st.floats(0.1, 1000), VARIES, st.floats(0.001, 0.99))
def test_a_day_tells_no_more_than_that_it_is_no_holiday_nor_more_against_it_than_an_event(
    found: float, wanted: float, varies: float, lean: float
) -> None:
    told = weigh(found, wanted, 0.45, varies, lean)
    assert math.log(EVENT) <= told <= -math.log(lean) + 1e-9


@given(COUNTS, st.floats(1, 1000), VARIES)
def test_the_fewer_articles_the_more_speaks_for_a_shortage(found: float, wanted: float, varies: float) -> None:
    assert compare(found, wanted, 0.5, varies) >= compare(found + 1, wanted, 0.5, varies)


def test_the_more_days_vary_the_less_one_tells() -> None:
    assert compare(50, 100, 0.5, 0.01) > compare(50, 100, 0.5, 0.1) > 0
    assert compare(0, 0, 0.5, 0.1) == 0


def test_usual_days_add_up_to_nothing_and_lean_ones_to_an_alarm_that_ends_with_usual_ones() -> None:
    test = Shortage()
    assert live(test, 1, [100, 95, 110, 90, 100]) == []
    assert test.value == 0
    assert live(test, 6, [45, 50, 48, 50]) == [7]
    assert test.alarmed
    assert live(test, 10, [100, 105, 98]) == []
    assert not test.alarmed


def test_an_alarm_that_was_over_by_itself_makes_the_next_one_take_more() -> None:
    test = Shortage()
    live(test, 1, [100, 45, 50, 100, 100, 100])
    assert test.needs(4.0) >= MARGIN * 4.0


@pytest.mark.parametrize("parts", [1, 4])
def test_a_day_tells_the_same_in_parts(parts: int) -> None:
    test = Shortage()
    for _ in range(parts):
        add(test, 1, 1.0, 50 / parts, 100 / parts, tell)
    assert tell(test.part) == pytest.approx(tell((1, 50, 100)))
