from __future__ import annotations

from dataclasses import replace

import pytest
from tests.report.censuses import make_censuses

from scraper.census import FIELDS
from scraper.report.run_report_fields import draw_fields


def test_shares_are_of_all_rows_and_sites_with_the_most_rows_come_first() -> None:
    visits, rows = make_censuses(5, 40)
    fields = draw_fields(visits, rows)
    assert [line.field for line in fields.lines] == list(FIELDS)
    for line in fields.lines:
        assert line.share == pytest.approx(rows.filled[line.field].sum() / rows.rows.sum())
    assert sum(count for _, count, _ in fields.sites) == rows.rows.sum()
    assert [count for _, count, _ in fields.sites] == sorted((count for _, count, _ in fields.sites), reverse=True)


def test_a_field_that_is_lost_of_late_is_marked_and_chance_is_not() -> None:
    visits, rows = make_censuses(1, 100)
    assert draw_fields(visits, rows).fallen == 1  # the authors, of which the census takes two thirds
    lost = rows.filled["section"].copy()
    lost[0, -7:] = 0
    lines = draw_fields(visits, replace(rows, filled={**rows.filled, "section": lost})).sites[0][2]
    assert {line.field for line in lines if line.fell} == {"authors", "section"}
    assert {line.recent for line in lines if line.field == "section"} == {0.0}


def test_a_line_is_broken_where_there_are_no_rows_and_a_lone_point_is_a_dot() -> None:
    visits, rows = make_censuses(1, 5)
    few = rows.rows.copy()
    few[0] = [4, 0, 4, 4, 0]
    made = replace(rows, rows=few, filled=dict.fromkeys(FIELDS, few))
    line = draw_fields(visits, made).lines[0]
    assert (line.path, line.dots) == ("M50 1L75 1", ((0.0, 1.0),))
    assert line.recent is None  # too few rows to say anything
