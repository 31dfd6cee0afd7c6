from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from scraper.store.intakes import Intakes
from scraper.store.selection import Selection
from scraper.store.state import State

ALL, ONE = Selection(), Selection(("news.example",))
MARCH = Selection(("news.example",), date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def intakes(tmp_path: Path) -> Iterator[Intakes]:
    with closing(State(tmp_path / "state.sqlite")) as state:
        yield state.intakes


def test_reading_goes_on_where_it_ended_for_the_same_selection(intakes: Intakes) -> None:
    assert intakes.place("a", "1", ALL) == 0
    intakes.note("a", "1", ALL, 77)
    assert intakes.place("a", "1", ALL) == 77
    assert intakes.place("a", "1", ONE) == 0
    assert intakes.place("b", "1", ALL) == 0


def test_what_a_wider_selection_took_in_is_done(intakes: Intakes) -> None:
    intakes.note("a", "1", ONE, None)
    assert intakes.place("a", "1", ONE) is None
    assert intakes.place("a", "1", MARCH) is None
    assert intakes.place("a", "1", ALL) == 0


def test_a_changed_archive_is_read_from_its_beginning(intakes: Intakes) -> None:
    intakes.note("a", "1", ALL, None)
    assert intakes.place("a", "2", ALL) == 0
    intakes.note("a", "2", ALL, 5)
    assert intakes.place("a", "2", ALL) == 5


def test_a_capture_is_added_once(intakes: Intakes) -> None:
    assert [intakes.add(digest) for digest in (5, -(2**63), 2**63 - 1, 5)] == [True, True, True, False]
