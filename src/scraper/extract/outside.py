"""Outside: what the blocks outside the article are.

A module of its own because nothing here decides what is body: it only names all that a reader could take for text, so
that nothing vanishes.
"""

from __future__ import annotations

from collections.abc import Collection

from scraper.extract.blocks import Box
from scraper.extract.boilerplate import Verdict, find_phrases, is_byline_line, read_phrases
from scraper.extract.features import Feature, Sheet, fold

SENTENCE_CHARS = 40
"""A block outside the container is listed as removed from this length on, if it is no link list."""

LINE_CHARS = 120


def account_outside(
    sheet: Sheet,
    members: set[int],
    cut: dict[int, Verdict],
    container: Box,
    *,
    captions: Collection[int],
    headline: str,
    dek: str,
) -> None:
    """Name every block outside that a reader could take for text.

    Args:
        sheet: The page.
        members: Indices of the blocks that were decided on.
        cut: Added to.
        container: The box that holds the article.
        captions: Indices of the blocks that are captions.
        headline: Folded.
        dek: Folded.
    """
    outside = [
        i for i, feature in enumerate(sheet.features) if i not in members and (i in captions or _is_text(feature))
    ]
    folded = [sheet.features[i].block.text.casefold() for i in outside]
    hits = find_phrases(folded)
    own_article = sheet.articles[container.index]
    end = sheet.ends[container.index]
    for i, text, hit in zip(outside, folded, hits, strict=True):
        feature = sheet.features[i]
        box = feature.block.box
        named = sheet.name_below(box, sheet.layout.boxes[0])
        spoken = read_phrases(text, hit, links=feature.links, last=True)
        if i in captions:
            cut[i] = Verdict("caption", "photo:caption")
        elif fold(feature.block.text) == dek and dek:
            cut[i] = Verdict("other", "field:dek")
        elif fold(feature.block.text) == headline:
            cut[i] = Verdict("other", "field:headline")
        elif spoken:
            cut[i] = spoken
        elif named:
            cut[i] = named
        elif feature.size < LINE_CHARS and not feature.sentences and is_byline_line(text):
            cut[i] = Verdict("byline", "phrase:byline")
        elif box.heading or feature.links > 0.5:
            cut[i] = Verdict("related", "container:outside")
        elif box.index > end or sheet.articles[box.index] != own_article:
            cut[i] = Verdict("teaser", "container:outside")
        else:
            cut[i] = Verdict("other", "container:outside")


def _is_text(feature: Feature) -> bool:
    return (
        feature.size >= SENTENCE_CHARS
        and feature.links < 0.9
        and (feature.sentences > 0 or feature.size > 2 * SENTENCE_CHARS)
    )
