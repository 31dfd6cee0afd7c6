"""Run report: one self-contained HTML page that says what is in the corpus, what is not, and whether to trust it.

A module of its own because this is the page that a person opens first. It draws what others counted and judged; where
something is not stored it says so in place of a number.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scraper.census import OUTCOMES, RowCensus, VisitCensus, add_up
from scraper.report.health_alarm import Alarm
from scraper.report.health_lines import make_table, tell
from scraper.report.health_site import Health
from scraper.report.html_file import render_file
from scraper.report.run_report_copies import count_copies
from scraper.report.run_report_coverage import SHADES, draw_coverage
from scraper.report.run_report_fields import draw_fields
from scraper.report.run_report_pace import measure_pace, tell_s
from scraper.report.run_report_skips import list_skips
from scraper.report.run_report_verdict import SILENT_DAYS, judge
from scraper.run_record import RunRecord
from scraper.url import Url, article_id

EXAMPLES = {
    "newest": "Newest rows",
    "suspect": "Suspect rows",
    "shortest": "Shortest texts",
    "longest": "Longest texts",
}
MANY_SITES = 12
"""From here on tables of sites can be searched."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What the report is made of.

    Args:
        visits: All visits.
        rows: All rows.
        healths: What is known of each site.
        alarms: Those that are open, or were over lately.
        runs: The newest records of runs, the newest first.
        total_runs: How many records there are.
        unreadable: Names of records that could not be read.
        release: Id of the release that was counted; "" where there is none.
        going_on: Whether the newest run, if it has no end, holds the data folder; else it was killed.
    """

    visits: VisitCensus
    rows: RowCensus
    healths: Sequence[Health]
    alarms: Sequence[Alarm]
    runs: Sequence[RunRecord]
    total_runs: int
    unreadable: Sequence[str]
    release: str
    going_on: bool = False


def render(sources: Sources, data: str, now: datetime) -> str:
    """Draw the report as one HTML page that needs nothing else.

    Args:
        sources: What is drawn.
        data: Name of the data folder, for the commands to copy.
        now: Aware.
    """
    visits, rows = sources.visits, sources.rows
    opened = [alarm for alarm in sources.alarms if alarm.closed_at is None]
    faults = add_up(visits, rows)
    last_run = sources.runs[0] if sources.runs else None
    some = bool(visits.sites)
    suffix = "" if data == "data" else f" --data {shlex.quote(data)}"
    return render_file(
        "run_report",
        now=now,
        data=data,
        release=sources.release,
        visits=visits,
        rows=rows,
        total=int(visits.visits.sum()),
        counts={name: visits.count(name) for name in OUTCOMES} if some else {},
        articles=int(rows.rows.sum() - rows.changed.sum()) if some else 0,
        row_count=int(rows.rows.sum()) if some else 0,
        verdict=judge(visits, rows, opened, len(sources.healths), last_run, faults, now, going_on=sources.going_on),
        going_on=sources.going_on,
        faults=faults,
        silent_days=SILENT_DAYS,
        coverage=draw_coverage(visits) if some else None,
        shades=SHADES,
        skips=list_skips(visits) if some else (),
        deleted=list_skips(visits, "deleted") if some else (),
        fields=draw_fields(visits, rows) if some else None,
        pace=measure_pace(visits, rows) if some else None,
        copies=count_copies(visits, rows) if some else None,
        opened=[tell(alarm) for alarm in opened],
        closed=[tell(alarm) for alarm in sources.alarms if alarm.closed_at is not None],
        health=make_table(sources.healths) if sources.healths else [],
        runs=sources.runs,
        last_run=last_run,
        total_runs=sources.total_runs,
        unreadable=sources.unreadable,
        longest_run_s=max((_took_s(run) or 0 for run in sources.runs), default=0),
        examples=[(kind, title, rows.examples.get(kind, ())) for kind, title in EXAMPLES.items()],
        many=len(visits.sites) > MANY_SITES,
        took_s=_took_s,
        tell_s=tell_s,
        tell_bytes=tell_bytes,
        tell_ago=tell_ago,
        command=lambda url: f"scraper inspect {article_id(Url(url))}{suffix} --open",
        by_site=f"scraper health{suffix}",
    )


def tell_bytes(size: float) -> str:
    """Write a number of bytes with its unit."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def tell_ago(then: datetime, now: datetime) -> str:
    """Write how long ago something was, as a person says it."""
    ago = now - then
    if ago < timedelta(minutes=2):
        return "just now"
    if ago < timedelta(hours=2):
        return f"{ago.total_seconds() / 60:.0f} min ago"
    return f"{ago.total_seconds() / 3600:.0f} h ago" if ago < timedelta(days=2) else f"{ago.days} days ago"


def _took_s(run: RunRecord) -> float | None:
    """Give how long a run took, None where it has no end."""
    return (run.finished_at.astimezone(UTC) - run.started_at).total_seconds() if run.finished_at else None
