"""Beside: the text beside a picture that is its caption though no name says so.

A module of its own because many pages name nothing: what is left is that a text prints the alternative text again, or
stands alone with the picture in a small box, and that it is no teaser, byline or offer, which stand so too.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from scraper.extract.boilerplate import find_phrases, is_byline_line, read_names, read_phrases
from scraper.extract.caption_text import is_whole
from scraper.extract.credits import CREDIT_CHARS
from scraper.extract.features import fold
from scraper.extract.layout import Box, Layout, Picture, TextBlock

UNNAMED_STEPS = 4
UNNAMED_CHARS = 320
"""More text beside a picture is a paragraph."""

BESIDE_ORDERS = 4
"""Pictures so far outside the blocks looked at may belong to them."""

MIN_ALT_CHARS = 8
"""A shorter alternative text printed again may be chance."""

SMALL_PIXELS = 100
"""Pictures declared smaller are icons and portraits of authors."""

KICKER_CHARS = 40
LINKED_HEADING = 0.8

_BAD_URL = re.compile(
    r"pixel|spacer|blank\.|1x1|avatar|gravatar|logo|icon|sprite|/ads?/|placeholder|emoji", re.IGNORECASE
)


def pictures_near(layout: Layout, window: range) -> range:
    """Give the indices of the pictures that stand among some blocks or just beside them."""
    if not window:
        return range(0)
    first, last = layout.blocks[window.start].order, layout.blocks[window.stop - 1].order
    orders = [picture.order for picture in layout.pictures]
    return range(bisect_left(orders, first - BESIDE_ORDERS), bisect_right(orders, last + BESIDE_ORDERS))


def add_unnamed(layout: Layout, window: range, near: range, groups: dict[int, list[int]]) -> None:
    """Add the text that stands alone with a picture in a small box: a caption that no name tells.

    Args:
        layout: The page.
        window: Indices of the blocks looked at.
        near: Indices of the pictures among them.
        groups: Index of a box -> its caption's blocks; added to.
    """
    taken = {i for blocks in groups.values() for i in blocks}
    pictures: dict[int, int] = {}
    texts: dict[int, list[int]] = {}
    for at in near:
        picture = layout.pictures[at]
        for box in up(picture.box, UNNAMED_STEPS) if is_content(picture) and not _is_drawing(picture) else ():
            pictures[box.index] = pictures.get(box.index, 0) + 1
    for i in window:
        for box in up(layout.blocks[i].box, UNNAMED_STEPS) if pictures else ():
            if box.index in pictures:
                texts.setdefault(box.index, []).append(i)
    for index, blocks in sorted(texts.items(), reverse=True):
        parts = [layout.blocks[i] for i in blocks]
        size = sum(len(part.text) for part in parts)
        if pictures[index] != 1 or len(parts) > 3 or not 12 < size <= UNNAMED_CHARS or taken.intersection(blocks):
            continue
        if any(part.box.heading or part.link_chars * 2 > len(part.text) for part in parts):
            continue
        if any(part.box.context in {"blockquote", "td", "li"} or _is_other(part) for part in parts):
            continue
        if len(parts) == 1 and parts[0].box.index == index:
            continue  # a paragraph with a picture in it
        box = layout.boxes[index]
        if is_beside_teaser(layout, parts[-1].order, box) or _is_kicker(layout, parts[-1], box):
            continue
        groups[index] = blocks
        taken.update(blocks)


def add_alike(layout: Layout, window: range, near: range, groups: dict[int, list[int]]) -> None:
    """Add blocks just behind a picture that print its alternative text, with or without a credit after it.

    Args: as those of add_unnamed.
    """
    taken = {i for blocks in groups.values() for i in blocks}
    at = window.start
    for picture in layout.pictures[near.start : near.stop]:
        while at < window.stop and layout.blocks[at].order < picture.order:
            at += 1
        written = picture.alt
        if not written or len(written) < MIN_ALT_CHARS or not is_content(picture):
            continue
        alt = fold(written)
        for i in range(at, min(at + 2, window.stop)):
            block = layout.blocks[i]
            if i in taken or block.box.heading or block.link_chars or len(block.text) > len(written) + CREDIT_CHARS:
                continue
            if alt and fold(block.text).startswith(alt) and share_box(picture.box, block.box):
                if not is_beside_teaser(layout, block.order, block.box):
                    groups.setdefault(block.box.index, []).append(i)
                break


def is_beside_teaser(layout: Layout, order: int, box: Box) -> bool:
    """Tell whether a heading that is a link follows close by in the same card."""
    near = {above.index for above in up(box, 3)}
    return any(
        block.box.heading
        and block.link_chars > LINKED_HEADING * len(block.text)
        and any(above.index in near for above in up(block.box, 3))
        for block in _blocks_after(layout, order)
    )


def _is_kicker(layout: Layout, last: TextBlock, box: Box) -> bool:
    """Tell the line above a card's headline from a caption."""
    if len(last.text) >= KICKER_CHARS or is_whole(last.text):
        return False
    near = {above.index for above in up(box, 3)}
    return any(
        block.box.heading > 2 and any(above.index in near for above in up(block.box, 3))
        for block in list(_blocks_after(layout, last.order))[:1]
    )


def _blocks_after(layout: Layout, order: int) -> Iterator[TextBlock]:
    """Give the blocks that stand at most three places behind one."""
    low, high = 0, len(layout.blocks)
    while low < high:
        middle = (low + high) // 2
        if layout.blocks[middle].order <= order:
            low = middle + 1
        else:
            high = middle
    for block in layout.blocks[low : low + 3]:
        if block.order <= order + 3:
            yield block


_NO_OTHER = frozenset(("caption", "navigation", "embed"))
_SHOWS = (
    "image",
    "photo",
    "picture",
    "gallery",
    "galleries",
    "slide",
    "lightbox",
    "swiper",
    "carousel",
    "bild",
    "media",
)


def _is_other(block: TextBlock) -> bool:
    """Tell a line about the article, or one that asks something of the reader, from a caption."""
    text = block.text.casefold()
    if is_byline_line(text) or read_phrases(text, find_phrases([text])[0], links=1.0, last=True) or "@" in text:
        return True
    return any(
        (verdict := read_names(box.names, box.tag)) is not None
        and verdict.kind not in _NO_OTHER
        and not any(word in box.names.lower() for word in _SHOWS)
        for box in up(block.box, UNNAMED_STEPS)
    )


def up(
    box: Box | None, steps: int, tops: frozenset[str] = frozenset(("body", "html", "article", "main"))
) -> Iterator[Box]:
    """Give a box and those around it, not further than some steps and some tags."""
    while box is not None and steps and box.tag not in tops:
        yield box
        box, steps = box.parent, steps - 1


def share_box(one: Box, other: Box, steps: int = 5) -> bool:
    """Tell whether two boxes have an ancestor in common within a few steps."""
    tops = frozenset(("body", "html"))
    near = {box.index for box in up(one, steps, tops)}
    return any(box.index in near for box in up(other, steps - 1, tops))


def _is_drawing(picture: Picture) -> bool:
    return (picture.url or "").partition("?")[0].endswith(".svg")


def is_content(picture: Picture) -> bool:
    """Tell a picture that says something from icons, logos and portraits."""
    if picture.url and _BAD_URL.search(picture.url.rsplit("/", 1)[-1]):
        return False
    if not picture.url and not picture.alt:
        return False
    return all(side is None or side >= SMALL_PIXELS for side in picture.sides)
