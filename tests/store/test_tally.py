from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from scraper.errors import StoreError
from scraper.store.tally import Sites, Tally, is_true


def test_sites_that_turn_up_later_are_counted_beside_the_others() -> None:
    sites = Sites()
    tally = Tally(sites)
    tally.add("rows", date(2026, 1, 1), sites.number(pa.array(["b", "b"])))
    tally.add("rows", date(2026, 1, 3), sites.number(pa.array(["a", "b", "c"])))
    tally.add("rows", date(2026, 1, 3), sites.number(pa.array(["a"])))
    assert len(tally.days) == 3
    assert tally.grid("rows", ("a", "b", "c"), tally.days).tolist() == [[0, 0, 2], [2, 0, 1], [0, 0, 1]]
    assert tally.grid("other", ("a", "b", "c"), tally.days).sum() == 0


def test_amounts_are_summed_and_seconds_put_in_bins_even_beyond_them() -> None:
    sites = Sites()
    tally = Tally(sites)
    numbers = sites.number(pa.array(["a", "b"]))
    tally.add("bytes", date(2026, 1, 1), numbers, np.array([5, 7]))
    tally.add_seconds("pauses", numbers, np.array([0.0, 1e12]))
    assert tally.grid("bytes", ("a", "b"), tally.days).tolist() == [[5], [7]]
    found = tally.seconds("pauses", ("a", "b"))
    assert (found[0, 0], found[1, -1], found.sum()) == (1, 1, 2)


def test_a_folder_of_a_day_that_no_run_gave_is_told() -> None:
    tally = Tally(Sites())
    for year in (1, 2026):
        tally.add("rows", date(year, 1, 1), np.zeros(1, np.int64))
    with pytest.raises(StoreError, match="date=0001-01-01 and date=2026-01-01 are both in the corpus"):
        _ = tally.days


def test_null_is_not_true() -> None:
    assert is_true(pa.array([True, None, False])).tolist() == [True, False, False]
