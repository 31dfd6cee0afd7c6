"""Survey: what a look at a site says: which listings a crawl needs, how articles are told, how they come out.

A module of its own because it joins what two rooms know: the crawler's look, and what extraction makes of the pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from scraper.article import Article
from scraper.config import Site
from scraper.crawl.article_address import Learned, count_folders, is_surely_other, learn, may_be_article
from scraper.crawl.scouted import Listed, Scouted
from scraper.extract.date_text import parse_date
from scraper.page import Found, Page
from scraper.page_extraction import extract_page
from scraper.skip import Skip
from scraper.url import Url

STALE = timedelta(days=90)
"""A listing whose newest entry is older has been forgotten: even quarterlies publish more often."""
SAME = 0.9
"""Share of its articles that another listing names, from which on a listing is not needed: Atom beside RSS."""
FEWEST_LINKS = 3
"""Articles that a page must name, or a section besides the other listings, to be visited in each run."""
FIELDS = ("headline", "dek", "authors", "published_at", "section", "photos")
"""What a sample is said to lack; most articles have these."""
OTHER_PAGES = frozenset({"section_front", "list", "product", "forum", "documentation", "service", "login"})
"""Reasons that are of the page, and not of its day."""

_OLD = "nothing new since"
What = Literal["feed", "news sitemap", "sitemap", "sitemap index", "front page", "section"]
Fate = Literal["used", "archive", "left out"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A listing, judged.

    Args:
        listed: As it came.
        what: What it turned out to be.
        entries: Articles it names, of an index sitemaps.
        newest: Of the dates it gives.
        fate: Whether it goes into the file; "archive" as a comment, for a backfill.
        why: Why it does not, as half a sentence.
    """

    listed: Listed
    what: What
    entries: int
    newest: datetime | None = None
    fate: Fate = "used"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A page that was tried.

    Args:
        page: As it came.
        source: Address of the listing that named it; "" of the one the user gave.
        result: What extraction made of it.
    """

    page: Page
    source: str
    result: Article | Skip

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the fields of an article that were not found."""
        return tuple(name for name in FIELDS if not getattr(self.result, name, True))


@dataclass(frozen=True, slots=True)
class Survey:
    """What was learned of a site.

    Args:
        given: The address it was begun with.
        at: When, aware, UTC.
        scouted: All that came.
        site: What its file is to say.
        findings: Its listings.
        samples: Pages that were tried.
        learned: How articles' addresses are told; None where the general guess has to do.
        more: How many further pages the front pages link that look like articles by it.
        given_is_article: The address given is a single article.
        opt_outs: What the site or its pages say against uses: signal and value.
    """

    given: Url
    at: datetime
    scouted: Scouted
    site: Site
    findings: Sequence[Finding] = ()
    samples: Sequence[Sample] = ()
    learned: Learned | None = None
    more: int = 0
    given_is_article: bool = False
    opt_outs: Sequence[tuple[str, str]] = ()

    @property
    def articles(self) -> list[Article]:
        """The samples that are articles."""
        return [each.result for each in self.samples if isinstance(each.result, Article)]


def extract(page: Page) -> Article | Skip:
    """Make an article of a page that came, or say why not."""
    return page.skip or extract_page(page, None)


def judge(
    scouted: Scouted,
    given: Url,
    at: datetime,
    *,
    render: bool,
    extract: Callable[[Page], Article | Skip] = extract,
) -> Survey:
    """Judge what was seen of a site.

    Args:
        scouted: What came.
        given: The address it was begun with.
        at: When it was, for the age of entries; aware.
        render: Its pages were run in the browser.
        extract: Makes articles of pages, such as `extract` in a process that may be killed.
    """
    samples = [Sample(page, source, extract(page)) for page, source in scouted.samples]
    first = scouted.listings[0]
    given_is_article = False
    if len(scouted.listings) > 1 and first.page.skip is None and _is_inner(first.url):
        result = extract(first.page)
        if given_is_article := isinstance(result, Article):
            samples.insert(0, Sample(first.page, "", result))
    refused = {each.page.target.url for each in samples if _is_other(each.result)}
    known = [url for url in scouted.articles() if url not in refused]
    known += [each.page.target.url for each in samples if isinstance(each.result, Article)]
    links = _links(scouted.listings)
    folders = count_folders(known)
    others = [url for url in links if url in refused or is_surely_other(url, folders)]
    learned = learn(known, others)
    pattern = re.compile(learned.pattern) if learned else None
    looks = [url for url in links if (pattern.search(url) if pattern else may_be_article(url))]
    skipped = first if given_is_article else None
    findings = _judge_listings([each for each in scouted.listings if each is not skipped], set(looks), at)
    site = Site(
        scouted.host,
        feeds=_used(findings, "feed"),
        sitemaps=_used(findings, "news sitemap", "sitemap", "sitemap index"),
        front_pages=_used(findings, "front page", "section"),
        article_pattern=learned.pattern if learned else None,
        render=render,
    )
    pages = [*(each.page for each in scouted.listings), *(each.page for each in samples)]
    return Survey(
        given, at, scouted, site, findings, samples, learned, len(set(looks) - set(known)), given_is_article,
        tuple(dict.fromkeys(said for page in pages for said in page.opt_outs)),
    )  # fmt: skip


def _is_other(result: Article | Skip) -> bool:
    return isinstance(result, Skip) and result.reason in OTHER_PAGES


def _is_inner(url: Url) -> bool:
    return url[url.index("/", 8) :] != "/"


def _links(listings: Iterable[Listed]) -> list[Url]:
    return list(dict.fromkeys(url for each in listings if each.kind == "front_page" for url in each.articles))


def _used(findings: Iterable[Finding], *kinds: What) -> tuple[Url, ...]:
    return tuple(each.listed.url for each in findings if each.fate == "used" and each.what in kinds)


def _judge_listings(listings: Sequence[Listed], looks: set[Url], at: datetime) -> list[Finding]:
    """Judge feeds, then sitemaps, then pages: each by what those before it do not name."""
    findings = [_judge(each, looks, at) for each in listings]
    seen: dict[str, set[Url]] = {"feed": set(), "news sitemap": set()}
    for number, finding in enumerate(findings):
        if finding.fate == "used" and finding.what in seen:
            own = set(finding.listed.articles)
            if own and len(own & seen[finding.what]) >= SAME * len(own):
                findings[number] = replace(finding, fate="left out", why="the others name the same articles")
            seen[finding.what] |= own
    named = seen["feed"] | seen["news sitemap"]
    if not named:
        findings = [_call_back(each) for each in findings]
        named = {url for each in findings if each.fate == "used" for url in each.listed.articles if each.what in seen}
    for number, finding in enumerate(findings):
        if finding.what not in ("front page", "section") or finding.fate != "used":
            continue
        own = looks & set(finding.listed.articles)
        new = own - named
        if finding.what == "section" and len(new) < FEWEST_LINKS:
            findings[number] = replace(finding, fate="left out", why="the other listings name its articles")
        elif len(own) < FEWEST_LINKS:
            findings[number] = replace(finding, fate="left out", why="it links too few articles")
        named |= own
    if not any(each.fate == "used" for each in findings):  # nothing else leads to articles
        findings = [replace(each, fate="used") if each.fate == "archive" else each for each in findings]
    return findings


def _judge(listed: Listed, looks: set[Url], at: datetime) -> Finding:
    """Judge a listing by itself."""
    what = _name(listed)
    skip = listed.page.skip
    if skip:
        said = f": {skip.detail}" if skip.detail else ""
        return Finding(listed, what, 0, None, "left out", f"dead, {skip.reason}{said}")
    if what in ("front page", "section"):
        return Finding(listed, what, len(looks & set(listed.articles)))
    newest = max(
        (when for each in listed.found if (when := _dated(each)) and when <= at + timedelta(days=1)), default=None
    )
    finding = Finding(listed, what, len(listed.found), newest)
    if not listed.found:
        elsewhere = f"all of its {listed.off_site} entries lead to other sites" if listed.off_site else "it is empty"
        return replace(finding, fate="left out", why=elsewhere)
    if what in ("sitemap", "sitemap index"):
        inside = listed.named == "index"
        return replace(finding, fate="left out" if inside else "archive", why="a part of the index" if inside else "")
    if newest and at - newest > STALE:
        return replace(finding, fate="left out", why=f"{_OLD} {newest:%Y-%m-%d}")
    return finding


def _call_back(finding: Finding) -> Finding:
    """Take a feed that is old after all, where nothing newer names articles."""
    if not finding.why.startswith(_OLD):
        return finding
    return replace(finding, fate="used", why=f"{finding.why}, and nothing newer is there")


def _name(listed: Listed) -> What:
    if listed.kind == "front_page":
        return "section" if listed.named == "articles" or _is_inner(listed.url) else "front page"
    kinds = {each.target.evidence.kind for each in listed.found}
    if "news_sitemap" in kinds:
        return "news sitemap"
    if kinds & {"rss", "atom"}:
        return "feed"
    if any(each.target.kind == "sitemap" for each in listed.found):
        return "sitemap index"
    return "feed" if listed.kind == "feed" else "sitemap"


def _dated(found: Found) -> datetime | None:
    printed = found.target.evidence.published
    return found.changed_at or (parse_date(printed, "en") if printed else None)
