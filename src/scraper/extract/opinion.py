"""Opinion: what others say of a page in which hardly any body was found.

A module of its own because it is the only place that knows trafilatura.
"""

from __future__ import annotations

from collections.abc import Iterable

from scraper.article import Block, Removed
from scraper.extract.features import fold

LITTLE_CHARS = 300
"""Below this much text the second opinion is asked."""

MIN_OPINION_CHARS = 100
MAX_OPINION_CHARS = 2_000_000
"""The second opinion is not asked for larger pages: its cost on them is not bounded by us."""

_SAID = frozenset(("paywall", "plea", "newsletter", "legal"))
"""Kinds told by what a block says: not in doubt where little was found, as those are that its place tells."""

MIN_SAID_CHARS = 15
"""A shorter text, such as a button's, may stand inside a sentence."""

_HEADLINES = frozenset(("field:headline", "tag:h1"))


def second_opinion(
    html: str, size: int, declared: str | None, page_chars: int, removed: Iterable[Removed]
) -> tuple[tuple[Block, ...], str] | None:
    """Ask elsewhere where little was found: the page's own declared text, then trafilatura.

    Args:
        html: The page.
        size: Characters of the body found here.
        declared: JSON-LD's articleBody.
        page_chars: Characters of all text on the page: where there is none, nobody finds any.
        removed: What was cut here. Others take a wall or a plea for the body where there is little else.

    Returns:
        The body and its source, None where the one found here stands.
    """
    if size >= LITTLE_CHARS:
        return None
    if declared and len(declared) > max(3 * size, LITTLE_CHARS) and "<" not in declared:
        parts = [" ".join(part.split()) for part in declared.splitlines()]
        return tuple(Block("paragraph", part) for part in parts if part), "json_ld"
    text = _ask_trafilatura(html) if page_chars >= MIN_OPINION_CHARS else None
    said = {fold(each.text) for each in removed if each.kind in _SAID and len(each.text) >= MIN_SAID_CHARS}
    parts = [part for line in (text or "").splitlines() if (part := " ".join(line.split())) and not _holds(part, said)]
    if sum(map(len, parts)) > max(2 * size, MIN_OPINION_CHARS):
        headlines = {fold(each.text) for each in removed if each.rule in _HEADLINES}
        return tuple(Block("paragraph", part) for part in parts if fold(part) not in headlines), "model"
    return None


def _holds(part: str, said: Iterable[str]) -> bool:
    """Tell whether a part is what was cut, or all of the page in one line, with that in it."""
    folded = fold(part)
    return any(each in folded for each in said)


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
