"""Signatures: the lines of a page that may be its byline, with what speaks for each and the names in it.

A module of its own because a byline stands in any markup: what its class says, how it starts, whom it links to and how
far it is from the headline have to be seen together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from scraper.extract.byline_text import DASHES, parse_byline, strip_prefix
from scraper.extract.headline import Headline
from scraper.extract.names import clean_name, fold_name, has_given_name, is_role, is_user_name
from scraper.extract.printed import MAX_CLIMB, Printed, Spot, is_aside, key_of
from scraper.extract.publisher import is_publisher
from scraper.extract.standing import lines_of, stands_outside

MAX_BYLINE_CHARS = 300
MAX_ANCHORS = 20
MIN_OWN_CHARS = 12
MAX_OWN_LINE = 80
MAX_CANDIDATES = 60
"""Elements with a byline's class that are looked into. Source: listings at the end of a page bring hundreds more."""

DISTANCES = (
    (-1000, "far above"),
    (-25, "above"),
    (-8, "just above"),
    (1, "right below"),
    (6, "just below"),
    (16, "below"),
    (41, "some way below"),
    (101, "far below"),
    (301, "very far below"),
)


@cache
def _person_path() -> re.Pattern[str]:
    return re.compile(
        r"/(?:authors?|autor(?:en|es|a|in|i)?|auteurs?|autore|autori|by|people|person|profiles?|staff|"
        r"team|writers?|reporters?|"
        r"journalists?|journaliste|contributors?|contributor|bylines?|columnists?|redaktion|redakteure|"
        r"redactie|firmas?|"
        r"avtor|yazar|yazarlar|penulis|skribent|forfatter|user|users|about/[^/]+|experts?|opinion/[^/]+|"
        r"bio|correspondents?"
        r"|members?)/[^/?#]{3,}",
        re.IGNORECASE,
    )


_STRONG = re.compile(
    r"byline|by-line|author|autor|auteur|autore|verfasser|writer|reporter|journalist|written|signature"
)


@cache
def _starts_like_one() -> re.Pattern[str]:
    return re.compile(
        r"^(?:by|von|par|por|di|da|door|av|af|oleh|przez|bởi|od|text|tekst|texte|texto|testo|teksti|"
        r"(?:written|words|story|posted|reported|reporting|report|authored|submitted) by|"
        r"(?:geschrieben|verfasst|veröffentlicht|eingestellt|gespeichert|erstellt|ein beitrag|ein gastbeitrag) von|"
        r"(?:écrit|publié|rédigé|posté|propos recueillis) par|(?:escrito|publicado|enviado|postado) por|"
        r"(?:scritto|pubblicato|inserito) da|a cura di|(?:geschreven|geplaatst) door|(?:skrevet|skriven|"
        r"publicerad) a[vf]|"
        r"autor(?:a|es|in|en|i)?|autore|auteurs?|author|verfasser(?:in)?|journalist|reporter|skribent|"
        r"forfatter|penulis|"
        r"kirjoittanut|yazan|yazar|haber|írta|szerző|napsal|автор|текст|автори|από|του|της|بقلم|كتب|كتبت|"
        r"الكاتب|מאת|लेखक|"
        r"글|文(?=[\s:：／])|記者|记者|作者|撰文|著者|執筆|取材)(?:[\s:：／]|(?<=[\u2e80-\u9fff])(?=[\u2e80-\u9fff]))",
        re.IGNORECASE,
    )


@cache
def _says_by_whom() -> re.Pattern[str]:
    return re.compile(
        r"^(?:(?:written|words|story|posted|reported|authored|submitted) by|"
        r"(?:geschrieben|verfasst|veröffentlicht|eingestellt|gespeichert|erstellt|gepostet) von|"
        r"(?:écrit|publié|rédigé|posté) par|"
        r"(?:escrito|publicado|enviado|postado) por|(?:scritto|pubblicato|inserito) da|(?:geschreven|geplaatst) door|"
        r"(?:skrevet|skriven|publicerad) a[vf]|(?:autor(?:a|in)?|author|auteur|autore|автор|著者|作者)\s?[:：])",
        re.IGNORECASE,
    )


_ENDS_LIKE_ONE = re.compile(
    r"(?:기자|특파원|記者|记者|特派員|編集委員|論説委員|報導|报道)\s*[)）】]?$|\(?(?:staff|reporter|correspondent)\)?$",
    re.IGNORECASE,
)
_SMALL_NAME = re.compile(r"[a-z]{3,15} [a-z]{3,15}")
_DATED = re.compile(r"\b(?:19|20)\d\d\b")
_HEADINGS = frozenset(("h1", "h2", "h3"))
_FAR_TAGS = frozenset(
    ("nav", "figure", "figcaption", "footer", "template", "noscript", "dialog", "form", "li", "h2", "h3")
)
_FAR = re.compile(
    r"comment|related|recommend|popular|trending|taboola|outbrain|caption|teaser|card|most-?read|latest|respond|reply"
)
NAME_WORD = r"(?:[^\W\d_a-zß-ÿ][\w'’.-]*|d[aeiu]|del|van|von|der|den|ter|zu|al|bin|la|le)"
_PLAIN_NAME = re.compile(rf"{NAME_WORD}(?: {NAME_WORD}){{1,3}}")
_AROUND_NAME = " |,;:-–—/()"


Near = list[tuple[Spot, str]]
"""Elements around the headline with their own text."""


@dataclass(slots=True)
class Signature:
    """A line of the page that may be its byline.

    Args:
        text: As printed.
        names: In it, in order.
        marks: What speaks for and against it.
        node: The element that prints it.
    """

    text: str
    names: tuple[str, ...]
    marks: frozenset[str]
    node: LexborNode


def read_signatures(printed: Printed, headline: Headline, near: Near, publisher: frozenset[str]) -> list[Signature]:
    """Read the lines that may be the byline: by class, first word, links to persons, form, and place below the text.

    Args:
        printed: The page's candidates.
        headline: The headline and where it stands.
        near: What near_texts gives for the headline.
        publisher: Names of the site, folded; they are no signature unless the line says so.
    """
    found = list(read_lines(_spots(printed, headline, near), headline, publisher))
    many = sum(1 for one in found if "class of authors" in one.marks) > MANY
    return [replace(one, marks=one.marks | {"many such lines"}) for one in found] if many else found


FIRST_GREEK = "\u0370"
"""Letters before it are Latin."""

MANY = 8
"""More lines with a class of authors are a list of persons or of articles. Chosen by hand."""


def _spots(printed: Printed, headline: Headline, near: Near) -> Iterable[tuple[Spot, str]]:
    """Give elements whose class speaks of authors, that start like a byline, that link to a person or hold a date."""
    spots = {spot.place: (spot, "") for spot in _nearest(printed.byline, headline)}
    for spot, text in near:
        address = spot.node.attributes.get("href") or "" if spot.node.tag == "a" else ""
        if _starts_like_one().match(text.lstrip(DASHES) + " ") or (address and _person_path().search(address)):
            spots.setdefault(spot.place, (spot, ""))
            if len(text) < MIN_OWN_CHARS and (parent := spot.node.parent) is not None and not address:
                spots.setdefault(spot.place - 1, (Spot(parent, key_of(parent), spot.place - 1), ""))
        elif len(text) < MAX_OWN_LINE and _DATED.search(text):
            spots.setdefault(spot.place, (spot, "found by its date"))
        elif len(text) < MAX_OWN_LINE and spot.node.tag not in _HEADINGS and _is_plain_name(text):
            spots.setdefault(spot.place, (spot, "plain line"))
    return spots.values()


def _is_plain_name(text: str) -> bool:
    """Tell whether a text is nothing but a person's name, as far as the first word tells."""
    text = text.strip(_AROUND_NAME)
    return has_given_name(text) and _PLAIN_NAME.fullmatch(text) is not None


def read_lines(spots: Iterable[tuple[Spot, str]], headline: Headline, publisher: frozenset[str]) -> Iterator[Signature]:
    """Read the lines of elements, with the kinds they were found as; those without a name are left out."""
    for spot, kind in spots:
        lines = lines_of(spot.node, limit=MAX_BYLINE_CHARS)
        if not lines:  # a box of many: its own text may still be the line
            own = " ".join((spot.node.text(deep=False, separator=" ") or "")[: MAX_OWN_LINE + 1].split())
            if not _starts_like_one().match(own + " ") or len(own) > MAX_OWN_LINE:
                continue
            lines = [own]
        found, marks = _names_within(spot, lines)
        sure = bool(marks) or bool(_starts_like_one().match(" ".join(lines).lstrip(DASHES)))
        names = tuple(name for name in found if not is_publisher(name, publisher)) or (found if sure else ())
        if not names:
            continue
        if stands_outside(spot.node, headline.around):
            if kind or not (sure or _STRONG.search(spot.key)) or _is_far_aside(spot.node, headline.around):
                continue
            marks.add("set aside")
        if kind:
            marks.add(f"{kind}, given names" if all(has_given_name(name) for name in names) else kind)
        text = " ".join(lines)
        marks |= set(_marks(spot, text, headline, names))
        yield Signature(text, names, frozenset(marks), spot.node)


def _is_far_aside(node: LexborNode, around: frozenset[int]) -> bool:
    """Tell captions, menus and lists of other articles from a column of the article element that has the headline."""
    parent: LexborNode | None = node
    aside = False
    for _ in range(MAX_CLIMB):
        if parent is None:
            return True
        if parent.mem_id in around:
            if parent.tag == "article" or not aside:
                return False
        elif parent.tag in _FAR_TAGS or _FAR.search(key := key_of(parent)):
            return True
        else:
            aside = aside or parent.tag == "aside" or is_aside(key)
        parent = parent.parent
    return True


def _nearest(spots: Sequence[Spot], headline: Headline) -> Iterator[Spot]:
    yield from sorted(spots, key=lambda spot: abs(spot.place - headline.place))[:MAX_CANDIDATES]


def _marks(spot: Spot, text: str, headline: Headline, names: tuple[str, ...]) -> Iterator[str]:
    if _starts_like_one().match(text.lstrip(DASHES)):
        yield "starts like a byline"
    if _says_by_whom().match(text):
        yield "says by whom"
    if _ENDS_LIKE_ONE.search(text):
        yield "ends like a byline"
    if _STRONG.search(spot.key):
        yield "class of authors"
    if "byline" in spot.key:
        yield "class byline"
    if "itemprop" in spot.node.attributes:
        yield "itemprop"
    if spot.node.tag in ("address", "a", "p", "li"):
        yield f"element {spot.node.tag}"
    distance = spot.place - headline.place
    yield (
        next((word for least, word in reversed(DISTANCES) if distance >= least), "far above")
        if headline.place
        else ("no headline printed")
    )
    share = sum(len(name) for name in names) / max(len(text), 1)
    if share > NAMES_ONLY:
        yield "names only"
    elif share < FEW_NAMES:
        yield "few names in much text"
    if len(names) > 3:
        yield "over three names"
    if all(has_given_name(name) for name in names):
        yield "given names"
    if all(" " not in name and name.isascii() for name in names):
        yield "single words"
    if _DATED.search(text):
        yield "dated"


NAMES_ONLY, FEW_NAMES = 0.6, 0.25


def _names_within(spot: Spot, lines: list[str]) -> tuple[tuple[str, ...], set[str]]:
    """Give the names of links to persons' pages in an element, else those in its text; and how they were found."""
    names: dict[str, str] = {}
    anchors = (spot.node,) if spot.node.tag == "a" else spot.node.css("a")[:MAX_ANCHORS]
    marks = set()
    for anchor in anchors:
        given = anchor.attributes
        declared = "author" in (given.get("rel") or "")
        if declared or _person_path().search(unquote(given.get("href") or "")):
            for name in _names_of_link(anchor):
                names.setdefault(fold_name(name), name)
                marks.add("rel author" if declared else "link to a person")
    first = next((number for number, line in enumerate(lines) if _starts_like_one().match(line + " ")), 0)
    found = parse_byline("\n".join(lines[first:]))
    starts = bool(_starts_like_one().match(" ".join(lines).lstrip(DASHES)))
    if names:
        return tuple(names.values()), marks
    if starts or _STRONG.search(spot.key):
        if all(is_role(name) for name in found) and _SMALL_NAME.fullmatch(lines[0]) and len(lines) > 1:
            return (lines[0],), {"user name"}
        if not found and len(lines) == 1 and is_user_name(name := clean_name(strip_prefix(lines[0]))):
            return (name,), {"user name"}
        return tuple(name for name in found if _is_whole(name) or len(found) == 1), marks
    return tuple(name for name in found if _is_whole(name)), marks


def _is_whole(name: str) -> bool:
    """Tell a full name from a single word, in scripts that part words by spaces."""
    return " " in name or max(name) >= FIRST_GREEK


def _names_of_link(anchor: LexborNode) -> tuple[str, ...]:
    lines = lines_of(anchor, limit=MAX_BYLINE_CHARS)
    names = parse_byline("\n".join(lines))
    if not names and len(lines) == 1 and is_user_name(lines[0]):
        return (clean_name(lines[0]),)
    return names
