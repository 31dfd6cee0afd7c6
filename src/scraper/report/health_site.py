"""Site: all that is known of one site's health.

A module of its own, because it is what is kept between two segments, and pages and listings both change it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scraper.report.health_alarm import Alarm, Family
from scraper.report.health_rates import Place, Rate
from scraper.report.health_rhythm import Rhythm
from scraper.report.health_signs import Measures


@dataclass(frozen=True, slots=True)
class Shown:
    """The signs of an article, and where its row is.

    Args:
        at: When it was fetched, in seconds since 1970.
        record: WARC-Record-ID of the answer.
        segment: That holds it.
        signs: Of SIGN_KINDS.
    """

    at: float
    record: str
    segment: str
    signs: tuple[str, ...]


@dataclass(slots=True)
class Health:
    """What is known of one site.

    Args:
        site: Host.
        since: First visit, in seconds since 1970.
        last: Last visit.
        pages: New articles asked so far.
        rates: Sign -> what is known of it.
        measures: Of its texts and layouts.
        rhythm: Volume.
        failing: (since when, visits) of listings that all fail.
        longest_failure_s: That has passed by itself.
        dead: True while an alarm says that listings fail.
        last_article: The last new article.
        alarms: Those that are open.
        recent: The last articles that show a sign.
    """

    site: str
    since: float | None = None
    last: float | None = None
    pages: int = 0
    rates: dict[str, Rate] = field(default_factory=dict)
    measures: Measures = field(default_factory=Measures)
    rhythm: Rhythm = field(default_factory=Rhythm)
    failing: tuple[float, int] | None = None
    longest_failure_s: float = 0.0
    dead: bool = False
    last_article: Place | None = None
    alarms: dict[Family, Alarm] = field(default_factory=dict)
    recent: list[Shown] = field(default_factory=list)
