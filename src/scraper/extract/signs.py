"""Signs: what of a page tells which kind it is, gathered when it is first asked for.

A module of its own so that page_kind.py only weighs. The words are in page_kinds.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from scraper.extract.features import fold
from scraper.extract.fields import Fields
from scraper.extract.layout import Layout
from scraper.extract.linked_data import LinkedData
from scraper.extract.shape import Shape, count_calls, measure_shape

# Patterns are strings: re compiles and keeps them at their first use; most pages need none of them.
_DECLARED = r"Article$|Posting$|Review$|Recipe|HowTo|Report"
_DATED_PATH = r"/(?:19|20)\d\d(?:/|-|\d\d)"
_SCRIPT = r"\.(?:php|html?|aspx?|jsp|do|cfm|cgi)$"


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
        return any(re.search(_DECLARED, kind) for kind in self.types.difference(words_of("forum", "types")))

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
        points = 4 * (not self.types.isdisjoint(words_of("article", "types")))
        points += 4 * bool(self.linked.first_meta("article:published_time"))
        points += 2 * (self.og_type in words_of("article", "og_types"))
        points += 3 * matches(self.page_names, "article", "page_names")
        below = self.path[:-1]
        points += 2 * (not words_of("article", "segments").isdisjoint(below) or bool(re.search(_DATED_PATH, self.url)))
        return points

    @cached_property
    def article_points(self) -> int:
        """The same with a date and an author, which threads and manuals have too."""
        dated = self.fields.published_at is not None
        return self.declared_points + dated + bool(self.fields.authors or self.fields.byline)


def matches(names: Collection[str], kind: str, which: str) -> bool:
    """Tell whether one of some names is among those that tell a kind."""
    return is_one_of(names, _names(kind, which))


def is_one_of(names: Collection[str], told: tuple[frozenset[str], tuple[str, ...]]) -> bool:
    """Tell whether one of some names is told: whole, or by how it begins."""
    equal, starts = told
    return not equal.isdisjoint(names) or any(name.startswith(starts) for name in names)


@cache
def _told() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("scraper.extract").joinpath("page_kinds.toml").read_text("utf-8"))


@cache
def words_of(kind: str, which: str) -> frozenset[str]:
    """Give the words of a list of page_kinds.toml."""
    return frozenset(_told()[kind][which])


@cache
def _names(kind: str, which: str) -> tuple[frozenset[str], tuple[str, ...]]:
    return _split_names(_told()[kind][which])


def _split_names(names: Collection[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Give the names that are told whole, and the beginnings of the others."""
    whole = frozenset(name for name in names if not name.endswith("*"))
    return whole, tuple(name[:-1] for name in names if name.endswith("*")) or ("\n",)


@cache
def parts_of_a_service() -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    """Give the names of the parts that pages of firms are built of."""
    return tuple(_split_names(part) for part in _told()["service"]["parts"])


@cache
def _calls() -> dict[str, tuple[str, ...]]:
    calls: dict[str, list[str]] = {}
    for call in _told()["service"]["calls"]:
        calls.setdefault(call[:2].casefold(), []).append(fold(call))
    return {start: tuple(found) for start, found in calls.items()}
