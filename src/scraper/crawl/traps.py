"""Traps: addresses that a site can make without end, though it has an end of pages.

A module because each rule is a guess about strangers' sites and needs its reason. Pure. Only addresses that listings
name are judged, never seeds. What is kept out is counted, so that a rule that is too strict shows. Ids of sessions are
no trap: the key of an address leaves them out, so that a page has one address in all sessions.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

from scraper.url import Url

MAX_SEGMENTS = 16
"""Of a path. The deepest of 2,400 article addresses we know has nine."""
MAX_REPEATS = 3
"""Of one segment in a path: a relative link without its slash adds a segment at each step. Stories have two at most."""
MAX_PARAMETERS = 20
"""Of a query. One of those 2,400 addresses has fourteen, the others six at most."""
MAX_PENDING = 1_000_000
"""Addresses of a site that wait to be asked: fifty days at one a second. More than that no listing is needed for."""
FUTURE_YEARS = 1

_CALENDAR = re.compile(
    r"(?:[^\W\d_]+[_-]){0,2}"
    r"(?:calendar|kalender|calendrier|calendario|agenda|events?|veranstaltungen|eventos|tribe-bar-date)"
    r"(?:[_-][^\W\d_]+)?(?:\.\w{2,5})?",
    re.IGNORECASE,
)
"""All of a segment or parameter: a longer one, or one with a number, is the slug of a story."""
_DAY = re.compile(r"(?:^|/)(\d{4})[-/](?:0?[1-9]|1[0-2])(?:[-/]\d{1,2})?(?:/[^\W\d_]+)*/?")
"""The rest of a path, where the view may be named behind the day. What has a slug there is a story."""
_VALUE = re.compile(r"(\d{4})(?:-(?:0?[1-9]|1[0-2])(?:-\d{1,2})?)?")
_VIEW = re.compile(r"month|year|week|day|date|ical|monat|jahr|mois|mes|tribe-bar-date", re.IGNORECASE)
_ID = re.compile(r"(?:(?:event|article|story|news|post)_?)?id|eid|nr|p", re.IGNORECASE)


def find_trap(url: Url, now: datetime) -> str | None:
    """Name the trap that an address looks like, None if it looks like none.

    Returns:
        "deep", "repeating", "parameters" or "calendar".
    """
    path, _, query = url[url.index("/", 8) :].partition("?")
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > MAX_SEGMENTS:
        return "deep"
    if len(segments) > MAX_REPEATS and _repeats(segments):
        return "repeating"
    if query.count("&") >= MAX_PARAMETERS:
        return "parameters"
    return "calendar" if _is_calendar(segments, query, now) else None


def _repeats(segments: list[str]) -> bool:
    """Tell whether a segment, or two in turn, come back more often than stories have reason for."""
    most = Counter(segments).most_common(1)[0][1]
    return most > MAX_REPEATS or any(
        segments[at : at + 2] == segments[at + 2 : at + 4] for at in range(len(segments) - 3)
    )


def _is_calendar(segments: list[str], query: str, now: datetime) -> bool:
    """Tell a view of a calendar: one that is moved by its query, or that shows a time nobody has written about."""
    parameters = [(name, value) for name, _, value in (part.partition("=") for part in query.split("&"))]
    if not any(map(_CALENDAR.fullmatch, [*segments, *(text for pair in parameters for text in pair)])):
        return False
    views = [value for name, value in parameters if _VIEW.fullmatch(name)]
    if views and not any(_ID.fullmatch(name) and value for name, value in parameters):
        return True
    days = [*map(_VALUE.fullmatch, views), *_days(segments)]
    return any(int(day[1]) > now.year + FUTURE_YEARS for day in days if day)


def _days(segments: list[str]) -> list[re.Match[str] | None]:
    return [_DAY.fullmatch("/".join(segments[at:])) for at in range(len(segments))]
