"""Dates: when an article was published and last changed.

A module of its own because a page gives a dozen dates (of comments, of other stories, of the copyright line), and the
right one has to be found, not merely parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scraper.extract.date_text import parse_date
from scraper.extract.headline import Headline
from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import Printed, Spot, near_texts, stands_outside, text_of

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Earlier dates are doubted: the Web begins here; archives that print older dates are rare."""

SLACK = timedelta(days=1)
"""How far past the fetch a date may lie: clocks and zones differ."""

MAX_DATE_CHARS = 160
MAX_CANDIDATES = 40

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

_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/._-]?(0[1-9]|1[0-2])[/._-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|\D|$)")
_YEAR = re.compile(r"(?:19|20)\d\d|\d[./]\d{1,2}[./]\d\d")
_MODIFIED = re.compile(
    r"updat|modif|aktualis|aktualiz|mis à jour|actualiz|aggiorn|bijgewerkt|oppdatert|uppdatera|päivite|обновл|güncel|"
    r"diperbarui|edited|changed|更新|수정|atualiz|opdateret|revis",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"publi|posted|created|issued|veröffentlicht|erstellt|pubdate|опубл|yayın|gepubliceerd|julkaistu|発行|公開|発表|"
    r"입력|등록|发布",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dates:
    """When an article was published and changed, aware and in UTC, with the sources."""

    published: datetime | None = None
    modified: datetime | None = None
    published_source: str | None = None
    modified_source: str | None = None


def find_dates(
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
        printed: The page's candidates.
        linked: What it declares.
        url: Its address, which may hold the day.
        fetched_at: Later dates are not believed; None believes them.
        headline: The headline and where it stands.
        language: ISO 639 code, which tells 3/4/2025 in April from March.
    """
    latest = fetched_at + SLACK if fetched_at else None
    in_url = _day_in_url(url)
    published = modified = None
    published_source = modified_source = None
    spots = list(_printed_dates(printed, headline, language, latest))
    for text, source in _declared(linked, "published", PUBLISHED_META):
        published = _believed(parse_date(text, language), latest)
        if published:
            published_source = source
            break
    for text, source in _declared(linked, "modified", MODIFIED_META):
        modified = _believed(parse_date(text, language), latest)
        if modified:
            modified_source = source
            break
    if published is None:
        plain = [when for when, kind in spots if kind != "modified"]
        if plain:
            published, published_source = plain[0], "dom"
    if modified is None:
        changed = [when for when, kind in spots if kind == "modified"]
        if changed:
            modified, modified_source = changed[0], "dom"
    if published is None and in_url is not None and _believed(in_url, latest):
        published, published_source = in_url, "url"
    if published is None and modified is not None and modified_source == "dom":
        published, published_source = modified, "dom"
    if modified is not None and published is not None and modified < published:
        modified, modified_source = None, None
    return Dates(published, modified, published_source, modified_source)


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


def _day_in_url(url: str) -> datetime | None:
    match = _URL_DAY.search(url)
    if not match:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return None


def _printed_dates(
    printed: Printed, headline: Headline, language: str | None, latest: datetime | None
) -> Iterator[tuple[datetime, str]]:
    """Yield the dates printed on the page with "published", "modified" or "" for their kind, the likeliest first."""
    spots: dict[int, Spot] = {}
    for spot in (*printed.times, *printed.date):
        spots.setdefault(spot.place, spot)
    for spot, text in near_texts(printed, headline.place):
        if _YEAR.search(text) and len(text) <= MAX_DATE_CHARS:
            spots.setdefault(spot.place, spot)
    times = {spot.place for spot in printed.times}
    found: list[tuple[float, datetime, str]] = []
    nearest = sorted(spots.values(), key=lambda s: abs(s.place - headline.place) - (400 if s.place in times else 0))
    for spot in nearest[:MAX_CANDIDATES]:
        given = spot.node.attributes
        attribute = given.get("datetime") or (given.get("content") if "itemprop" in given else None)
        if (
            attribute is None
            and spot.place not in times
            and (inner := spot.node.css_first("time[datetime]")) is not None
        ):
            attribute = inner.attributes.get("datetime")
        attribute = attribute or given.get("data-datetime") or given.get("data-timestamp") or given.get("title")
        text = text_of(spot.node, limit=MAX_DATE_CHARS)
        when = parse_date(attribute, language) if attribute else None
        when = _believed(when or (parse_date(text, language) if text else None), latest)
        if when is None or stands_outside(spot.node, headline.around):
            continue
        around = spot.key + " " + text[:60]
        kind = "modified" if _MODIFIED.search(around) else "published" if _PUBLISHED.search(around) else ""
        if kind == "modified" and _PUBLISHED.search(text):
            kind = "published"
        distance = abs(spot.place - headline.place)
        score = -distance / 50 + (2 if spot.place in times else 0) + (1 if kind == "published" else 0) - len(text) / 80
        found.append((score, when, kind))
    found.sort(key=lambda one: -one[0])
    yield from ((when, kind) for _, when, kind in found)
