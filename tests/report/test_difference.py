from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scraper.report.difference import Piece, compare_rows, compare_words


def test_words_that_went_and_came_stand_between_those_that_stayed() -> None:
    assert compare_words("The old bridge is closed.", "The new bridge is open, they say.") == [
        Piece("same", "The "),
        Piece("gone", "old"),
        Piece("new", "new"),
        Piece("same", " bridge is "),
        Piece("gone", "closed"),
        Piece("new", "open, they say"),
        Piece("same", "."),
    ]


def test_what_stayed_the_same_is_shortened() -> None:
    words = " ".join(f"word{n}" for n in range(200))
    (before, gone, new) = compare_words(f"{words} end", f"{words} close")
    assert before.text.startswith("… ")
    assert len(before.text) < 100
    assert (gone.text, new.text) == ("end", "close")


def test_fields_come_first_and_only_paragraphs_that_changed() -> None:
    before = {"headline": "Bridge", "authors": ["Ada Poe"], "text": "One.\n\nTwo is two.\n\nThree."}
    after = {"headline": "Bridges", "authors": ["Ada Poe"], "text": "One.\n\nTwo is too.\n\nThree.\n\nFour."}
    assert [(name, [piece.kind for piece in pieces]) for name, pieces in compare_rows(before, after)] == [
        ("headline", ["gone", "new"]),
        ("text", ["same", "gone", "new", "same"]),
        ("text", ["new"]),
    ]


@given(st.text(), st.text())
def test_nothing_is_lost_on_either_side(before: str, after: str) -> None:
    pieces = compare_words(before, after)
    if not any("…" in piece.text for piece in pieces):
        assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
        assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


def test_a_huge_change_is_shown_uncompared() -> None:
    before, after = "a b " * 20_000, "b c " * 20_000
    assert [piece.kind for piece in compare_words(before, after)] == ["gone", "new"]
