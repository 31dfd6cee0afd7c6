from __future__ import annotations

import json

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.headline import find_headline
from scraper.extract.linked_data import read_linked_data
from scraper.extract.printed import read_printed
from scraper.extract.section import Sections, find_sections

URL = "https://www.news.example/world-news/2025/bridge-repaired"


def find(above: str = "", head: str = "", below: str = "") -> Sections:
    tree = LexborHTMLParser(f"<html><head>{head}</head><body>{above}<h1>Bridge is repaired</h1>{below}</body></html>")
    linked, printed = read_linked_data(tree, URL), read_printed(tree)
    headline = find_headline(printed, linked, host="news.example")
    return find_sections(tree, printed, linked, url=URL, headline=headline)


def test_data_name_sections_and_tags_apart() -> None:
    data = {"@type": "NewsArticle", "articleSection": ["World", "Europe"], "keywords": ["bridge", "river"]}
    found = find(head=f"<script type='application/ld+json'>{json.dumps(data)}</script>")
    assert found == Sections(("World", "Europe"), "json_ld", ("bridge", "river"), "json_ld")


def test_a_breadcrumb_loses_home_site_and_headline() -> None:
    crumbs = "<ol class=breadcrumbs>" + "".join(
        f"<li><a href='/{n}'>{name}</a>"
        for n, name in enumerate(["Home", "news.example", "World", "Bridge is repaired"])
    )
    assert find(crumbs + "</ol>").sections == ("World",)


def test_a_linked_label_above_the_headline_is_the_section() -> None:
    assert find("<div class=kicker><a href='/europe'>Europe</a></div>").sections == ("Europe",)


def test_the_address_gives_a_section_only_where_a_link_of_the_page_names_it() -> None:
    assert find(below="<a href='/world-news/'>World News</a>") == Sections(("World News",), "url")
    assert find(below="<a href='/sport/'>Sport</a>").sections == ()


def test_empty_names_are_none() -> None:
    assert find(head="<meta property='article:section' content='Uncategorized'>").sections == ()


def test_tags_split_at_commas_where_they_are_one_string() -> None:
    assert find(head="<meta name='keywords' content='a, b'>").tags == ("a", "b")
