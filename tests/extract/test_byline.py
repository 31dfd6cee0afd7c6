from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract.byline import Authorship, find_authors
from scraper.extract.headline import find_headline
from scraper.extract.linked_data import read_linked_data
from scraper.extract.printed import read_printed

URL = "https://www.news.example/a"


def find(body: str, head: str = "") -> Authorship:
    tree = LexborHTMLParser(f"<html><head>{head}</head><body><h1>Bridge is repaired</h1>{body}</body></html>")
    linked, printed = read_linked_data(tree, URL), read_printed(tree)
    return find_authors(printed, linked, url=URL, headline=find_headline(printed, linked, host="news.example"))


@pytest.mark.parametrize(
    "body",
    [
        '<p class="article-author">Ana Diaz</p>',
        '<div><span class="x1y">By Ana Diaz</span></div>',
        '<div class="k9">By <a href="/people/ana-diaz">Ana Diaz</a></div>',
        '<a rel="author" href="/x">Ana Diaz</a>',
        "<address>By Ana Diaz</address>",
        '<div class="byline">ByAna Diaz</div>',
        '<div class="autor">Von Ana Diaz, Wien</div>',
        '<div class="meta"><span>By</span> <b>Ana Diaz</b></div>',
        '<div class="byline"><div>By Ana Diaz</div><div>Staff writer</div><div>5 minute read</div></div>',
    ],
)
def test_finds_the_printed_author(body: str) -> None:
    assert find(body).authors == ("Ana Diaz",)


@pytest.mark.parametrize(
    "body",
    [
        '<aside><p class="byline">By Ana Diaz</p></aside>',
        '<div class="comments"><p class="author">Ana Diaz</p></div>',
        '<figure><figcaption class="author">Ana Diaz</figcaption></figure>',
        '<p class="author">Read more</p>',
        '<p class="author">news.example</p>',
        '<p class="author">4 March 2025</p>',
    ],
)
def test_takes_no_name_from_beside_the_article(body: str) -> None:
    assert find(body).authors == ()


def test_meta_values_hold_names_addresses_and_publishers() -> None:
    head = '<meta name="author" content="news.example, Town, Country"><meta property="article:author" content="{}">'
    assert find("", head.format("https://www.facebook.example/ana")).authors == ()
    assert find("", head.format("Ana Diaz")).authors == ("Ana Diaz",)


def test_a_label_tells_that_a_card_value_is_the_author() -> None:
    head = '<meta name="twitter:label1" content="{}"><meta name="twitter:data1" content="Ana Diaz">'
    assert find("", head.format("Written by")).authors == ("Ana Diaz",)
    assert find("", head.format("Reading time")).authors == ()


def test_persons_on_the_page_go_before_an_agency_in_data() -> None:
    head = '<meta name="author" content="AFP">'
    assert find("<p class=byline>By Ana Diaz</p>", head).authors == ("Ana Diaz",)
    assert find("", head).authors == ("AFP",)
