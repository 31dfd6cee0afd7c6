from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl.traps import find_trap
from scraper.errors import ItemError
from scraper.url import normalize

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "trap"),
    [
        ("/2026/11/23/world/a-story", None),
        ("/news/news/a-story", None),
        ("/" + "/".join("abcdefghijklmnopqrst"), "deep"),
        ("/a/b/a/b/a-story", "repeating"),
        ("/x/img/x/img/x/img", "repeating"),
        ("/news/x/news/y/news/z/news", "repeating"),
        ("/a-story?" + "&".join(f"p{n}=1" for n in range(21)), "parameters"),
        ("/a-story?" + "&".join(f"p{n}=1" for n in range(14)), None),
        ("/a-story?a=1&b=2&c=3", None),
        ("/a-story;jsessionid=0123456789ABCDEF01234567.2_x1", None),
        ("/viewtopic.php?f=4&t=167&sid=58428beaa14598c2e02d93ad5c773e4d", None),
        ("/s/bridge-over-the-river-opens", None),
        ("/?s=bridge-over-the-river", None),
        ("/story?sid=2026-03-01-bridge-opens", None),
        ("/a-story?s=1", None),
        ("/calendar?month=2031-05", "calendar"),
        ("/events/2029-01-02/", "calendar"),
        ("/events/2026-01-02/street-fair-draws-thousands", None),
        ("/2026/01/calendar-reform-fails", None),
        ("/agenda/?date=2026-12-24", "calendar"),
        ("/politics/agenda-2030/what-it-means", None),
        ("/politics/?date=2026-12-24", None),
        ("/2026/03/la-agenda-2030-12-claves-para-entenderla", None),
        ("/noticias/agenda-2030/10-anos", None),
        ("/events/expo-2030-11-countries-will-come", None),
        ("/events/2030/05/games-open-in-the-harbor-town", None),
        ("/local-events?date=2026-03-01&id=77", None),
        ("/local-events?date=2026-03-01", "calendar"),
        ("/calendar?month=2031-05&id=77", "calendar"),
        ("/calendar.php?year=2026&month=5&cat=3", "calendar"),
        ("/calendar/2031/05/12", "calendar"),
        ("/town/events/2031-05/week/", "calendar"),
        ("/town/events/month/2031-05", "calendar"),
        ("/?tribe-bar-date=2026-05-01", "calendar"),
        ("/events/", None),
    ],
)
def test_names_what_a_site_can_make_without_end(path: str, trap: str | None) -> None:
    assert find_trap(normalize(f"https://a.example{path}"), NOW) == trap


@given(st.text(max_size=300))
def test_judges_any_address(text: str) -> None:
    try:
        url = normalize(f"https://a.example/{text}")
    except ItemError:
        return
    assert find_trap(url, NOW) in (None, "deep", "repeating", "parameters", "calendar")
