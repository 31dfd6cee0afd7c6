"""Volume bench: how often the volume of whole corpora alarms in a year without a break, and how soon with one.

A module beside the health bench, because a site is judged by what the others of its corpus bring: they must be lived
through together. Pages are counted and not looked at, which makes hundreds of years of sites a matter of minutes.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scraper.lab.histories import START, Break, Site
from scraper.report.health_alarm import Alarm
from scraper.report.health_listings import take_listings, tell_days
from scraper.report.health_rates import Place
from scraper.report.health_rhythm import DAY_S, HOUR_S
from scraper.report.health_signs import Sighting
from scraper.report.health_site import Health
from scraper.report.health_tides import DAYS, Tides

SIZES = (1, 3, 10, 30, 100, 300)
"""Articles a day."""

OF_EACH, COUNTRIES = 4, 2
"""Sites of each size in a corpus, and countries they are of."""

KNOWN_DAYS = 100
WAITED_DAYS = 30
SEED = 500_000
END_OF_YEAR = START + 357 * DAY_S
VolumeBreak = Literal["dead", "halved"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A run's look at a site: when, and how many new articles it saw; None where all listings failed."""

    at: float
    site: str
    new: int | None


def live_together(seed: int, days: int = 365, *, alone: bool = False) -> dict[int, list[list[Alarm]]]:
    """Live through a year of a corpus without a break.

    Args:
        seed: Of the corpus.
        days: Instead of a year.
        alone: True: no site is told of the others.

    Returns:
        Articles a day -> the alarms of each site.
    """
    numbers = [(size, number) for size in SIZES for number in range(OF_EACH)]
    healths = {f"{size}-{number}": Health(f"{size}-{number}") for size, number in numbers}
    visits: list[Visit] = []
    for place, (size, number) in enumerate(numbers):
        site = Site(seed * 1000 + place, size, country=seed * 10 + number % COUNTRIES)
        visits += [Visit(at, f"{size}-{number}", new) for at, new in site.counts(days)]
    alarms, tides, today = defaultdict[str, list[Alarm]](list), Tides({}), 0
    for visit in sorted(visits, key=lambda each: (each.at, each.site)):
        if (day := int(visit.at // DAY_S)) != today:
            today = day
            tides.forget(day - DAYS)
        alarms[visit.site] += take(healths[visit.site], visit, None if alone else tides)
    return {size: [alarms[f"{size}-{number}"] for number in range(OF_EACH)] for size in SIZES}


def take(health: Health, visit: Visit, tides: Tides | None) -> list[Alarm]:
    """Take a visit in as a run does, without its pages; give the alarms that begin."""
    listing = Sighting(Place(visit.at, "", ""), listing=True, reason="http_503" if visit.new is None else None)
    seen = [listing, *[Sighting(Place(visit.at, "", ""), listing=False, new=True)] * (visit.new or 0)]
    if tides:
        tides.note(visit.site, tell_days(health, seen))
    opened: list[Alarm] = []
    take_listings(health, [listing], seen, opened, [], tides.lean(visit.site) if tides else {})
    return opened


def wait(seed: int, size: int, kind: VolumeBreak, *, alone: bool) -> float | None:
    """Plant a break at any hour of a day, and give the hours until its alarm; inf where none came in a month.

    None where another alarm was open at the time. The others of the corpus, where there are some, have a usual time.
    """
    day = KNOWN_DAYS + float(np.random.default_rng(seed).random())
    start, health = START + day * DAY_S, Health("site")
    others = Tides({} if alone else {(str(each), 0): -20.0 for each in range(20)})
    usual = others.lean("site").get(0)
    for at, new in Site(seed, size, Break(kind, day)).counts(int(day) + WAITED_DAYS):
        listing = Sighting(Place(at, "", ""), listing=True, reason="http_503" if new is None else None)
        seen = [listing, *[Sighting(Place(at, "", ""), listing=False, new=True)] * (new or 0)]
        today = int(at // DAY_S)
        take_listings(health, [listing], seen, [], [], {today + n: usual for n in (-2, -1, 0, 1)} if usual else {})
        if at >= start and (alarm := health.alarms.get("volume")):
            return (at - start) / HOUR_S if alarm.opened_at >= start else None
    return float("inf")


def summarize(years: Iterable[list[Alarm]]) -> str:
    """Tell how many alarms a site and year has: mean, share of years with two and more, by kind."""
    told = list(years)
    late = sum(alarm.opened_at >= END_OF_YEAR for year in told for alarm in year)
    kinds = Counter(alarm.kind for year in told for alarm in year)
    more = sum(len(year) > 1 for year in told) / len(told)
    return (
        f"{len(told):4} years: {sum(kinds.values()) / len(told):.2f} a site, {more:.0%} have two or more "
        f"(in the last week of the year {late}; {', '.join(f'{kind} {count}' for kind, count in kinds.most_common())})"
    )


def describe(hours: Iterable[float | None]) -> str:
    """Tell the delays: median, nine of ten, within one day and two, never."""
    known = sorted(each for each in hours if each is not None)
    share = [sum(each <= most for each in known) / len(known) for most in (24, 48)]
    middle, most = known[len(known) // 2], known[int(len(known) * 0.9)]
    return (
        f"{len(known):3} planted: median {middle:4.0f} h, nine of ten {most:4.0f} h, within a day {share[0]:.0%}, "
        f"two days {share[1]:.0%}, not in {WAITED_DAYS} days {sum(each == float('inf') for each in known)}"
    )


def lines(corpora: int) -> Iterator[str]:
    """Give the lines of both tables, for so many corpora and eight times as many breaks of each kind and size."""
    for alone in (False, True):
        yield f"false alarms of volume in a year, {'each site alone' if alone else 'sites of one corpus'}"
        together = [
            live_together(SEED + seed, alone=alone) for seed in range(corpora if not alone else corpora // 3 or 1)
        ]
        for size in SIZES:
            yield f"{size:4} a day, {summarize(year for corpus in together for year in corpus[size])}"
    for kind in ("dead", "halved"):
        for alone in (False, True):
            for size in SIZES:
                hours = [wait(SEED + seed, size, kind, alone=alone) for seed in range(corpora * 2)]
                yield f"{kind:7} {'alone ' if alone else 'corpus'} {size:4} a day, {describe(hours)}"


if __name__ == "__main__":
    for line in lines(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
        print(line, flush=True)
