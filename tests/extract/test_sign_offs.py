from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.headline import find_headline
from scraper.extract.linked_data import read_linked_data
from scraper.extract.printed import read_printed
from scraper.extract.sign_offs import read_sign_offs
from scraper.extract.signatures import Signature

LONG = "The bridge over the river is open to cars again after three years of work on its piers and cables. " * 2


def read(body: str) -> list[Signature]:
    tree = LexborHTMLParser(f"<body><article><h1>Bridge is repaired</h1>{body}</article></body>")
    printed = read_printed(tree)
    headline = find_headline(printed, read_linked_data(tree, ""), host="")
    return read_sign_offs(printed, headline, frozenset({"harbor post"}))


def test_a_name_below_the_text_is_read() -> None:
    (line,) = read(f"<p>{LONG}</p><p>{LONG}</p><p><em>Ana Diaz</em></p>")
    assert line.names == ("Ana Diaz",)
    assert "last paragraph, given names" in line.marks


def test_takes_a_short_paragraph_between_long_ones_for_less() -> None:
    lines = read(f"<p>{LONG}</p><p>{LONG}</p><p>Ana Diaz</p><p>{LONG}</p>")
    assert ["short paragraph, given names" in line.marks for line in lines] == [True]
