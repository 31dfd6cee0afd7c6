"""Opinion: what others say of a page in which hardly any body was found.

A module of its own because it is the only place that knows trafilatura.
"""

from __future__ import annotations

from scraper.article import Block

LITTLE_CHARS = 300
"""Below this much text the second opinion is asked."""

MIN_OPINION_CHARS = 100
MAX_OPINION_CHARS = 2_000_000
"""The second opinion is not asked for larger pages: its cost on them is not bounded by us."""


def second_opinion(html: str, size: int, declared: str | None, page_chars: int) -> tuple[tuple[Block, ...], str] | None:
    """Ask elsewhere where little was found: the page's own declared text, then trafilatura.

    Args:
        html: The page.
        size: Characters of the body found here.
        declared: JSON-LD's articleBody.
        page_chars: Characters of all text on the page: where there is none, nobody finds any.

    Returns:
        The body and its source, None where the one found here stands.
    """
    if size >= LITTLE_CHARS:
        return None
    if declared and len(declared) > max(3 * size, LITTLE_CHARS) and "<" not in declared:
        parts = [" ".join(part.split()) for part in declared.splitlines()]
        return tuple(Block("paragraph", part) for part in parts if part), "json_ld"
    text = _ask_trafilatura(html) if page_chars >= MIN_OPINION_CHARS else None
    if text and len(text) > max(2 * size, MIN_OPINION_CHARS):
        parts = [" ".join(part.split()) for part in text.splitlines()]
        return tuple(Block("paragraph", part) for part in parts if part), "model"
    return None


def _ask_trafilatura(html: str) -> str | None:
    from trafilatura import extract  # slow to import; only pages with little text pay for it

    if len(html) > MAX_OPINION_CHARS:
        return None
    try:
        found: str | None = extract(html, include_comments=False, fast=True)
    except (ValueError, TypeError, AttributeError, RecursionError, IndexError, KeyError):
        # It walks strange trees by recursion and indexing; a page it cannot read is one it has no opinion on.
        return None
    return found
