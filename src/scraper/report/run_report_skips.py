"""Skips: what was skipped, by reason and site, and what to do about each, in the words of docs/operations.md.

A module of its own, because the words of the manual must come along: the page is read where the manual is not at hand.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from scraper.census import Reason, VisitCensus

SHOWN_SITES = 12
"""Sites of a reason that are shown; the others are counted."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """One reason.

    Args:
        reason: The slug.
        count: Visits.
        share: Of all skips.
        again: Whether the program asks again by itself, in words.
        advice: What it means and what to do.
        sites: Its sites, those with the most first.
        others: (sites, visits) that are not among these.
    """

    reason: str
    count: int
    share: float
    again: str
    advice: str
    sites: tuple[Reason, ...]
    others: tuple[int, int]


def list_skips(visits: VisitCensus, outcome: str = "skip") -> tuple[Skipped, ...]:
    """List the reasons of an outcome, the most frequent first.

    Args:
        visits: All.
        outcome: "skip" or "deleted".
    """
    by_reason = dict[str, list[Reason]]()
    for each in visits.reasons:
        if each.outcome == outcome:
            by_reason.setdefault(each.reason, []).append(each)
    total = visits.count(outcome)
    found = []
    for reason, sites in by_reason.items():
        count, rest = sum(each.count for each in sites), sites[SHOWN_SITES:]
        again, advice = advise(reason)
        others = len(rest), sum(each.count for each in rest)
        found.append(Skipped(reason, count, count / total, again, advice, tuple(sites[:SHOWN_SITES]), others))
    return tuple(sorted(found, key=lambda each: (-each.count, each.reason)))


def advise(reason: str) -> tuple[str, str]:
    """Say of a reason whether it is asked again, and what it means and what to do."""
    known = _advice()
    names = [reason]
    if re.fullmatch(r"http_5\d\d", reason):
        names.append("http_5..")
    if reason.startswith("http_"):
        names.append("other http_...")
    for name in names:
        if rows := known.get(name):
            return " / ".join(row["again"] for row in rows), " Or: ".join(row["do"] for row in rows)
    return "", "This program does not know it: a newer version wrote it."


@cache
def _advice() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads(resources.files("scraper.report").joinpath("advice.toml").read_text(encoding="utf-8"))
