"""Tests of measuring lines."""

from __future__ import annotations

from scraper.extract.flat_lines import read_lines
from scraper.extract.flat_measure import Measure, measure_lines, rough_span

PARAGRAPH = "The pier was opened to walkers again on Monday, two years after a storm had taken its end, the town said."


def measure(*lines: str) -> list[Measure]:
    return measure_lines(read_lines("\n".join(lines)))


def test_sentences_are_good_and_labels_are_not() -> None:
    assert [found.good > 0 for found in measure(PARAGRAPH, "Menu", "By Ada Marsh")] == [True, False, False]


def test_dense_scripts_count_for_more() -> None:
    [found] = measure("塩口の古い桟橋が月曜日、二年ぶりに歩行者に開放された。工事が続いていた。")
    assert found.good > 0


def test_credits_make_captions() -> None:
    [found] = measure("Walkers on the pier. Photo: Ada Marsh / Saltmouth Post")
    assert found.caption == ("Walkers on the pier.", "Ada Marsh / Saltmouth Post")
    assert not found.good


def test_keep_reading_ends_a_story() -> None:
    found = measure(PARAGRAPH, "keep reading Show less")[1]
    assert found.ends_story
    assert found.verdict is not None
    assert found.verdict.kind == "navigation"


def test_repeated_lines_are_counted() -> None:
    assert [found.copies for found in measure("Share", PARAGRAPH, "share")] == [2, 1, 2]


def test_rough_span_leaves_menus_and_appended_stories_out() -> None:
    other = (
        "Gulls have left the bay a week earlier than last year, a count of the wardens shows. Nobody knows why so far."
    )
    lines = [
        "Menu",
        "News",
        *[PARAGRAPH] * 4,
        *["Ferry fares"] * 3,
        other,
        "keep reading",
        "Gulls",
        other,
        "keep reading",
    ]
    assert rough_span(measure(*lines)) == (2, 5)


def test_text_without_sentences_has_no_span() -> None:
    assert rough_span(measure("Menu", "News")) == (0, -1)
