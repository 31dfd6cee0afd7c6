from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract.language import declared_language, detect_language, language_code
from scraper.extract.linked_data import read_linked_data


@pytest.mark.parametrize(
    ("text", "code"),
    [("pt-BR", "pt"), ("en_US", "en"), ("DE", "de"), ("English", "en"), ("deu", "de"), ("und", None), ("", None),
     (None, None), ("x-default", None), ("klingon", None)],
)  # fmt: skip
def test_makes_codes_of_what_pages_declare(text: str | None, code: str | None) -> None:
    assert language_code(text) == code


def test_the_html_element_goes_before_meta() -> None:
    tree = LexborHTMLParser("<html lang=uk><head><meta property=og:locale content=ru_RU></head></html>")
    assert declared_language(read_linked_data(tree, "")) == ("uk", "dom")
    tree = LexborHTMLParser("<html><head><meta property=og:locale content=ru_RU></head></html>")
    assert declared_language(read_linked_data(tree, "")) == ("ru", "opengraph")


def test_guesses_from_text_that_is_long_enough() -> None:
    assert (
        detect_language("Die Brücke wurde am Dienstag nach vierzig Jahren wieder eröffnet, sagte der Bürgermeister.")
        == "de"
    )
    assert detect_language("Nein.") is None
