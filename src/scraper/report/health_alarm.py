"""Alarm: something on a site that is no longer as it was, and which signs it goes by.

A module of its own, because whoever tells, keeps or marks rows by an alarm needs no more of health than this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from scraper.report.health_rates import Place

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

FIELDS = ("headline", "byline", "section", "date", "dek", "photos", "captions", "credits")

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
