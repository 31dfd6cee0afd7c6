from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.characters import DIGIT, QUOTE, count_characters


def test_words_capitals_and_sentences_are_counted_by_text() -> None:
    counts = count_characters(["The pier, built in 1911, sank. Nobody knew!", "“Why?” she asked", "x"])
    assert counts.words.tolist() == [8, 3, 1]
    assert counts.capitals.tolist() == [2, 0, 0]
    assert counts.sentences.tolist() == [2, 1, 0]
    assert counts.commas.tolist() == [2, 0, 0]
    assert counts.digits.tolist() == [4, 0, 0]


def test_first_and_last_characters_are_told_apart() -> None:
    counts = count_characters(["“Why?” she asked", "1911:"])
    assert bool(counts.first[0] & QUOTE)
    assert bool(counts.first[1] & DIGIT)
    assert chr(counts.end[1]) == ":"


def test_scripts_without_spaces_are_wide_and_their_stop_needs_no_space() -> None:
    counts = count_characters(["港は月曜日に再開した。船は二隻あった。"])
    assert counts.wide[0] == 17
    assert counts.sentences[0] == 2


@given(st.lists(st.text(min_size=1), min_size=1, max_size=8))
def test_a_text_counts_the_same_alone_and_among_others(texts: list[str]) -> None:
    together = count_characters(texts)
    for i, text in enumerate(texts):
        alone = count_characters([text])
        for name in ("chars", "wide", "words", "capitals", "uppers", "digits", "sentences", "commas", "first", "last"):
            assert np.array_equal(getattr(alone, name)[0], getattr(together, name)[i]), name


def test_no_texts_are_no_counts() -> None:
    assert len(count_characters([]).chars) == 0
