"""Health lines: alarms and health as a person reads them: what, since when, how sure, what to do.

A module of its own, because the same line goes to the terminal, to the mail of cron and to whoever reads the record of
a run; the health itself knows no words.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from scraper.report.health_alarm import FAMILIES, FIELDS, SIGN_KINDS, Alarm, AlarmKind
from scraper.report.health_rates import COMMON, Rate, expected
from scraper.report.health_rhythm import LEARNING_DAYS
from scraper.report.health_site import Health

NAMES = {
    "challenge": "walls",
    "gone": "pages gone",
    "no_article": "pages that are no article",
    "paywall": "paywalled",
    "new_layout": "new layout",
    "short_text": "short texts",
    "long_text": "long texts",
    "much_removed": "much removed",
}
DO: dict[AlarmKind, str] = {
    "dead_feed": "open the feed in a browser; if it moved, change the site's file",
    "volume_halved": "see whether a feed or section is missing from the site's file; on holidays wait",
    "challenge": "the site refuses crawlers: raise delay_s, or write to them; don't get around it",
    "pages_lost": "open the first page: narrow article_pattern, or render = true where scripts build it",
    "paywall": "rows hold what is shown; filter by paywalled, or leave the site out",
    "layout_changed": "look at the first page with scraper inspect; if fields are wrong, add a [[rule]] era",
    "field_lost": "look at the first page with scraper inspect; add a [[rule]] that selects the field",
    "text_changed": "look at the first page with scraper inspect; add a [[rule]] with body or remove",
}
SURE = 2.0
"""Evidence, as a multiple of what an alarm takes, from which it is called certain."""


def tell(alarm: Alarm) -> str:
    """Tell an alarm in one line: site, what, since when, how sure, the first bad page, what to do."""
    sure = "certain" if alarm.strength >= SURE else "likely"
    ended = f"; over since {_day(alarm.closed_at)}" if alarm.closed_at else ""
    return (
        f"{alarm.site}: {alarm.kind}: {_what(alarm)}, since {_day(alarm.first_bad.at)} ({sure}){ended};"
        f" first {alarm.first_bad.url or 'unknown'}; {DO[alarm.kind]}"
    )


def to_json(alarm: Alarm) -> dict[str, Any]:
    """Give what JSON can hold of an alarm."""
    return {
        "site": alarm.site,
        "kind": alarm.kind,
        "signs": alarm.signs,
        "opened_at": _time(alarm.opened_at),
        "since": _time(alarm.first_bad.at),
        "first_bad_url": alarm.first_bad.url,
        "first_bad_record": alarm.first_bad.record,
        "last_seen": _time(alarm.last_seen),
        "closed_at": _time(alarm.closed_at),
        "accepted_at": _time(alarm.accepted_at),
        "text": tell(alarm),
    }


def make_table(sites: Iterable[Health]) -> list[list[str]]:
    """Make the rows of a table, its head first: each site with what is normal and what is now."""
    head = ["site", "state", "a day", "last article", "articles", "no longer as usual"]
    return [head, *(_row(health) for health in sites)]


def make_details(health: Health) -> list[list[str]]:
    """Make the rows of a table, its head first: each sign of a site, its usual share of pages, now, and how it is."""
    rows = [["sign", "usual", "now", "pages", ""]]
    for sign in SIGN_KINDS:
        if (rate := health.rates.get(sign)) is None:
            continue
        if sign.removeprefix("no_") in FIELDS:
            shares = 1 - rate.usual, 1 - rate.recent
            name = sign.removeprefix("no_")
        else:
            shares = rate.usual, rate.recent
            name = NAMES[sign]
        pages = rate.seen + rate.waiting[0]
        rows.append([name, *(f"{share:.0%}" for share in shares), f"{pages:.0f}", _state_of(rate)])
    return rows


def _row(health: Health) -> list[str]:
    a_day = f"{health.rhythm.a_day:.1f}" if health.rhythm.watched_days >= 1 else "?"
    last = health.last_article
    told = _ago((health.last or last.at) - last.at) if last else "none"
    lost = [health.rates[sign] for sign in ("challenge", "gone", "no_article") if sign in health.rates]
    usual, now = 1 - sum(rate.usual for rate in lost), 1 - sum(rate.recent for rate in lost)
    share = f"{max(usual, 0):.0%} now {max(now, 0):.0%}" if any(rate.ready for rate in lost) else "?"
    changed = ", ".join(
        f"{_name(sign)} {rate.usual:.0%} now {rate.recent:.0%}" for sign, rate in health.rates.items() if rate.alarmed
    )
    return [health.site, _state(health), a_day, told, share, changed]


def _state(health: Health) -> str:
    if health.alarms:
        return ", ".join(f"ALARM {alarm.kind}" for alarm in health.alarms.values())
    if health.rhythm.watched_days < LEARNING_DAYS:
        return f"learning, {health.rhythm.watched_days:.0f} of {LEARNING_DAYS:.0f} days"
    return "ok"


def _state_of(rate: Rate) -> str:
    if rate.alarmed:
        return "ALARM"
    if not rate.ready:
        return "learning"
    return "too often to test" if expected(rate) > COMMON else ""


def _what(alarm: Alarm) -> str:
    if "failing" in alarm.signs:
        return f"all listings fail, {alarm.seen:.0f} visits in a row at first"
    if FAMILIES[alarm.kind] == "volume":
        return f"{alarm.bad:.0f} new articles where {alarm.seen:.0f} are usual"
    more = f" (also {', '.join(_name(sign) for sign in dict.fromkeys(alarm.signs[1:]))})" if alarm.signs[1:] else ""
    return f"{_name(alarm.signs[0])} on {alarm.bad:.0f} of {alarm.seen:.0f} pages, usually {alarm.usual:.0%}{more}"


def _name(sign: str) -> str:
    return NAMES.get(sign, sign.replace("_", " "))


def _day(at: float | None) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}" if at else "?"


def _time(at: float | None) -> str | None:
    return datetime.fromtimestamp(at, UTC).isoformat() if at else None


def _ago(seconds: float) -> str:
    if seconds < 7200:
        return f"{seconds / 60:.0f} min before"
    return f"{seconds / 3600:.0f} h before" if seconds < 48 * 3600 else f"{seconds / 86400:.0f} days before"
