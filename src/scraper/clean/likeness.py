"""Likeness: how far two texts are one, told from their fingerprints.

A module of its own because what counts as a copy is a judgment with numbers behind it, and those stand here together.
Source: `python -m scraper.lab.duplicate_pairs --choose` on 624 texts of one half of the sites at hand, with 6,240
planted copies and 2,976 look-alikes. As set, 145 copies are missed and 21 look-alikes taken for copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scraper.clean.fingerprint import MAX_NUMBERS, OPENING, OPENING_SLOTS, SLOTS, Fingerprint

SIMILAR = 0.25
"""Texts of two sites are copies from this estimated Jaccard similarity on, if their openings have anything in common.
At .3 65 copies more are missed and no look-alike less is taken; half of the texts with a fifth of their words changed
are below .37."""
OPEN_AT_ALL = 0.05
SIMILAR_BEHIND = 0.4
"""Otherwise from this on: what two stories of one topic, one chain or one agency share is at their end, be it
background, notices or the author's life, and half of a short text can be. At .25 216 look-alikes more are taken and
47 copies less are missed."""
SIMILAR_ON_SITE = 0.5
"""Texts of one site are from this on: a site repeats what stands below its stories, and rarely prints a story anew.
At .3 166 look-alikes more are taken, and no copy less is missed."""

CONTAINED = 0.5
"""Or where so much of the shorter stands in the longer and both open alike: a copy that was cut short. At .7 239
copies more are missed."""
CONTAINED_ON_SITE = 0.7
OPEN_ALIKE = 0.4
LEAST = 0.06
"""Below this an estimate from 128 slots is nearly noise, and so is what is contained by it."""

MIN_NUMBERS = 4
NUMBERS_AGREE = 0.2
"""Copies share this much of the pairs of numbers of the one with fewer, where both have four pairs or more: the
weather, the draw, the market of another day is the same text with other numbers. Without it 337 look-alikes more are
taken and 14 copies less are missed."""
NUMBERS_AGREE_ON_SITE = 0.4
"""More on one site, where the forms are."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two texts compare. It is the same whichever of them is asked.

    Args:
        similarity: Estimated Jaccard similarity of their shingles, 0 to 1; the standard error is .04 at .5. 1 where
            they are equal word for word, 0 where one of them is too short to tell.
        contained: Estimated share of the shorter one's shingles that stand in the longer.
        opening: Estimated similarity of their first words.
        numbers: Share of pairs of numbers in common, of the text with fewer; None where it has less than MIN_NUMBERS.
    """

    similarity: float
    contained: float
    opening: float
    numbers: float | None

    def copied(self, *, same_site: bool) -> bool:
        """Tell whether one text is a copy of the other, or both of a third."""
        if self.numbers is not None and self.numbers < (NUMBERS_AGREE_ON_SITE if same_site else NUMBERS_AGREE):
            return False
        likely = SIMILAR if self.opening >= OPEN_AT_ALL else SIMILAR_BEHIND
        if self.similarity >= (SIMILAR_ON_SITE if same_site else likely):
            return True
        enough = CONTAINED_ON_SITE if same_site else CONTAINED
        return self.opening >= OPEN_ALIKE and self.contained >= enough


def compare(text: Fingerprint, others: Sequence[Fingerprint]) -> list[Likeness]:
    """Compare a text with others, in their order."""
    whole = _shares([text.signature], [other.signature for other in others], SLOTS)
    opening = _shares([text.opening], [other.opening for other in others], OPENING_SLOTS)
    return [
        Likeness(1.0, 1.0, 1.0, None)
        if text.exact == other.exact
        else Likeness(s, _contain(s, o, text.size, other.size), o, _share_numbers(text.numbers, other.numbers))
        for other, s, o in zip(others, whole, opening, strict=True)
    ]


def _shares(mine: Sequence[bytes], theirs: Sequence[bytes], slots: int) -> list[float]:
    """Give the share of equal slots; 0 where one has no signature."""
    empty = b"\0" * (2 * slots)
    if not theirs or not mine[0]:
        return [0.0] * len(theirs)
    matrix = np.frombuffer(b"".join(other or empty for other in theirs), "<u2").reshape(-1, slots)
    equal = (matrix == np.frombuffer(mine[0], "<u2")).sum(axis=1)
    return [int(count) / slots if other else 0.0 for count, other in zip(equal, theirs, strict=True)]


def _contain(similarity: float, opening: float, a: int, b: int) -> float:
    """Estimate the share of the smaller set in the larger from their sizes and what they have in common."""
    if not (a and b):
        return 0.0
    common = similarity * (a + b) / (1 + similarity) if similarity >= LEAST else 0.0
    common = max(common, opening * (min(a, OPENING) + min(b, OPENING)) / (1 + opening))
    return min(1.0, common / min(a, b))


def _share_numbers(a: bytes, b: bytes) -> float | None:
    """Estimate the share of common numbers, from so many of the smallest hashes as both texts tell all of."""
    mine, theirs = ({int.from_bytes(x[i : i + 2], "little") for i in range(0, len(x), 2)} for x in (a, b))
    if min(len(mine), len(theirs)) < MIN_NUMBERS:
        return None
    top = min(max(known) if len(known) == MAX_NUMBERS else 0xFFFF for known in (mine, theirs))
    mine, theirs = ({number for number in known if number <= top} for known in (mine, theirs))
    fewer = min(len(mine), len(theirs))
    return len(mine & theirs) / fewer if fewer else None
