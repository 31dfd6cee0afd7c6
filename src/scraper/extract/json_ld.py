"""JSON-LD: the objects in a page's script elements, and the article among them that is the page's own.

A module of its own because choosing that article (by address, type and place in the graph) is the hard part of linked
data, and has to hold against hostile nesting.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from scraper.article import Photo

ARTICLE_TYPES = frozenset(
    (
        *("Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "Report"),
        *("BackgroundNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "AdvertiserContentArticle"),
        *("SatiricalArticle", "BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "DiscussionForumPosting"),
        *("TechArticle", "ScholarlyArticle", "MedicalScholarlyArticle", "ClaimReview", "Review", "Recipe", "HowTo"),
    )
)
"""Source: schema.org's subtypes of Article, and those of CreativeWork that carry a text with author and date."""

MAX_NODES = 20_000
MAX_DEPTH = 40
"""Bounds against hostile pages. Source: the most of 2,466 news pages looked at is 3,433 nodes on a page, 8 deep."""

_PAGE_TYPES = frozenset(("WebPage", "ItemPage", "AboutPage", "CollectionPage", "VideoObject", "NewsMediaOrganization"))
_FOREIGN_KEYS = frozenset(
    ("itemListElement", "mentions", "citation", "relatedLink", "hasPart", "comment", "review", "isBasedOn", "about")
)
_TAG = re.compile(r"<[^<>]*>")


def clean_text(text: str | None) -> str | None:
    """Resolve entities (twice, as careless systems escape twice), drop tags and collapse white space."""
    if not text:
        return None
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(text.split()) or None


def absolute(address: str | None, base: str) -> str | None:
    """Make an address absolute; None where it is no http address."""
    if not address or not address.strip():
        return None
    try:
        address = urljoin(base, address.strip()) if base else address.strip()
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


def compare_key(address: str) -> str:
    """Make what is equal for two spellings of the page's own address: without scheme, www, query and last slash."""
    rest = address.partition("://")[2] or address
    return rest.split("#", 1)[0].split("?", 1)[0].removeprefix("www.").rstrip("/").casefold()


def strings(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the strings of a value that may be a string, an object with a name, or a list of these."""
    if isinstance(value, str):
        if text := clean_text(value):
            yield text
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, list) and depth < 4:
        for one in value[:200]:
            yield from strings(one, depth + 1)
    elif isinstance(value, dict) and depth < 4:
        for key in ("name", "@value", "text"):
            if value.get(key):
                yield from strings(value[key], depth + 1)
                return


def first_string(value: object) -> str | None:
    """Give the first of the strings of a value."""
    return next(strings(value), None)


def types_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Give an object's types without their namespace."""
    given = node.get("@type")
    names = given if isinstance(given, list) else [given]
    return tuple(n.strip().rsplit("/", 1)[-1].rsplit(":", 1)[-1] for n in names if isinstance(n, str))


class Graph:
    """All objects of a page's JSON-LD, flat, with whether they stand below something that is about another page."""

    def __init__(self, documents: Iterable[object]) -> None:
        self.nodes: list[tuple[dict[str, Any], bool, int, tuple[str, ...]]] = []
        self.by_id: dict[str, dict[str, Any]] = {}
        self.types: dict[str, None] = {}
        stack: list[tuple[object, bool, int]] = [(document, False, 0) for document in documents][::-1]
        while stack and len(self.nodes) < MAX_NODES:
            value, foreign, depth = stack.pop()
            if isinstance(value, list):
                stack.extend((one, foreign, depth + 1) for one in reversed(value[:MAX_NODES]) if depth < MAX_DEPTH)
            elif isinstance(value, dict):
                types = types_of(value) if "@type" in value else ()
                self.nodes.append((value, foreign, depth, types))
                self.types.update(dict.fromkeys(types))
                if isinstance(key := value.get("@id"), str) and len(value) > len(self.by_id.get(key, ())):
                    self.by_id[key] = value
                if depth < MAX_DEPTH:
                    stack.extend(
                        (child, foreign or key in _FOREIGN_KEYS, depth + 1)
                        for key, child in reversed(value.items())
                        if isinstance(child, (dict, list))
                    )

    def resolve(self, value: object) -> object:
        """Follow references by @id, one level, in a value or a list of values."""
        if isinstance(value, list):
            return [self.resolve(one) for one in value[:200] if not isinstance(one, list)]
        if isinstance(value, dict) and "name" not in value and isinstance(key := value.get("@id"), str):
            return self.by_id.get(key, value)
        return value

    def own_article(self, keys: set[str]) -> dict[str, Any] | None:
        """Choose the article that is the page's own: by its address, its type, its place, its fields, its order."""
        best: tuple[tuple[int, ...], dict[str, Any]] | None = None
        for node, foreign, depth, types in self.nodes:
            if not types:
                continue
            article = any(t in ARTICLE_TYPES for t in types)
            if not article and not any(t in _PAGE_TYPES or t.endswith("Article") for t in types):
                continue
            at = self._addresses(node)
            same = bool(at & keys) if at and keys else False
            other = bool(at) and bool(keys) and not same
            filled = sum(1 for key in ("headline", "author", "datePublished", "articleBody") if node.get(key))
            if foreign and not same:
                continue
            news = any(t.endswith("Article") or t.endswith("Posting") for t in types)
            score = (int(article and filled > 0), int(same), int(not other), int(news), filled, -depth)
            if best is None or score > best[0]:
                best = (score, node)
        return best[1] if best else None

    @staticmethod
    def _addresses(node: Mapping[str, Any]) -> set[str]:
        found = set()
        for key in ("url", "mainEntityOfPage", "@id"):
            value = node.get(key)
            for one in value if isinstance(value, list) else [value]:
                address = one.get("@id") or one.get("url") if isinstance(one, dict) else one
                if isinstance(address, str) and "://" in address:
                    found.add(compare_key(address.strip()))
        return found

    def other_dates(self) -> tuple[str, ...]:
        """Give the days of publication of all objects that are not about another page, in order."""
        found: dict[str, None] = {}
        for node, foreign, *_ in self.nodes:
            if not foreign:
                for key in ("datePublished", "uploadDate", "dateCreated"):
                    if key in node and isinstance(text := node[key], str):
                        found[text] = None
        return tuple(found)[:20]

    def breadcrumbs(self) -> tuple[str, ...]:
        """Give the names of the longest list of breadcrumbs."""
        best: tuple[str, ...] = ()
        for node, _, _, types in self.nodes:
            if "BreadcrumbList" not in types or not isinstance(items := node.get("itemListElement"), list):
                continue
            named: list[tuple[float, str]] = []
            for number, item in enumerate(items[:30]):
                if not isinstance(item, dict):
                    continue
                inner = item.get("item")
                name = first_string(item.get("name")) or (
                    first_string(inner.get("name")) if isinstance(inner, dict) else None
                )
                try:
                    place = float(str(item.get("position", number)))
                except ValueError:
                    place = float(number)
                if name:
                    named.append((place, name))
            names = tuple(name for _, name in sorted(named, key=lambda pair: pair[0]))
            if len(names) > len(best):
                best = names
        return best


def article_values(node: Mapping[str, Any], graph: Graph, url: str) -> dict[str, Any]:
    """Give the article's values by the names of LinkedData's fields."""
    author = graph.resolve(node.get("author") or node.get("creator"))
    return {
        "headline": first_string(node.get("headline")) or first_string(node.get("name")),
        "alternative_headline": first_string(node.get("alternativeHeadline")),
        "description": first_string(node.get("description")),
        "authors": tuple(dict.fromkeys(strings(author))),
        "published": first_string(node.get("datePublished")) or first_string(node.get("dateCreated")),
        "modified": first_string(node.get("dateModified")),
        "sections": tuple(dict.fromkeys(strings(graph.resolve(node.get("articleSection"))))),
        "tags": split_keywords(node.get("keywords")),
        "article_body": _body(node.get("articleBody")),
        "images": tuple(_photos(node, graph, url)),
        "language": _language(node.get("inLanguage")),
        "accessible_for_free": _truth(node.get("isAccessibleForFree")),
        "paywall_selectors": tuple(_locked_parts(node.get("hasPart"))),
    }


def _body(value: object) -> str | None:
    text = (
        value
        if isinstance(value, str)
        else next((v for v in value if isinstance(v, str)), None)
        if isinstance(value, list)
        else None
    )
    return html.unescape(text).strip() or None if text else None


def split_keywords(value: object) -> tuple[str, ...]:
    """Give keywords one by one, split at commas where they are one string."""
    found = list(strings(value))
    if len(found) == 1:
        found = [part.strip() for part in re.split(r"[,;]", found[0])]
    return tuple(dict.fromkeys(part for part in found if 0 < len(part) <= 100))[:100]


def _language(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    return first_string(value)


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else None
    if text in ("true", "yes", "1", "http://schema.org/true", "https://schema.org/true"):
        return True
    return False if text in ("false", "no", "0", "http://schema.org/false", "https://schema.org/false") else None


def _locked_parts(value: object) -> Iterator[str]:
    for part in value[:20] if isinstance(value, list) else [value]:
        if isinstance(part, dict) and _truth(part.get("isAccessibleForFree")) is False:
            selectors = part.get("cssSelector")
            for selector in selectors if isinstance(selectors, list) else [selectors]:
                if isinstance(selector, str) and selector.strip():
                    yield selector.strip()


def _photos(node: Mapping[str, Any], graph: Graph, url: str) -> Iterator[Photo]:
    for key in ("image", "thumbnailUrl"):
        value = graph.resolve(node.get(key))
        found = False
        for one in value[:50] if isinstance(value, list) else [value]:
            if isinstance(one, str):
                address, caption, credit = one, None, None
            elif isinstance(one, dict):
                address = _address(one.get("url")) or _address(one.get("contentUrl")) or ""
                caption = first_string(one.get("caption")) or first_string(one.get("description"))
                credit = next(
                    (
                        c
                        for k in ("creditText", "creator", "author", "copyrightNotice")
                        if (c := first_string(one.get(k)))
                    ),
                    None,
                )
            else:
                continue
            address_ = absolute(address, url)
            if address_ or caption:
                found = True
                yield Photo(url=address_, caption=caption, credit=credit)
        if found:
            return


def _address(value: object) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("@id")
    return value if isinstance(value, str) else None
