from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract.headline import find_headline
from scraper.extract.linked_data import read_linked_data
from scraper.extract.printed import near_texts, read_printed
from scraper.extract.signatures import Signature, read_sign_offs, read_signatures

LONG = "The bridge over the river is open to cars again after three years of work on its piers and cables. " * 2


def read(body: str) -> list[Signature]:
    tree = LexborHTMLParser(f"<body><article><h1>Bridge is repaired</h1>{body}</article></body>")
    linked, printed = read_linked_data(tree, ""), read_printed(tree)
    headline = find_headline(printed, linked, host="")
    publisher = frozenset({"harbor post"})
    lines = read_signatures(printed, headline, near_texts(printed, headline.place), publisher)
    return lines + read_sign_offs(printed, headline, publisher)


@pytest.mark.parametrize(
    ("body", "mark"),
    [
        ('<p class="author">Ana Diaz</p>', "class of authors"),
        ("<div>By Ana Diaz</div>", "starts like a byline"),
        ("<div>Written by Ana Diaz</div>", "says by whom"),
        ('<div class="author">김철수 기자</div>', "ends like a byline"),
        ('<div><a rel="author" href="/x">Ana Diaz</a></div>', "rel author"),
        ('<div><a href="/author/ana">Ana Diaz</a></div>', "link to a person"),
        ("<div>4 March 2025 | Ana Diaz</div>", "found by its date, given names"),
        ("<div>4 March 2025 | Zzyx Qorr</div>", "found by its date"),
        ("<div>Ana Diaz |</div>", "plain line, given names"),
        ('<aside><p class="byline">By Ana Diaz</p></aside>', "set aside"),
        (f"<p>{LONG}</p><p>{LONG}</p><p><em>Ana Diaz</em></p>", "last paragraph, given names"),
    ],
)
def test_marks_say_what_speaks_for_a_line(body: str, mark: str) -> None:
    assert any(mark in line.marks and line.names for line in read(body))


def test_takes_a_user_name_from_a_link_to_its_author() -> None:
    assert read('<div><a rel="author" href="/x">anadiaz7</a></div>')[0].names == ("anadiaz7",)


def test_takes_the_site_for_no_author() -> None:
    assert read('<p class="author">Harbor Post</p>') == []


def test_takes_a_short_paragraph_between_long_ones_for_less() -> None:
    lines = read(f"<p>{LONG}</p><p>{LONG}</p><p>Ana Diaz</p><p>{LONG}</p>")
    assert ["short paragraph, given names" in line.marks for line in lines] == [False, True]


def test_skips_captions_and_comments() -> None:
    assert read('<figure><p class="author">By Ana Diaz</p></figure>') == []
    assert read('<div class="comments"><p class="author">By Ana Diaz</p></div>') == []
