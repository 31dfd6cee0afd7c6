"""Vectors: what tells a block of the article from one that is not, as numbers.

A module of its own because training and extraction must compute exactly the same numbers: the trees of a model know
their columns by position. Source of the choice: the signature statistics (all blocks with the same tag and names of
element and parent), the distance to the container and the neighbors carry most of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from scraper.article import RemovedKind
from scraper.extract.characters import BRACKET, DIGIT, LOWER, QUOTE, UPPER, Floats
from scraper.extract.container import Paths, Window
from scraper.extract.features import Sheet
from scraper.extract.groups import GROUPS, mask_of

TAGS = (
    "p", "div", "li", "td", "span", "section", "article", "blockquote", "pre", "figcaption", "dd", "dt", "h1", "h2",
    "h3", "h4", "a", "body", "main", "aside", "footer", "header", "label", "time",
)  # fmt: skip
_TAG = {tag: number for number, tag in enumerate(TAGS)}
_TAG_BIT = {tag: 1 << number for tag, number in _TAG.items()}
_PATH_TAGS = [_TAG[tag] for tag in ("li", "section", "article", "main", "aside", "footer", "header", "blockquote")]
_CONTEXT = {
    name: number
    for number, name in enumerate(("", "li", "blockquote", "pre", "figure", "figcaption", "aside", "td", "th"))
}
_GROUP_BITS = np.arange(len(GROUPS))
_RELATED = sum(1 << list(GROUPS).index(name) for name in ("related", "teaser"))

_KIND = {kind: number for number, kind in enumerate(get_args(RemovedKind), 1)}

HEAD_CHARS = 300
"""So much of a block is compared with headline and description."""

FAR = 99
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:.]\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_POINTERS = [ord(char) for char in "…»›→"]
_FULL_STOPS = [ord(char) for char in ".。"]
_ASKS = [ord(char) for char in "?？"]
_BULLETS = "(（[*—–-•"


@dataclass(slots=True)
class PageHints:
    """What the page's metadata says that blocks are compared with; all may be empty."""

    headline: str = ""
    description: str = ""
    article_body: str = ""
    news: bool = False
    typed: bool = False


def featurize(sheet: Sheet, window: Window, hints: PageHints) -> npt.NDArray[np.float32]:
    """Compute the features of the blocks in a window.

    Returns:
        A row for each block, in order.
    """
    columns = [
        *_read_text(sheet, window),
        *_compare(sheet, window, hints),
        *_place(sheet, window),
        *_group(sheet, window),
        *_follow(sheet, window),
        *_page(sheet, window, hints),
    ]
    return np.concatenate([c if c.ndim == 2 else c[:, None] for c in columns], axis=1, dtype=np.float32)


def _read_text(sheet: Sheet, window: Window) -> Iterator[npt.NDArray[np.generic]]:
    """What a block says, and what the two blocks on each side say."""
    blocks, counts, stop = sheet.layout.blocks, sheet.counts, len(sheet.layout.blocks)
    first, last = max(0, window.start - 2), min(stop, window.stop + 2)
    here = slice(first, last)
    chars = counts.chars[here]
    local = np.stack(
        [
            sheet.size[here],
            sheet.links[here],
            [feature.ends for feature in sheet.features[here]],
            counts.sentences[here],
            np.array([block.bold_chars for block in blocks[here]]) / chars,
            [block.box.heading for block in blocks[here]],
            [block.box.context in {"li", "figcaption", "figure"} for block in blocks[here]],
            counts.commas[here],
        ],
        axis=1,
    ).astype(np.float32)
    padded = np.zeros((window.stop - window.start + 4, local.shape[1]), dtype=np.float32)
    shift = 2 - (window.start - first)
    padded[shift : shift + len(local)] = local
    yield padded[2:-2]
    yield padded[1:-3]
    yield padded[3:-1]
    yield padded[:-4, :4]
    yield padded[4:, :4]

    at = slice(window.start, window.stop)
    chars, words = counts.chars[at], counts.words[at]
    yield words
    yield chars / words
    yield counts.capitals[at] / words
    yield counts.digits[at] / chars
    yield (counts.lowers[at] == 0) & (counts.uppers[at] > 0)
    yield counts.brackets[at]
    yield counts.symbols[at]
    yield counts.wide[at] / chars
    for kind in (LOWER, UPPER, DIGIT, QUOTE, BRACKET):
        yield (counts.first[at] & kind) != 0
    yield np.isin(counts.end[at], _ASKS)
    yield np.isin(counts.end[at], _POINTERS)
    yield np.isin(counts.end[at], _FULL_STOPS)
    yield counts.end[at] == ord(":")
    shown = blocks[at]
    yield np.array([block.text[0] in _BULLETS for block in shown])
    dated = counts.digits[at] >= 3
    found = np.zeros(len(shown), dtype=bool)
    for i in np.flatnonzero(dated):
        found[i] = _DATE.search(shown[i].text, 0, HEAD_CHARS) is not None
    yield found


def _compare(sheet: Sheet, window: Window, hints: PageHints) -> Iterator[npt.NDArray[np.generic]]:
    """What of a block the page says elsewhere."""
    shown = sheet.layout.blocks[window.start : window.stop]
    headline, description = _words(hints.headline), _words(hints.description)
    shares = []
    for block in shown:
        words = _words(block.text)
        in_headline, in_description = len(words & headline), len(words & description)
        own = len(words) or 1
        shares.append((
            in_headline / own, in_headline / (len(headline) or 1),
            in_description / own, in_description / (len(description) or 1),
        ))  # fmt: skip
    yield np.array(shares)
    copies = Counter([block.text for block in sheet.layout.blocks])
    yield np.array([copies[block.text] for block in shown])
    listed = _squeeze(hints.article_body)
    yield np.array([_squeeze(block.text[:60]) in listed if listed else -1.0 for block in shown])


def _words(text: str) -> set[str]:
    return set(text[:HEAD_CHARS].casefold().split())


def _squeeze(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _place(sheet: Sheet, window: Window) -> Iterator[npt.NDArray[np.generic]]:
    """Where a block stands in the page's tree, and what the boxes around it are called."""
    shown = sheet.layout.blocks[window.start : window.stop]
    paths = Paths(window.container)
    rows, masks, tags, kinds = [], [], [], []
    for block in shown:
        box = block.box
        parent = box.parent or box
        grand = parent.parent or parent
        place = paths.place(box, _TAG_BIT)
        rows.append((
            place.down, place.up, box.depth, _TAG.get(box.tag, len(TAGS)), _TAG.get(parent.tag, len(TAGS)),
            _TAG.get(grand.tag, len(TAGS)), _CONTEXT.get(box.context, 0), box.hidden, block.split,
            box.figure is not None, block.links, block.order,
        ))  # fmt: skip
        named = sheet.name_below(box, window.container)
        kinds.append(_KIND[named.kind] if named else 0)
        marks = 0
        for names, _, _ in block.spans:
            marks |= mask_of(names)
        masks.append((mask_of(box.names), mask_of(parent.names), place.groups, marks))
        tags.append(place.tags)
    table = np.array(rows, dtype=np.float32)
    yield table[:, :-1]
    yield np.array(kinds)
    yield np.array(tags)[:, None] >> _PATH_TAGS & 1
    yield (np.array(masks)[:, :, None] >> _GROUP_BITS & 1).reshape(len(shown), -1)
    orders = table[:, -1]
    pictures = np.array([-FAR, *(picture.order for picture in sheet.layout.pictures), len(orders) + 1e6])
    before = np.searchsorted(pictures, orders) - 1
    yield np.minimum(orders - pictures[before], FAR)
    yield np.minimum(pictures[before + 1] - orders, FAR)


def _group(sheet: Sheet, window: Window) -> Iterator[npt.NDArray[np.generic]]:
    """What the blocks of the same signature have in common, and the boxes around a block."""
    blocks, at = sheet.layout.blocks, slice(window.start, window.stop)
    signatures = sheet.signatures
    linked = sheet.links * sheet.counts.chars
    sums = np.stack(
        [np.bincount(signatures, weights) for weights in (np.ones(len(blocks)), sheet.size, sheet.good, linked)],
        axis=1,
        dtype=np.float64,
    )
    own = sums[signatures[at]]
    total = sheet.good[window.first : window.last + 1].sum() or 1.0
    yield _rates(own)
    yield own[:, 2] / total
    boxes = sheet.boxes[at]
    parents = np.array(sheet.parents)
    for _ in range(3):
        yield _rates(sheet.held[boxes])
        boxes = parents[boxes]
    edges = np.full(len(blocks) + 1, -1.0)
    edges[1:-1] = np.where(signatures[1:] == signatures[:-1], np.abs(np.diff(sheet.counts.chars)), -1.0)
    yield edges[window.start : window.stop]
    yield edges[window.start + 1 : window.stop + 1]


def _rates(held: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    count, chars, good, linked = held.T
    some = np.maximum(chars, 1.0)
    return np.stack([count, chars, good / some, linked / some, chars / np.maximum(count, 1.0)], axis=1)


def _follow(sheet: Sheet, window: Window) -> Iterator[npt.NDArray[np.generic]]:
    """How far a block is from the article's ends, its good text, and the heading before it."""
    count, at = len(sheet.layout.blocks), slice(window.start, window.stop)
    order = np.arange(count)
    span = window.last - window.first + 1
    yield ((order - window.first) / span)[at]
    yield (order - window.first)[at]
    yield (window.last - order)[at]
    inside = (sheet.boxes >= window.container.index) & (sheet.boxes <= sheet.ends[window.container.index])
    good = np.where(inside, sheet.good, 0.0)
    sums = np.cumsum(good)
    yield ((sums - good) / (sums[-1] or 1.0))[at]
    before = _latest(sheet.strong)
    yield np.minimum(order - before, FAR)[at]
    behind = count - 1 - _latest(sheet.strong[::-1])[::-1]
    yield np.minimum(behind - order, FAR)[at]
    heading = np.array([block.box.heading for block in sheet.layout.blocks])
    last = np.maximum(_latest(heading > 0)[at], -1)
    some = last >= 0
    yield np.where(some, heading[last], 0)
    yield np.where(some, order[at] - last, FAR)
    yield np.where(some, sheet.counts.chars[last], 0)
    yield np.where(some, sheet.links[last], 0)
    related = [bool(mask_of(sheet.layout.blocks[i].box.names) & _RELATED) if i >= 0 else False for i in last.tolist()]
    yield np.array(related)
    yield np.searchsorted(window.stories, order[at], side="right")
    yield order[at] - window.headline if window.headline >= 0 else np.full(window.stop - window.start, -500)


def _latest(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Give for each place the last one before it that is flagged, far below zero where there is none."""
    places = np.where(flags, np.arange(len(flags)), -FAR)
    latest = np.full(len(flags), -FAR)
    np.maximum.accumulate(places[:-1], out=latest[1:])
    return latest


def _page(sheet: Sheet, window: Window, hints: PageHints) -> Iterator[Floats]:
    """What the page is as a whole; the same for all its blocks."""
    total, held = sheet.held[0], sheet.held[window.container.index]
    numbers: Sequence[float] = (
        len(sheet.layout.blocks), total[1], total[2] / (total[1] or 1.0), held[2] / (total[2] or 1.0),
        *_rates(held[None])[0], hints.news, hints.typed, len(hints.headline), bool(hints.article_body),
        window.last - window.first, len(sheet.layout.pictures),
    )  # fmt: skip
    yield np.repeat(np.array(numbers, dtype=np.float32)[None], window.stop - window.start, axis=0)
