from __future__ import annotations

from datetime import UTC, datetime

from scraper.run_record import RunRecord, SiteRecord


def test_counts_of_sites_are_summed() -> None:
    sites = {"a": SiteRecord(3, {"article": 2, "skip": 1}), "b": SiteRecord(4, {"article": 1}, "feed: http_404")}
    run = RunRecord("r", "scrape", datetime(2026, 11, 23, tzinfo=UTC), sites=sites)
    assert (run.visits, run.count("article"), run.count("deleted")) == (7, 3, 0)
    assert run.failures == {"b": "feed: http_404"}
