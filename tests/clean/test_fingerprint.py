from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.clean.fingerprint import ALGORITHM, NO_WORDS, Fingerprint, fingerprint, fold_words

LONG = " ".join(f"word{n} of the story" for n in range(60))


def test_the_algorithm_is_named_so_that_other_signatures_are_told_apart() -> None:
    assert ALGORITHM == "rensa-R2/128+16/seed42/words3-chars5/1"


def test_signatures_are_those_of_years_ago() -> None:
    text = fingerprint("The ferry runs again at 6:40, after 412 days, with 29 on board. " * 2 + LONG)
    assert hashlib.sha256(text.pack()).hexdigest()[:16] == "7c21ba800a0d03c6"
    assert text.bands()[0] == 102959404430598


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The “ferry” runs — again.", 'the  "ferry"\nruns -- AGAIN'),
        ("Don’t, said O’Brien", "Don't said O'Brien"),
        ("Cafe\u0301 Straße", "CAFÉ STRASSE"),
        ("ﬁgures of １２", "figures of 12"),
        ("soft\u00adhyphen", "softhyphen"),
        ("می\u200cخواهم", "میخواهم"),
        ("हिन्दी।", "हिन्दी"),
    ],
)
def test_texts_that_differ_in_dress_alone_are_exactly_equal(one: str, other: str) -> None:
    assert fingerprint(one).exact == fingerprint(other).exact


@pytest.mark.parametrize(("one", "other"), [("no", "now"), ("a b", "ab"), ("7 dead", "8 dead"), ("हिन्दी", "हिन्दू")])
def test_texts_that_differ_in_a_letter_are_not_exactly_equal(one: str, other: str) -> None:
    assert fingerprint(one).exact != fingerprint(other).exact


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text: str) -> None:
    words = fold_words(text)
    assert fold_words(" ".join(words)) == words


def test_a_short_text_is_compared_exactly_alone() -> None:
    text = fingerprint("Closed until further notice, says a sign on the door.")
    assert text.size == 0
    assert text.bands() == ()
    assert text.exact != NO_WORDS


@pytest.mark.parametrize("text", ["", " \n", "…!?—", "\ud800\udc00"])
def test_what_has_no_words_has_the_hash_of_nothing(text: str) -> None:
    assert fingerprint(text).exact == NO_WORDS


@pytest.mark.parametrize(
    "alphabet", ["市長は新しい橋の計画を発表した工事来春始", "กขคงจฉชซญดตถทนบปผฝพฟภมยรลวสหอฮะาเแโใไ"]
)
def test_scripts_without_spaces_are_cut_by_characters(alphabet: str) -> None:
    text = "".join(random.Random(1).choices(alphabet, k=400))
    assert 380 <= fingerprint(text).size <= 396
    assert fingerprint(text).signature == fingerprint(text[:200] + "\n\n" + text[200:]).signature


def test_hangul_is_cut_by_words() -> None:
    assert fingerprint(" ".join(f"서울{n}에서" for n in range(50))).size == 48


@given(st.text(alphabet=st.sampled_from(" abcdefgh12市長橋\u0e01\u0e31"), max_size=600))
def test_packing_and_unpacking_gives_the_same(text: str) -> None:
    taken = fingerprint(text)
    assert Fingerprint.unpack(taken.pack()) == taken
    assert len(taken.pack()) <= 341


@pytest.mark.parametrize("data", [b"", b"x" * 20, fingerprint(LONG).pack()[:-1], fingerprint(LONG).pack() + b"x"])
def test_damaged_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="a fingerprint of"):
        Fingerprint.unpack(data)


def test_bands_are_integers_that_sqlite_holds() -> None:
    bands = fingerprint(LONG).bands()
    assert len(bands) == len(set(bands)) == 47
    assert all(0 <= band < 2**54 for band in bands)


def test_a_huge_text_costs_bounded_work() -> None:
    assert fingerprint(" ".join(map(str, range(200_000)))).size < 100_000


def test_words_in_another_order_are_another_text() -> None:
    words = LONG.split()
    assert fingerprint(" ".join(reversed(words))).signature != fingerprint(LONG).signature
