"""Shortage: the test that a site brings less than usual, summed up over days of counts.

A module of its own, because what a count of articles tells for and against a smaller volume is the same whether half is
missing or all of it, and whatever the count was expected from. A day tells at most that it is no holiday: one lean day
is half the volume and a holiday alike, and what speaks for either is how often such days are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

SLACK = 0.95
"""Share of the usual volume that counts as usual, because summers are lean. Chosen on lab.histories."""

LEAN = 0.45
"""Share of the usual volume on a holiday. Source: lab.histories draws 0.2 to 0.7."""

EVENT = 0.01
"""Share of days on which an event brings a halved site its usual volume: no day tells more against a shortage."""

MARGIN = 1.6
"""How much more it takes than an alarm that was over by itself."""

MOST_PATIENT = 2.5
"""Times the threshold that this can raise it to."""

MOODY = 0.6
"""Share of a day's variance beyond chance that is the mood of the day before: a further lean day tells the less, the
less chance there is in it. Source: lab.histories."""

Part = tuple[int, float, float]
"""A day that is being counted: its number, articles, and articles that were to be expected."""


@dataclass(slots=True)
class Shortage:
    """The cumulative sum of one test.

    Args:
        value: Log-odds of the days that are over; of an alarm, the evidence that it is over.
        part: The day that is being counted, as far as it is in the sum.
        since: When the sum was last zero, in seconds since 1970.
        found: Articles since then.
        wanted: Articles that were to be expected since then.
        passed: The highest value of an alarm that was over by itself.
        alarmed: True until the volume is back.
    """

    value: float = 0.0
    part: Part = (-1, 0.0, 0.0)
    since: float | None = None
    found: float = 0.0
    wanted: float = 0.0
    passed: float = 0.0
    alarmed: bool = False

    def needs(self, threshold: float) -> float:
        """Give the log-odds that an alarm takes."""
        return max(threshold, min(MARGIN * self.passed, MOST_PATIENT * threshold))

    def restart(self) -> None:
        """Begin the sum anew."""
        self.value, self.part, self.since, self.found, self.wanted = 0.0, (self.part[0], 0.0, 0.0), None, 0.0, 0.0


Tell = Callable[[Part], float]
"""Gives the log-odds of a day for a shortage."""


def add(test: Shortage, number: int, start: float, found: float, wanted: float, tell: Tell) -> None:
    """Count articles for a day; the days before are over.

    Args:
        test: Changed in place.
        number: Of the day.
        start: When what is counted began, in seconds since 1970.
        found: Articles.
        wanted: Articles that were to be expected.
        tell: What a day tells.
    """
    if number != test.part[0]:
        gain = tell(test.part) if test.part[2] > 0 else 0.0
        test.value = max(0.0, test.value - gain if test.alarmed else test.value + gain)
        if not test.alarmed and not test.value:
            test.restart()
        test.part = (number, 0.0, 0.0)
    _, before, expected = test.part
    test.part = (number, before + found, expected + wanted)
    test.since = start if test.since is None else test.since
    test.found, test.wanted = test.found + found, test.wanted + wanted


def judge(test: Shortage, threshold: float, gain: float) -> float:
    """Give the log-odds where they have just become an alarm, else 0; end an alarm whose end is as clear by half.

    Args:
        test: Changed in place.
        threshold: Log-odds that an alarm takes on a site without a past.
        gain: What the day tells that is being counted.
    """
    if test.alarmed:
        if test.value - gain >= threshold / 2:
            test.restart()
            test.alarmed = False
        return 0.0
    if test.value + gain < test.needs(threshold):
        return 0.0
    total, test.value = test.value + gain, 0.0
    test.passed, test.alarmed, test.part = total, True, (test.part[0], 0.0, 0.0)
    return total


def weigh(found: float, wanted: float, left: float, varies: float, lean: float) -> float:
    """Give the log-odds that only a share of the usual volume came, against the usual one or a day that is lean anyway.

    Args:
        found: Articles.
        wanted: Articles that were to be expected.
        left: The share.
        varies: Variance of days beyond chance, as a share of the square of their mean.
        lean: Probability that the day is lean anyway.
    """
    for_less = compare(found, wanted, left, varies)
    for_lean = compare(found, wanted, LEAN, varies)
    told = (
        for_less
        - max(math.log1p(-lean), math.log(lean) + for_lean)
        - math.log1p(math.exp(-abs(math.log1p(-lean) - math.log(lean) - for_lean)))
    )
    return max(told, math.log(EVENT))


def compare(found: float, wanted: float, left: float, varies: float) -> float:
    """Give the log-odds of a share of the usual volume against the usual: negative binomial, as days vary."""
    shape, usual, less = 1 / varies, SLACK * wanted, left * wanted
    if usual <= 0:
        return 0.0
    return found * math.log(less / usual * (usual + shape) / (less + shape)) + shape * math.log(
        (shape + usual) / (shape + less)
    )
