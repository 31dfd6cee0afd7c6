"""Spoken: what is cut from the body for what it says.

A module of its own because phrases are the filter that errs worst on news about donations and newsletters: here they
are weighed by place and neighbors, and held back where they would take much of the article.
"""

from __future__ import annotations

from scraper.extract.boilerplate import (
    Hits,
    Verdict,
    find_phrases,
    has_plea_signs,
    read_phrases,
    sounds_like_bio,
)
from scraper.extract.features import Feature, Sheet
from scraper.extract.layout import Box

PHRASE_GUARD = 0.35
SURE_GUARD = 0.6
"""All phrases together may cut at most this share of the container's good text; pleas are long, and surer, and what a
wall leaves of an article may be shorter than the wall."""

_SURER = frozenset(("plea", "paywall"))

WALL_CHARS = 600
"""A wall inside an article has at most this much text."""


def cut_spoken(sheet: Sheet, members: list[int], cut: dict[int, Verdict], total: float) -> None:
    """Cut what asks something of the reader or points elsewhere.

    Args:
        sheet: The page.
        members: Indices of the container's blocks.
        cut: What was cut before; added to.
        total: Good text of the container, in characters.
    """
    left = [i for i in members if i not in cut]
    folded = [sheet.features[i].block.text.casefold() for i in left]
    hits = find_phrases(folded)
    verdicts: dict[int, Verdict] = {}
    count = len(left)
    for place, (i, text, hit) in enumerate(zip(left, folded, hits, strict=True)):
        verdict = read_phrases(text, hit, links=sheet.features[i].links, last=place >= count - 3)
        if verdict is None and place >= count - 3 and sounds_like_bio(hit) and _is_bio(sheet.features[i], text):
            verdict = Verdict("author_bio", "phrase:" + hit.found["author_bio.anywhere"][0])
        if verdict:
            verdicts[i] = verdict
    _spread_plea(left, folded, hits, verdicts)
    sure = {i: verdict for i, verdict in verdicts.items() if verdict.kind in _SURER}
    nothing_else = len(sure) == count > 1
    if nothing_else or sum(sheet.features[i].good for i in sure) <= SURE_GUARD * total:
        cut.update(sure)
    others = {i: verdict for i, verdict in verdicts.items() if verdict.kind not in _SURER}
    sparing = sum(sheet.features[i].good for i in others) > PHRASE_GUARD * total
    cut.update({i: v for i, v in others.items() if not sparing or sheet.features[i].good == 0})


def _spread_plea(left: list[int], folded: list[str], hits: list[Hits], verdicts: dict[int, Verdict]) -> None:
    """A plea of several paragraphs: one that is sure takes its neighbors that show a sign."""
    for step in (1, -1):
        places = range(len(left)) if step > 0 else range(len(left) - 1, -1, -1)
        for place in places:
            verdict = verdicts.get(left[place])
            beside = place + step
            if verdict is None or verdict.kind != "plea" or not 0 <= beside < len(left):
                continue
            if left[beside] not in verdicts and has_plea_signs(hits[beside], folded[beside]):
                verdicts[left[beside]] = Verdict("plea", "beside:plea")


def cut_walls(sheet: Sheet, kept: list[int], cut: dict[int, Verdict]) -> list[int]:
    """Cut the rest of a box that asks to subscribe: prices and promises have no phrases of their own.

    Args:
        sheet: The page.
        kept: Indices of the body's blocks.
        cut: What was cut and named; added to.

    Returns:
        What is left of kept.
    """
    # A box may be named after a wall that it is behind.
    asking = [i for i, verdict in cut.items() if verdict.kind == "paywall" and not verdict.rule.startswith("name:")]
    if not asking or not kept:
        return kept
    first = sheet.features[kept[0]].block.box.index
    tops = set()
    for i in asking:
        box: Box | None = sheet.features[i].block.box
        # No wall holds the beginning of the body.
        while box and not box.index <= first <= sheet.ends[box.index] and sheet.held[box.index, 1] <= WALL_CHARS:
            tops.add(box.index)
            box = box.parent
    walled = sheet.below(tops)
    held = [i for i in kept[1:] if sheet.features[i].block.box.index in walled]
    cut.update(dict.fromkeys(held, Verdict("paywall", "beside:paywall")))
    return [i for i in kept if i not in cut]


def _is_bio(feature: Feature, text: str) -> bool:
    return feature.size < 500 and (
        feature.block.bold_chars > 0.5 * len(text) or feature.links > 0 or feature.size < 300
    )
