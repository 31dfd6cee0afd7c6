"""The command that shows how a data folder stands: `scraper status`.

A module beside the command line, because it asks no site anything, and must answer at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scraper.report.printable import printable

if TYPE_CHECKING:
    from scraper.status import Status
    from scraper.store.backlog import HostBacklog

MOST_LINES = 10
"""Of alarms, hosts and failed sites each; the commands that are named with them show all."""


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), default="data", show_default=True, help="Folder of the corpus."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def status(data: Path, *, as_json: bool) -> int:
    """Show the last runs, alarms, what waits, and what the disk has room for.

    Reads only, also beside a run. Exit status 1 where something could not be read.

    \b
    scraper status
    scraper status --data /srv/news --json | jq .disk.free_bytes
    """
    from scraper.showing import to_json
    from scraper.status import read_status

    if not data.is_dir():
        raise click.UsageError(f"--data {data}: there is no such folder; `scraper scrape` makes it")
    known = read_status(data, datetime.now(UTC))
    if as_json:
        click.echo(to_json(known.to_json()))
    else:
        for line in make_lines(known):
            click.echo(printable(line))
    return 1 if known.faults else 0


def make_lines(status: Status) -> Iterator[str]:
    """Tell how a data folder stands.

    Yields:
        Lines of at most 80 columns, but for what sites and errors are called.
    """
    yield f"{status.data}: held by {status.holder}" if status.holder else f"{status.data}: no run is going on"
    yield from _tell_runs(status)
    yield from _tell_health(status)
    yield from _tell_frontier(status)
    yield from _tell_disk(status)
    yield from (f"scraper: {fault}" for fault in status.faults)


def _tell_runs(status: Status) -> Iterator[str]:
    yield ""
    if not status.runs:
        yield "no run has left a record yet"
        return
    rows: list[tuple[str, ...]] = [
        ("last runs, UTC", "command", "status", "took", "failed", "asked", "articles", "skipped")
    ]
    for run in status.runs:
        took = _took((run.finished_at - run.started_at).total_seconds()) if run.finished_at else "-"
        failed = f"{_count(len(run.failures))} of {len(run.sites)}"
        counts = run.visits, run.count("article"), run.count("skip")
        rows.append(
            (f"{run.started_at:%Y-%m-%d %H:%M}", run.command, status.state_of(run), took, failed, *map(_count, counts))
        )
    yield from _columns(rows, left=3)
    last = status.runs[0]
    if last.error:
        yield f"  stopped: {last.error}"
    yield from _some([f"  {host}: {why}" for host, why in last.failures.items()], "failed sites")


def _tell_health(status: Status) -> Iterator[str]:
    yield ""
    open_now = f"{len(status.alarms)} alarms are open, `scraper health` says more" if status.alarms else "no alarm"
    yield f"health of {status.watched} sites: {open_now}"
    since = (f"{datetime.fromtimestamp(alarm.first_bad.at, UTC):%Y-%m-%d}" for alarm in status.alarms)
    told = [f"  {alarm.site}: {alarm.kind} since {day}" for alarm, day in zip(status.alarms, since, strict=True)]
    yield from _some(told, "alarms")


def _tell_frontier(status: Status) -> Iterator[str]:
    if status.backlog is None:
        yield from [] if status.faults else ["", "frontier: there is no state here"]
        return
    yield ""
    hosts = status.backlog.hosts
    if not hosts:
        yield "frontier: nothing waits"
        return
    due = sum(host.due for host in hosts)
    least = "at least " if any(host.due_is_least for host in hosts) else ""
    first = min(max(host.next_at, host.rests_until or host.next_at) for host in hosts)
    told = f"{least}{due:,} are due" if due else "none is due"
    yield f"frontier: {sum(host.waiting for host in hosts):,} addresses wait on {len(hosts):,} hosts, {told}"
    yield f"the next may be asked {_when(first, status.at)}"
    rows = [("  host", "waiting", "due", "next")]
    for host in sorted(hosts, key=_by_rest_and_size)[:MOST_LINES]:
        name = host.host if host.host.endswith(host.site) else f"{host.host} ({host.site})"
        more = "+" if host.due_is_least else ""
        next_at = max(host.next_at, host.rests_until or host.next_at)
        resting = " rests" if host.rests_until else ""
        rows.append((f"  {name}", f"{host.waiting:,}", f"{host.due:,}{more}", _when(next_at, status.at) + resting))
    yield from _columns(rows, left=1)
    if len(hosts) > MOST_LINES:
        yield f"  and {len(hosts) - MOST_LINES:,} more hosts"


def _by_rest_and_size(host: HostBacklog) -> tuple[bool, int, str]:
    """Put hosts first that are to be left alone, then those with the most addresses."""
    return host.rests_until is None, -host.waiting, host.host


def _tell_disk(status: Status) -> Iterator[str]:
    from scraper.logs import FILE, FOLDER

    yield ""
    if (usage := status.usage) is not None:
        waiting = status.backlog.segments.get("closed", 0) if status.backlog else 0
        extract = f", {waiting:,} wait for `scraper extract`" if waiting else ""
        yield f"archive: {usage.warc_files:,} segments, {_size(usage.warc_bytes)}{extract}"
        rows = ", ".join(f"{count:,} {table}" for table, count in (usage.rows or {}).items())
        others = f", {usage.other_releases} other releases" if usage.other_releases else ""
        yield f"corpus:  {rows or 'no rows are counted yet'}, {_size(usage.tables_bytes)}{others}"
        yield f"disk:    {_size(usage.free_bytes)} free, the state takes {_size(usage.state_bytes)}"
    if (log := status.data / FOLDER / FILE).exists():
        yield f"log:     {log}"


def _some(lines: Sequence[str], what: str) -> Iterator[str]:
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"  and {len(lines) - MOST_LINES:,} more {what}"


def _columns(rows: Sequence[Sequence[str]], left: int) -> Iterator[str]:
    """Align columns, so many of them and the last to the left if it is one of words."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.ljust(width) if at < left or rows[0][at] == "next" else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _count(number: int) -> str:
    return f"{number:,}" if number else "-"


def _took(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _when(at: datetime, now: datetime) -> str:
    if at <= now:
        return "now"
    return f"{at:%H:%M:%S} UTC" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M} UTC"


def _size(count: int) -> str:
    units = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
    return next((f"{count / unit:.1f} {name}" for unit, name in units if count >= unit), f"{count} bytes")
