from __future__ import annotations

from tests.test_survey import HOST, NEW, front, listed

from scraper.crawl.scouted import Scouted


def test_articles_are_what_feeds_name_and_only_without_them_what_links_look_like() -> None:
    links = front(*NEW[5:], f"https://{HOST}/news/")
    assert Scouted(HOST, [links, listed("/feed", "feed", NEW[:5])]).articles() == NEW[:5]
    assert Scouted(HOST, [links]).articles() == NEW[5:]


def test_a_listing_of_sitemaps_names_no_articles() -> None:
    index = listed("/all.xml", "sitemap", ["https://a.example/1.xml"], "sitemap", child=True)
    assert index.articles == []
    assert not index.is_news
    assert listed("/news.xml", "sitemap", NEW, "news_sitemap").is_news
