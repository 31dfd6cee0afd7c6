from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.report.live import choose, make_frame, make_line, room, shorten
from scraper.report.summary import SiteSummary, Summary

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)


def make(sites: int, *, turns: dict[str, datetime] | None = None) -> Summary:
    summary = Summary("r1", "scrape", NOW - timedelta(seconds=3725), configured=sites, doing="crawling")
    for number in range(sites):
        counts = SiteSummary(visits=10 + number, found=5, missed=1)
        counts.outcomes.update(article=3, skip=2)
        summary.sites[f"paper{number}.example"] = counts
    planned = dict.fromkeys(summary.sites, NOW) if turns is None else turns
    summary.turns = lambda: planned
    return summary


def test_three_sites_have_a_line_each_and_a_total() -> None:
    turns = {"paper0.example": NOW, "paper1.example": NOW + timedelta(minutes=5)}
    head, _, *sites, total = (line.text for line in make_frame(make(3, turns=turns), NOW, 80, 24))
    assert head == "crawling  1:02:05  sites: 1 now, 1 waiting, 1 done"
    assert [line.split() for line in sites] == [
        ["paper0.example", "5", "9", "3", "2", "now"],
        ["paper1.example", "5", "10", "3", "2", "in", "5", "min"],
        ["paper2.example", "5", "11", "3", "2", "done"],
    ]
    assert total.split() == ["all", "3", "sites", "15", "30", "9", "6"]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 10), (200, 60), (20, 3)])
def test_three_hundred_sites_never_have_more_lines_or_columns_than_the_terminal(width: int, height: int) -> None:
    summary = make(300)
    lines = make_frame(summary, NOW, width, height, choose(summary, NOW, room(height), {}))
    assert len(lines) <= max(height - 1, 5)
    assert max(len(line.text) for line in lines) <= width
    assert any(line.text.startswith(f"and {300 - room(height)} more") for line in lines)


def test_those_that_fail_that_wait_and_that_are_most_active_are_shown() -> None:
    summary = make(300)
    turns = dict.fromkeys(summary.sites, NOW) | {f"paper{n}.example": LATER for n in range(50, 90)}
    summary.turns = lambda: turns
    for number in range(20, 30):
        summary.sites[f"paper{number}.example"].trouble = "http_503"
    before = {site: counts.visits for site, counts in summary.sites.items()}
    summary.sites["paper123.example"].visits += 9
    chosen = choose(summary, NOW, 9, before)
    assert sum(20 <= int(site[5:-8]) < 30 for site in chosen) == 3
    assert sum(50 <= int(site[5:-8]) < 90 for site in chosen) == 3
    assert "paper123.example" in chosen
    styles = {line.text.split()[0]: line.style for line in make_frame(summary, NOW, 80, 14, chosen)}
    assert set(styles.values()) == {"head", "plain", "failing", "waiting"}


def test_a_site_that_was_not_asked_yet_has_a_line() -> None:
    summary = Summary("r1", "scrape", NOW, configured=1)
    summary.turns = lambda: {"a.example": NOW + timedelta(seconds=4)}
    assert any(
        line.text.split() == ["a.example", "0", "0", "0", "0", "in", "4", "s"]
        for line in make_frame(summary, NOW, 80, 24)
    )


def test_what_a_site_is_called_commands_no_terminal() -> None:
    summary = make(1)
    summary.sites["paper0.example"].trouble = "\x1b[2J\u202e"
    assert not {"\x1b", "\u202e"} & set("".join(line.text for line in make_frame(summary, NOW, 80, 24)))


def test_one_line_tells_the_same_for_a_file() -> None:
    told = make_line(make(3), NOW)
    assert told == "2026-11-23 12:00:00 crawling  1:02:05  sites: 3 now; 15 found, 30 fetched, 9 articles, 6 skipped"


@given(st.text("abcdefgh.", max_size=60), st.integers(3, 80))
def test_names_are_shortened_to_what_has_room_and_keep_their_ends(name: str, chars: int) -> None:
    short = shorten(name, chars)
    assert len(short) <= max(chars, 0)
    if "…" in short:
        assert name.removeprefix("www.").startswith(short.partition("…")[0])
        assert name.endswith(short.partition("…")[2])
