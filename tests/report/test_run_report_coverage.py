from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.report.censuses import make_censuses

from scraper.census import OUTCOMES, Grid, VisitCensus
from scraper.report.run_report_coverage import CoverageRow, draw_coverage


def visits_of(**outcomes: list[int]) -> VisitCensus:
    """Make one site with these visits a day, and lists that came as given."""
    listed = np.array([outcomes.pop("listed")])
    made, _ = make_censuses(1, listed.shape[1])
    zeros: Grid = np.zeros_like(listed)
    return replace(made, outcomes={name: np.array([outcomes.get(name, zeros[0])]) for name in OUTCOMES}, listed=listed)


def cells(row: CoverageRow) -> dict[str, int]:
    """Count the cells of each kind, which all begin with a move."""
    return {kind: len(re.findall("M", path)) for kind, path in row.paths}


def test_nothing_asked_nothing_new_and_nothing_readable_are_three_things() -> None:
    visits = visits_of(
        article=[0, 3, 0, 0, 0, 3], listing=[0, 1, 0, 2, 0, 1], skip=[0, 0, 0, 0, 4, 0], listed=[0, 1, 0, 2, 0, 1]
    )
    row = draw_coverage(visits).rows[0]
    assert cells(row) == {"s3": 2, "quiet": 1, "unread": 1, "slash": 1, "gap": 1}
    assert (row.gaps, row.quiet, row.unread, row.articles, row.usual) == (1, 1, 1, 6, 3)
    assert row.values == "- 3/4/0 0/0/0 0/2/0 0/4/4 3/4/0"  # the first day is before the first visit, and no gap
    assert str(row.last) == "2026-01-06"


def test_shades_are_multiples_of_what_is_usual_for_the_site() -> None:
    visits = visits_of(article=[30, 30, 30, 9, 20, 41, 70, 40], listed=[1] * 8)
    assert cells(draw_coverage(visits).rows[0]) == {"s1": 1, "s2": 1, "s3": 4, "s4": 1, "s5": 1}


@pytest.mark.parametrize(("sites", "days"), [(1, 1), (1, 400), (3, 120), (300, 21), (40, 365), (3, 900), (2, 4000)])
def test_every_cell_is_drawn_once_within_the_map_and_the_sums_are_those_of_the_visits(sites: int, days: int) -> None:
    visits, _ = make_censuses(sites, days)
    coverage = draw_coverage(visits)
    assert [row.site for row in coverage.rows] == [*([""] if sites > 1 else []), *visits.sites]
    assert sum(row.articles for row in coverage.rows if row.site) == visits.count("article")
    assert coverage.rows[0].articles == visits.count("article")
    for row in coverage.rows:
        told = row.values.split()
        assert len(told) == len(coverage.labels)
        drawn = cells(row)
        assert sum(count for kind, count in drawn.items() if kind != "slash") == len(told) - told.count("-")
        assert sum(int(each.split("/")[0]) for each in told if each != "-") == row.articles
        for _, path in row.paths:
            for x, y in re.findall(r"M([\d.]+) ([\d.]+)", path):
                assert 0 <= float(x) < coverage.width
                assert 0 <= float(y) <= coverage.map_height
    places = [x for x, _ in coverage.ticks]
    assert places == sorted(places)
    assert all(after - before >= 60 for before, after in pairwise(places))


def test_a_site_without_articles_is_drawn() -> None:
    row = draw_coverage(visits_of(article=[0, 0], listing=[1, 1], listed=[1, 1])).rows[0]
    assert (row.usual, row.last, cells(row)) == (0, None, {"quiet": 2})
