"""Coverage: a heat map of the articles of each site and day, in which nothing asked is not the same as nothing new.

A module of its own, because what a cell says is decided here, and 300 sites of a year are 110,000 of them: a cell is a
few characters of one path per shade, not an element.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from scraper.census import Grid, VisitCensus
from scraper.report.run_report_time import Buckets, bucket_days

MOST_COLUMNS = 400
"""Cells in a row: a year of days; longer times are drawn by week or month."""
CALENDAR_SITES, CALENDAR_DAYS = 6, 57
"""Up to so many sites, and from so many days on, a week is a column of seven cells; else a site is a line."""
USUAL = (1 / 3, 2 / 3, 4 / 3, 2.0)
"""Where shades part, as multiples of what is usual for the site: so one of 3 articles a day and one of 300 show alike
that half of them are missing."""
SHADES = {
    "s1": "up to ⅓ of what is usual for the site",
    "s2": "up to ⅔",
    "s3": "as usual",
    "s4": "from 1⅓ times",
    "s5": "more than twice",
}
_KINDS = (*SHADES, "quiet", "unread", "slash", "gap")
"""In the order in which they are drawn: a slash lies on its cell."""
MANY_MONTHS = 4
"""Below it months alone would leave the axis nearly bare."""
HEIGHT, TALL = 16, 28
"""Of the line of a site where there are many, and where there are few, in pixels."""
LABELS_PX = 16
"""Room for the names of weekdays."""
CROSS_PX = 9
MAP_PX = 720
"""Room for the map beside the numbers; cells of fewer than 5 px are scrolled instead."""


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One site, or all.

    Args:
        site: Host; "" of all together.
        paths: (class, d of a path) for each kind of cell.
        values: For each cell articles/visits/skips, or nothing before the first visit; cells apart by blanks.
        articles: All of them.
        usual: Median of the cells with articles.
        gaps: Days nothing was asked on, since the first visit.
        unread: Days on which no listing could be read, and no article came.
        quiet: Days with nothing new.
        last: Day of the last article.
        skipped: Share of the visits.
    """

    site: str
    paths: tuple[tuple[str, str], ...]
    values: str
    articles: int
    usual: float
    gaps: int
    unread: int
    quiet: int
    last: date | None
    skipped: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """The heat map.

    Args:
        unit: "day", "week" or "month".
        labels: Of each cell.
        rows: All together first where there are several sites, then each.
        calendar: Whether weekdays stand below each other.
        offset: Weekday of the first cell, 0 on Monday; 0 if it is no calendar.
        cell: Width of a cell with its gap, in pixels.
        height: Of a cell likewise.
        width: Of the map.
        ticks: (pixels from the left, label).
    """

    unit: str
    labels: tuple[str, ...]
    rows: tuple[CoverageRow, ...]
    calendar: bool
    offset: int
    cell: int
    height: int
    width: int
    ticks: tuple[tuple[int, str], ...]

    @property
    def map_height(self) -> int:
        """Height of the map of a site, in pixels."""
        return self.height * (7 if self.calendar else 1)

    @property
    def left(self) -> int:
        """Pixels before the first column."""
        return LABELS_PX if self.calendar else 0


def draw_coverage(visits: VisitCensus) -> Coverage:
    """Draw the heat map.

    Args:
        visits: At least one.
    """
    buckets = bucket_days(visits.days, MOST_COLUMNS)
    calendar = buckets.unit == "day" and len(visits.sites) <= CALENDAR_SITES and len(visits.days) >= CALENDAR_DAYS
    offset = visits.days[0].weekday() if calendar else 0
    columns = -(-(len(buckets.labels) + offset) // 7) if calendar else len(buckets.labels)
    cell = max(5, min(14 if calendar else 28, MAP_PX // columns))
    height = 14 if calendar else HEIGHT if len(visits.sites) > CALENDAR_SITES else TALL
    place = _Place(calendar, offset, cell, height)
    all_of = {name: grid.sum(axis=0, keepdims=True) for name, grid in visits.outcomes.items()}
    total = _draw_row("", buckets, all_of, visits.listed.sum(axis=0, keepdims=True), visits.days, place)
    rows = [total] if len(visits.sites) > 1 else []
    for n, site in enumerate(visits.sites):
        own = {name: grid[n : n + 1] for name, grid in visits.outcomes.items()}
        rows.append(_draw_row(site, buckets, own, visits.listed[n : n + 1], visits.days, place))
    ticks = _ticks(buckets, columns, place)
    width = columns * cell + (LABELS_PX if calendar else 0)
    return Coverage(buckets.unit, buckets.labels, tuple(rows), calendar, offset, cell, height, width, tuple(ticks))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where cells stand."""

    calendar: bool
    offset: int
    cell: int
    height: int

    def corner(self, number: int) -> tuple[int, int]:
        if not self.calendar:
            return number * self.cell, 0
        column, row = divmod(number + self.offset, 7)
        return LABELS_PX + column * self.cell, row * self.height

    def draw(self, kind: str, number: int) -> str:
        x, y = self.corner(number)
        width, height = self.cell - 1, self.height - 1
        if kind == "gap":
            side = min(width, height, CROSS_PX)
            left, top = x + (width - side) / 2, y + (height - side) / 2
            return f"M{left:g} {top:g}l{side} {side}m0-{side}l-{side} {side}"
        return f"M{x} {y + height / 2:g}h{width}"


def _draw_row(
    site: str,
    buckets: Buckets,
    outcomes: dict[str, Grid],
    listed: Grid,
    days: Sequence[date],
    place: _Place,
) -> CoverageRow:
    by_day = sum(outcomes.values(), np.zeros_like(listed))[0]
    articles, asked, skips, read = (
        buckets.fold(grid)[0] for grid in (outcomes["article"], by_day[None], outcomes["skip"], listed)
    )
    usual = float(np.median(articles[articles > 0])) if articles.any() else 0.0
    first = int(np.flatnonzero(asked)[0])
    paths, values = defaultdict[str, list[str]](list), list[str]()
    for number, (count, visits, skipped, came) in enumerate(
        zip(articles.tolist(), asked.tolist(), skips.tolist(), read.tolist(), strict=True)
    ):
        values.append("" if number < first else f"{count}/{visits}/{skipped}")
        if number >= first:
            kind = _kind(count, visits, came, usual)
            paths[kind].append(place.draw(kind, number))
            if kind == "unread":
                paths["slash"].append(_slash(place, number))
    began = int(np.flatnonzero(by_day)[0])
    found, came_by_day = outcomes["article"][0][began:], listed[0][began:]
    since = by_day[began:]
    with_articles = np.flatnonzero(found)
    total = int(by_day.sum())
    return CoverageRow(
        site,
        tuple((kind, "".join(paths[kind])) for kind in sorted(paths, key=_KINDS.index)),
        " ".join(value or "-" for value in values),
        int(found.sum()),
        usual,
        int((since == 0).sum()),
        int(((since > 0) & (found == 0) & (came_by_day == 0)).sum()),
        int(((since > 0) & (found == 0) & (came_by_day > 0)).sum()),
        days[began + int(with_articles[-1])] if len(with_articles) else None,
        int(outcomes["skip"].sum()) / total,
    )


def _kind(articles: int, visits: int, listed: int, usual: float) -> str:
    if not visits:
        return "gap"
    if articles:
        return f"s{sum(articles > edge * usual for edge in USUAL) + 1}"
    return "quiet" if listed else "unread"


def _slash(place: _Place, number: int) -> str:
    x, y = place.corner(number)
    return f"M{x + 1} {y + place.height - 2}L{x + place.cell - 2} {y + 1}"


def _ticks(buckets: Buckets, columns: int, place: _Place) -> list[tuple[int, str]]:
    """Name the columns in which a month begins, or some where there are few of these, as far apart as names need."""
    left, apart = (LABELS_PX if place.calendar else 0), -(-64 // place.cell)
    per = 7 if place.calendar else 1
    firsts = [max(0, column * per - place.offset) for column in range(columns)]
    months = [n for n, first in enumerate(firsts) if any(buckets.begins[first : first + per])]
    ticks, free = list[tuple[int, str]](), 0
    for column in months if len(months) >= MANY_MONTHS else range(columns):
        if column >= free:
            ticks.append((left + column * place.cell, buckets.ticks[firsts[column]]))
            free = column + apart
    return ticks
