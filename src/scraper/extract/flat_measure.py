"""Flat measure: what a line of a text without markup is by itself, and where rules alone see the article.

A module of its own because the trees are trained on exactly what is measured here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.extract.boilerplate import (
    Hits,
    Verdict,
    find_phrases,
    is_byline_line,
    is_consent_text,
    read_phrases,
)
from scraper.extract.credits import split_credit
from scraper.extract.flat_lines import Line

READ_CHARS = 2000
"""So much of a line is measured and searched for phrases; what asks something of the reader is shorter."""

PHRASE_CHARS = 500_000
"""Lines beyond this are not searched for phrases, against hostile texts. Source: of 1,285 development pages flattened
the largest has 80,000 characters."""

GOOD_CHARS = 80
MAX_CAPTION_CHARS = 600
TAIL_CHARS = 40
"""An agency's name alone behind the last sentence of a caption is no longer."""

_WIDE = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_STOP = re.compile(r"[.!?…](?=[\s”\"»’')\]]|$)|[。！？।؟۔]")
_END = frozenset(".!?…。！？।؟۔:;”\"»’')）」』")
_CREDIT_SIGNS = re.compile(r"[:：/|(（\[【©＝=｜]|photo|image|picture|illustration|foto", re.IGNORECASE)
_CREDIT_REACH = 240
_COUNTED = re.compile(r"\(?\d{1,6}\)?\s+(?=[^\W\d_])")


@dataclass(slots=True)
class Measure:
    """What is measured of a line.

    Args:
        folded: Casefolded, at most READ_CHARS.
        size: Characters, those of dense scripts counted for more.
        sentences: Ends of sentences in it.
        ends: It ends as a sentence or a quote does.
        good: Characters that count as an article's text.
        copies: How often the text has the line.
        verdict: What it says it is.
        hits: Phrases found in it.
        caption: Caption and credit, where it has the credit that captions have.
        byline: It begins as bylines and date lines do.
        ends_story: It is the button below the opening of a story ("keep reading").
    """

    folded: str
    size: float
    sentences: int
    ends: bool
    good: float = 0.0
    copies: int = 1
    verdict: Verdict | None = None
    hits: Hits = Hits({})  # noqa: RUF009 (a tuple)
    caption: tuple[str | None, str | None] | None = None
    byline: bool = False
    ends_story: bool = False


def measure_lines(lines: Sequence[Line]) -> list[Measure]:
    """Measure all lines."""
    measures = [_measure(line) for line in lines]
    copies = Counter(measure.folded for measure in measures)
    texts, total = [], 0
    for measure in measures:
        total += len(measure.folded)
        texts.append(measure.folded if total <= PHRASE_CHARS else "")
    for line, measure, hits in zip(lines, measures, find_phrases(texts), strict=True):
        measure.copies, measure.hits = copies[measure.folded], hits
        measure.verdict = read_phrases(measure.folded, hits, links=line.links, last=False)
        if measure.verdict and measure.verdict.kind == "teaser":
            measure.ends_story, measure.verdict = True, Verdict("navigation", measure.verdict.rule)
        elif measure.verdict is None and len(measure.folded) < 25 and _COUNTED.match(measure.folded):
            bare = _COUNTED.sub("", measure.folded)  # "3 Comments" says what "Comments" says
            measure.verdict = (
                read_phrases(bare, find_phrases([bare])[0], links=line.links, last=False) if bare else None
            )
        if line.links > 0.8 and measure.verdict is None and len(line.text) > 3:
            measure.verdict = Verdict("related", "links:all")
        if is_consent_text(measure.folded) and measure.verdict is None and measure.size < READ_CHARS:
            measure.good *= 0.3
        if measure.verdict is not None:
            measure.good = 0.0
    return measures


def _measure(line: Line) -> Measure:
    text = line.text[:READ_CHARS]
    size = len(line.text) + (0.0 if text.isascii() else 1.5 * len(_WIDE.findall(text)))
    sentences = len(_STOP.findall(text))
    measure = Measure(text.casefold(), size, sentences, line.text[-1] in _END)
    if line.picture:
        measure.caption = split_credit(text) if len(text) <= MAX_CAPTION_CHARS else None
        return measure
    measure.byline = size < 200 and is_byline_line(measure.folded)
    if size < MAX_CAPTION_CHARS and _may_have_credit(text):
        caption = split_credit(text)
        if caption[1]:
            measure.caption = caption
    if size >= GOOD_CHARS and (sentences or size > 200) and not (measure.caption and sentences < 4):
        measure.good = min(size, 600.0)
    elif size >= GOOD_CHARS / 2 and measure.ends and sentences and not measure.caption:
        measure.good = 0.6 * size
    return measure


SHORT_COST = 14.0
MAX_RUN = 8
BREAK_COST = 220.0


def _may_have_credit(text: str) -> bool:
    """Tell at little cost whether a line may end with a credit."""
    tail = text[-_CREDIT_REACH:].rstrip(".)]）】 ")
    return bool(_CREDIT_SIGNS.search(tail)) or len(tail) - max(map(tail.rfind, '.!?…”")»')) <= TAIL_CHARS


def rough_span(measures: Sequence[Measure]) -> tuple[int, int]:
    """Give the stretch of lines that holds most text in sentences and few lines that are none.

    Returns:
        First and last index; (0, -1) where there is no text.
    """
    appended = _find_appended(measures)
    best, span = 0.0, (0, -1)
    total, start, run = 0.0, 0, 0
    for i, measure in enumerate(measures):
        if measure.good and i not in appended:
            gain, run = measure.good, 0
        else:
            run += 1
            gain = -SHORT_COST * min(run, MAX_RUN)
            if measure.ends_story or (measure.verdict and measure.verdict.kind == "comments"):
                gain -= BREAK_COST
        if total <= 0:
            total, start = 0.0, i
        total += gain
        if total > best:
            best, span = total, (start, i)
    return span


def _find_appended(measures: Sequence[Measure]) -> set[int]:
    """Find the lines of stories that others begin: text before each "keep reading", but for the longest one."""
    marks = [i for i, m in enumerate(measures) if m.ends_story]
    stories: list[tuple[float, range]] = []
    end = -1
    for mark in marks:
        i = mark - 1
        while i > end and measures[i].good:
            i -= 1
        stories.append((sum(m.good for m in measures[i + 1 : mark]), range(i + 1, mark)))
        end = mark
    rest = sum(m.good for m in measures) - sum(good for good, _ in stories)
    if stories and rest < max(good for good, _ in stories):
        stories.remove(max(stories, key=lambda story: story[0]))
    return {i for _, story in stories for i in story}
