from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from scraper.page import Evidence, Exchange, Kind, Page, Target
from scraper.report.health_alarm import Alarm
from scraper.report.health_rates import Place
from scraper.report.summary import Summary
from scraper.report.summary_table import make_table
from scraper.skip import Skip
from scraper.url import normalize

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def visit(url: str, kind: Kind, skip: Skip | None = None, *, seed: bool = False) -> Page:
    evidence = Evidence("https://a.example/feed", "seed" if seed else "rss")
    target = Target(normalize(url), "a.example", kind, evidence)
    return Page(target, (Exchange(target.url, (), 200, "OK", (), b""),), NOW, skip=skip)


def make() -> Summary:
    return Summary("r1", "scrape", NOW)


def test_a_seed_that_came_through_in_the_end_is_no_failure() -> None:
    summary = make()
    summary.count_visit(visit("https://a.example/feed", "feed", Skip("http_503", retryable=True), seed=True), 0)
    assert summary.failed == {"a.example": "https://a.example/feed: http_503"}
    summary.count_visit(visit("https://a.example/feed", "feed", seed=True), 3)
    assert summary.failed == {}
    assert summary.sites["a.example"].found == 3
    assert summary.exit_status == 0


def test_one_failed_site_among_others_is_3_and_all_of_them_are_1() -> None:
    summary = make()
    summary.count_visit(visit("https://a.example/feed", "feed", Skip("not_a_feed"), seed=True), 0)
    assert summary.exit_status == 1
    summary.count_outcomes([("b.example", "article", None)])
    assert summary.exit_status == 3


def test_an_alarm_that_began_with_the_run_is_3_and_told_and_one_of_before_is_told_alone() -> None:
    summary = make()
    summary.count_outcomes([("a.example", "article", None)])
    alarm = Alarm(
        "a.example", "paywall", ["paywall"], 90.0, Place(60.0, "https://a.example/1", "<1>"), 9, 9, 0, 1, 90.0
    )
    summary.open_alarms.append(alarm)
    assert summary.exit_status == 0
    summary.alarms, summary.open_alarms = [alarm], []
    assert summary.exit_status == 3
    assert any(line.startswith("ALARM a.example: paywall") for line in summary.lines())
    told = cast("list[dict[str, object]]", summary.to_json()["alarms"])[0]
    assert told["new"]
    assert told["first_bad_url"] == "https://a.example/1"


def test_articles_that_are_gone_are_no_failure_of_the_site_but_unreachable_ones_are() -> None:
    summary = make()
    summary.count_visit(visit("https://a.example/1", "article", Skip("http_404")), 0)
    assert not summary.failed
    summary = make()
    summary.count_visit(visit("https://a.example/1", "article", Skip("timeout", retryable=True)), 0)
    assert summary.failed == {"a.example": "none of 1 articles could be reached"}


def test_of_an_archive_of_ten_thousand_sites_those_with_most_pages_are_named() -> None:
    summary = make()
    summary.count_outcomes((f"s{n:03}.example", "article", None) for n in range(100) for _ in range(1 + n % 50))
    assert len(summary.lines()) == 101
    summary.intake.archives = 1
    lines = summary.lines()
    assert len(lines) == 23
    assert lines[0].startswith("s040.example")
    assert lines[20] == "80 sites more: data/runs/r1.json has all"
    table = make_table(summary, 80)
    assert sum(".example" in line for line in table) == 20
    assert any("80 sites more" in line for line in table)
    assert any(line.startswith("100 sites") for line in table)


def test_lines_name_reasons_and_the_json_adds_up() -> None:
    summary = make()
    summary.count_visit(visit("https://a.example/1", "article"), 0)
    summary.count_outcomes([("a.example", "skip", "no_body"), ("a.example", "article", None)])
    summary.finished_at = NOW
    assert "skipped (no_body 1)" in summary.lines()[0]
    assert "1 sites, 1 asked" in summary.lines()[-1]
    assert summary.to_json()["sites"] == {
        "a.example": {
            "visits": 1,
            "found": 0,
            "outcomes": {"skip": 1, "article": 1},
            "reasons": {"no_body": 1},
            "failure": None,
        }
    }
