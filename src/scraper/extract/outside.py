"""Outside: what the blocks are that are no body.

A module of its own because nothing here decides what is body: it only lists all that a reader could take for text, so
that nothing vanishes, with what its place says; naming.py then reads what it says itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from scraper.extract.boilerplate import Verdict
from scraper.extract.container import Window
from scraper.extract.features import Feature, Sheet, fold

SENTENCE_CHARS = 40
"""A block that is no body is listed as removed from this length on, if it is no link list. In the container and between
the first and the last block of the body all are."""

FIELD_CHARS = 1000
LINKED, LINKED_WHOLLY = 0.5, 0.9


def account(
    sheet: Sheet,
    window: Window,
    kept: Sequence[int],
    cut: dict[int, Verdict],
    *,
    captions: Collection[int],
    cards: Collection[int],
    headline: str,
    dek: str,
) -> None:
    """Name every block that is no body and that a reader could take for text.

    Args:
        sheet: The page.
        window: The part of it that was judged.
        kept: Indices of the body's blocks.
        cut: Those whose verdict is known; added to.
        captions: Indices of the blocks that are captions.
        cards: Indices of the boxes in cards of other stories.
        headline: Folded.
        dek: Folded.
    """
    body = set(kept)
    first, last = (kept[0], kept[-1]) if kept else (0, -1)
    inside = window.container.depth > 0
    start, end = window.container.index, sheet.ends[window.container.index]
    rest = [
        i
        for i, feature in enumerate(sheet.features)
        if i not in body
        and i not in cut
        and (
            first < i < last
            or i in captions
            or _is_text(feature)
            or (inside and start <= feature.block.box.index <= end)
        )
    ]
    top = sheet.layout.boxes[0]
    own_article = sheet.article_of(window.container)
    for i in rest:
        feature = sheet.features[i]
        box = feature.block.box
        rule = "model:body" if window.start <= i < window.stop else "container:outside"
        if i in captions:
            cut[i] = Verdict("caption", "photo:caption")
        elif dek and feature.size < FIELD_CHARS and fold(feature.block.text) == dek:
            cut[i] = Verdict("other", "field:dek")
        elif headline and box.heading and fold(feature.block.text) == headline:
            cut[i] = Verdict("other", "field:headline")
        elif named := sheet.name_below(box, top):
            cut[i] = named
        elif box.index in cards and not box.heading:
            cut[i] = Verdict("teaser", "card:linked_heading")
        elif box.heading or feature.links > LINKED:
            cut[i] = Verdict("related", rule)
        elif box.index > end or sheet.article_of(box) != own_article:
            cut[i] = Verdict("teaser", rule)
        else:
            cut[i] = Verdict("other", rule)


def _is_text(feature: Feature) -> bool:
    return (
        feature.size >= SENTENCE_CHARS
        and feature.links < LINKED_WHOLLY
        and (feature.sentences > 0 or feature.size > 2 * SENTENCE_CHARS)
    )
