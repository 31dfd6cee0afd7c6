"""Vectors: what tells a block of the article from one that is not, as numbers.

A module of its own because training and extraction must compute exactly the same numbers: the trees of a model know
their columns by position. Source of the choice: the signature statistics (all blocks with the same tag and names of
element and parent), the distance to the container and the neighbors carry most of it.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from scraper.article import RemovedKind
from scraper.extract.blocks import Box, Layout, TextBlock
from scraper.extract.body import Found
from scraper.extract.boilerplate import Verdict
from scraper.extract.groups import GROUPS, mask_of

_END = re.compile(r"[.!?…。！？؟।:;\"'”’»)\]]$")
_SENTENCE = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]?(?:\s|$)|。")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:.]\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_WORD = re.compile(r"[^\W_]+")
_SYMBOLS = re.compile(r"[|•·»›→©@#]|https?:|www\.")
_QUOTES = '"“”„«»‘‚「『'

TAGS = (
    "p", "div", "li", "td", "span", "section", "article", "blockquote", "pre", "figcaption", "dd", "dt", "h1", "h2",
    "h3", "h4", "a", "body", "main", "aside", "footer", "header", "label", "time",
)  # fmt: skip
_TAG = {tag: number for number, tag in enumerate(TAGS)}
CONTEXTS = ("", "li", "blockquote", "pre", "figure", "figcaption", "aside", "td", "th")
_CONTEXT = {name: number for number, name in enumerate(CONTEXTS)}

GOOD_CHARS = 80
GOOD_LINK_SHARE = 0.3
DECAY = 0.85
"""Share of a block's good text that its next ancestor is credited with."""
WEAK_CHARS = 25
NEAR_BLOCKS = 20
"""Blocks kept before the first good one and after the last."""
NEAR_STEPS = 8


@dataclass(slots=True)
class PageHints:
    """What the page's metadata says that blocks are compared with; all may be empty."""

    headline: str = ""
    description: str = ""
    article_body: str = ""
    news: bool = False
    typed: bool = False


@dataclass(slots=True)
class Featured:
    """The blocks worth judging, and their features."""

    container: Box
    blocks: list[int]
    matrix: npt.NDArray[np.float32]


def featurize(layout: Layout, hints: PageHints, found: Found) -> Featured:
    """Compute the features of the blocks near the article's container.

    Returns:
        Indexes into layout.blocks, ascending, and a row for each.
    """
    blocks, boxes = layout.blocks, layout.boxes
    signatures: dict[object, _Sum] = defaultdict(_nothing)
    trees: dict[int, _Sum] = defaultdict(_nothing)
    credit: dict[int, float] = defaultdict(float)
    good_chars: list[int] = []
    keys: list[object] = []
    masks: dict[int, int] = {}

    def path_groups(box: Box) -> int:
        path = []
        own: Box | None = box
        while own is not None and own.index not in masks:
            path.append(own)
            own = own.parent
        mask = masks[own.index] if own is not None else 0
        for own in reversed(path):
            mask = masks[own.index] = mask | mask_of(own.names) | (1 << _NAV if own.tag in _FRAME_TAGS else 0)
        return mask

    for block in blocks:
        box, text = block.box, block.text
        chars = len(text) * (2 if _CJK.search(text, 0, 40) else 1)
        good = 0
        if (
            chars >= GOOD_CHARS
            and block.link_chars < GOOD_LINK_SHARE * len(text)
            and not box.hidden
            and not box.heading
        ):
            good = chars if box.tag == "p" or _SENTENCE.search(text) else 0
        good_chars.append(good)
        parent = box.parent or box
        key = (box.tag, box.names, parent.tag, parent.names)
        keys.append(key)
        _add(signatures[key], 1, chars, good, block.link_chars)
        mask = path_groups(box)
        weak = chars >= WEAK_CHARS and not block.links and not box.heading
        weight = float(min(good, 1000)) or (0.3 * chars if weak else 0.0)
        for group, share in _UNLIKELY:
            if mask & group:
                weight *= share
        _add(trees[box.index], 1, chars, good, block.link_chars)
        own: Box | None = box if weight else None
        while own is not None:
            credit[own.index] += weight
            weight *= DECAY
            own = own.parent
    for box in reversed(boxes):  # children come after their parents
        if box.parent is not None and box.index in trees:
            _add(trees[box.parent.index], *trees[box.index])
    container = found.container
    other = boxes[max(credit, key=lambda index: (credit[index], -index))] if credit else boxes[0]
    others = set()
    above: Box | None = other
    while above is not None:
        others.add(above.index)
        above = above.parent
    kept_by_rule = set(found.kept)
    # How a box hangs on the container: (steps down from where the paths part, steps up to there, groups, tags).
    place: dict[int, tuple[int, int, int, int]] = {}
    above = container
    while above is not None:
        place[above.index] = (0, container.depth - above.depth, 0, 0)
        above = above.parent

    def locate(box: Box) -> tuple[int, int, int, int]:
        path = []
        own: Box | None = box
        while own is not None and own.index not in place:
            path.append(own)
            own = own.parent
        found = place[own.index] if own is not None else (0, 99, 0, 0)
        for own in reversed(path):
            down, up, mask, tags = found
            tag = 1 << _TAG.get(own.tag, len(TAGS))
            found = place[own.index] = (down + 1, up, mask | mask_of(own.names), tags | tag)
        return found

    inside = [i for i, block in enumerate(blocks) if good_chars[i] and locate(block.box)[1] == 0]
    first, last = (inside[0], inside[-1]) if inside else (0, max(0, len(blocks) - 1))
    near = [
        i
        for i, block in enumerate(blocks)
        if good_chars[i] and locate(block.box)[1] <= NEAR_STEPS and not path_groups(block.box) & _FAR
    ]
    if container.depth > 1:
        near += [i for i, block in enumerate(blocks) if locate(block.box)[1] == 0]
    begin, end = (min(*near, first), max(*near, last)) if near else (first, last)
    kept = range(max(0, begin - NEAR_BLOCKS), min(len(blocks), end + NEAR_BLOCKS + 1))
    copies = Counter(block.text for block in blocks)
    headline = set(_WORD.findall(hints.headline.casefold()))
    description = set(_WORD.findall(hints.description.casefold()))
    listed = _fold(hints.article_body)
    picture_orders = [picture.order for picture in layout.pictures]
    total = trees[boxes[0].index]
    page = (
        len(blocks), total[1], *_row(trees[container.index]), total[2] / (total[1] or 1),
        trees[container.index][2] / (total[2] or 1), float(hints.news), float(hints.typed), len(headline),
        float(bool(listed)), len(inside),
    )  # fmt: skip
    shift = max(0, kept.start - 2)
    local = [_local(block) for block in blocks[shift : kept.stop + 2]]
    blank = (0.0,) * 8
    rows: list[list[float]] = []
    good_total = sum(good_chars[i] for i in inside) or 1
    good_before, since_good = 0, 99
    next_good = _next_good(good_chars, kept)
    heading: tuple[int, int, int, int, float] = (0, -99, 0, 0, 0.0)
    title_at = -1
    for at, block in enumerate(blocks):
        if block.box.heading and at < kept.stop:
            if at < kept.start:
                share = block.link_chars / len(block.text)
                heading = (block.box.heading, at, len(block.text), mask_of(block.box.names), share)
            if title_at < 0 and headline:
                same = headline & set(_WORD.findall(block.text[:300].casefold()))
                title_at = at if len(same) > 0.6 * len(headline) else -1
    for number, at in enumerate(kept):
        block = blocks[at]
        box, text = block.box, block.text
        down, up, path_mask, path_tags = locate(box)
        parent = box.parent or box
        grand = parent.parent or parent
        here = at - shift
        before, before2 = (local[here - k] if here >= k else blank for k in (1, 2))
        after, after2 = (local[here + k] if here + k < len(local) else blank for k in (1, 2))
        mark_mask = 0
        for names, _ in block.marks:
            mark_mask |= mask_of(names)
        words = set(_WORD.findall(text[:400].casefold()))
        in_headline, in_description = len(words & headline), len(words & description)
        picture = bisect(picture_orders, block.order)
        signature = signatures[keys[at]]
        rows.append([
            *local[here],
            *_more(text),
            down, up, box.depth, _TAG.get(box.tag, len(TAGS)), _TAG.get(parent.tag, len(TAGS)),
            _TAG.get(grand.tag, len(TAGS)), _CONTEXT.get(box.context, 0), float(box.hidden), float(block.split),
            float(box.figure is not None), block.links,
            *(float(path_tags >> tag & 1) for tag in _PATH_TAGS),
            *_row(signature), signature[2] / good_total,
            *_row(trees[box.index]), *_row(trees[parent.index]), *_row(trees[grand.index]),
            *before, *after, *before2[:4], *after2[:4],
            float(at > 0 and keys[at - 1] == keys[at]), float(at + 1 < len(blocks) and keys[at + 1] == keys[at]),
            (at - first) / (last - first + 1), at - first, last - at,
            good_before / good_total, since_good, next_good[number],
            heading[0], at - heading[1], heading[2], float(bool(heading[3] & _RELATED)),
            heading[4], at - title_at if title_at >= 0 else -500, float(text.endswith(("...", "…", "[…]", "[...]"))),
            abs(len(text) - before[0]) if at and keys[at - 1] == keys[at] else -1,
            abs(len(text) - after[0]) if at + 1 < len(blocks) and keys[at + 1] == keys[at] else -1,
            copies[text], in_headline / (len(words) or 1), in_headline / (len(headline) or 1),
            in_description / (len(words) or 1), in_description / (len(description) or 1),
            float(_fold(text[:60]) in listed) if listed else -1.0,
            float(at in kept_by_rule), *_verdict(found.cut.get(at)), _steps(box, others),
            block.order - picture_orders[picture - 1] if picture else 99,
            picture_orders[picture] - block.order if picture < len(picture_orders) else 99,
            *page,
            *_bits(mask_of(box.names)), *_bits(mask_of(parent.names)), *_bits(path_mask), *_bits(mark_mask),
        ])  # fmt: skip
        if good_chars[at]:
            good_before += good_chars[at] if up == 0 else 0
            since_good = 0
        since_good += 1
        if box.heading:
            heading = (box.heading, at, len(text), mask_of(box.names) | path_mask, block.link_chars / len(text))
    matrix = np.array(rows, dtype=np.float32) if rows else np.zeros((0, 0), dtype=np.float32)
    return Featured(container, list(kept), matrix)


_NAV = list(GROUPS).index("nav")
_FRAME_TAGS = frozenset(("nav", "footer", "aside"))
_UNLIKELY = tuple(
    (1 << list(GROUPS).index(name), share)
    for name, share in {
        "legal": 0.05, "comment": 0.15, "nav": 0.3, "plea": 0.6, "bio": 0.5, "teaser": 0.7, "related": 0.7,
    }.items()
)  # fmt: skip
_FAR = 1 << list(GROUPS).index("legal") | 1 << list(GROUPS).index("comment") | 1 << _NAV
_PATH_TAGS = tuple(_TAG[tag] for tag in ("li", "section", "article", "main", "aside", "footer", "header", "blockquote"))
_RELATED = 1 << list(GROUPS).index("related") | 1 << list(GROUPS).index("teaser")


_KINDS = {kind: number for number, kind in enumerate(get_args(RemovedKind), 1)}
_RULES = {
    name: number + 1
    for number, name in enumerate(
        [
            "name",
            "phrase",
            "container",
            "field",
            "photo",
            "tag",
            "beside",
            "card",
            "edge",
            "heading",
            "links",
            "signature",
            "style",
            "text",
            "rule",
        ]
    )
}


def _verdict(verdict: Verdict | None) -> tuple[float, float]:
    if verdict is None:
        return 0.0, 0.0
    return _KINDS.get(verdict.kind, 0), _RULES.get(verdict.rule.partition(":")[0], 0)


def _steps(box: Box, others: set[int]) -> int:
    steps = 0
    own: Box | None = box
    while own is not None and own.index not in others:
        own, steps = own.parent, steps + 1
    return steps


_Sum = list[int]
"""Of a group of blocks: how many, characters, those of good ones, those of links."""


def _nothing() -> _Sum:
    return [0, 0, 0, 0]


def _add(total: _Sum, count: int, chars: int, good: int, links: int) -> None:
    total[0] += count
    total[1] += chars
    total[2] += good
    total[3] += links


def _row(total: _Sum) -> tuple[float, ...]:
    count, chars, good, links = total
    return count, chars, good / (chars or 1), links / (chars or 1), chars / (count or 1)


def _bits(mask: int) -> list[float]:
    return [float(mask >> group & 1) for group in range(len(GROUPS))] if mask else _NO_BITS


_NO_BITS = [0.0] * len(GROUPS)


def _next_good(good_chars: list[int], kept: range) -> list[int]:
    distances, distance = [], 99
    for at in reversed(kept):
        distances.append(distance)
        distance = 1 if good_chars[at] else distance + 1
    return distances[::-1]


def _local(block: TextBlock) -> tuple[float, ...]:
    """Features of a block's own text that its neighbors see too."""
    text = block.text
    chars = len(text)
    return (
        chars,
        block.link_chars / chars,
        float(_END.search(text) is not None),
        len(_SENTENCE.findall(text)),
        block.bold_chars / chars,
        block.box.heading,
        float(block.box.context in {"li", "figcaption", "figure"}),
        text.count(",") + text.count("、") + text.count("،"),
    )


def _more(text: str) -> tuple[float, ...]:
    """Features of a block's own text."""
    head = text[:300]
    words = head.split()
    count = len(words) or 1
    return (
        count if len(text) <= 300 else len(text) / 6,
        sum(map(len, words)) / count,
        sum(word[0].isupper() for word in words) / count,
        sum(map(str.isdigit, head)) / len(head),
        float(head.isupper()),
        float(text[0].islower()),
        float(text[0] in _QUOTES),
        float(text[-1] == ":"),
        float(text[-1] in "?？"),
        float(text[-1] in "…»›→"),
        float(text[-1] in ".。"),
        float(_DATE.search(head) is not None),
        float(_SYMBOLS.search(head) is not None),
        float(_CJK.search(head) is not None),
        float(text[0] in "(（[*—–-•"),
        text.count("(") + text.count("["),
    )


def _fold(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))
