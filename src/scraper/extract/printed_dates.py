"""Printed dates: the days a page prints, each with what is said of it and where it stands.

A module of its own because a page prints a dozen dates (of comments, of other stories, of the copyright line), and what
tells them apart is label and place, whichever field then asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from selectolax.lexbor import LexborNode

from scraper.extract.date_text import parse_date
from scraper.extract.headline import Headline
from scraper.extract.printed import MAX_CLIMB, TIME_TAGS, Printed, Spot, key_of, near_texts
from scraper.extract.standing import stands_outside, text_of

MAX_DATE_CHARS = 160
MAX_CANDIDATES = 40
MAX_LABEL_CHARS = 30

HEAD_CHARS = 40
"""A date that opens a paragraph ("27.1.2022 - ...") stands in so many characters at its start."""

NEAR_OUTSIDE = 12
"""A date so near the headline is the article's even in an aside; farther off it needs a label. Chosen by hand."""

ONE_DAY = timedelta(hours=36)
"""Two dates that differ by less may be one day: zones differ, and many are printed without a time."""

_NEAR_URL = timedelta(hours=48)

YEAR = re.compile(
    r"(?:19|20)\d\d|\d\s?[./|-]\s?\d{1,2}\s?[./|-]\s?\d\d|[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]{4}|25\d\d"
)
_MODIFIED = (
    *("updat", "modif", "aktualis", "aktualiz", "mis à jour", "mise à jour", "actualiz", "aggiorn", "bijgewerkt"),
    *("oppdatert", "uppdatera", "päivite", "обновл", "güncel", "diperbarui", "edited", "changed", "更新", "수정"),
    *("atualiz", "opdateret", "revis", "geändert", "änderung", "stand:", "review", "bearbeit", "muokattu", "ändrad"),
    *("endret", "zmodyf", "último cambio", "оновлен", "изменен", "зміне", "تحديث", "تعديل", "به‌روز", "עודכן", "अपडेट"),
    *(
        "अद्यतन",
        "ενημέρωση",
        "แก้ไข",
        "cập nhật",
        "frissít",
        "aktuální k",
        "zmieni",
        "修正",
        "最后编辑",
        "編輯於",
        "last change",
    ),
)
_PUBLISHED = (
    *("publi", "posted", "created", "issued", "written:", "veröffentlicht", "erstellt", "pubdate", "опубл", "yayın"),
    *("gepubliceerd", "julkaistu", "発行", "公開", "発表", "입력", "등록", "发布", "mise en ligne", "mis en ligne"),
    *(
        "online seit",
        "erschienen",
        "eingestellt",
        "pubbl",
        "opubl",
        "lagt ut",
        "публик",
        "发表",
        "發佈",
        "掲載",
        "投稿",
    ),
    *(
        "نشر",
        "תאריך פרסום",
        "פורסם",
        "प्रकाशित",
        "δημοσίευση",
        "เผยแพร่",
        "megjelen",
        "zveřejněno",
        "objavljen",
        "közzét",
    ),
)
"""Parts of labels and class names, in small letters: substrings, as a pattern of all of them takes ten times."""

# A string: re compiles and keeps it at its first use.
COPYRIGHT = r"(?i)©|copyright|all rights reserved|\(c\)"
_OTHERS = r"comment(?!ary)|related|recommend|popular|trending|most-?read|teaser|latest|respond|reply|joined|profile"


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date the page prints.

    Args:
        when: Aware, UTC.
        kind: "published", "modified" or "" where its label does not say.
        distance: Elements from the headline to it, negative above it.
        alone: Little but a label stands beside it in its element.
        outside: It stands beside the article, as far as markup tells.
        text: That holds it.
        node: The element.
    """

    when: datetime
    kind: str
    distance: int
    alone: bool
    outside: bool
    text: str
    node: LexborNode


def read_printed_dates(
    printed: Printed,
    headline: Headline,
    *,
    language: str | None,
    believed: Callable[[datetime | None], datetime | None],
    in_url: datetime | None,
    month: tuple[int, int] | None,
    reach: range | None = None,
) -> list[PrintedDate]:
    """Read the dates printed on a page, the likeliest to be the article's first.

    Args:
        printed: The page's candidates.
        headline: The headline and where it stands.
        language: ISO 639 code, with region where known.
        believed: Gives None for a date that cannot be the article's.
        in_url: The day in the address.
        month: Year and month in the address.
        reach: Elements from the headline to those that are looked at; None looks at all.
    """
    spots, own = _spots(printed, headline)
    if reach is not None:
        spots = [spot for spot in spots if spot.place - headline.place in reach]
    times = {spot.place for spot in printed.times}
    found: list[tuple[float, PrintedDate]] = []
    doubted: list[tuple[float, PrintedDate]] = []
    nearest = sorted(spots, key=lambda s: abs(s.place - headline.place) - (400 if s.place in times else 0))
    for spot in nearest[:MAX_CANDIDATES]:
        text = own.get(spot.place) or _text_with_year(spot)
        for when, kind in _dates_of(printed, spot, text, language):
            if believed(when) is None:
                continue
            distance = spot.place - headline.place
            outside = stands_outside(spot.node, headline.around)
            if outside and (
                (abs(distance) > NEAR_OUTSIDE and kind != "published")
                or not 0 < len(text) <= HEAD_CHARS
                or of_something_else(spot.node)
            ):
                continue
            score = (
                -abs(distance) / 50
                + (2 if spot.place in times else 0)
                + (1 if kind == "published" else 0)
                - len(text) / 80
            )
            if in_url is not None:
                score += 3 if abs(when - in_url) <= _NEAR_URL else 0
            elif month is not None:
                score += 2 if (when.year, when.month) == month else 0
            one = PrintedDate(when, kind, distance, len(text) <= 2 * HEAD_CHARS, outside, text, spot.node)
            (doubted if outside else found).append((score, one))
    for group in (found, doubted):
        group.sort(key=lambda scored: -scored[0])
    return [one for _, one in (*found, *doubted)]


def _spots(printed: Printed, headline: Headline) -> tuple[Iterable[Spot], dict[int, str]]:
    """Give the elements that may print a date, and the text of those found by their text."""
    spots: dict[int, Spot] = {}
    for spot in (*printed.times, *printed.date):
        spots.setdefault(spot.place, spot)
    own: dict[int, str] = {}
    for spot, text in near_texts(printed, headline.place):
        head = text if len(text) <= MAX_DATE_CHARS else text[:HEAD_CHARS]
        if YEAR.search(head):
            spots.setdefault(spot.place, spot)
            own[spot.place] = head
    return spots.values(), own


def _text_with_year(spot: Spot) -> str:
    """Give an element's text where there is a year in it: most elements of a date's class hold none."""
    raw = spot.node.text(deep=True, separator=" ")
    return text_of(spot.node, limit=MAX_DATE_CHARS) if len(raw) < MAX_RAW_CHARS and YEAR.search(raw) else ""


MAX_RAW_CHARS = 2000
"""White space and all; a box with more holds more than a date."""


def _dates_of(printed: Printed, spot: Spot, text: str, language: str | None) -> Iterator[tuple[datetime, str]]:
    """Yield the dates of an element with their kinds: of its attribute, or those of its text, each by its label."""
    attribute = _machine_date(spot)
    if (not attribute and (not text or not YEAR.search(text))) or re.search(COPYRIGHT, text):
        return
    declared = parse_date(attribute, language) if attribute else None
    read = list(dates_in(text, language)) if text and YEAR.search(text) else []
    if declared is not None and (not read or any(abs(when - declared) < ONE_DAY for when, _ in read)):
        read = [(declared, next((kind for when, kind in read if abs(when - declared) < ONE_DAY and kind), ""))]
    for when, said in read:
        kind = said or kind_of(spot.key) or kind_of(_label(printed, spot))
        yield when, kind


def dates_in(text: str, language: str | None) -> Iterator[tuple[datetime, str]]:
    """Yield the dates in a text, each with the kind that the label before it says."""
    small = text.casefold()
    labels = [(at, "modified") for word in _MODIFIED if (at := small.find(word)) >= 0]
    labels += [(at, "published") for word in _PUBLISHED if (at := small.find(word)) >= 0]
    labels.sort()
    if len({kind for _, kind in labels}) < 2 or len(small) != len(text):
        if (when := parse_date(text, language)) is not None:
            yield when, labels[0][1] if labels else ""
        return
    starts = [0, *(at for at, _ in labels), len(text)]
    for start, end, kind in zip(starts, starts[1:], ["", *(kind for _, kind in labels)], strict=False):
        piece = text[start:end]
        if YEAR.search(piece) and (when := parse_date(piece, language)) is not None:
            yield when, kind


@lru_cache(maxsize=4096)
def kind_of(text: str) -> str:
    """Tell what a label or class says of a date: "published", "modified" or ""."""
    text = text.casefold()
    if any(word in text for word in _PUBLISHED):
        return "published"
    return "modified" if any(word in text for word in _MODIFIED) else ""


def of_something_else(node: LexborNode | None) -> bool:
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
    text = given.get("datetime") or (given.get("content") if "itemprop" in given or spot.node.tag == "time" else None)
    if text is None and spot.node.tag not in TIME_TAGS and (inner := spot.node.css_first("time[datetime]")) is not None:
        text = inner.attributes.get("datetime")
    return text or given.get("data-datetime") or given.get("data-timestamp") or given.get("title")


def _label(printed: Printed, spot: Spot) -> str:
    """Give the text of the element before, where it is as short as a label."""
    if not 2 <= spot.place <= len(printed.nodes):
        return ""
    text = (printed.nodes[spot.place - 2].text(deep=False) or "")[: MAX_LABEL_CHARS + 1].strip()
    return text if len(text) <= MAX_LABEL_CHARS else ""
