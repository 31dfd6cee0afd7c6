"""Pace: how far apart the requests to each site were, what the servers said to it, and how soon articles were seen.

A module of its own, because what the tables hold of time is less than one would like, and must not look like more: they
have the end of each visit, and neither the connection nor how long an answer took.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scraper.census import SECONDS, Grid, RowCensus, VisitCensus, quantile

SPANS = (0.0, 1.0, 3.162, 10.0, 31.62, 100.0, 316.2, 1000.0)
"""Edges of the bars, which are edges of census.SECONDS."""


@dataclass(frozen=True, slots=True)
class SitePace:
    """What is known of one site.

    Args:
        site: Host.
        visits: All.
        pause_s: Median seconds between the ends of two visits of a run; None where there was one.
        short_s: Seconds that one of twenty pauses is at most.
        slowed: Visits with status 429.
        busy: Visits with status 503.
        refused: Visits with status 401, 403 or 451.
        unanswered: Visits without a status: not asked, or no answer came.
        received: Bytes.
        delay_s: Median seconds from publication to the first fetch.
    """

    site: str
    visits: int
    pause_s: float | None
    short_s: float | None
    slowed: int
    busy: int
    refused: int
    unanswered: int
    received: int
    delay_s: float | None


@dataclass(frozen=True, slots=True)
class Pace:
    """What is known of all sites.

    Args:
        total: All together; its site is "".
        sites: In the order of their names.
        bars: (label, pauses) by length.
        pauses: How many were measured.
    """

    total: SitePace
    sites: tuple[SitePace, ...]
    bars: tuple[tuple[str, int], ...]
    pauses: int


def measure_pace(visits: VisitCensus, rows: RowCensus) -> Pace:
    """Measure the pace.

    Args:
        visits: All.
        rows: Of their articles.
    """
    by_site = dict[str, dict[int, int]]()
    for (site, status), count in visits.statuses.items():
        by_site.setdefault(site, {})[status] = count
    asked, received = visits.visits.sum(axis=1), visits.payload_bytes.sum(axis=1)
    sites = tuple(
        _measure(site, int(asked[n]), int(received[n]), visits.pauses[n], rows.delays[n], by_site[site])
        for n, site in enumerate(visits.sites)
    )
    statuses = dict[int, int]()
    for (_, status), count in visits.statuses.items():
        statuses[status] = statuses.get(status, 0) + count
    pauses = visits.pauses.sum(axis=0)
    total = _measure("", int(asked.sum()), int(received.sum()), pauses, rows.delays.sum(axis=0), statuses)
    starts = [int(np.argmin(abs(SECONDS[:-1] - edge))) for edge in SPANS]
    counts = np.add.reduceat(pauses, starts)
    labels = [f"under {tell_s(SPANS[1])}"]
    labels += [f"{tell_s(low)} to {tell_s(high)}" for low, high in pairwise(SPANS[1:])]
    labels.append(f"over {tell_s(SPANS[-1])}")
    return Pace(total, sites, tuple(zip(labels, counts.tolist(), strict=True)), int(pauses.sum()))


def tell_s(seconds: float) -> str:
    """Write a duration with its unit."""
    for most, size, unit in ((99, 1, "s"), (5_400, 60, "min"), (172_800, 3_600, "h")):
        if seconds <= most:
            return f"{seconds / size:.2g} {unit}" if seconds / size < 10 else f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:.0f} days" if seconds >= 864_000 else f"{seconds / 86_400:.2g} days"


def _measure(site: str, visits: int, received: int, pauses: Grid, delays: Grid, statuses: dict[int, int]) -> SitePace:
    return SitePace(
        site,
        visits,
        quantile(pauses, 0.5),
        quantile(pauses, 0.05),
        statuses.get(429, 0),
        statuses.get(503, 0),
        sum(statuses.get(status, 0) for status in (401, 403, 451)),
        statuses.get(0, 0),
        received,
        quantile(delays, 0.5),
    )
