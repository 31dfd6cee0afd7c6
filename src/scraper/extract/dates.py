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

from scraper.extract.date_address import day_in_address, month_in_address
from scraper.extract.date_text import offset_in, parse_date
from scraper.extract.headline import Headline
from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import Printed
from scraper.extract.printed_dates import MAX_CANDIDATES, ONE_DAY, PrintedDate, read_printed_dates
from scraper.extract.stray_dates import find_stray_date

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Earlier dates are doubted: the Web begins here; archives that print older dates are rare."""

SLACK = timedelta(days=1)
"""How far past the fetch a date may lie: clocks and zones differ."""

PUBLISHED_META = (
    *("article:published_time", "og:article:published_time", "article:published", "og:published_time"),
    *("parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "datepublished"),
    *("pubdate", "publishdate", "publish-date", "publish_date", "published_time", "published", "publication_date"),
    *("article.published", "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date"),
    *("citation_publication_date", "citation_online_date", "citation_date", "dc.date", "date", "date_published"),
    *("article_date_original", "rnews:datepublished", "timestamp", "article:post_date", "created", "release_date"),
    *("last-modified-date", "ptime", "iso-8601-publish-date", "mediator_published_time", "og:pubdate", "datecreated"),
)
MODIFIED_META = (
    *("article:modified_time", "og:updated_time", "og:article:modified_time", "article:modified", "datemodified"),
    *("lastmod", "last-modified", "dcterms.modified", "dc.date.modified", "modified_time", "article.updated"),
    *("article:update_time", "date_modified", "revised", "cxenseparse:modifiedtime", "utime"),
)
"""Meta names, the surest first."""

# Patterns are strings: re compiles and keeps them at their first use, which loading the module need not wait for.
_LIKE_PUBLISHED = r"(?i)publi(?:sh|c)|pub-?date|pdate$|date[._]created|uploaddate|upload_date"
_NOT_PUBLISHED = r"(?i)modif|updat|expir|unpubl|publisher|render|server|build|copyright"
"""Other meta names that speak of publication. Source: of 40 such values on the development pages 36 are right."""

_UNSURE_META = frozenset(
    ("date", "dc.date", "dcterms.date", "timestamp", "last-modified-date", "created", "datecreated")
)
"""Meta names that systems give the day of the last change as often: the day printed below the headline goes before
them. Source: where the two differ, on 9 development pages the printed one is right, on none the other."""

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
    """

    published: datetime | None = None
    modified: datetime | None = None
    published_source: str | None = None
    modified_source: str | None = None
    offset_minutes: int | None = None


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
        (_zoned(text, printed, linked), source) for text, source in _declared(linked, "published", PUBLISHED_META)
    )
    published, published_source = _first(declared, language, latest)
    modified, modified_source = _first(_declared(linked, "modified", MODIFIED_META), language, latest)
    if published is None:
        published, published_source = _first(_declared_elsewhere(linked), language, latest)
    in_url = believed(day_in_address(url))
    dates = read_printed_dates(
        printed,
        headline,
        language=language,
        believed=believed,
        in_url=in_url,
        month=month_in_address(url),
        reach=AROUND_HEADLINE if published is not None and modified is not None and not _is_unsure(linked) else None,
    )
    changed = next((one.when for one in dates if one.kind == "modified"), None)
    if modified is None and changed is not None:
        modified, modified_source = changed, "dom"
    if published is None:
        plain = next((one.when for one in dates if one.kind != "modified"), None)
        published, published_source = _undeclared(plain, changed, in_url)
    elif (earlier := _printed_instead(dates, published, unsure=_is_unsure(linked))) is not None:
        published, published_source = earlier, "dom"
    if published is None:
        published = find_stray_date(tree, printed, language=language, believed=believed)
        published_source = "dom" if published is not None else None
    if modified is not None and published is not None and modified < published:
        modified, modified_source = None, None
    offset = _offset(published, dates, printed, linked) if published is not None else None
    _note(printed, dates, "published_at", published)
    _note(printed, dates, "modified_at", modified)
    return Dates(published, modified, published_source, modified_source, offset)


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


def _offset(published: datetime, dates: Sequence[PrintedDate], printed: Printed, linked: LinkedData) -> int | None:
    """Find the offset that the time of publication is given with: one that is not zero is the newsroom's own."""
    texts = [linked.published or "", *linked.other_dates]
    texts += [value for name in PUBLISHED_META[:8] for value in linked.meta.get(name, ())[:1]]
    texts += [spot.node.attributes.get("datetime") or "" for spot in printed.times[:MAX_CANDIDATES]]
    found = [
        offset for text in dict.fromkeys(texts) if (offset := offset_in(text)) is not None and _is(text, published)
    ]
    shown = [offset_in(one.text) for one in dates if one.when == published]
    found += [offset for offset in shown if offset is not None]
    return next((offset for offset in found if offset), found[0] if found else None)


def _is(text: str, moment: datetime) -> bool:
    when = parse_date(text)
    return when is not None and abs(when - moment) < timedelta(minutes=1)


def _is_unsure(linked: LinkedData) -> bool:
    """Tell whether the day of publication is declared by nothing but a meta element that often means another."""
    return not linked.published and next((name in _UNSURE_META for name in PUBLISHED_META if name in linked.meta), True)


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


def _declared(linked: LinkedData, name: str, metas: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    own = getattr(linked, name)
    if own:
        yield own, linked.origin.get(name, "json_ld")
    for meta in metas:
        for text in linked.meta.get(meta, ())[:2]:
            yield text, "opengraph" if meta.startswith(("article:", "og:")) else "meta"


def _declared_elsewhere(linked: LinkedData) -> Iterator[tuple[str, str]]:
    """Yield what speaks of publication less surely: meta elements of unknown name, other objects in JSON-LD."""
    for name, texts in linked.meta.items():
        if re.search(_LIKE_PUBLISHED, name) and not re.search(_NOT_PUBLISHED, name) and len(texts[0]) <= 40:
            yield texts[0], "meta"
    for text in linked.other_dates[:1]:
        yield text, "json_ld"
