from __future__ import annotations

import math
import random

import pytest

from scraper.report.health_lack import DEAD, HALVED, Lack
from scraper.report.health_rhythm import DAY_S, HOUR_S, Rhythm, expect, forget, look_ahead, watch

THRESHOLDS = {DEAD: 12.0, HALVED: 7.0}
MONDAY = 4 * DAY_S


def live(
    rhythm: Rhythm, days: int, a_day: float, start: float = MONDAY, weekend: float = 1.0, seed: int = 1
) -> list[Lack]:
    chance, told = random.Random(seed), []
    for hour in range(days * 24):
        at = start + (hour + 1) * HOUR_S
        rate = a_day / 24 * (weekend if (int((at - 1) // DAY_S) + 3) % 7 >= 5 else 1)
        new = sum(chance.random() < rate / 100 for _ in range(100))
        if lack := watch(rhythm, at, new, THRESHOLDS):
            told.append(lack)
    return told


def test_weekdays_are_told_from_weekends() -> None:
    rhythm = Rhythm()
    assert live(rhythm, 70, 40, weekend=0.25) == []
    monday = MONDAY + 70 * DAY_S
    assert expect(rhythm, monday, monday + DAY_S) == pytest.approx(40, rel=0.15)
    assert expect(rhythm, monday + 5 * DAY_S, monday + 6 * DAY_S) == pytest.approx(10, rel=0.35)


def test_a_feed_that_brings_nothing_is_dead_within_the_first_day() -> None:
    rhythm = Rhythm()
    live(rhythm, 60, 60)
    start = MONDAY + 60 * DAY_S
    (lack, *_) = live(rhythm, 1, 0, start)
    assert lack.test == DEAD
    assert lack.found == 0
    assert lack.since >= start - 2 * HOUR_S


def test_half_the_volume_is_told_after_some_days_and_over_when_it_is_back() -> None:
    rhythm = Rhythm()
    live(rhythm, 60, 60)
    told = live(rhythm, 10, 24, MONDAY + 60 * DAY_S)
    assert [lack.test for lack in told] == [HALVED]
    assert rhythm.short
    live(rhythm, 10, 60, MONDAY + 70 * DAY_S)
    assert not rhythm.short


def test_half_the_volume_of_a_large_site_is_told_within_a_day_of_any_hour_where_the_others_have_a_usual_day() -> None:
    rhythm = Rhythm()
    live(rhythm, 60, 300)
    begin, usual = MONDAY + 60 * DAY_S + 11 * HOUR_S, dict.fromkeys(range(200), 0.003)
    for hour in range(11):
        assert watch(rhythm, begin - (10 - hour) * HOUR_S, 12, THRESHOLDS, usual) is None
    told = [hour for hour in range(30) if watch(rhythm, begin + (hour + 1) * HOUR_S, 6, {DEAD: 12, HALVED: 5}, usual)]
    assert 6 <= told[0] <= 24


def test_a_day_that_is_lean_for_all_tells_nothing_and_is_not_learned() -> None:
    alone, known = Rhythm(), Rhythm()
    live(alone, 60, 300)
    live(known, 60, 300)
    begin, holiday = MONDAY + 60 * DAY_S, {60 + 4: 0.95, 61 + 4: 0.95, 62 + 4: 0.95, 63 + 4: 0.95}
    before = known.a_day
    told = [
        [hour for hour in range(96) if watch(each, begin + (hour + 1) * HOUR_S, 5, THRESHOLDS, lean)]
        for each, lean in ((alone, {}), (known, holiday))
    ]
    assert told[0]
    assert not told[1]
    assert known.a_day == pytest.approx(before, rel=0.05)


def test_a_weekday_that_brings_more_than_it_did_is_learned_in_full() -> None:
    rhythm = Rhythm()
    live(rhythm, 56, 100)
    live(rhythm, 84, 160, MONDAY + 56 * DAY_S)
    assert rhythm.a_day == pytest.approx(160, rel=0.1)


def test_what_a_day_looks_like_is_told_before_it_is_taken_in() -> None:
    rhythm = Rhythm()
    assert look_ahead(rhythm, MONDAY, 5) == {}
    live(rhythm, 60, 300)
    until = MONDAY + 60 * DAY_S + 2 * HOUR_S
    rich, poor = look_ahead(rhythm, until, 25), look_ahead(rhythm, until, 0)
    assert max(rich) == max(poor) == 64
    assert poor[64] > 0 > rich[64]
    assert look_ahead(rhythm, until + 5 * DAY_S, 0) == {}  # a pause


def test_one_lean_day_is_a_holiday() -> None:
    rhythm = Rhythm()
    live(rhythm, 60, 60)
    assert live(rhythm, 1, 20, MONDAY + 60 * DAY_S) == []


def test_a_machine_that_was_off_is_no_dead_feed_and_what_came_after_it_is_not_learned() -> None:
    rhythm = Rhythm()
    live(rhythm, 60, 60)
    before = rhythm.a_day
    assert watch(rhythm, MONDAY + 65 * DAY_S, 0, THRESHOLDS) is None
    assert watch(rhythm, MONDAY + 70 * DAY_S, 300, THRESHOLDS) is None
    assert rhythm.a_day == before


def test_a_new_site_is_learned_before_it_is_tested() -> None:
    rhythm = Rhythm()
    assert live(rhythm, 6, 60) == []
    assert live(rhythm, 6, 0, MONDAY + 6 * DAY_S) == []
    assert not rhythm.ready


@pytest.mark.parametrize("parts", [2, 5])
def test_what_is_expected_of_a_time_is_the_sum_of_its_parts(parts: int) -> None:
    rhythm = Rhythm()
    live(rhythm, 30, 20, weekend=0.5)
    start, length = MONDAY + 33.3 * DAY_S, 2.7 * DAY_S
    pieces = [expect(rhythm, start + length * n / parts, start + length * (n + 1) / parts) for n in range(parts)]
    assert math.isclose(sum(pieces), expect(rhythm, start, start + length), rel_tol=1e-9)


def test_what_is_forgotten_is_learned_anew() -> None:
    rhythm = Rhythm()
    live(rhythm, 30, 60)
    forget(rhythm)
    assert not rhythm.ready
    assert live(rhythm, 10, 2, MONDAY + 30 * DAY_S) == []
