"""LinkedData: what a page declares of itself for machines, in JSON-LD, microdata, OpenGraph and meta elements.

A module of its own because the declarations need no notion of where on the page something is printed: they are read
once, kept apart by source, and weighed against the printed page by the modules of the fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.article import Photo
from scraper.extract.json_ld import Graph, absolute, article_values, clean_text, compare_key, strings, types_of
from scraper.extract.loose_json import decode_loosely
from scraper.extract.microdata import microdata_values

MAX_META_CHARS = 50_000
MAX_META_VALUES = 200
MAX_TITLE_CHARS = 5_000
MAX_SCRIPTS = 1000
"""Bounds against hostile pages; no page of the development sets comes near: their longest title has 456 characters,
and the most scripts of linked data are 58."""

_SITE_TYPES = frozenset(("WebSite", "NewsMediaOrganization"))


@dataclass(frozen=True, slots=True)
class LinkedData:
    """What a page declares of itself; a value is as given, with entities resolved and white space collapsed.

    Args:
        headline: Of the page's own article.
        alternative_headline: Likewise.
        description: Likewise.
        authors: Names as given, in order; may hold agencies, site names and several names in one string.
        published: As given.
        modified: As given.
        other_dates: Days of publication of the page's other objects (the page itself, its video), as given.
        sections: articleSection, in order.
        tags: keywords, split at commas where they are one string.
        article_body: The text, if it is given.
        images: Pictures of the article.
        language: inLanguage.
        canonical_url: Of `link rel=canonical`, else og:url, absolute.
        accessible_for_free: isAccessibleForFree, None where not given.
        paywall_selectors: CSS selectors of the parts that are not free.
        types: schema.org types found on the page, the article's own first.
        site_names: Names of the publisher and the site, for stripping.
        breadcrumbs: Names of a BreadcrumbList in order, the page itself included where it is listed.
        title: Text of the title element.
        html_language: The lang attribute of the html element.
        meta: Lower-case name or property of meta elements -> their contents in order (OpenGraph, Dublin Core, ...).
        origin: Field name -> source of its value, for the fields that were found.
    """

    headline: str | None = None
    alternative_headline: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    other_dates: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    article_body: str | None = None
    images: tuple[Photo, ...] = ()
    language: str | None = None
    canonical_url: str | None = None
    accessible_for_free: bool | None = None
    paywall_selectors: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    site_names: tuple[str, ...] = ()
    breadcrumbs: tuple[str, ...] = ()
    title: str | None = None
    html_language: str | None = None
    meta: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)

    def first_meta(self, *names: str) -> str | None:
        """Give the first content of the first of these lower-case meta names that is given."""
        return next((values[0] for name in names if (values := self.meta.get(name))), None)

    def all_meta(self, *names: str) -> tuple[str, ...]:
        """Give all contents of the first of these lower-case meta names that is given."""
        return next((values for name in names if (values := self.meta.get(name))), ())


def read_linked_data(tree: LexborHTMLParser, url: str) -> LinkedData:
    """Read what a page declares of itself.

    Args:
        tree: The page.
        url: Its address, "" if unknown: the article among several on a page that is the page's own has it.
    """
    meta: dict[str, list[str]] = {}
    texts: list[str] = []
    canonical = title = None
    for node in tree.css("meta,link,script[type*=ld i],title"):
        tag = node.tag
        if tag == "meta":
            _read_meta(node, meta)
        elif tag == "link":
            given = node.attributes
            if canonical is None and (given.get("rel") or "").strip().lower() == "canonical":
                canonical = given.get("href")
        elif tag == "script":
            if len(texts) < MAX_SCRIPTS and (text := node.text(deep=True)):
                texts.append(text)
        elif title is None and (node.parent is None or node.parent.tag != "svg"):
            title = clean_text(node.text(deep=True)[:MAX_TITLE_CHARS])
    canonical = absolute(canonical or next(iter(meta.get("og:url", ())), None), url)
    root = tree.root
    language = root.attributes.get("lang") or root.attributes.get("xml:lang") if root is not None else None
    graph = Graph(decode_loosely(text) for text in texts)
    own = graph.own_article({compare_key(a) for a in (url, canonical) if a})
    values = article_values(own, graph, url) if own else {}
    origin: dict[str, str] = {name: "json_ld" for name, value in values.items() if value not in (None, ())}
    for name, value in microdata_values(tree).items():
        if name not in origin:
            values[name] = value
            origin[name] = "microdata"
    own_types = types_of(own) if own else ()
    return LinkedData(
        **values,
        canonical_url=canonical,
        other_dates=graph.other_dates(),
        types=tuple(dict.fromkeys((*own_types, *graph.types))),
        site_names=_site_names(own, graph, meta),
        breadcrumbs=graph.breadcrumbs(),
        title=title,
        html_language=language,
        meta={name: tuple(contents) for name, contents in meta.items()},
        origin=origin,
    )


def _read_meta(node: LexborNode, meta: dict[str, list[str]]) -> None:
    given = node.attributes
    content = given.get("content") or given.get("value")  # some systems write the one for the other
    if content is None or not content.strip():
        return
    value = content[:MAX_META_CHARS]
    for key in ("property", "name", "itemprop", "http-equiv"):
        if name := given.get(key):
            values = meta.setdefault(name.strip().lower(), [])
            if len(values) < MAX_META_VALUES and (text := clean_text(value)):
                values.append(text)


def _site_names(own: Mapping[str, Any] | None, graph: Graph, meta: Mapping[str, list[str]]) -> tuple[str, ...]:
    names = list(meta.get("og:site_name", ())) + list(meta.get("application-name", ()))
    names += meta.get("apple-mobile-web-app-title", ())
    names += meta.get("twitter:app:name:iphone", ())
    if own:
        for key in ("publisher", "sourceOrganization", "copyrightHolder", "provider"):
            names += strings(graph.resolve(own.get(key)))
    for node, foreign, _, types in graph.nodes:
        if types and not foreign and not _SITE_TYPES.isdisjoint(types):
            for key in ("name", "alternateName"):
                names += strings(node.get(key))
    return tuple(dict.fromkeys(name for name in names if name and len(name) <= 100))
