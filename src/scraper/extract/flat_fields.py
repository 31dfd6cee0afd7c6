"""Flat fields: headline, dek, sections, byline and dates as the lines around an article's first paragraph print them.

A module of its own because these lines are known by their order alone: a headline is what the text below it is about,
and what stands between both is dek, byline, date or section, in any order.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scraper.extract.byline_text import parse_byline, strip_prefix
from scraper.extract.date_text import parse_date
from scraper.extract.flat_body import FlatBody
from scraper.extract.flat_lines import Line
from scraper.extract.flat_measure import Measure
from scraper.extract.headline import likeness, words_of
from scraper.extract.names import has_given_name

ABOVE = 40
"""Lines above the first paragraph among which the headline is looked for."""

ABOVE_SHARE = 0.15
"""So much of what was taken for the article's text may stand above its headline. Set by hand."""

MAX_HEADLINE_CHARS = 250
MIN_HEADLINE_WORDS = 2
MAX_DEK_CHARS = 500
MIN_DEK_CHARS = 40
LEAD_CHARS = 6000
"""So much of the body tells what it is about."""

MIN_SCORE = 0.5
DISTANCE_COST = 0.012
MAX_DEK_LINES = 5
SAME = 0.7
DEK_SHARE = 0.3
"""Of the words of a dek so many stand in the text too. Set by hand, as the numbers above."""

NAMES_SHARE = 0.5
MAX_BYLINE_CHARS = 150
MAX_DATE_CHARS = 150
MAX_SECTION_WORDS = 4
MAX_SECTIONS = 4

_MODIFIED = re.compile(
    r"updat|modif|aktualis|aktualiz|mis à jour|mise à jour|actualiz|aggiorn|bijgewerkt|oppdatert|uppdatera|päivite|"
    r"обновл|оновлен|güncel|diperbarui|edited|更新|수정|atualiz|opdateret|geändert|stand:|تحديث",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d|[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]{4}|25\d\d")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_UNSURE = re.compile(r"(?<!\d)(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|1[0-2])[/-](?:19|20)\d\d")
"""A day below 13 written by numbers and strokes: nobody can tell it from the month."""

_PARTS = re.compile(r"\s*(?:[|>»›→]|\s/\s)\s*")
_HOME = frozenset(
    (
        "home",
        "homepage",
        "start",
        "startseite",
        "accueil",
        "inicio",
        "início",
        "hjem",
        "главная",
        "ホーム",
        "首页",
        "首頁",
        "홈",
    )
)
_ALONE = frozenset(("by", "von", "par", "por", "di", "door", "av", "af", "written by", "автор", "text"))


@dataclass(slots=True)
class FlatFields:
    """What the lines around the body say of it.

    Args:
        used: Index of a line -> the field it gave.
    """

    headline: str | None = None
    dek: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    used: dict[int, str] = field(default_factory=dict)


def find_fields(lines: Sequence[Line], measures: Sequence[Measure], body: FlatBody, language: str | None) -> FlatFields:
    """Find the fields; the lines they take are to leave the body."""
    found = FlatFields()
    if not body.kept:
        return found
    topic = _read_topic(lines, measures, body)
    head = _find_headline(lines, measures, body, topic)
    if head is None:
        start = next((i for i in body.kept if measures[i].good), body.kept[0])
        _read_head(found, lines, measures, range(max(0, start - 4), start), language)
        return found
    found.headline, found.used[head] = lines[head].text, "headline"
    start = _find_dek(found, lines, measures, body, topic, head)
    _read_head(found, lines, measures, [*range(head + 1, start), *range(head - 1, max(-1, head - 5), -1)], language)
    _read_sections(found, lines, measures, head, start)
    return found


def _find_headline(
    lines: Sequence[Line], measures: Sequence[Measure], body: FlatBody, topic: frozenset[str]
) -> int | None:
    """Find the line above the text that says what it is about."""
    opening = _opening(measures, body)
    best: tuple[float, int] | None = None
    kept = set(body.kept)
    left = ABOVE_SHARE * sum(measures[i].good for i in kept)
    for i in range(max(0, body.first - ABOVE), opening):
        left -= measures[i].good if i in kept else 0.0
        if left < 0:
            break  # much of the article stands above: a subhead
        score = _rate_headline(lines[i], measures[i], topic) - DISTANCE_COST * (opening - i)
        if score > MIN_SCORE and (best is None or score >= best[0]):
            best = (score, i)
    return best[1] if best else None


def _read_topic(lines: Sequence[Line], measures: Sequence[Measure], body: FlatBody) -> frozenset[str]:
    """Give the words that the text has, their ends cut off."""
    opening, chars, texts = _opening(measures, body), 0, list[str]()
    for i in body.kept:
        if i >= opening and measures[i].good and chars < LEAD_CHARS:
            texts.append(lines[i].text[:LEAD_CHARS])
            chars += len(texts[-1])
    return frozenset(_stem(word) for word in words_of(" ".join(texts)[:LEAD_CHARS]))


def _share(text: str, topic: frozenset[str]) -> float:
    """Give the share of a line's telling words that the text has too."""
    words = words_of(text)
    telling = [word for word in words if len(word) > 3 or not word.isascii()] or list(words)
    return sum(_stem(word) in topic for word in telling) / max(len(telling), 1)


def _opening(measures: Sequence[Measure], body: FlatBody) -> int:
    """Give the line where the text surely runs: the first of two good lines, or the only one."""
    good = [i for i in body.kept if measures[i].good]
    for here, after in itertools.pairwise(good):
        if after - here <= 2:
            return here
    return good[-1] if good else body.first


def _rate_headline(line: Line, measure: Measure, topic: frozenset[str]) -> float:
    text = line.text
    if len(text) > MAX_HEADLINE_CHARS or measure.verdict or measure.caption or line.picture or measure.byline:
        return -1.0
    if measure.good and text[-1] in ".。":
        return -1.0
    words = words_of(text)
    if len(words) < MIN_HEADLINE_WORDS and line.kind != "subhead":
        return -1.0
    score = 1.2 * _share(text, topic) + min(len(words), 9) / 15
    score += 0.4 * (line.kind == "subhead") + 0.1 * (measure.copies > 1)
    score -= 0.5 * (text[-1] in ".。:" and not text.endswith("..")) + 0.3 * (measure.sentences > 1)
    score -= 0.5 * ("|" in text) + 0.3 * bool(_YEAR.search(text) and len(words) < 8) + 0.3 * (line.kind == "list_item")
    return score


def _stem(word: str) -> str:
    """Give the start of a word, so that its forms are one."""
    return word[:5]


def _find_dek(
    found: FlatFields,
    lines: Sequence[Line],
    measures: Sequence[Measure],
    body: FlatBody,
    topic: frozenset[str],
    head: int,
) -> int:
    """Find the standfirst right below the headline, and give the index where the text begins.

    A line that the trees take for body is one only where byline, date or section stand between it and the text.
    """
    kept = [i for i in body.kept if i > head and measures[i].good]
    start = kept[0] if kept else _opening(measures, body)
    for i in range(head + 1, min(head + MAX_DEK_LINES, start + 1, len(lines))):
        line, measure = lines[i], measures[i]
        if measure.byline or _says_when(line.text) or (measure.caption and not measure.good):
            return start
        if measure.verdict or line.picture or measure.copies > 2 or len(_parts(line.text)) > 1:
            continue
        if measure.size < MIN_DEK_CHARS or likeness(line.text, found.headline or "") > SAME:
            continue
        after = next((j for j in kept if j > i), start)
        parted = any(
            measures[j].byline or _says_when(lines[j].text) or _parts(lines[j].text)[1:] for j in range(i + 1, after)
        )
        fits = len(line.text) <= MAX_DEK_CHARS and _share(line.text, topic) >= DEK_SHARE
        if fits and after > i and (i < start or parted):
            found.dek, found.used[i] = line.text, "dek"
            return after
        return start
    return start


def _says_when(text: str) -> bool:
    """Tell a short line with a year or a time."""
    return len(text) <= MAX_DATE_CHARS and bool(_YEAR.search(text) or _CLOCK.search(text)) and text[-1] not in ".!?"


def _parts(text: str) -> list[str]:
    return [part for part in _PARTS.split(text) if part] if len(text) <= MAX_DATE_CHARS else [text]


def _read_head(
    found: FlatFields, lines: Sequence[Line], measures: Sequence[Measure], places: Sequence[int], language: str | None
) -> None:
    """Read byline and dates."""
    for i in places:
        if i in found.used or measures[i].good or measures[i].sentences > 2:
            continue
        text = lines[i].text
        if len(text) <= MAX_DATE_CHARS and _YEAR.search(text) and _read_dates(found, text, language):
            found.used[i] = "date"
        if len(text) > MAX_BYLINE_CHARS or found.authors:
            continue
        prefix = i > 0 and lines[i - 1].text.casefold().rstrip(": ") in _ALONE
        if names := _read_names(text, sure=prefix):
            found.byline, found.authors, found.used[i] = text, names, "byline"
            if prefix:
                found.used[i - 1] = "label"


def _read_names(text: str, *, sure: bool) -> tuple[str, ...]:
    """Give the names of a line that is a byline: it says so, or it is little but names that are known as such."""
    names = parse_byline(text)
    if not names or text.endswith((".", "?", "!")):
        return ()
    if strip_prefix(text) != text or sure:
        return names if all(" " in name or not name.isascii() or len(names) == 1 for name in names) else ()
    share = sum(len(name) for name in names) / len(text)
    return names if all(has_given_name(name) for name in names) and share > NAMES_SHARE else ()


def _read_dates(found: FlatFields, text: str, language: str | None) -> bool:
    """Read the dates of a line, where day and month are certain; the part behind "updated" is the last change."""
    if _UNSURE.search(text):
        return False
    updated = _MODIFIED.search(text)
    before, after = (text[: updated.start()], text[updated.start() :]) if updated else (text, "")
    published, modified = parse_date(before, language), parse_date(after, language) if after else None
    if published and found.published_at is None:
        found.published_at = published
    if modified and found.modified_at is None:
        found.modified_at = modified
    return bool(published or modified)


def _read_sections(
    found: FlatFields, lines: Sequence[Line], measures: Sequence[Measure], head: int, start: int
) -> None:
    """Read the line of sections beside the headline: "A | B" or a trail from the site's first page."""
    for i in [*range(head - 1, max(-1, head - 4), -1), *range(head + 1, start)]:
        text = lines[i].text
        if i in found.used or measures[i].verdict or len(text) > 80 or any(char.isdigit() for char in text):
            continue
        parts = [part for part in _PARTS.split(text) if part]
        if not 2 <= len(parts) <= MAX_SECTIONS + 1 or any(len(part.split()) > MAX_SECTION_WORDS for part in parts):
            continue
        if parts[0].casefold() in _HOME:
            parts = parts[1:]
        if all(part[0].isalpha() and not part[0].islower() for part in parts):
            found.sections, found.used[i] = tuple(parts), "section"
            return
