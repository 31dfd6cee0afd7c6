"""PageKind: what a page is that is no article, told by signs that are weighed against each other.

A module of its own because no single sign tells: shops declare articles, blogs live under /shop/, forums print essays.
What a page declares and the system that made it weigh most, the shape of its address and of its text less. In doubt a
page is an article. The words are in page_kinds.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from scraper.extract.features import fold
from scraper.extract.fields import Fields
from scraper.extract.layout import Layout
from scraper.extract.linked_data import LinkedData
from scraper.extract.shape import Shape, count_calls, measure_shape

Other = Literal["product", "forum", "documentation", "list", "section_front", "service"]

ENOUGH = 4
"""Points that make a page something else. Source: with it 12 of 2,466 development pages are something else, 9 of them
rightly; see lab.page_kinds."""

DECIDED = 8
"""What speaks for an article when nothing is asked any more."""

MANY_CARDS, MANY_PRICES, MANY_POSTS = 8, 8, 3
LITTLE_RUN, LONG_RUN = 700, 2_000
"""Running text between two linked headlines: a teaser has less than the one, no list has more than the other. Set by
hand."""

# Patterns are strings: re compiles and keeps them at their first use; most pages need none of them.
_DECLARED = r"Article$|Posting$|Review$|Recipe|HowTo|Report"
_DATED_PATH = r"/(?:19|20)\d\d(?:/|-|\d\d)"
_NUMBERED = r"\d{2,}"
_POST = r"^(?:post|p|pid|msg|message|reply|answer|comment|entry|js-post|post_message)[-_]?\d{2,}$"
_SCRIPT = r"\.(?:php|html?|aspx?|jsp|do|cfm|cgi)$"
_VERSION = r"^v?\d+\.(?:\d+|x)(?:\.[\dx]+)?$"


@dataclass(frozen=True)
class Signs:
    """The signs of one page, gathered when they are first asked for.

    Args:
        linked: What it declares.
        fields: What was found of it.
        layout: Its blocks.
        url: Its address after redirects, "" if unknown.
        root_names: Names of the html element.
        markup: The page as text; what its buttons say stands nowhere else.
    """

    linked: LinkedData
    fields: Fields
    layout: Layout
    url: str
    root_names: str
    markup: str

    @cached_property
    def types(self) -> frozenset[str]:
        """The schema.org types that the page declares."""
        return frozenset(self.linked.types)

    @cached_property
    def is_declared(self) -> bool:
        """Whether the page declares an article; a thread of a forum is none."""
        if self.linked.first_meta("article:published_time"):
            return True
        return any(re.search(_DECLARED, kind) for kind in self.types.difference(_words("forum", "types")))

    @cached_property
    def og_type(self) -> str:
        """og:type in lower case, "" where there is none."""
        return (self.linked.first_meta("og:type") or "").lower()

    @cached_property
    def generator(self) -> str:
        """What made the page, as it says, in lower case."""
        return " ".join(self.linked.all_meta("generator")[:5]).lower()

    @cached_property
    def host(self) -> frozenset[str]:
        """The labels of the host."""
        try:
            return frozenset((urlsplit(self.url).hostname or "").split("."))
        except ValueError:
            return frozenset()

    @cached_property
    def path(self) -> tuple[str, ...]:
        """The segments of the address's path, decoded, in lower case, without the endings of scripts."""
        try:
            path = unquote(urlsplit(self.url).path).lower()
            return tuple(re.sub(_SCRIPT, "", segment) for segment in path.split("/") if segment)
        except ValueError:
            return ()

    @cached_property
    def query(self) -> frozenset[str]:
        """The names of the fields in the address's query."""
        try:
            return frozenset(name for name, _ in parse_qsl(urlsplit(self.url).query[:2000]))
        except ValueError:
            return frozenset()

    @cached_property
    def page_names(self) -> frozenset[str]:
        """Names of the html and body elements: systems write there what kind of page they made."""
        return frozenset(f"{self.root_names} {self.layout.boxes[0].names}".lower().split())

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of all elements, and their tags where they are a system's own."""
        written = {box.names for box in self.layout.boxes}
        own = {box.tag for box in self.layout.boxes if "-" in box.tag}
        return self.page_names.union(" ".join(written).lower().split(), own)

    @cached_property
    def is_front(self) -> bool:
        """Whether the address is a site's first page."""
        return bool(self.host) and self.path in {(), ("index",), ("home",)} and not self.query

    @cached_property
    def has_cart(self) -> bool:
        """Whether something on the page can be bought."""
        markup = self.markup.casefold()
        return any(phrase in markup for phrase in _told()["product"]["carts"])

    @cached_property
    def shape(self) -> Shape:
        """What the text looks like."""
        return measure_shape(self.layout)

    @cached_property
    def calls(self) -> int:
        """How many different lines ask to become a customer."""
        return count_calls(self.layout, _calls())

    @cached_property
    def declared_points(self) -> int:
        """What speaks for an article: what it declares, what it is called, its address."""
        points = 4 * (not self.types.isdisjoint(_words("article", "types")))
        points += 4 * bool(self.linked.first_meta("article:published_time"))
        points += 2 * (self.og_type in _words("article", "og_types"))
        points += 3 * matches(self.page_names, "article", "page_names")
        below = self.path[:-1]
        points += 2 * (not _words("article", "segments").isdisjoint(below) or bool(re.search(_DATED_PATH, self.url)))
        return points

    @cached_property
    def article_points(self) -> int:
        """The same with a date and an author, which threads and manuals have too."""
        dated = self.fields.published_at is not None
        return self.declared_points + dated + bool(self.fields.authors or self.fields.byline)


def find_other_kind(signs: Signs) -> tuple[Other, str] | None:
    """Tell what a page is that is no article.

    Returns:
        The kind and what told it, None for an article and in doubt.
    """
    best = max(_weigh(signs), key=lambda weighed: weighed[1], default=None)
    if best is None or best[1] < ENOUGH:
        return None
    return "section_front" if best[0] == "list" and signs.is_front else best[0], best[2]


def find_form(signs: Signs) -> tuple[Literal["login", "service"], str] | None:
    """Tell a page that is there to log in, to register or to write to a firm, by its address."""
    last = signs.path[-1] if signs.path else ""
    if last in _words("account", "segments"):
        return "login", f"its address ends in {last!r}"
    return ("service", f"its address ends in {last!r}") if last in _words("contact", "segments") else None


def _weigh(signs: Signs) -> Iterator[tuple[Other, int, str]]:
    """Give for each kind the points for it, less those for an article, and what told it."""
    yield _weigh_forum(signs)
    if signs.declared_points < DECIDED:
        yield _weigh_product(signs)
        yield _weigh_documentation(signs)
        yield _weigh_list(signs)
        yield _weigh_service(signs)


def _weigh_forum(signs: Signs) -> tuple[Other, int, str]:
    declared = not signs.types.isdisjoint(_words("forum", "types"))
    system = _is_made_by("forum", signs)
    segments = not _words("forum", "segments").isdisjoint(signs.path)
    there = segments or not _words("forum", "hosts").isdisjoint(signs.host)
    if not (declared or system or there or matches(signs.page_names, "forum", "names")):
        return "forum", 0, ""
    named = matches(signs.names, "forum", "names")
    points = 4 * declared + 3 * system + 3 * named + there
    if there and re.search(_NUMBERED, signs.url):
        points += 1
    if there and sum(1 for name in signs.names if re.match(_POST, name)) >= MANY_POSTS:
        points += 2
    # A thread that declares itself one may declare an article as well.
    against = max(0, signs.declared_points - 4) if declared else signs.declared_points
    return "forum", points - against, _say(declared=declared, system=system, named=named, address=there)


def _weigh_product(signs: Signs) -> tuple[Other, int, str]:
    types = not signs.types.isdisjoint(_words("product", "types"))
    offered = types and not signs.types.isdisjoint(_words("product", "offers"))
    graph = signs.og_type in _words("product", "og_types") or any(
        signs.linked.first_meta(name) for name in _words("product", "meta")
    )
    named = matches(signs.page_names, "product", "page_names")
    address = not _words("product", "segments").isdisjoint(signs.path[:-1])
    points = 2 * types + offered + 3 * graph + 2 * named + 2 * address
    priced = signs.article_points < ENOUGH and signs.shape.prices > 0
    if points:
        points += 2 * matches(signs.names, "product", "names") + priced
    if priced and points < ENOUGH and _is_shop(signs) and signs.shape.prices < MANY_PRICES:
        points += 3 + (not points)
    return "product", points - signs.article_points, _say(declared=types or graph, named=named, address=address)


def _is_shop(signs: Signs) -> bool:
    """Tell a page that declares nothing of an article and where something can be bought."""
    return not signs.declared_points and signs.shape.run < LONG_RUN and signs.has_cart


def _weigh_documentation(signs: Signs) -> tuple[Other, int, str]:
    system = _is_made_by("documentation", signs)
    types = not signs.types.isdisjoint(_words("documentation", "types"))
    marked = any(signs.linked.first_meta(name) for name in _words("documentation", "meta"))
    host = not _words("documentation", "hosts").isdisjoint(signs.host)
    home = not _words("documentation", "homes").isdisjoint(signs.host)
    path = not _words("documentation", "segments").isdisjoint(signs.path) or any(
        re.match(_VERSION, segment) for segment in signs.path
    )
    points = 3 * system + 2 * types + 2 * marked + 2 * (host or home) + 2 * path
    named = False
    if points and "plugin-blog" not in signs.page_names:
        named = matches(signs.names, "documentation", "names")
        points += 2 * (named and not system) + (signs.shape.code >= 2)
    against = signs.declared_points
    return "documentation", points - against, _say(declared=types, system=system, named=named, address=host or path)


def _weigh_list(signs: Signs) -> tuple[Other, int, str]:
    types = not signs.types.isdisjoint(_words("list", "types"))
    named = matches(signs.page_names, "list", "page_names")
    shop = matches(signs.page_names, "list", "shop_page_names")
    address = not _words("list", "segments").isdisjoint(signs.path) or not _words("list", "queries").isdisjoint(
        signs.query
    )
    points = 2 * types + (not types and not signs.types.isdisjoint(_words("list", "weak_types")))
    points += 2 * named + 2 * shop + address + (signs.og_type == "website")
    if points >= signs.article_points:  # else the shape of the text, which is dear to measure, makes it no list
        points += _weigh_cards(signs, address=address, shop=shop)
    return "list", points - signs.article_points, _say(declared=types, named=named or shop, address=address)


def _weigh_cards(signs: Signs, *, address: bool, shop: bool) -> int:
    """Give the points for text that is made of headlines or offers."""
    shape, points = signs.shape, 0
    if shape.run < LITTLE_RUN and shape.cards >= MANY_CARDS:
        points += (2 if shape.headings >= MANY_CARDS or shape.cards >= 3 * MANY_CARDS else 1) + signs.is_front
    if shape.prices >= MANY_PRICES and shape.run < LONG_RUN:
        in_shop = address or not _words("list", "shop_segments").isdisjoint(signs.path)
        points += 2 + in_shop + (not shop and matches(signs.names, "list", "shop_names"))
        points += 2 * (points < ENOUGH and _is_shop(signs))
    return points - 2 * (shape.run > LONG_RUN)


def _weigh_service(signs: Signs) -> tuple[Other, int, str]:
    types = not signs.types.isdisjoint(_words("service", "types"))
    named = signs.is_front or matches(signs.page_names, "service", "page_names")
    short = len(signs.path) <= 2 and (not signs.path or signs.path[-1].count("-") <= 2)
    points = types + named + short + (signs.og_type == "website")
    if points < max(1, signs.article_points):
        return "service", 0, ""
    calls = signs.calls
    if calls:
        points += min(3, calls) + sum(_is_one_of(signs.names, part) for part in _parts()) // 2
    points -= 2 * (points >= ENOUGH and signs.shape.run > LONG_RUN)
    return "service", points - signs.article_points, f"{calls} calls to become a customer"


def matches(names: Collection[str], kind: str, which: str) -> bool:
    """Tell whether one of some names is among those that tell a kind."""
    return _is_one_of(names, _names(kind, which))


def _is_one_of(names: Collection[str], told: tuple[frozenset[str], tuple[str, ...]]) -> bool:
    equal, starts = told
    return not equal.isdisjoint(names) or any(name.startswith(starts) for name in names)


def _is_made_by(kind: str, signs: Signs) -> bool:
    return bool(signs.generator) and any(system in signs.generator for system in _words(kind, "systems"))


def _say(*, declared: bool = False, system: bool = False, named: bool = False, address: bool = False) -> str:
    """Say in words what told a kind."""
    told = {"what it declares": declared, "what made it": system, "names in its markup": named, "its address": address}
    return "told by " + (", ".join(name for name, is_sign in told.items() if is_sign) or "its text")


@cache
def _told() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("scraper.extract").joinpath("page_kinds.toml").read_text("utf-8"))


@cache
def _words(kind: str, which: str) -> frozenset[str]:
    return frozenset(_told()[kind][which])


@cache
def _names(kind: str, which: str) -> tuple[frozenset[str], tuple[str, ...]]:
    return _split_names(_told()[kind][which])


def _split_names(names: Collection[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Give the names that are told whole, and the beginnings of the others."""
    whole = frozenset(name for name in names if not name.endswith("*"))
    return whole, tuple(name[:-1] for name in names if name.endswith("*")) or ("\n",)


@cache
def _parts() -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    return tuple(_split_names(part) for part in _told()["service"]["parts"])


@cache
def _calls() -> dict[str, tuple[str, ...]]:
    calls: dict[str, list[str]] = {}
    for call in _told()["service"]["calls"]:
        calls.setdefault(call[:2].casefold(), []).append(fold(call))
    return {start: tuple(found) for start, found in calls.items()}
