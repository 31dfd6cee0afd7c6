"""Photos: one per picture, with its caption, the credit apart from it, and the alternative text.

A module of its own because captions are text that must never reach the body, and because where a caption ends and its
credit begins is a question of how newsrooms and agencies print it, in every language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from scraper.article import Photo
from scraper.extract.blocks import Box, Layout, Picture, TextBlock
from scraper.extract.boilerplate import find_phrases, is_byline_line, read_names, read_phrases
from scraper.extract.credits import bare_credit, is_interface, split_credit

MAX_CAPTION_CHARS = 700
NEAR_ORDERS = 4
"""A caption outside a figure stands at most this many blocks behind its picture."""

UNNAMED_STEPS = 4
UNNAMED_CHARS = 320
"""More text beside a picture is a paragraph."""

INTERFACE_CHARS = 40

SMALL_PIXELS = 100
"""Pictures declared smaller are icons and portraits of authors."""

_CREDIT_NAMES = re.compile(
    r"credit|copyright|photographer|source|attribution|agency|author|byline|rights|quelle|nachweis|urheber",
    re.IGNORECASE,
)
_BAD_URL = re.compile(
    r"pixel|spacer|blank\.|1x1|avatar|gravatar|logo|icon|sprite|/ads?/|placeholder|emoji", re.IGNORECASE
)


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
    tops: dict[int, Box] = {}
    for i, block in enumerate(layout.blocks):
        top = _caption_box(block, selected)
        if top is not None and len(block.text) <= MAX_CAPTION_CHARS:
            groups.setdefault(top.index, []).append(i)
            tops[top.index] = top
    by_figure: dict[int, list[int]] = {}
    for at, picture in enumerate(layout.pictures):
        if picture.box.figure is not None:
            by_figure.setdefault(picture.box.figure.index, []).append(at)
    if selected is None:
        _add_unnamed(layout, groups, tops)
    captions = []
    for index, blocks in groups.items():
        if selected is None and sum(len(layout.blocks[i].text) for i in blocks) > MAX_CAPTION_CHARS:
            continue
        top = tops[index]
        number = _picture_of(layout, top, blocks, by_figure)
        in_figure = top.figure is not None or top.tag == "figcaption"
        if number is None and not in_figure and not (selected and top.index in selected):
            continue
        caption, credit = _compose([layout.blocks[i] for i in blocks])
        if caption and len(caption) < INTERFACE_CHARS and is_interface(caption):
            caption = None
        captions.append(Caption(tuple(blocks), number, caption, credit))
    return captions


def _add_unnamed(layout: Layout, groups: dict[int, list[int]], tops: dict[int, Box]) -> None:
    """Add the text that stands alone with a picture in a small box: a caption that no name tells."""
    taken = {i for blocks in groups.values() for i in blocks}
    pictures: dict[int, int] = {}
    texts: dict[int, list[int]] = {}
    for picture in layout.pictures:
        for box in _up(picture.box, UNNAMED_STEPS) if _is_content(picture) else ():
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
        groups[index], tops[index] = blocks, layout.boxes[index]
        taken.update(blocks)


def _is_other(block: TextBlock) -> bool:
    """Tell a line about the article, or one that asks something of the reader, from a caption."""
    text = block.text.casefold()
    if is_byline_line(text) or read_phrases(text, find_phrases([text])[0], links=1.0, last=True):
        return True
    return any(
        (verdict := read_names(box.names, box.tag)) is not None
        and verdict.kind not in {"caption", "navigation", "embed"}
        for box in _up(block.box, UNNAMED_STEPS)
    )


def _up(box: Box | None, steps: int) -> list[Box]:
    path: list[Box] = []
    while box is not None and len(path) < steps and box.tag not in {"body", "html", "article", "main"}:
        path.append(box)
        box = box.parent
    return path


def make_photos(
    layout: Layout,
    captions: Sequence[Caption],
    *,
    span: tuple[int, int],
    lead: Sequence[Photo] = (),
    url: str = "",
) -> tuple[Photo, ...]:
    """Make one Photo per picture in and just before the article.

    Args:
        layout: The page.
        captions: What find_captions gave.
        span: Orders of the first and the last block or picture that belong to the article.
        lead: Pictures that the page declares, for their captions.
        url: The page's address, to make pictures' addresses absolute.
    """
    said: dict[int, Caption] = {}
    alone: list[tuple[int, Caption]] = []
    for caption in captions:  # those in the article
        order = layout.blocks[caption.blocks[0]].order
        if not span[0] <= order <= span[1]:
            continue
        if caption.picture is not None and caption.picture not in said:
            said[caption.picture] = caption
        elif caption.picture is None:
            alone.append((order, caption))
    rows: list[tuple[int, Photo]] = [(order, Photo(None, c.caption, c.credit)) for order, c in alone]
    for number, picture in enumerate(layout.pictures):
        found = said.get(number)
        if found is None and (not span[0] <= picture.order <= span[1] or not _is_content(picture)):
            continue
        rows.append(
            (
                picture.order,
                Photo(
                    _absolute(picture.url, url),
                    found.caption if found else None,
                    found.credit if found else None,
                    picture.alt,
                ),
            )
        )
    rows.sort(key=lambda row: row[0])
    return _merge([photo for _, photo in rows], lead)


def _caption_box(block: TextBlock, selected: frozenset[int] | None) -> Box | None:
    """Give the element that is the caption a block stands in."""
    box: Box | None = block.box
    for _ in range(5):
        if box is None:
            return None
        if selected is not None:
            if box.index in selected:
                return box
        elif box.tag == "figcaption":
            return box
        elif box.tag == "figure":
            return box if not block.box.heading and block.box.tag not in {"td", "th"} else None
        elif (
            (verdict := read_names(box.names, box.tag))
            and verdict.kind == "caption"
            and box.tag not in {"body", "article"}
        ):
            return box if len(block.text) < MAX_CAPTION_CHARS else None
        box = box.parent
    if block.marks and len(block.text) < MAX_CAPTION_CHARS and selected is None:
        for names, text in block.marks:
            if (
                len(text) * 10 >= len(block.text) * 9
                and (found := read_names(names, "span"))
                and found.kind == "caption"
            ):
                return block.box
    return None


def _picture_of(layout: Layout, top: Box, blocks: list[int], by_figure: dict[int, list[int]]) -> int | None:
    """Choose the picture a caption belongs to: the figure's, else the nearest one before or just after it."""
    first, last = layout.blocks[blocks[0]].order, layout.blocks[blocks[-1]].order
    if top.figure is not None and (numbers := by_figure.get(top.figure.index)):
        before = [n for n in numbers if layout.pictures[n].order < first]
        return before[-1] if before else numbers[0]
    best, distance = None, NEAR_ORDERS + 1
    for number, picture in enumerate(layout.pictures):
        gap = first - picture.order if picture.order < first else (picture.order - last) + 1
        if gap < distance and _is_content(picture) and _share_box(picture.box, top):
            best, distance = number, gap
    return best


def _share_box(one: Box, other: Box) -> bool:
    """Tell whether two boxes have an ancestor in common within a few steps."""
    near: set[int] = set()
    box: Box | None = one
    for _ in range(5):
        if box is None or box.tag in {"body", "html"}:
            break
        near.add(box.index)
        box = box.parent
    box = other
    for _ in range(4):
        if box is None or box.tag in {"body", "html"}:
            return False
        if box.index in near:
            return True
        box = box.parent
    return False


def _compose(blocks: Sequence[TextBlock]) -> tuple[str | None, str | None]:
    """Put caption and credit together from the blocks and the inline elements with names in them."""
    texts: list[str] = []
    named: list[str] = []
    for block in blocks:
        text = block.text
        if _CREDIT_NAMES.search(_own_names(block.box)) and len(text) < 160:
            named.append(text)
            continue
        for names, marked in block.marks:
            if _CREDIT_NAMES.search(names) and marked in text and marked not in named and len(marked) < 160:
                named.append(marked)
                text = " ".join(text.replace(marked, " ", 1).split())
        if text and text not in texts:
            texts.append(text)
    joined = " ".join(texts).strip()
    caption, credit = split_credit(joined) if joined else (None, None)
    if named:
        joined_names = " / ".join(dict.fromkeys(filter(None, (bare_credit(c) for c in named))))
        credit = joined_names or credit
        if not joined and len(joined_names) > 120:
            caption, credit = split_credit(joined_names)
    if caption and not re.search(r"\w{2}", caption):
        caption = None
    return caption, credit


def _own_names(box: Box) -> str:
    return box.names if box.tag not in {"figcaption", "figure"} and "caption" not in box.names.lower() else ""


def _is_content(picture: Picture) -> bool:
    if picture.url and _BAD_URL.search(picture.url.rsplit("/", 1)[-1]):
        return False
    if not picture.url and not picture.alt:
        return False
    small = [side for side in (picture.width, picture.height) if side is not None and side < SMALL_PIXELS]
    return not small


def _absolute(address: str | None, base: str) -> str | None:
    if not address:
        return None
    try:
        full = urljoin(base, address)
        return full if urlsplit(full).scheme in {"http", "https"} or not base else None
    except ValueError:
        return None


def _merge(photos: Sequence[Photo], lead: Sequence[Photo]) -> tuple[Photo, ...]:
    """Join what is said twice of one picture, and add what the page declares of it."""
    merged: list[Photo] = []
    for photo in photos:
        same = next(
            (n for n, other in enumerate(merged) if _same(photo, other)),
            None,
        )
        if same is None:
            merged.append(photo)
        else:
            other = merged[same]
            merged[same] = Photo(
                other.url or photo.url,
                other.caption or photo.caption,
                other.credit or photo.credit,
                other.alt or photo.alt,
            )
    if not merged and lead:
        merged = list(lead[:1])
    return tuple(photo for photo in merged if photo.url or photo.caption or photo.credit)


def _same(one: Photo, other: Photo) -> bool:
    if one.caption and other.caption:
        return one.caption == other.caption
    return bool(one.url and one.url == other.url)
