"""Health: what is normal for a site, learned from its own history, and the alarms when it no longer is.

A module of its own, because it is a pure function of what was seen: no clock, no files. Whoever keeps the history hands
in the visits in the order of their time, segment by segment, and gets the alarms that begin and end with them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from scraper.report.health_layouts import Sketch, Template, recognize
from scraper.report.health_rates import Place, Rate, Suspicion, forget, observe
from scraper.report.health_rhythm import DAY_S, DEAD, HALVED, Lack, Rhythm, Shortage, watch
from scraper.report.health_rhythm import forget as forget_rhythm

AlarmKind = Literal[
    "dead_feed",
    "volume_halved",
    "challenge",
    "pages_lost",
    "paywall",
    "layout_changed",
    "field_lost",
    "text_changed",
]
Family = Literal["volume", "challenge", "pages", "paywall", "layout"]

FALSE_ALARMS = 0.03
"""Of a site and year, for which the thresholds are set where pages were drawn by lot; real ones come in streaks, so
that there are more: see lab.histories, which measures at most one."""

FALSE_LEAN = 0.3
"""Likewise of half the volume: the days of the end of a year are lean by as much, whatever it is."""

RATE_TESTS = 18 * 2
"""Signs, with two sums each: what the false alarms are shared by."""

LEAST_PAGES = 2000.0
"""Pages a year that thresholds are set for at least. Source: lab.histories: at a page a day a streak of six from one
desk would be an alarm."""

FRESH_S = 30 * DAY_S
"""An article known to be older when it is first fetched is of the archive: its layout and fields are of then."""

FIELDS = ("headline", "byline", "section", "date", "dek", "photos", "captions", "credits")
WALLS = frozenset({"challenge", "consent_wall", "login", "age_gate", "http_401", "http_402", "http_403", "http_451"})

RECENT = 48
"""Articles whose signs are remembered, so that those from the first bad one on can be marked."""

QUANTILE = 0.1
"""Share of a site's texts that count as short, as long, and as having much removed. Source: lab.histories: a text cut
to a fifth is found within 20 articles; one that is halved takes three times as many with any share."""

BINS = 40
KEPT = 0.999
"""Of each bin's count with each text: after a thousand it counts a third."""

LEARNING = 30
"""Texts that must be known before one is called short or long."""

FAILING_S, FAILING_VISITS = 6 * 3600.0, 2
"""A feed is dead once all listings have failed for so long, this often, and PATIENCE times longer than ever before.
Source: a failed listing is asked for again after 1 h and 6 h, so that the first day brings three."""
PATIENCE = 1.5

OUTAGE_SITES, OUTAGE_SHARE = 3, 0.5
"""Where the listings of so many sites fail at once, and of this share, it is our network that fails and not they."""

SIGN_KINDS: dict[str, AlarmKind] = {
    "challenge": "challenge",
    "gone": "pages_lost",
    "no_article": "pages_lost",
    "paywall": "paywall",
    "new_layout": "layout_changed",
    **{f"no_{name}": "field_lost" for name in FIELDS},
    "short_text": "text_changed",
    "long_text": "text_changed",
    "much_removed": "text_changed",
}
FAMILIES: dict[AlarmKind, Family] = {
    "dead_feed": "volume",
    "volume_halved": "volume",
    "challenge": "challenge",
    "pages_lost": "pages",
    "paywall": "paywall",
    "layout_changed": "layout",
    "field_lost": "layout",
    "text_changed": "layout",
}
"""One redesign shows many signs: those of one family are one alarm."""


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
class Alarm:
    """Something that is no longer as it was.

    Args:
        site: Host.
        kind: What: the gravest of its signs.
        signs: Of SIGN_KINDS, or the kind itself for volume.
        opened_at: Time of the visit that made it sure, in seconds since 1970.
        first_bad: The first page that shows it; of a dead feed the last article there was.
        bad: Pages since then that show its first sign, or articles found.
        seen: Pages since then, or articles to be expected.
        usual: Share of pages that showed the sign before; articles of a usual day for volume.
        strength: Evidence as a multiple of what an alarm takes.
        last_seen: Time of the last visit that showed it.
        closed_at: When it was over.
        accepted_at: When the operator said that this is normal now.
    """

    site: str
    kind: AlarmKind
    signs: list[str]
    opened_at: float
    first_bad: Place
    bad: float
    seen: float
    usual: float
    strength: float
    last_seen: float
    closed_at: float | None = None
    accepted_at: float | None = None


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
        articles: Those that came to be rows, older ones counting less for what follows.
        rates: Sign -> what is known of it.
        lengths: Texts per half octave of characters, older ones counting less.
        removed: Texts per fortieth of removed share.
        templates: Layouts.
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
    articles: int = 0
    rates: dict[str, Rate] = field(default_factory=dict)
    lengths: list[float] = field(default_factory=lambda: [0.0] * BINS)
    removed: list[float] = field(default_factory=lambda: [0.0] * BINS)
    templates: list[Template] = field(default_factory=list)
    rhythm: Rhythm = field(default_factory=Rhythm)
    failing: tuple[float, int] | None = None
    longest_failure_s: float = 0.0
    dead: bool = False
    last_article: Place | None = None
    alarms: dict[Family, Alarm] = field(default_factory=dict)
    recent: list[Shown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch of visits changed.

    Args:
        opened: Alarms that began with it, also where they are over already.
        closed: Alarms that ended with it.
        suspects: Articles that show a sign of an alarm, from its first page on, with those signs: of this batch, and
            of earlier ones where an alarm has just begun.
    """

    opened: tuple[Alarm, ...]
    closed: tuple[Alarm, ...]
    suspects: tuple[Shown, ...]


def take_in(health: Health, sightings: Iterable[Sighting], *, segment: str = "", outage: bool = False) -> Change:
    """Take in the visits of one site in one segment.

    Args:
        health: Of the site; changed in place.
        sightings: Any order: they are taken in that of their time. Those before the last one known are left out.
        segment: Its name.
        outage: True where so many sites failed at once that it is our network.
    """
    opened: list[Alarm] = []
    closed: list[Alarm] = []
    suspects: dict[str, Shown] = {}
    known_until = health.last or 0.0
    ordered = sorted(
        (each for each in sightings if each.place.at >= known_until), key=lambda each: (each.place.at, each.place.url)
    )
    for each in ordered:
        health.since, health.last = health.since or each.place.at, each.place.at
        if each.listing or not each.new or each.network:
            continue
        before = {family: len(alarm.signs) for family, alarm in health.alarms.items()}
        signs = _take_page(health, each, opened, closed)
        if each.traits and signs:
            health.recent = [*health.recent[1 - RECENT :], Shown(each.place.at, each.place.record, segment, signs)]
        for family, alarm in health.alarms.items():
            more = len(alarm.signs) > before.get(family, 0)  # then earlier pages are suspect too
            for shown in health.recent if more else health.recent[-1:]:
                if told := _signs_of(alarm, shown):
                    known = suspects[shown.record].signs if shown.record in suspects else ()
                    suspects[shown.record] = replace(shown, signs=tuple(dict.fromkeys(known + told)))
    if not outage:
        _take_listings(health, [each for each in ordered if each.listing], ordered, opened, closed)
    return Change(tuple(opened), tuple(closed), tuple(suspects.values()))


def _signs_of(alarm: Alarm, shown: Shown) -> tuple[str, ...]:
    return tuple(sign for sign in shown.signs if sign in alarm.signs and shown.at >= alarm.first_bad.at)


def accept(health: Health, now: float) -> list[Alarm]:
    """Take what is now for normal: end the open alarms of a site and learn their signs anew."""
    ended = list(health.alarms.values())
    for alarm in ended:
        alarm.closed_at = alarm.accepted_at = now
        for sign in alarm.signs:
            if sign in health.rates:
                forget(health.rates[sign])
            if sign in ("short_text", "long_text"):
                health.lengths = [0.0] * BINS
            if sign == "much_removed":
                health.removed = [0.0] * BINS
            if sign == "new_layout":
                for template in health.templates:
                    template.trusted = True
        if FAMILIES[alarm.kind] == "volume":
            forget_rhythm(health.rhythm)
            health.failing, health.dead = None, False
    health.alarms.clear()
    return ended


def is_outage(failed: int, asked: int) -> bool:
    """Tell whether it is our network that fails: of the sites asked these failed without an answer."""
    return failed >= OUTAGE_SITES and failed >= OUTAGE_SHARE * asked


def suspicion_of(signs: Iterable[str], missing: frozenset[str], *, paywalled: bool) -> AlarmKind | None:
    """Give what a row is marked with for the signs its page was suspected for, as far as it still shows them.

    Args:
        signs: Those it was suspected for.
        missing: Those of FIELDS that it lacks now; a better extraction may have found some.
        paywalled: True where only a part is shown.
    """
    left = {sign for sign in signs if sign.removeprefix("no_") in missing or not sign.startswith("no_")}
    if not paywalled:
        left.discard("paywall")
    return next((kind for sign, kind in SIGN_KINDS.items() if sign in left), None)


def page_threshold(health: Health) -> float:
    """Give the log-odds that an alarm on a sign takes: more where more pages are looked at in a year."""
    a_year = max(LEAST_PAGES, health.rhythm.a_day * 365)
    return math.log(a_year * RATE_TESTS / FALSE_ALARMS)


def volume_thresholds(health: Health) -> dict[str, float]:
    """Likewise for volume: a gap may begin with every article, a lean time with every day."""
    a_year = max(365.0, health.rhythm.a_day * 365)
    return {DEAD: math.log(a_year / FALSE_ALARMS), HALVED: math.log(365 / FALSE_LEAN)}


def _take_page(health: Health, each: Sighting, opened: list[Alarm], closed: list[Alarm]) -> tuple[str, ...]:
    health.pages += 1
    signs = _page_signs(each)
    if each.traits:
        signs |= _article_signs(health, each.traits, each.place)
        health.articles += 1
        health.last_article = each.place
    threshold = page_threshold(health)
    for sign, shown in signs.items():
        rate = health.rates.setdefault(sign, Rate())
        was = rate.alarmed
        found = observe(rate, each.place, threshold, bad=shown)
        if found:
            _raise(health, sign, found, each.place.at, opened)
        alarm = health.alarms.get(FAMILIES[SIGN_KINDS[sign]])
        if alarm and sign in alarm.signs and shown:
            alarm.last_seen = each.place.at
        if was and not rate.alarmed:
            _calm(health, sign, each.place.at, closed)
    return tuple(sign for sign, shown in signs.items() if shown)


def _page_signs(each: Sighting) -> dict[str, bool]:
    reason = each.reason or ""
    wall, gone = reason in WALLS, reason.startswith("http_") and reason not in WALLS
    return {"challenge": wall, "gone": gone, "no_article": bool(reason) and not wall and not gone}


def _article_signs(health: Health, traits: Traits, place: Place) -> dict[str, bool]:
    signs = {"paywall": traits.paywalled, **{f"no_{name}": name in traits.missing for name in FIELDS}}
    signs["new_layout"] = not recognize(health.templates, traits.sketch, place.at, health.articles)
    length = min(int(2 * math.log2(max(traits.chars, 1))), BINS - 1)
    share = min(int(traits.removed * BINS), BINS - 1)
    if sum(health.lengths) >= LEARNING:
        signs["short_text"] = length < _quantile(health.lengths, QUANTILE)
        signs["long_text"] = length > _quantile(health.lengths, 1 - QUANTILE)
        signs["much_removed"] = share > _quantile(health.removed, 1 - QUANTILE)
    if "layout" not in health.alarms:  # a broken page is no measure
        _count(health.lengths, length)
        _count(health.removed, share)
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


def _raise(health: Health, sign: str, found: Suspicion, at: float, opened: list[Alarm]) -> None:
    kind = SIGN_KINDS[sign]
    known = health.alarms.get(FAMILIES[kind])
    if known is None:
        alarm = Alarm(
            health.site, kind, [sign], at, found.since, found.bad, found.seen, found.usual, found.strength, at
        )
        health.alarms[FAMILIES[kind]] = alarm
        opened.append(alarm)
        return
    known.signs.append(sign)
    known.first_bad = min(known.first_bad, found.since, key=lambda place: place.at)
    grave = list(FAMILIES)
    known.kind = min(known.kind, kind, key=grave.index)
    known.strength = max(known.strength, found.strength)


def _calm(health: Health, sign: str, at: float, closed: list[Alarm]) -> None:
    """End an alarm once none of its signs is shown more than usual."""
    family = FAMILIES[SIGN_KINDS[sign]]
    alarm = health.alarms.get(family)
    if alarm and not any(health.rates[each].alarmed for each in alarm.signs):
        alarm.closed_at = at
        closed.append(health.alarms.pop(family))


def _take_listings(
    health: Health, listings: list[Sighting], ordered: list[Sighting], opened: list[Alarm], closed: list[Alarm]
) -> None:
    if not listings:
        return
    came = [each for each in listings if each.reason is None]
    if not came:
        _note_failure(health, listings, opened)
        return
    until = came[-1].place.at
    if health.failing:
        health.longest_failure_s = max(health.longest_failure_s, until - health.failing[0])
        health.failing = None
    if health.dead:
        health.dead = False
        _close_volume(health, until, closed)
    was = any(test.alarmed for test in health.rhythm.tests.values())
    new = [each for each in ordered if each.new and not each.listing]
    lack = watch(health.rhythm, until, len(new), volume_thresholds(health))
    if lack:
        _raise_lack(health, lack, new, until, opened)
    if "volume" in health.alarms:
        if not any(test.alarmed for test in health.rhythm.tests.values()):
            if was:
                _close_volume(health, until, closed)
        else:
            health.alarms["volume"].last_seen = until
    if new:
        health.last_article = new[-1].place


def _note_failure(health: Health, listings: list[Sighting], opened: list[Alarm]) -> None:
    first, last = listings[0].place, listings[-1].place
    since, visits = health.failing or (first.at, 0)
    health.failing = (since, visits + 1)
    took = last.at - since
    if health.dead:
        health.alarms["volume"].last_seen = last.at
    elif (
        visits + 1 >= FAILING_VISITS
        and took >= max(FAILING_S, PATIENCE * health.longest_failure_s)
        and health.rhythm.watched_until is not None
    ):
        health.dead = True
        known = health.alarms.get("volume")
        if known:
            known.kind = "dead_feed"
            return
        a_day = health.rhythm.a_day
        alarm = Alarm(
            health.site, "dead_feed", ["failing"], last.at, first, 0, visits + 1, a_day, took / FAILING_S, last.at
        )
        health.alarms["volume"] = alarm
        opened.append(alarm)


def _raise_lack(health: Health, lack: Lack, new: list[Sighting], until: float, opened: list[Alarm]) -> None:
    kind: AlarmKind = "dead_feed" if lack.test == DEAD else "volume_halved"
    known = health.alarms.get("volume")
    if known:
        known.kind = "dead_feed" if "dead_feed" in (known.kind, kind) else kind
        known.signs.append(kind)
        return
    last = health.last_article or Place(lack.since, "", "")
    alarm = Alarm(
        health.site,
        kind,
        [kind],
        until,
        last if last.at <= lack.since else Place(lack.since, last.url, last.record),
        lack.found,
        lack.wanted,
        health.rhythm.a_day,
        lack.strength,
        until,
    )
    health.alarms["volume"] = alarm
    opened.append(alarm)


def _close_volume(health: Health, at: float, closed: list[Alarm]) -> None:
    alarm = health.alarms.pop("volume", None)
    if alarm:
        alarm.closed_at = at
        for name in health.rhythm.tests:
            health.rhythm.tests[name] = Shortage(passed=health.rhythm.tests[name].passed)
        closed.append(alarm)
