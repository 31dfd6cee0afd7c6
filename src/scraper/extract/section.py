"""Section: the desk or department an article is printed under, and its tags.

A module of its own because sections come from data, breadcrumbs, the line above the headline and the address, and each
of them names other things too: home, the headline itself, keywords.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.extract.headline import Headline, words_of
from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import Printed
from scraper.extract.standing import lines_of, stands_outside

MAX_SECTION_CHARS = 50
MAX_SECTION_WORDS = 6
MAX_SECTIONS = 6
MAX_LABEL_CHARS = 90
MAX_DISTANCE = 40
"""Elements between a section's label and the headline. Source: the development sets; 25 and 60 score the same."""

MIN_TITLE_CHARS = 12
"""A shorter start of the headline may be a section's name."""

MAX_CATEGORY_LINKS = 40
MAX_GROUP = 5
"""More links to categories in one place are a menu. Chosen by hand."""

_CATEGORY_LINKS = 'a[rel~="category"]'
_CATEGORY_PATHS = 'a[href*="/category/"], a[href*="/kategorie/"], a[href*="/categorie/"], a[href*="/categoria/"]'

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
        *("all", "article", "articles", "artikel", "alle artikel", "erweiterte suche", "advanced search", "search"),
        *(
            "donate",
            "login",
            "log in",
            "sign in",
            "subscribe",
            "connexion",
            "anmelden",
            "meine werkzeuge",
            "menu",
            "advertisement",
        ),
        *("sie befinden sich hier", "vous êtes ici", "estás aquí", "tu sei qui", "ti trovi qui", "u bevindt zich hier"),
    )
)
_EMPTY = frozenset(
    (
        *("uncategorized", "uncategorised", "allgemein", "allgemeines", "general", "sin categoría", "n/a", "none"),
        *("null", "undefined", "default"),
    )
)
_EMPTY_PRINTED = frozenset(("uncategorized", "uncategorised", "allgemein", "allgemeines", "sin categoría", "general"))
"""What systems print for lack of a section: believed where there is nothing else."""

_WEAK = frozenset(("news", "nachrichten", "blog", "aktuell", "latest", "latest news", "top stories", "actualités"))
"""Sections that are believed only where nothing better is found."""

_SCHEME = re.compile(r"https?://[^/\[\]]+")
_ORIGIN = re.compile(r"^(?:https?:)?//[^/]*")
_DIGITS = re.compile(r"\d{3}")
_NOT_SECTION = re.compile(
    r"(?:^|/)(?:authors?|autor|tags?|people|by|user|profile|search|login|subscribe)(?:/|$)|\.(?:jpg|png)$"
)
_MOSTLY_DIGITS = re.compile(r"[\d\W]*\d[\d\W]*$")
_SLUG = re.compile(r"[a-z]+(?:[_-][a-z]+)+")
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
    site_names = (*linked.site_names, host, host.removeprefix("www."), *host.removeprefix("www.").split(".")[:-1])
    unwanted = {"".join(words_of(name)) for name in (*site_names, headline.text or "")} - {""}
    weak, weak_nodes = Sections((), None, tags, tags_source), list[LexborNode]()
    for names, source, nodes in _candidates(tree, printed, linked, url=url, headline=headline):
        kept = _kept(names, unwanted)
        if strong := tuple(name for name in kept if name.casefold() not in _WEAK and not _SLUG.fullmatch(name)):
            printed.chosen["section"] = nodes
            return Sections(kept if source == "json_ld" else strong, source, tags, tags_source)
        if not kept and source == "dom":
            kept = tuple(name for name in names if name.strip().casefold() in _EMPTY_PRINTED)[:1]
        if kept and not weak.sections:
            weak, weak_nodes = Sections(kept, source, tags, tags_source), nodes
    printed.chosen["section"] = weak_nodes
    return weak


def _candidates(
    tree: LexborHTMLParser, printed: Printed, linked: LinkedData, *, url: str, headline: Headline
) -> Iterator[tuple[tuple[str, ...], str | None, list[LexborNode]]]:
    """Yield what each source names, the surest first, and where that is printed.

    What costs a search is searched only when it is its turn.
    """
    yield linked.sections, linked.origin.get("sections", "json_ld"), []
    yield linked.all_meta(*SECTION_META[:2]), "opengraph", []
    yield _without_page(linked.breadcrumbs, headline), "json_ld", []
    yield _named(_category_links(tree, headline, _CATEGORY_LINKS, sure=True))
    yield _named(_printed_breadcrumb(printed, headline))
    yield _named(_printed_label(printed, headline, linked_only=True))
    yield linked.all_meta(*SECTION_META[2:]), "meta", []
    yield _from_address(tree, url), "url", []
    yield _named(_category_links(tree, headline, _CATEGORY_PATHS, sure=False))
    yield _named(_printed_label(printed, headline, linked_only=False))


def _named(found: Sequence[tuple[str, LexborNode]]) -> tuple[tuple[str, ...], str, list[LexborNode]]:
    return tuple(name for name, _ in found), "dom", [node for _, node in found]


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
        if text.casefold() in _HOME or text.casefold() in _EMPTY or "://" in text or _MOSTLY_DIGITS.match(text):
            continue
        kept.setdefault(key, text)
    return tuple(kept.values())[:MAX_SECTIONS]


def _split(name: str) -> list[str]:
    """Split "World, Europe" and "Sport;Tennis", but not "Arts, Culture & Leisure"."""
    parts = _LIST.split(name)
    return [name] if any(joint in parts[-1] for joint in (" & ", " and ", " und ", " et ", " y ")) else parts


def _without_page(names: tuple[str, ...], headline: Headline) -> tuple[str, ...]:
    """Drop the page itself, cut short or not, from the end of its breadcrumbs."""
    title = "".join(words_of(headline.text or ""))
    last = "".join(words_of(names[-1].rstrip(" .…"))) if names else ""
    return (
        names[:-1]
        if len(last) > MIN_TITLE_CHARS and title and (title.startswith(last) or last.startswith(title))
        else names
    )


def _category_links(
    tree: LexborHTMLParser, headline: Headline, selector: str, *, sure: bool
) -> Sequence[tuple[str, LexborNode]]:
    """Give the links to the page's categories: the first small group of them that is not beside the article.

    Args:
        tree: The page.
        headline: The headline.
        selector: Of the links.
        sure: They are marked as categories, so that what only seems to be beside the article will do.
    """
    inside: dict[int, list[tuple[str, LexborNode]]] = {}
    beside: dict[int, list[tuple[str, LexborNode]]] = {}
    for anchor in tree.css(selector)[:MAX_CATEGORY_LINKS]:
        if anchor.parent is None or not (text := " ".join(lines_of(anchor, limit=MAX_LABEL_CHARS))):
            continue
        groups = beside if stands_outside(anchor, headline.around) else inside
        groups.setdefault(anchor.parent.mem_id, []).append((text, anchor))
    groups_in_order = [*inside.values(), *(beside.values() if sure else ())]
    return next((names for names in groups_in_order if len(names) <= MAX_GROUP), ())


def _printed_breadcrumb(printed: Printed, headline: Headline) -> Sequence[tuple[str, LexborNode]]:
    for spot in sorted(printed.breadcrumb, key=lambda s: abs(s.place - headline.place))[:5]:
        anchors = spot.node.css("a")[:12] if spot.node.tag != "a" else []
        if names := [(name, anchor) for anchor in anchors if (name := " ".join(lines_of(anchor, limit=80)))]:
            return names
    return ()


def _printed_label(printed: Printed, headline: Headline, *, linked_only: bool) -> Sequence[tuple[str, LexborNode]]:
    """Find the word above (or right below) the headline whose class speaks of a section.

    Args:
        printed: The page's candidates.
        headline: The headline.
        linked_only: Take only links to what looks like a section's page: a short address without digits.
    """
    best: tuple[float, list[tuple[str, LexborNode]]] | None = None
    for spot in printed.section if headline.place else ():
        distance = spot.place - headline.place
        if not -MAX_DISTANCE <= distance <= MAX_DISTANCE or distance == 0:
            continue
        lines = lines_of(spot.node, limit=MAX_LABEL_CHARS)
        if not lines or len(lines) > MAX_SECTIONS or stands_outside(spot.node, headline.around):
            continue
        names = [(lines[0], spot.node)]
        if linked_only:
            anchors = spot.node.css("a")[:MAX_SECTIONS] if spot.node.tag != "a" else [spot.node]
            if not anchors and spot.node.parent is not None and spot.node.parent.tag == "a":
                anchors = [spot.node.parent]
            anchors = [a for a in anchors if _leads_to_section(a.attributes.get("href") or "")]
            names = [(text, a) for a in anchors if (text := " ".join(lines_of(a, limit=MAX_LABEL_CHARS)))]
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
    """Take the parts of the path that lead to sections, as the page's links to them name them."""
    try:
        parts = [unquote(part) for part in urlsplit(url).path.split("/") if part][:-1]
    except ValueError:
        return ()
    while parts and (parts[0].casefold() in _NO_SECTION_PARTS or len(parts[0]) == LANGUAGE_CHARS):
        parts.pop(0)
    if not parts or not _SEGMENT.fullmatch(parts[0]):
        return ()
    wanted = _spelled(parts[0].replace("-", " "))
    exact: str | None = None
    for anchor in tree.css(f'a[href*="/{parts[0]}"]')[:40]:
        text = " ".join(lines_of(anchor, limit=60))
        if _spelled(text) == wanted:
            return (text,)
        path = _ORIGIN.sub("", anchor.attributes.get("href") or "").split("?")[0].rstrip("/")
        if exact is None and text and path.endswith(f"/{parts[0]}") and len(text.split()) <= MAX_SECTION_WORDS:
            exact = text
    return (exact,) if exact else ()


def _spelled(text: str) -> str:
    """Make "Kapitalmärkte" and "kapitalmaerkte" one."""
    joined = "".join(word for word in words_of(text) if word not in ("and", "und", "et", "y"))
    return joined.replace("ae", "a").replace("oe", "o").replace("ue", "u")


LANGUAGE_CHARS = 2
_NO_SECTION_PARTS = frozenset(
    ("article", "articles", "artikel", "story", "stories", "posts", "post", "content", "node")
)
