"""Naming: what each block that is not in the body is called, once that is decided.

A module of its own because nothing here decides what is body. Whatever cut a block (its place, a form around it, the
trees), a reader of the list wants to know what it was: its own words say that best, then the names around it, then what
stands beside it. What nothing has listed yet, and speaks to the reader, is added, so that nothing vanishes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from scraper.article import RemovedKind
from scraper.extract.appended import is_button_pair
from scraper.extract.boilerplate import (
    Hits,
    Verdict,
    find_phrases,
    is_byline_line,
    is_consent_text,
    read_names,
    read_phrases,
    sounds_like_bio,
)
from scraper.extract.layout import Box, Layout, TextBlock

LINKED = 0.5
LINKED_WHOLLY = 0.9
BYLINE_CHARS, BIO_CHARS = 120, 400
LISTED_CHARS = 20
"""A shorter text beside the article is listed only for what it says. Set by hand, as the other numbers here."""

NAMED_STEPS = 6
"""How far up names are read: a prompt is built of that many boxes."""

_SETTLED = ("field", "photo", "rule", "phrase", "beside", "disclosure", "opinion")
_VAGUE: frozenset[RemovedKind] = frozenset(("other", "teaser", "related"))
_NAMED_LOOSELY: frozenset[RemovedKind] = frozenset(("byline", "navigation", "share", "legal"))
_TOLD: frozenset[RemovedKind] = frozenset(("plea", "newsletter", "paywall", "legal", "author_bio", "comments", "embed"))
_CONTROLS = frozenset((
    "form", "search", "tooltip", "progress bar", "error", "notification", "alert", "noprint", "no print", "print only",
))  # fmt: skip
_REACTIONS = frozenset(("rating", "ratings", "votes", "survey", "feedback", "kudos", "likes"))
_PICTURES = frozenset(("gallery", "galleries", "slideshow", "slide show", "lightbox", "photogallery", "image gallery"))
_ROWS = frozenset(("carousel", "slick", "swiper", "slider"))
_WORD = re.compile(r"[^\W\d_]+")
_DATE_WORDS = 4
_DATE_CHARS = 40


def name_cut(layout: Layout, kept: Collection[int], cut: Mapping[int, Verdict]) -> dict[int, Verdict]:
    """Name every block outside the body.

    Args:
        layout: The page.
        kept: Indices of the body's blocks.
        cut: Index of a block -> why it was cut.

    Returns:
        A verdict for each block of cut, with the rule that cut it, and for those that are added.
    """
    inside = kept if isinstance(kept, frozenset | set) else frozenset(kept)
    blocks = layout.blocks
    first, last = min(inside, default=0), max(inside, default=-1)
    doubted = [
        i
        for i, block in enumerate(blocks)
        if i not in inside
        and (
            _is_doubted(verdict, block)
            if (verdict := cut.get(i))
            else block.link_chars < LINKED_WHOLLY * len(block.text)
        )
    ]
    folded = [blocks[i].text.casefold() for i in doubted]
    named = dict(cut)
    for i, text, hits in zip(doubted, folded, find_phrases(folded), strict=True):
        verdict = cut.get(i)
        told = _read_block(blocks[i], text, hits)
        listed = verdict is not None or " " in text or len(text) >= LISTED_CHARS
        if told and listed and (verdict is None or verdict.kind in _VAGUE or told.kind in _TOLD):
            named[i] = Verdict(told.kind, verdict.rule if verdict else told.rule)
        elif verdict is not None and verdict.kind == "other":
            named[i] = Verdict(_place(blocks[i], verdict, before=i < first, after=i > last), verdict.rule)
    _join_neighbors(blocks, doubted, named)
    return named


def _is_doubted(verdict: Verdict, block: TextBlock) -> bool:
    """Tell whether a verdict says less than the block's own words may: names like "login" or "contributor" lie."""
    if verdict.rule.startswith(_SETTLED):
        return False
    return verdict.kind in _VAGUE or (verdict.kind in _NAMED_LOOSELY and len(block.text) >= LISTED_CHARS)


def _read_block(block: TextBlock, text: str, hits: Hits) -> Verdict | None:
    """Read a block by what it says, then by the names of the boxes around it."""
    links = block.link_chars / len(block.text)
    if is_button_pair(text):
        return Verdict("navigation", "phrase:buttons")
    if said := read_phrases(text, hits, links=links, last=True):
        prompt = said.kind == "legal" and ("newsletter.sure" in hits.found or "newsletter.things" in hits.found)
        return Verdict("newsletter", said.rule) if prompt else said
    if len(text) < LISTED_CHARS:
        return None
    if is_consent_text(text):
        return Verdict("legal", "phrase:consent")
    if sounds_like_bio(hits) and len(text) < BIO_CHARS:
        return Verdict("author_bio", f"phrase:{hits.first('author_bio.anywhere')}")
    box: Box | None = block.box
    for _ in range(NAMED_STEPS):
        if box is None or box.tag in {"article", "main", "body"}:
            break
        if box.names and (verdict := read_names(box.names, box.tag)) and verdict.kind in _TOLD:
            return verdict
        box = box.parent
    return None


def _place(block: TextBlock, verdict: Verdict, *, before: bool, after: bool) -> RemovedKind:
    """Name a block whose words and names say nothing."""
    text, linked = block.text, block.link_chars > LINKED * len(block.text)
    short = len(text) < BYLINE_CHARS
    if short and (is_byline_line(text.casefold()) or (len(text) < _DATE_CHARS and _is_date(text))):
        return "byline"
    cause, _, word = verdict.rule.partition(":")
    if cause in {"name", "tag"}:
        if word in _PICTURES:
            return "related" if linked else "caption"
        if word in _ROWS:
            return "related" if linked or short else "teaser"
        if word in _REACTIONS:
            return "comments"
        if word == "login":
            return "paywall"
        if word in _CONTROLS and short and block.box.context not in {"td", "th"}:
            return "navigation"
    if linked:
        return "related"
    if cause == "heading" or (after and block.box.heading):
        return "related"
    if after and cause in {"model", "container", "name", "style"}:
        return "teaser" if not short else "related" if block.box.heading else "other"
    return "navigation" if before and short and cause in {"signature", "edge", "model"} else "other"


def _is_date(text: str) -> bool:
    """Tell a line of a date or time: little besides figures."""
    figures = sum(map(str.isdigit, text))
    letters = sum(map(str.isalpha, text))
    return figures >= 3 and figures * 3 >= letters and len(_WORD.findall(text)) <= _DATE_WORDS


def _join_neighbors(blocks: list[TextBlock], doubted: list[int], named: dict[int, Verdict]) -> None:
    """A block between two of one kind, in one box with them, is of that kind."""
    for i in doubted:
        verdict = named.get(i)
        if verdict is None or verdict.kind != "other" or not 0 < i < len(blocks) - 1:
            continue
        above, below = named.get(i - 1), named.get(i + 1)
        if above is None or below is None or above.kind != below.kind or above.kind in {"other", "caption"}:
            continue
        parents = {block.box.parent.index if block.box.parent else 0 for block in blocks[i - 1 : i + 2]}
        if len(parents) == 1:
            named[i] = Verdict(above.kind, verdict.rule)
