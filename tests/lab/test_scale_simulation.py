from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.lab.scale_simulation import Costs, simulate


@settings(max_examples=50)
@given(
    st.lists(st.floats(0.001, 0.5), min_size=1, max_size=20),
    st.floats(0.0001, 0.1),
    st.integers(1, 40),
    st.integers(1, 60),
)
def test_no_run_is_faster_than_its_work_allows_nor_slower_than_one_worker(
    pages_s: list[float], write_s: float, workers: int, segments: int
) -> None:
    costs = Costs(pages_s, write_s, 0.01)
    found, alone = simulate(costs, workers, segments, 10), simulate(costs, 1, segments, 10)
    assert found.seconds <= alone.seconds * (1 + 1e-9)
    assert found.seconds >= segments * 10 * write_s * (1 - 1e-9)
    assert found.busy <= 1 + 1e-9
    assert found.writing <= 1 + 1e-9
    assert found.pages_per_s * found.seconds == pytest.approx(segments * 10)


def test_bottleneck_is_named() -> None:
    cheap, dear = Costs([0.04], 0.0001, 0.01), Costs([0.04], 0.002, 0.01)
    assert simulate(cheap, 10, 400, 100).bottleneck == "workers"
    assert simulate(dear, 100, 4000, 100).bottleneck == "writing rows, in one process"
    assert simulate(cheap, 100, 10, 100).bottleneck.startswith("segments")
