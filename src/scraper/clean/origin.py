"""Origin: whose copy an article is, an agency's or the article's that was published first.

A module of its own because it is a guess from what the papers say of themselves, and must be able to say why. Credits
of pictures are not asked: a paper's own story has an agency's photo more often than not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from scraper.agencies import Agency, agencies

Place = Literal["dateline", "byline", "sign_off", "site"]

MAX_SIGN_OFF_CHARS = 240
MIN_SURE_CHARS = 4
"""A shorter code is no agency where a state or a title could stand: Harrisburg, PA."""

_BRACKETS = re.compile(r"[(（\[［【]([^()（）\[\]［］【】]{1,60})[)）\]］】]")
_PIECES = re.compile(
    r"[()（）\[\]［］【】/,;:|·•=＝—–]|\s-\s|\b(?:and|und|et|y|e|with|mit|by|von|par|por)\b", re.IGNORECASE
)
_BEFORE = re.compile(
    r"^\W*(?:(?:by|from|with|files|material|mit|von|der|par|avec|por|con|da|av|door)\s+)+", re.IGNORECASE
)
_ROLE = re.compile(
    r"(?:\s(?:sports?|business|science|medical|political|health|national|foreign|entertainment|economics)){0,2}"
    r"\s(?:staff\s)?(?:writers?|staff|reporters?|correspondents?|editors?|korrespondent(?:in|en)?|redaktion)\W*$",
    re.IGNORECASE,
)
_AFTER_PLACE = re.compile(r"^[^/:—–()]{2,40}(?:\s?/\s?|\s?:\s|\s[—–-]\s|[—–])([^/:—–()]{2,40})\W*$")
"""A dateline whose agency stands behind a mark that no state stands behind: "NEW DELHI: PTI"."""
_TIES = re.compile(r"[^\s(（\[［【)）\]］】,;]|\s-")
"""Marks and words between a name and its agency; a state or a title stands behind a comma or in brackets."""
_ANYBODYS = frozenset(("press association",))
"""Names that others have behind their own: Orange County Press Association."""
_ENDS_IN_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,60})[)）\]】]\W*$")
_COPYRIGHT = re.compile(
    r"^\W*(?:©|\(c\)|copyright)[\s©]*(?:\(c\)\s*)?(?:\d{4})?[\s,]*(?:by\s+)?(.{2,60})", re.IGNORECASE
)
_REUTERS = re.compile(r"^\W*reporting by .{3,160}\bediting by ", re.IGNORECASE)
"""Only this agency signs off so, and signs its copy nowhere else when papers cut the dateline."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Claims:
    """What an article says of where it comes from.

    Args:
        text: The body without the dateline.
    """

    site: str
    dateline: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """One article of a cluster.

    Args:
        published_at: As the page says; None if it does not.
        seen_at: When it was first fetched.
        agency: The code of the agency that find_agency found, None where it found none.
        place: Where it did.
    """

    article_id: str
    site: str
    published_at: datetime | None
    seen_at: datetime
    agency: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the text of a cluster comes from, probably.

    Args:
        agency: The agency's code; None where no member names one.
        article_id: The member on the agency's own site, or without an agency the one published first; None where an
            agency is named and none of the members is on its site.
        why: Where the agency is named by most: "dateline", "byline", "sign_off" or "site"; else "first_published".
        named_by: How many members name the agency.
    """

    agency: str | None
    article_id: str | None
    why: Place | Literal["first_published"]
    named_by: int = 0


def find_agency(claims: Claims) -> tuple[str, Place] | None:
    """Find the agency that an article names as its source, or on whose site it stands; None if there is none."""
    if claims.dateline and (code := _in_dateline(claims.dateline)):
        return code, "dateline"
    for line in (claims.byline, *claims.authors):
        if line and (code := _in_byline(line)):
            return code, "byline"
    if code := _in_sign_off(claims.text):
        return code, "sign_off"
    if code := _of_site(claims.site):
        return code, "site"
    return None


def find_origin(copies: Sequence[Copy]) -> Origin:
    """Find where the text of a cluster's articles comes from.

    The agency that most of them name; of several the one named by who published first. Without one, the earliest.

    Args:
        copies: At least one, in any order.
    """
    ordered = sorted(copies, key=lambda copy: (published(copy), copy.seen_at, copy.article_id))
    named: defaultdict[str, list[Copy]] = defaultdict(list)
    for copy in ordered:
        if copy.agency:
            named[copy.agency].append(copy)
    if not named:
        return Origin(None, ordered[0].article_id, "first_published")
    code = max(named, key=lambda each: len(named[each]))  # of equals the first, which is the earliest
    own = next((copy.article_id for copy in named[code] if _of_site(copy.site) == code), None)
    places = [copy.place for copy in named[code] if copy.place]
    usual: Place = max(places, key=places.count)
    return Origin(code, own, usual, len(places))


def published(copy: Copy) -> datetime:
    """Give when an article was published; a page that dates itself later than it was seen is not believed."""
    return min(copy.published_at or copy.seen_at, copy.seen_at)


def _of_site(site: str) -> str | None:
    labels = site.split(".")
    return next((code for n in range(len(labels)) if (code := _by_host().get(".".join(labels[n:])))), None)


def _in_dateline(dateline: str) -> str | None:
    bracketed = _BRACKETS.findall(dateline)
    for text in bracketed:
        if code := _first(_PIECES.split(text), spelt=True):
            return code
    if not bracketed:
        if code := _first(_PIECES.split(dateline), spelt=True, sure=True):
            return code
        if (behind := _AFTER_PLACE.match(dateline)) and (code := _first([behind[1]], spelt=True)):
            return code
    return _foreign(dateline)


def _in_byline(line: str) -> str | None:
    line = _BEFORE.sub("", line, count=1)
    if code := _first([_ROLE.sub("", line)]):
        return code
    pieces, marks = _PIECES.split(line), ["", *_PIECES.findall(line)]
    if all(_first([piece], spelt=True) for piece in pieces if piece.strip(" .")):
        return _first(pieces, spelt=True)  # agencies and nobody else
    for piece, mark in zip(pieces, marks, strict=True):
        name = _ROLE.sub("", piece)
        # No state and no title stands before "Writer", behind a dash or "and", or is written small.
        sure = name == piece and not _TIES.match(mark) and not piece.strip().islower()
        if code := _first([name], spelt=True, sure=sure) or _first([_last_words(name)], sure=True):
            return code
    return _foreign(line)


def _last_words(piece: str) -> str:
    """Give what may be an agency's name of several words behind a person's; "" where no person could stand before."""
    person, the, name = piece.casefold().rpartition(" the ")
    if the and len(person.split()) > 1:
        return name
    words = piece.split()
    behind = (" ".join(words[at:]) for at in range(max(2, len(words) - 6), len(words) - 1))
    return next((name for name in behind if _fold(name) in _by_name() and _fold(name) not in _ANYBODYS), "")


def _in_sign_off(text: str) -> str | None:
    last = text.rstrip().rpartition("\n")[2]
    if _REUTERS.match(last[: 2 * MAX_SIGN_OFF_CHARS]):
        return "Reuters"
    if found := _ENDS_IN_BRACKETS.search(last[-MAX_SIGN_OFF_CHARS:]):
        return _first(_PIECES.split(found[1]), spelt=True)
    if len(last) <= MAX_SIGN_OFF_CHARS and (found := _COPYRIGHT.match(last)):
        words = found[1].split()
        return _first((" ".join(words[:count]).strip(".,") for count in range(min(4, len(words)), 0, -1)), spelt=True)
    return None


def _first(pieces: Iterable[str], *, spelt: bool = False, sure: bool = False) -> str | None:
    """Give the first agency among some texts.

    Args:
        pieces: Texts that are wholly the name of an agency, or not.
        spelt: A short code must be spelt as in the list: "AA" is one, "Aa" is not.
        sure: Short codes do not count at all.
    """
    for piece in pieces:
        text = piece.strip(" .\t\u00a0")
        found = _by_name().get(_fold(text))
        if found and (len(text) >= MIN_SURE_CHARS or (not sure and (not spelt or text in (found.code, *found.names)))):
            return found.code
    return None


def _foreign(text: str) -> str | None:
    """Find an agency whose name is written without spaces around it."""
    if text.isascii():
        return None
    return next((code for name, code in _foreign_names() if name in text), None)


def _fold(text: str) -> str:
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(_WORD.findall(text.casefold())).removeprefix("the ")


@cache
def _by_name() -> dict[str, Agency]:
    return {_fold(name): agency for agency in agencies() for name in (agency.code, *agency.names)}


@cache
def _by_host() -> dict[str, str]:
    return {host: agency.code for agency in agencies() for host in agency.hosts}


@cache
def _foreign_names() -> tuple[tuple[str, str], ...]:
    pairs = ((name, agency.code) for agency in agencies() for name in agency.names)
    return tuple(pair for pair in pairs if "\u3000" <= pair[0][0] <= "\uffff")
