"""Lack: a volume that has become too low, and the tests that find it: nothing comes any more, or half as much.

A module beside the rhythm, which knows what is to be expected: here is only what came beside it. Both tests look with
every visit of the listings. That nothing comes may begin with every article. For half of it whole days are compared, as
an hour tells little, from each quarter of a day on, because a break may come at noon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scraper.report.health_shortage import MOODY, Part, Shortage, add, judge, weigh
from scraper.report.health_tides import BEFORE

_DAY_S = 86_400.0
HOURS_VARY = 3.0
"""How many times that much parts of a day vary. Source: lab.histories."""

DEAD, HALVED = "dead_feed", "volume_halved"
LEFT_DEAD, LEFT_HALVED = 0.02, 0.5
"""Shares of the usual volume that are tested against."""

QUARTERS = {HALVED: 0.0, f"{HALVED}_6": 0.25, f"{HALVED}_12": 0.5, f"{HALVED}_18": 0.75}
"""Test of half the volume -> when its days begin, as a share of the day: a break may come at noon."""

ENOUGH = 0.5
"""Share of a day's articles that must be expected before it is judged."""

SILENCE_S = 6 * 3600.0
"""No feed is dead that brought something within this, however busy: a cache may be stuck."""

Piece = tuple[float, float, float, float]
"""A time of an hour at most: begin, end, articles, and articles that were to be expected."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A volume that has become too low.

    Args:
        test: DEAD or HALVED.
        since: When it began, in seconds since 1970.
        found: Articles since then.
        wanted: Articles to be expected since then.
        strength: Evidence as a multiple of what it takes.
    """

    test: str
    since: float
    found: float
    wanted: float
    strength: float


def judge_volume(
    tests: dict[str, Shortage],
    pieces: list[Piece],
    usual: Callable[[int], float],
    varies: float,
    thresholds: Mapping[str, float],
    lean: Mapping[int, float],
) -> Lack | None:
    """Take in what came between two visits of the listings.

    Args:
        tests: DEAD and those of QUARTERS -> its sum; changed in place.
        pieces: What came, in the order of time.
        usual: Gives for the number of a day the articles of a usual one.
        varies: Variance of days beyond chance, as a share of the square of their mean.
        thresholds: DEAD and HALVED -> log-odds that an alarm takes on a site without a past.
        lean: Number of a day -> probability that it is lean for all.

    Returns:
        The lack that has just become an alarm.
    """
    lack = _judge_silence(tests.setdefault(DEAD, Shortage()), pieces, varies, thresholds[DEAD], lean)
    for name, offset in QUARTERS.items():
        test = tests.setdefault(name, Shortage())
        if any(each.alarmed for each in tests.values()) and not test.alarmed:
            test.restart()
            continue
        lack = _judge_half(test, pieces, offset, usual, varies, thresholds[HALVED], lean) or lack
    return lack


def _judge_silence(
    test: Shortage, pieces: list[Piece], varies: float, threshold: float, lean: Mapping[int, float]
) -> Lack | None:
    def tell(part: Part) -> float:
        number, found, wanted = part
        return weigh(found, wanted, LEFT_DEAD, HOURS_VARY * varies, lean.get(number, BEFORE))

    for begin, _, found, wanted in pieces:
        add(test, int(begin // _DAY_S), begin, found, wanted, tell)
    if not test.alarmed and test.value + tell(test.part) <= 0:
        test.restart()
    end = pieces[-1][1]
    if not test.alarmed and end - (test.since or end) < SILENCE_S:
        return None
    return _judge(test, DEAD, pieces, threshold, tell(test.part))


def _judge_half(
    test: Shortage,
    pieces: list[Piece],
    offset: float,
    usual: Callable[[int], float],
    varies: float,
    threshold: float,
    lean: Mapping[int, float],
) -> Lack | None:
    def tell(part: Part) -> float:
        number, found, wanted = part
        likely = lean.get(number, BEFORE)
        if offset:
            likely = max(likely, lean.get(number + 1, likely))
        told = weigh(found, wanted, LEFT_HALVED, varies, likely)
        further = test.value > 0 and told > 0 and not test.alarmed
        return told * (1 - MOODY * varies / (varies + 1 / wanted)) if further else told

    for begin, _, found, wanted in pieces:
        add(test, int(begin // _DAY_S - (begin % _DAY_S < offset * _DAY_S)), begin, found, wanted, tell)
    number, _, expected = test.part
    if expected < ENOUGH * ((1 - offset) * usual(number) + offset * usual(number + 1)):
        return None
    return _judge(test, HALVED, pieces, threshold, tell(test.part))


def _judge(test: Shortage, kind: str, pieces: list[Piece], threshold: float, gain: float) -> Lack | None:
    since, found, wanted = test.since or pieces[0][0], test.found, test.wanted
    strength = judge(test, threshold, gain)
    return Lack(kind, since, found, wanted, strength / threshold) if strength else None
