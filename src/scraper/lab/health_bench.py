"""Health bench: how soon planted breaks are found, and how often a normal year alarms: `make bench-health`.

A module of its own, because it sets what the alarms are worth: every threshold of report.health was chosen on the
histories it draws, with other seeds.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass

from scraper.lab.histories import START, Break, BreakKind, Site
from scraper.report.health import take_in
from scraper.report.health_alarm import Family
from scraper.report.health_rhythm import DAY_S, HOUR_S
from scraper.report.health_site import Health

SIZES = {1: 16, 3: 16, 10: 12, 30: 8, 100: 4, 300: 2}
"""Articles a day -> sites of that size that are drawn."""

KNOWN_DAYS = {1: 120, 3: 90, 10: 60, 30: 45, 100: 30, 300: 30}
"""Articles a day -> days of history before a break of pages."""

VOLUME_DAYS = 100
"""Before one of volume."""

FILLED = 0.75
"""A field must be filled by so many articles for its loss to be planted."""

SEED = 7000
FAMILIES: dict[BreakKind, Family] = {
    "field": "layout",
    "redesign": "layout",
    "silent_redesign": "layout",
    "short_text": "layout",
    "paywall": "paywall",
    "challenge": "challenge",
    "failing": "volume",
    "dead": "volume",
    "halved": "volume",
}


@dataclass(frozen=True, slots=True)
class Found:
    """How a planted break was found.

    Args:
        articles: That had come since the break, the one that gave the alarm included; None where none did.
        hours: Since the break.
        off_h: Hours between the first broken page and the one that the alarm names.
    """

    articles: int | None
    hours: float = 0.0
    off_h: float = 0.0


def live(seed: int, a_day: float, days: int = 365) -> Counter[str]:
    """Live through a year without a break; give the alarms by kind, those of the year's last week as "end of year"."""
    health, alarms = Health("site"), Counter[str]()
    for batch in Site(seed, a_day).batches(days):
        for alarm in take_in(health, batch.sightings).opened:
            late = (alarm.opened_at - START) / DAY_S >= 357 and alarm.kind in ("volume_halved", "dead_feed")
            alarms["end of year" if late else alarm.kind] += 1
    return alarms


def find(seed: int, a_day: int, kind: BreakKind) -> Found | None:
    """Plant a break and wait for its alarm; None where one of its family was open before."""
    field, day = "", VOLUME_DAYS if FAMILIES[kind] == "volume" else KNOWN_DAYS[a_day]
    if kind == "field":
        filled = [name for name, share in Site(seed, a_day).fill_rates().items() if share >= FILLED]
        field = filled[seed % len(filled)]
    start = START + day * DAY_S
    health, since, first_bad = Health("site"), 0, start
    for batch in Site(seed, a_day, Break(kind, day, field)).batches(day + (80 if a_day <= 3 else 30)):
        take_in(health, batch.sightings)
        alarm = health.alarms.get(FAMILIES[kind])
        if alarm and alarm.opened_at < start:
            if batch.at >= start:
                return None
            continue
        new = [each.place.at for each in batch.sightings if each.new and each.place.at >= start]
        if new and not since and not kind.startswith(("dead", "fail")):
            first_bad = new[0]
        if alarm:
            since += sum(at <= alarm.opened_at for at in new)
            return Found(since, (alarm.opened_at - start) / HOUR_S, (alarm.first_bad.at - first_bad) / HOUR_S)
        since += len(new)
    return Found(None)


def main(arguments: list[str]) -> None:
    """Print both tables; with a number, of so many times as many sites."""
    times = int(arguments[0]) if arguments else 1
    print("false alarms of a year, by site size; 'end of year' is the lean week, told as it is")
    for a_day, sites in SIZES.items():
        years = [live(SEED + seed, a_day) for seed in range(sites * times)]
        total: Counter[str] = sum(years, Counter())
        false = [sum(count for kind, count in year.items() if kind != "end of year") for year in years]
        mean, kinds = sum(false) / len(years), ", ".join(f"{kind} {count}" for kind, count in total.most_common())
        print(f"{a_day:4} a day, {len(years):3} sites: {mean:.2f} a site, most {max(false)}  ({kinds or 'none'})")
    print("\nbreaks: found / planted, articles until then (median, most), hours (median, most), |first page off|, h")
    for kind in FAMILIES:
        for a_day, sites in SIZES.items():
            found = [one for seed in range(sites * times) if (one := find(SEED + seed, a_day, kind))]
            print(_line(kind, a_day, found))


def _line(kind: str, a_day: int, found: list[Found]) -> str:
    told = [one for one in found if one.articles is not None]
    if not told:
        return f"{kind:16} {a_day:4} a day: 0 / {len(found)}"
    columns = (
        sorted(one.articles or 0 for one in told),
        sorted(round(one.hours) for one in told),
        sorted(round(abs(one.off_h)) for one in told),
    )
    texts = (f"{column[len(column) // 2]:4} {column[-1]:4}" for column in columns)
    return f"{kind:16} {a_day:4} a day: {len(told):2} / {len(found):2}   " + "   ".join(texts)


if __name__ == "__main__":
    main(sys.argv[1:])
