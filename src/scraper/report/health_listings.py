"""Listings: the alarms on how much a site brings: all its listings fail, or bring nothing new, or half as much.

A module of its own, because volume is a matter of time, and what pages show one of pages.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from scraper.report.health_alarm import Alarm, AlarmKind
from scraper.report.health_lack import DEAD, HALVED, Lack
from scraper.report.health_rates import Place
from scraper.report.health_rhythm import NOBODY_ASKED, look_ahead, watch
from scraper.report.health_signs import Sighting
from scraper.report.health_site import Health

FALSE_GAPS, FALSE_LEAN = 0.4, 1.35
"""False alarms of a site and year for which the thresholds of none and of half the volume are set. Those there are stay
below, because a sum begins anew less often than these count: see the Health section of docs/operations.md."""

SLOW = 20.0
"""Articles a day below which the sums move so slowly that a year holds fewer tries. Chosen on lab.histories."""

FAILING_S, FAILING_VISITS = 6 * 3600.0, 2
"""A feed is dead once all listings have failed for so long, this often, and PATIENCE times longer than ever before.
Source: a failed listing is asked for again after 1 h and 6 h, so that the first day brings three."""

PATIENCE = 1.5


def volume_thresholds(health: Health) -> dict[str, float]:
    """Give the log-odds that an alarm on the volume takes: a gap may begin with every article, a lean time each day."""
    a_day = health.rhythm.a_day
    tries = 365 / math.sqrt(1 + SLOW / max(a_day, 1.0))
    return {DEAD: math.log(max(365.0, a_day * 365) / FALSE_GAPS), HALVED: math.log(tries / FALSE_LEAN)}


def take_listings(
    health: Health,
    listings: list[Sighting],
    ordered: list[Sighting],
    opened: list[Alarm],
    closed: list[Alarm],
    lean: Mapping[int, float] = NOBODY_ASKED,
) -> None:
    """Take in the visits of listings in one segment.

    Args:
        health: Of the site; changed in place.
        listings: In the order of their time.
        ordered: All visits of the site in the segment, likewise.
        opened: Gets the alarm that begins.
        closed: Gets the alarm that ends.
        lean: Number of a day -> probability that it is lean for all.
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
    new = [each for each in ordered if each.new and not each.listing]
    lack = watch(health.rhythm, until, len(new), volume_thresholds(health), lean)
    if lack:
        _raise_lack(health, lack, new, until, opened)
    if "volume" in health.alarms:
        if health.rhythm.short:
            health.alarms["volume"].last_seen = until
        else:
            _close_volume(health, until, closed)
    if new:
        health.last_article = new[-1].place


def tell_days(health: Health, sightings: Iterable[Sighting]) -> dict[int, float]:
    """Tell how a site's last days look with visits that are about to be taken in, for the other sites.

    Returns:
        Number of a day -> log-odds that it is lean.
    """
    known_until = health.last or 0.0
    fresh = [each for each in sightings if each.place.at >= known_until]
    came = [each.place.at for each in fresh if each.listing and each.reason is None]
    new = sum(each.new and not each.listing for each in fresh)
    return look_ahead(health.rhythm, max(came), new) if came else {}


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
        for test in health.rhythm.shortages.values():
            test.restart()
            test.alarmed = False
        closed.append(alarm)
