from __future__ import annotations

from datetime import UTC, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract.headline import (
    Headline,
    find_headline,
    likeness,
    strip_site_name,
    without_date,
    words_of,
)
from scraper.extract.linked_data import read_linked_data
from scraper.extract.printed import read_printed


def find(body: str, head: str = "") -> Headline:
    tree = LexborHTMLParser(f"<html><head>{head}</head><body>{body}</body></html>")
    return find_headline(read_printed(tree), read_linked_data(tree, ""), host="news.example")


@pytest.mark.parametrize(
    "title",
    [
        "Bridge repaired | The Example",
        "Bridge repaired - The Example",
        "The Example: Bridge repaired",
        "Bridge repaired",
    ],
)
def test_the_sites_name_is_cut(title: str) -> None:
    title = title.replace("Example:", "Example |")
    assert strip_site_name(title, ["The Example"]) == "Bridge repaired"


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("27.01.2022Ferry is repaired", "Ferry is repaired"),
        ("27.01.2022 - Ferry is repaired", "Ferry is repaired"),
        ("1/27/2022: Ferry is repaired", "Ferry is repaired"),
        ("2022-01-27 | Ferry is repaired", "Ferry is repaired"),
        ("11.09.2001: Ferry is repaired", "11.09.2001: Ferry is repaired"),
        ("27.01.2022 Minutes", "27.01.2022 Minutes"),
        ("27.01.20221 Ferry is repaired", "27.01.20221 Ferry is repaired"),
    ],
)
def test_the_day_of_publication_is_no_part_of_it_and_another_day_is(title: str, left: str) -> None:
    assert without_date(title, datetime(2022, 1, 27, tzinfo=UTC)) == left


def test_what_a_news_site_of_the_east_calls_itself_is_cut() -> None:
    assert strip_site_name("江边的渡船已经修好了-新水网", ()) == "江边的渡船已经修好了"
    assert strip_site_name("渡し船が直った｜川辺ニュース", ()) == "渡し船が直った"
    assert strip_site_name("江边的渡船-第二部分", ()) == "江边的渡船-第二部分"


def test_nothing_else_is_cut() -> None:
    assert strip_site_name("War - and peace", ["The Example"]) == "War - and peace"
    assert strip_site_name("The Example", ["The Example"]) == "The Example"


def test_the_printed_heading_goes_before_the_title() -> None:
    found = find(
        "<h1>The Example</h1><h1>Bridge is repaired after years</h1>",
        "<title>Bridge repaired after years | The Example</title><meta property='og:site_name' content='The Example'>",
    )
    assert (found.text, found.source) == ("Bridge is repaired after years", "dom")
    assert found.place > 0


def test_a_second_level_heading_is_the_headline_where_the_first_is_the_logo() -> None:
    found = find(
        "<h1>The Example</h1><h2>Bridge is repaired</h2>",
        "<meta property='og:title' content='Bridge is repaired'><meta property='og:site_name' content='The Example'>",
    )
    assert found.text == "Bridge is repaired"


def test_a_line_above_the_headline_in_the_same_heading_is_cut() -> None:
    found = find(
        "<h1><span>River crossing:</span> <span>Bridge is repaired after years</span></h1>",
        "<meta property='og:title' content='Bridge is repaired after years'>",
    )
    assert found.text == "Bridge is repaired after years"


def test_the_title_serves_where_nothing_is_printed() -> None:
    found = find("<p>Text</p>", "<title>Bridge is repaired</title>")
    assert (found.text, found.place) == ("Bridge is repaired", 0)


def test_soft_hyphens_are_gone() -> None:
    assert find("<h1>Ver\u00adfas\u00adsung</h1>").text == "Verfassung"


def test_a_logo_that_links_to_the_first_page_is_no_headline() -> None:
    found = find(
        "<h1><a href='/'>Small Notes</a></h1><h2>Bridge is repaired after years</h2>",
        "<title>Bridge is repaired after years - Small Notes</title>",
    )
    assert found.text == "Bridge is repaired after years"


def test_a_line_above_the_headline_is_known_by_its_class() -> None:
    heading = "<h1><span class='kicker'>River crossing</span> <span>Bridge is repaired after years</span></h1>"
    assert find(heading).text == "Bridge is repaired after years"
    title = "<title>River crossing Bridge is repaired after years</title>"
    assert find(heading, title).text == "River crossing Bridge is repaired after years"


def test_likeness_counts_shared_words() -> None:
    assert likeness("The Bridge", "the bridge") == 1
    assert likeness("a", "") == 0
    assert words_of("Überführung 橋") == ("uberfuhrung", "橋")


def test_an_h1_in_the_breadcrumbs_is_written_for_search_engines() -> None:
    crumbs = "<div class='ArticleBreadcrumb'><a href='/town'>Town</a> <h1>Bridge works: news of the day</h1></div>"
    heading = "<h2><span class=kicker>River</span> <span>Bridge is repaired after years</span></h2>"
    head = (
        "<title>Bridge works: news of the day</title>"
        "<meta property='og:title' content='Bridge is repaired after years'>"
    )
    assert find(crumbs + heading, head).text == "Bridge is repaired after years"
    assert find(crumbs + "<p>Text.</p>", head.split("<meta")[0]).text == "Bridge works: news of the day"


def test_a_name_in_the_host_is_that_of_the_site() -> None:
    assert strip_site_name("Bridge repaired | Example", (), url_host="city.example.org") == "Bridge repaired"
