"""Container: the element that holds the article.

A module of its own because a wrong one costs more than all other errors together, and because it is the one choice
made for the page as a whole: by how much good text stands below an element, after the headline, near each other.
"""

from __future__ import annotations

from scraper.extract.blocks import Box
from scraper.extract.features import GOOD_CHARS, TEXT_TAGS, Sheet, fold, weigh

DESCEND = 0.65
SCATTERED = 0.35
"""A page whose best box holds less than this share of the box that holds most is built of many small boxes."""

BEFORE_HEADLINE = 0.6
NEXT_STORY = 0.4
DECLARED, UNDECLARED = 2.0, 0.5
LIKE_DEK = 1.5
"""How text weighs: before the headline, behind the next story's, in the declared body or not in it, opening as the dek.
Set by hand, not swept."""

DECLARED_CHARS = 300
"""A shorter articleBody is a summary."""

NEAR_HEADLINE = 30
"""Blocks behind the headline that weigh more, falling with the distance."""

SAME_GAIN = 0.04
OTHER_GAIN = 0.12
"""How much more text, in shares of what is there, the box around must hold to be taken: less if it has the same
signature. Set by hand, not swept."""

MAX_GROWTH = 4
"""How many steps up more of the article is looked for: wrappers of widgets nest that deep."""

MAX_ROUNDS = 6


def find_container(sheet: Sheet, *, headline: str, dek: str, declared: str) -> Box:
    """Choose the element that holds the article.

    Args:
        sheet: The page; its boxes get their scores.
        headline: Folded.
        dek: Folded.
        declared: JSON-LD's articleBody, folded.
    """
    layout, places = sheet.layout, sheet.places
    weigh(sheet, _weights(sheet, headline, dek, declared))
    best = max(layout.boxes, key=lambda box: places[box.index].score, default=layout.boxes[0])
    while best.tag in TEXT_TAGS and best.parent is not None and best.parent.parent is not None:
        best = best.parent
    best = _unless_scattered(sheet, best)
    for _ in range(MAX_ROUNDS):
        above, grown = best.parent, False
        for _ in range(MAX_GROWTH):
            if above is None:
                break
            if _is_worth_growing(sheet, best, above):
                best, grown = above, True
                break
            above = above.parent
        if not grown:
            break
    return best


def _unless_scattered(sheet: Sheet, best: Box) -> Box:
    """Give the box that holds most of the page's text where the best one holds only a small part of it."""
    layout, places = sheet.layout, sheet.places
    children: dict[int, Box] = {}
    for box in layout.boxes[1:]:
        parent = box.parent.index if box.parent else 0
        if parent not in children or places[box.index].clear > places[children[parent].index].clear:
            children[parent] = box
    most = layout.boxes[0]
    while (child := children.get(most.index)) and places[child.index].clear > DESCEND * places[most.index].clear:
        most = child
    small = places[best.index].clear < SCATTERED * places[most.index].clear
    return most if small and most.index <= best.index <= sheet.ends[most.index] else best


def _weights(sheet: Sheet, headline: str, dek: str, declared: str) -> list[float]:
    """Weigh text after the page's headline more than text before it, and after the next story's least."""
    features = sheet.features
    start = headline_at(sheet, headline)
    weights = _declared_weights(sheet, dek, declared)
    if start is None:
        return weights
    for i in range(start):
        weights[i] *= BEFORE_HEADLINE
    for i in range(start + 1, min(len(weights), start + NEAR_HEADLINE)):
        weights[i] *= 1 + 0.5 * (1 - (i - start) / NEAR_HEADLINE)
    top = features[start]
    for i in range(start + 1, len(features)):
        box = features[i].block.box
        if box.heading and (box.heading == 1 or (features[i].signature == top.signature and box.names)):
            for later in range(i, len(features)):
                weights[later] *= NEXT_STORY
            break
    return weights


def _declared_weights(sheet: Sheet, dek: str, declared: str) -> list[float]:
    """Weigh text that the page declares as its article's body above all other."""
    weights = [1.0] * len(sheet.features)
    if len(declared) < DECLARED_CHARS:
        if dek:
            for i, feature in enumerate(sheet.features):
                if feature.good and fold(feature.block.text[:80])[:50] == dek[:50]:
                    weights[i] = LIKE_DEK
        return weights
    for i, feature in enumerate(sheet.features):
        if feature.good >= GOOD_CHARS:
            weights[i] = DECLARED if fold(feature.block.text[:90])[:45] in declared else UNDECLARED
    return weights


def headline_at(sheet: Sheet, headline: str) -> int | None:
    """Find the block that prints the headline: the heading that says it, else the first h1.

    Args:
        sheet: The page.
        headline: Folded.
    """
    fallback = None
    for i, feature in enumerate(sheet.features):
        if not feature.block.box.heading or feature.size > 400:
            continue
        if headline:
            folded = fold(feature.block.text)
            if folded == headline or (len(folded) > 20 and (folded in headline or headline in folded)):
                return i
        if fallback is None and feature.block.box.heading == 1:
            fallback = i
    return fallback


def _is_worth_growing(sheet: Sheet, box: Box, parent: Box) -> bool:
    """Tell whether the box around the best one holds more of the same article."""
    places = sheet.places
    if parent.tag in {"body", "html"} and box.tag in {"article", "main"}:
        return False
    here = places[box.index].good
    same, other_text, junk = 0.0, 0.0, 0.0
    own_article = sheet.articles[box.index]
    end, parent_end = sheet.ends[box.index], sheet.ends[parent.index]
    inside = {f.signature for f in sheet.features if box.index <= f.block.box.index <= end and f.good >= GOOD_CHARS}
    for feature in sheet.features:
        index = feature.block.box.index
        if box.index <= index <= end or not parent.index <= index <= parent_end:
            continue
        foreign = (
            feature.block.box.hidden
            or sheet.name_below(feature.block.box, parent)
            or sheet.articles[index] not in {-1, own_article}
        )
        good = feature.good >= GOOD_CHARS and feature.links < 0.2 and feature.sentences
        if good and not foreign and feature.signature in inside:
            same += feature.good
        elif good and not foreign:
            other_text += feature.good
        else:
            junk += feature.size * (0.3 + feature.links)
    return (same > SAME_GAIN * here and same > 0.3 * (junk + other_text)) or (
        same + other_text > OTHER_GAIN * here and same + other_text > 1.5 * junk
    )
