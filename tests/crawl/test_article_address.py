from __future__ import annotations

import re
import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl.article_address import count_folders, is_surely_other, learn, may_be_article
from scraper.url import Url

SITE = "https://paper.example"
SLUGS = ("a-ferry-returns-at-last", "the-seed-drawer-is-open-again", "who-pays-for-the-night-bus")
SECTIONS = [Url(f"{SITE}/{path}") for path in ("news/", "sport", "author/jane-ann-doe-smith/", "about/", "news/local/")]


def addresses(template: str) -> list[Url]:
    return [
        Url(f"{SITE}/{template.format(slug=slug, id=41756471 + number, day=date(2026, 3, 4 + number))}")
        for number, slug in enumerate(SLUGS)
    ]


@pytest.mark.parametrize(
    "template",
    [
        "{day:%Y/%m/%d}/{slug}/",
        "news/{day:%Y-%m}/{day:%d}/{slug}",
        "2026/{slug}",
        "news/{slug}-{id}.html",
        "story/{id}/{slug}/",
        "news/local/{slug}",
        "{slug}",
        "news/article.php?id={id}",
        "a/i/dRw9q{id}",
    ],
)
def test_what_is_learned_matches_other_articles_of_the_site_and_no_section(template: str) -> None:
    shown, hidden = addresses(template)[:2], addresses(template)[2:]
    learned = learn(shown, SECTIONS)
    assert learned is not None
    assert (learned.matched, learned.articles, learned.others) == (2, 2, 0)
    for url in hidden:
        assert re.search(learned.pattern, url), learned.pattern
    for url in SECTIONS:
        assert not re.search(learned.pattern, url), learned.pattern


def test_articles_of_two_kinds_are_both_matched() -> None:
    articles = [*addresses("news/{slug}"), *addresses("live/{id}")]
    learned = learn(articles, SECTIONS)
    assert learned is not None
    assert learned.matched == len(articles)


def test_a_folder_of_other_pages_is_left_out_where_the_form_alone_would_match_them() -> None:
    profiles = [Url(f"{SITE}/people/{name}") for name in ("ann-of-the-hill", "bo-of-the-dale", "cy-of-the-fen")]
    learned = learn(addresses("news/{slug}"), profiles)
    assert learned is not None
    assert "people" in learned.pattern
    assert learned.others == 0


def test_nothing_is_learned_where_articles_look_like_everything_else() -> None:
    assert learn([], []) is None
    words = [Url(f"{SITE}/{word}") for word in ("alpha", "beta", "gamma", "delta")]
    assert learn(words[:2], words[2:]) is None


def test_a_parameter_that_only_counts_clicks_tells_no_article() -> None:
    learned = learn([Url(f"{url}?from=box{number}") for number, url in enumerate(addresses("news/{slug}"))], SECTIONS)
    assert learned is not None
    assert "from" not in learned.pattern


segments = st.text(string.ascii_lowercase + string.digits + "-_.%!,~()[]|?=&$+*", min_size=1, max_size=30)
urls = st.lists(
    st.lists(segments, min_size=1, max_size=4).map(lambda parts: Url(f"{SITE}/{'/'.join(parts)}")), max_size=30
)


@given(urls, urls)
def test_whatever_is_listed_the_pattern_compiles_matches_what_it_says_and_never_the_front_page(
    articles: list[Url], others: list[Url]
) -> None:
    learned = learn(articles, others)
    if learned is None:
        return
    pattern = re.compile(learned.pattern)
    assert sum(pattern.search(url) is not None for url in set(articles)) <= learned.articles == len(set(articles))
    assert sum(pattern.search(url) is not None for url in set(others) - set(articles)) == learned.others
    assert not pattern.search(f"{SITE}/")


def test_folders_of_articles_and_pages_of_services_are_surely_no_articles() -> None:
    articles = addresses("news/local/{slug}/")
    folders = count_folders(articles)
    assert folders["/news/"] == folders["/news/local/"] == len(articles)
    for path in ("news/", "news/local/", "", "tag/a-b-c-d-e", "impressum", "privacy"):
        assert is_surely_other(Url(f"{SITE}/{path}"), folders), path
    for url in articles:
        assert not is_surely_other(url, folders)


def test_an_address_alone_hints_at_an_article() -> None:
    assert may_be_article(Url(f"{SITE}/2026/03/04/bats"))
    assert not may_be_article(Url(f"{SITE}/news/"))
    assert not may_be_article(Url(f"{SITE}/tag/a-b-c-d-e/"))
