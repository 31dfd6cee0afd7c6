"""Section: the desk or department an article is printed under, and its tags.

A module of its own because sections come from data, breadcrumbs, the line above the headline and the address, and each
of them names other things too: home, the headline itself, keywords.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.headline import words_of
from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import Printed, lines_of, stands_outside

MAX_SECTION_CHARS = 50
MAX_SECTION_WORDS = 6
MAX_SECTIONS = 6

SECTION_META = (
    *("article:section", "og:article:section", "parsely-section", "cxenseparse:section", "dcsext.section"),
    *("section", "article.section", "category", "news_category", "topic", "channel", "dc.subject"),
)
TAG_META = (
    *("article:tag", "og:article:tag", "parsely-tags", "sailthru.tags", "news_keywords", "keywords"),
    "cxenseparse:tag",
)

_HOME = frozenset(
    (
        *("home", "homepage", "home page", "start", "startseite", "startsida", "accueil", "inicio", "início", "hjem"),
        *("portada", "forside", "etusivu", "strona główna", "domů", "главная", "головна", "ana sayfa", "anasayfa"),
        *("beranda", "trang chủ", "首頁", "首页", "ホーム", "トップ", "홈", "الرئيسية", "ראשי", "news", "nachrichten"),
        *("you are here", "sie sind hier", "index", "page d'accueil", "home news", "front page", "αρχική", "blog"),
        *("all", "article", "articles", "artikel"),
    )
)
_EMPTY = frozenset(
    (
        *("uncategorized", "uncategorised", "allgemein", "allgemeines", "general", "sin categoría", "n/a", "none"),
        *("null", "undefined", "default"),
    )
)
_SEGMENT = re.compile(r"[^\W\d_][\w-]{2,30}")
_LEADING = re.compile(r"^(?:in|filed under|category|section|rubrik|topic|kategorie)\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sections:
    """Sections as printed, outermost first; tags apart."""

    sections: tuple[str, ...] = ()
    source: str | None = None
    tags: tuple[str, ...] = ()
    tags_source: str | None = None


def find_sections(
    tree: LexborHTMLParser, printed: Printed, linked: LinkedData, *, url: str, headline: str | None, headline_place: int
) -> Sections:
    """Find sections and tags."""
    tags, tags_source = _tags(linked)
    unwanted = {words_of(name) for name in linked.site_names} | ({words_of(headline)} if headline else set())
    candidates = (
        (linked.sections, linked.origin.get("sections", "json_ld")),
        (linked.all_meta(*SECTION_META[:2]), "opengraph"),
        (linked.breadcrumbs, "json_ld"),
        (_printed_breadcrumb(printed, headline_place), "dom"),
        (_printed_label(printed, headline_place), "dom"),
        (linked.all_meta(*SECTION_META[2:]), "meta"),
        (_from_address(tree, url), "url"),
    )
    for names, source in candidates:
        if kept := _kept(names, unwanted):
            return Sections(kept, source, tags, tags_source)
    return Sections((), None, tags, tags_source)


def _tags(linked: LinkedData) -> tuple[tuple[str, ...], str | None]:
    if linked.tags:
        return linked.tags, linked.origin.get("tags", "json_ld")
    for name in TAG_META:
        if values := linked.meta.get(name):
            parts = values if len(values) > 1 else tuple(re.split(r"[,;]", values[0]))
            kept = dict.fromkeys(part.strip() for part in parts if 0 < len(part.strip()) <= 100)
            return tuple(kept)[:100], "opengraph" if ":" in name else "meta"
    return (), None


def _kept(names: Iterable[str], unwanted: set[tuple[str, ...]]) -> tuple[str, ...]:
    kept: dict[tuple[str, ...], str] = {}
    for name in names:
        text = _LEADING.sub("", name.strip(" /|>»›·:-#"))
        key = words_of(text)
        if not key or key in unwanted or len(text) > MAX_SECTION_CHARS or len(text.split()) > MAX_SECTION_WORDS:
            continue
        if text.casefold() in _HOME or text.casefold() in _EMPTY or "://" in text or text.isdigit():
            continue
        kept.setdefault(key, text)
    return tuple(kept.values())[:MAX_SECTIONS]


def _printed_breadcrumb(printed: Printed, headline_place: int) -> tuple[str, ...]:
    for spot in sorted(printed.breadcrumb, key=lambda s: abs(s.place - headline_place))[:5]:
        anchors = spot.node.css("a")[:12] if spot.node.tag != "a" else []
        names = [" ".join(lines_of(anchor, limit=80)) for anchor in anchors]
        if any(names):
            return tuple(name for name in names if name)
    return ()


def _printed_label(printed: Printed, headline_place: int) -> tuple[str, ...]:
    """Find the linked word above (or right below) the headline whose class speaks of a section."""
    best: tuple[float, tuple[str, ...]] | None = None
    for spot in printed.section:
        distance = spot.place - headline_place
        if not headline_place or not -40 <= distance <= 40:
            continue
        lines = lines_of(spot.node, limit=80)
        if not lines or len(lines) > 4 or stands_outside(spot.node):
            continue
        anchors = spot.node.css("a")[:6] if spot.node.tag != "a" else [spot.node]
        names = tuple(text for anchor in anchors if (text := " ".join(lines_of(anchor, limit=60)))) or tuple(lines[:1])
        score = (1.0 if anchors else 0.0) - abs(distance) / 40
        if best is None or score > best[0]:
            best = (score, names)
    return best[1] if best else ()


def _from_address(tree: LexborHTMLParser, url: str) -> tuple[str, ...]:
    """Take the first part of the path if it is the text of a link on the page."""
    try:
        parts = [unquote(part) for part in urlsplit(url).path.split("/") if part]
    except ValueError:
        return ()
    if len(parts) < 2 or not _SEGMENT.fullmatch(parts[0]):
        return ()
    wanted = words_of(parts[0].replace("-", " "))
    for anchor in tree.css(f'a[href*="/{parts[0]}"]')[:40]:
        text = " ".join(lines_of(anchor, limit=60))
        if words_of(text) == wanted:
            return (text,)
    return ()
