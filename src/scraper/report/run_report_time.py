"""Time: the days of a corpus as the columns of its charts: by day, week or month, as many as can be seen.

A module of its own, because all charts of the report stand over the same days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from scraper.census import Grid


@dataclass(frozen=True, slots=True)
class Buckets:
    """Days put together.

    Args:
        unit: "day", "week" or "month".
        labels: Of each.
        ticks: Short labels of each.
        begins: Whether a month begins with it; of months, whether a year does.
        starts: Number of the first day of each.
    """

    unit: str
    labels: tuple[str, ...]
    ticks: tuple[str, ...]
    begins: tuple[bool, ...]
    starts: tuple[int, ...]

    def fold(self, grid: Grid) -> Grid:
        """Sum the columns of days."""
        found: Grid = np.add.reduceat(grid, self.starts, axis=1) if self.starts else grid
        return found


def bucket_days(days: Sequence[date], most: int) -> Buckets:
    """Put days together so that there are at most so many, if months do.

    Args:
        days: One after the other.
        most: At least 2.
    """
    if len(days) <= most:
        return Buckets(
            "day",
            tuple(f"{day:%a} {day.day} {day:%b %Y}" for day in days),
            tuple(f"{day.day} {day:%b}" for day in days),
            tuple(day.day == 1 for day in days),
            tuple(range(len(days))),
        )
    starts = [n for n, day in enumerate(days) if n == 0 or day.weekday() == 0]
    if len(starts) <= most:
        firsts = [days[n] for n in starts]
        return Buckets(
            "week",
            tuple(f"week from {day.day} {day:%b %Y}" for day in firsts),
            tuple(f"{day:%b %Y}" for day in firsts),
            tuple(day.day <= 7 for day in firsts),
            tuple(starts),
        )
    starts = [n for n, day in enumerate(days) if n == 0 or day.day == 1]
    firsts = [days[n] for n in starts]
    return Buckets(
        "month",
        tuple(f"{day:%B %Y}" for day in firsts),
        tuple(f"{day:%Y}" for day in firsts),
        tuple(day.month == 1 for day in firsts),
        tuple(starts),
    )
