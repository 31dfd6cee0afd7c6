"""Rates: how often the pages of a site show a sign, learned from the site itself, and the test that it has become more.

A module of its own, because one test serves every sign that a page shows or does not: a field that is missing, a wall,
a layout never seen. Two cumulative sums of log-likelihood ratios (Page, 1954) run against the learned rate, one for
signs that half of the pages show and one for those that nearly all do; where a sum was last zero the change began.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

LIFTS = (0.45, 0.85)
"""The rates tested against, as shares of the way from the learned rate to all pages. Chosen on
lab.histories."""

FLOOR = 0.1
"""No sign counts as rarer, because articles of one desk come in streaks. Chosen on lab.histories."""

MEMORY = 1000.0
"""Pages after which what was learned counts a third. A new kind of page is normal within weeks, a broken one never:
pages are learned from only once the suspicion of them has passed."""

RECENT = 20.0
"""Pages that "now" is made of."""

COMMON = 0.65
"""A sign that more pages show than this is not tested: a field that two of three articles lack cannot be missed."""

LEARNING = 40
"""Pages that must be known before a sign is tested."""

MARGIN = 1.35
"""How much more it takes than what has already passed by itself on this site. Chosen on lab.histories."""

MOST_PATIENT = 2.5
"""Times the threshold that what has passed can raise it to; a site may be erratic, but not deaf."""

LONGEST = 60
"""Pages after which a suspicion is given up and learned from: what takes longer to show is a drift, and no break."""

MENDED = 0.8
"""A higher share of pages than this that passed by itself was a break, which was repaired. A lower one belongs to the
site, as weekends of agency copy do, and is normal from then on, up to HIGHEST."""

HIGHEST = 0.6

OVER = 8.0
"""Log-odds that a sign is back at its learned rate, at which an alarm ends."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page as an alarm names it.

    Args:
        at: When it was fetched, in seconds since 1970.
        url: Its address.
        record: WARC-Record-ID of the answer.
    """

    at: float
    url: str
    record: str


@dataclass(slots=True)
class Sum:
    """One cumulative sum: its value, where it was last zero, and since then its highest value and the pages."""

    value: float = 0.0
    peak: float = 0.0
    since: Place | None = None
    seen: int = 0
    bad: int = 0


@dataclass(slots=True)
class Rate:
    """What is known of one sign on one site.

    Args:
        seen: Pages learned from, older ones counting less.
        bad: Those of them that show the sign.
        waiting: (pages, those that show it) since a suspicion or an alarm began; learned from once it has passed.
        sums: One per lift.
        passed: The highest suspicion that has passed by itself.
        ceiling: The highest rate that an alarm has passed at.
        recent: Share of the last pages that show it.
        alarmed: True from the alarm on until the sign is back at its rate.
        back: Evidence that it is.
    """

    seen: float = 0.0
    bad: float = 0.0
    waiting: tuple[int, int] = (0, 0)
    sums: list[Sum] = field(default_factory=lambda: [Sum() for _ in LIFTS])
    passed: float = 0.0
    ceiling: float = 0.0
    recent: float = 0.0
    alarmed: bool = False
    back: float = 0.0

    @property
    def usual(self) -> float:
        """The learned share of pages that show the sign."""
        return (self.bad + 0.5) / (self.seen + 1)

    @property
    def ready(self) -> bool:
        """True once enough is known to test."""
        return self.seen + self.waiting[0] >= LEARNING


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A sign that has become more frequent.

    Args:
        since: The first page of it.
        bad: Pages since then that show it.
        seen: Pages since then.
        usual: The learned share before.
        strength: Evidence as a multiple of what it takes.
    """

    since: Place
    bad: int
    seen: int
    usual: float
    strength: float


def observe(
    rate: Rate, place: Place, threshold: float, *, bad: bool, gains: tuple[float, ...] = ()
) -> Suspicion | None:
    """Take in one page; give the suspicion where it has just become an alarm.

    Args:
        rate: Changed in place.
        place: The page.
        threshold: Log-odds that an alarm takes on a site without a past.
        bad: True where it shows the sign.
        gains: What it tells for each lift, where that is known better than by showing the sign or not.
    """
    rate.recent += (bad - rate.recent) / min(RECENT, rate.seen + rate.waiting[0] + 1)
    rate.waiting = (rate.waiting[0] + 1, rate.waiting[1] + bad)
    if rate.alarmed:
        _watch_recovery(rate, gains, bad=bad)
        return None
    if not rate.ready:
        _learn(rate)
        return None
    null = expected(rate)
    if null > COMMON:
        _learn(rate)
        return None
    needed = max(threshold, min(MARGIN * rate.passed, MOST_PATIENT * threshold))
    for gain, each in zip(gains or [_tell(null, lift, bad=bad) for lift in LIFTS], rate.sums, strict=True):
        rate.passed = max(rate.passed, _add(each, gain, place, bad=bad))
    worst = max(rate.sums, key=lambda each: each.value)
    if worst.value >= needed and worst.since:
        rate.alarmed, rate.back, rate.waiting = True, 0.0, (worst.seen, worst.bad)
        return Suspicion(worst.since, worst.bad, worst.seen, rate.usual, worst.value / threshold)
    if worst.value == 0:
        _learn(rate)
    return None


def expected(rate: Rate) -> float:
    """Give the highest rate that is normal: one standard error above what was learned, or what has passed."""
    usual = rate.usual
    return max(usual + math.sqrt(usual * (1 - usual) / (rate.seen + 1)), FLOOR, rate.ceiling)


def forget(rate: Rate) -> None:
    """Begin anew: what is now is normal."""
    rate.seen = rate.bad = rate.passed = rate.ceiling = rate.back = 0.0
    rate.waiting, rate.alarmed = (0, 0), False
    rate.sums = [Sum() for _ in LIFTS]


def _tell(null: float, lift: float, *, bad: bool) -> float:
    """Give the log-odds that a page tells for a rate that is lifted."""
    lifted = null + lift * (1 - null)
    return math.log(lifted / null) if bad else math.log((1 - lifted) / (1 - null))


def _add(each: Sum, gain: float, place: Place, *, bad: bool) -> float:
    """Add a page to a sum; give the highest value of the suspicion that has passed with it, 0 where none has."""
    if each.value + gain <= 0 or each.seen >= LONGEST:
        passed = each.peak
        each.value, each.peak, each.since, each.seen, each.bad = 0.0, 0.0, None, 0, 0
        return passed
    if each.since is None:
        each.since = place
    each.value += gain
    each.peak = max(each.peak, each.value)
    each.seen += 1
    each.bad += bad
    return 0.0


def _learn(rate: Rate) -> None:
    seen, bad = rate.waiting
    kept = (1 - 1 / MEMORY) ** seen
    rate.seen, rate.bad, rate.waiting = rate.seen * kept + seen, rate.bad * kept + bad, (0, 0)


def _watch_recovery(rate: Rate, gains: tuple[float, ...], *, bad: bool) -> None:
    rate.back = max(0.0, rate.back - (gains[-1] if gains else _tell(expected(rate), LIFTS[-1], bad=bad)))
    if rate.back >= OVER:
        seen, shown = rate.waiting
        if shown < MENDED * seen:
            rate.ceiling = max(rate.ceiling, min(shown / seen, HIGHEST))
        rate.alarmed, rate.back, rate.waiting = False, 0.0, (0, 0)
        rate.sums = [Sum() for _ in LIFTS]
