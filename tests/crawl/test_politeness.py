from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl.politeness import after_busy, forgive, interval_s, parse_retry_after, retry_at
from scraper.page import HostPace

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@given(st.floats(0, 1000), st.none() | st.floats(0, 1e6), st.integers())
def test_interval_is_ours_with_jitter_and_never_less_than_theirs(ours: float, theirs: float | None, seed: int) -> None:
    wait = interval_s(ours, theirs, random.Random(seed))
    assert wait >= min(theirs or 0, 300)
    assert wait >= ours * 0.5
    assert wait <= max(ours * 1.5, min(theirs or 0, 300))


def test_no_delay_means_no_waiting_at_all() -> None:
    assert interval_s(0, None, random.Random(1)) == 0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", None),
        ("-5", None),
        ("1e3", None),
        ("99999999", 86_400),
        ("Mon, 23 Nov 2026 12:01:00 GMT", 60),
        ("Monday, 23-Nov-26 12:01:00 GMT", 60),
        ("Mon Nov 23 12:01:00 2026", 60),
        ("Mon, 23 Nov 2026 11:59:00 GMT", None),
        ("Mon, 23 Nov 2099 11:59:00 GMT", 86_400),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@given(st.text())
def test_retry_after_never_raises(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0 < seconds <= 86_400


def test_backoff_doubles_to_a_day_and_is_forgiven_after_30_quiet_minutes() -> None:
    pace, now, waits = HostPace("h", NOW), NOW, []
    for _ in range(14):
        pace = after_busy(pace, None, now, 60, random.Random(3))
        waits.append(pace.backoff_s)
        assert 0.9 * waits[-1] <= (pace.ready_at - now).total_seconds() <= 1.1 * waits[-1]
        now = pace.ready_at
    assert waits == [60 * 2**n for n in range(11)] + [86_400] * 3
    assert forgive(pace, now + timedelta(minutes=20)) == pace
    # the wait itself may have been 10 % shorter than it is remembered
    assert forgive(pace, now + timedelta(minutes=30) + timedelta(hours=3)).backoff_s == 0


def test_retry_after_is_obeyed_to_the_second() -> None:
    pace = after_busy(HostPace("h", NOW), "90", NOW, 60, random.Random(3))
    assert pace.ready_at == NOW + timedelta(seconds=90)


def test_a_short_retry_after_does_not_shorten_a_wait_already_promised() -> None:
    pace = HostPace("h", NOW + timedelta(hours=1))
    assert after_busy(pace, "5", NOW, 60, random.Random(3)).ready_at == pace.ready_at


def test_failed_addresses_wait_longer_each_time_and_are_given_up() -> None:
    assert [retry_at(n, NOW) for n in range(5)] == [
        NOW + timedelta(hours=1),
        NOW + timedelta(hours=6),
        NOW + timedelta(hours=24),
        None,
        None,
    ]
