"""Census: what a corpus holds, counted by site and day.

A module below the rooms, because the store counts and the report draws, and neither may know the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Grid: TypeAlias = NDArray[np.int64]
"""Counts: a row per site, a column per day."""

OUTCOMES = ("article", "unchanged", "deleted", "listing", "skip")
FIELDS = ("headline", "authors", "published_at", "section", "dek", "photos", "captions", "credits")

SECONDS = np.geomspace(0.1, 1e8, 181)
"""Edges of the bins that durations are counted in: 20 a decade, so that a quantile is known to 12 %."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The visits of one site that ended with one reason.

    Args:
        site: Host.
        outcome: "skip" or "deleted".
        reason: The slug; "" where a row has none.
        count: Visits.
        url: Address of one of the last of them.
        detail: What that one said, for a person.
    """

    site: str
    outcome: str
    reason: str
    count: int
    url: str
    detail: str


@dataclass(frozen=True, slots=True)
class VisitCensus:
    """What became of all visits.

    Args:
        sites: Hosts, in the order of their names.
        days: Every day from the first to the last, also such as nothing was asked on.
        outcomes: Outcome -> visits.
        listed: Visits of feeds, sitemaps and front pages that came through.
        payload_bytes: As received.
        reasons: Of what was skipped or is deleted, the most frequent first.
        statuses: (site, HTTP status, 0 where none came) -> visits.
        pauses: Seconds between the ends of two visits of a site in one run: a row per site, a column per bin.
        first_at: End of the first visit; None where there is none.
        last_at: End of the last visit.
    """

    sites: tuple[str, ...]
    days: tuple[date, ...]
    outcomes: Mapping[str, Grid]
    listed: Grid
    payload_bytes: Grid
    reasons: tuple[Reason, ...]
    statuses: Mapping[tuple[str, int], int]
    pauses: Grid
    first_at: datetime | None
    last_at: datetime | None

    @property
    def visits(self) -> Grid:
        """All visits, by site and day."""
        total: Grid = sum(self.outcomes.values(), np.zeros_like(self.listed))
        return total

    def count(self, outcome: str) -> int:
        """Count the visits that ended so."""
        return int(self.outcomes[outcome].sum())


@dataclass(frozen=True, slots=True)
class Example:
    """A row to look at.

    Args:
        site: Host.
        url: The address asked for.
        headline: None where the page has none.
        word_count: Of its text.
        fetched_at: Aware, UTC.
        suspect: The alarm that it shows a sign of.
    """

    site: str
    url: str
    headline: str | None
    word_count: int
    fetched_at: datetime
    suspect: str | None


@dataclass(frozen=True, slots=True)
class RowCensus:
    """What the rows of all articles hold, older versions included. Sites and days are those of the visits.

    Args:
        rows: By site and day of the fetch.
        filled: Name of FIELDS -> rows that have it.
        paywalled: Rows that say that only a part is shown.
        changed: Rows that are a later version of an article.
        changes: What differs from the version before -> rows.
        marks: (site, "first", "exact" or "near") -> articles, counted in their first version; "" where not compared.
        wire: Site -> articles that name an agency, counted in their first version.
        agencies: Agency -> articles, likewise.
        clusters: With more than one article.
        suspects: (site, alarm) -> rows.
        delays: Seconds from publication to first fetch, of what was published since the first visit: a row per site, a
            column per bin.
        examples: "newest", "longest", "shortest" or "suspect" -> rows.
    """

    rows: Grid
    filled: Mapping[str, Grid]
    paywalled: Grid
    changed: Grid
    changes: Mapping[str, int]
    marks: Mapping[tuple[str, str], int]
    wire: Mapping[str, int]
    agencies: Mapping[str, int]
    clusters: int
    suspects: Mapping[tuple[str, str], int]
    delays: Grid
    examples: Mapping[str, tuple[Example, ...]]


def quantile(counts: Grid, share: float) -> float | None:
    """Give the seconds that a share of what was counted in bins is at most; None where nothing was.

    Args:
        counts: One per bin of SECONDS, those below and above it in the first and last.
        share: From 0 to 1.
    """
    total = counts.sum()
    if not total:
        return None
    found = int(np.searchsorted(np.cumsum(counts), share * total))
    return float(np.sqrt(SECONDS[found] * SECONDS[found + 1]))


def add_up(visits: VisitCensus, rows: RowCensus) -> list[str]:
    """Hold the sums of all sections against the ledger of visits; give what does not agree, nothing if all does."""
    faults = []
    articles = visits.outcomes["article"].sum(axis=1)
    for site, said, held in zip(visits.sites, articles, rows.rows.sum(axis=1), strict=True):
        if said != held:
            faults.append(f"{site}: the outcomes count {said} articles, the articles {held} rows")
    total = int(visits.visits.sum())
    for what, count, wanted in (
        ("skips by reason", sum(each.count for each in visits.reasons if each.outcome == "skip"), visits.count("skip")),
        ("visits by status", sum(visits.statuses.values()), total),
        ("first and later versions", sum(rows.marks.values()) + int(rows.changed.sum()), int(rows.rows.sum())),
    ):
        if count != wanted:
            faults.append(f"{what}: {count} instead of {wanted}")
    return faults
