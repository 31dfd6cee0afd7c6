from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.phrases import ANYWHERE, find_phrases, phrases_of


def found(text: str) -> set[str]:
    return {phrase for phrases in find_phrases([text.casefold()])[0].found.values() for phrase in phrases}


def test_every_phrase_is_found_where_it_stands_alone() -> None:
    for group in ANYWHERE:
        for phrase in phrases_of(group):
            # Some lists are searched only where another has spoken.
            hits = find_phrases([phrase, "please donate: unsubscribe at any time, we may earn"])[0]
            assert any(phrase.strip() in said or said in phrase for said in hits.found.get(group, ())), phrase


def test_a_phrase_begins_a_word_and_short_words_end_it() -> None:
    assert "support us" in found("Please support us.")
    assert "support us" not in found("They support users.")
    assert "donate now" not in found("Hedonate now.")


def test_marks_before_a_word_do_not_hide_it() -> None:
    assert "ya eres suscriptor" in found("¿Ya eres suscriptor? Inicia sesión")
    assert "already a subscriber" in found("(Already a subscriber)")


def test_of_phrases_that_hold_each_other_the_longest_counts() -> None:
    said = found("Please support us: this kind of journalism is rare.")
    assert "this kind of journalism" in said
    assert "kind of journalism" not in said


def test_a_curly_apostrophe_is_an_apostrophe() -> None:
    assert found("We’re asking readers.") == found("We're asking readers.") != set()


@given(st.lists(st.text(max_size=40), max_size=6))
def test_each_text_gets_its_own_hits(texts: list[str]) -> None:
    texts = [text.casefold().replace("\n", " ") for text in texts]
    for text, hits in zip(texts, find_phrases(texts), strict=True):
        assert all(said in text.replace("’", "'") for phrases in hits.found.values() for said in phrases)
