"""Rhythm: how many new articles a site brings by weekday and hour, and the tests that it brings half, or none.

A module of its own, because volume is counted over time that was watched, not over pages: an hour in which no listing
was asked for, because the machine was off, is no hour without news. Counts vary more than chance allows, by how much is
learned from the site's own days. Both tests look with every visit of the listings. That it brings none may begin with
every article. For half of it whole days are compared, as an hour tells little, from each quarter of a day on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from scraper.report.health_lack import DEAD, LEFT_HALVED, Lack, judge_volume
from scraper.report.health_shortage import Part, Shortage, compare

HOUR_S, DAY_S = 3600.0, 86_400.0
WEEKS = 8.0
"""Weeks after which what was learned of a weekday counts a third."""

DAYS = 42.0
"""Likewise days, for the hours and for how much days vary."""

LEARNING_DAYS = 14.0
"""Watched days that must be known before the volume is tested: two of each weekday."""

VARIANCE, SURE_BY = 0.04, 0.03
"""Variance of a day's count beyond chance, as a share of the square of its mean, assumed until days are known, and the
standard deviation of it among sites. Source: lab.histories."""

LEAST, MOST = 0.005, 0.25
"""Bounds of it: what is learned from few days is no certainty."""

LASTS, FOLLOWS = 0.85, 0.4
"""Share of a lean or rich day's deviation that the next day still has, and of a surprise that is taken for one."""

DOUBT = 1.0
"""Log-odds of half the volume from which a day is no mood, and not followed."""

PAUSE = 3.0
"""An interval without a listing counts as a pause, in which nothing is watched, from so many times the usual one."""

SHORTEST_PAUSE_S = 2 * HOUR_S
MAX_SURPRISE, CUT = 1.5, 0.78
"""Standard deviations that a day can be off for learning, as one day of a great event is no measure of days, and what
cutting normal surprises there leaves of their square."""

NOBODY_ASKED: Mapping[int, float] = {}


@dataclass(slots=True)
class Rhythm:
    """What is known of one site's volume. Times are seconds since 1970, days and hours those of UTC.

    Args:
        watched_until: The last time a listing came through.
        usual_s: (sum of squares, sum) of the seconds between these, older ones counting less.
        days: Per weekday, Monday first: (articles, watched days), older ones counting less.
        hours: Per hour of the day: (articles, watched hours).
        today: The day that is being counted.
        yesterday: The one before.
        learned: Articles of today that were learned from.
        varies: (sum of weighted variances, sum of weights) of days beyond chance, older ones counting less.
        mood: Logarithm of how much more than by weekday and season is to be expected today: lean weeks are no surprise.
        watched_days: All in all.
        shortages: DEAD and those of QUARTERS -> its sum.
    """

    watched_until: float | None = None
    usual_s: tuple[float, float] = (0.0, 0.0)
    days: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)] * 7)
    hours: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)] * 24)
    today: Part = (-1, 0.0, 0.0)
    yesterday: Part = (-1, 0.0, 0.0)
    learned: float = 0.0
    varies: tuple[float, float] = (0.0, 0.0)
    mood: float = 0.0
    watched_days: float = 0.0
    shortages: dict[str, Shortage] = field(default_factory=dict)

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
    def variance(self) -> float:
        """How much more than chance days vary: the variance beyond it, as a share of the square of the mean."""
        told, weights = self.varies
        assumed = 1 / SURE_BY**2
        return min(max((told + VARIANCE * assumed) / (weights + assumed), LEAST), MOST)

    @property
    def short(self) -> bool:
        """True while an alarm on the volume is open."""
        return any(test.alarmed for test in self.shortages.values())


def watch(
    rhythm: Rhythm, until: float, new: int, thresholds: Mapping[str, float], lean: Mapping[int, float] = NOBODY_ASKED
) -> Lack | None:
    """Take in that the listings came through, and how many new articles there were since they last did.

    Args:
        rhythm: Changed in place.
        until: When, in seconds since 1970.
        new: Articles never seen before.
        thresholds: DEAD and HALVED -> log-odds that an alarm takes on a site without a past.
        lean: Number of a day -> probability that it is lean for all, as the other sites tell it.

    Returns:
        The lack that has just become an alarm.
    """
    start, paused = rhythm.watched_until, _pauses(rhythm, until)
    rhythm.watched_until = max(until, start or until)
    if start is None or until <= start:
        return None  # what came with the first visit may be of years
    length, (squares, total) = until - start, rhythm.usual_s
    kept = math.exp(-min(length, HOUR_S * 24 * 3) / (DAYS * DAY_S))
    rhythm.usual_s = (squares * kept + length**2, total * kept + length)
    if paused:
        return None  # what came meanwhile has left the listings again
    cut = _cut(start, until)
    pieces = [
        (begin, end, new * (end - begin) / length, wanted)
        for (begin, end), wanted in zip(cut, _expect(rhythm, cut), strict=True)
    ]
    lack = None
    if rhythm.ready:
        lack = judge_volume(
            rhythm.shortages,
            pieces,
            lambda number: _of_day(rhythm, number, rhythm.a_day),
            rhythm.variance,
            thresholds,
            lean,
        )
    for piece in pieces:
        _count(rhythm, *piece, lean)
    return lack


def look_ahead(rhythm: Rhythm, until: float, new: int) -> dict[int, float]:
    """Tell for the last days, with what is about to be taken in, the log-odds that they are lean; {} where unknown.

    Args:
        rhythm: Not changed.
        until: As watch.
        new: As watch.
    """
    start = rhythm.watched_until
    if start is None or until <= start or not rhythm.ready or rhythm.short or _pauses(rhythm, until):
        return {}
    days = {number: (found, wanted) for number, found, wanted in (rhythm.yesterday, rhythm.today) if wanted}
    cut = _cut(start, until)
    for (begin, end), more in zip(cut, _expect(rhythm, cut), strict=True):
        found, wanted = days.get(int(begin // DAY_S), (0.0, 0.0))
        days[int(begin // DAY_S)] = (found + new * (end - begin) / (until - start), wanted + more)
    return {day: compare(*counts, LEFT_HALVED, rhythm.variance) for day, counts in days.items()}


def expect(rhythm: Rhythm, start: float, end: float) -> float:
    """Give the articles to be expected between two times."""
    return sum(_expect(rhythm, _cut(start, end)))


def forget(rhythm: Rhythm) -> None:
    """Begin anew: what is now is normal. The hours, and how much days vary, stay."""
    rhythm.days, rhythm.watched_days = [(0.0, 0.0)] * 7, 0.0
    rhythm.shortages = {}


def _pauses(rhythm: Rhythm, until: float) -> bool:
    squares, total = rhythm.usual_s
    length = until - (rhythm.watched_until or until)
    return bool(total) and length > max(PAUSE * squares / total, SHORTEST_PAUSE_S)


def _total(table: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(found for found, _ in table), sum(watched for _, watched in table)


def _cut(start: float, end: float) -> list[tuple[float, float]]:
    """Cut a time at the full hours."""
    cuts = [start]
    while (following := (cuts[-1] // HOUR_S + 1) * HOUR_S) < end:
        cuts.append(following)
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _expect(rhythm: Rhythm, pieces: list[tuple[float, float]]) -> list[float]:
    """Give the articles to be expected in each of some times that are no longer than an hour."""
    mean, (all_found, all_watched) = rhythm.a_day, _total(rhythm.hours)
    usual, mood = (all_found + 1) / (all_watched + 24 / (mean + 0.1)), math.exp(rhythm.mood)
    wanted = []
    for start, end in pieces:
        found, watched = rhythm.hours[int(start % DAY_S // HOUR_S)]
        of_hour = (found + 12 * usual) / (watched + 12) / usual
        wanted.append(_of_day(rhythm, int(start // DAY_S), mean) * mood * of_hour * (end - start) / DAY_S)
    return wanted


def _of_day(rhythm: Rhythm, number: int, mean: float) -> float:
    found, watched = rhythm.days[(number + 3) % 7]
    return (found + mean / 2) / (watched + 0.5)


def _count(rhythm: Rhythm, start: float, end: float, new: float, wanted: float, lean: Mapping[int, float]) -> None:
    """Count articles for the day they came on, and learn from them."""
    number = int(start // DAY_S)
    usual = 1 - lean.get(number, 0.0)
    if number != rhythm.today[0]:
        _close_day(rhythm, 1 - lean.get(rhythm.today[0], 0.0))
        rhythm.yesterday, rhythm.today, rhythm.learned = rhythm.today, (number, 0.0, 0.0), 0.0
    _, found, expected = rhythm.today
    rhythm.today = (number, found + new, expected + wanted)
    if rhythm.short:
        return
    if rhythm.ready and (room := expected + wanted) > 0:
        # Of a day far beyond the usual only so much is learned.
        most = room + MAX_SURPRISE * math.sqrt(room + room**2 * rhythm.variance) + 1
        new = max(0.0, min(new, most - rhythm.learned))
    rhythm.learned += new
    weekday, hour = (number + 3) % 7, int(start % DAY_S // HOUR_S)
    length = end - start
    _add(rhythm.days, weekday, new * usual, length * usual / DAY_S, WEEKS)
    _add(rhythm.hours, hour, new * usual, length * usual / HOUR_S, DAYS)
    rhythm.watched_days += length / DAY_S


def _add(table: list[tuple[float, float]], at: int, new: float, watched: float, memory: float) -> None:
    found, known = table[at]
    kept = math.exp(-watched / memory)
    table[at] = (found * kept + new, known * kept + watched)


def _close_day(rhythm: Rhythm, usual: float) -> None:
    """Learn from the day that is over how much days vary: those of more articles tell more of it."""
    _, found, wanted = rhythm.today
    if not rhythm.ready or wanted <= 0 or rhythm.short:
        return
    known = rhythm.variance
    of_day = 1 / wanted + known
    surprise = min((found / wanted - 1) ** 2, MAX_SURPRISE**2 * of_day) / CUT - 1 / wanted
    weight, kept = usual / (2 * of_day**2), 1 - 1 / DAYS
    told, weights = rhythm.varies
    rhythm.varies = (told * kept + weight * surprise, weights * kept + weight)
    suspected = max((test.value for name, test in rhythm.shortages.items() if name != DEAD), default=0.0)
    if max(suspected, compare(found, wanted, LEFT_HALVED, known)) < DOUBT and usual > 0.5:
        off = math.copysign(min(abs(found / wanted - 1), MAX_SURPRISE * math.sqrt(of_day)), found - wanted)
        rhythm.mood = LASTS * (rhythm.mood + FOLLOWS * known / of_day * off)
