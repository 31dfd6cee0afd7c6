"""Listings: the alarms on how much a site brings: all its listings fail, or bring nothing new, or half as much.

A module of its own, because volume is a matter of time, and what pages show one of pages.
"""

from __future__ import annotations

import math

from scraper.report.health_alarm import Alarm, AlarmKind
from scraper.report.health_rates import Place
from scraper.report.health_rhythm import DEAD, HALVED, Lack, Shortage, watch
from scraper.report.health_signs import Sighting
from scraper.report.health_site import Health

FALSE_GAPS, FALSE_LEAN = 0.1, 0.3
"""False alarms of a site and year for which the thresholds of none and of half the volume are set: the days of the end
of a year are lean by as much, whatever it is."""

FAILING_S, FAILING_VISITS = 6 * 3600.0, 2
"""A feed is dead once all listings have failed for so long, this often, and PATIENCE times longer than ever before.
Source: a failed listing is asked for again after 1 h and 6 h, so that the first day brings three."""

PATIENCE = 1.5


def volume_thresholds(health: Health) -> dict[str, float]:
    """Likewise for volume: a gap may begin with every article, a lean time with every day."""
    a_year = max(365.0, health.rhythm.a_day * 365)
    return {DEAD: math.log(a_year / FALSE_GAPS), HALVED: math.log(365 / FALSE_LEAN)}


def take_listings(
    health: Health, listings: list[Sighting], ordered: list[Sighting], opened: list[Alarm], closed: list[Alarm]
) -> None:
    """Take in the visits of listings in one segment.

    Args:
        health: Of the site; changed in place.
        listings: In the order of their time.
        ordered: All visits of the site in the segment, likewise.
        opened: Gets the alarm that begins.
        closed: Gets the alarm that ends.
    """
    if not listings:
        return
    came = [each for each in listings if each.reason is None]
    if not came:
        _note_failure(health, listings, opened)
        return
    until = came[-1].place.at
    if health.failing:
        health.longest_failure_s = max(health.longest_failure_s, until - health.failing[0])
        health.failing = None
    if health.dead:
        health.dead = False
        _close_volume(health, until, closed)
    was = any(test.alarmed for test in health.rhythm.tests.values())
    new = [each for each in ordered if each.new and not each.listing]
    lack = watch(health.rhythm, until, len(new), volume_thresholds(health))
    if lack:
        _raise_lack(health, lack, new, until, opened)
    if "volume" in health.alarms:
        if not any(test.alarmed for test in health.rhythm.tests.values()):
            if was:
                _close_volume(health, until, closed)
        else:
            health.alarms["volume"].last_seen = until
    if new:
        health.last_article = new[-1].place


def _note_failure(health: Health, listings: list[Sighting], opened: list[Alarm]) -> None:
    first, last = listings[0].place, listings[-1].place
    since, visits = health.failing or (first.at, 0)
    health.failing = (since, visits + 1)
    took = last.at - since
    if health.dead:
        health.alarms["volume"].last_seen = last.at
    elif (
        visits + 1 >= FAILING_VISITS
        and took >= max(FAILING_S, PATIENCE * health.longest_failure_s)
        and health.rhythm.watched_until is not None
    ):
        health.dead = True
        known = health.alarms.get("volume")
        if known:
            known.kind = "dead_feed"
            return
        a_day = health.rhythm.a_day
        first = Place(since, first.url, first.record)
        alarm = Alarm(
            health.site, "dead_feed", ["failing"], last.at, first, 0, visits + 1, a_day, took / FAILING_S, last.at
        )
        health.alarms["volume"] = alarm
        opened.append(alarm)


def _raise_lack(health: Health, lack: Lack, new: list[Sighting], until: float, opened: list[Alarm]) -> None:
    kind: AlarmKind = "dead_feed" if lack.test == DEAD else "volume_halved"
    known = health.alarms.get("volume")
    if known:
        known.kind = "dead_feed" if "dead_feed" in (known.kind, kind) else kind
        known.signs.append(kind)
        return
    last = health.last_article or Place(lack.since, "", "")
    alarm = Alarm(
        health.site,
        kind,
        [kind],
        until,
        last if last.at <= lack.since else Place(lack.since, last.url, last.record),
        lack.found,
        lack.wanted,
        health.rhythm.a_day,
        lack.strength,
        until,
    )
    health.alarms["volume"] = alarm
    opened.append(alarm)


def _close_volume(health: Health, at: float, closed: list[Alarm]) -> None:
    alarm = health.alarms.pop("volume", None)
    if alarm:
        alarm.closed_at = at
        for name in health.rhythm.tests:
            health.rhythm.tests[name] = Shortage(passed=health.rhythm.tests[name].passed)
        closed.append(alarm)
