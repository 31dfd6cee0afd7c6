from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.report.health_rates import (
    COMMON,
    LEARNING,
    Place,
    Rate,
    Suspicion,
    expected,
    forget,
    observe,
)

THRESHOLD = 14.0


def run(rate: Rate, signs: list[bool], start: int = 0) -> list[tuple[int, Suspicion]]:
    told = []
    for number, bad in enumerate(signs, start):
        if found := observe(rate, Place(number, f"u{number}", f"r{number}"), THRESHOLD, bad=bad):
            told.append((number, found))
    return told


@given(st.lists(st.booleans(), max_size=LEARNING - 1))
def test_a_new_site_is_learned_before_it_is_tested(signs: list[bool]) -> None:
    assert run(Rate(), signs) == []


@pytest.mark.parametrize("usual", [0.0, 0.05, 0.2, 0.25])
def test_a_sign_that_all_pages_show_is_found_within_twenty_pages_and_the_first_is_named(usual: float) -> None:
    chance = random.Random(3)
    rate = Rate()
    assert run(rate, [chance.random() < usual for _ in range(300)]) == []
    ((at, found),) = run(rate, [True] * 20, start=300)
    assert at < 320
    assert found.since.at <= 300
    assert found.bad >= 6


def test_a_field_that_half_of_the_articles_lose_is_found_too() -> None:
    rate = Rate()
    run(rate, [False] * 300)
    ((at, _),) = run(rate, [number % 2 == 0 for number in range(60)], start=300)
    assert at < 345


def test_pages_are_learned_from_only_once_the_suspicion_of_them_has_passed() -> None:
    rate = Rate()
    run(rate, [False] * 300)
    usual = rate.usual
    run(rate, [True] * 3)
    assert rate.usual == usual
    run(rate, [False] * 30)
    assert rate.usual > usual


def test_an_alarm_ends_when_the_sign_is_back_at_its_rate() -> None:
    rate = Rate()
    run(rate, [False] * 100 + [True] * 20)
    assert rate.alarmed
    told = run(rate, [False] * 10 + [True] * 20, start=200)
    assert [at > 210 for at, _ in told] == [True]  # it can alarm again
    assert rate.ceiling == 0  # all showed it: that was a break, and is none of the site's ways


def test_a_streak_that_passes_by_itself_is_normal_from_then_on() -> None:
    chance = random.Random(5)
    rate = Rate()
    weekend = [chance.random() < 0.55 for _ in range(60)]
    assert len(run(rate, [False] * 200 + weekend + [False] * 200)) == 1
    assert rate.ceiling > 0.3
    assert run(rate, weekend + [False] * 200) == []


def test_a_slow_drift_is_no_break() -> None:
    chance = random.Random(1)
    assert run(Rate(), [chance.random() < 0.05 + 0.4 * number / 3000 for number in range(3000)]) == []


def test_what_most_pages_show_is_not_tested() -> None:
    rate = Rate()
    run(rate, [True, True, True, False] * 30)
    assert expected(rate) > COMMON
    assert run(rate, [True] * 200) == []


def test_what_is_forgotten_is_learned_anew() -> None:
    rate = Rate()
    run(rate, [False] * 100 + [True] * 20)
    forget(rate)
    assert not rate.ready
    assert run(rate, [True] * 200) == []
