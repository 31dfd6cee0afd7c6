from __future__ import annotations

import pytest

from scraper.crawl.page_head import Head
from scraper.crawl.variants import find_canonical
from scraper.url import normalize

STORY = "https://a.example/news/ferry-returns-to-the-lake"


def find(url: str, canonical: str | None, *, is_amp: bool = False) -> str | None:
    head = Head(canonical=normalize(canonical) if canonical else None, is_amp=is_amp)
    return find_canonical((normalize(url),), head, "a.example")


@pytest.mark.parametrize(
    "variant",
    [
        f"{STORY}/amp",
        f"{STORY}/amp/",
        f"{STORY}.amp",
        f"{STORY}.amp.html",
        f"{STORY}?amp",
        f"{STORY}?amp=1",
        f"{STORY}?outputType=amp",
        "https://a.example/amp/news/ferry-returns-to-the-lake",
        "https://amp.a.example/news/ferry-returns-to-the-lake",
        "https://m.a.example/news/ferry-returns-to-the-lake",
        "https://mobile.a.example/1/ferry-returns-to-lake",
        f"{STORY}/print",
        f"{STORY}/print/",
        f"{STORY}?print=1",
        f"{STORY}?view=print&id=4",
        f"{STORY}/druckversion.html",
    ],
)
def test_a_variant_gives_way_to_its_canonical_address(variant: str) -> None:
    assert find(variant, STORY) == STORY


def test_a_page_that_says_it_is_amp_is_one_at_any_address() -> None:
    assert find("https://a.example/x/ferry-returns-to-the-lake", STORY, is_amp=True) == STORY


@pytest.mark.parametrize(
    ("variant", "canonical"),
    [
        ("https://a.example/amp/ferry", "https://a.example/ferry"),
        ("https://a.example/ferry.amp.html", "https://a.example/ferry.html"),
        ("https://a.example/print.php?id=4711", "https://a.example/show.php?id=4711"),
        ("https://m.a.example/a/4711", "https://a.example/culture/ferry,4711"),
        ("https://a.example/print/4711", "https://a.example/news/ferry-returns-to-the-lake-4711.html"),
        ("https://m.a.example/a/x12y3z4", "https://a.example/culture/ferry-returns-x12y3z4"),
        ("https://a.example/2026/03/ferry-returns/amp", "https://a.example/2026/03/01/ferry-returns-to-lake"),
    ],
)
def test_a_short_address_counts_where_both_share_it(variant: str, canonical: str) -> None:
    assert find(variant, canonical) == canonical


@pytest.mark.parametrize(
    ("variant", "canonical", "why"),
    [
        (f"{STORY}/amp", None, "no canonical address"),
        (f"{STORY}/amp", f"{STORY}/amp?utm_source=x", "its own"),
        (f"{STORY}/amp", "https://a.example/", "the front page"),
        (f"{STORY}/amp", "https://a.example/news/", "a section"),
        (f"{STORY}/amp", "https://a.example/news", "a section"),
        (f"{STORY}/amp", "https://b.example/news/ferry-returns-to-the-lake", "syndication"),
        (f"{STORY}/amp", "https://not-a.example/news/ferry-returns-to-the-lake", "another site"),
        (f"{STORY}/amp", "https://m.a.example/news/ferry-returns-to-the-lake", "a variant too: a circle"),
        (f"{STORY}/print", f"{STORY}/amp", "a variant too"),
        ("https://a.example/2026/03/bridge-opens/amp", "https://a.example/2020/01/some-quite-other-story", "another"),
        ("https://a.example/2026/03/bridge-opens/amp", "https://a.example/2026/03/budget-2026-passed", "another"),
        ("https://a.example/20260301/bridge/amp", "https://a.example/x/flood-of-the-day-20260301", "another"),
        ("https://a.example/euro2028-bridge/amp", "https://a.example/x/first-game-of-euro2028", "another"),
        (
            "https://a.example/the-bridge-opens/amp",
            "https://a.example/2026/03/the-mayor-opens-an-old-school",
            "another",
        ),
        ("https://a.example/print/4711", STORY, "maybe another"),
        (STORY, "https://a.example/culture/ferry-returns-to-the-lake", "a plain page"),
        ("https://a.example/amp-radio-closes-down", "https://a.example/culture/amp-radio-closes-down", "a word of it"),
        ("https://a.example/3d-print", "https://a.example/technology/3d-print-at-home-made-easy", "a word of it"),
        ("https://a.example/news/print-is-not-dead", "https://a.example/x/print-is-not-dead", "a word of it"),
        ("https://a.example/story?format=long", STORY, "another format"),
        ("https://metro.a.example/story", STORY, "another host"),
    ],
)
def test_a_page_stays_where_its_canonical_address_is(variant: str, canonical: str | None, why: str) -> None:
    assert find(variant, canonical) is None, why


def test_an_address_the_visit_came_through_is_not_gone_back_to() -> None:
    urls = normalize(STORY), normalize("https://m.a.example/news/ferry-returns-to-the-lake")
    assert find_canonical(urls, Head(canonical=normalize(STORY)), "a.example") is None


def test_a_self_declared_amp_page_that_is_its_own_canonical_stays() -> None:
    assert find(STORY, STORY, is_amp=True) is None
