from __future__ import annotations

import pytest

from scraper.extract.json_ld import Graph, compare_key, split_keywords, types_of


def test_addresses_are_equal_without_scheme_www_query_and_last_slash() -> None:
    assert compare_key("https://www.news.example/a/?x=1#y") == compare_key("http://news.example/a")


@pytest.mark.parametrize(
    "given", ["NewsArticle", "schema:NewsArticle", "https://schema.org/NewsArticle", ["NewsArticle"]]
)
def test_types_lose_their_namespace(given: object) -> None:
    assert types_of({"@type": given}) == ("NewsArticle",)


def test_prefers_an_article_to_the_page_that_holds_it() -> None:
    page = {"@type": "WebPage", "name": "Page", "mainEntity": {"@type": "NewsArticle", "headline": "Own"}}
    own = Graph([page]).own_article(set())
    assert own is not None
    assert own["headline"] == "Own"


def test_splits_keywords_only_where_they_are_one_string() -> None:
    assert split_keywords("a, b; c") == ("a", "b", "c")
    assert split_keywords(["a, b", "c"]) == ("a, b", "c")
