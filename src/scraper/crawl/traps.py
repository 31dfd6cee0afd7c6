"""Traps: addresses that a site can make without end, though it has an end of pages.

A module because each rule is a guess about strangers' sites and needs its reason. Pure. Only addresses that listings
name are judged, never seeds. What is kept out is counted, so that a rule that is too strict shows.
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
MAX_PARAMETERS = 12
MAX_PENDING = 1_000_000
"""Addresses of a site that wait to be asked: fifty days at one a second. More than that no listing is needed for."""
FUTURE_YEARS = 1

_SESSION = re.compile(
    r"(?:[;?&/](?:jsessionid|phpsessid|aspsessionid\w*|cfid|cftoken|sessionid|session_id|sid|s)[=/]|/\(S\()[0-9a-z!_.-]{12,}",
    re.IGNORECASE,
)
_CALENDAR = re.compile(
    r"(?:^|[/?&_-])(?:calendar|kalender|calendrier|calendario|agenda|events?|veranstaltungen|eventos|tribe-bar-date)\b",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?<!\d)(\d{4})[-/](0?[1-9]|1[0-2])(?:[-/]|\b)")
_VIEW = re.compile(r"[?&](?:month|year|week|day|date|ical|monat|jahr|mois|mes)=", re.IGNORECASE)


def find_trap(url: Url, now: datetime) -> str | None:
    """Name the trap that an address looks like, None if it looks like none.

    Returns:
        "deep", "repeating", "parameters", "session" or "calendar".
    """
    rest = url[url.index("/", 8) :]
    path, _, query = rest.partition("?")
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > MAX_SEGMENTS:
        return "deep"
    if len(segments) > MAX_REPEATS and _repeats(segments):
        return "repeating"
    if query.count("&") >= MAX_PARAMETERS:
        return "parameters"
    if _SESSION.search(rest):
        return "session"
    return "calendar" if _is_calendar(path, query, now) else None


def _repeats(segments: list[str]) -> bool:
    """Tell whether a segment, or two in turn, come back more often than stories have reason for."""
    most = Counter(segments).most_common(1)[0][1]
    return most > MAX_REPEATS or any(
        segments[at : at + 2] == segments[at + 2 : at + 4] for at in range(len(segments) - 3)
    )


def _is_calendar(path: str, query: str, now: datetime) -> bool:
    """Tell a view of a calendar: one that is moved by its query, or that shows a time nobody has written about."""
    if not _CALENDAR.search(path) and not _CALENDAR.search(f"?{query}"):
        return False
    if _VIEW.search(f"?{query}"):
        return True
    return any(int(match[1]) > now.year + FUTURE_YEARS for match in _DAY.finditer(f"{path}?{query}"))
