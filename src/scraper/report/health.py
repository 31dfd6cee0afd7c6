"""Health: what is normal for a site, learned from its own history, and the alarms when it no longer is.

A module of its own, because it is a pure function of what was seen: no clock, no files. Whoever keeps the history hands
in the visits in the order of their time, segment by segment, and gets the alarms that begin and end with them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from scraper.report.health_alarm import FAMILIES, SIGN_KINDS, Alarm
from scraper.report.health_listings import take_listings
from scraper.report.health_rates import Rate, Suspicion, forget, observe
from scraper.report.health_rhythm import NOBODY_ASKED
from scraper.report.health_rhythm import forget as forget_rhythm
from scraper.report.health_signs import BINS, Sighting, signs_of, tell_cut
from scraper.report.health_site import Health, Shown

FALSE_ALARMS = 0.03
"""Of a site and year, for which the thresholds are set where pages were drawn by lot; real ones come in streaks, so
that there are more."""

WEAK = {"paywall": 3.0, "short_text": 3.0}
"""Likewise for signs of which a page tells little where many show them anyway, but that come in no streaks: they have
fewer than they are set for. Chosen on lab.histories, so that 20 articles are enough where three of ten were closed."""

LEAST_PAGES = 2000.0
"""Pages a year that thresholds are set for at least, as streaks of one desk are as long on a small site. Chosen on
lab.histories."""

RATE_TESTS = 18 * 2
"""Signs, with two sums each: what the false alarms are shared by."""

RECENT = 48
"""Articles whose signs are remembered, so that those from the first bad one on can be marked."""

OUTAGE_SITES, OUTAGE_SHARE = 3, 0.5
"""Where the listings of so many sites fail at once, and of this share, it is our network that fails and not they."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch of visits changed.

    Args:
        opened: Alarms that began with it, also where they are over already.
        closed: Alarms that ended with it.
        suspects: Articles that show a sign of an alarm, from its first page on, with those signs: of this batch, and
            of earlier ones where an alarm has just begun.
    """

    opened: tuple[Alarm, ...]
    closed: tuple[Alarm, ...]
    suspects: tuple[Shown, ...]


def take_in(
    health: Health,
    sightings: Iterable[Sighting],
    *,
    segment: str = "",
    outage: bool = False,
    lean: Mapping[int, float] = NOBODY_ASKED,
) -> Change:
    """Take in the visits of one site in one segment.

    Args:
        health: Of the site; changed in place.
        sightings: Any order: they are taken in that of their time. Those before the last one known are left out.
        segment: Its name.
        outage: True where so many sites failed at once that it is our network.
        lean: Number of a day -> probability that it is lean for all, such as a holiday, as other sites tell it.
    """
    opened: list[Alarm] = []
    closed: list[Alarm] = []
    suspects: dict[str, Shown] = {}
    known_until = health.last or 0.0
    ordered = sorted(
        (each for each in sightings if each.place.at >= known_until), key=lambda each: (each.place.at, each.place.url)
    )
    for each in ordered:
        health.since, health.last = health.since or each.place.at, each.place.at
        if each.listing or not each.new or each.network:
            continue
        before = {family: len(alarm.signs) for family, alarm in health.alarms.items()}
        signs = _take_page(health, each, opened, closed)
        if each.traits and signs:
            health.recent = [*health.recent[1 - RECENT :], Shown(each.place.at, each.place.record, segment, signs)]
        for family, alarm in health.alarms.items():
            more = len(alarm.signs) > before.get(family, 0)  # then earlier pages are suspect too
            for shown in health.recent if more else health.recent[-1:]:
                if told := _signs_of(alarm, shown):
                    known = suspects[shown.record].signs if shown.record in suspects else ()
                    suspects[shown.record] = replace(shown, signs=tuple(dict.fromkeys(known + told)))
    if not outage:
        take_listings(health, [each for each in ordered if each.listing], ordered, opened, closed, lean)
    return Change(tuple(opened), tuple(closed), tuple(suspects.values()))


def _signs_of(alarm: Alarm, shown: Shown) -> tuple[str, ...]:
    return tuple(sign for sign in shown.signs if sign in alarm.signs and shown.at >= alarm.first_bad.at)


def accept(health: Health, now: float) -> list[Alarm]:
    """Take what is now for normal: end the open alarms of a site and learn their signs anew."""
    ended = list(health.alarms.values())
    for alarm in ended:
        alarm.closed_at = alarm.accepted_at = now
        for sign in alarm.signs:
            if sign in health.rates:
                forget(health.rates[sign])
            if sign in ("short_text", "long_text"):
                health.measures.lengths = [0.0] * BINS
            if sign == "much_removed":
                health.measures.removed = [0.0] * BINS
            if sign == "new_layout":
                for template in health.measures.templates:
                    template.trusted = True
        if FAMILIES[alarm.kind] == "volume":
            forget_rhythm(health.rhythm)
            health.failing, health.dead = None, False
    health.alarms.clear()
    return ended


def is_outage(failed: int, asked: int) -> bool:
    """Tell whether it is our network that fails: of the sites asked these failed without an answer."""
    return failed >= OUTAGE_SITES and failed >= OUTAGE_SHARE * asked


def page_threshold(health: Health, sign: str) -> float:
    """Give the log-odds that an alarm on a sign takes: more where more pages are looked at in a year."""
    a_year = max(LEAST_PAGES, health.rhythm.a_day * 365)
    return math.log(a_year * RATE_TESTS / WEAK.get(sign, FALSE_ALARMS))


def _take_page(health: Health, each: Sighting, opened: list[Alarm], closed: list[Alarm]) -> tuple[str, ...]:
    health.pages += 1
    gains = {"short_text": tell_cut(health.measures, each.traits.chars)} if each.traits else {}
    signs = signs_of(health.measures, each, learning="layout" not in health.alarms)
    if each.traits:
        health.last_article = each.place
    for sign, shown in signs.items():
        rate = health.rates.setdefault(sign, Rate())
        was = rate.alarmed
        threshold = page_threshold(health, sign)
        found = observe(rate, each.place, threshold, bad=shown, gains=gains.get(sign, ()))
        if found:
            _raise(health, sign, found, each.place.at, opened)
        alarm = health.alarms.get(FAMILIES[SIGN_KINDS[sign]])
        if alarm and sign in alarm.signs and shown:
            alarm.last_seen = each.place.at
        if was and not rate.alarmed:
            _calm(health, sign, each.place.at, closed)
    return tuple(sign for sign, shown in signs.items() if shown)


def _raise(health: Health, sign: str, found: Suspicion, at: float, opened: list[Alarm]) -> None:
    kind = SIGN_KINDS[sign]
    known = health.alarms.get(FAMILIES[kind])
    if known is None:
        alarm = Alarm(
            health.site, kind, [sign], at, found.since, found.bad, found.seen, found.usual, found.strength, at
        )
        health.alarms[FAMILIES[kind]] = alarm
        opened.append(alarm)
        return
    if sign not in known.signs:
        known.signs.append(sign)
    known.first_bad = min(known.first_bad, found.since, key=lambda place: place.at)
    grave = list(FAMILIES)
    known.kind = min(known.kind, kind, key=grave.index)
    known.strength = max(known.strength, found.strength)


def _calm(health: Health, sign: str, at: float, closed: list[Alarm]) -> None:
    """End an alarm once none of its signs is shown more than usual."""
    family = FAMILIES[SIGN_KINDS[sign]]
    alarm = health.alarms.get(family)
    if alarm and not any(health.rates[each].alarmed for each in alarm.signs):
        alarm.closed_at = at
        closed.append(health.alarms.pop(family))
