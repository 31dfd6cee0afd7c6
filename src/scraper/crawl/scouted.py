"""Scouted: what was seen of a site that has no file yet.

A module because the scout fills it and whoever judges the site reads it. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scraper.crawl.article_address import is_surely_other, may_be_article
from scraper.crawl.robots import Robots
from scraper.page import Found, Kind, Page
from scraper.url import Url

HEADLINE_WORDS, HEADLINE_CHARS = 5, 15
"""From so many on a link's text reads like a headline; in characters where it is not of ASCII letters."""

Named = Literal["given", "front_page", "link", "robots", "index", "guess", "articles"]
"""Who names a listing: the user, a page's head, a link, robots.txt, an index, nobody, the addresses of articles."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A listing that was asked for.

    Args:
        page: What came.
        named: Who named it.
        found: What it names on the site; of a front page every link.
        off_site: How many it names elsewhere.
    """

    page: Page
    named: Named
    found: tuple[Found, ...] = ()
    off_site: int = 0

    @property
    def url(self) -> Url:
        """Its address."""
        return self.page.target.url

    @property
    def kind(self) -> Kind:
        """What was expected there."""
        return self.page.target.kind

    @property
    def articles(self) -> list[Url]:
        """The pages it names; of a front page every link."""
        return [each.target.url for each in self.found if each.target.kind == "article"]

    @property
    def is_news(self) -> bool:
        """True of what names articles and little else: a feed or a news sitemap."""
        return any(each.target.evidence.kind in ("rss", "atom", "news_sitemap") for each in self.found)


@dataclass(slots=True)
class Scouted:
    """What was seen of a site.

    Args:
        host: Of the site, without www.
        listings: What was asked for, in that order; the first is the address given. Guesses only where they were right.
        samples: Pages that may be articles, each with the address of the listing that named it.
        rules: Origin -> what its robots.txt says.
        passed_over: Feeds and sitemaps that are declared and were too many to be asked for.
        guesses: How many addresses were tried that nobody named.
        stopped: Why the host was left alone before all was asked; "" if it was not.
    """

    host: str
    listings: list[Listed] = field(default_factory=list)
    samples: list[tuple[Page, Url]] = field(default_factory=list)
    rules: Mapping[str, Robots] = field(default_factory=dict)
    passed_over: list[Url] = field(default_factory=list)
    guesses: int = 0
    stopped: str = ""

    def articles(self) -> list[Url]:
        """Give the addresses that feeds and news sitemaps name; where there are none those that look like articles."""
        named = [url for each in self.listings if each.is_news for url in each.articles]
        return list(dict.fromkeys(named or self.likely()))

    def likely(self) -> list[Url]:
        """Give the links of front pages that look like articles, by their address or their text."""
        links = [each for listed in self.listings if listed.kind == "front_page" for each in listed.found]
        pages = {each.target.url: each for each in links if each.target.kind == "article"}
        return [url for url, each in pages.items() if _looks_like_one(each) and not is_surely_other(url, frozenset())]


def _looks_like_one(found: Found) -> bool:
    title = found.target.evidence.title or ""
    worded = len(title.split()) >= HEADLINE_WORDS or (not title.isascii() and len(title) >= HEADLINE_CHARS)
    return may_be_article(found.target.url) or worded
