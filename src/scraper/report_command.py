"""The command that says what is in the corpus and whether to trust it: `scraper report`.

A module beside the command line, because it alone knows all that a report is made of: both tables, health and runs.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scraper.article_arguments import data_option

if TYPE_CHECKING:
    from scraper.report.run_report import Sources

FILE = Path("report/index.html")
RECENT_DAYS = 30
"""Alarms that ended since then are told."""
RUNS = 60
"""Records of runs that are shown: with 300 sites one of them is 60 kB."""


@click.command()
@click.option("--open", "as_open", is_flag=True, help="Show it in the browser.")
@data_option
def report(data: Path, *, as_open: bool) -> int:
    """Write data/report/index.html: what the corpus holds, what it lacks, and whether to trust it now.

    One file that needs nothing else: coverage of each site and day, what was skipped and why, how often fields are
    filled, pace, copies and versions, alarms, runs, and rows to look at. No site is asked; a run may go on meanwhile.

    \b
    scraper report --open
    scraper report --data /srv/news
    """
    from scraper.report.run_report import render
    from scraper.store.disk import make_folder, write_whole

    if not data.is_dir():
        raise click.UsageError(f"--data {data}: there is no such folder")
    now = datetime.now(UTC)
    html = render(_gather(data, now), str(data), now)
    # A name of a folder that is no UTF-8 is shown with question marks.
    make_folder((data / FILE).parent)
    write_whole(data / FILE, html.encode("utf-8", errors="replace"))
    click.echo(str(data / FILE))
    if as_open:
        import webbrowser

        if not webbrowser.open((data / FILE).resolve().as_uri()):
            click.echo("scraper: no browser was found to open it with", err=True)
    return 0


def _gather(data: Path, now: datetime) -> Sources:
    from scraper.report.run_report import Sources
    from scraper.store.corpus import open_articles, open_outcomes
    from scraper.store.histories import Histories
    from scraper.store.release import current
    from scraper.store.row_census import count_rows
    from scraper.store.run_records import read_runs
    from scraper.store.runs import find_holder
    from scraper.store.visit_census import count_visits
    from scraper.watching import HEALTH, read_alarm, read_health

    release = current(data)
    visits = count_visits(open_outcomes(release))
    rows = count_rows(open_articles(release, versions=True), visits)
    histories = Histories(data / HEALTH, reading=True)
    try:
        known = [health for packed in histories.sites().values() if (health := read_health(packed))]
        since = (now - timedelta(days=RECENT_DAYS)).timestamp()
        alarms = [read_alarm(packed) for packed in histories.alarms(since=since)]
    finally:
        histories.close()
    runs = read_runs(data, RUNS)
    named = release.name if release != data else ""
    going_on = find_holder(data) is not None
    return Sources(visits, rows, known, alarms, runs.newest, runs.total, runs.unreadable, named, going_on)
