"""Copies: how much of each site is text of others, and how often articles change, when, and what in them.

A module of its own, because articles are counted here and not rows: each in its first version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scraper.census import RowCensus, VisitCensus
from scraper.report.run_report_time import bucket_days

MOST_BARS = 60
MOST_AGENCIES = 12


@dataclass(frozen=True, slots=True)
class SiteCopies:
    """What the articles of one site are, or of all.

    Args:
        site: Host; "" of all together.
        articles: All, each counted once.
        first: No earlier one is like it.
        exact: An earlier one has its words.
        near: It is like an earlier one.
        unmarked: Not compared: of before there were marks, or too short.
        wire: It names an agency as its source, or stands on the site of one.
        changed: Later versions.
    """

    site: str
    articles: int
    first: int
    exact: int
    near: int
    unmarked: int
    wire: int
    changed: int


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies and versions.

    Args:
        total: Of all sites.
        sites: In the order of their names.
        clusters: Of copies, with more than one article.
        agencies: (agency, articles), those with the most first.
        other_agencies: How many are not among these.
        changes: What differs from the version before -> rows.
        unit: Of a bar: "day", "week" or "month".
        bars: (label, later versions).
    """

    total: SiteCopies
    sites: tuple[SiteCopies, ...]
    clusters: int
    agencies: tuple[tuple[str, int], ...]
    other_agencies: int
    changes: Mapping[str, int]
    unit: str
    bars: tuple[tuple[str, int], ...]


def count_copies(visits: VisitCensus, rows: RowCensus) -> Copies:
    """Count copies and versions.

    Args:
        visits: At least one.
        rows: Their rows.
    """
    changed = rows.changed.sum(axis=1)
    sites = tuple(_count(rows, site, int(changed[n])) for n, site in enumerate(visits.sites))
    total = SiteCopies("", *(sum(getattr(site, name) for site in sites) for name in SiteCopies.__slots__[1:]))
    buckets = bucket_days(visits.days, MOST_BARS)
    agencies = tuple(rows.agencies.items())
    return Copies(
        total,
        sites,
        rows.clusters,
        agencies[:MOST_AGENCIES],
        len(agencies[MOST_AGENCIES:]),
        rows.changes,
        buckets.unit,
        tuple(zip(buckets.labels, buckets.fold(rows.changed).sum(axis=0).tolist(), strict=True)),
    )


def _count(rows: RowCensus, site: str, changed: int) -> SiteCopies:
    first, exact, near, unmarked = (rows.marks.get((site, mark), 0) for mark in ("first", "exact", "near", ""))
    return SiteCopies(
        site, first + exact + near + unmarked, first, exact, near, unmarked, rows.wire.get(site, 0), changed
    )
