from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scraper.store.selection import Selection, read_selection, write_selection
from scraper.url import Url

DAYS = st.none() | st.dates(date(2026, 3, 1), date(2026, 3, 4))
SELECTIONS = st.builds(Selection, st.sampled_from([(), ("a.example",), ("a.example", "b.example")]), DAYS, DAYS)
URLS = st.sampled_from([Url("https://a.example/"), Url("https://www.b.example/x"), Url("http://c.example/")])
TIMES = st.integers(0, 6 * 24).map(lambda hours: datetime(2026, 2, 28, tzinfo=UTC) + timedelta(hours=hours))


@given(SELECTIONS, SELECTIONS, URLS, TIMES)
def test_what_covers_another_holds_all_that_it_holds(
    one: Selection, other: Selection, url: Url, when: datetime
) -> None:
    if one.covers(other) and other.holds(url, when):
        assert one.holds(url, when)


@given(SELECTIONS)
def test_a_selection_is_read_back_equal(selection: Selection) -> None:
    assert read_selection(write_selection(selection)) == selection
    assert selection.covers(selection)


def test_days_are_whole_and_in_utc() -> None:
    day = Selection((), date(2026, 3, 2), date(2026, 3, 2))
    url, late = Url("https://a.example/"), datetime.fromisoformat("2026-03-02T23:30:00-01:00")
    assert not day.holds(url, late)
    assert day.holds(url, late - timedelta(minutes=31))
