"""Microdata: the itemprop attributes of the page's own article.

A module of its own because comments, teasers and reviews carry the same attributes, so that scope decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.extract.json_ld import ARTICLE_TYPES, clean_text, split_keywords

MAX_ITEMS = 3000
MAX_DEPTH = 40

_MICRODATA = {
    "headline": "headline",
    "alternativeheadline": "alternative_headline",
    "description": "description",
    "author": "authors",
    "creator": "authors",
    "datepublished": "published",
    "datecreated": "published",
    "datemodified": "modified",
    "articlesection": "sections",
    "keywords": "tags",
    "inlanguage": "language",
}


def microdata_values(tree: LexborHTMLParser) -> dict[str, Any]:
    """Read the properties of the first article in microdata, and RDFa's property attributes where they are the same."""
    found: dict[str, list[str]] = {}
    scope: int | None = None
    for node in tree.css("[itemprop]")[:MAX_ITEMS]:
        given = node.attributes
        names = (given.get("itemprop") or "").lower().split()
        name = next((_MICRODATA[n] for n in names if n in _MICRODATA), None)
        if name is None or node.tag == "link":
            continue
        owner = _scope_of(node)
        if owner is not None:
            kind = (owner.attributes.get("itemtype") or "").rstrip("/").rsplit("/", 1)[-1]
            if kind not in ARTICLE_TYPES:
                continue
            if scope is None:
                scope = owner.mem_id
            elif scope != owner.mem_id:
                continue
        found.setdefault(name, []).extend(_property_values(node, name))
    values: dict[str, Any] = {}
    for name, given_texts in found.items():
        if texts := tuple(dict.fromkeys(given_texts)):
            values[name] = texts if name in ("authors", "sections", "tags") else texts[0]
    if "tags" in values:
        values["tags"] = split_keywords(list(values["tags"]))
    return values


def _scope_of(node: LexborNode) -> LexborNode | None:
    parent = node.parent
    for _ in range(MAX_DEPTH):
        if parent is None:
            return None
        if parent.tag != "-undef" and "itemscope" in parent.attributes:
            return parent
        parent = parent.parent
    return None


def _property_values(node: LexborNode, name: str) -> Iterator[str]:
    given = node.attributes
    if name == "authors" and "itemscope" in given:
        named = node.css("[itemprop~=name i]")[:20]
        for inner in named:
            text = clean_text(inner.attributes.get("content") or inner.text(deep=True))
            if text:
                yield text
        if named:
            return
    raw = given.get("content") or given.get("datetime") or (given.get("src") if node.tag == "img" else None)
    text = clean_text(raw or node.text(deep=True)[:2000])
    if text:
        yield text
