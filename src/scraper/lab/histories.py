"""Histories: sites of our own invention, a year of visits each, with everything that happens to a site and is no break.

A module of its own, because thresholds are only as good as what they were set on: counts follow weekday, hour, season,
mood, events and drift, holidays are those of a country and not kept by all, now and then a site has a lean day of its
own, articles come in streaks of one desk, and the machine that asks is off now and then. A break may be planted into
any of it. The same seeds give the same history.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scraper.report.health_alarm import FIELDS
from scraper.report.health_layouts import Sketch
from scraper.report.health_rates import Place
from scraper.report.health_rhythm import DAY_S, HOUR_S
from scraper.report.health_signs import Sighting, Traits

BreakKind = Literal[
    "field", "redesign", "silent_redesign", "paywall", "challenge", "short_text", "dead", "failing", "halved"
]
START = 20_454 * DAY_S
"""The first day, Thursday 2026-01-01."""

FEED_ENTRIES = 40
"""What a listing holds: after a pause no more comes of what was missed."""

WORDS = 32


@dataclass(frozen=True, slots=True)
class Desk:
    """A kind of article: which fields it fills how often, its layout and its length."""

    filled: dict[str, float]
    layout: int
    chars: float
    sticky: float


@dataclass(frozen=True, slots=True)
class Break:
    """What is planted.

    Args:
        kind: What breaks.
        day: When, in days since the first.
        field: Which, where one is lost.
    """

    kind: BreakKind
    day: float
    field: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one run saw of the site, and when."""

    sightings: list[Sighting]
    at: float


class Country:
    """What the sites of a country have in common.

    Args:
        seed: Of all that is drawn.
    """

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng((seed, 1))
        easter = int(rng.integers(75, 120))
        self.holidays = {*(int(day) for day in rng.choice(355, 8, replace=False)), easter, easter + 2, easter + 3}
        self.end_of_year = set(range(357, 365))
        self.events = [int(day) for day in rng.choice(365, 2, replace=False)]
        self.slump = int(rng.integers(150, 220))
        self.offset_s = float(rng.integers(-8, 11)) * HOUR_S


class Site:
    """A site and all its chances.

    Args:
        seed: Of all that is drawn.
        a_day: Articles of a usual day.
        planted: What breaks.
        country: Seed of its country; None for one of its own.
    """

    def __init__(self, seed: int, a_day: float, planted: Break | None = None, country: int | None = None) -> None:
        self.a_day, self.planted = a_day, planted
        self._country = Country(seed if country is None else country)
        self._rng = rng = np.random.default_rng(seed)
        self._weekend = rng.uniform(0.3, 1.0)
        self._end_of_year = rng.uniform(0.6, 1.6)
        self._poll_s = HOUR_S if a_day >= 8 else 4 * HOUR_S if a_day >= 2 else 24 * HOUR_S
        self._lean = {day: float(rng.uniform(0.2, 0.7)) for day in self._country.holidays if rng.random() < 0.9}
        self._lean |= {int(day): float(rng.uniform(0.2, 0.7)) for day in rng.integers(0, 365, rng.poisson(1))}
        self._lean |= dict.fromkeys(self._country.end_of_year, float(rng.uniform(0.3, 0.7)))
        events = [*self._country.events, *(int(day) for day in rng.choice(365, 2, replace=False))]
        self._events = {day: float(rng.uniform(1.5, 3)) for day in events}
        self._slump, self._slumped = self._country.slump + int(rng.integers(-7, 8)), float(rng.uniform(0.65, 0.95))
        self._mood, self._moody, self._unsteady = 0.0, float(rng.uniform(0.08, 0.2)), 0.25
        self._hours = np.clip(1 + np.cos((np.arange(24) - rng.integers(24)) * math.tau / 24), 0.15, None)
        self._hours /= self._hours.mean()
        self._words = rng.integers(0, 2**32, (6, WORDS * 2))
        staff = self._draw_fields()
        agency = staff | {"byline": min(staff["byline"], 0.1), "dek": staff["dek"] * 0.5, "credits": 0.9}
        gallery = staff | {"byline": staff["byline"] * 0.5, "captions": 0.95, "section": staff["section"] * 0.9}
        self._desks = (
            Desk(staff, 0, 4500.0, 0.2),
            Desk(agency, 0, 2200.0, 0.45),
            Desk(gallery, 1, 1200.0, 0.2),
            Desk(staff | {"photos": staff["photos"] * 0.4}, 2, 6000.0, 0.1),
        )
        self._shares = np.array([0.75, rng.choice([0.0, 0.1, 0.25]), 0.06, 0.05])
        self._desk = 0
        self._drifting = str(rng.choice(FIELDS[1:]))
        self._paywalled = float(rng.choice([0.0, 0.0, 0.03, 0.3]))
        self._pauses = self._draw_spells(6, lambda: min(rng.exponential(DAY_S), 5 * DAY_S))
        self._outages = self._draw_spells(4, lambda: rng.uniform(0.5, 5) * HOUR_S)
        self._number = 0

    def _draw_fields(self) -> dict[str, float]:
        rng = self._rng
        return {
            "headline": 0.998,
            "byline": float(rng.choice([0.75, 0.92, 0.98])),
            "section": float(rng.choice([0.0, 0.8, 0.97])),
            "date": float(rng.choice([0.9, 0.995])),
            "dek": float(rng.choice([0.0, 0.3, 0.7, 0.95])),
            "photos": float(rng.choice([0.8, 0.95])),
            "captions": float(rng.choice([0.1, 0.5, 0.85])),
            "credits": float(rng.choice([0.0, 0.4, 0.8])),
        }

    def _draw_spells(self, count: int, length: Callable[[], float]) -> list[tuple[float, float]]:
        starts = START + np.sort(self._rng.uniform(0, 365, count)) * DAY_S
        return [(float(start), float(start) + float(length())) for start in starts]

    def fill_rates(self) -> dict[str, float]:
        """Give the share of the first articles that fill each field, all desks together."""
        traits = [self._traits(START) for _ in range(400)]
        return {name: sum(name not in each.missing for each in traits) / len(traits) for name in FIELDS}

    def batches(self, days: int) -> Iterator[Batch]:
        """Give what each run sees, in the order of time."""
        for at, seen in self.counts(days):
            if seen is None or self._is_broken(at, "failing"):
                reason = "http_404" if seen is not None else "http_503"
                yield Batch([Sighting(Place(at, "feed", ""), listing=True, reason=reason)], at)
                continue
            listing = Sighting(Place(at, "feed", ""), listing=True)
            yield Batch([listing, *(self._article(at + 1 + 5 * number) for number in range(seen))], at)

    def counts(self, days: int) -> Iterator[tuple[float, int | None]]:
        """Give the time of each run and how many new articles it sees, None where the listings fail."""
        rng, at = self._rng, START + float(self._rng.uniform(0, HOUR_S))
        waiting, today, hours = 0, -1, int(self._poll_s // HOUR_S)
        while at < START + days * DAY_S:
            for hour in range(hours):
                begin = at + hour * HOUR_S
                if (day := int((begin - START) // DAY_S)) != today:
                    today = day
                    self._mood = 0.6 * self._mood + rng.normal(0, self._moody)
                    noise = np.exp(rng.normal(0, self._unsteady, 24)) * math.exp(self._mood - self._unsteady**2 / 2)
                    rates = np.array([self._rate(START + (day + number / 24) * DAY_S) for number in range(24)])
                    come = rng.poisson(rates * noise / 24)
                    first = START + day * DAY_S
                waiting += int(come[int((begin - first) // HOUR_S)])
            at += self._poll_s
            if rng.random() < 0.01 or any(start <= at < end for start, end in self._pauses):
                continue
            if any(start <= at < end for start, end in self._outages):
                yield at, None
                continue
            seen, waiting = min(waiting, FEED_ENTRIES + int(self.a_day / 4)), 0
            yield at, seen

    def _is_broken(self, at: float, *kinds: BreakKind) -> bool:
        planted = self.planted
        return planted is not None and planted.kind in kinds and at >= START + planted.day * DAY_S

    def _rate(self, at: float) -> float:
        """Give articles a day in an hour."""
        if self._is_broken(at, "dead", "failing"):
            return 0.0
        local = at + self._country.offset_s
        day, weekday = int((local - START) // DAY_S), (int(local // DAY_S) + 3) % 7
        rate = self.a_day * float(self._hours[int(at % DAY_S // HOUR_S)])
        rate *= self._weekend if weekday >= 5 else 1.0
        rate *= self._lean.get(day % 365, 1.0) * self._events.get(day % 365, 1.0)
        rate *= 1 + (self._end_of_year - 1) * min(day, 365) / 365
        rate *= self._slumped if self._slump <= day % 365 < self._slump + 42 else 1.0
        return rate * (0.5 if self._is_broken(at, "halved") else 1.0)

    def _article(self, at: float) -> Sighting:
        rng = self._rng
        self._number += 1
        place = Place(at, f"https://example.org/{self._number}", f"<{self._number}>")
        if self._is_broken(at, "challenge") and rng.random() < 0.97:
            return Sighting(place, listing=False, reason="challenge", new=True)
        luck = rng.random()
        if luck < 0.04:
            reason = "http_404" if luck < 0.005 else "http_403" if luck < 0.007 else "no_body"
            return Sighting(place, listing=False, reason=reason, new=True)
        return Sighting(place, listing=False, new=True, traits=self._traits(at))

    def _traits(self, at: float) -> Traits:
        rng = self._rng
        if rng.random() >= self._desks[self._desk].sticky:
            shares = self._shares * (1, 2 if (int(at // DAY_S) + 3) % 7 >= 5 else 1, 1, 1)
            self._desk = int(rng.choice(4, p=shares / shares.sum()))
        desk = self._desks[self._desk]
        year = (at - START) / DAY_S / 365
        broken = self._is_broken(at, "redesign", "silent_redesign")
        filled = {name: share * (1 - 0.4 * year * (name == self._drifting)) for name, share in desk.filled.items()}
        if self._is_broken(at, "redesign"):
            filled |= {"byline": 0.02, "section": 0.02, "captions": 0.02}
        if self._is_broken(at, "field") and self.planted:
            filled[self.planted.field] = 0.01
        photos = rng.random() < filled["photos"]
        missing = {name for name in FIELDS if rng.random() >= filled[name]} - {"photos"}
        if not photos:
            missing |= {"photos", "captions", "credits"}
        chars = desk.chars * math.exp(rng.normal(0, 0.6))
        if self._is_broken(at, "short_text"):
            chars /= 5
        paywalled = rng.random() < (0.95 if self._is_broken(at, "paywall") else self._paywalled)
        sketch = self._sketch(desk.layout + 3 * broken)
        return Traits(frozenset(missing), int(chars), float(rng.beta(1.2, 8)), bool(paywalled), sketch)

    def _sketch(self, layout: int) -> Sketch:
        """Draw the sketch of a page: most words of its layout, and now and then one of none."""
        words = self._rng.permutation(self._words[layout])[: int(WORDS * 1.7)]
        if self._rng.random() < 0.02:
            words = self._rng.integers(0, 2**32, WORDS)
        return tuple(sorted(int(word) for word in words)[:WORDS])
