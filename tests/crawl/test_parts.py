from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl.page_head import Head, read_head
from scraper.crawl.parts import find_next, find_whole
from scraper.url import normalize

STORY = "https://a.example/2026/flood-of-the-century"


def find(html: str, url: str = STORY, number: int = 2, base: str | None = None) -> str | None:
    first, body = normalize(url), html.encode()
    here = normalize(base) if base else first
    return find_next(body, read_head(body, None, here), first, here, number)


def link(href: str, text: str, more: str = "") -> str:
    return f'<head></head><body><p>Text.</p><a class="x" href="{href}" {more}>{text}</a>'


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (STORY, f"{STORY}/2"),
        (f"{STORY}/", f"{STORY}/2/"),
        (STORY, f"{STORY}/page/2"),
        (STORY, f"{STORY}/seite-2"),
        (STORY, f"{STORY}?page=2"),
        (f"{STORY}?id=7", f"{STORY}?id=7&page=2"),
        (f"{STORY}?page=1", f"{STORY}?page=2"),
        (f"{STORY}.html", f"{STORY}.html?seite=2"),
        (f"{STORY}.html", f"{STORY}-page2.html"),
        (f"{STORY}.html", f"{STORY}_seite-2.html"),
        (f"{STORY}-page-1.html", f"{STORY}-page-2.html"),
        (f"{STORY}-16604622.html", f"{STORY}-16604622-p2.html"),
        (f"{STORY}.html", f"{STORY}.html/2"),
        (f"{STORY}/seite-1", f"{STORY}/seite-2"),
    ],
)
def test_an_address_that_adds_a_page_number_is_the_next_page(first: str, second: str) -> None:
    assert find(f'<link rel="next" href="{second}">', first) == second
    for text in ("2", "Page 2", "page 2 of 3", "Seite 2: The dam", "Next", "next page »", "Weiterlesen &gt;&gt;", "›"):
        assert find(link(second.replace("&", "&amp;"), text), first) == second, text
    assert find(link(second, "<img src=x>", 'rel="next"'), first) == second


@pytest.mark.parametrize("second", [f"{STORY}-2.html", f"{STORY}_2.html", f"{STORY},2.html"])
def test_a_bare_number_at_the_end_needs_a_link_that_is_that_number(second: str) -> None:
    assert find(link(second, "<span>2</span>"), f"{STORY}.html") == second
    assert find(link(second, "Next"), f"{STORY}.html") is None
    assert find(f'<link rel="next" href="{second}">', f"{STORY}.html") is None


def test_the_third_page_is_found_on_the_second() -> None:
    html = link(f"{STORY}/1", "1") + link(f"{STORY}/3", "3")
    assert find(html, number=3, base=f"{STORY}/2") == f"{STORY}/3"
    assert find(link(f"{STORY}/2", "2"), number=3, base=f"{STORY}/2") is None


def test_relative_addresses_are_resolved() -> None:
    assert find(link("/2026/flood-of-the-century/2", "2")) == f"{STORY}/2"
    assert find('<link rel="next" href="?page=2">') == f"{STORY}?page=2"


def test_an_address_written_in_its_own_letters_is_found() -> None:
    assert find(link("/über-den-fluß/2", "2"), "https://a.example/%C3%BCber-den-flu%C3%9F")


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ('<link rel="next" href="https://a.example/2026/another-story">', "an adjacent story"),
        (link("https://a.example/2026/another-story", "Next", 'rel="next"'), "an adjacent story"),
        (link(f"{STORY}-2", "Flood of the century"), "another story of that headline"),
        (link(f"{STORY}-2", "Next"), "an adjacent story of that headline"),
        (link(f"{STORY}/comment-page-2", "2"), "comments"),
        (link(f"{STORY}/comment-page-2#comments", "Next"), "comments"),
        (link(f"{STORY}?cpage=2", "2"), "comments"),
        (link(f"{STORY}/comments?page=2", "2"), "comments"),
        (link("?page=2", "2"), "a list within the page"),
        (link(f"{STORY}/2", "The dam breaks"), "a link that does not say so"),
        (link(f"{STORY}/2", ""), "nothing said"),
        (link(f"{STORY}/3", "3"), "a later page"),
        (link(f"{STORY}/2", "3"), "numbers that differ"),
        (link(f"{STORY}/22", "22"), "a longer number"),
        (link("https://b.example/2026/flood-of-the-century/2", "2"), "another host"),
        (link(f"{STORY}?utm_source=2", "2"), "a tracker"),
        (link(STORY, "2"), "the page itself"),
    ],
)
def test_what_only_looks_like_a_next_page_is_not_followed(html: str, why: str) -> None:
    assert find(html) is None, why


@pytest.mark.parametrize("url", ["https://a.example/", "https://a.example/news", "https://a.example/sport/football/"])
def test_the_pages_of_a_list_are_not_followed(url: str) -> None:
    assert find(link(f"{url.rstrip('/')}/2", "2") + f'<link rel="next" href="{url}?page=2">', url) is None


def test_a_numbered_story_is_not_taken_for_a_page() -> None:
    assert find(link("https://a.example/news/2", "Next"), "https://a.example/news/1") is None


@pytest.mark.parametrize(
    "whole", [f"{STORY}/komplettansicht", f"{STORY}?page=all", f"{STORY}?singlepage=true", f"{STORY}/all"]
)
def test_the_page_that_holds_all_is_found(whole: str) -> None:
    assert find_whole(link(whole, "On one page").encode(), normalize(STORY)) == whole


def test_other_pages_hold_not_all() -> None:
    html = link(f"{STORY}/2", "2") + link(f"{STORY}/comments", "All") + link("https://a.example/all", "All")
    assert find_whole(html.encode(), normalize(STORY)) is None


@given(st.binary(max_size=300))
def test_never_raises_whatever_the_bytes(body: bytes) -> None:
    first = normalize(STORY)
    body = body.replace(b"!", b'<a href="/2026/flood-of-the-century/2')
    find_next(body, Head(), first, first, 2)
    find_whole(body, first)


@pytest.mark.parametrize(
    "piece", ["<a href=flood-of-the-century/2 ", "flood-of-the-century2", '<a x="flood-of-the-century/2">', "<a "]
)
def test_a_hostile_page_costs_little(piece: str) -> None:
    first, body = normalize(STORY), (piece * (4_000_000 // len(piece))).encode()
    began = time.process_time()
    find_next(body, Head(), first, first, 2)
    assert time.process_time() - began < 1.0
