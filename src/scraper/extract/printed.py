"""Printed: where a page prints its headline, byline, times, sections and breadcrumbs, found in one pass.

A module of its own so that the tree is walked once for all fields, and so that the words of class names that tell what
an element is stand in one table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_ELEMENTS = 60_000
"""Elements looked at; what comes later is not near any headline. Source: the largest of 2,466 pages has 10,041."""

MAX_SPOTS = 400
"""Candidates kept of a kind, against hostile pages."""

NEAR_BEFORE = 25
NEAR_AFTER = 80
MAX_OWN_CHARS = 300
"""Elements around the headline whose own text is read. Chosen by hand, on the development pages."""

MAX_KEY_CHARS = 400

MAX_CLIMB = 25
"""Ancestors looked at for what an element stands in."""

_WORDS: dict[str, tuple[str, ...]] = {
    "byline": (
        *("byline", "by-line", "author", "autor", "auteur", "autrice", "autore", "writer", "writtenby", "written-by"),
        *("reporter", "journalist", "contributor", "signature", "columnist", "verfasser", "redakteur", "skribent"),
        *("forfatter", "schrijver", "penulis", "yazar", "kirjoittaja", "redaktor", "journaliste", "giornalista"),
        *("periodista", "signed", "firma", "staffer", "vcard", "creator", "postedby", "posted-by", "submitted"),
    ),
    "date": (
        *("date", "time", "datum", "publi", "fecha", "dato", "tarih", "posted", "updated", "zeit", "meta", "created"),
        *("byline", "modified", "tanggal", "когда", "data", "info"),
    ),
    "section": (
        *("kicker", "eyebrow", "section", "categor", "rubri", "overline", "topic", "dachzeile", "ressort", "channel"),
        *("supertitle", "label", "flag", "seccion", "sezione", "vinjett"),
    ),
    "dek": (
        *("dek", "deck", "standfirst", "subtitle", "sub-title", "subhead", "sub-head", "subheadline", "sub_title"),
        *("summary", "chapeau", "chapo", "lead", "intro", "excerpt", "ingress", "abstract", "sottotitolo", "occhiello"),
        *(
            "entradilla",
            "bajada",
            "untertitel",
            "vorspann",
            "desc",
            "lede",
            "tagline",
            "einleitung",
            "sommario",
            "copete",
        ),
        *("manchet", "perex", "strapline", "blurb", "subheading", "sub-heading", "teaser", "spot"),
        *("synopsis", "preamble", "shorttext", "short-text"),
    ),
    "breadcrumb": ("breadcrumb", "crumb", "ariane", "brotkrum", "migas", "kruimel", "you-are-here", "briciole"),
    "paywall": (
        *("paywall", "subscriber-only", "subscribers-only", "subscriberonly", "premium-content", "regwall", "paygate"),
        *("pay-wall", "piano-offer", "meter-wall", "article-locked", "locked-content", "payment-wall"),
    ),
    "credit": ("caption", "credit", "photo", "image", "figure", "copyright", "figcap", "foto", "picture", "video"),
}
"""Parts of class, id, itemprop, rel and data-* values -> what the element is. Source: class names of content
systems in a dozen languages, chosen by hand and checked on the development pages."""

_ASIDE = re.compile(
    r"(?<!with-)(?<!has-)(?<!no-)(?<!hide-)(?:comment(?!ary|ato|ator)|related(?!-(?:section|topic|tag|categor))|sidebar|recommend|popular|trending|most-?read|outbrain|taboola|"
    r"disqus|more-stories|read-?more|up-next|navbar|advert|cookie|recirc|carousel|playlist|next-article|read-next|similar|"
    r"latest-|-latest|latest_|trail__|site-footer|page-footer|main-menu|reply|respond)"
)
"""Class words of what is beside the article. Source: the development sets; more words ("card", "widget", "teaser",
"footer") stand on the articles themselves as often."""

_KINDS = ("byline", "date", "section", "dek", "breadcrumb", "paywall")
_KEY_NAMES = frozenset(
    ("class", "id", "itemprop", "rel", "data-testid", "data-qa", "property", "data-component", "aria-label")
)
_LABELED_TAGS = frozenset(("a", "li", "span"))
_KEY_NAMES_OF_LABELED = _KEY_NAMES - {"aria-label"}
"""The labels of links are sentences, and no two are alike."""

BOLD_TAGS = frozenset(("b", "strong", "font", "big"))
"""Where a page has no headings, as in the first years of the web, its headline is printed in one of these."""
_HEADINGS = frozenset(("h1", "h2", "h3"))
TIME_TAGS = frozenset(("time", "relative-time", "time-ago", "local-time"))
_TELLING_TAGS = _HEADINGS | TIME_TAGS | {"address"}
_BLANK_TAGS = frozenset(
    ("script", "style", "svg", "path", "img", "input", "button", "meta", "link", "g", "use", "br", "source", "-comment")
)
SILENT_TAGS = frozenset(("script", "style", "noscript", "template", "svg", "title"))


class Spot(NamedTuple):
    """An element that may hold a field.

    Args:
        node: The element.
        key: Its class, id and kin, lower case.
        place: Its number in document order.
    """

    node: LexborNode
    key: str
    place: int


@dataclass(slots=True)
class Printed:
    """The elements of a page that may hold a field, by kind, in document order."""

    headings: list[Spot] = field(default_factory=list)
    times: list[Spot] = field(default_factory=list)
    byline: list[Spot] = field(default_factory=list)
    date: list[Spot] = field(default_factory=list)
    section: list[Spot] = field(default_factory=list)
    dek: list[Spot] = field(default_factory=list)
    breadcrumb: list[Spot] = field(default_factory=list)
    paywall: list[Spot] = field(default_factory=list)
    nodes: list[LexborNode] = field(default_factory=list)
    near: dict[int, list[tuple[Spot, str]]] = field(default_factory=dict)
    """What near_texts gave, as several fields ask for it."""
    chosen: dict[str, list[LexborNode]] = field(default_factory=dict)
    """Field -> the elements it was read from, or that print what was declared, for whoever shows them."""


def read_printed(tree: LexborHTMLParser) -> Printed:
    """Collect the elements of a page's body that may hold a field."""
    found = Printed()
    body = tree.body
    if body is None:
        return found
    keyed: list[tuple[LexborNode, str, int]] = []
    keep = found.nodes.append
    for place, node in enumerate(islice(body.traverse(include_text=False), MAX_ELEMENTS), 1):
        keep(node)
        tag = node.tag
        if tag in _BLANK_TAGS:
            continue
        given = node.attributes
        key = ""
        if given:
            if len(given) == 1:
                ((name, value),) = given.items()
                key = value if value and name in _KEY_NAMES else ""
            else:
                names = _KEY_NAMES if tag not in _LABELED_TAGS else _KEY_NAMES_OF_LABELED
                key = " ".join([value for name, value in given.items() if value and name in names])
            if key:
                keyed.append((node, key, place))
        if tag in _TELLING_TAGS:
            spots = found.headings if tag in _HEADINGS else found.times if tag in TIME_TAGS else found.byline
            if len(spots) < MAX_SPOTS:
                spots.append(Spot(node, key.lower(), place))
    if not found.headings:
        bold = [Spot(node, "", place) for place, node in enumerate(found.nodes, 1) if node.tag in BOLD_TAGS]
        found.headings = bold[:MAX_SPOTS]
    _sort_by_kind(found, keyed)
    return found


def _sort_by_kind(found: Printed, keyed: list[tuple[LexborNode, str, int]]) -> None:
    """Put elements into the lists of what their keys say they may be."""
    lists: dict[str, list[Spot]] = {kind: getattr(found, kind) for kind in _KINDS}
    into: dict[str, list[list[Spot]]] = {key: [] for _, key, _ in keyed}
    _learn([key for key in into if key not in _kinds])
    for key in into:
        if kinds := kinds_of(key):
            into[key] = [lists[kind] for kind in kinds if kind in lists]
    for node, key, place in keyed:
        for spots in into[key]:
            if len(spots) < MAX_SPOTS:
                spots.append(Spot(node, key.lower(), place))


_kinds: dict[str, tuple[str, ...]] = {}
MAX_KNOWN = 50_000
"""Keys remembered from page to page, as the pages of a site share them."""


def _learn(keys: list[str]) -> None:
    """Tell of many keys at once what they may be: one search over all is twice as fast as one for each."""
    if len(_kinds) > MAX_KNOWN:
        _kinds.clear()
    if not keys:
        return
    short = [key[:MAX_KEY_CHARS].lower().replace("\n", " ") for key in keys]
    kinds: dict[str, None] = {}
    remaining = iter(keys)
    for word in _WORD_OR_END.findall("\n".join(short) + "\n"):
        if word == "\n":
            _kinds[next(remaining)] = tuple(kinds)
            kinds = {}
        else:
            kinds.update(_KINDS_OF_WORD[word])


def near_texts(printed: Printed, place: int) -> list[tuple[Spot, str]]:
    """Give the elements around a place that hold short text of their own, with it: what stands beside a headline."""
    if not place:
        return []
    if (known := printed.near.get(place)) is not None:
        return known
    start = max(0, place - 1 - NEAR_BEFORE)
    found = []
    for number, node in enumerate(printed.nodes[start : place + NEAR_AFTER], start + 1):
        if node.tag in SILENT_TAGS or number == place:
            continue
        raw = node.text(deep=False, separator=" ")
        if raw and (text := " ".join(raw[:MAX_OWN_CHARS].split())):
            found.append((Spot(node, key_of(node), number), text))
    printed.near[place] = found
    return found


def key_of(node: LexborNode) -> str:
    """Give an element's class, id and kin, lower case."""
    return " ".join([value for name, value in node.attributes.items() if value and name in _KEY_NAMES]).lower()


def kinds_of(key: str) -> tuple[str, ...]:
    """Tell what an element with this class, id and kin may be."""
    if (kinds := _kinds.get(key)) is None:
        _learn([key])
        kinds = _kinds[key]
    return kinds


@lru_cache(maxsize=20_000)
def is_aside(key: str) -> bool:
    """Tell whether an element with this class, id and kin stands beside the article."""
    key = key[:MAX_KEY_CHARS].lower()
    return "-sidebar-" not in key and _ASIDE.search(key) is not None


def _pattern_of(words: list[str]) -> str:
    """Write words as nested alternatives by their common starts: tried at every place, a flat list takes ten times."""
    heads: dict[str, list[str]] = {}
    for word in words:
        heads.setdefault(word[:1], []).append(word[1:])
    ends = "" in heads
    heads.pop("", None)
    parts = [re.escape(head) + _pattern_of(tails) for head, tails in heads.items()]
    if not parts:
        return ""
    body = parts[0] if len(parts) == 1 and not ends else f"(?:{'|'.join(parts)})"
    return body + "?" if ends else body


_ALL_WORDS = sorted({word for words in _WORDS.values() for word in words})
_WORD_OR_END = re.compile(_pattern_of([*_ALL_WORDS, "\n"]))
_KINDS_OF_WORD: dict[str, dict[str, None]] = {
    found: {kind: None for kind, words in _WORDS.items() if any(word in found for word in words)}
    for found in _ALL_WORDS
}
