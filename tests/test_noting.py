from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scraper.noting import note_end, note_visit
from scraper.page import Kind
from scraper.report.summary import SiteSummary, Summary
from scraper.skip import Skip
from tests.store.pages import START, make_page


@pytest.fixture(autouse=True)
def _all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "scraper")


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, dict[str, Any]]]:
    return [(record.levelname, record.message, record.told) for record in caplog.records]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "skip", "level", "event"),
    [
        ("article", None, "DEBUG", "visit"),
        ("article", Skip("http_404"), "DEBUG", "visit"),
        ("article", Skip("timeout", "after 60 s", retryable=True), "INFO", "visit failed"),
        ("feed", Skip("not_a_feed"), "INFO", "visit failed"),
    ],
)
def test_visits_are_told_as_loud_as_they_matter(
    caplog: pytest.LogCaptureFixture, kind: Kind, skip: Skip | None, level: str, event: str
) -> None:
    note_visit(replace(make_page(kind=kind), skip=skip), 7)
    ((seen, name, fields),) = told(caplog)
    assert (seen, name) == (level, event)
    assert (fields["site"], fields["kind"], fields["reason"]) == ("news.example", kind, skip.reason if skip else None)


def test_the_end_of_a_run_is_told_with_its_sums_and_what_failed(caplog: pytest.LogCaptureFixture) -> None:
    summary = Summary("r1", "scrape", START, START + timedelta(seconds=9), configured=2)
    summary.sites["a.example"] = SiteSummary(visits=5, found=4, seeds={"https://a.example/feed": "http_503"})
    summary.sites["b.example"] = SiteSummary(visits=3)
    summary.sites["b.example"].outcomes.update(article=2, skip=1)
    note_end(summary)
    events = {event: (level, fields) for level, event, fields in told(caplog)}
    assert events["site failed"] == ("WARNING", {"site": "a.example", "why": "https://a.example/feed: http_503"})
    level, fields = events["run ends"]
    assert (level, fields["status"], fields["seconds"]) == ("INFO", 3, 9.0)
    assert (fields["visits"], fields["found"], fields["articles"], fields["skipped"]) == (8, 4, 2, 1)
