"""PageKind: what a page is that is no article, told by signs that are weighed against each other.

A module of its own because no single sign tells: shops declare articles, blogs live under /shop/, forums print essays.
What a page declares and the system that made it weigh most, the shape of its address and of its text less. In doubt a
page is an article. The words are in page_kinds.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from scraper.extract.signs import Signs, is_one_of, matches, parts_of_a_service, words_of

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
_NUMBERED = r"\d{2,}"
_POST = r"^(?:post|p|pid|msg|message|reply|answer|comment|entry|js-post|post_message)[-_]?\d{2,}$"
_VERSION = r"^v?\d+\.(?:\d+|x)(?:\.[\dx]+)?$"


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
    if last in words_of("account", "segments"):
        return "login", f"its address ends in {last!r}"
    return ("service", f"its address ends in {last!r}") if last in words_of("contact", "segments") else None


def _weigh(signs: Signs) -> Iterator[tuple[Other, int, str]]:
    """Give for each kind the points for it, less those for an article, and what told it."""
    yield _weigh_forum(signs)
    if signs.declared_points < DECIDED:
        yield _weigh_product(signs)
        yield _weigh_documentation(signs)
        yield _weigh_list(signs)
        yield _weigh_service(signs)


def _weigh_forum(signs: Signs) -> tuple[Other, int, str]:
    declared = not signs.types.isdisjoint(words_of("forum", "types"))
    system = _is_made_by("forum", signs)
    segments = not words_of("forum", "segments").isdisjoint(signs.path)
    there = segments or not words_of("forum", "hosts").isdisjoint(signs.host)
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
    types = not signs.types.isdisjoint(words_of("product", "types"))
    offered = types and not signs.types.isdisjoint(words_of("product", "offers"))
    graph = signs.og_type in words_of("product", "og_types") or any(
        signs.linked.first_meta(name) for name in words_of("product", "meta")
    )
    named = matches(signs.page_names, "product", "page_names")
    address = not words_of("product", "segments").isdisjoint(signs.path[:-1])
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
    types = not signs.types.isdisjoint(words_of("documentation", "types"))
    marked = any(signs.linked.first_meta(name) for name in words_of("documentation", "meta"))
    host = not words_of("documentation", "hosts").isdisjoint(signs.host)
    home = not words_of("documentation", "homes").isdisjoint(signs.host)
    path = not words_of("documentation", "segments").isdisjoint(signs.path) or any(
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
    types = not signs.types.isdisjoint(words_of("list", "types"))
    named = matches(signs.page_names, "list", "page_names")
    shop = matches(signs.page_names, "list", "shop_page_names")
    address = not words_of("list", "segments").isdisjoint(signs.path) or not words_of("list", "queries").isdisjoint(
        signs.query
    )
    points = 2 * types + (not types and not signs.types.isdisjoint(words_of("list", "weak_types")))
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
        in_shop = address or not words_of("list", "shop_segments").isdisjoint(signs.path)
        points += 2 + in_shop + (not shop and matches(signs.names, "list", "shop_names"))
        points += 2 * (points < ENOUGH and _is_shop(signs))
    return points - 2 * (shape.run > LONG_RUN)


def _weigh_service(signs: Signs) -> tuple[Other, int, str]:
    types = not signs.types.isdisjoint(words_of("service", "types"))
    named = signs.is_front or matches(signs.page_names, "service", "page_names")
    short = len(signs.path) <= 2 and (not signs.path or signs.path[-1].count("-") <= 2)
    points = types + named + short + (signs.og_type == "website")
    if points < max(1, signs.article_points):
        return "service", 0, ""
    calls = signs.calls
    if calls:
        points += min(3, calls) + sum(is_one_of(signs.names, part) for part in parts_of_a_service()) // 2
    points -= 2 * (points >= ENOUGH and signs.shape.run > LONG_RUN)
    return "service", points - signs.article_points, f"{calls} calls to become a customer"


def _is_made_by(kind: str, signs: Signs) -> bool:
    return bool(signs.generator) and any(system in signs.generator for system in words_of(kind, "systems"))


def _say(*, declared: bool = False, system: bool = False, named: bool = False, address: bool = False) -> str:
    """Say in words what told a kind."""
    told = {"what it declares": declared, "what made it": system, "names in its markup": named, "its address": address}
    return "told by " + (", ".join(name for name, is_sign in told.items() if is_sign) or "its text")
