from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scraper.lab.floors import NOISE, Floors, find_misses, raise_floors, read_floors, write_floors
from scraper.lab.tally import SCORES

FLOORS = {"a": {"body_f1": 0.98, "leaked": 0.05}}
TABLES = st.dictionaries(st.sampled_from("abc"), st.dictionaries(st.sampled_from(SCORES), st.floats(0, 1)))


def test_noise_is_no_miss() -> None:
    assert not list(find_misses({"a": {"body_f1": 0.98 - 0.0019, "leaked": 0.0549}}, FLOORS))


def test_a_miss_says_set_score_and_both_values() -> None:
    low, high = find_misses({"a": {"body_f1": 0.9, "leaked": 0.2}}, FLOORS)
    assert str(low).startswith("a: body_f1 is 0.9000, below its floor of 0.9800 by more than 0.002: ")
    assert str(high).startswith("a: leaked is 0.2000, above its ceiling of 0.0500")


def test_what_has_no_floor_or_was_not_measured_is_passed_over() -> None:
    assert not list(find_misses({"b": {"body_f1": 0.1}, "a": {"date": 0.1}}, FLOORS))


@given(TABLES, TABLES)
def test_floors_only_rise(scores: Floors, floors: Floors) -> None:
    raised = raise_floors(scores, raise_floors({}, floors))
    assert not list(find_misses({**raised}, floors))
    assert not list(find_misses(scores, raise_floors(scores, {})))
    for name, floor_of in raise_floors({}, floors).items():
        for score, floor in floor_of.items():
            assert raised[name][score] <= floor if score == "leaked" else raised[name][score] >= floor


def test_reads_what_it_wrote(tmp_path: Path) -> None:
    assert read_floors(tmp_path / "floors.toml") == {}
    write_floors(FLOORS, tmp_path / "floors.toml")
    assert read_floors(tmp_path / "floors.toml") == FLOORS


def test_the_committed_floors_are_what_would_be_written() -> None:
    floors = read_floors()
    assert floors == raise_floors({}, floors)
    assert set(NOISE) <= set(SCORES)
