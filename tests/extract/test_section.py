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


def test_links_marked_as_categories_are_sections_wherever_they_stand() -> None:
    links = "<a rel='category tag' href='/c/1'>Essays</a>, <a rel='category tag' href='/c/2'>Rivers</a>"
    assert find(below=f"<p>Text</p><div class='comments-link'>Posted in {links}</div>").sections == ("Essays", "Rivers")


def test_a_menu_of_categories_is_no_section() -> None:
    menu = "".join(f"<a href='/category/{n}'>Topic {n}</a>" for n in range(9))
    assert find(f"<div>{menu}</div>").sections == ()


def test_a_printed_empty_section_is_believed_for_lack_of_a_better() -> None:
    assert find(below="<a rel='category' href='/c'>Uncategorized</a>").sections == ("Uncategorized",)


def test_a_breadcrumb_loses_the_headline_cut_short() -> None:
    crumbs = [{"position": n, "name": name} for n, name in enumerate(["World", "Bridge is repai..."])]
    data = {"@type": "BreadcrumbList", "itemListElement": crumbs}
    head = f"<script type='application/ld+json'>{json.dumps(data)}</script>"
    assert find(head=head).sections == ("World",)


def test_a_part_of_the_address_matches_its_link_in_either_spelling() -> None:
    tree = LexborHTMLParser("<body><h1>Zinsen steigen</h1><a href='/kapitalmaerkte/'>Kapitalmärkte</a></body>")
    linked, printed = read_linked_data(tree, ""), read_printed(tree)
    headline = find_headline(printed, linked, host="")
    url = "https://www.news.example/kapitalmaerkte/zinsen"
    assert find_sections(tree, printed, linked, url=url, headline=headline).sections == ("Kapitalmärkte",)


def test_neither_dates_nor_slugs_are_sections_where_words_are_found() -> None:
    assert find("<div class=kicker>3.11.2025</div>").sections == ()
    slug = "<meta property='article:section' content='world_news'>"
    assert find("<div class=kicker><a href='/world'>World</a></div>", slug).sections == ("World",)


def test_tags_split_at_commas_where_they_are_one_string() -> None:
    assert find(head="<meta name='keywords' content='a, b'>").tags == ("a", "b")
