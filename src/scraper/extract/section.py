"""Section: the desk or department an article is printed under, and its tags.

A module of its own because sections come from data, breadcrumbs, the line above the headline and the address, and each
of them names other things too: home, the headline itself, keywords.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.headline import Headline, words_of
from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import Printed, lines_of, stands_outside

MAX_SECTION_CHARS = 50
MAX_SECTION_WORDS = 6
MAX_SECTIONS = 6
MAX_LABEL_CHARS = 90
MAX_DISTANCE = 40
"""Elements between a section's label and the headline. Source: the development sets; 25 and 60 score the same."""

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
        *("beranda", "trang chủ", "首頁", "首页", "ホーム", "トップ", "홈", "الرئيسية", "ראשי", "website"),
        *("you are here", "sie sind hier", "index", "page d'accueil", "home news", "front page", "αρχική"),
        *("all", "article", "articles", "artikel"),
    )
)
_EMPTY = frozenset(
    (
        *("uncategorized", "uncategorised", "allgemein", "allgemeines", "general", "sin categoría", "n/a", "none"),
        *("null", "undefined", "default"),
    )
)
_WEAK = frozenset(("news", "nachrichten", "blog", "aktuell", "latest", "latest news", "top stories", "actualités"))
"""Sections that are believed only where nothing better is found."""

_SCHEME = re.compile(r"https?://[^/\[\]]+")
_ORIGIN = re.compile(r"^(?:https?:)?//[^/]*")
_DIGITS = re.compile(r"\d{3}")
_NOT_SECTION = re.compile(
    r"(?:^|/)(?:authors?|autor|tags?|people|by|user|profile|search|login|subscribe)(?:/|$)|\.(?:jpg|png)$"
)
_LIST = re.compile(r"\s*[,;]\s*")
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
    tree: LexborHTMLParser, printed: Printed, linked: LinkedData, *, url: str, headline: Headline
) -> Sections:
    """Find sections and tags."""
    tags, tags_source = _tags(linked)
    host = (urlsplit(url).hostname or "") if _SCHEME.match(url) else ""
    site_names = (*linked.site_names, host, host.removeprefix("www."), host.removeprefix("www.").split(".")[0])
    unwanted = {"".join(words_of(name)) for name in (*site_names, headline.text or "")} - {""}
    candidates = (
        (linked.sections, linked.origin.get("sections", "json_ld")),
        (linked.all_meta(*SECTION_META[:2]), "opengraph"),
        (linked.breadcrumbs, "json_ld"),
        (_printed_breadcrumb(printed, headline), "dom"),
        (_printed_label(printed, headline, linked_only=True), "dom"),
        (linked.all_meta(*SECTION_META[2:]), "meta"),
        (_from_address(tree, url), "url"),
        (_printed_label(printed, headline, linked_only=False), "dom"),
    )
    weak = Sections((), None, tags, tags_source)
    for names, source in candidates:
        kept = _kept(names, unwanted)
        if strong := tuple(name for name in kept if name.casefold() not in _WEAK):
            return Sections(kept if source == "json_ld" else strong, source, tags, tags_source)
        if kept and not weak.sections:
            weak = Sections(kept, source, tags, tags_source)
    return weak


def _tags(linked: LinkedData) -> tuple[tuple[str, ...], str | None]:
    if linked.tags:
        return linked.tags, linked.origin.get("tags", "json_ld")
    for name in TAG_META:
        if values := linked.meta.get(name):
            parts = values if len(values) > 1 else tuple(re.split(r"[,;]", values[0]))
            kept = dict.fromkeys(part.strip() for part in parts if 0 < len(part.strip()) <= 100)
            return tuple(kept)[:100], "opengraph" if ":" in name else "meta"
    return (), None


def _kept(names: Iterable[str], unwanted: set[str]) -> tuple[str, ...]:
    kept: dict[tuple[str, ...], str] = {}
    for name in itertools.chain.from_iterable(map(_split, names)):
        text = _LEADING.sub("", name.strip(" /|>»›·:-#"))
        key = words_of(text)
        if (
            not key
            or "".join(key) in unwanted
            or len(text) > MAX_SECTION_CHARS
            or len(text.split()) > MAX_SECTION_WORDS
        ):
            continue
        if text.casefold() in _HOME or text.casefold() in _EMPTY or "://" in text or text.isdigit():
            continue
        kept.setdefault(key, text)
    return tuple(kept.values())[:MAX_SECTIONS]


def _split(name: str) -> list[str]:
    """Split "World, Europe" and "Sport;Tennis", but not "Arts, Culture & Leisure"."""
    return [name] if "&" in name or " and " in name or " und " in name else _LIST.split(name)


def _printed_breadcrumb(printed: Printed, headline: Headline) -> tuple[str, ...]:
    for spot in sorted(printed.breadcrumb, key=lambda s: abs(s.place - headline.place))[:5]:
        anchors = spot.node.css("a")[:12] if spot.node.tag != "a" else []
        names = [" ".join(lines_of(anchor, limit=80)) for anchor in anchors]
        if any(names):
            return tuple(name for name in names if name)
    return ()


def _printed_label(printed: Printed, headline: Headline, *, linked_only: bool) -> tuple[str, ...]:
    """Find the word above (or right below) the headline whose class speaks of a section.

    Args:
        printed: The page's candidates.
        headline: The headline.
        linked_only: Take only links to what looks like a section's page: a short address without digits.
    """
    best: tuple[float, tuple[str, ...]] | None = None
    for spot in printed.section if headline.place else ():
        distance = spot.place - headline.place
        if not -MAX_DISTANCE <= distance <= MAX_DISTANCE or distance == 0:
            continue
        lines = lines_of(spot.node, limit=MAX_LABEL_CHARS)
        if not lines or len(lines) > MAX_SECTIONS or stands_outside(spot.node, headline.around):
            continue
        names = tuple(lines[:1])
        if linked_only:
            anchors = spot.node.css("a")[:MAX_SECTIONS] if spot.node.tag != "a" else [spot.node]
            if not anchors and spot.node.parent is not None and spot.node.parent.tag == "a":
                anchors = [spot.node.parent]
            anchors = [a for a in anchors if _leads_to_section(a.attributes.get("href") or "")]
            names = tuple(text for a in anchors if (text := " ".join(lines_of(a, limit=MAX_LABEL_CHARS))))
        if not names:
            continue
        score = -abs(distance) / MAX_DISTANCE - (0.5 if distance > 0 else 0.0) + 0.1 * min(len(names), 3)
        if best is None or score > best[0]:
            best = (score, names)
    return best[1] if best else ()


def _leads_to_section(address: str) -> bool:
    path = _ORIGIN.sub("", address.split("?", 1)[0]).strip("/")
    return 0 < len(path) <= 80 and not _DIGITS.search(path) and not _NOT_SECTION.search(path)


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
