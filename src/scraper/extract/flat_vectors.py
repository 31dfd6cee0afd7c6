"""Flat vectors: each line of a text without markup as numbers, for the trees that tell which lines are the article.

A module of its own because training and extraction must measure alike. What is measured is in no language: sizes,
ends of sentences, repetition, and the same of the lines around; words count only as what phrases found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scraper.extract.flat_lines import Line
from scraper.extract.flat_measure import Measure

Floats = npt.NDArray[np.float32]

REACHES = (2, 5, 12, 30)
"""So many lines to each side are summed up. Set by hand."""

NEIGHBORS = (1, 2, 3)
TOPIC_CHARS = 1000
OPENING_CHARS = 1500
TOPIC_LINES = 10
STRETCH_GAP = 5
FAR = 60.0

_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]{2}")
_CAPITAL = re.compile(r"(?:^|\s)[“\"'(«„]*[A-ZÀ-ÞА-ЯΑ-Ω]")
_YEAR = re.compile(r"(?:19|20)\d\d|\d[.:]\d\d")
_DIGITS = re.compile(r"\d+")
_KINDS = {"subhead": 1, "list_item": 2, "quote": 3}
_VERDICTS = {
    kind: number
    for number, kind in enumerate(
        ("plea", "newsletter", "paywall", "legal", "author_bio", "ad", "related", "share", "comments", "navigation"), 1
    )
}
_CONTEXT = (0, 1, 3, 4, 5)
"""Columns of a line's own numbers that are given of its neighbors too."""


def featurize_lines(lines: Sequence[Line], measures: Sequence[Measure], span: tuple[int, int]) -> Floats:
    """Measure all lines.

    Args:
        lines: Of the text.
        measures: Of them, in the same order.
        span: First and last line of the article as rules find it.

    Returns:
        One row a line.
    """
    own = np.array([_own(line, measure) for line, measure in zip(lines, measures, strict=True)], dtype=np.float32)
    columns = [own]
    for step in NEIGHBORS:
        columns += [_shift(own[:, _CONTEXT], step), _shift(own[:, _CONTEXT], -step)]
    columns += [
        _sums(own, _signs(measures)),
        _places(measures, span),
        _topic(measures, span),
        _stretches(measures),
    ]
    return np.hstack(columns)


def _own(line: Line, measure: Measure) -> tuple[float, ...]:
    text = line.text[:2000]
    chars = len(text)
    words = text.count(" ") + 1
    verdict = measure.verdict
    return (
        min(measure.size, 2000.0),
        float(measure.sentences),
        min(words, 400.0),
        float(measure.ends),
        measure.good,
        float(measure.caption is not None),
        len(_CAPITAL.findall(text[:400])) / min(words, 70),
        sum(map(text.count, ",،、，;")) / words,
        sum(map(str.isdigit, text[:200])) / min(chars, 200),
        float(min(measure.copies, 4)),
        float(_VERDICTS.get(verdict.kind, 11) if verdict else 0),
        float(measure.byline) + 2 * bool(chars < 200 and _YEAR.search(text)),
        float(len(measure.hits.found)),
        float(_KINDS.get(line.kind or "", 0)),
        float("|>»/•·".find(text[-1]) >= 0 or " | " in text) + 2 * text[0].islower() + 4 * (text[0] in '“"«„「—–-'),
        float(text.endswith((":", "："))) + 2 * text.endswith(("…", "...")) + 4 * text.endswith("?"),
        chars / words,
    )


def _shift(matrix: Floats, step: int) -> Floats:
    """Give the rows that stand so many lines further on; -1 where there are none."""
    moved = np.full_like(matrix, -1.0)
    if step >= len(matrix) or -step >= len(matrix):
        return moved
    if step > 0:
        moved[:-step] = matrix[step:]
    else:
        moved[-step:] = matrix[:step]
    return moved


def _signs(measures: Sequence[Measure]) -> Floats:
    """Give what runs of lines have many of that are no article: dates, repetition, and what phrases name."""
    masked = [_DIGITS.sub("0", measure.folded[:80]) for measure in measures]
    shapes, lasts = Counter(masked), Counter(measure.folded[-40:].rsplit(" ", 1)[-1] for measure in measures)
    rows = np.zeros((len(measures), 7), dtype=np.float32)
    for i, (measure, shape) in enumerate(zip(measures, masked, strict=True)):
        rows[i] = (
            measure.size < 100 and "0" in shape,
            measure.copies > 1 or shapes[shape] > 1,
            min(shapes[shape], 9) / 3,
            min(lasts[measure.folded[-40:].rsplit(" ", 1)[-1]], 30) / 3 if measure.size < 120 else 0,
            measure.verdict is not None,
            measure.caption is not None,
            "cookie" in measure.folded,
        )
    return rows


def _sums(own: Floats, signs: Floats) -> Floats:
    """Sum up good text, short lines, ends of sentences and signs before and after each line."""
    count = len(own)
    facts = np.column_stack([own[:, 4], own[:, 0] < 40, own[:, 1], own[:, 0], signs]).astype(np.float64)
    running = np.vstack([np.zeros((1, facts.shape[1])), np.cumsum(facts, axis=0)])
    here = np.arange(count)
    columns = [signs]
    for reach in REACHES:
        before = running[here] - running[np.maximum(here - reach, 0)]
        after = running[np.minimum(here + 1 + reach, count)] - running[np.minimum(here + 1, count)]
        columns += [before, after]
    total = running[-1, :4]
    columns.append(running[:-1, :4] / np.maximum(total, 1.0))
    columns.append(np.broadcast_to([[count, total[0], total[0] / max(count, 1)]], (count, 3)))
    return np.hstack(columns).astype(np.float32)


def _places(measures: Sequence[Measure], span: tuple[int, int]) -> Floats:
    """Give each line's place: in the text, in the article as rules find it, from good lines and marks."""
    count = len(measures)
    here = np.arange(count, dtype=np.float64)
    first, last = span
    good = np.array([m.good > 0 for m in measures])
    comments = np.array([m.verdict is not None and m.verdict.kind == "comments" for m in measures])
    related = np.array([m.verdict is not None and m.verdict.kind in {"related", "newsletter"} for m in measures])
    stories = np.array([m.ends_story for m in measures])
    head = np.array([m.byline for m in measures])
    titles = np.array([m.copies > 1 and 25 < m.size < 200 and m.folded.count(" ") > 2 for m in measures])
    like = np.array([20 < m.size < 150 and not m.ends and m.verdict is None for m in measures])
    run = np.zeros(count)
    for i in range(count):
        run[i] = 0 if good[i] else (run[i - 1] + 1 if i else 1)
    ahead = np.zeros(count)
    for i in range(count - 1, -1, -1):
        ahead[i] = 0 if good[i] else (ahead[i + 1] + 1 if i + 1 < count else FAR)
    return np.stack(
        [
            here / max(count, 1),
            np.clip(here - first, -FAR, FAR),
            np.clip(here - last, -FAR, FAR),
            ((here >= first) & (here <= last)).astype(float),
            np.minimum(run, FAR),
            np.minimum(ahead, FAR),
            _since(comments),
            _since(related),
            _since(stories),
            _since(stories[::-1])[::-1],
            _since(head),
            _since(titles),
            _since(like & ~good),
            _since((like & ~good)[::-1])[::-1],
        ],
        axis=1,
    ).astype(np.float32)


def _since(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Count the lines since the last mark, FAR where there is none."""
    here = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, here, -1))
    return np.where(last >= 0, np.minimum(here - last, FAR), FAR).astype(np.float64)


def _topic(measures: Sequence[Measure], span: tuple[int, int]) -> Floats:
    """Give the share of a line's words that other lines of the article have too: what it is about, and how much."""
    first, last = span
    words = [{word[:6] for word in _WORD.findall(measure.folded[:TOPIC_CHARS])} for measure in measures]
    inside = Counter(word for i in range(first, last + 1) if measures[i].good for word in words[i])
    everywhere = Counter(word for found in words for word in found)
    opening: set[str] = set()
    chars = 0
    for i in range(first, last + 1):
        if measures[i].good and chars < OPENING_CHARS:
            opening |= words[i]
            chars += len(measures[i].folded)
    rows = np.zeros((len(measures), 6), dtype=np.float32)
    shared = np.array([[len(found & opening), len(found)] for found in words], dtype=np.float64)
    running = np.vstack([np.zeros((1, 2)), np.cumsum(shared, axis=0)])
    here = np.arange(len(measures))
    ahead = running[np.minimum(here + TOPIC_LINES, len(measures))] - running[here]
    behind = running[here] - running[np.maximum(here - TOPIC_LINES, 0)]
    rows[:, 3] = ahead[:, 0] / np.maximum(ahead[:, 1], 1)
    rows[:, 4] = behind[:, 0] / np.maximum(behind[:, 1], 1)
    rows[:, 5] = shared[:, 0] / np.maximum(shared[:, 1], 1)
    for i, found in enumerate(words):
        if not found:
            rows[i, :3] = -1.0
            continue
        own = 1 if first <= i <= last and measures[i].good else 0
        rows[i, :3] = (
            sum(inside[word] > own for word in found) / len(found),
            sum(everywhere[word] > 1 for word in found) / len(found),
            len(found),
        )
    return rows


def _stretches(measures: Sequence[Measure]) -> Floats:
    """Measure the stretches of good lines that gaps part: one page may hold several stories, and lists of teasers."""
    good = np.array([m.good for m in measures], dtype=np.float64)
    masked = np.array([m.byline for m in measures], dtype=np.float64)
    places = np.flatnonzero(good)
    rows = np.zeros((len(measures), 16), dtype=np.float32)
    if not len(places):
        return rows
    starts = places[np.concatenate([[True], np.diff(places) > STRETCH_GAP])]
    ends = np.concatenate([places[np.flatnonzero(np.diff(places) > STRETCH_GAP)], places[-1:]])
    running = np.concatenate([[0.0], np.cumsum(good)])
    counted = np.concatenate([[0], np.cumsum(good > 0)])
    heads = np.concatenate([[0.0], np.cumsum(masked)])
    totals = running[ends + 1] - running[starts]
    counts = counted[ends + 1] - counted[starts]
    ranks = np.empty(len(totals))
    ranks[np.argsort(-totals, kind="stable")] = np.arange(len(totals))
    before = heads[starts] - heads[np.maximum(starts - 8, 0)]
    big = np.concatenate([[0], np.cumsum(totals > 500)])
    facts = np.column_stack([totals, counts, totals / counts, ranks, before, big[:-1], ends - starts + 1])
    here = np.arange(len(measures))
    past = np.searchsorted(starts, here, side="right") - 1
    ahead = np.searchsorted(ends, here, side="left")
    rows[:, :7] = np.where((past >= 0)[:, None], facts[np.maximum(past, 0)], -1)
    rows[:, 7:14] = np.where((ahead < len(ends))[:, None], facts[np.minimum(ahead, len(ends) - 1)], -1)
    rows[:, 14] = running[:-1]
    rows[:, 15] = running[-1] - running[1:]
    return rows
