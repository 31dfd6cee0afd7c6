"""Container: the element that holds most of the article, and the part of the page around it that is judged.

A module of its own because it is the one choice made for the page as a whole. It need not be exact, as every block in
the window around it is judged by itself; but what lies outside the window is lost, and distances are counted from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scraper.extract.features import Sheet, fold
from scraper.extract.groups import GROUPS, mask_of
from scraper.extract.layout import Box

DECAY = 0.85
"""Share of a box's credit that the box around it gets."""

MOST_CREDIT = 1000.0
"""One long block does not outweigh an article."""

WEAK_CHARS = 25
WEAK_SHARE = 0.3
BEFORE_HEADLINE = 0.6
NEAR_HEADLINE = 30
"""Blocks behind the headline that weigh more, falling with the distance."""

DECLARED, UNDECLARED = 2.0, 0.5
DECLARED_CHARS = 300
"""How text weighs that stands in the declared body or not in it; a shorter articleBody is a summary."""

NEXT_STORY = 0.4
"""How text weighs behind the headline of a further story."""

SAME_GAIN = 0.04
OTHER_GAIN = 0.12
MAX_GROWTH = 6
MAX_ROUNDS = 6
"""How much more text, in shares of what is there, a box around must hold to be taken, less if it has the same
signature; and how many steps up it is looked for. Set by hand, not swept."""

MAX_ASKED = 2000
"""Blocks looked at before a box is taken or not; no article is longer."""

TEXT_TAGS = frozenset(("p", "li", "td", "th", "blockquote", "pre", "dd", "dt"))
"""Elements made for text hold no article."""

HIDDEN = 0.3
NEAR_BLOCKS = 20
"""Blocks judged before the first strong one and after the last."""

NEAR_STEPS = 8
"""Strong text within so many steps up from the container is judged too."""

_DIGITS = re.compile(r"[\d_-]*\d[\d_-]*")
_BIT = {name: 1 << number for number, name in enumerate(GROUPS)}
_FRAME_TAGS = frozenset(("nav", "footer", "aside"))
COMMENTS = 0.2
"""How text in a box of comments weighs, beside what its name group takes: readers often write more than the
journalist. Source: the article of 952 characters below a hundred comments; on other pages no change."""

_UNLIKELY = tuple(
    (_BIT[name], share)
    for name, share in {
        "legal": 0.05, "comment": 0.15, "nav": 0.3, "plea": 0.6, "bio": 0.5, "teaser": 0.7, "related": 0.7,
    }.items()
)  # fmt: skip
_FAR = _BIT["legal"] | _BIT["comment"] | _BIT["nav"]


@dataclass(slots=True)
class Place:
    """Where a box hangs on the container.

    Args:
        down: Steps down from where the paths part.
        up: Steps up from the container to there.
        groups: Name groups of the boxes on the way down.
        tags: Their tags, as bits.
    """

    down: int
    up: int
    groups: int
    tags: int


@dataclass(slots=True)
class Window:
    """The part of a page that is judged.

    Args:
        container: The box that holds most of the article.
        start: Index of the first block.
        stop: Index behind the last one.
        first: Index of the first strong block in the container.
        last: Index of the last one.
        headline: Index of the block that prints the headline, -1 where none does.
        stories: Indices of the blocks behind it that look like the headlines of further stories.
    """

    container: Box
    start: int
    stop: int
    first: int
    last: int
    headline: int
    stories: list[int]


class Paths:
    """What stands on the way from boxes to the page's top and to its container; each box is asked once.

    Args:
        container: The container, None where it is not chosen yet.
        headline: What prints the headline. The boxes around it hold the article, whatever their names say: an article
            shown in an overlay weighed less than the list behind it. Source: F1 on wcxb-dev .955 without and .957
            with it, on naeb-dev .934 and .935, kept on trafilatura-dev .892 and .894, on no set worse.
    """

    def __init__(self, container: Box | None = None, headline: Box | None = None) -> None:
        self._masks: dict[int, int] = {}
        while headline is not None:
            self._masks[headline.index] = 0
            headline = headline.parent
        self._places: dict[int, Place] = {}
        above = container
        while above is not None and container is not None:
            self._places[above.index] = Place(0, container.depth - above.depth, 0, 0)
            above = above.parent

    def groups(self, box: Box) -> int:
        """Give the name groups of a box and all around it."""
        masks, path = self._masks, []
        own: Box | None = box
        while own is not None and own.index not in masks:
            path.append(own)
            own = own.parent
        mask = masks[own.index] if own is not None else 0
        for own in reversed(path):
            mask |= mask_of(own.names)
            if own.tag in _FRAME_TAGS:
                mask |= _BIT["nav"]
            masks[own.index] = mask
        return mask

    def place(self, box: Box, tag_bits: dict[str, int]) -> Place:
        """Tell where a box hangs on the container."""
        places, path = self._places, []
        own: Box | None = box
        while own is not None and own.index not in places:
            path.append(own)
            own = own.parent
        found = places[own.index] if own is not None else Place(0, 99, 0, 0)
        for own in reversed(path):
            found = places[own.index] = Place(
                found.down + 1, found.up, found.groups | mask_of(own.names), found.tags | tag_bits.get(own.tag, 0)
            )
        return found


def find_window(sheet: Sheet, *, headline: str, declared: str) -> Window:
    """Choose the container and the blocks around it that are judged.

    Args:
        sheet: The page.
        headline: As found.
        declared: JSON-LD's articleBody.
    """
    layout, blocks = sheet.layout, sheet.layout.blocks
    folded = fold(headline)
    top = headline_at(sheet, folded)
    stories = _next_stories(sheet, top)
    paths = Paths(headline=blocks[top].box if top >= 0 else None)
    credit = credit_boxes(sheet, paths, top=top, stories=stories, declared=declared)
    container = layout.boxes[credit.index(max(credit))]
    while container.tag in TEXT_TAGS and container.parent is not None and container.parent.parent is not None:
        container = container.parent
    container = _grow(sheet, container)

    end = sheet.ends[container.index]
    inside = (sheet.boxes >= container.index) & (sheet.boxes <= end)
    held = np.flatnonzero(inside)
    strong = np.flatnonzero(inside & sheet.strong)
    first, last = (int(strong[0]), int(strong[-1])) if len(strong) else (0, len(blocks) - 1)
    around: Box = container
    for _ in range(NEAR_STEPS):
        around = around.parent or around
    near = sheet.strong & (sheet.boxes >= around.index) & (sheet.boxes <= sheet.ends[around.index]) & ~inside
    edges = [first, last, *(int(i) for i in np.flatnonzero(near) if not paths.groups(blocks[i].box) & _FAR)]
    if container.depth > 1 and len(held):
        edges += [int(held[0]), int(held[-1])]
    start, stop = max(0, min(edges) - NEAR_BLOCKS), min(len(blocks), max(edges) + NEAR_BLOCKS + 1)
    return Window(container, start, stop, first, last, top, stories)


def credit_boxes(sheet: Sheet, paths: Paths, *, top: int, stories: Sequence[int], declared: str) -> list[float]:
    """Give for each box how much speaks for it as the container, in characters; arguments as in Window."""
    weights = _weigh(sheet, paths, top, fold(declared) if len(declared) >= DECLARED_CHARS else "")
    if stories:
        weights[stories[0] :] *= NEXT_STORY
    credit: list[float] = np.bincount(sheet.boxes, weights, len(sheet.layout.boxes)).tolist()
    parents = sheet.parents
    for index in range(len(parents) - 1, 0, -1):
        credit[parents[index]] += DECAY * credit[index]
    return credit


def _next_stories(sheet: Sheet, top: int) -> list[int]:
    """Find headings behind the headline that look like it: those of stories that endless scrolling appends."""
    if top < 0:
        return []
    headline = sheet.layout.blocks[top].box
    return [
        i
        for i, block in enumerate(sheet.layout.blocks[top + 1 :], top + 1)
        if block.box.heading and (block.box.heading == 1 or (headline.names and is_made_like(block.box, headline)))
    ]


def is_made_like(box: Box, other: Box) -> bool:
    """Tell whether two boxes have the same tag and names, and those around them too; numbers in names do not count."""
    for _ in range(2):
        if box.tag != other.tag or _DIGITS.sub("", box.names) != _DIGITS.sub("", other.names):
            return False
        if box.parent is None or other.parent is None:
            break
        box, other = box.parent, other.parent
    return True


def _grow(sheet: Sheet, best: Box) -> Box:
    """Take the box around the best one where it holds more of the same article."""
    above, steps, grown = best.parent, 0, 0
    while above is not None and steps < MAX_GROWTH and grown < MAX_ROUNDS:
        if above.parent is None and best.tag in {"article", "main"}:
            break
        steps += 1
        if _is_worth_growing(sheet, best, above):
            best, steps, grown = above, 0, grown + 1
        above = above.parent
    return best


def _is_worth_growing(sheet: Sheet, box: Box, around: Box) -> bool:
    boxes, blocks = sheet.boxes, sheet.layout.blocks
    inside = (boxes >= box.index) & (boxes <= sheet.ends[box.index])
    beside = (boxes >= around.index) & (boxes <= sheet.ends[around.index]) & ~inside
    if not (beside & sheet.strong).any():
        return False
    alike = np.isin(sheet.signatures, sheet.signatures[inside & sheet.strong])
    same = other = 0.0
    own_article = sheet.article_of(box)
    for i in np.flatnonzero(beside & sheet.strong)[:MAX_ASKED]:
        block = blocks[i].box
        if not sheet.name_below(block, around) and sheet.article_of(block) in {-1, own_article}:
            if alike[i]:
                same += float(sheet.good[i])
            else:
                other += float(sheet.good[i])
    weak = beside & ~sheet.strong
    junk = float((sheet.size[weak] * (WEAK_SHARE + sheet.links[weak])).sum())
    here = float(sheet.held[box.index, 2])
    return (same > SAME_GAIN * here and same > 0.3 * (junk + other)) or (
        same + other > OTHER_GAIN * here and same + other > 1.5 * junk
    )


def _weigh(sheet: Sheet, paths: Paths, top: int, declared: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Weigh each block by how much it tells of where the article is."""
    blocks = sheet.layout.blocks
    weights = np.minimum(sheet.good, MOST_CREDIT).astype(np.float64)
    weak = (weights == 0) & (sheet.size >= WEAK_CHARS) & (sheet.links == 0)
    weights[weak] = WEAK_SHARE * sheet.size[weak]
    if top >= 0:
        weights[:top] *= BEFORE_HEADLINE
        near = min(NEAR_HEADLINE, len(blocks) - top - 1)
        weights[top + 1 : top + 1 + near] *= 1.5 - 0.5 * np.arange(1, near + 1) / NEAR_HEADLINE
    for i in np.flatnonzero(weights):
        block = blocks[i]
        box = block.box
        if box.heading:
            weights[i] = 0.0
            continue
        factor = HIDDEN if box.hidden else 1.0
        if mask := paths.groups(box):
            for group, share in _UNLIKELY:
                if mask & group:
                    factor *= share
        if (named := sheet.name_below(box, sheet.layout.boxes[0])) and named.kind == "comments":
            factor *= COMMENTS
        if declared and sheet.good[i]:
            factor *= DECLARED if fold(block.text[:90])[:45] in declared else UNDECLARED
        if factor != 1.0:
            weights[i] *= factor
    return weights


def headline_at(sheet: Sheet, headline: str) -> int:
    """Find the block that prints the headline: the heading that says it, else the first h1, -1 if there is none.

    Args:
        sheet: The page.
        headline: Folded.
    """
    fallback = -1
    for i, block in enumerate(sheet.layout.blocks):
        if not block.box.heading or len(block.text) > 400:
            continue
        if headline:
            folded = fold(block.text)
            if folded == headline or (len(folded) > 20 and (folded in headline or headline in folded)):
                return i
        if fallback < 0 and block.box.heading == 1:
            fallback = i
    return fallback
