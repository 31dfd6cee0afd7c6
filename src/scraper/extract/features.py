"""Features: what is measured of every block and box of a page before anything is decided.

A module of its own so that the choice of the container, the trees and the rules read the same numbers, each computed
once for the whole page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from scraper.extract.boilerplate import Verdict, is_consent_text, read_names
from scraper.extract.characters import Counts, Flags, Floats, count_characters
from scraper.extract.layout import Box, Layout, TextBlock

GOOD_CHARS = 60
"""A block shorter than this says little of where the article is. Set by hand, not swept."""

GOOD_LINK_SHARE = 0.4
STRONG_CHARS = 80
STRONG_LINK_SHARE = 0.3
LONG_CHARS = 200
"""Text of this length needs no end of a sentence to be text."""

CONSENT_WEIGHT = 0.1
"""Windows about cookies are the longest text of many a short page."""

FLAG_GUARD = 0.4
COMMENTS_GUARD = 0.85
"""A name on a box that holds this share of the page's good text names the article itself; readers often write more
than the journalist. Source: F1 and exact on fundus-dev and naeb-dev: .2 .945 / .629, .4 .946 / .641, .6 .945 / .638."""

_LINK_LISTS = frozenset(
    ("tag:nav", "tag:menu", *(f"name:{name}" for name in ("nav", "navigation", "menu", "toc", "table of contents")))
) | {"name:topics", "name:categories", "name:secondary"}
UNLINKED_CHARS, UNLINKED = 200, 0.2
"""So much good text with so few links is no list of links, whatever it is called: content systems name the sections of
an article after its table of contents."""

MAX_CLIMB = 60
"""Boxes around one that are asked what they are, against pages nested without end. The deepest of 1,287 pages nests
135 elements, but few of them around its text."""

_ACCENTS = re.compile("[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W_]+")
_ENDS = frozenset(".!?…:;\"”“’»')]。！？」』）؟۔।॥․՝։።")
_WEIGHTS = {"figcaption": 0.1, "figure": 0.1, "td": 0.6, "th": 0.6, "aside": 0.6}


@dataclass(slots=True)
class Feature:
    """What is measured of a block.

    Args:
        size: Characters; those of scripts without spaces count 2.5 times.
        links: Share of characters in links.
        good: How much it looks like text of an article, in characters.
        ends: It ends as a sentence does.
        sentences: How many end in it.
    """

    block: TextBlock
    size: float
    links: float
    good: float
    ends: bool
    sentences: int


@dataclass(slots=True)
class Sheet:
    """All measurements of a page, arrays with a number for each block.

    Args:
        boxes: Index of each block's box.
        size: Characters; those of scripts without spaces count 2.5 times.
        links: Share of characters in links.
        good: How much it looks like text of an article, in characters.
        strong: Whether it can be nothing but text of some article.
        parents: Of each box, the index of the one around it; the first is its own.
        ends: Of each box, the index of the last box below it.
        held: Of each box, a row: blocks, characters, good characters and link characters in it and below.
        signatures: Of each block, a number that all with the same tag and names of element and parent share.
    """

    layout: Layout
    counts: Counts
    boxes: npt.NDArray[np.int64]
    size: Floats
    links: Floats
    good: Floats
    strong: Flags
    parents: list[int]
    ends: list[int]
    held: npt.NDArray[np.float32]
    signatures: npt.NDArray[np.int64]
    features: list[Feature] = field(default_factory=list)

    def verdict_of(self, box: Box) -> Verdict | None:
        """Give what the names of a box say it is, unless it holds so much that it must be the article."""
        if box.parent is None or box.tag in {"html", "body"}:
            return None
        verdict = read_names(box.names, box.tag)
        if verdict is None:
            return None
        _, chars, good, linked = self.held[box.index].tolist()
        if good > UNLINKED_CHARS and linked < UNLINKED * chars and verdict.rule in _LINK_LISTS:
            return None
        share = COMMENTS_GUARD if verdict.kind == "comments" else FLAG_GUARD
        return verdict if good <= share * (self.held[0, 2] or 1.0) else None

    def name_below(self, box: Box, top: Box) -> Verdict | None:
        """Give what the nearest name at or above a box says, if it stands below another box."""
        here: Box | None = box
        for _ in range(MAX_CLIMB):
            if here is None or here.index <= top.index:
                break
            if verdict := self.verdict_of(here):
                return verdict
            here = here.parent
        return None

    def article_of(self, box: Box) -> int:
        """Give the index of the nearest article element at or above a box, -1 where there is none."""
        here: Box | None = box
        for _ in range(MAX_CLIMB):
            if here is None or here.tag == "article":
                break
            here = here.parent
        return here.index if here is not None and here.tag == "article" else -1

    def below(self, tops: Collection[int]) -> set[int]:
        """Give the indices of boxes and of all boxes below them."""
        found: set[int] = set()
        for top in tops:
            if top not in found:
                found.update(range(top, self.ends[top] + 1))
        return found


def measure(layout: Layout) -> Sheet:
    """Measure all blocks and boxes of a page, in time linear in their number."""
    blocks = layout.blocks
    counts = count_characters([block.text for block in blocks])
    boxes = np.array([block.box.index for block in blocks], dtype=np.int64)
    linked = np.array([block.link_chars for block in blocks], dtype=np.float32)
    headings = np.array([block.box.heading > 0 for block in blocks], dtype=bool)
    hidden = np.array([block.box.hidden for block in blocks], dtype=bool)
    weights = np.array([_WEIGHTS.get(block.box.context, 1.0) for block in blocks], dtype=np.float32)

    size = counts.chars + 1.5 * counts.wide
    links = linked / counts.chars
    ended = np.array([block.text[-1] in _ENDS for block in blocks], dtype=bool)
    told = (counts.sentences > 0) & (counts.chars > 20)
    good = np.where(
        size >= GOOD_CHARS,
        np.where(told | (size > LONG_CHARS), size * (1 - links), 0.3 * size),
        np.where((size >= GOOD_CHARS / 2) & ended, 0.5 * size, 0.0),
    )
    good *= weights * ((links <= GOOD_LINK_SHARE) & ~headings)
    for i in np.flatnonzero(good):
        if is_consent_text(blocks[i].text.casefold()):
            good[i] *= CONSENT_WEIGHT
    strong = (size >= STRONG_CHARS) & (links < STRONG_LINK_SHARE) & told & ~hidden & ~headings & (good > 0)

    parents = [box.parent.index if box.parent is not None else 0 for box in layout.boxes]
    ends = list(range(len(parents)))
    for index in range(len(parents) - 1, 0, -1):  # children come after their parents
        if ends[index] > ends[parents[index]]:
            ends[parents[index]] = ends[index]
    rows = np.stack([np.ones_like(size), size, good, linked], axis=1)
    sums = np.zeros((len(parents) + 1, 4))
    np.add.at(sums, boxes + 1, rows)
    np.cumsum(sums, axis=0, out=sums)
    held = (sums[np.array(ends) + 1] - sums[:-1]).astype(np.float32)
    features = [
        Feature(*row)
        for row in zip(
            blocks, size.tolist(), links.tolist(), good.tolist(), ended.tolist(),
            np.where(told, counts.sentences, 0).astype(int).tolist(), strict=True,
        )
    ]  # fmt: skip
    known: dict[tuple[str, str, str, str], int] = {}
    signatures = [known.setdefault(signature_of(block.box), len(known)) for block in blocks]
    return Sheet(
        layout, counts, boxes, size, links, good.astype(np.float32), strong, parents, ends, held,
        np.array(signatures, dtype=np.int64), features,
    )  # fmt: skip


def signature_of(box: Box) -> tuple[str, str, str, str]:
    """Give tag and names of an element and of the one around it."""
    parent = box.parent or box
    return box.tag, box.names, parent.tag, parent.names


def fold(text: str) -> str:
    """Reduce a text to its words, for comparing: case, accents, punctuation and white space do not count."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = _ACCENTS.sub("", text)
    return " ".join(_WORD.findall(text.casefold()))
