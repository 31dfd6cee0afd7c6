from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scraper.report.health_layouts import MOST, RARE_S, TRUSTED_PAGES, Template, likeness, recognize

SKETCHES = st.lists(st.integers(0, 200), max_size=32, unique=True).map(lambda each: tuple(sorted(each)))
OLD, NEW = tuple(range(32)), tuple(range(100, 132))


@given(SKETCHES, SKETCHES)
def test_likeness_is_a_share_that_does_not_depend_on_the_order(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1
    assert likeness(one, one) == (1 if one else 0)


def test_layouts_of_the_first_pages_are_normal_and_later_ones_only_after_many_pages() -> None:
    templates: list[Template] = []
    assert all(recognize(templates, OLD, at, at) for at in range(100))
    told = [recognize(templates, NEW, at, at) for at in range(100, 200)]
    assert told == [False] * TRUSTED_PAGES + [True] * (100 - TRUSTED_PAGES)
    assert recognize(templates, OLD, 200, 200)


def test_a_rare_layout_that_comes_back_is_normal() -> None:
    templates = [Template(OLD, 0, 0, 100, trusted=True)]
    assert not recognize(templates, NEW, 1000, 100)
    assert not recognize(templates, NEW, 1000 + RARE_S, 110)
    assert recognize(templates, NEW, 2000 + RARE_S, 120)


def test_a_page_without_classes_tells_nothing() -> None:
    assert recognize([], (), 0, 100)


def test_only_so_many_are_remembered_and_the_normal_ones_stay() -> None:
    templates = [Template(OLD, 0, 0, 1, trusted=True)]
    for number in range(3 * MOST):
        recognize(templates, tuple(range(1000 * number + 500, 1000 * number + 532)), number, 100)
    assert len(templates) == MOST
    assert any(each.trusted for each in templates)
