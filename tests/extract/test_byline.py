from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract.byline import Authorship, find_authors, line_weights
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


def test_the_byline_is_the_line_with_the_names_and_little_else() -> None:
    found = find('<div class="byline"><span class="author">By Ana Diaz</span> 4 March 2025</div>')
    assert found.byline == "By Ana Diaz"


def test_a_line_that_names_none_of_the_authors_is_not_their_byline() -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "Bo Lind"}}</script>'
    found = find('<p>Bo Lind went there.</p><div><a href="/tag/x" class="author">Ana</a></div>', data)
    assert found == Authorship(None, ("Bo Lind",), "json_ld", None, (("json_ld", ("Bo Lind",)),))


def test_a_sure_line_goes_before_a_meta_element_that_names_another() -> None:
    head = '<meta name="author" content="Bo Lind">'
    assert find('<p class="author">Written by Ana Diaz</p>', head).authors == ("Ana Diaz",)


def test_editors_and_translators_named_in_data_are_no_authors() -> None:
    names = '[{"name": "Ana Diaz"}, {"name": "Bo Lind"}]'
    head = f'<script type="application/ld+json">{{"@type": "NewsArticle", "author": {names}}}</script>'
    body = '<p class="byline">By Ana Diaz</p><p class="byline">Reviewed by Bo Lind</p>'
    assert find(body, head).authors == ("Ana Diaz",)


def test_the_learned_weights_cover_what_is_known_to_matter() -> None:
    weights = line_weights()
    assert weights["rel author"] > 0 > weights["very far below"]


def test_a_person_after_whom_the_site_is_called_is_an_author() -> None:
    head = "<meta property='og:site_name' content='Maria Diaz'><meta name='author' content='Maria Diaz'>"
    assert find("", head).authors == ("Maria Diaz",)
    assert find("", head.replace("Maria Diaz", "Harbor Post")).authors == ()


def test_persons_go_before_the_name_of_the_site() -> None:
    head = "<meta property='og:site_name' content='Harbor Post'>"
    body = "<div class='author'>by <a rel='author'>Harbor Post</a></div><div class='byline'>By Maria Diaz</div>"
    assert find(body, head).authors == ("Maria Diaz",)


def test_a_name_glued_to_a_day_is_read() -> None:
    assert find("<div class='author'><b>李小明</b>2025-03-01 14:27</div>").authors == ("李小明",)
    assert find("<div class='author'>Gespeichert von anadiaz am 4. Juli 2025 - 18:55</div>").authors == ("anadiaz",)


TEXT = "<p>" + "The council closed the bridge for the night and nobody said when it would open again. " * 3 + "</p>"


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("<p><strong>Thato Mokoena</strong></p>", ("Thato Mokoena",)),
        ("<p><b>THATO MOKOENA/Lerato Nkosi</b></p>", ("THATO MOKOENA", "Lerato Nkosi")),
        ("<p><strong>The bridge opens again</strong></p>", ("News Example",)),
        ("<p><strong>Thato Mokoena</strong> was the first to cross it.</p>", ("News Example",)),
        (f"{TEXT}<p><strong>Thato Mokoena</strong></p>", ("News Example",)),
    ],
)
def test_a_bold_line_of_names_above_the_text_goes_before_the_site_alone(line: str, authors: tuple[str, ...]) -> None:
    site = '<meta property="og:site_name" content="News Example">'
    assert find(f'<div class="byline">by News Example</div>{line}{TEXT}', site).authors == authors
