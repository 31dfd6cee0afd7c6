"""Signs: what a visit shows that its site usually does not, such as a missing byline, a wall, a text that is short.

A module of its own, because a sign of a single page means nothing: how often a site shows it is learned elsewhere, and
what is short or much for a site is learned here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from scraper.report.health_alarm import FIELDS
from scraper.report.health_layouts import Sketch, Template, recognize
from scraper.report.health_rates import Place
from scraper.report.health_rhythm import DAY_S

FRESH_S = 30 * DAY_S
"""An article known to be older when it is first fetched is of the archive: its layout and fields are of then."""

WALLS = frozenset({"challenge", "consent_wall", "login", "age_gate", "http_401", "http_402", "http_403", "http_451"})

QUANTILE = 0.1
"""Share of a site's texts that count as short, as long, and as having much removed. Chosen on lab.histories."""

BINS = 40
KEPT = 0.999
"""Of each bin's count with each text: after a thousand it counts a third."""

CUTS = (2, 5)
"""Half octaves that texts are tested to have become shorter by: a half, and a fifth. One per lift of a rate."""

ODD = 0.1
"""Share of texts that may be as short as cut ones anyway, as those of one desk come in streaks, and vice versa.
Chosen on lab.histories."""

LEARNING = 30
"""Texts that must be known before one is called short or long."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What an article shows of how well its page is understood.

    Args:
        missing: Those of FIELDS it does not fill.
        chars: Of its text.
        removed: Share of the characters near the body that was removed.
        paywalled: True where only a part is shown.
        sketch: Of its layout.
    """

    missing: frozenset[str]
    chars: int
    removed: float
    paywalled: bool
    sketch: Sketch = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """One visit.

    Args:
        place: When, which page, which record.
        listing: True for a feed, sitemap or front page.
        reason: Why it gave nothing, None where it came through.
        network: True where that is the network's failure, or the host's, and says nothing of the page.
        new: True for an article's first visit, unless it is of the archive.
        traits: Of the article it gave.
    """

    place: Place
    listing: bool
    reason: str | None = None
    network: bool = False
    new: bool = False
    traits: Traits | None = None


@dataclass(slots=True)
class Measures:
    """What is usual for the texts and layouts of a site.

    Args:
        articles: So far.
        lengths: Texts per half octave of characters, older ones counting less.
        removed: Texts per fortieth of removed share.
        templates: Layouts.
    """

    articles: int = 0
    lengths: list[float] = field(default_factory=lambda: [0.0] * BINS)
    removed: list[float] = field(default_factory=lambda: [0.0] * BINS)
    templates: list[Template] = field(default_factory=list)


def signs_of(measures: Measures, each: Sighting, *, learning: bool) -> dict[str, bool]:
    """Tell for each sign that a page can show whether it does.

    Args:
        measures: Of the site; changed in place by articles.
        each: The visit of a page.
        learning: False where texts are broken now, and no measure of what is usual.
    """
    reason = each.reason or ""
    wall, gone = reason in WALLS, reason.startswith("http_") and reason not in WALLS
    signs = {"challenge": wall, "gone": gone, "no_article": bool(reason) and not wall and not gone}
    return signs | _article_signs(measures, each.traits, each.place, learning=learning) if each.traits else signs


def tell_cut(measures: Measures, chars: int) -> tuple[float, ...]:
    """Give the log-odds that a text was cut, for each of CUTS; () until enough texts are known.

    How far it is below the usual tells more than that it is short: an agency's short text is no cut one.

    Args:
        measures: Of the site.
        chars: Of the text.
    """
    if sum(measures.lengths) < LEARNING:
        return ()
    length = _bin_of(chars)
    usual = _share(measures.lengths, length)
    cut = [_share(measures.lengths, length + steps) for steps in CUTS]
    return tuple(math.log(((1 - ODD) * each + ODD * usual) / ((1 - ODD) * usual + ODD * each)) for each in cut)


def _share(table: list[float], at: int) -> float:
    """Give the share of texts of a length, smoothed with its neighbours; none is impossible."""
    near = sum(
        weight * table[place] for place, weight in ((at - 1, 0.25), (at, 0.5), (at + 1, 0.25)) if 0 <= place < BINS
    )
    return (near + 1 / BINS) / (sum(table) + 1)


def _bin_of(chars: int) -> int:
    return min(int(2 * math.log2(max(chars, 1))), BINS - 1)


def _article_signs(measures: Measures, traits: Traits, place: Place, *, learning: bool) -> dict[str, bool]:
    signs = {"paywall": traits.paywalled, **{f"no_{name}": name in traits.missing for name in FIELDS}}
    signs["new_layout"] = not recognize(measures.templates, traits.sketch, place.at, measures.articles)
    length = _bin_of(traits.chars)
    share = min(int(traits.removed * BINS), BINS - 1)
    if sum(measures.lengths) >= LEARNING:
        signs["short_text"] = length < _quantile(measures.lengths, QUANTILE)
        signs["long_text"] = length > _quantile(measures.lengths, 1 - QUANTILE)
    if sum(measures.removed) >= LEARNING:
        signs["much_removed"] = share > _quantile(measures.removed, 1 - QUANTILE)
    if learning:
        _count(measures.lengths, length)
        _count(measures.removed, share)
    measures.articles += 1
    return signs


def _count(table: list[float], at: int) -> None:
    table[:] = [count * KEPT for count in table]
    table[at] += 1


def _quantile(table: list[float], share: float) -> int:
    """Give the bin in which a share of the texts is reached."""
    wanted, reached = share * sum(table), 0.0
    for number, count in enumerate(table):
        reached += count
        if reached > wanted:
            return number
    return len(table) - 1
