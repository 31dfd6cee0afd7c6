from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scraper.report.health_alarm import Alarm
from scraper.report.health_rates import Place
from scraper.report.summary import SiteSummary, Summary
from scraper.report.summary_table import make_table

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONG = "www.the-very-long-named-regional-newspaper-{}.example.co.uk"


def make(sites: int) -> Summary:
    summary = Summary("20261123T120000Z-ab12", "scrape", NOW, NOW + timedelta(seconds=9), configured=sites)
    for number in range(sites):
        counts = SiteSummary(visits=1000 + number, found=5000)
        counts.outcomes.update(article=100, unchanged=20, listing=5, skip=3)
        counts.reasons.update({"no_body": 2, "a_reason_that_is_rather_long_for_a_slug": 1})
        summary.sites[LONG.format(number)] = counts
    return summary


@pytest.mark.parametrize("width", [80, 100, 200])
def test_long_names_and_reasons_of_300_sites_fit_and_align(width: int) -> None:
    lines = make_table(make(300), width)
    assert max(map(len, lines)) <= width
    rows = lines[: lines.index("")]
    assert len(rows) == 302
    assert len({len(row) for row in rows}) == 1
    assert rows[0].split() == ["site", "found", "asked", "articles", "unchanged", "listings", "skipped"]
    assert rows[-1].split() == ["300", "sites", "1500000", "344850", "30000", "6000", "1500", "900"]


def test_reasons_are_summed_up_with_the_sites_that_had_them_most() -> None:
    summary = make(3)
    summary.sites[LONG.format(1)].reasons["no_body"] = 40
    lines = make_table(summary, 200)
    (line,) = (line for line in lines if line.startswith("no_body"))
    assert line.split()[:4] == ["no_body", "44", LONG.format(1), "40,"]


def test_what_failed_and_what_alarms_is_told_whole_below_the_sites() -> None:
    summary = make(2)
    why = "http_503 (the server said that it is busy and that one should come back at another time)"
    summary.sites[LONG.format(0)].seeds["https://a.example/feed"] = why
    place = Place(60.0, "https://a.example/1", "<1>")
    summary.alarms.append(Alarm("a.example", "paywall", ["paywall"], 90.0, place, 9, 9, 0, 1, 90.0))
    lines = make_table(summary, 80)
    start = next(at for at, line in enumerate(lines) if line.startswith("FAILED"))
    assert " ".join(" ".join(lines[start:]).split()).startswith(
        f"FAILED {LONG.format(0)}: https://a.example/feed: {why}"
    )
    assert any(line.startswith("ALARM a.example: paywall") for line in lines)
    assert "2 sites, 1 failed, 2001 asked, 200 articles in 9.0 s" in " ".join(" ".join(lines[-2:]).split())


def test_a_run_that_did_nothing_has_one_line() -> None:
    assert make_table(Summary("r1", "crawl", NOW), 80) == ["", "run r1: 0 sites, 0 asked, 0 articles"]


def test_what_is_deleted_has_a_column_where_there_is_any() -> None:
    summary = make(1)
    summary.sites[LONG.format(0)].outcomes["deleted"] = 4
    lines = make_table(summary, 80)
    assert "deleted" in lines[0]
    assert max(map(len, lines)) <= 80


def test_what_sites_say_commands_no_terminal() -> None:
    summary = make(1)
    summary.sites[LONG.format(0)].seeds["https://a.example/feed"] = "\x1b]0;title\x07 \u202e"
    assert not {"\x1b", "\x07", "\u202e"} & set("\n".join(make_table(summary, 80)))
