from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract.headline import find_headline
from scraper.extract.linked_data import read_linked_data
from scraper.extract.printed import near_texts, read_printed
from scraper.extract.signatures import Signature, read_signatures

LONG = "The bridge over the river is open to cars again after three years of work on its piers and cables. " * 2


def read(body: str) -> list[Signature]:
    tree = LexborHTMLParser(f"<body><article><h1>Bridge is repaired</h1>{body}</article></body>")
    linked, printed = read_linked_data(tree, ""), read_printed(tree)
    headline = find_headline(printed, linked, host="")
    publisher = frozenset({"harbor post"})
    return read_signatures(printed, headline, near_texts(printed, headline.place), publisher)


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
    ],
)
def test_marks_say_what_speaks_for_a_line(body: str, mark: str) -> None:
    assert any(mark in line.marks and line.names for line in read(body))


def test_takes_a_user_name_from_a_link_to_its_author() -> None:
    assert read('<div><a rel="author" href="/x">anadiaz7</a></div>')[0].names == ("anadiaz7",)


def test_takes_the_site_for_no_author() -> None:
    assert read('<p class="author">Harbor Post</p>') == []


def test_skips_captions_and_comments() -> None:
    assert read('<figure><p class="author">By Ana Diaz</p></figure>') == []
    assert read('<div class="comments"><p class="author">By Ana Diaz</p></div>') == []


def test_reads_a_line_that_stands_bare_in_a_box_of_many() -> None:
    box = f"<div class='top'>by Ana Diaz<p>{LONG}</p><p>{LONG}</p></div>"
    assert ("Ana Diaz",) in [line.names for line in read(box)]


def test_dashes_before_a_line_do_not_hide_its_start() -> None:
    assert any("starts like a byline" in line.marks for line in read("<div>---- by Ana Diaz</div>"))
