from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.date_text import offset_in, parse_date


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "language", "when"),
    [
        ("2025-03-04T05:06:07Z", None, at(2025, 3, 4, 5, 6, 7)),
        ("2025-03-04T05:06:07+02:00", None, at(2025, 3, 4, 3, 6, 7)),
        ("2025-03-04T05:06:07.123+0200", None, at(2025, 3, 4, 3, 6, 7, 123000)),
        ("2025-03-04 05:06", None, at(2025, 3, 4, 5, 6)),
        ("2025/3/4", None, at(2025, 3, 4)),
        ("20250304", None, at(2025, 3, 4)),
        ("1741064767", None, at(2025, 3, 4, 5, 6, 7)),
        ("1741064767000", None, at(2025, 3, 4, 5, 6, 7)),
        ("Tue, 04 Mar 2025 05:06:07 GMT", None, at(2025, 3, 4, 5, 6, 7)),
        ("March 4, 2025", None, at(2025, 3, 4)),
        ("Published: Mar. 4, 2025 at 5:06 p.m. EST", None, at(2025, 3, 4, 22, 6)),
        ("4th March 2025", None, at(2025, 3, 4)),
        ("4. März 2025, 05:06 Uhr", "de", at(2025, 3, 4, 5, 6)),
        ("le 4 août 2025 à 05h06", "fr", at(2025, 8, 4, 5, 6)),
        ("4 de marzo de 2025", "es", at(2025, 3, 4)),
        ("4 марта 2025", "ru", at(2025, 3, 4)),
        ("4 березня 2025", "uk", at(2025, 3, 4)),
        ("4 Ocak 2025", "tr", at(2025, 1, 4)),
        ("4 października 2025", "pl", at(2025, 10, 4)),
        ("4 listopada 2025", "pl", at(2025, 11, 4)),
        ("4. listopada 2025.", "hr", at(2025, 10, 4)),
        ("2025年3月4日 5:06", "ja", at(2025, 3, 4, 5, 6)),
        ("2025년 3월 4일", "ko", at(2025, 3, 4)),
        ("4 มีนาคม 2568", "th", at(2025, 3, 4)),
        ("٤ مارس ٢٠٢٥", "ar", at(2025, 3, 4)),
        ("04.03.2025 05:06", "de", at(2025, 3, 4, 5, 6)),
        ("3/4/2025", "en-us", at(2025, 3, 4)),
        ("3/4/2025", "en-gb", at(2025, 4, 3)),
        ("13/4/2025", "en-us", at(2025, 4, 13)),
        ("4/13/2025", "fr", at(2025, 4, 13)),
        ("Tue Mar 04 05:06:07 EST 2025", None, at(2025, 3, 4, 10, 6, 7)),
        ("04.03.2025.", "hr", at(2025, 3, 4)),
        ("04 | 03 | 2025", "de", at(2025, 3, 4)),
        ("2025. 3. 4.", "ko", at(2025, 3, 4)),
        ("2025년 3월 4일 오후 5시 06분", "ko", at(2025, 3, 4, 17, 6)),
        ("令和7年3月4日", "ja", at(2025, 3, 4)),
        ("4 tháng 3, 2025 05:06", "vi", at(2025, 3, 4, 5, 6)),
        ("4 كانون الثاني 2025", "ar", at(2025, 1, 4)),
        ("4 يناير/كانون الثاني 2025", "ar", at(2025, 1, 4)),
        ("4 במרץ 2025", "he", at(2025, 3, 4)),
        ("4 Μαΐου 2025", "el", at(2025, 5, 4)),
        ("۱۴ اسفند ۱۴۰۳", "fa", at(2025, 3, 4)),
        ("۱۴۰۳/۱۲/۱۴", "fa", at(2025, 3, 4)),
        ("30 اسفند 1403", "fa", at(2025, 3, 20)),
    ],
)
def test_parses_dates_as_written(text: str, language: str | None, when: datetime) -> None:
    assert parse_date(text, language) == when


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2 hours ago", "March 2025", "Room 2025", "31.02.2025", "call 555-2025", "99999999999999"]
)
def test_gives_nothing_where_no_whole_date_is(text: str) -> None:
    assert parse_date(text) is None


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001
def test_reads_back_what_is_written_in_iso_form(moment: datetime) -> None:
    assert parse_date(moment.isoformat()) == moment.replace(tzinfo=UTC)


@given(st.text(max_size=200) | st.from_regex(r"[0-9:./ T+-]{1,60}"))
def test_never_raises_and_is_always_in_utc(text: str) -> None:
    when = parse_date(text)
    assert when is None or when.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2025-03-04T05:06:07-05:00", -300),
        ("2025-03-04T05:06:07.123+0530", 330),
        ("2025-03-04T05:06:07Z", 0),
        ("Mar. 4, 2025 at 5:06 p.m. EST", -300),
        ("4. März 2025, 05:06 MEZ", 60),
        ("2025-03-04T05:06:07", None),
        ("2025-03-04", None),
        ("4. März 2025, 05:06 Uhr", None),
    ],
)
def test_tells_the_clock_a_time_is_written_in(text: str, minutes: int | None) -> None:
    assert offset_in(text) == minutes
