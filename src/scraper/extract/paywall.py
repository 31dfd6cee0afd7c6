"""Paywall: whether a page shows only a part of its article to this reader."""

from __future__ import annotations

from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import Printed

TIER_META = (
    "article:content_tier",
    "og:article:content_tier",
    "content_tier",
    "cxenseparse:accesslevel",
    "access",
    "is_premium",
    "premium",
    "paywall",
    "article:content_restricted",
)

_LOCKED = frozenset(
    ("locked", "premium", "paid", "subscriber", "subscribers", "true", "plus", "restricted", "1", "yes")
)
_OPEN = frozenset(("free", "open", "public", "false", "0", "no"))


def find_paywall(printed: Printed, linked: LinkedData) -> tuple[bool | None, str | None]:
    """Tell whether the article is declared or marked as closed; None where the page does not tell.

    Returns:
        The verdict and its source.
    """
    if linked.accessible_for_free is not None:
        return not linked.accessible_for_free, linked.origin.get("accessible_for_free", "json_ld")
    for name in TIER_META:
        for value in linked.meta.get(name, ())[:1]:
            word = value.strip().casefold()
            if word in _LOCKED:
                return True, "opengraph" if ":" in name else "meta"
            if word in _OPEN:
                return False, "opengraph" if ":" in name else "meta"
    if any(_is_wall(spot.key) for spot in printed.paywall):
        return True, "dom"
    return None, None


def _is_wall(key: str) -> bool:
    """Tell the wall itself from switches and empty containers that scripts fill."""
    return not any(word in key for word in ("no-paywall", "nopaywall", "paywall-free", "paywall-off", "hidden", "js-"))
