from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scraper.report.run_report_time import bucket_days


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 3000), st.integers(60, 400))
def test_folding_loses_and_doubles_nothing_and_keeps_within_what_can_be_seen(
    first: date, count: int, most: int
) -> None:
    days = [first + timedelta(days=n) for n in range(count)]
    buckets = bucket_days(days, most)
    grid = np.arange(2 * count).reshape(2, count)
    folded = buckets.fold(grid)
    assert folded.sum(axis=1).tolist() == grid.sum(axis=1).tolist()
    assert len(buckets.labels) == len(buckets.ticks) == len(buckets.begins) == folded.shape[1]
    assert folded.shape[1] <= most or buckets.unit == "month"


def test_weeks_begin_on_monday_and_months_on_their_first() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(400)]
    assert bucket_days(days, 60).labels[:2] == ("week from 1 Jan 2026", "week from 5 Jan 2026")
    assert bucket_days(days, 20).labels[:2] == ("January 2026", "February 2026")
    assert bucket_days(days[:3], 20).labels == ("Thu 1 Jan 2026", "Fri 2 Jan 2026", "Sat 3 Jan 2026")
