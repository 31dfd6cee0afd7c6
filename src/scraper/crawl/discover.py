"""Discover: the addresses that feeds, sitemaps and front pages name.

A module because four formats answer one question. What a listing is, its bytes say: a news sitemap may stand where a
feed is expected, and the other way round. Pure.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from selectolax.lexbor import LexborHTMLParser

from scraper.config import Site
from scraper.crawl.article_address import may_be_article
from scraper.crawl.entries import MAX_ENTRIES, Entry, read_entries
from scraper.errors import ItemError
from scraper.page import Evidence, EvidenceKind, Found, Kind, Target
from scraper.payload import decode_payload
from scraper.url import Url, belongs_to, normalize

MAX_TITLE_CHARS = 1000
MAX_LINKS_BYTES = 2_000_000
"""Of a front page, once all tags but those of links are gone; large ones have a tenth of that left."""

_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_NO_ROOT = re.compile(
    rb"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE(?:[^\[>]{0,999}\[.{0,4096}?\]\s*>|[^>]*(?:>|\Z))", re.S | re.I
)
_NO_LINKS = re.compile(
    r"<!--.*?(?:-->|\Z)|<script\b.*?(?:</script|\Z)|<style\b.*?(?:</style|\Z)|<template\b.*?(?:</template|\Z)",
    re.S | re.I | re.A,
)
_LINK = re.compile(r"<a\b", re.I | re.A)
_OTHER_TAGS = re.compile(r"<(?!/?(?:a|link|base)\b)[^<>]*>", re.I | re.A)
_LISTING_ROOTS = frozenset({b"rss", b"rdf", b"feed", b"channel", b"urlset", b"sitemapindex"})
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing named.

    Args:
        found: In its order, each address once.
        dropped: Entries that are off the site or no addresses.
        unlike: Entries of the site that its article_pattern does not match.
        cut: True where it named more than MAX_ENTRIES.
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
        body = body.decode("utf-16", "replace").encode("utf-8", "replace")
    if kind == "front_page":
        return _read_front_page(body, source, site)
    root = _root_of(body)
    if root in _LISTING_ROOTS:
        return _collect(read_entries(body), source, site)
    if kind == "sitemap" and re.match(rb"(?:\xef\xbb\xbf)?\s*https?://\S+\s*(?:\n|\Z)", body):
        lines = body.decode("utf-8-sig", "replace").splitlines()
        return _collect((Entry(line.strip(), "article", "sitemap") for line in lines if line.strip()), source, site)
    reason = "not_a_sitemap" if kind == "sitemap" else "not_a_feed"
    raise ItemError(reason, f"{source}: begins with {body[:60]!r}" if body else f"{source}: is empty")


def _collect(entries: Iterator[Entry], source: Url, site: Site, base: Url | None = None) -> Listing:
    """Resolve, filter and count the entries of a listing."""
    pattern = re.compile(site.article_pattern) if site.article_pattern else None
    found: dict[Url, Found] = {}
    dropped = unlike = 0
    for number, entry in enumerate(entries):
        if number >= MAX_ENTRIES:
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
        return may_be_article(url)
    return path != "/"


def _root_of(body: bytes) -> bytes:
    """Give the name of the first element in lower case, without its prefix; b"" if there is none."""
    match = _ROOT.search(_NO_ROOT.sub(b"", body[:65_536].lstrip(b"\xef\xbb\xbf")))
    return match[1].lower() if match else b""


def _read_front_page(body: bytes, source: Url, site: Site) -> Listing:
    # Only links matter, and the parser's time is the square of the depth: without the other tags there is none.
    # As characters, because a replacement in bytes takes 80 of them more for each tag.
    markup = _OTHER_TAGS.sub(" ", _NO_LINKS.sub(" ", body.decode("latin-1")))
    # Ten megabytes of "<a>" would make a tree of one gigabyte.
    beyond = next(islice(_LINK.finditer(markup), MAX_ENTRIES, None), None)
    end = min(beyond.start() if beyond else len(markup), MAX_LINKS_BYTES)
    tree = LexborHTMLParser(markup[:end].encode("latin-1"))
    base = source
    if base_node := tree.css_first("base[href]"):
        with contextlib.suppress(ItemError):
            base = normalize(base_node.attributes.get("href") or "", source)
    entries: list[Entry] = []
    if not site.feeds:
        for node in tree.css("link[rel~=alternate][href]"):
            if (node.attributes.get("type") or "").strip().lower() in FEED_TYPES:
                entries.append(Entry(node.attributes.get("href") or "", "feed", "front_page"))
    for node in tree.css("a[href]"):
        href = (node.attributes.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            title = " ".join(node.text(separator=" ").split())
            entries.append(Entry(href, "article", "front_page", title or None))
    listing = _collect(iter(entries), source, site, base)
    return replace(listing, cut=listing.cut or end < len(markup))
