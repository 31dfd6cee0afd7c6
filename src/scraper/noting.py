"""Noting: what the log of a run has of its visits and of its end.

A module beside the runs, because what is worth a line, and how loud, is decided here alone.
"""

from __future__ import annotations

import logging

from scraper.logs import note
from scraper.page import Page
from scraper.report.health_lines import tell
from scraper.report.summary import Summary


def note_visit(page: Page, new: int) -> None:
    """Note a visit: one that failed for all to see, one that came through or found no article for who wants all.

    Args:
        page: What came back.
        new: How many of the addresses that it brought were not known.
    """
    target, skip = page.target, page.skip
    failed = skip is not None and (skip.retryable or target.kind != "article")
    note(
        "visit failed" if failed else "visit",
        logging.INFO if failed else logging.DEBUG,
        site=target.site,
        kind=target.kind,
        url=target.url,
        moved_to=page.final_url if page.final_url != target.url else None,
        status=page.status,
        reason=skip.reason if skip else None,
        detail=skip.detail or None if skip else None,
        new=new or None,
    )


def note_end(summary: Summary) -> None:
    """Note what came of a run, and what somebody should look at."""
    for host, why in summary.failed.items():
        note("site failed", logging.WARNING, site=host, why=why)
    for alarm in summary.alarms:
        note("alarm", logging.WARNING, site=alarm.site, kind=alarm.kind, text=tell(alarm))
    for notice in summary.notices:
        note("notice", text=notice)
    sites = summary.sites.values()
    took = summary.finished_at - summary.started_at if summary.finished_at else None
    note(
        "run ends",
        run=summary.run,
        status=summary.exit_status,
        seconds=took.total_seconds() if took else None,
        visits=sum(site.visits for site in sites),
        found=sum(site.found for site in sites),
        articles=sum(site.outcomes["article"] for site in sites),
        skipped=sum(site.outcomes["skip"] for site in sites),
    )
