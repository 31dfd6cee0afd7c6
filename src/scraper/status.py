"""Status: how a data folder stands: its last runs, what sites show, what waits, and what it takes.

A module apart from the command that prints it, because each part must be told where another can't be read, beside a run
that goes on, and without reading what grows with the corpus.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scraper.errors import StoreError
from scraper.run_record import RunRecord
from scraper.store.backlog import Backlog, read_backlog
from scraper.store.histories import FILE, Histories
from scraper.store.run_records import read_runs
from scraper.store.runs import Holder, find_holder
from scraper.store.usage import Usage, measure

if TYPE_CHECKING:
    from scraper.report.health_alarm import Alarm

LAST_RUNS = 5


@dataclass(slots=True)
class Status:
    """How a data folder stands; what could not be read is None or empty, and a fault says why.

    Args:
        data: The folder.
        at: When it was looked at; aware, UTC.
        holder: Who holds it.
        runs: The last ones, the newest first.
        runs_total: How many have left a record.
        watched: Sites whose health is known.
        alarms: Those that are open.
        backlog: What waits; None where there is no state.
        usage: What it takes on the disk.
        faults: What could not be read, and what to do.
    """

    data: Path
    at: datetime
    holder: Holder | None = None
    runs: tuple[RunRecord, ...] = ()
    runs_total: int = 0
    watched: int = 0
    alarms: list[Alarm] = field(default_factory=list)
    backlog: Backlog | None = None
    usage: Usage | None = None
    faults: list[str] = field(default_factory=list)

    def state_of(self, run: RunRecord) -> str:
        """Say how a run ended: its exit status, "going on", or "killed"."""
        if run.exit_status is not None:
            return str(run.exit_status)
        return "going on" if self.holder and run is self.runs[0] else "killed"

    def to_json(self) -> dict[str, Any]:
        """Give what JSON can hold of it."""
        from scraper.report.health_lines import to_json as alarm_to_json

        hosts = self.backlog.hosts if self.backlog else ()
        frontier = {
            "waiting": sum(host.waiting for host in hosts),
            "due": sum(host.due for host in hosts),
            "due_is_least": any(host.due_is_least for host in hosts),
            "next_at": min((host.next_at for host in hosts), default=None),
            "hosts": hosts,
        }
        return {
            "data": str(self.data),
            "at": self.at,
            "holder": self.holder,
            "runs": [self._run_to_json(run) for run in self.runs],
            "runs_total": self.runs_total,
            "sites_watched": self.watched,
            "alarms": [alarm_to_json(alarm) for alarm in self.alarms],
            "frontier": frontier if self.backlog else None,
            "segments": self.backlog.segments if self.backlog else None,
            "disk": self.usage,
            "faults": self.faults,
        }

    def _run_to_json(self, run: RunRecord) -> dict[str, Any]:
        return {
            "run": run.run,
            "command": run.command,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "exit_status": run.exit_status,
            "state": self.state_of(run),
            "error": run.error,
            "sites": len(run.sites),
            "failures": run.failures,
            "visits": run.visits,
            "articles": run.count("article"),
            "skipped": run.count("skip"),
        }


def read_status(data: Path, now: datetime) -> Status:
    """Read how a data folder stands; nothing is written, and a run is not held up.

    Args:
        data: The folder; it may be empty.
        now: Aware, UTC.
    """
    status = Status(data, now, holder=find_holder(data))
    records = read_runs(data, LAST_RUNS)
    status.runs, status.runs_total = records.newest, records.total
    status.faults += [f"{data / 'runs' / name}: is damaged; remove it" for name in records.unreadable]
    for read in (_read_health, _read_backlog, _measure):
        try:
            read(status)
        except StoreError as error:
            status.faults.append(str(error))
    return status


def _read_health(status: Status) -> None:
    histories = Histories(status.data / FILE, reading=True)
    try:
        status.watched = len(histories.sites())
        if alarms := histories.alarms(since=status.at.timestamp()):
            from scraper.watching import read_alarm  # takes longer than all else here

            status.alarms = list(map(read_alarm, alarms))
    finally:
        histories.close()


def _read_backlog(status: Status) -> None:
    status.backlog = read_backlog(status.data / "state.sqlite", status.at)


def _measure(status: Status) -> None:
    status.usage = measure(status.data)
