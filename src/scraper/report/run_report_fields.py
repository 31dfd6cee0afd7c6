"""Fields: how often each field is filled, over time and by site, and where it is less often of late.

A module of its own, because a share without its rows misleads: which stretches of time are too thin to say anything is
decided here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scraper.census import FIELDS, Grid, RowCensus, VisitCensus
from scraper.report.run_report_time import Buckets, bucket_days

MOST_POINTS, MOST_SITE_POINTS = 60, 14
"""Points of a line of all sites, and of one site, whose days are few articles."""
RECENT_DAYS, RECENT_ROWS = 7, 20
"""The last days that have rows, and how many rows they must have, to be held against all."""
FALL = 0.2
"""Points by which a share must have fallen to be marked. Of 20 rows it falls as far by chance one time in 20 at most:
twice the standard deviation, sqrt(0.25 / 20)."""
WIDTH, HEIGHT = 100, 30


@dataclass(frozen=True, slots=True)
class Line:
    """The share of rows that have a field, over time.

    Args:
        field: Its name.
        share: Of all rows; None where there are none.
        path: Of a line in WIDTH by HEIGHT, broken where there are no rows.
        dots: (x, y) of points that have no neighbor.
        lowest: (share, label of the time) of the lowest point.
        recent: Of the last days, None where these have too few rows.
        fell: Whether that is less by FALL.
    """

    field: str
    share: float | None
    path: str
    dots: tuple[tuple[float, float], ...]
    lowest: tuple[float, str] | None
    recent: float | None
    fell: bool


@dataclass(frozen=True, slots=True)
class Fields:
    """All lines.

    Args:
        unit: Of a point: "day", "week" or "month".
        first: Label of the first point.
        last: Label of the last one.
        lines: Of all sites together.
        sites: (site, rows, its lines), those with the most rows first.
        fallen: How many lines of sites fell.
    """

    unit: str
    first: str
    last: str
    lines: tuple[Line, ...]
    sites: tuple[tuple[str, int, tuple[Line, ...]], ...]
    fallen: int


def draw_fields(visits: VisitCensus, rows: RowCensus) -> Fields:
    """Draw how often fields are filled.

    Args:
        visits: At least one.
        rows: Their rows.
    """
    buckets = bucket_days(visits.days, MOST_POINTS)
    coarse = bucket_days(visits.days, MOST_SITE_POINTS)
    totals = rows.rows.sum(axis=1)
    sites = []
    for n in sorted(np.flatnonzero(totals).tolist(), key=lambda n: (-totals[n], visits.sites[n])):
        lines = tuple(_draw(name, coarse, rows.filled[name][n], rows.rows[n]) for name in FIELDS)
        sites.append((visits.sites[n], int(totals[n]), lines))
    return Fields(
        buckets.unit,
        buckets.ticks[0],
        buckets.ticks[-1],
        tuple(_draw(name, buckets, rows.filled[name].sum(axis=0), rows.rows.sum(axis=0)) for name in FIELDS),
        tuple(sites),
        sum(line.fell for _, _, lines in sites for line in lines),
    )


def _draw(name: str, buckets: Buckets, filled: Grid, rows: Grid) -> Line:
    counts, wholes = buckets.fold(filled[None])[0], buckets.fold(rows[None])[0]
    known = np.flatnonzero(wholes)
    step = WIDTH / max(len(wholes) - 1, 1)
    shares = {int(n): float(counts[n] / wholes[n]) for n in known}
    path, dots = list[str](), list[tuple[float, float]]()
    for n, point in shares.items():
        x, y = round(n * step, 1), round(1 + (HEIGHT - 2) * (1 - point), 1)
        if n - 1 not in shares and n + 1 not in shares:
            dots.append((x, y))
        else:
            path.append(f"{'L' if n - 1 in shares else 'M'}{x:g} {y:g}")
    total = int(rows.sum())
    share = int(filled.sum()) / total if total else None
    lowest = min(((point, buckets.labels[n]) for n, point in shares.items()), default=None, key=lambda each: each[0])
    last = np.flatnonzero(rows)[-RECENT_DAYS:]
    recent = float(filled[last].sum() / rows[last].sum()) if rows[last].sum() >= RECENT_ROWS else None
    fell = recent is not None and share is not None and recent <= share - FALL
    return Line(name, share, "".join(path), tuple(dots), lowest, recent, fell)
