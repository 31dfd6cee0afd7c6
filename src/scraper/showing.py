"""Showing: what a run prints while it goes on, and when it ended.

A module because several commands make runs, and print of them the same. Progress goes to stderr, results to stdout.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from scraper.report.printable import printable
from scraper.report.summary import Summary


def tell_run(summary: Summary, *, quiet: bool) -> None:
    """Print what a run did; with quiet only what went wrong, to stderr."""
    if not quiet:
        for notice in summary.notices:
            click.echo(f"note: {printable(notice)}")
        for line in summary.lines():
            click.echo(line)
    else:
        from scraper.report.health_lines import tell

        for host, why in summary.failed.items():
            click.echo(f"scraper: {host}: {printable(why)}", err=True)
        if summary.unmirrored:
            click.echo(f"scraper: {printable(summary.unmirrored)}", err=True)
        for alarm in summary.alarms:
            click.echo(f"scraper: {printable(tell(alarm))}", err=True)


@contextmanager
def show_progress(*, quiet: bool) -> Iterator[Callable[[Summary], None]]:
    """Show counts on a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda summary: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("starting")

        def show(summary: Summary) -> None:
            sites = summary.sites.values()
            bar.update(
                task,
                description=f"{sum(s.visits for s in sites)} asked on {len(sites)} sites, "
                f"{sum(s.found for s in sites)} new addresses, "
                f"{sum(s.outcomes['article'] for s in sites)} articles written",
            )

        yield show
