from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.census import SECONDS, add_up, quantile
from tests.report.censuses import make_censuses


@given(st.lists(st.floats(0.1, 1e7), min_size=1, max_size=50), st.floats(0.01, 1))
def test_a_quantile_is_known_to_one_bin(seconds: list[float], share: float) -> None:
    counts = np.histogram(seconds, SECONDS)[0].astype(np.int64)
    exact = sorted(seconds)[max(0, int(np.ceil(share * len(seconds) - 1e-9)) - 1)]
    assert quantile(counts, share) == pytest.approx(exact, rel=0.13)


def test_of_nothing_there_is_no_quantile() -> None:
    assert quantile(np.zeros(len(SECONDS) - 1, np.int64), 0.5) is None


def test_made_censuses_add_up_and_a_row_too_few_is_told() -> None:
    visits, rows = make_censuses(3, 30)
    assert add_up(visits, rows) == []
    fewer = rows.rows.copy()
    fewer[1, np.flatnonzero(fewer[1])[0]] -= 1
    assert [fault.partition(":")[0] for fault in add_up(visits, replace(rows, rows=fewer))] == [
        visits.sites[1],
        "first and later versions",
    ]
    assert add_up(replace(visits, reasons=visits.reasons[1:]), rows) != []
    assert add_up(replace(visits, statuses={}), rows) != []
