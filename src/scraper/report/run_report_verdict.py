"""Verdict: whether the corpus can be trusted now, in one word, a sentence, and what speaks against it.

A module of its own, because it is the only place that judges: all else of the report counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from scraper.census import RowCensus, VisitCensus
from scraper.report.health_alarm import Alarm
from scraper.run_record import RunRecord

STALE_DAYS = 3
"""Days without a visit after which the corpus is no longer of now. A cron line asks every hour."""
SILENT_DAYS = 14
"""Days without an article after which a site that is asked is called silent: twice the rhythm of a weekly paper."""
MUCH_SKIPPED = 0.2
"""Share of visits that is more than robots.txt, walls and lists take on a site that is set up well."""

State = Literal["good", "care", "bad", "none"]


@dataclass(frozen=True, slots=True)
class Worry:
    """Something that speaks against trusting all of the corpus.

    Args:
        text: A sentence.
        place: Id of the section that shows it.
        grave: Whether the counts themselves cannot be believed, or most of the corpus is concerned.
    """

    text: str
    place: str
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The headline answer.

    Args:
        state: Which color.
        answer: In a word or two.
        because: A sentence.
        worries: The grave ones first.
        dead: Sites whose feeds are dead.
        silent: Sites that are asked and gave no article for SILENT_DAYS.
    """

    state: State
    answer: str
    because: str
    worries: tuple[Worry, ...]
    dead: tuple[str, ...]
    silent: tuple[str, ...]


def judge(
    visits: VisitCensus,
    rows: RowCensus,
    alarms: Sequence[Alarm],
    watched: int,
    last_run: RunRecord | None,
    faults: Sequence[str],
    now: datetime,
    *,
    going_on: bool = False,
) -> Verdict:
    """Judge whether the corpus can be trusted.

    Args:
        visits: All visits.
        rows: All rows.
        alarms: Those that are open.
        watched: Sites whose health is known.
        last_run: The newest record.
        faults: As census.add_up gives them.
        now: Aware.
        going_on: Whether that run holds the data folder at this moment.
    """
    dead = tuple(sorted({alarm.site for alarm in alarms if alarm.kind == "dead_feed"}))
    silent = tuple(site for site in _silent(visits) if site not in dead)
    worries = [
        Worry(f"The numbers do not add up: {fault}; run `scraper verify`.", "sums", grave=True) for fault in faults
    ]
    worries += _worries_of_runs(visits, last_run, now, going_on=going_on)
    worries += _worries_of_sites(visits, alarms, watched, dead, silent)
    worries += _worries_of_rows(visits, rows)
    worries.sort(key=lambda worry: not worry.grave)
    grave = sum(worry.grave for worry in worries)
    state: State
    if not visits.sites:
        state, answer, because = "none", "There is nothing yet", "No visit is recorded: run `scraper scrape`."
    elif grave:
        state, answer = "bad", "No, not as it is"
        because = f"{_count(grave, 'thing')} must be looked at before anything is concluded from it."
    elif worries:
        state, answer = "care", "Yes, with care"
        because = f"The numbers add up, and {_count(len(worries), 'thing')} should be known by whoever uses it."
    else:
        state, answer = "good", "Yes"
        because = "No alarm is open, every site is read, and the numbers add up."
    return Verdict(state, answer, because, tuple(worries), dead, silent)


def _worries_of_runs(visits: VisitCensus, last: RunRecord | None, now: datetime, *, going_on: bool) -> list[Worry]:
    worries = []
    if last and last.error:
        worries.append(Worry(f"The last run stopped: {last.error}", "runs", grave=True))
    if last and last.finished_at is None:
        what = "is going on: the numbers are of this moment" if going_on else "was killed: the next one goes on"
        worries.append(Worry(f"Run {last.run} {what}.", "runs"))
    if last and not last.error and last.failures:
        worries.append(Worry(f"In the last run {_count(len(last.failures), 'site')} failed.", "runs"))
    if visits.last_at and now - visits.last_at > timedelta(days=STALE_DAYS):
        days = (now - visits.last_at).days
        worries.append(Worry(f"The last visit was {days} days ago: what came since is missing.", "runs"))
    return worries


def _worries_of_sites(
    visits: VisitCensus, alarms: Sequence[Alarm], watched: int, dead: Sequence[str], silent: Sequence[str]
) -> list[Worry]:
    worries, total = [], len(visits.sites)
    alarmed = {alarm.site for alarm in alarms}
    if alarmed:
        most = 2 * len(alarmed) > total
        told = f"{_count(len(alarms), 'alarm')} {'is' if len(alarms) == 1 else 'are'} open"
        worries.append(Worry(f"{told}, on {len(alarmed)} of {_count(total, 'site')}.", "alarms", grave=most))
    if dead:
        worries.append(Worry(f"{_count(len(dead), 'source')} died: {_list(dead)}.", "alarms"))
    if silent:
        told = f"No article for {SILENT_DAYS} days, though asked: {_list(silent)}."
        worries.append(Worry(told, "coverage", grave=2 * len(silent) > total))
    if total and watched < total:
        told = f"The health of {total - watched} of {_count(total, 'site')} is not known, so no alarm can tell of them."
        worries.append(Worry(told, "alarms"))
    return worries


def _worries_of_rows(visits: VisitCensus, rows: RowCensus) -> list[Worry]:
    worries, total = [], int(visits.visits.sum())
    idle = int((visits.visits.sum(axis=0) == 0).sum()) if visits.sites else 0
    if idle:
        told = f"On {idle} of {_count(len(visits.days), 'day')} nothing was asked of any site."
        worries.append(Worry(told, "coverage"))
    if total and visits.count("skip") > MUCH_SKIPPED * total:
        worries.append(Worry(f"{visits.count('skip') / total:.0%} of all visits were skipped.", "skipped"))
    if suspects := sum(rows.suspects.values()):
        told = f"{_count(suspects, 'row')} {'is' if suspects == 1 else 'are'} marked as suspect: filter by that column."
        worries.append(Worry(told, "examples"))
    return worries


def _silent(visits: VisitCensus) -> list[str]:
    """Give the sites that are asked for long enough, were asked lately, and gave nothing."""
    lately = visits.visits[:, -SILENT_DAYS:]
    known = visits.visits[:, :-SILENT_DAYS].sum(axis=1) > 0
    nothing = visits.outcomes["article"][:, -SILENT_DAYS:].sum(axis=1) == 0
    return [visits.sites[n] for n in np.flatnonzero(known & (lately.sum(axis=1) > 0) & nothing)]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown
