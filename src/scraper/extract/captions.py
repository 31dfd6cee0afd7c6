"""Captions: the text that a page prints about a picture, and the picture it belongs to.

A module of its own because captions must never reach the body, and because pages say in many ways what is one: a
figure, a name, an alternative text that is printed again, or only a small box with a picture in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.extract.beside import UNNAMED_STEPS, add_alike, add_unnamed, is_content, pictures_near, share_box, up
from scraper.extract.boilerplate import read_names
from scraper.extract.caption_text import compose
from scraper.extract.credits import CREDIT_CHARS, bare_credit, is_interface
from scraper.extract.layout import Box, Layout, Picture, TextBlock

MAX_CAPTION_CHARS = 700
NEAR_ORDERS = 4
"""A caption outside a figure stands at most this many blocks behind its picture."""

INTERFACE_CHARS = 40
LINKED_HEADING = 0.8
NAMED_STEPS = 5
"""So far up from a block the element that is the caption is looked for."""

_DATE_AND_TIME = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}\s*[,•|–-]*\s*\d{1,2}[:.]\d{2}|\d{1,2}:\d{2} ?min\b", re.I)


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption as printed, with the blocks it is made of and the picture it belongs to.

    Args:
        blocks: Their indices in the layout.
        picture: Index of the picture in the layout, None where the page shows none.
    """

    blocks: tuple[int, ...]
    picture: int | None
    caption: str | None
    credit: str | None


def find_captions(layout: Layout, window: range | None = None, selected: frozenset[int] | None = None) -> list[Caption]:
    """Find the captions of a page: in figures, and in elements that name themselves so beside a picture.

    Args:
        layout: The page.
        window: Indices of the blocks looked at, those near the article; None for all.
        selected: Indices of the boxes that a site's rule calls captions; None where it names none.
    """
    groups: dict[int, list[int]] = {}
    window = range(len(layout.blocks)) if window is None else window
    pictures = pictures_near(layout, window)
    by_figure: dict[int, list[int]] = {}
    for at in pictures:
        figure = layout.pictures[at].box.figure
        if figure is not None:
            by_figure.setdefault(figure.index, []).append(at)
    captioned = _captioned(layout, window)
    named: dict[int, bool] = {}
    for i in window:
        block = layout.blocks[i]
        if len(block.text) > MAX_CAPTION_CHARS:
            continue
        near = _top(block.box, named) if selected is None else _selected(block.box, selected)
        if near is None and block.spans and selected is None and _is_marked(block):
            near = block.box
        elif near is None or (selected is None and not _is_caption_block(block, near, by_figure, captioned)):
            continue
        groups.setdefault(near.index, []).append(i)
    if selected is None:
        add_unnamed(layout, window, pictures, groups)
        add_alike(layout, window, pictures, groups)
    captions: list[Caption] = []
    for index, members in groups.items():
        top = layout.boxes[index]
        if selected is None and not _is_caption([layout.blocks[i] for i in members]):
            continue
        number = _picture_of(layout, top, members, by_figure)
        in_figure = top.figure is not None or top.tag == "figcaption"
        if number is None and not in_figure and not (selected and index in selected):
            continue
        found = _make_caption(layout, members, number, top)
        if captions and number is not None and captions[-1].picture == number and not (
            found.caption and captions[-1].caption
        ):  # fmt: skip
            found = _make_caption(layout, [*captions.pop().blocks, *members], number, top)
        captions.append(found)
    return captions


def _is_caption(parts: Sequence[TextBlock]) -> bool:
    """Tell a caption from a teaser, a byline with portrait, and a paragraph."""
    return sum(len(part.text) for part in parts) <= MAX_CAPTION_CHARS and not any(
        (part.box.heading and part.link_chars > LINKED_HEADING * len(part.text)) or _DATE_AND_TIME.search(part.text)
        for part in parts
    )


def _make_caption(layout: Layout, blocks: Sequence[int], number: int | None, top: Box) -> Caption:
    caption, credit = compose([layout.blocks[i] for i in blocks], top)
    alt = layout.pictures[number].alt if number is not None else None
    text = layout.blocks[blocks[0]].text
    if alt and len(blocks) == 1 and text.startswith(alt) and len(text) <= len(alt) + CREDIT_CHARS:
        rest = text[len(alt) :]
        if re.match(r"\s*[/|©]\s*\w", rest):
            caption, credit = alt, bare_credit(rest.strip(" /|"))
    if caption and len(caption) < INTERFACE_CHARS and is_interface(caption):
        caption = None
    return Caption(tuple(blocks), number, caption, credit)


def _order(picture: Picture) -> int:
    return picture.order


def _selected(box: Box, selected: frozenset[int]) -> Box | None:
    return next((above for above in up(box, NAMED_STEPS, tops=frozenset()) if above.index in selected), None)


def _captioned(layout: Layout, window: range) -> set[int]:
    """Give the indices of the figures that have a figcaption with text."""
    boxes = (layout.blocks[i].box for i in window)
    found = set()
    for box in boxes:
        if box.context == "figcaption" and box.figure is not None:
            found.add(box.figure.index)
    return found


def _top(box: Box, named: dict[int, bool]) -> Box | None:
    """Give the nearest element around a box, or itself, that may be a caption: by its tag or its names.

    Args:
        box: Where a block stands.
        named: Index of a box -> whether it may be one, of those that were asked before; added to.
    """
    here: Box | None = box
    for _ in range(NAMED_STEPS):
        if here is None:
            break
        if (may_be := named.get(here.index)) is None:
            may_be = named[here.index] = here.tag in {"figcaption", "figure"} or (
                here.tag not in {"body", "article"}
                and (verdict := read_names(here.names, here.tag)) is not None
                and verdict.kind == "caption"
            )
        if may_be:
            return here
        here = here.parent
    return None


def _is_caption_block(block: TextBlock, top: Box, by_figure: dict[int, list[int]], captioned: set[int]) -> bool:
    """Tell whether a block is caption, of those that stand in an element that may be one.

    Args:
        block: The block.
        top: The element.
        by_figure: Index of a figure -> its pictures.
        captioned: Indices of figures with a figcaption: what else stands in them is none.
    """
    if top.tag == "figcaption":
        return not _quotes(top, by_figure)
    if top.tag != "figure":
        return True
    return not (
        block.box.heading or block.box.tag in {"td", "th"} or top.index in captioned or _quotes(block.box, by_figure)
    )


def _is_marked(block: TextBlock) -> bool:
    """Tell whether a block is all one inline element named as caption."""
    return any(
        len(text) * 10 >= len(block.text) * 9 and (found := read_names(names, "span")) and found.kind == "caption"
        for names, text in block.marks
    )


def _quotes(box: Box, by_figure: dict[int, list[int]]) -> bool:
    """Tell whether a box stands in a figure made for a quotation: one with a blockquote and no picture."""
    if box.figure is None or box.figure.index in by_figure:
        return False
    return any(above.tag == "blockquote" for above in up(box, UNNAMED_STEPS, tops=frozenset(("figure",))))


def _picture_of(layout: Layout, top: Box, blocks: list[int], by_figure: dict[int, list[int]]) -> int | None:
    """Choose the picture a caption belongs to: the figure's, else the nearest one before or just after it."""
    first, last = layout.blocks[blocks[0]].order, layout.blocks[blocks[-1]].order
    if top.figure is not None and (numbers := by_figure.get(top.figure.index)):
        before = [n for n in numbers if layout.pictures[n].order < first]
        return before[-1] if before else numbers[0]
    best, distance = None, NEAR_ORDERS + 1
    start = bisect_left(layout.pictures, first - NEAR_ORDERS, key=_order)
    stop = bisect_right(layout.pictures, last + NEAR_ORDERS, key=_order)
    for number, picture in enumerate(layout.pictures[start:stop], start):
        gap = first - picture.order if picture.order < first else (picture.order - last) + 1
        if gap < distance and is_content(picture) and share_box(picture.box, top, steps=7 if gap == 1 else 5):
            best, distance = number, gap
    return best
