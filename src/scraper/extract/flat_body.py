"""Flat body: which lines of a text without markup are the article, and why each of the others is not.

A module of its own because without elements only the company of a line tells. Trees give each line the odds that it is
body; the article is the stretch of lines where they add up to most. What phrases name stays cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from scraper.extract.boilerplate import Verdict, has_plea_signs, read_phrases, sounds_like_bio
from scraper.extract.flat_lines import Line
from scraper.extract.flat_measure import Measure, rough_span
from scraper.extract.flat_vectors import featurize_lines
from scraper.extract.trees import Trees

KEEP = 0.45
"""Source: cross-validation by site, F1 and exact on fundus-dev .936 / .393 at .5, .937 / .402 at .45."""

KEEP_OPENING = 0.35
KEEP_BELOW_BYLINE = 0.1
"""A paragraph right above the first that is kept needs less, and one right below the byline least: deks stand above it.
Set by hand."""

SURE = 0.9
"""A line with a credit is a caption unless the trees are surer. Set by hand."""

MIN_ODDS, MAX_ODDS = -1.5, 3.0
"""A line's log odds count between these. Source: cross-validation by site on four sets; from -1 to -2.5 nothing
changes by more than .003 F1."""

LINE_CHARS = 15
MAX_GAIN_CHARS = 500
MAX_LOSS_CHARS = 300
LOSS_SHARE = 0.3
"""How a line's length counts with its odds: adverts between paragraphs are long and many. Source: as above; no value
between half and double changes more than .002."""

PHRASE_GUARD = 0.5
"""Phrases may cut at most this share of the text between the article's first and last line. Set by hand."""

ROWS_AT_ONCE = 2000
"""Lines that the trees judge at once, to bound the memory."""

MIN_KEPT_CHARS = 60
PLAIN_SHARE = 0.8
"""What rules take for text stands where the trees keep fewer than this many characters, and where so many of all lines
are text. Set by hand: the trees have learned from pages, with menus and other stories, and plain text has neither."""

ABOVE_COMMENTS = 0.6
"""So much of the text must stand above the comments. Set by hand."""

_NONE = Verdict("other", "")
_WORDS = re.compile(r"\w")


@dataclass(slots=True)
class FlatBody:
    """The lines of an article.

    Args:
        first: Index of the first line of its body.
        last: Index of the last one.
        kept: Indices of the body's lines.
        captions: Index -> caption and credit of a picture of the article.
        cut: Index -> what a line at or between them is that is not body.
    """

    first: int
    last: int
    kept: list[int]
    captions: dict[int, tuple[str | None, str | None]]
    cut: dict[int, Verdict]


def rate_lines(lines: Sequence[Line], measures: Sequence[Measure]) -> npt.NDArray[np.float64]:
    """Give the probability of each line that it is body."""
    matrix = featurize_lines(lines, measures, rough_span(measures))
    trees = _trees()
    parts = [trees.predict(matrix[at : at + ROWS_AT_ONCE]) for at in range(0, len(matrix), ROWS_AT_ONCE)]
    return _unless_lost(measures, np.concatenate(parts))


def _unless_lost(measures: Sequence[Measure], shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Take what rules say where the trees lose nearly all, as in text without anything around it."""
    first, last = rough_span(measures)
    good = sum(measure.good > 0 for measure in measures[first : last + 1])
    kept = sum(measure.size for measure, share in zip(measures, shares.tolist(), strict=True) if share >= KEEP)
    if kept >= MIN_KEPT_CHARS and good < PLAIN_SHARE * len(measures):
        return shares
    sure = [first <= i <= last and measure.good > 0 for i, measure in enumerate(measures)]
    return np.maximum(shares, np.where(sure, SURE, 0.0))


def choose_span(lines: Sequence[Line], shares: npt.NDArray[np.float64]) -> tuple[int, int]:
    """Choose the stretch of lines that holds the article: where the log odds, by length, add up to most.

    Returns:
        First and last index; (0, -1) where no line is likely body.
    """
    certain = np.clip(shares, 1e-4, 1 - 1e-4)
    odds = np.clip(np.log(certain / (1 - certain)), MIN_ODDS, MAX_ODDS)
    best, span = 0.0, (0, -1)
    total, start = 0.0, 0
    for i, (line, odd) in enumerate(zip(lines, odds.tolist(), strict=True)):
        chars = len(line.text)
        gain = (
            odd * (min(chars, MAX_GAIN_CHARS) if odd > 0 else LOSS_SHARE * min(chars, MAX_LOSS_CHARS))
            + odd * LINE_CHARS
        )
        if total <= 0:
            total, start = 0.0, i
        total += gain
        if total > best:
            best, span = total, (start, i)
    return span


def judge(lines: Sequence[Line], measures: Sequence[Measure]) -> FlatBody:
    """Decide for every line from the article's first to its last."""
    shares = rate_lines(lines, measures)
    first, last = choose_span(lines, shares)
    first -= _is_opening(measures, shares, first - 1)
    body = FlatBody(first, last, [], {}, {})
    last = _before_comments(measures, first, last)
    body.last = last
    spoken = _heard(measures, first, last)
    for i in range(first, last + 1):
        line, measure = lines[i], measures[i]
        if i in spoken and measure.verdict:
            body.cut[i] = measure.verdict
        elif not _WORDS.search(measure.folded):
            body.cut[i] = Verdict("other", "line:rule")
        elif line.picture or (measure.caption and not measure.good and shares[i] < SURE):
            body.captions[i] = measure.caption or (line.text, None)
        elif (
            shares[i] >= KEEP
            or (line.kind == "subhead" and first < i < last)
            or (i == first and _is_opening(measures, shares, i))
        ):
            body.kept.append(i)
        else:
            body.cut[i] = Verdict("other", "text:repeated" if measure.copies > 1 else "model:body")
    _spread_plea(body, measures)
    _read_end(body, measures, lines)
    return body


def _is_opening(measures: Sequence[Measure], shares: npt.NDArray[np.float64], i: int) -> bool:
    """Tell whether a line above the article is its first paragraph after all."""
    if not 0 <= i < len(measures) - 1:
        return False
    measure = measures[i]
    alone = measure.caption is None and measure.verdict is None and not measure.byline
    least = KEEP_BELOW_BYLINE if i and measures[i - 1].byline and measure.ends else KEEP_OPENING
    return measure.good > 0 and measures[i + 1].good > 0 and alone and float(shares[i]) >= least


def _before_comments(measures: Sequence[Measure], first: int, last: int) -> int:
    """End the article at the label of the comments, unless much text stands below: then the label is a button."""
    total = sum(measure.good for measure in measures[first : last + 1])
    above = 0.0
    for i in range(first, last + 1):
        verdict = measures[i].verdict
        if verdict and verdict.kind == "comments" and above >= ABOVE_COMMENTS * total > 0:
            return max(first, i - 1)
        above += measures[i].good
    return last


def _heard(measures: Sequence[Measure], first: int, last: int) -> set[int]:
    """Give the lines that phrases may cut: not where that were much of the text, as in news about newsletters."""
    said = [i for i in range(first, last + 1) if measures[i].verdict]
    sizes = {i: measures[i].size for i in said if measures[i].sentences}
    total = sum(measure.size for measure in measures[first : last + 1] if measure.sentences)
    return set(said) if sum(sizes.values()) <= PHRASE_GUARD * total else set(said) - set(sizes)


def _spread_plea(body: FlatBody, measures: Sequence[Measure]) -> None:
    """A plea of several paragraphs: one that is sure takes its neighbors that show a sign."""
    pleas = {i for i, measure in enumerate(measures) if (body.cut.get(i) or measure.verdict or _NONE).kind == "plea"}
    inside = set(body.kept)
    for step in (1, -1):
        for i in sorted(pleas, reverse=step < 0):
            beside = i + step
            while 0 <= beside < len(measures) and beside not in pleas and has_plea_signs(measures[beside].hits):
                if beside not in inside and (beside in body.cut or measures[beside].verdict):
                    break
                pleas.add(beside)
                inside.discard(beside)
                body.cut[beside] = Verdict("plea", "beside:plea")
                beside += step
    body.kept = [i for i in body.kept if i in inside]


def _read_end(body: FlatBody, measures: Sequence[Measure], lines: Sequence[Line]) -> None:
    """Read the last lines again as what stands at the end of articles: pleas, and who the author is."""
    for i in body.kept[-3:]:
        measure = measures[i]
        verdict = read_phrases(measure.folded, measure.hits, links=lines[i].links, last=True)
        if verdict is None and sounds_like_bio(measure.hits) and measure.size < 300:
            verdict = Verdict("author_bio", "phrase:" + measure.hits.found["author_bio.anywhere"][0])
        if verdict and len(body.kept) > 1:
            body.kept.remove(i)
            body.cut[i] = verdict


@cache
def _trees() -> Trees:
    with resources.files("scraper.extract").joinpath("flat_trees.npz").open("rb") as file:
        return Trees.load(file)
