from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.clean.fingerprint import fingerprint
from scraper.clean.likeness import Likeness, compare

POOL = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "r", "st", "ll", "m", "")]


def story(seed: int, words: int) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choice(POOL) + rng.choice(POOL) for _ in range(words))


def alike(one: str, other: str) -> Likeness:
    return compare(fingerprint(one), [fingerprint(other)])[0]


def report(day: int) -> str:
    """Fill one form with the numbers of a day."""
    rng = random.Random(day)
    return " ".join(word if n % 8 else str(rng.randrange(60)) for n, word in enumerate(story(0, 240).split()))


@given(st.lists(st.integers(0, 300), min_size=2, max_size=2), st.integers(1, 200), st.integers(0, 200))
def test_comparing_is_symmetric(seeds: list[int], words: int, shared: int) -> None:
    one, other = (story(1, shared) + " " + story(seed, words) for seed in seeds)
    assert alike(one, other) == alike(other, one)


@given(st.integers(0, 100), st.integers(0, 300))
def test_a_text_is_wholly_like_itself(seed: int, words: int) -> None:
    assert alike(story(seed, words), story(seed, words)) == Likeness(1.0, 1.0, 1.0, None)


def test_similarity_estimates_jaccard() -> None:
    one, other = story(1, 300) + " " + story(2, 300), story(1, 300) + " " + story(3, 300)
    assert alike(one, other).similarity == pytest.approx(1 / 3, abs=0.1)


def test_no_others_give_no_answers() -> None:
    assert compare(fingerprint(story(1, 90)), []) == []


def test_texts_too_short_for_a_signature_are_like_nothing_but_themselves() -> None:
    short = "Closed until further notice"
    assert not alike(short, short + " today").copied(same_site=False)
    assert not alike(story(1, 200), short).copied(same_site=False)


def test_a_copy_that_was_cut_short_is_a_copy() -> None:
    whole = story(1, 900)
    for words in (80, 300):
        assert alike(whole, " ".join(whole.split()[:words])).copied(same_site=False)


def test_a_round_up_is_no_copy_of_a_story_in_its_middle() -> None:
    roundup = " ".join((story(1, 300), story(2, 150), story(3, 300)))
    assert not alike(roundup, story(2, 150)).copied(same_site=False)


@pytest.mark.parametrize("same_site", [True, False])
def test_stories_that_share_their_last_paragraphs_are_no_copies(same_site: bool) -> None:
    notice = story(9, 100)
    one, other = story(1, 100) + " " + notice, story(2, 100) + " " + notice
    assert alike(one, other).similarity > 0.25
    assert not alike(one, other).copied(same_site=same_site)


@pytest.mark.parametrize("same_site", [True, False])
def test_a_form_filled_in_anew_is_no_copy(same_site: bool) -> None:
    monday, tuesday = report(1), report(2)
    assert alike(monday, tuesday).similarity > 0.25
    assert not alike(monday, tuesday).copied(same_site=same_site)
    assert alike(monday, monday + " " + story(4, 9)).copied(same_site=same_site)


def test_a_site_must_be_more_like_itself() -> None:
    words = story(1, 400).split()
    changed = " ".join(word if n % 6 else "other" for n, word in enumerate(words))
    assert alike(story(1, 400), changed).copied(same_site=False)
    assert not alike(story(1, 400), changed).copied(same_site=True)


def test_numbers_count_where_both_print_enough_of_them() -> None:
    assert alike(story(1, 200) + " in 1990", story(1, 200) + " in 1991").numbers is None
    assert alike(report(1), report(2)).numbers == pytest.approx(0, abs=0.2)
    assert alike(report(1), report(1) + " and so on").numbers == 1


def test_numbers_of_a_part_are_found_among_those_of_the_whole() -> None:
    whole = " ".join(f"{n} sheep and {n * n % 97} goats" for n in range(200))
    part = " ".join(whole.split()[:150])
    assert alike(whole, part).numbers in (None, 1)
    assert alike(whole, " ".join(whole.split()[:500])).numbers == 1
