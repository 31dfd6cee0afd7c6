"""Tests of a line's numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.extract.flat_lines import Line, read_lines
from scraper.extract.flat_measure import measure_lines, rough_span
from scraper.extract.flat_vectors import featurize_lines


def rows(lines: list[Line]) -> npt.NDArray[np.float32]:
    measures = measure_lines(lines)
    return featurize_lines(lines, measures, rough_span(measures))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=90), min_size=1, max_size=40)
)
def test_every_text_gives_finite_numbers_one_row_a_line(texts: list[str]) -> None:
    lines = read_lines("\n".join(f"a{text}" for text in texts))
    matrix = rows(lines)
    assert len(matrix) == len(lines)
    assert np.isfinite(matrix).all()


def test_number_of_columns_does_not_depend_on_the_text() -> None:
    one, many = read_lines("Menu"), read_lines("The pier was opened to walkers again on Monday, the town said.\n" * 70)
    assert rows(one).shape[1] == rows(many).shape[1]
