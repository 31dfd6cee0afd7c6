"""Discover: the addresses that feeds, sitemaps and front pages name.

A module because four formats answer one question. What a listing is, its bytes say: a news sitemap may stand where a
feed is expected, and the other way round. Pure; feedparser sees bytes alone, never an address it could fetch.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from scraper.config import Site
from scraper.errors import ItemError
from scraper.page import Evidence, EvidenceKind, Found, Kind, Target
from scraper.payload import decode_payload
from scraper.url import Url, belongs_to, normalize

MAX_URLS = 50_000
"""Of one listing. Source: sitemaps.org."""
MAX_TITLE_CHARS = 1000

_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_NO_ROOT = re.compile(rb"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE(?:[^\[>]*\[.*?\]\s*>|[^>]*(?:>|\Z))", re.S | re.I)
_NO_LINKS = re.compile(
    rb"<!--.*?(?:-->|\Z)|<script\b.*?(?:</script|\Z)|<style\b.*?(?:</style|\Z)|<template\b.*?(?:</template|\Z)",
    re.S | re.I,
)
_OTHER_TAGS = re.compile(rb"<(?!/?(?:a|link|base)\b)[^<>]*>", re.I)
_AMPERSAND = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);)", re.S)
_FEED_ROOTS = frozenset({b"rss", b"rdf", b"feed", b"channel"})
_SITEMAP_ROOTS = frozenset({b"urlset", b"sitemapindex"})
_FEEDPARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""It names no error of its own, and lets those of its loose parser through."""
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|[+-]\d\d:?\d\d)?")
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_NO_ARTICLE = re.compile(
    r"/(tags?|topics?|categor(?:y|ies)|authors?|page|search|login|sign-?(?:in|up)|subscribe|about|contact|privacy|terms"
    r"|wp-content|wp-json|feed|rss|account|newsletters?|video|podcasts?|events?|jobs|donate)(?:/|$)"
    r"|\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|zip|xml|css|js)$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"/\d{4}/\d{1,2}/.*[a-z]|(?:[^/-]+-){3,}[^/-]+/?$|\d{5,}|\.s?html?$", re.IGNORECASE)
"""Without a site's own pattern: a date, a slug of four words, a long number, or a page's ending."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing named.

    Args:
        found: In its order, each address once.
        dropped: Entries that are off the site or no addresses.
        unlike: Entries of the site that its article_pattern does not match.
        cut: True where it named more than MAX_URLS.
    """

    found: tuple[Found, ...]
    dropped: int = 0
    unlike: int = 0
    cut: bool = False


def read_listing(body: bytes, source: Url, kind: Kind, site: Site, max_bytes: int) -> Listing:
    """Read a feed, a sitemap, an index of sitemaps or a front page.

    Args:
        body: Without content coding; a file that is itself gzip is unpacked.
        source: Its address after redirects; relative addresses are resolved against it.
        kind: What was expected there; a feed in place of a sitemap, or the reverse, is read as what it is.
        site: Whose host the entries must belong to.
        max_bytes: Of the unpacked file.

    Raises:
        ItemError: reason "not_a_feed" or "not_a_sitemap", or those of decode_payload.
    """
    if body[:2] == b"\x1f\x8b":
        body = decode_payload(body, "gzip", max_bytes)
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        body = re.sub(r"^(<\?xml[^>]*?)\s+encoding=\S+?(?=[\s?])", r"\1", body.decode("utf-16", "replace")).encode()
    if kind == "front_page":
        return _read_front_page(body, source, site)
    root = _root_of(body)
    if root in _SITEMAP_ROOTS:
        return _collect(_sitemap_entries(body), source, site)
    if root in _FEED_ROOTS:
        return _collect(_feed_entries(body), source, site)
    if kind == "sitemap" and re.match(rb"(?:\xef\xbb\xbf)?\s*https?://\S+\s*(?:\n|\Z)", body):
        lines = body.decode("utf-8-sig", "replace").splitlines()
        return _collect((_Entry(line.strip(), "article", "sitemap") for line in lines if line.strip()), source, site)
    reason = "not_a_sitemap" if kind == "sitemap" else "not_a_feed"
    raise ItemError(reason, f"{source}: begins with {body[:60]!r}" if body else f"{source}: is empty")


@dataclass(frozen=True, slots=True)
class _Entry:
    loc: str
    kind: Kind
    evidence: EvidenceKind
    title: str | None = None
    published: str | None = None
    changed_at: datetime | None = None


def _collect(entries: Iterator[_Entry], source: Url, site: Site, base: Url | None = None) -> Listing:
    """Resolve, filter and count the entries of a listing."""
    pattern = re.compile(site.article_pattern) if site.article_pattern else None
    found: dict[Url, Found] = {}
    dropped = unlike = 0
    for entry in entries:
        if len(found) >= MAX_URLS:
            return Listing(tuple(found.values()), dropped, unlike, cut=True)
        try:
            url = normalize(entry.loc, base or source)
        except ItemError:
            dropped += 1
            continue
        if not entry.loc or not belongs_to(url, site.host):
            dropped += 1
        elif entry.kind == "article" and not _like_article(url, entry.evidence, pattern):
            unlike += 1
        elif url not in found and url != source:
            title = entry.title[:MAX_TITLE_CHARS] if entry.title else None
            evidence = Evidence(source, entry.evidence, title, entry.published)
            found[url] = Found(Target(url, site.host, entry.kind, evidence), entry.changed_at)
    return Listing(tuple(found.values()), dropped, unlike)


def _like_article(url: Url, evidence: EvidenceKind, pattern: re.Pattern[str] | None) -> bool:
    """Feeds name articles alone; a sitemap or a front page names all kinds of pages."""
    if evidence in ("rss", "atom"):
        return True
    if pattern:
        return pattern.search(url) is not None
    path = url[url.index("/", 8) :].partition("?")[0]
    if evidence == "front_page":
        return bool(_ARTICLE.search(path)) and not _NO_ARTICLE.search(path)
    return path != "/"


def _root_of(body: bytes) -> bytes:
    """Give the name of the first element in lower case, without its prefix; b"" if there is none."""
    match = _ROOT.search(_NO_ROOT.sub(b"", body[:65_536].lstrip(b"\xef\xbb\xbf")))
    return match[1].lower() if match else b""


def _feed_entries(body: bytes) -> Iterator[_Entry]:
    try:
        parsed: Any = feedparser.parse(io.BytesIO(body), resolve_relative_uris=False, sanitize_html=False)
    except _FEEDPARSER_ERRORS as error:
        raise ItemError("not_a_feed", f"cannot be read: {type(error).__name__}: {error}"[:300]) from error
    kind: EvidenceKind = "atom" if str(parsed.get("version", "")).startswith("atom") else "rss"
    for entry in parsed.get("entries", ()):
        # Feeds that count clicks name the story's own address beside the counter's.
        loc = entry.get("feedburner_origlink") or entry.get("link") or ""
        if not loc and str(entry.get("id", "")).startswith(("http://", "https://")):
            loc = entry["id"]
        title, published = entry.get("title"), entry.get("published") or entry.get("updated")
        yield _Entry(str(loc), "article", kind, title or None, published or None)


def _sitemap_entries(body: bytes) -> Iterator[_Entry]:
    """Walk a urlset or an index; of broken XML all that stands before the break."""
    # A bare "&" in an address would cost the rest of the parameter's name, so it is escaped first.
    escaped = _AMPERSAND.sub(lambda match: match[0] if match[0] != b"&" else b"&amp;", body)
    walk = etree.iterparse(
        io.BytesIO(escaped),
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for _, element in walk:
            name = _local_name(element)
            if name in ("url", "sitemap"):
                yield from _sitemap_entry(element, is_index=name == "sitemap")
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError:
        return


def _sitemap_entry(element: Any, *, is_index: bool) -> Iterator[_Entry]:
    values: dict[str, str] = {}
    news = False
    for child in element.iter():
        name = _local_name(child)
        if name == "news":
            news = True
        elif child.text and (child.getparent() is element or _local_name(child.getparent()) == "news"):
            values.setdefault(name, child.text.strip())
    lastmod = values.get("lastmod")
    if is_index:
        yield _Entry(values.get("loc", ""), "sitemap", "sitemap", changed_at=parse_date(lastmod))
    elif news:
        title, published = values.get("title"), values.get("publication_date")
        yield _Entry(values.get("loc", ""), "article", "news_sitemap", title, published, parse_date(lastmod))
    else:
        yield _Entry(values.get("loc", ""), "article", "sitemap", None, lastmod, parse_date(lastmod))


def _local_name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def parse_date(text: str | None) -> datetime | None:
    """Read a W3C date; of a partial one the last moment it can mean, so that no change is overlooked.

    Returns:
        Aware, UTC; None where there is none to read.
    """
    match = _DATE.fullmatch(text.strip()) if text else None
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups()[:6])
    try:
        moment = datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, min(second or 0, 59), tzinfo=UTC)
        if hour is None:
            moment += timedelta(days=1 if day else 31 if month else 366)
        elif match[7] and match[7] != "Z":
            zone = timedelta(hours=int(match[7][1:3]), minutes=int(match[7][-2:]))
            moment -= zone if match[7][0] == "+" else -zone
    except (ValueError, OverflowError):
        return None
    return moment


def _read_front_page(body: bytes, source: Url, site: Site) -> Listing:
    # Only links matter, and the parser's time is the square of the depth: without the other tags there is none.
    tree = LexborHTMLParser(_OTHER_TAGS.sub(b" ", _NO_LINKS.sub(b" ", body)))
    base = source
    if base_node := tree.css_first("base[href]"):
        with contextlib.suppress(ItemError):
            base = normalize(base_node.attributes.get("href") or "", source)
    entries: list[_Entry] = []
    if not site.feeds:
        for node in tree.css("link[rel~=alternate][href]"):
            if (node.attributes.get("type") or "").strip().lower() in _FEED_TYPES:
                entries.append(_Entry(node.attributes.get("href") or "", "feed", "front_page"))
    for node in tree.css("a[href]"):
        href = (node.attributes.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            title = " ".join(node.text(separator=" ").split())
            entries.append(_Entry(href, "article", "front_page", title or None))
    return _collect(iter(entries), source, site, base)
