"""Dates: when an article was published and last changed.

A module of its own because a page gives a dozen dates (of comments, of other stories, of the copyright line), and the
right one has to be found, not merely parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.conflicts import Moment, is_same_time, read_moment
from scraper.extract.date_address import day_in_address, month_in_address
from scraper.extract.date_text import offset_in, parse_date
from scraper.extract.declared_dates import (
    MODIFIED_META,
    PUBLISHED_META,
    SURE_META,
    declared_dates,
    declared_elsewhere,
    is_unsure,
    meta_source,
)
from scraper.extract.headline import Headline
from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import Printed
from scraper.extract.printed_dates import HEAD_CHARS, MAX_CANDIDATES, ONE_DAY, PrintedDate, read_printed_dates
from scraper.extract.stray_dates import find_stray_date

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Earlier dates are doubted: the Web begins here; archives that print older dates are rare."""

SLACK = timedelta(days=1)
"""How far past the fetch a date may lie: clocks and zones differ."""

_FAR_FROM_URL = timedelta(days=31)
_WITHOUT_OFFSET = r"^(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$"
_OFFSET = r"(?:Z|[+-]\d\d:?\d\d)$"
BYLINE_REACH = range(-12, 16)
"""Elements from the headline within which the line with author and day stands. Source: the development pages."""

AROUND_HEADLINE = range(-40, 80)


@dataclass(frozen=True, slots=True)
class Dates:
    """When an article was published and changed, aware and in UTC, with the sources.

    Args:
        offset_minutes: East of Greenwich, of the clock that the time of publication is printed in, None where the page
            does not tell: a reader's day is not always that in UTC.
        offset_source: Where that is from.
        said: What each source says of publication: its name and the time.
        early: Likewise a time of change that is not believed, as it lies before publication.
    """

    published: datetime | None = None
    modified: datetime | None = None
    published_source: str | None = None
    modified_source: str | None = None
    offset_minutes: int | None = None
    offset_source: str | None = None
    said: tuple[tuple[str, Moment], ...] = ()
    early: tuple[tuple[str, Moment], ...] = ()


def find_dates(
    tree: LexborHTMLParser,
    printed: Printed,
    linked: LinkedData,
    *,
    url: str,
    fetched_at: datetime | None,
    headline: Headline,
    language: str | None,
) -> Dates:
    """Find both dates.

    Args:
        tree: The page; its scripts are looked into where nothing else gives a date.
        printed: The page's candidates.
        linked: What it declares.
        url: Its address, which may hold the day.
        fetched_at: Later dates are not believed; None believes them.
        headline: The headline and where it stands.
        language: ISO 639 code, which tells 3/4/2025 in April from March.
    """
    latest = fetched_at + SLACK if fetched_at else None

    def believed(when: datetime | None) -> datetime | None:
        return _believed(when, latest)

    declared = (
        (_zoned(text, printed, linked), source) for text, source in declared_dates(linked, "published", PUBLISHED_META)
    )
    published, published_source = _first(declared, language, latest)
    modified, modified_source = _first(declared_dates(linked, "modified", MODIFIED_META), language, latest)
    if published is None:
        published, published_source = _first(declared_elsewhere(linked), language, latest)
    in_url = believed(day_in_address(url))
    dates = read_printed_dates(
        printed,
        headline,
        language=language,
        believed=believed,
        in_url=in_url,
        month=month_in_address(url),
        reach=AROUND_HEADLINE if published is not None and modified is not None and not is_unsure(linked) else None,
    )
    changed = next((one.when for one in dates if one.kind == "modified"), None)
    if modified is None and changed is not None:
        modified, modified_source = changed, "dom"
    if published is None:
        plain = next((one.when for one in dates if one.kind != "modified"), None)
        published, published_source = _undeclared(plain, changed, in_url)
    elif (earlier := _printed_instead(dates, published, unsure=is_unsure(linked))) is not None:
        published, published_source = earlier, "dom"
    if published is None:
        published = find_stray_date(tree, printed, language=language, believed=believed)
        published_source = "dom" if published is not None else None
    early: tuple[tuple[str, Moment], ...] = ()
    if modified is not None and published is not None and modified < published:
        early = ((modified_source or "dom", Moment(modified, 0)),)
        modified, modified_source = None, None
    offset, offset_source = _offset(published, dates, printed, linked) if published is not None else (None, None)
    _note(printed, dates, "published_at", published)
    _note(printed, dates, "modified_at", modified)
    said: list[tuple[str, Moment]] = []
    if published is not None:
        for text, source in declared_dates(linked, "published", SURE_META):
            moment = read_moment(_zoned(text, printed, linked), language)
            if moment is not None and believed(moment.when) is not None:
                said.append((source, moment))
        if in_url is not None:
            said.append(("url", Moment(in_url)))
        said += _printed_otherwise(dates, Moment(published, offset), modified, language)
    return Dates(published, modified, published_source, modified_source, offset, offset_source, tuple(said), early)


def _printed_otherwise(
    dates: Sequence[PrintedDate], published: Moment, modified: datetime | None, language: str | None
) -> Iterator[tuple[str, Moment]]:
    """Give the time printed in the line of the author, where nothing around the headline may be the chosen one."""
    near = [one for one in dates if one.text and one.distance in AROUND_HEADLINE]
    if any(is_same_time(published, Moment(one.when)) or _is_swapped(one.when, published.when) for one in near):
        return
    shown = [(one, _as_printed(one, language)) for one in near]
    if any(is_same_time(published, moment) for _, moment in shown):
        return
    for one, moment in shown:
        sure = one.kind == "published" or (not one.kind and len(one.text) <= HEAD_CHARS)
        changed = modified is not None and is_same_time(Moment(modified, 0), moment)
        if sure and not one.outside and not changed and one.distance in BYLINE_REACH:
            yield "dom", moment
            return


def _as_printed(one: PrintedDate, language: str | None) -> Moment:
    """Give a time as readers see it: a day where the clock stands in an attribute alone, and without its zone.

    Zones are printed as letters that summer makes wrong.
    """
    shown = parse_date(one.text, language)
    seen = shown is not None and abs(shown - one.when) < ONE_DAY and Moment(shown).day is not None
    return Moment(shown if seen and shown is not None else one.when)


def _note(printed: Printed, dates: Sequence[PrintedDate], name: str, moment: datetime | None) -> None:
    """Note where a date is printed, be it read from there or declared."""
    changed = name == "modified_at"
    near = [
        (((one.kind == "modified") != changed, abs(one.when - moment)), one.node)
        for one in dates
        if moment is not None and abs(one.when - moment) < ONE_DAY
    ]
    if near:
        printed.chosen[name] = [min(near, key=lambda each: each[0])[1]]


def _offset(
    published: datetime, dates: Sequence[PrintedDate], printed: Printed, linked: LinkedData
) -> tuple[int | None, str | None]:
    """Find the offset that the time of publication is given with: one that is not zero is the newsroom's own."""
    texts: dict[str, str] = {}
    for text, source in (
        (linked.published or "", linked.origin.get("published", "json_ld")),
        *((text, "json_ld") for text in linked.other_dates),
        *((text, meta_source(name)) for name in PUBLISHED_META[:8] for text in linked.meta.get(name, ())[:1]),
        *((spot.node.attributes.get("datetime") or "", "dom") for spot in printed.times[:MAX_CANDIDATES]),
    ):
        texts.setdefault(text, source)
    found = [
        (offset_in(text), source)
        for text, source in texts.items()
        if offset_in(text) is not None and _is(text, published)
    ]
    found += [(offset_in(one.text), "dom") for one in dates if one.when == published]
    found = [pair for pair in found if pair[0] is not None]
    return next((pair for pair in found if pair[0]), found[0] if found else (None, None))


def _is(text: str, moment: datetime) -> bool:
    when = parse_date(text)
    return when is not None and abs(when - moment) < timedelta(minutes=1)


def _printed_instead(dates: Sequence[PrintedDate], declared: datetime, *, unsure: bool) -> datetime | None:
    """Give the day printed below the headline where it contradicts the declared one and is to be believed.

    Systems that declare the day of the last change as that of publication are common; a day in the line of the author
    that is earlier, while the declared one is printed nowhere near, is what readers are told.
    """
    if unsure:
        one = next((one for one in dates if one.kind != "modified"), None)
        return one.when if one is not None and abs(one.when - declared) > ONE_DAY else None
    near = [one for one in dates if one.distance in AROUND_HEADLINE]
    if any(abs(one.when - declared) <= ONE_DAY or _is_swapped(one.when, declared) for one in near):
        return None
    plain = [one for one in near if one.kind != "modified" and one.alone and one.distance in BYLINE_REACH]
    return next((one.when for one in plain if one.when < declared and not one.outside), None)


def _is_swapped(one: datetime, other: datetime) -> bool:
    """Tell whether two dates are one that was read with day and month exchanged."""
    return one.year == other.year and (one.month, one.day) == (other.day, other.month)


def _zoned(text: str, printed: Printed, linked: LinkedData) -> str:
    """Give a time that is declared without an offset with the one that the same time has elsewhere on the page."""
    text = text.strip()
    if not re.search(_WITHOUT_OFFSET, text):
        return text
    clock = text[:16].replace(" ", "T")
    others = [linked.published or "", *linked.other_dates]
    others += [value for name in PUBLISHED_META[:5] for value in linked.meta.get(name, ())]
    others += [spot.node.attributes.get("datetime") or "" for spot in printed.times[:MAX_CANDIDATES]]
    return next((one for one in others if one.startswith(clock) and re.search(_OFFSET, one)), text)


def _undeclared(
    plain: datetime | None, changed: datetime | None, in_url: datetime | None
) -> tuple[datetime | None, str | None]:
    """Choose where nothing is declared: the printed date, unless the address contradicts it, then the address."""
    if plain is not None and (in_url is None or abs(plain - in_url) < _FAR_FROM_URL):
        return plain, "dom"
    if in_url is not None:
        return in_url, "url"
    return (changed, "dom") if changed is not None else (None, None)


def _first(
    given: Iterable[tuple[str, str]], language: str | None, latest: datetime | None
) -> tuple[datetime | None, str | None]:
    for text, source in given:
        if (when := _believed(parse_date(text, language), latest)) is not None:
            return when, source
    return None, None


def _believed(when: datetime | None, latest: datetime | None) -> datetime | None:
    if when is None or when < OLDEST or (latest is not None and when > latest):
        return None
    return when
