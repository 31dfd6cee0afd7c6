"""Tests of reading lines."""

from __future__ import annotations

import textwrap
import time

import pytest

from scraper.errors import ExtractError
from scraper.extract.flat_lines import MAX_LINES, read_lines, width_of

PROSE = (
    "The old pier at Saltmouth was opened to walkers again on Monday, two years after a storm had taken its end, and "
    "the town, which paid for half of the work, hopes that boats will land there from June on, as they once did."
)
TITLES = "Ferry fares to rise in June\nA day with the keepers of the lighthouse\nGulls leave the harbor a week early\n"


def texts(text: str) -> list[str]:
    return [line.text for line in read_lines(text)]


@pytest.mark.parametrize("width", [60, 72, 78, 100])
def test_paragraphs_that_were_broken_to_a_width_are_joined(width: int) -> None:
    text = "\n\n".join(textwrap.fill(PROSE, width) for _ in range(3))
    assert texts(text) == [PROSE] * 3


def test_broken_japanese_is_joined_without_spaces() -> None:
    prose = "塩口の古い桟橋が月曜日に二年ぶりに歩行者に開放された。嵐で先端が失われて工事が続き、費用は町が出した。"
    text = "\n\n".join("\n".join(prose[at : at + 36] for at in range(0, len(prose), 36)) for _ in range(6))
    assert texts(text) == [prose] * 6


def test_lists_of_titles_are_not_joined() -> None:
    assert len(texts(TITLES * 4)) == 12


def test_long_lines_are_left_alone() -> None:
    assert texts(f"{PROSE}\n{PROSE}\nshort\n") == [PROSE, PROSE, "short"]


def test_markdown_loses_its_marks_and_tells_kinds() -> None:
    text = (
        "# Title\n\nSome **bold** and *plain* text with [a link](http://x/y(z)).\n\n## Part\n\n- one\n- two\n\n> said\n"
    )
    lines = read_lines(text)
    assert [(line.kind, line.text) for line in lines] == [
        ("subhead", "Title"),
        (None, "Some bold and plain text with a link."),
        ("subhead", "Part"),
        ("list_item", "one"),
        ("list_item", "two"),
        ("quote", "said"),
    ]
    assert 0 < lines[1].links < 0.5


def test_markdown_pictures_are_told_apart() -> None:
    lines = read_lines("# Title\n\n![A pier](http://x/y.jpg)\n\n[![A boat](b.jpg)](http://x)\n")
    assert [(line.picture, line.text) for line in lines[1:]] == [(True, "A pier"), (True, "A boat")]


def test_stars_and_hashes_of_plain_text_stay() -> None:
    assert texts("a * b\nC# and #2\nsnake_case_name\n") == ["a * b", "C# and #2", "snake_case_name"]


def test_bullets_are_list_items_but_a_dash_that_opens_speech_is_not() -> None:
    assert [line.kind for line in read_lines("• one\n- Hello, he said.\nshe left\n")] == ["list_item", None, None]
    assert [line.kind for line in read_lines("- one\n- two\n")] == ["list_item", "list_item"]


def test_control_characters_and_lone_surrogates_go() -> None:
    assert texts("a\x00b\x1b\u200bc \ud800d\n") == ["abc \ufffdd"]


def test_no_break_spaces_are_kept_as_printed() -> None:
    assert [(line.text, line.printed) for line in read_lines("10\u00a0000 boats")] == [
        ("10 000 boats", "10\u00a0000 boats")
    ]


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(ExtractError) as caught:
        read_lines("a\n" * (MAX_LINES + 1))
    assert caught.value.reason == "too_many_elements"


@pytest.mark.parametrize(
    "text", ["[" * 10**6, "![a" * 10**5, "*a " * 10**5, "[](" * 10**5, "# T\n# T\n# T\n" + "[a" * 10**5]
)
def test_hostile_marks_cost_linear_time(text: str) -> None:
    started = time.process_time()
    read_lines(text)
    assert time.process_time() - started < 2


def test_east_asian_characters_fill_two_columns() -> None:
    assert [width_of(text) for text in ("ab", "桟橋")] == [2, 4]
