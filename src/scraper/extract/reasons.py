"""Reasons: why the trees took a block for body or not, and which elements could have held the article.

A module of its own because only who shows a page asks for it. What a forest of trees weighed cannot be read off it;
here it is asked again and again: what would it say, if the block measured in one respect what blocks of the other side
of the same page do?
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from scraper.extract import groups
from scraper.extract.body import Judged, body_trees
from scraper.extract.container import Paths, credit_boxes
from scraper.extract.layout import Box
from scraper.marked import Candidate, Reason

GROUPS: tuple[tuple[str, int], ...] = (
    ("length", 1), ("links", 1), ("sentences", 2), ("bold, heading or list", 3), ("commas", 1),
    ("the block before", 8), ("the block after", 8), ("the block before", 4), ("the block after", 4),
    ("length", 1), ("words and letters", 7), ("its first letter", 5), ("its last character", 4),
    ("its first letter", 1), ("a date in it", 1),
    ("words of headline and description", 4), ("said more than once", 1), ("the page's own articleBody", 1),
    ("place in the tree", 3), ("element and those around it", 4), ("hidden", 1), ("line breaks", 1), ("in a figure", 1),
    ("links", 1), ("named as something else", 1), ("element and those around it", 8),
    ("class names", 4 * len(groups.GROUPS)), ("pictures near it", 2),
    ("blocks made like it", 6), ("what is around it", 15), ("as long as its neighbors", 2),
    ("place among the long blocks", 6), ("the heading before it", 5), ("headlines of other stories", 1),
    ("distance from the headline", 1), ("the page as a whole", 15),
)  # fmt: skip
"""What the columns of vectors.featurize measure, in their order, and how many of them."""

OTHERS = 4
"""Blocks of the other side that one is compared with, spread over the page."""

MAX_EXPLAINED = 400
"""Blocks explained, those nearest to the body. Source: they take one second."""

MAX_REASONS = 4
MAX_SUMMED = 8
MIN_GAIN = 0.05
MAX_CANDIDATES = 6
_SHARE = 1e-6


def explain_blocks(judged: Judged, kept: Collection[int]) -> tuple[Mapping[int, float], Mapping[int, list[Reason]]]:
    """Tell of the blocks that the trees judged how likely each is body, and why.

    Args:
        judged: The page.
        kept: Indices of the body's blocks.

    Returns:
        Index of a block -> its probability; and -> all that speaks for its side or against it, the weightiest first.
    """
    matrix, start = judged.matrix, judged.window.start
    if not len(matrix):
        return {}, {}
    trees = body_trees()
    shares = trees.predict(matrix)
    likely = {start + place: float(share) for place, share in enumerate(shares)}
    inside = np.array([start + place in kept for place in range(len(matrix))])
    if inside.all() or not inside.any():
        return likely, {}
    columns = _columns(matrix.shape[1])
    sides = {side: _spread(np.flatnonzero(inside == side)) for side in (True, False)}
    first, last = np.flatnonzero(inside)[[0, -1]]
    near = sorted(range(len(matrix)), key=lambda place: max(first - place, place - last, 0))[:MAX_EXPLAINED]
    reasons = {}
    for place in near:
        others = sides[not inside[place]]
        rows = np.repeat(matrix[place][None], len(columns) * len(others), axis=0)
        for number, places in enumerate(columns.values()):
            rows[number * len(others) : (number + 1) * len(others), places] = matrix[others][:, places]
        changed = _odds(trees.predict(rows)).reshape(len(columns), len(others)).mean(axis=1)
        gains = (_odds(shares[place]) - changed) * (1 if inside[place] else -1)
        pairs = sorted(zip(columns, gains.tolist(), strict=True), key=lambda pair: -abs(pair[1]))
        reasons[start + place] = [Reason(label, gain) for label, gain in pairs if abs(gain) >= MIN_GAIN]
    return likely, reasons


def sum_up(reasons: Mapping[int, list[Reason]], kept: Collection[int]) -> tuple[Reason, ...]:
    """Give what counted most over all blocks of the body, on average."""
    sums: dict[str, float] = {}
    own = [reasons[i] for i in kept if i in reasons]
    for reason in (reason for one in own for reason in one):
        sums[reason.label] = sums.get(reason.label, 0.0) + reason.gain
    means = [Reason(label, total / len(own)) for label, total in sums.items()]
    return tuple(sorted((one for one in means if one.gain >= MIN_GAIN), key=lambda one: -one.gain)[:MAX_SUMMED])


def rank_boxes(judged: Judged) -> tuple[Candidate, ...]:
    """Give the elements that most speaks for as the one that holds the article, and the one that was chosen."""
    sheet, window, hints = judged.sheet, judged.window, judged.known.hints
    paths = Paths(headline=sheet.layout.blocks[window.headline].box if window.headline >= 0 else None)
    credit = credit_boxes(sheet, paths, top=window.headline, stories=window.stories, declared=hints.article_body)
    order = sorted(range(len(credit)), key=lambda index: -credit[index])[:MAX_CANDIDATES]
    best, chosen = order[0], window.container.index
    if chosen not in order:
        order.append(chosen)
    return tuple(
        Candidate(_name(sheet.layout.boxes[index]), credit[index], index == chosen, index == best)
        for index in order
        if credit[index] > 0 or index == chosen
    )


def _name(box: Box) -> str:
    names = box.names.split()[:3]
    return ".".join([box.tag, *names])[:120]


def _columns(width: int) -> dict[str, list[int]]:
    """Give the columns of each group.

    Raises:
        ValueError: There are more or fewer columns than GROUPS names.
    """
    columns: dict[str, list[int]] = {}
    at = 0
    for label, count in GROUPS:
        columns.setdefault(label, []).extend(range(at, at + count))
        at += count
    if at != width:
        raise ValueError(f"GROUPS names {at} columns, vectors gives {width}")
    return columns


def _spread(places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Choose some of the blocks of a side, evenly."""
    picked: npt.NDArray[np.int64] = places[np.linspace(0, len(places) - 1, min(OTHERS, len(places))).astype(int)]
    return picked


def _odds(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    bounded = np.clip(shares, _SHARE, 1 - _SHARE)
    odds: npt.NDArray[np.float64] = np.log(bounded / (1 - bounded))
    return odds
