"""Censuses of corpora that nobody crawled, of as many sites and days as are asked for, whose numbers add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from scraper.census import FIELDS, OUTCOMES, SECONDS, Example, Grid, Reason, RowCensus, VisitCensus

FIRST = date(2026, 1, 1)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
REASONS = ("http_403", "no_body", "section_front", "robots_disallowed", "http_503")
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\x1b]0;x\x07\u202e'


def make_censuses(
    sites: int | Sequence[str], days: int, *, seed: int = 1, url: str = "", headline: str | None = None
) -> tuple[VisitCensus, RowCensus]:
    """Make what was counted of sites that bring some articles a day, rest on Sundays, and fail now and then.

    Args:
        sites: Their names, or how many.
        days: From FIRST on, the last of them yesterday as seen from what `now_of` gives.
        seed: Of chance.
        url: Of all examples, "" for such as a site has.
        headline: Of all examples.
    """
    rng = np.random.default_rng(seed)
    names = tuple(f"paper{n:03}.example" for n in range(sites)) if isinstance(sites, int) else tuple(sorted(sites))
    shape = (len(names), days)
    dates = tuple(FIRST + timedelta(days=n) for n in range(days))
    size = np.geomspace(1, 150, len(names))[rng.permutation(len(names))][:, None] if len(names) > 1 else 12.0
    week = np.array([0.25 if day.weekday() == 6 else 1.0 for day in dates])
    articles = rng.poisson(size * week, shape)
    listed = rng.integers(4, 24, shape)
    unread = rng.random(shape) < 0.01
    articles[unread], listed[unread] = 0, 0
    skip = rng.binomial(articles + 2, 0.12)
    unchanged = rng.binomial(articles, 0.6)
    deleted = rng.binomial(articles, 0.01)
    if days > 20:
        for grid in (articles, listed, skip, unchanged, deleted):
            grid[:, 9:12] = 0  # nobody was there
            grid[len(names) // 3, -18:-8] = 0
    outcomes = dict(zip(OUTCOMES, (articles, unchanged, deleted, listed, skip), strict=True))
    visits = sum(outcomes.values(), np.zeros(shape, np.int64))
    reasons = [
        Reason(name, outcome, reason, count, url or f"https://{name}/story/{reason}", "as the site says")
        for n, name in enumerate(names)
        for outcome, kinds, total in (("skip", REASONS, skip[n].sum()), ("deleted", ("http_410",), deleted[n].sum()))
        for reason, count in zip(kinds, _split(int(total), len(kinds)), strict=True)
        if count
    ]
    at = datetime.combine(dates[0], datetime.min.time(), UTC)
    counted = VisitCensus(
        names,
        dates,
        outcomes,
        listed,
        visits * 21_000,
        tuple(sorted(reasons, key=lambda each: (-each.count, each.site))),
        {(name, 200): int(visits[n].sum()) for n, name in enumerate(names)},
        _bins(rng, len(names), 7.0),
        at,
        at + timedelta(days=days - 1, hours=20),
    )
    return counted, _make_rows(rng, counted, url, headline)


def now_of(visits: VisitCensus) -> datetime:
    """Give a moment an hour after the last visit."""
    return (visits.last_at or NOW) + timedelta(hours=1)


def _make_rows(rng: np.random.Generator, visits: VisitCensus, url: str, headline: str | None) -> RowCensus:
    rows = visits.outcomes["article"]
    shares = dict(zip(FIELDS, (1.0, 0.9, 0.98, 0.8, 0.4, 0.7, 0.65, 0.5), strict=True))
    filled = {name: rng.binomial(rows, share) for name, share in shares.items()}
    filled["authors"][0, -9:] //= 3
    changed = rng.binomial(rows, 0.1)
    marks = dict[tuple[str, str], int]()
    for n, site in enumerate(visits.sites):
        first = int((rows[n] - changed[n]).sum())
        exact, near = first // 20, first // 8
        marks |= {(site, "first"): first - exact - near, (site, "exact"): exact, (site, "near"): near}
    example = [
        Example(
            site,
            url or f"https://{site}/2026/a-story-{n}",
            headline or f"What the council of town {n} decided about the ferry, and why the harbor master stayed away",
            120 + 31 * n,
            visits.last_at or NOW,
            "field_lost" if n % 2 else None,
        )
        for n, site in enumerate((visits.sites * 12)[:12])
    ]
    suspect = tuple(each for each in example if each.suspect)
    return RowCensus(
        rows,
        filled,
        rng.binomial(rows, 0.02),
        changed,
        {"text": int(changed.sum()), "headline": int(changed.sum() // 3)} if changed.any() else {},
        marks,
        {site: int(rows[n].sum() // 9) for n, site in enumerate(visits.sites)},
        {"AP": int(rows.sum() // 15), "Reuters": int(rows.sum() // 30)},
        int(rows.sum() // 30),
        {(visits.sites[0], "field_lost"): len(suspect)} if suspect else {},
        _bins(rng, len(visits.sites), 9000.0),
        {"newest": tuple(example), "longest": tuple(example[::-1]), "shortest": tuple(example[:3]), "suspect": suspect},
    )


def _split(total: int, parts: int) -> list[int]:
    """Share a number out, the first part the largest."""
    shares = [total // 2 ** (n + 1) for n in range(parts)]
    return [shares[0] + total - sum(shares), *shares[1:]]


def _bins(rng: np.random.Generator, sites: int, middle: float) -> Grid:
    rows = [np.histogram(rng.lognormal(np.log(middle), 0.7, 400).clip(0.2, 9e7), SECONDS)[0] for _ in range(sites)]
    return np.stack(rows).astype(np.int64)
