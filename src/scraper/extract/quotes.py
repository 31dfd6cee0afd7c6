"""Quotes: which blocks are pulled quotes, printed large beside a text that says the same again.

A module of its own because a pulled quote is part of the page and no part of the text: counted twice, a sentence is
wrong. What tells it is that it repeats the body; a name alone is believed only where it is the exact one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from scraper.extract.boilerplate import Verdict
from scraper.extract.features import fold
from scraper.extract.layout import Box, Layout, TextBlock

MIN_CHARS = 20
MAX_CHARS = 400
"""Longer than this, folded, is a quotation. Set by hand, as the other numbers here."""

MIN_WORDS = 3
"""A shorter part of a quote may stand anywhere by chance."""

REPEATED = 0.85
"""So much of a quote must stand in the body. The rest is what editors shorten and mend."""

NAMED_SHARE = 0.15
"""Blocks with the name and no repetition may hold this share of the text; more is the site's way to quote."""

AROUND_STEPS = 3
ATTRIBUTION_CHARS = 100

_NAMED = re.compile(r"pull(?:ed)?[-_ ]?quote|quote[-_]?pull", re.IGNORECASE)
_HINTS = re.compile(r"quote|zitat|citat|\bcita|citation|destaca|highlight|callout|exergue|ingezet|sitat", re.IGNORECASE)
_TAGS = frozenset(("blockquote", "aside", "figure", "q"))
_MARKS = '“”"«»„「」『』'
_ONE_QUOTE = re.compile(rf"[{_MARKS}‘‚'][^{_MARKS}]+[{_MARKS}’']")
_PART = re.compile(r"[.!?…;:。！？]+|\s[–—]\s|,[”\"»]")
_KINDS = frozenset(("other", "related", "teaser"))
"""What a pulled quote that was cut may have been taken for."""


def find_pulled_quotes(layout: Layout, kept: Collection[int], cut: Mapping[int, Verdict]) -> frozenset[int]:
    """Find the pulled quotes among the blocks of an article.

    Args:
        layout: The page.
        kept: Indices of the body's blocks.
        cut: Index of a block that was cut -> why; one that repeats the body between its blocks is a quote after all.

    Returns:
        Indices of blocks, with lines that only name who is quoted. Not all need be in kept.
    """
    if not kept:
        return frozenset()
    first, last, inside = min(kept), max(kept), frozenset(kept)
    possible = {i for i in kept if _may_be(layout.blocks[i], sure=False)}
    possible |= {i for i, verdict in cut.items() if first < i < last and _was_mistaken(layout.blocks[i], verdict)}
    if not possible:
        return frozenset()
    rest = [i for i in kept if i not in possible]
    body = f" {' | '.join(fold(layout.blocks[i].text) for i in rest)} "
    quotes = {i for i in possible if _is_repeated(layout.blocks[i].text, body)}
    named = {i for i in (possible & inside) - quotes if _has_name(layout.blocks[i].box)}
    if sum(len(layout.blocks[i].text) for i in named) <= NAMED_SHARE * len(body):
        quotes |= named
    for i in list(quotes):
        beside = i + 1
        known = first < beside < last and (beside in inside or beside in cut)
        if known and _is_attribution(layout.blocks[beside], layout.blocks[i]):
            quotes.add(beside)
    return frozenset(quotes)


def _may_be(block: TextBlock, *, sure: bool) -> bool:
    if block.box.context == "li" or not MIN_CHARS <= len(block.text) <= MAX_CHARS:
        return False
    if _top(block.box) is not None:
        return True
    # Subheads are quoted from the text too, and a paragraph may begin and end with words of one speaker.
    return not sure and not block.box.heading and bool(_ONE_QUOTE.fullmatch(block.text))


def _was_mistaken(block: TextBlock, verdict: Verdict) -> bool:
    return verdict.kind in _KINDS and not verdict.rule.startswith("field:") and _may_be(block, sure=True)


def _top(box: Box | None) -> Box | None:
    """Give the element that sets a block apart: by its tag, or by a name that speaks of quoting."""
    found = None
    for _ in range(AROUND_STEPS):
        if box is None or box.tag in {"article", "main", "body"}:
            break
        if box.tag in _TAGS or (box.names and _HINTS.search(box.names)):
            found = box
        box = box.parent
    return found


def _has_name(box: Box) -> bool:
    top: Box | None = box
    for _ in range(AROUND_STEPS):
        if top is None or top.tag in {"article", "main", "body"}:
            return False
        if _NAMED.search(top.names):
            return True
        top = top.parent
    return False


def _is_repeated(text: str, body: str) -> bool:
    """Tell whether nearly all parts of a text stand in the body, word for word."""
    whole = fold(text)
    if len(whole) >= MIN_CHARS and f" {whole} " in body:
        return True
    said = total = 0
    for part in _PART.split(text):
        folded = fold(part)
        total += len(folded)
        if folded.count(" ") + 1 >= MIN_WORDS and f" {folded} " in body:
            said += len(folded)
    return total >= MIN_CHARS and said >= REPEATED * total


def _is_attribution(block: TextBlock, quote: TextBlock) -> bool:
    """Tell whether a short block in the same set-apart element names who is quoted."""
    top = _top(quote.box)
    return top is not None and len(block.text) <= ATTRIBUTION_CHARS and _top(block.box) is top and not block.box.heading
