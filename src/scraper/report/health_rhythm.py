"""Rhythm: how many new articles a site brings by weekday and hour, and the tests that it brings half, or none.

A module of its own, because volume is counted over time that was watched, not over pages: an hour in which no listing
was asked for, because the machine was off, is no hour without news. Counts vary more than chance allows, by how much is
learned from the site's own days. That it brings none is tested with every visit of its listings, that it brings half
with every day that is over: one lean day is a holiday, so that no day may tell more than a part of what an alarm takes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

HOUR_S, DAY_S = 3600.0, 86_400.0
WEEKS = 8.0
"""Weeks after which what was learned of a weekday counts a third."""

DAYS = 42.0
"""Likewise days, for the hours and for how much days vary."""

LEARNING_DAYS = 14.0
"""Watched days that must be known before the volume is tested: two of each weekday."""

VARIATION = 0.2
"""Standard deviation of a day's count beyond chance, as a share of it, assumed until days are known.
Source: lab.histories."""

PRIOR_DAYS = 14.0
"""Days that the assumed variation counts as."""

DEAD, HALVED = "dead_feed", "volume_halved"
LEFT_DEAD, LEFT_HALVED = 0.02, 0.5
"""Shares of the usual volume that are tested against."""

DAYS_TO_TELL = 2.5
"""A day's evidence for or against half the volume is cut where this many would be enough: holidays are lean by as much,
one or two at a time, and events are no recovery. Chosen on lab.histories."""

SLACK = 0.9
"""Share of the usual volume that counts as usual, because summers are lean. Source: lab.histories: with 1 in place of
0.92, 14 sites of 30 to 100 articles a day have 1.4 times as many false alarms of volume a year."""

PAUSE = 3.0
"""An interval without a listing counts as a pause, in which nothing is watched, from so many times the usual one."""

SHORTEST_PAUSE_S = 2 * HOUR_S
MARGIN = 1.35
MOST_PATIENT = 2.5
MAX_SURPRISE, CUT = 2.0, 0.77
"""Standard deviations that a day can be off for learning, as one day of a great event is no measure of days, and what
cutting normal surprises there leaves of their square."""


@dataclass(slots=True)
class Shortage:
    """The cumulative sum of one test.

    Args:
        value: Log-odds.
        peak: The highest it was since it was last zero.
        since: When that was, in seconds since 1970.
        found: Articles since then.
        wanted: Articles that were to be expected since then.
        passed: The highest value that has passed by itself.
        alarmed: True until the volume is back.
        back: Evidence that it is.
    """

    value: float = 0.0
    peak: float = 0.0
    since: float | None = None
    found: float = 0.0
    wanted: float = 0.0
    passed: float = 0.0
    alarmed: bool = False
    back: float = 0.0


@dataclass(slots=True)
class Rhythm:
    """What is known of one site's volume. Times are seconds since 1970, days and hours those of UTC.

    Args:
        watched_until: The last time a listing came through.
        usual_s: (sum of squares, sum) of the seconds between these, older ones counting less.
        days: Per weekday, Monday first: (articles, watched days), older ones counting less.
        hours: Per hour of the day: (articles, watched hours).
        today: Number of the day that is being counted, with articles and expected articles.
        noise: (sum of squared surprises, days), for how much more than chance days vary.
        watched_days: All in all.
        tests: DEAD and HALVED -> its sum.
    """

    watched_until: float | None = None
    usual_s: tuple[float, float] = (0.0, 0.0)
    days: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)] * 7)
    hours: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)] * 24)
    today: tuple[int, float, float] = (-1, 0.0, 0.0)
    noise: tuple[float, float] = (0.0, 0.0)
    watched_days: float = 0.0
    tests: dict[str, Shortage] = field(default_factory=lambda: {name: Shortage() for name in (DEAD, HALVED)})

    @property
    def ready(self) -> bool:
        """True once enough is known to test."""
        return self.watched_days >= LEARNING_DAYS

    @property
    def a_day(self) -> float:
        """Articles of a usual day."""
        found, watched = _total(self.days)
        return (found + 0.5) / (watched + 0.5)

    @property
    def spread(self) -> float:
        """How much more than chance days vary: variance of a day's count over its mean, at least 1."""
        assumed = 1 + VARIATION**2 * self.a_day
        squares, days = self.noise
        return max(1.0, (squares / CUT + assumed * PRIOR_DAYS) / (days + PRIOR_DAYS))


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


def watch(rhythm: Rhythm, until: float, new: int, thresholds: dict[str, float]) -> Lack | None:
    """Take in that the listings came through, and how many new articles there were since they last did.

    Args:
        rhythm: Changed in place.
        until: When, in seconds since 1970.
        new: Articles never seen before.
        thresholds: DEAD and HALVED -> log-odds that an alarm takes on a site without a past.

    Returns:
        The lack that has just become an alarm.
    """
    start, rhythm.watched_until = rhythm.watched_until, max(until, rhythm.watched_until or until)
    if start is None or until <= start:
        return None  # what came with the first visit may be of years
    length, (squares, total) = until - start, rhythm.usual_s
    pause = bool(total) and length > max(PAUSE * squares / total, SHORTEST_PAUSE_S)
    kept = math.exp(-min(length, HOUR_S * 24 * 3) / (DAYS * DAY_S))
    rhythm.usual_s = (squares * kept + length**2, total * kept + length)
    if pause:
        return None  # what came meanwhile has left the listings again
    pieces = _cut(start, until)
    wanted = sum(_expect(rhythm, begin, end) for begin, end in pieces)
    lack = None
    if rhythm.ready:
        # Within a day the volume varies less than from day to day: the root stands between. Source: lab.histories.
        gain = new * math.log(LEFT_DEAD) + (1 - LEFT_DEAD) * SLACK * wanted / math.sqrt(rhythm.spread)
        lack = _add_up(rhythm, DEAD, gain, start, new, wanted, thresholds)
    for begin, end in pieces:
        share = (end - begin) / length
        lack = _count(rhythm, begin, end, new * share, wanted * share, thresholds) or lack
    return lack


def expect(rhythm: Rhythm, start: float, end: float) -> float:
    """Give the articles to be expected between two times."""
    return sum(_expect(rhythm, *piece) for piece in _cut(start, end))


def forget(rhythm: Rhythm) -> None:
    """Begin anew: what is now is normal. The hours, and how much days vary, stay."""
    rhythm.days, rhythm.watched_days = [(0.0, 0.0)] * 7, 0.0
    rhythm.tests = {name: Shortage() for name in (DEAD, HALVED)}


def _total(table: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(found for found, _ in table), sum(watched for _, watched in table)


def _cut(start: float, end: float) -> list[tuple[float, float]]:
    """Cut a time at the full hours."""
    cuts = [start]
    while (following := (cuts[-1] // HOUR_S + 1) * HOUR_S) < end:
        cuts.append(following)
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _expect(rhythm: Rhythm, start: float, end: float) -> float:
    day = int(start // DAY_S)
    found, watched = rhythm.days[(day + 3) % 7]
    mean = rhythm.a_day
    of_day = (found + mean / 2) / (watched + 0.5)
    found, watched = rhythm.hours[int(start % DAY_S // HOUR_S)]
    all_found, all_watched = _total(rhythm.hours)
    usual = (all_found + 1) / (all_watched + 24 / (mean + 0.1))
    of_hour = (found + 12 * usual) / (watched + 12) / usual
    return of_day * of_hour * (end - start) / DAY_S


def _add_up(
    rhythm: Rhythm, name: str, gain: float, start: float, new: float, wanted: float, thresholds: dict[str, float]
) -> Lack | None:
    test, threshold = rhythm.tests[name], thresholds[name]
    if test.alarmed:
        test.back = max(0.0, test.back - gain)
        if test.back >= threshold / 2:
            rhythm.tests[name] = Shortage(passed=max(test.passed, test.value))
        return None
    if test.value + gain <= 0:
        rhythm.tests[name] = Shortage(passed=max(test.passed, test.peak))
        return None
    test.since = start if test.since is None else test.since
    test.value, test.found, test.wanted = test.value + gain, test.found + new, test.wanted + wanted
    test.peak = max(test.peak, test.value)
    if test.value < max(threshold, min(MARGIN * test.passed, MOST_PATIENT * threshold)):
        return None
    test.alarmed, test.back = True, 0.0
    return Lack(name, test.since, test.found, test.wanted, test.value / threshold)


def _count(
    rhythm: Rhythm, start: float, end: float, new: float, wanted: float, thresholds: dict[str, float]
) -> Lack | None:
    """Count articles for the day they came on, and learn from them; give the lack that the day before has told."""
    lack, number = None, int(start // DAY_S)
    if number != rhythm.today[0]:
        lack = _close_day(rhythm, thresholds)
        rhythm.today = (number, 0.0, 0.0)
    _, found, expected = rhythm.today
    rhythm.today = (number, found + new, expected + wanted)
    if any(test.alarmed for test in rhythm.tests.values()):
        return lack
    if rhythm.ready and (room := expected + wanted) > 0:
        # Of a day far beyond the usual only so much is learned.
        new = max(0.0, min(new, room + MAX_SURPRISE * math.sqrt(room * rhythm.spread) + 1 - found))
    weekday, hour = (number + 3) % 7, int(start % DAY_S // HOUR_S)
    length = end - start
    _add(rhythm.days, weekday, new, length / DAY_S, WEEKS)
    _add(rhythm.hours, hour, new, length / HOUR_S, DAYS)
    rhythm.watched_days += length / DAY_S
    return lack


def _add(table: list[tuple[float, float]], at: int, new: float, watched: float, memory: float) -> None:
    found, known = table[at]
    kept = math.exp(-watched / memory)
    table[at] = (found * kept + new, known * kept + watched)


def _close_day(rhythm: Rhythm, thresholds: dict[str, float]) -> Lack | None:
    number, found, wanted = rhythm.today
    if not rhythm.ready or wanted <= 0:
        return None
    most = thresholds[HALVED] / DAYS_TO_TELL
    gain = max(-most, min(_halved(found, wanted, rhythm.spread), most))
    lack = _add_up(rhythm, HALVED, gain, number * DAY_S, found, wanted, thresholds)
    if not any(test.alarmed for test in rhythm.tests.values()):
        squares, days = rhythm.noise
        kept = 1 - 1 / DAYS
        surprise = min((found - wanted) ** 2 / wanted, MAX_SURPRISE**2 * rhythm.spread)
        rhythm.noise = (squares * kept + surprise, days * kept + 1)
    return lack


def _halved(found: float, wanted: float, spread: float) -> float:
    """Give the log-odds of half the volume against the usual one: negative binomial, so that days may vary."""
    shape = wanted / max(spread - 1, 1e-6)
    usual, half = SLACK * wanted, LEFT_HALVED * wanted
    return found * math.log(half / usual * (usual + shape) / (half + shape)) + shape * math.log(
        (shape + usual) / (shape + half)
    )
