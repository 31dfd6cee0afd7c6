"""Politeness: how long one host must be left alone.

A module because every number of it is a promise to webmasters; pure, so that a virtual clock can show it.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scraper.page import HostPace

JITTER = (0.5, 1.5)
"""Source: Scrapy's RANDOMIZE_DOWNLOAD_DELAY."""
MAX_CRAWL_DELAY_S = 300.0
"""A longer Crawl-delay slows the host to this and never skips it: our own choice."""
MAX_WAIT_S = 86_400.0
"""The longest wait a 429 or 503 can ask for."""
BACKOFF_SPREAD = 0.1
QUIET_S = 1800.0
"""A host that answers well so long after its wait starts anew. Source: StormCrawler issue 1984."""
BUSY = frozenset({429, 503})
RETRY_STEPS_S = (3600.0, 21_600.0, 86_400.0)
"""A failed address is due again after these, one after the other, then it is given up."""


def interval_s(delay_s: float, crawl_delay_s: float | None, rng: random.Random) -> float:
    """Draw the seconds between two requests to a host.

    Our own delay varies by JITTER; a Crawl-delay is a least value, so it does not.
    """
    theirs = min(crawl_delay_s or 0.0, MAX_CRAWL_DELAY_S)
    return max(delay_s * rng.uniform(*JITTER), theirs)


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Read Retry-After.

    Returns:
        Seconds from now, at most MAX_WAIT_S; None where it is absent, unreadable, negative or past.

    Source: RFC 9110 section 10.2.3.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,18}", text):
        return min(float(text), MAX_WAIT_S) or None
    try:
        at = parsedate_to_datetime(text)
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(seconds, MAX_WAIT_S) if seconds > 0 else None


def after_busy(
    pace: HostPace, retry_after: str | None, now: datetime, backoff_s: float, rng: random.Random
) -> HostPace:
    """Slow a host down that answered 429 or 503.

    Args:
        pace: What was remembered before.
        retry_after: The header's value, None if there was none.
        now: When the answer came.
        backoff_s: The first wait without Retry-After; each further one is twice the last.
        rng: For the spread of BACKOFF_SPREAD.
    """
    wait = parse_retry_after(retry_after, now)
    if wait is None:
        wait = min(max(backoff_s, 2 * pace.backoff_s), MAX_WAIT_S)
        asked, wait = wait, wait * rng.uniform(1 - BACKOFF_SPREAD, 1 + BACKOFF_SPREAD)
    else:
        asked = wait
    ready_at = max(pace.ready_at, now + timedelta(seconds=wait))
    return replace(pace, ready_at=ready_at, backoff_s=asked, slowed_at=now)


def forgive(pace: HostPace, now: datetime) -> HostPace:
    """Forget the backoff of a host that answers well, once QUIET_S have passed since its last wait ended.

    Time alone forgives nothing: a host that nobody asked for hours may be as busy as before.
    """
    if pace.slowed_at is None or now - pace.slowed_at < timedelta(seconds=pace.backoff_s + QUIET_S):
        return pace
    return replace(pace, backoff_s=0.0, slowed_at=None)


def retry_at(failures: int, now: datetime) -> datetime | None:
    """Say when an address that failed is due again.

    Args:
        failures: How many of the long waits of RETRY_STEPS_S it has behind it.
        now: When it failed.

    Returns:
        None where it is given up.
    """
    return now + timedelta(seconds=RETRY_STEPS_S[failures]) if failures < len(RETRY_STEPS_S) else None
