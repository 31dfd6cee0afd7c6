"""Labels: which blocks of a page are the article, told by aligning them with the truth's text.

Truths are texts, not markup, and differ from the page in quotes, spacing and small cuts, so blocks are matched by the
words they share in sequence. Each word of the truth is used once: the second copy of a paragraph (a teaser, a mobile
version) gets no label from it.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence

TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W_]+")
GRAM = 4
MIN_SHARE = 0.6
"""Share of a block's words that must be found in sequence. Lower ones label teasers that quote the lede."""
MAX_PLACES = 50
"""A run of words that stands in more places of the truth than this tells nothing."""


def tokenize(text: str) -> list[str]:
    """Give the words of a text, folded; of scripts without spaces, the characters."""
    return TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def align(blocks: Sequence[str], truth: str) -> list[float]:
    """Tell for each block which share of its words is the truth's.

    Args:
        blocks: Texts of a page's blocks in order.
        truth: The article's text.

    Returns:
        A share between 0 and 1 for each block.
    """
    want = tokenize(truth)
    words = [tokenize(block) for block in blocks]
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in range(len(want) - GRAM + 1):
        places[tuple(want[at : at + GRAM])].append(at)
    candidates = [
        (number, start, length, hit)
        for number, block in enumerate(words)
        if len(block) >= GRAM
        for start, length, hit in _match(block, places, want)
    ]
    shares = [0.0] * len(blocks)
    spans: list[tuple[int, int, int]] = []
    for number, start, length, hit in _chain(candidates):
        shares[number] = hit / len(words[number])
        spans.append((number, start, start + length))
    _fill_short(words, want, spans, shares)
    return shares


def _match(block: list[str], places: dict[tuple[str, ...], list[int]], want: list[str]) -> list[tuple[int, int, int]]:
    """Find where a block could stand in the truth, as (start, length, words that agree), best three."""
    votes: Counter[int] = Counter()
    for at in range(len(block) - GRAM + 1):
        found = places.get(tuple(block[at : at + GRAM]), ())
        if len(found) <= MAX_PLACES:
            for place in found:
                # Small cuts shift what follows; offsets are voted for in coarse steps.
                votes[(place - at) // 8] += 1
    matches = []
    for offset, _ in votes.most_common(3):
        start = max(0, offset * 8 - 8)
        window = want[start : start + len(block) + 24]
        hit = sum((Counter(block) & Counter(window)).values())
        if hit / len(block) >= MIN_SHARE:
            begin = max(start, offset * 8)
            matches.append((begin, min(len(block), len(want) - begin), hit))
    return matches


def _chain(candidates: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Choose the chain of (block, start, length, hit) that covers most, in order of both, without overlap."""
    ends: list[tuple[int, int]] = [(-1, 0)]
    candidates = sorted(candidates, key=lambda c: (c[0], -c[1]))
    best: list[tuple[int, int | None]] = []
    # Patience by end position: (end, score, index) kept with growing score.
    frontier_end, frontier_score, frontier_index = [-1], [0], [-1]
    del ends
    pending: list[tuple[int, int, int]] = []
    current = -1
    for index, (number, start, length, hit) in enumerate(candidates):
        if number != current:
            for end, score, which in pending:
                _insert(frontier_end, frontier_score, frontier_index, end, score, which)
            pending, current = [], number
        slack = min(8, length // 4)
        at = bisect_right(frontier_end, start + slack) - 1
        score = frontier_score[at] + hit
        best.append((score, frontier_index[at] if frontier_index[at] >= 0 else None))
        pending.append((start + length, score, index))
    for end, score, which in pending:
        _insert(frontier_end, frontier_score, frontier_index, end, score, which)
    chain = []
    at_index: int | None = frontier_index[-1] if frontier_index[-1] >= 0 else None
    while at_index is not None:
        chain.append(candidates[at_index])
        at_index = best[at_index][1]
    return chain[::-1]


def _insert(ends: list[int], scores: list[int], indexes: list[int], end: int, score: int, index: int) -> None:
    at = bisect_right(ends, end)
    if at and scores[at - 1] >= score:
        return
    stop = at
    while stop < len(ends) and scores[stop] <= score:
        stop += 1
    ends[at:stop], scores[at:stop], indexes[at:stop] = [end], [score], [index]


def _fill_short(
    words: list[list[str]], want: list[str], spans: list[tuple[int, int, int]], shares: list[float]
) -> None:
    """Label blocks too short to align where all their words stand in the gap between their aligned neighbors."""
    bounds = [(-1, 0, 0), *spans, (len(words), len(want), len(want))]
    for (left, _, begin), (right, end, _) in itertools.pairwise(bounds):
        gap = Counter(want[max(0, begin - 4) : end + 4]) if end + 8 > begin else Counter()
        for number in range(left + 1, right):
            block = Counter(words[number])
            if block and sum(block.values()) < 3 * GRAM and not block - gap:
                shares[number] = 1.0
                gap -= block
