"""Watching: what each segment tells of the health of its sites, and the rows that are to be marked for it.

Beside marking, because it too needs the segments before. A segment is counted once; extracted again, its rows get the
marks that are kept for them, so that the same archive and the same history give the same rows.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from scraper.article import Article
from scraper.errors import StoreError
from scraper.page import Page
from scraper.report.health import accept, is_outage, take_in
from scraper.report.health_alarm import FAMILIES, Alarm, suspicion_of
from scraper.report.health_listings import tell_days
from scraper.report.health_rates import Place
from scraper.report.health_signs import FRESH_S, WALLS, Sighting, Traits
from scraper.report.health_site import Health
from scraper.report.health_tides import DAYS, Tides
from scraper.skip import Skip
from scraper.store.histories import FILE, Histories

Kept = TypeVar("Kept", Health, Alarm)

HEALTH = FILE
LISTINGS = frozenset({"feed", "sitemap", "front_page"})
NOT_ASKED = frozenset(
    {"variant", "opted_out", "other_shard", "robots_disallowed", "robots_unreachable", "host_waits", "stopped"}
)
"""Reasons that say nothing of what the site shows."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A visit as health sees it.

    Args:
        site: Host.
        sighting: What it shows.
    """

    site: str
    sighting: Sighting


def see(page: Page, record: str, result: Article | Skip | None) -> Sight | None:
    """Reduce a visit to what health needs; None where it tells nothing.

    Args:
        page: What came back; its payloads are not looked at.
        record: WARC-Record-ID of the answer.
        result: What extraction made of it, None where it was not extracted.
    """
    target = page.target
    skip = result if isinstance(result, Skip) else page.skip
    reason = skip.reason if skip else None
    if reason in NOT_ASKED or target.kind not in {*LISTINGS, "article"} or target.evidence.kind == "archive":
        return None  # not asked, or by others, at their own rhythm
    place = Place(page.fetched_at.timestamp(), target.url, record)
    network = bool(skip and skip.retryable and reason not in WALLS)
    if target.kind in LISTINGS:
        return Sight(target.site, Sighting(place, listing=True, reason=reason, network=network))
    article = result if isinstance(result, Article) else None
    if target.visits or page.unchanged or (target.tries and article is None) or (article is None and skip is None):
        return None
    if _is_old(page, article):
        return None
    traits = traits_of(article) if article else None
    return Sight(target.site, Sighting(place, listing=False, reason=reason, network=network, new=True, traits=traits))


def traits_of(article: Article) -> Traits:
    """Give what an article shows of how well its page is understood."""
    filled = {
        "headline": article.headline,
        "byline": article.byline or article.authors,
        "section": article.section,
        "date": article.published_at,
        "dek": article.dek,
        "photos": article.photos,
        "captions": any(photo.caption for photo in article.photos),
        "credits": any(photo.credit for photo in article.photos),
    }
    chars, removed = len(article.text), sum(len(each.text) for each in article.removed)
    return Traits(
        frozenset(name for name, value in filled.items() if not value),
        chars,
        removed / max(chars + removed, 1),
        paywalled=article.paywalled is True,
        sketch=article.sketch,
    )


def _is_old(page: Page, article: Article | None) -> bool:
    """Tell an article of the archive, as sitemaps name them, from news; one without a date is news."""
    times = [article.published_at if article else None, _read_time(page.target.evidence.published)]
    return any(when and page.fetched_at - when > timedelta(seconds=FRESH_S) for when in times)


def _read_time(printed: str | None) -> datetime | None:
    """Read the date of a listing: of feeds by mail's rules, of sitemaps by ISO's."""
    if not printed:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = read(printed.strip())
        except (ValueError, OverflowError):
            continue
        return when if when.tzinfo else when.replace(tzinfo=UTC)
    return None


class Watching:
    """Watches the health of sites, segment by segment.

    Args:
        path: data/health.sqlite.
        counting: False: segments are not taken in, and a run that goes on meanwhile is not held up.

    Raises:
        StoreError: It can't be opened.
    """

    def __init__(self, path: Path, *, counting: bool = True) -> None:
        self._histories, self._counting = Histories(path), counting
        self._opened: set[tuple[str, float]] = set()
        self._since = math.inf

    def take_in(self, segment: str, sights: list[Sight]) -> None:
        """Take in the visits of a segment, unless they were before; kept once it is committed."""
        if not self._counting:
            return
        self._histories.rollback()
        self._histories.begin()
        if self._histories.is_counted(segment):
            return
        self._histories.count(segment)
        by_site: defaultdict[str, list[Sighting]] = defaultdict(list)
        for sight in sights:
            by_site[sight.site].append(sight.sighting)
        outage = _is_outage(by_site)
        healths = {site: read_health(self._histories.site(site)) or Health(site) for site in by_site}
        tides = self._tell_days(healths, by_site)
        for site, sightings in by_site.items():
            health = healths[site]
            change = take_in(health, sightings, segment=segment, outage=outage, lean=tides.lean(site))
            for alarm in (*change.opened, *change.closed, *health.alarms.values()):
                save_alarm(self._histories, alarm)
            for alarm in change.opened:
                self._opened.add((site, alarm.opened_at))
                self._since = min(self._since, alarm.opened_at)
            for each in change.suspects:
                self._histories.suspect(each.record, site, each.at, each.signs)
            self._histories.ask_again({each.segment for each in change.suspects} - {segment})
            self._histories.save_site(site, msgspec.msgpack.encode(health))

    def _tell_days(self, healths: dict[str, Health], by_site: dict[str, list[Sighting]]) -> Tides:
        """Ask all sites of the segment how their days look, before one is judged by the others."""
        tides, last = Tides(self._histories.days()), 0
        for site, sightings in by_site.items():
            days = tell_days(healths[site], sightings)
            tides.note(site, days)
            self._histories.save_days(site, days)
            last = max(last, *days, last)
        self._histories.forget_days(last - DAYS)
        return tides

    def suspicion(self, record: str, traits: Traits) -> str | None:
        """Give what the row of an article is to be marked with."""
        signs = self._histories.suspected(record)
        return suspicion_of(signs, traits.missing, paywalled=traits.paywalled) if signs else None

    def commit(self) -> None:
        """Keep what was taken in."""
        self._histories.commit()

    def again(self) -> list[str]:
        """Give the earlier segments that hold rows which are suspected since."""
        return self._histories.again()

    def written(self, segment: str) -> None:
        """Note that the rows of a segment are written again."""
        self._histories.written(segment)

    def alarms(self) -> tuple[list[Alarm], list[Alarm]]:
        """Give the alarms that began since it was opened, also where they are over, and the others that are open."""
        begun, before = [], []
        for alarm in map(read_alarm, self._histories.alarms(since=self._since)):
            if (alarm.site, alarm.opened_at) in self._opened:
                begun.append(alarm)
            elif alarm.closed_at is None:
                before.append(alarm)
        return begun, before

    def close(self) -> None:
        """Close the file."""
        self._histories.close()


def accept_alarms(path: Path, site: str, now: float) -> list[Alarm]:
    """Take what is now for normal on a site: end its alarms, and suspect its rows no more when they are written again.

    Raises:
        StoreError: The file can't be written.
    """
    histories = Histories(path)
    try:
        histories.begin()
        health = read_health(histories.site(site))
        ended = accept(health, now) if health else []
        for alarm in ended:
            histories.clear(site, alarm.first_bad.at)
            save_alarm(histories, alarm)
        if health:
            histories.save_site(site, msgspec.msgpack.encode(health))
        histories.commit()
    finally:
        histories.close()
    return ended


def read_health(packed: bytes | None) -> Health | None:
    """Unpack what is known of a site.

    Raises:
        StoreError: It is damaged.
    """
    return _read(packed, Health) if packed else None


def read_alarm(packed: bytes) -> Alarm:
    """Unpack an alarm. Raises as read_health."""
    return _read(packed, Alarm)


def _read(packed: bytes, kind: type[Kept]) -> Kept:
    try:
        return msgspec.msgpack.decode(packed, type=kind)
    except msgspec.DecodeError as error:
        raise StoreError(
            f"health.sqlite of the data folder is damaged ({error}); remove it: it is learned anew"
        ) from error


def save_alarm(histories: Histories, alarm: Alarm) -> None:
    """Keep an alarm as it stands."""
    family = FAMILIES[alarm.kind]
    histories.save_alarm(alarm.site, family, alarm.opened_at, alarm.closed_at, msgspec.msgpack.encode(alarm))


def _is_outage(by_site: dict[str, list[Sighting]]) -> bool:
    listings = [[each for each in sightings if each.listing] for sightings in by_site.values()]
    asked = [group for group in listings if group]
    return is_outage(sum(all(each.network for each in group) for group in asked), len(asked))
