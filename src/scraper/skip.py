"""Skip: why an address became no row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Skip:
    """Why an address became no row.

    Args:
        reason: Slug that outcomes are counted by: "robots_disallowed", "http_404", "too_large", "not_article", ...
        detail: One sentence for a person.
        retryable: True where asking again later may help.
    """

    reason: str
    detail: str = ""
    retryable: bool = False
