"""Date text: a date and time as people and machines write it, in any of thirty languages.

A module of its own because parsing is pure text work, told apart from the search for the right date on a page.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from importlib import resources

MAX_CHARS = 300

_CROATIAN = {"listopada": 10, "srpnja": 7}
"""Polish and Croatian use the same words for different months."""

# Patterns are strings: re compiles and keeps them at their first use, which loading the module need not wait for.
_TIME = (
    r"(?:\D{0,12}?(\d{1,2})[:.h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\b\.?)?\s*"
    r"(Z\b|UTC|GMT|[A-Z]{2,4}\b|[+-]\d{2}:?\d{2})?)?"
)
_ISO = (
    r"(?i)(?<!\d)((?:19|20)\d\d)[-/.]\s?(\d{1,2})[-/.]\s?(\d{1,2})(?:[T\s,]{1,3}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]m)?\s*"
    r"(Z|UTC|GMT|[A-Z]{3,4}\b|[+-]\d{2}:?\d{2}|[+-]\d{2}\b)?)?(?!\d)"
)
_COMPACT = r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{2}:?\d{2})?)?$"
_EPOCH = r"^(\d{10})(?:\d{3})?(?:\.\d+)?$"
_CJK = (
    r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]?"
    r"(?:\D{0,8}?(오후|下午|午後|晚上)?\s?(\d{1,2})\s*[:：時时시]\s*(\d{2}))?"
)
_WORD = r"([^\s\d,;:/|()\[\]-]{2,16})"
_DAY_FIRST = (
    r"(?i)(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?[\s-]*(?:de\s|of\s|d[’'])?\s*" + _WORD + r"[\s,.-]*(?:de\s|del\s)?\s*"
    r"((?:19|20|25)\d\d)(?!\d)" + _TIME
)
_MONTH_FIRST = r"(?i)" + _WORD + r"\.?\s+(\d{1,2})(?:st|nd|rd|th)?[\s,.]+((?:19|20)\d\d)(?!\d)" + _TIME
_YEAR_FIRST = r"((?:19|20)\d\d)[.,]?\s+(?:m\.\s+|gada\s+)?" + _WORD + r"\.?\s+(\d{1,2})\b" + _TIME
_NUMERIC = r"(?i)(?<![\d.])(\d{1,2})\s?([./|-])\s?(\d{1,2})\s?\2\s?((?:19|20)\d\d|\d\d)(?!\.?\d)" + _TIME
_CLOCK_BEFORE_YEAR = (
    r"^(?:[A-Z][a-z]{2},? )?([A-Z][a-z]{2}) {1,2}(\d{1,2}) "
    r"(\d\d):(\d\d):(\d\d) (?:([A-Z]{3,4}|[+-]\d{4}) )?((?:19|20)\d\d)$"
)
"""What C's ctime, Java's Date and the Unix command write."""

_CLOCK_AND_ZONE = (
    r"(?:\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?|T\d{4,6})\s*(?:[ap]\.?m\b\.?\s*)?"
    r"(Z\b|UTC|GMT|[A-Z]{2,4}\b|[+-]\d{2}:?\d{2})"
)

_VIETNAMESE = r"(?i)(?<!\d)(\d{1,2})\s?(?:tháng|thg)\s?(\d{1,2})[,\s]{1,3}(?:năm\s)?((?:19|20)\d\d)" + _TIME
_LEVANTINE = r"(تشرين|كانون) (ال[أا]ول|الثاني)"
_TWO_NAMES = r"([\u0600-\u06ff_]{2,20})\s?/\s?[\u0600-\u06ff_]{2,20}(?=[\s,،]{1,3}(?:19|20)\d\d)"
"""Arabic months are printed with both names."""

_JAPANESE_ERA = r"(令和|平成)(\d{1,2}|元)年"
_ERAS = {"令和": 2018, "平成": 1988}
_JALALI = r"(?<!\d)(1[34]\d\d)[/.-](\d{1,2})[/.-](\d{1,2})(?!\d)"
_JALALI_NAMED = r"(?<!\d)(\d{1,2})\s+([^\s\d,،/]{2,10})\s*(?:ماه\s+)?[،,]?\s*(1[34]\d\d)(?!\d)"
_JALALI_MONTHS = (
    ("فروردین", "حمل"), ("اردیبهشت", "ثور"), ("خرداد", "جوزا"), ("تیر", "سرطان"), ("مرداد", "اسد"),
    ("شهریور", "سنبله"), ("مهر", "میزان"), ("آبان", "عقرب"), ("آذر", "قوس"), ("دی", "جدی"), ("بهمن", "دلو"),
    ("اسفند", "حوت"),
)  # fmt: skip
"""Months of the solar calendar: Iranian names, Afghan names."""
_MONTH_FIRST_LANGUAGES = frozenset(("en", "en-us", "en_us", "fil"))

_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 60, "WEST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "EST": -300, "EDT": -240, "ET": -300, "CST": -360, "CDT": -300, "CT": -360,
    "MST": -420, "MDT": -360, "MT": -420, "PST": -480, "PDT": -420, "PT": -480, "IST": 330, "JST": 540, "KST": 540,
    "SAST": 120, "WIB": 420, "HKT": 480, "SGT": 480, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "BRT": -180,
    "ART": -180,
}  # fmt: skip
"""Minutes east of Greenwich. CST and IST are ambiguous: the American and the Indian one are meant most often."""

_DIGITS = {
    ord(char): str(number)
    for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９")
    for number, char in enumerate(digits)
}


def parse_date(text: str, language: str | None = None) -> datetime | None:
    """Parse a date as written, with its time and zone where they are given.

    Args:
        text: At most MAX_CHARS characters of it are looked at.
        language: ISO 639 code, with region where known; decides whether 3/4/2025 is in April or in March.

    Returns:
        Aware, UTC; a time without a zone is taken as UTC, a day without a time as midnight; None where no whole date
        (day, month and year) is found.
    """
    text = text[:MAX_CHARS].strip()
    if not text.isascii():
        text = text.translate(_DIGITS)
    if len(text) < 6:
        return None
    try:
        return _aware(datetime.fromisoformat(text))
    except ValueError:
        pass
    except OverflowError:
        return None
    if match := re.match(_EPOCH, text):
        return datetime.fromtimestamp(int(match[1]), UTC)
    if match := re.match(_COMPACT, text):
        year, month, day, hour, minute, second, zone = match.groups()
        return _make(year, int(month), day, hour, minute, second, None, zone)
    if match := re.match(_CLOCK_BEFORE_YEAR, text):
        name, day, hour, minute, second, zone, year = match.groups()
        return _make(year, _months().get(name.casefold(), 0), day, hour, minute, second, None, zone)
    if match := re.search(_ISO, text):
        year, month, day, hour, minute, second, half, zone = match.groups()
        return _make(year, int(month), day, hour, minute, second, half, zone)
    if not text.isascii() and (when := _parse_elsewhere(text)) is not None:
        return when
    return _parse_named(text, language) or _parse_numeric(text, language)


def _parse_elsewhere(text: str) -> datetime | None:
    """Parse the forms of East Asia, Vietnam and Iran."""
    if "年" in text and (match := re.search(_JAPANESE_ERA, text)):
        year = _ERAS[match[1]] + (1 if match[2] == "元" else int(match[2]))
        text = f"{text[: match.start()]}{year}年{text[match.end() :]}"
    if match := re.search(_CJK, text):
        half = "p" if match[4] else None
        return _make(match[1], int(match[2]), match[3], match[5], match[6], None, half, None)
    text = re.sub(_LEVANTINE, r"\1_\2", text)
    if " " in text and (match := re.search(_TWO_NAMES, text)):
        text = text[: match.start()] + text[match.start(1) : match.end(1)] + text[match.end() :]
        return _parse_named(text, "ar")
    if match := re.search(_VIETNAMESE, text):
        return _make(match[3], int(match[2]), match[1], *match.groups()[3:])
    if match := re.search(_JALALI_NAMED, text):
        name = match[2].replace("ي", "ی")
        month = next((number for number, names in enumerate(_JALALI_MONTHS, 1) if name in names), 0)
        return _from_jalali(int(match[3]), month, int(match[1]))
    return _parse_named(text, "ar") if "_" in text else None


def _from_jalali(year: int, month: int, day: int) -> datetime | None:
    """Give a day of the Persian solar calendar, midnight UTC.

    Source: the 33-year cycle of leap years, which agrees with the observed calendar from 1925 to 2088.
    """
    if not (1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):
        return None
    cycles, within = divmod(year - 1300, 33)
    leaps = 8 * cycles + sum(1 for one in range(within) if (one + 1300) % 33 in _JALALI_LEAPS)
    days = 365 * (year - 1300) + leaps + 31 * min(month - 1, 6) + 30 * max(month - 7, 0) + day - 1
    return _JALALI_START + timedelta(days=days)


_JALALI_LEAPS = frozenset((1, 5, 9, 13, 17, 22, 26, 30))
_JALALI_START = datetime(1921, 3, 21, tzinfo=UTC)
"""The first of Farvardin 1300."""


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Read the names of months: name -> number."""
    lines = resources.files("scraper.extract").joinpath("months.txt").read_text("utf-8").splitlines()
    months: dict[str, int] = {}
    for line in lines:
        if line and not line.startswith("#"):
            number, *names = line.split()
            months.update(dict.fromkeys(map(str.casefold, names), int(number)))
    return months


def _parse_named(text: str, language: str | None) -> datetime | None:
    for pattern, order in ((_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2)), (_YEAR_FIRST, (1, 2, 3))):
        for match in re.finditer(pattern, text):
            name = match[order[1]].casefold().strip(".")
            month = _CROATIAN.get(name) if (language or "").startswith("hr") else None
            month = month or _months().get(name) or _months().get(name.replace("i̇", "i")) or _hebrew(name)
            year = str(int(match[order[0]]) - 543) if match[order[0]].startswith("25") else match[order[0]]
            if month and (when := _make(year, month, match[order[2]], *match.groups()[3:])):
                return when
    return None


def _hebrew(name: str) -> int | None:
    """Read a Hebrew month behind its "in"."""
    return _months().get(name[1:]) if name.startswith("ב") else None


def _parse_numeric(text: str, language: str | None) -> datetime | None:
    match = re.search(_NUMERIC, text)
    if not match:
        jalali = re.search(_JALALI, text)
        return _from_jalali(int(jalali[1]), int(jalali[2]), int(jalali[3])) if jalali else None
    first, second = int(match[1]), int(match[3])
    month_first = match[2] != "." and (language or "").lower() in _MONTH_FIRST_LANGUAGES
    if first > 12:
        month_first = False
    elif second > 12:
        month_first = True
    year = match[4] if len(match[4]) == 4 else f"20{match[4]}"
    day, month = (second, first) if month_first else (first, second)
    return _make(year, month, str(day), *match.groups()[4:])


def _make(
    year: str,
    month: int,
    day: str,
    hour: str | None,
    minute: str | None,
    second: str | None,
    half: str | None,
    zone: str | None,
) -> datetime | None:
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    if hours > 23 or int(minute or 0) > 59 or int(second or 0) > 59:
        hours, minute, second, zone = 0, "0", "0", None
    try:
        when = datetime(int(year), month, int(day), hours, int(minute or 0), int(second or 0))  # noqa: DTZ001 (zone below)
    except ValueError:
        return None
    return _aware(when.replace(tzinfo=_zone(zone)))


def _zone(text: str | None) -> timezone:
    if not text:
        return UTC
    if (minutes := _ZONES.get(text.upper())) is not None:
        return timezone(timedelta(minutes=minutes))
    if text[0] in "+-" and text[1:3].isdigit():
        digits = text[1:].replace(":", "").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:4])
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))
    return UTC


def offset_in(text: str) -> int | None:
    """Give the minutes east of Greenwich of the clock that a time is written in; None where the text does not say."""
    found = re.findall(_CLOCK_AND_ZONE, text[:MAX_CHARS])
    if not found or (found[-1][0] not in ("+", "-") and found[-1].upper() not in _ZONES):
        return None
    return int((_zone(found[-1]).utcoffset(None) or timedelta()).total_seconds()) // 60


def _aware(when: datetime) -> datetime | None:
    try:
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
