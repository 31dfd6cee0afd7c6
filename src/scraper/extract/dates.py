"""Dates: when an article was published and last changed.

A module of its own because a page gives a dozen dates (of comments, of other stories, of the copyright line), and the
right one has to be found, not merely parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.extract.date_address import day_in_address, month_in_address
from scraper.extract.date_text import parse_date
from scraper.extract.headline import Headline
from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import MAX_CLIMB, TIME_TAGS, Printed, Spot, key_of, near_texts, stands_outside, text_of

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

# Patterns are strings: re compiles and keeps them at their first use, which loading the module need not wait for.
_LIKE_PUBLISHED = r"(?i)publi(?:sh|c)|pub-?date|pdate$|date[._]created|uploaddate|upload_date"
_NOT_PUBLISHED = r"(?i)modif|updat|expir|unpubl|publisher|render|server|build|copyright"
"""Other meta names that speak of publication. Source: of 40 such values on the development pages 36 are right."""

_NEAR_URL = timedelta(hours=48)
_FAR_FROM_URL = timedelta(days=31)
_YEAR = re.compile(r"(?:19|20)\d\d|\d[./]\s?\d{1,2}[./]\s?\d\d|[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]{4}|25\d\d")
_MODIFIED = (
    r"(?i)updat|modif|aktualis|aktualiz|mis à jour|mise à jour|actualiz|aggiorn|bijgewerkt|oppdatert|uppdatera|päivite|"
    r"обновл|güncel|diperbarui|edited|changed|更新|수정|atualiz|opdateret|revis|geändert|stand:|review|bearbeit|"
    r"muokattu|ändrad|endret|zmodyf|último cambio"
)
_PUBLISHED = (
    r"(?i)publi|posted|created|issued|veröffentlicht|erstellt|pubdate|опубл|yayın|gepubliceerd|julkaistu|発行|公開|発表|"
    r"입력|등록|发布|mise? en ligne|online seit|erschienen|eingestellt|pubbl|opubl|lagt ut|публик|发表|發佈|掲載|投稿"
)
_OTHERS = r"comment(?!ary)|related|recommend|popular|trending|most-?read|teaser|latest|respond|reply"
_WITHOUT_OFFSET = r"^(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$"
_OFFSET = r"(?:Z|[+-]\d\d:?\d\d)$"
_COPYRIGHT = r"(?i)©|copyright|all rights reserved|\(c\)"
_STATE = (
    r"(?i)\\?[\"'](?:date_?published|published_?(?:at|on|date|time)|publish_?(?:date|time|ed)|publication_?date|"
    r"first_?published(?:_?(?:at|date))?|date_?created|display_?date|pub_?date)\\?[\"']\s*:\s*\\?[\"']"
    r"((?:19|20)\d\d-\d\d-\d\d[^\"'\\]{0,20})"
)
MAX_STATE_CHARS = 3_000_000
HEAD_CHARS = 40
"""A date that opens a paragraph ("27.1.2022 - ...") stands in so many characters at its start."""

MAX_SWEEP = 4000
"""Elements looked through for a labelled date where nothing else gives one. Chosen by hand."""


@dataclass(frozen=True, slots=True)
class Dates:
    """When an article was published and changed, aware and in UTC, with the sources."""

    published: datetime | None = None
    modified: datetime | None = None
    published_source: str | None = None
    modified_source: str | None = None


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
    published, published_source = _first(
        ((_zoned(text, printed, linked), source) for text, source in _declared(linked, "published", PUBLISHED_META)),
        language,
        latest,
    )
    modified, modified_source = _first(_declared(linked, "modified", MODIFIED_META), language, latest)
    if published is None:
        published, published_source = _first(_declared_elsewhere(linked), language, latest)
    if published is None or modified is None:
        in_url = _believed(day_in_address(url), latest)
        month = month_in_address(url)
        spots = list(_printed_dates(printed, headline, language, latest, in_url, month))
        plain = next((when for when, kind in spots if kind != "modified"), None)
        changed = next((when for when, kind in spots if kind == "modified"), None)
        if modified is None and changed is not None:
            modified, modified_source = changed, "dom"
        if published is None:
            published, published_source = _undeclared(plain, changed, in_url)
        if published is None:
            published, published_source = _swept(tree, printed, language, latest)
    if modified is not None and published is not None and modified < published:
        modified, modified_source = None, None
    return Dates(published, modified, published_source, modified_source)


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


def _printed_dates(
    printed: Printed,
    headline: Headline,
    language: str | None,
    latest: datetime | None,
    in_url: datetime | None,
    month: tuple[int, int] | None,
) -> Iterator[tuple[datetime, str]]:
    """Yield the dates printed on the page with "published", "modified" or "" for their kind, the likeliest first."""
    spots: dict[int, Spot] = {}
    for spot in (*printed.times, *printed.date):
        spots.setdefault(spot.place, spot)
    own: dict[int, str] = {}
    for spot, text in near_texts(printed, headline.place):
        head = text if len(text) <= MAX_DATE_CHARS else text[:HEAD_CHARS]
        if _YEAR.search(head):
            spots.setdefault(spot.place, spot)
            own[spot.place] = head
    times = {spot.place for spot in printed.times}
    found: list[tuple[float, datetime, str]] = []
    doubted: list[tuple[float, datetime, str]] = []
    nearest = sorted(spots.values(), key=lambda s: abs(s.place - headline.place) - (400 if s.place in times else 0))
    for spot in nearest[:MAX_CANDIDATES]:
        attribute = _machine_date(spot)
        text = own.get(spot.place) or text_of(spot.node, limit=MAX_DATE_CHARS)
        if not attribute and (not text or not _YEAR.search(text)):
            continue
        when = parse_date(attribute, language) if attribute else None
        when = _believed(when or (parse_date(text, language) if text else None), latest)
        if when is None or re.search(_COPYRIGHT, text):
            continue
        distance = abs(spot.place - headline.place)
        outside = stands_outside(spot.node, headline.around)
        kind = _kind(f"{spot.key} {text[:60]}", text) or _kind(label := _label(printed, spot), label)
        if outside and (
            (distance > NEAR_OUTSIDE and kind != "published")
            or not 0 < len(text) <= HEAD_CHARS
            or _of_something_else(spot.node)
        ):
            continue
        score = -distance / 50 + (2 if spot.place in times else 0) + (1 if kind == "published" else 0) - len(text) / 80
        if in_url is not None:
            score += 3 if abs(when - in_url) <= _NEAR_URL else 0
        elif month is not None:
            score += 2 if (when.year, when.month) == month else 0
        (doubted if outside else found).append((score, when, kind))
    for one in (found, doubted):
        one.sort(key=lambda scored: -scored[0])
        yield from ((when, kind) for _, when, kind in one)


NEAR_OUTSIDE = 12
"""A date so near the headline is the article's even in an aside; farther off it needs a label. Chosen by hand."""


def _of_something_else(node: LexborNode | None) -> bool:
    """Tell whether an element stands in a picture, a menu, a comment or a list of other stories."""
    for _ in range(MAX_CLIMB):
        if node is None:
            break
        if node.tag in ("figure", "figcaption", "nav", "footer", "template", "noscript", "dialog"):
            return True
        if re.search(_OTHERS, key_of(node)):
            return True
        node = node.parent
    return False


def _machine_date(spot: Spot) -> str | None:
    given = spot.node.attributes
    text = given.get("datetime") or (given.get("content") if "itemprop" in given else None)
    if text is None and spot.node.tag not in TIME_TAGS and (inner := spot.node.css_first("time[datetime]")) is not None:
        text = inner.attributes.get("datetime")
    return text or given.get("data-datetime") or given.get("data-timestamp") or given.get("title")


def _kind(around: str, text: str) -> str:
    if re.search(_MODIFIED, around):
        return "published" if re.search(_PUBLISHED, text) else "modified"
    return "published" if re.search(_PUBLISHED, around) else ""


def _label(printed: Printed, spot: Spot) -> str:
    """Give the text of the element before, where it is as short as a label."""
    if not 2 <= spot.place <= len(printed.nodes):
        return ""
    text = (printed.nodes[spot.place - 2].text(deep=False) or "")[: MAX_LABEL_CHARS + 1].strip()
    return text if len(text) <= MAX_LABEL_CHARS else ""


MAX_LABEL_CHARS = 30


def _swept(
    tree: LexborHTMLParser, printed: Printed, language: str | None, latest: datetime | None
) -> tuple[datetime | None, str | None]:
    """Look where nothing else gives a date: for one with a label anywhere on the page, then for one in the scripts.

    In scripts it must be one day alone: several are those of other stories.
    """
    nodes = printed.nodes if len(printed.nodes) <= MAX_SWEEP else printed.nodes[-MAX_SWEEP:]
    for node in reversed(nodes):
        if node.tag in ("script", "style", "noscript"):
            continue
        text = (node.text(deep=False) or "")[: 2 * MAX_DATE_CHARS]
        if (
            not _YEAR.search(text)
            or re.search(_COPYRIGHT, text)
            or not (re.search(_MODIFIED, text) or re.search(_PUBLISHED, text))
        ):
            continue
        text = " ".join(text.split())
        if len(text) > MAX_DATE_CHARS or stands_outside(node):
            continue
        if (when := _believed(parse_date(text, language), latest)) is not None:
            return when, "dom"
    days: dict[str, str] = {}
    chars = 0
    for script in tree.css("script:not([src])"):
        text = script.text(deep=True)
        chars += len(text)
        if chars > MAX_STATE_CHARS:
            break
        for value in re.findall(_STATE, text):
            days.setdefault(value[:10], value)
    if len(days) == 1 and (when := _believed(parse_date(next(iter(days.values())), language), latest)) is not None:
        return when, "dom"
    return None, None
