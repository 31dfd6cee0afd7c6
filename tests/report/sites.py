"""A small site of which everything is known, for the tests of health."""

from __future__ import annotations

from collections.abc import Iterable

from scraper.report.health_rates import Place
from scraper.report.health_rhythm import DAY_S, HOUR_S
from scraper.report.health_signs import Sighting, Traits

START = 4 * DAY_S
SKETCH = tuple(range(32))


def listing(at: float, reason: str | None = None, *, network: bool = False) -> Sighting:
    return Sighting(Place(at, "https://n.example/feed", "<feed>"), listing=True, reason=reason, network=network)


def article(
    at: float,
    *,
    missing: Iterable[str] = (),
    chars: int = 4000,
    paywalled: bool = False,
    sketch: tuple[int, ...] = SKETCH,
) -> Sighting:
    traits = Traits(frozenset(missing), chars, 0.1, paywalled=paywalled, sketch=sketch)
    return Sighting(Place(at, f"https://n.example/{at:.0f}", f"<{at:.0f}>"), listing=False, new=True, traits=traits)


def skip(at: float, reason: str) -> Sighting:
    return Sighting(Place(at, f"https://n.example/{at:.0f}", f"<{at:.0f}>"), listing=False, reason=reason, new=True)


def hours(start: float, count: int) -> list[float]:
    """Give the times of hourly runs."""
    return [start + number * HOUR_S for number in range(count)]
