from __future__ import annotations

import math
from dataclasses import replace

import pytest
from tests.report.censuses import make_censuses

from scraper.report.run_report_pace import measure_pace, tell_s


def test_sums_of_sites_are_those_of_all() -> None:
    visits, rows = make_censuses(4, 30)
    statuses = {**visits.statuses, (visits.sites[1], 429): 3, (visits.sites[2], 429): 4, (visits.sites[2], 0): 9}
    pace = measure_pace(replace(visits, statuses=statuses), rows)
    assert (pace.total.slowed, pace.total.unanswered) == (7, 9)
    assert sum(site.visits for site in pace.sites) == pace.total.visits == int(visits.visits.sum())
    assert sum(site.received for site in pace.sites) == pace.total.received
    assert sum(count for _, count in pace.bars) == pace.pauses == int(visits.pauses.sum())
    assert pace.total.pause_s == pytest.approx(7, rel=0.2)


def test_pauses_fall_into_the_bar_that_names_them() -> None:
    visits, rows = make_censuses(1, 3)
    for seconds, label in (
        (0.5, "under 1 s"),
        (5, "3.2 s to 10 s"),
        (200, "1.7 min to 5.3 min"),
        (5000, "over 17 min"),
    ):
        pauses = visits.pauses * 0
        pauses[0, int(20 * (math.log10(seconds) + 1))] = 1
        assert [name for name, count in measure_pace(replace(visits, pauses=pauses), rows).bars if count] == [label]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.42, "0.42 s"),
        (5, "5 s"),
        (12.4, "12 s"),
        (600, "10 min"),
        (7200, "2 h"),
        (86_400, "24 h"),
        (8.64e5, "10 days"),
    ],
)
def test_a_duration_has_a_unit(seconds: float, text: str) -> None:
    assert tell_s(seconds) == text
