"""Odd JSON: linked data of schema.org's words with values of wrong types, and scripts that are hardly JSON.

A module of its own because everything a page declares passes through it, and each key has its own ways to be wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from scraper.lab import oddities

_PLAIN: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, float("nan"), float("inf"), 10**300, "", " ", "\x00", "\ud800",
    [], {}, "2024-03-10",
)  # fmt: skip


def odd_script(rng: Random) -> str:
    """Write the text of a script of linked data."""
    depth = oddities.many(rng, 20_000)
    make: Callable[[], str] = rng.choice((
        lambda: json.dumps(odd_value(rng, 5)),
        lambda: json.dumps(odd_value(rng, 5), ensure_ascii=False)[: oddities.many(rng, 2000)],
        lambda: "[" * depth + "1" + "]" * rng.choice((0, depth)),
        lambda: '{"@type":"NewsArticle","author":' * depth + "{}" + "}" * depth,
        lambda: '{"@graph":[' * depth,
        lambda: '{"@type":"NewsArticle","headline":"' + oddities.babble(rng, 5000) + '"}',
        lambda: '{"@type":"NewsArticle","wordCount":' + "9" * depth + ',"headline":1e999999}',
        lambda: '{"@type":"NewsArticle","headline":"\\ud800","author":"\\udc00\\ud800","articleBody":"\\u0000"}',
        lambda: "<!--//--><![CDATA[//><!--" + json.dumps(odd_value(rng, 3)) + "//--><!]]>",
        lambda: '{"@type":"NewsArticle",' + "\n\t " * depth + "}",
        lambda: '{"a":' + '"\\' * depth,
    ))  # fmt: skip
    return make()


def change(rng: Random, value: Any) -> Any:
    """Replace some of a value's parts by something of a wrong type."""
    if rng.random() < 0.15:
        return odd_value(rng, 2)
    if isinstance(value, dict):
        return {key: change(rng, part) for key, part in value.items()}
    if isinstance(value, list):
        return [change(rng, part) for part in value]
    return value


def odd_value(rng: Random, depth: int) -> Any:
    """Make JSON of schema.org's words and wrong types."""
    how = rng.randrange(6 if depth else 3)
    if how < 3:
        words = (
            rng.choice(oddities.TYPES),
            rng.choice(oddities.DATES),
            rng.choice(oddities.URLS),
            oddities.babble(rng, 300),
        )
        return rng.choice((*_PLAIN, *words, "Anna Lee", ["Anna Lee", ["Ben Ode"]], {"name": {"name": ["Anna Lee"]}}))
    if how == 3:
        return [odd_value(rng, depth - 1) for _ in range(rng.randint(0, 4))]
    return {"@type": rng.choice(oddities.TYPES)} | {
        rng.choice(oddities.KEYS): odd_value(rng, depth - 1) for _ in range(rng.randint(1, 8))
    }
