"""Byline: the line that says who wrote it, as printed, and the authors it and the page's data name.

A module of its own because sources contradict each other (a publisher's name in the data, a name on the page), and one
place has to weigh them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from scraper.extract.headline import Headline
from scraper.extract.linked_data import LinkedData
from scraper.extract.names import clean_name, fold_name, is_agency, is_name, parse_byline
from scraper.extract.printed import NEAR_BEFORE, Printed, Spot, lines_of, near_texts, stands_outside

MAX_BYLINE_CHARS = 300
MAX_ANCHORS = 20
MIN_OWN_CHARS = 12
MAX_CANDIDATES = 60
"""Elements with a byline's class that are looked into. Source: listings at the end of a page bring hundreds more."""

META_NAMES = (
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "article:author_name",
    "dcsext.author",
    "citation_author",
    "author",
    "og:article:author",
    "article:author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "authors",
    "byline",
)
"""Meta names that hold authors, the surest first. Source: share of right names of each on the development pages."""

_PERSON_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es|a|in|i)?|auteurs?|autore|autori|by|people|person|profiles?|staff|team|writers?|reporters?|"
    r"journalists?|journaliste|contributors?|contributor|bylines?|columnists?|redaktion|redakteure|redactie|firmas?|"
    r"avtor|yazar|yazarlar|penulis|skribent|forfatter|user|users|about/[^/]+|experts?|opinion/[^/]+|bio|correspondents?"
    r"|members?)/[^/?#]{3,}",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://\S+")
_STRONG = re.compile(
    r"byline|by-line|author|autor|auteur|autore|verfasser|writer|reporter|journalist|written|signature"
)
_LABEL = re.compile(
    r"written by|author|autor|verfasst|geschrieben|écrit|escrito|scritto|skriv|geschreven|kirjoittanut|автор|napisan|"
    r"oleh|作者|^by$|^von$|^par$|^por$|posted by",
    re.IGNORECASE,
)
_STARTS_LIKE_ONE = re.compile(
    r"^(?:by|von|par|por|di|door|av|af|oleh|text|written by|words by|story by|posted by|автор|текст|文|記者|作者)"
    r"[\s:：／]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who wrote it.

    Args:
        byline: As printed, None where nothing is.
        authors: Names in order.
        source: Where the names come from.
        byline_source: Where the line comes from.
    """

    byline: str | None
    authors: tuple[str, ...]
    source: str | None
    byline_source: str | None


def find_authors(printed: Printed, linked: LinkedData, *, url: str, headline: Headline) -> Authorship:
    """Weigh what data and page say of who wrote it.

    Args:
        printed: The page's candidates.
        linked: What it declares.
        url: Its address; its host is a publisher's name.
        headline: The headline and where it stands.
    """
    publisher = _publisher_names(linked, url)
    line, dom_names, sure = _printed_byline(printed, headline, publisher)
    byline_source = "dom" if line else None
    candidates: list[tuple[str, tuple[str, ...]]] = []
    if linked.authors:
        candidates.append((linked.origin.get("authors", "json_ld"), _names(linked.authors, publisher)))
    candidates.extend(("meta", _names(linked.meta.get(name, ()), publisher)) for name in META_NAMES)
    if _LABEL.search(linked.first_meta("twitter:label1") or ""):
        candidates.append(("meta", _names(linked.all_meta("twitter:data1"), publisher)))
    for source, names in candidates:
        if names:
            if sure and _prefer_printed(names, dom_names, printed, headline):
                break
            return Authorship(line, names, source, byline_source)
    if dom_names:
        return Authorship(line, dom_names, "dom", byline_source)
    own = [name for text in linked.authors if is_name(name := clean_name(text), declared=True)]
    return Authorship(line, tuple(own), linked.origin.get("authors", "json_ld") if own else None, byline_source)


def _prefer_printed(
    names: tuple[str, ...], printed_names: tuple[str, ...], printed: Printed, headline: Headline
) -> bool:
    """Tell whether a sure printed byline goes before the names in data.

    It does where data name an agency and the line persons, where the line has all of data's names and more, and where
    data name more (editors, fact checkers) that are printed nowhere near.
    """
    given, shown = {fold_name(name) for name in names}, {fold_name(name) for name in printed_names}
    if not shown or given == shown:
        return False
    if all(is_agency(name) for name in names):
        return True
    if given < shown:
        return all(" " in name for name in printed_names)
    if shown < given:
        near = fold_name(" ".join(text for _, text in near_texts(printed, headline.place)))
        return not any(name in near for name in given - shown)
    return False


def _publisher_names(linked: LinkedData, url: str) -> frozenset[str]:
    names = {fold_name(name) for name in linked.site_names}
    host = (urlsplit(url).hostname or "").removeprefix("www.") if "://" in url else ""
    if host:
        names |= {fold_name(host), fold_name(host.split(".")[0]), fold_name(host.rsplit(".", 1)[0])}
    for name in tuple(names):
        names |= {f"the {name}", name.removeprefix("the "), name.replace(" ", "")}
    names.discard("")
    return frozenset(names)


def _is_publisher(name: str, publisher: frozenset[str]) -> bool:
    folded = fold_name(name)
    return folded in publisher or folded.replace(" ", "") in publisher


def _names(given: Iterable[str], publisher: frozenset[str]) -> tuple[str, ...]:
    """Give the names in the strings of data: split, cleaned, without the publisher."""
    found: dict[str, str] = {}
    for text in given:
        names = parse_byline(_ADDRESS.sub("", text), declared=True)
        if names and _is_publisher(names[0], publisher):
            continue  # "site.example, Town, Country" names no one
        for name in names:
            if not _is_publisher(name, publisher):
                found.setdefault(fold_name(name), name)
    return tuple(found.values())


def _printed_byline(
    printed: Printed, headline: Headline, publisher: frozenset[str]
) -> tuple[str | None, tuple[str, ...], bool]:
    """Choose the byline: among elements whose class speaks of authors, that start like one or link to a person.

    Returns:
        The line, its names, and whether it starts like a byline, so that there is no doubt of what it is.
    """
    best: tuple[float, str, tuple[str, ...]] | None = None
    spots = {spot.place: spot for spot in _nearest(printed.byline, headline)}
    for spot, text in near_texts(printed, headline.place):
        address = spot.node.attributes.get("href") or "" if spot.node.tag == "a" else ""
        if _STARTS_LIKE_ONE.match(text + " ") or (address and _PERSON_PATH.search(address)):
            spots.setdefault(spot.place, spot)
            if len(text) < MIN_OWN_CHARS and (parent := spot.node.parent) is not None and not address:
                spots.setdefault(spot.place - 1, Spot(parent, "", spot.place - 1))
    for spot in spots.values():
        lines = lines_of(spot.node, limit=MAX_BYLINE_CHARS)
        if not lines:
            continue
        names = tuple(name for name in _names_within(spot, "\n".join(lines)) if not _is_publisher(name, publisher))
        if not names or stands_outside(spot.node, headline.around):
            continue
        score = _score(spot, " ".join(lines), headline, names)
        if best is None or score > best[0]:
            best = (score, " ".join(lines), names)
    return (best[1], best[2], bool(_STARTS_LIKE_ONE.match(best[1]))) if best else (None, (), False)


def _nearest(spots: Sequence[Spot], headline: Headline) -> Iterator[Spot]:
    yield from sorted(spots, key=lambda spot: abs(spot.place - headline.place))[:MAX_CANDIDATES]


def _score(spot: Spot, text: str, headline: Headline, names: tuple[str, ...]) -> float:
    """Weigh a candidate: what its class and its first word say, how much of it is names, how near it is."""
    distance = abs(spot.place - headline.place)
    score = 2.0 if _STRONG.search(spot.key) else 0.0
    score += 2.0 if _STARTS_LIKE_ONE.match(text) else 0.0
    score += 1.0 if "byline" in spot.key or spot.node.tag == "a" else 0.0
    score -= min(distance, 2000) / 200 + (1.0 if spot.place < headline.place - NEAR_BEFORE else 0.0)
    pure = sum(len(name) for name in names) / max(len(text), 1)
    return score + 1.5 * min(pure, 1.0) + 0.3 * min(len(names), 3)


def _names_within(spot: Spot, text: str) -> tuple[str, ...]:
    """Give the names of links to persons' pages in an element, else those in its text."""
    linked_names: dict[str, str] = {}
    anchors = (spot.node,) if spot.node.tag == "a" else spot.node.css("a")[:MAX_ANCHORS]
    for anchor in anchors:
        given = anchor.attributes
        if "author" in (given.get("rel") or "") or _PERSON_PATH.search(unquote(given.get("href") or "")):
            for name in parse_byline("\n".join(lines_of(anchor, limit=MAX_BYLINE_CHARS))):
                linked_names.setdefault(fold_name(name), name)
    if linked_names:
        return tuple(linked_names.values())
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if _STARTS_LIKE_ONE.match(line + " ")), 0)
    names = parse_byline("\n".join(lines[first:]))
    if _STARTS_LIKE_ONE.match(text) or _STRONG.search(spot.key):
        return tuple(name for name in names if " " in name or not name.isascii() or len(names) == 1)
    return tuple(name for name in names if " " in name or not name.isascii())
