"""Run record: what a run left of itself in data/runs.

A module below the rooms, because the store reads it and the report draws it, and neither may know the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """Counts of one site in one run.

    Args:
        visits: Addresses asked.
        outcomes: Outcome -> how many rows were written.
        failure: Why the site failed.
    """

    visits: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class IntakeRecord:
    """Counts of archives of others in one run.

    Args:
        taken: Pages that were taken in.
    """

    taken: int = 0


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Counts of one run; what an older version did not write is as if it were nothing.

    Args:
        run: Its id.
        command: "scrape", "crawl" or "extract".
        started_at: Aware, UTC.
        finished_at: None while it goes on, and for ever if it was killed.
        exit_status: None like finished_at.
        error: What stopped it.
        notices: What the operator should know.
        sites: Host -> counts.
        intake: What came from archives of others.
    """

    run: str
    command: str
    started_at: datetime
    finished_at: datetime | None = None
    exit_status: int | None = None
    error: str | None = None
    notices: tuple[str, ...] = ()
    sites: Mapping[str, SiteRecord] = field(default_factory=dict)
    intake: IntakeRecord = IntakeRecord()

    @property
    def visits(self) -> int:
        """Addresses asked on all sites, and pages of archives of others."""
        return sum(site.visits for site in self.sites.values()) + self.intake.taken

    @property
    def failures(self) -> dict[str, str]:
        """Host -> why it failed."""
        return {host: site.failure for host, site in self.sites.items() if site.failure}

    def count(self, outcome: str) -> int:
        """Count the rows with an outcome that it wrote."""
        return sum(site.outcomes.get(outcome, 0) for site in self.sites.values())
