"""Tides: how likely a day is lean for all, such as a holiday, as told by the other sites of the corpus.

A module of its own, because no site alone can tell the first day of half the volume from a holiday, and all together
can. Which sites share their holidays need not be known: whatever share of them is lean is the chance of one more. Where
there are no others, or they bring too little to tell, a day is as likely lean as any day of the year.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

KEPT_BY = (0.0, 0.2, 0.5, 0.95)
"""Shares of the sites that a day may be lean for: none, some countries' holiday, nearly all."""

USUAL = (0.86, 0.04, 0.04, 0.06)
"""How likely such days are where nothing is told: ten holidays a year and those of other countries, and more than that,
because they come in rows, at Easter and at the end of a year, which a site alone must not take for a break."""

OWN = 0.0027
"""Share of days on which a site is lean by itself, and by no break. Source: lab.histories has one a year; odds of a
single site are cut there too, as it may be broken."""

BEFORE = sum(share * usual for share, usual in zip(KEPT_BY, USUAL, strict=True)) + OWN
"""How likely a day is lean where nobody is asked."""

DAYS = 4
"""Days that are remembered: a week's batch of a site that was asked late finds no others."""


class Tides:
    """What the sites of a corpus tell of the last days.

    Args:
        told: (site, number of the day) -> log-odds that it is lean there.
    """

    def __init__(self, told: Mapping[tuple[str, int], float]) -> None:
        self._odds = dict(told)
        self._sums: dict[int, list[float]] = {}
        for (_, day), odds in self._odds.items():
            self._add(day, odds, 1)

    def note(self, site: str, days: Mapping[int, float]) -> None:
        """Replace what a site tells of days."""
        for day, odds in days.items():
            if (before := self._odds.get((site, day))) is not None:
                self._add(day, before, -1)
            self._odds[site, day] = odds
            self._add(day, odds, 1)

    def forget(self, before: int) -> None:
        """Forget the days before one."""
        self._odds = {key: odds for key, odds in self._odds.items() if key[1] >= before}
        self._sums = {day: sums for day, sums in self._sums.items() if day >= before}

    def lean(self, site: str) -> dict[int, float]:
        """Give for each day how likely it is lean for a site, by what the others tell."""
        return {day: self._probability(day, self._odds.get((site, day))) for day in self._sums}

    def _add(self, day: int, odds: float, sign: int) -> None:
        sums = self._sums.setdefault(day, [0.0] * len(KEPT_BY))
        for number, part in enumerate(_parts(odds)):
            sums[number] += sign * part

    def _probability(self, day: int, own: float | None) -> float:
        sums = self._sums[day]
        if own is not None:
            sums = [whole - part for whole, part in zip(sums, _parts(own), strict=True)]
        most = max(sums)
        weights = [usual * math.exp(part - most) for usual, part in zip(USUAL, sums, strict=True)]
        shares = sum(share * weight for share, weight in zip(KEPT_BY, weights, strict=True))
        return shares / sum(weights) + OWN


def _parts(odds: float) -> list[float]:
    likely = 1 / (math.exp(-min(odds, 50.0)) + OWN) if odds > -50 else 0.0
    return [math.log((1 - share) + share * likely) for share in KEPT_BY]
