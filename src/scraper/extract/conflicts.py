"""Conflicts: where what a page declares, what it prints and the feed that named it contradict each other.

A module of its own because what counts as saying something else is one question, whoever reads the sources: a site's
name behind a title, a day printed without its time and a newsroom in place of a name contradict nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TypeVar

from scraper.article import Article, Conflict
from scraper.extract.date_text import offset_in, parse_date
from scraper.extract.headline import words_of
from scraper.extract.names import fold_name, has_given_name, is_role

MAX_VALUE_CHARS = 500
"""Kept of what a source says. Source: the longest headline that is taken has 400."""

MAX_NAMES = 50
"""Compared of the authors that a source names, against hostile pages."""

MIN_CUT_WORDS = 4
"""Of a headline whose last word is cut short: one word that begins another is no headline cut."""

NEAR = timedelta(minutes=10)
"""Times so near are one: saved and shown, cut to minutes, sent to the feed. Source: of 1,005 times of publication that
development pages declare a second time, 839 are the same within a minute, 3 within 3 to 6 minutes, and 9 are 10 to 60
minutes off: those are of creation and of later changes."""

STEP = timedelta(minutes=15)
"""All time zones are whole steps apart."""

EAST, WEST = timedelta(hours=14), timedelta(hours=12)
"""How far from Greenwich clocks are set: a day begins so much earlier and ends so much later than in UTC."""

T = TypeVar("T")

LISTINGS = frozenset(("rss", "atom", "news_sitemap"))
"""Listings that give title and time of publication; a plain sitemap gives the time of the last change."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as exactly as it is given.

    Args:
        when: Aware, UTC.
        offset_minutes: East of Greenwich, of the clock it is given in; None where nothing says so.
    """

    when: datetime
    offset_minutes: int | None = None

    @property
    def day(self) -> datetime | None:
        """Midnight of the day, where no clock is given, or midnight on that clock, which systems write for none."""
        try:
            local = self.when + timedelta(minutes=self.offset_minutes or 0)
        except OverflowError:  # the calendar's last hours
            return None
        return local.replace(microsecond=0) if (local.hour, local.minute, local.second) == (0, 0, 0) else None


def read_moment(text: str, language: str | None = None) -> Moment | None:
    """Read a time as written, None where there is none; language as parse_date has it."""
    when = parse_date(text, language)
    if when is None:
        return None
    return Moment(when, 0 if re.fullmatch(r"\s*\d{10,13}\s*", text) else offset_in(text))


def is_same_time(chosen: Moment, other: Moment) -> bool:
    """Tell whether another source's time may be the one that was chosen.

    A day agrees with every time on it, whichever the zone. A time without a zone agrees with one that is whole steps
    of zones away; where both have one, hours between them are a fault of one of them.
    """
    if chosen.day and other.day:
        return chosen.day == other.day
    if day := chosen.day or other.day:
        moment = other.when if chosen.day else chosen.when
        return -EAST <= moment - day < timedelta(days=1) + WEST
    apart = abs(chosen.when - other.when)
    if apart <= NEAR:
        return True
    rest = apart % STEP
    return other.offset_minutes is None and apart <= EAST and min(rest, STEP - rest) < timedelta(minutes=1)


def is_same_headline(chosen: str, other: str) -> bool:
    """Tell whether two headlines say the same, or one is the other with words before, between or behind."""
    one, two = (words_of(text.replace("&", " and ")) for text in (chosen, other))
    if not one or not two or set(one) <= set(two) or set(two) <= set(one):
        return True
    return _stands_in(one, two) or _stands_in(two, one)


def _stands_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Tell whether words stand in others as written, wherever these are spaced; the last may be cut short."""
    joined, others, ends = "".join(part), "".join(whole), [0, *accumulate(map(len, whole))]
    for start in ends[:-1]:
        if others.startswith(joined, start):
            end = start + len(joined)
            is_cut = len(part) >= MIN_CUT_WORDS and not (joined[-1:] + others[end : end + 1]).isdigit()
            if is_cut or end in ends:
                return True
    return False


def is_same_authors(chosen: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether another source names no other persons.

    Who names a newsroom, a role, an agency or the publisher contradicts no name; but a person is missed where these
    were chosen. Initials and missing middle names are no difference.
    """
    persons = [name for name in other[:MAX_NAMES] if _is_person(name)]
    if not persons:
        return True
    known = [name for name in chosen[:MAX_NAMES] if _is_person(name)]
    return _are_among(persons, chosen[:MAX_NAMES]) and _are_among(known, other[:MAX_NAMES])


def _is_person(name: str) -> bool:
    return has_given_name(name) and not is_role(name)


def _are_among(names: Sequence[str], others: Sequence[str]) -> bool:
    return all(any(_is_same_name(name, other) for other in others) for name in names)


def _is_same_name(one: str, other: str) -> bool:
    a, b = fold_name(one).split(), fold_name(other).split()
    if not a or not b:
        return False
    if set(a) <= set(b) or set(b) <= set(a) or "".join(a) == "".join(b):
        return True
    return a[-1] == b[-1] and a[0][0] == b[0][0] and 1 in (len(a[0]), len(b[0]))


def headline_conflicts(chosen: str | None, source: str | None, said: Iterable[tuple[str, str]]) -> Iterator[Conflict]:
    """Give the headlines that other sources say, where that is something else.

    Args:
        chosen: The headline.
        source: Where it is from.
        said: Source and headline; of each source the first counts.
    """
    for other, text in _first_of_others(source, said if chosen else ()):
        if not is_same_headline(chosen or "", text):
            yield Conflict("headline", other, text[:MAX_VALUE_CHARS])


def author_conflicts(
    chosen: Sequence[str], source: str | None, said: Iterable[tuple[str, Sequence[str]]]
) -> Iterator[Conflict]:
    """Give the authors that other sources name, where they are others; arguments as headline_conflicts."""
    for other, names in _first_of_others(source, said if chosen else ()):
        if not is_same_authors(chosen, names):
            yield Conflict("authors", other, "; ".join(names)[:MAX_VALUE_CHARS])


def date_conflicts(
    field: str, chosen: Moment | None, source: str | None, said: Iterable[tuple[str, Moment]]
) -> Iterator[Conflict]:
    """Give the times that other sources say, where they are others; arguments as headline_conflicts."""
    for other, moment in _first_of_others(source, said):
        if chosen is not None and not is_same_time(chosen, moment):
            yield Conflict(field, other, write_moment(moment))


def write_moment(moment: Moment) -> str:
    """Write a time as a conflict has it: UTC, or the day alone."""
    return f"{moment.day:%Y-%m-%d}" if moment.day else f"{moment.when:%Y-%m-%dT%H:%M:%SZ}"


def _first_of_others(source: str | None, said: Iterable[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    seen = {source}
    for other, value in said:
        if other not in seen:
            seen.add(other)
            yield other, value


def add_listed(article: Article, listing: str, title: str | None, published: str | None) -> Article:
    """Add what the feed that named an article says of it, where that is something else.

    Feeds write the time of the last change in the same place, so that one contradicts nothing.

    Args:
        article: The article.
        listing: The kind of the feed.
        title: Given there, as printed.
        published: Likewise.
    """
    if listing not in LISTINGS:
        return article
    found = list(headline_conflicts(article.headline, None, [(listing, title)] if title else ()))
    moment = read_moment(published, "en") if published else None
    if moment is not None and article.published_at is not None:
        changed = article.modified_at is not None and is_same_time(Moment(article.modified_at, 0), moment)
        chosen = Moment(article.published_at, article.published_offset_minutes)
        found += () if changed else date_conflicts("published_at", chosen, None, [(listing, moment)])
    return replace(article, conflicts=(*article.conflicts, *found))
