"""Captions: the text that a page prints about a picture, and the picture it belongs to.

A module of its own because captions must never reach the body, and because pages say in many ways what is one: a
figure, a name, an alternative text that is printed again, or only a small box with a picture in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scraper.extract.blocks import Box, Layout, Picture, TextBlock
from scraper.extract.boilerplate import find_phrases, is_byline_line, read_names, read_phrases
from scraper.extract.caption_text import compose, is_whole
from scraper.extract.credits import CREDIT_CHARS, bare_credit, is_interface
from scraper.extract.features import fold

MAX_CAPTION_CHARS = 700
NEAR_ORDERS = 4
"""A caption outside a figure stands at most this many blocks behind its picture."""

UNNAMED_STEPS = 4
UNNAMED_CHARS = 320
"""More text beside a picture is a paragraph."""

MIN_ALT_CHARS = 8
"""A shorter alternative text printed again may be chance."""

INTERFACE_CHARS = 40
SMALL_PIXELS = 100
"""Pictures declared smaller are icons and portraits of authors."""

LINKED_HEADING = 0.8

_BAD_URL = re.compile(
    r"pixel|spacer|blank\.|1x1|avatar|gravatar|logo|icon|sprite|/ads?/|placeholder|emoji", re.IGNORECASE
)
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


def find_captions(layout: Layout, selected: frozenset[int] | None = None) -> list[Caption]:
    """Find the captions of a page: in figures, and in elements that name themselves so beside a picture.

    Args:
        layout: The page.
        selected: Indices of the boxes that a site's rule calls captions; None where it names none.
    """
    groups: dict[int, list[int]] = {}
    by_figure: dict[int, list[int]] = {}
    captioned = {box.figure.index for box in layout.boxes if box.tag == "figcaption" and box.figure is not None}
    for at, picture in enumerate(layout.pictures):
        if picture.box.figure is not None:
            by_figure.setdefault(picture.box.figure.index, []).append(at)
    for i, block in enumerate(layout.blocks):
        stands_in = (
            _caption_box(block, selected, by_figure, captioned) if len(block.text) <= MAX_CAPTION_CHARS else None
        )
        if stands_in is not None:
            groups.setdefault(stands_in.index, []).append(i)
    if selected is None:
        _add_unnamed(layout, groups)
        _add_alike(layout, groups)
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
    if caption and not credit and alt and caption.startswith(alt):
        rest = caption[len(alt) :]
        if re.match(r"\s*[/|©]\s*\w", rest) and len(rest) <= CREDIT_CHARS:
            caption, credit = alt, bare_credit(rest.strip(" /|"))
    if caption and len(caption) < INTERFACE_CHARS and is_interface(caption):
        caption = None
    return Caption(tuple(blocks), number, caption, credit)


def _caption_box(
    block: TextBlock, selected: frozenset[int] | None, by_figure: dict[int, list[int]], captioned: set[int]
) -> Box | None:
    """Give the element that is the caption a block stands in.

    Args:
        block: The block.
        selected: As find_captions takes it.
        by_figure: Index of a figure -> its pictures.
        captioned: Indices of figures with a figcaption: what else stands in them is none.
    """
    for box in _up(block.box, 5, tops=frozenset()):
        if selected is not None:
            if box.index in selected:
                return box
        elif box.tag == "figcaption":
            return box if box.context != "blockquote" and not _quotes(box, by_figure) else None
        elif box.tag == "figure":
            if block.box.heading or block.box.tag in {"td", "th"} or box.index in captioned:
                return None
            if _quotes(block.box, by_figure):
                return None
            return box
        elif (
            (verdict := read_names(box.names, box.tag))
            and verdict.kind == "caption"
            and box.tag not in {"body", "article"}
        ):
            return box
    if block.marks and selected is None:
        for names, text in block.marks:
            if (
                len(text) * 10 >= len(block.text) * 9
                and (found := read_names(names, "span"))
                and found.kind == "caption"
            ):
                return block.box
    return None


def _quotes(box: Box, by_figure: dict[int, list[int]]) -> bool:
    """Tell whether a box stands in a figure made for a quotation: one with a blockquote and no picture."""
    if box.figure is None or box.figure.index in by_figure:
        return False
    return any(above.tag == "blockquote" for above in _up(box, UNNAMED_STEPS, tops=frozenset(("figure",))))


def _add_unnamed(layout: Layout, groups: dict[int, list[int]]) -> None:
    """Add the text that stands alone with a picture in a small box: a caption that no name tells."""
    taken = {i for blocks in groups.values() for i in blocks}
    pictures: dict[int, int] = {}
    texts: dict[int, list[int]] = {}
    for picture in layout.pictures:
        for box in _up(picture.box, UNNAMED_STEPS) if is_content(picture) and not _is_drawing(picture) else ():
            pictures[box.index] = pictures.get(box.index, 0) + 1
    for i, block in enumerate(layout.blocks):
        for box in _up(block.box, UNNAMED_STEPS):
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


def _add_alike(layout: Layout, groups: dict[int, list[int]]) -> None:
    """Add blocks just behind a picture that print its alternative text, with or without a credit after it."""
    taken = {i for blocks in groups.values() for i in blocks}
    at = 0
    for picture in layout.pictures:
        while at < len(layout.blocks) and layout.blocks[at].order < picture.order:
            at += 1
        if not picture.alt or len(picture.alt) < MIN_ALT_CHARS or not is_content(picture):
            continue
        alt = fold(picture.alt)
        for i in range(at, min(at + 2, len(layout.blocks))):
            block = layout.blocks[i]
            if i in taken or block.box.heading or block.link_chars or len(block.text) > len(picture.alt) + CREDIT_CHARS:
                continue
            if alt and fold(block.text).startswith(alt) and _share_box(picture.box, block.box):
                if not is_beside_teaser(layout, block.order, block.box):
                    groups.setdefault(block.box.index, []).append(i)
                break


def is_beside_teaser(layout: Layout, order: int, box: Box) -> bool:
    """Tell whether a heading that is a link follows close by in the same card."""
    near = {above.index for above in _up(box, 3)}
    return any(
        block.box.heading
        and block.link_chars > LINKED_HEADING * len(block.text)
        and any(above.index in near for above in _up(block.box, 3))
        for block in _blocks_after(layout, order)
    )


def _is_kicker(layout: Layout, last: TextBlock, box: Box) -> bool:
    """Tell the line above a card's headline from a caption."""
    if len(last.text) >= INTERFACE_CHARS or is_whole(last.text):
        return False
    near = {above.index for above in _up(box, 3)}
    return any(
        block.box.heading > 2 and any(above.index in near for above in _up(block.box, 3))
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
        for box in _up(block.box, UNNAMED_STEPS)
    )


def _up(
    box: Box | None, steps: int, tops: frozenset[str] = frozenset(("body", "html", "article", "main"))
) -> Iterator[Box]:
    """Give a box and those around it, not further than some steps and some tags."""
    while box is not None and steps and box.tag not in tops:
        yield box
        box, steps = box.parent, steps - 1


def _picture_of(layout: Layout, top: Box, blocks: list[int], by_figure: dict[int, list[int]]) -> int | None:
    """Choose the picture a caption belongs to: the figure's, else the nearest one before or just after it."""
    first, last = layout.blocks[blocks[0]].order, layout.blocks[blocks[-1]].order
    if top.figure is not None and (numbers := by_figure.get(top.figure.index)):
        before = [n for n in numbers if layout.pictures[n].order < first]
        return before[-1] if before else numbers[0]
    best, distance = None, NEAR_ORDERS + 1
    for number, picture in enumerate(layout.pictures):
        gap = first - picture.order if picture.order < first else (picture.order - last) + 1
        if gap < distance and is_content(picture) and _share_box(picture.box, top, steps=7 if gap == 1 else 5):
            best, distance = number, gap
    return best


def _share_box(one: Box, other: Box, steps: int = 5) -> bool:
    """Tell whether two boxes have an ancestor in common within a few steps."""
    tops = frozenset(("body", "html"))
    near = {box.index for box in _up(one, steps, tops)}
    return any(box.index in near for box in _up(other, steps - 1, tops))


def _is_drawing(picture: Picture) -> bool:
    return (picture.url or "").partition("?")[0].endswith(".svg")


def is_content(picture: Picture) -> bool:
    """Tell a picture that says something from icons, logos and portraits."""
    if picture.url and _BAD_URL.search(picture.url.rsplit("/", 1)[-1]):
        return False
    if not picture.url and not picture.alt:
        return False
    return all(side is None or side >= SMALL_PIXELS for side in (picture.width, picture.height))
