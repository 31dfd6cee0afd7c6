"""Features: what is measured of every block of a page before anything is decided.

A module of its own so that all that a decision may rest on stands in one place: body.py only compares these numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scraper.extract.blocks import Box, Layout, TextBlock
from scraper.extract.boilerplate import Verdict, is_consent_text, read_names

GOOD_CHARS = 60
"""A block shorter than this says little of where the article is. Set by hand, not swept."""

GOOD_LINK_SHARE = 0.4
DECAY = 0.75
"""How much of a block's weight its grandparent gets. Source: fundus-dev and naeb-dev, F1 .947 at .6, .946 at
.7 and .75, .945 at .8, .943 at .9."""

FLAG_GUARD = 0.4
"""A name that would cut this share of the page's good text names the article itself. Source: F1 and
exact on fundus-dev and naeb-dev: .2 .945 / .629, .4 .946 / .641, .6 .945 / .638."""

CONSENT_WEIGHT = 0.1
"""Windows about cookies are the longest text of many a short page."""

COMMENTS_GUARD = 0.85
"""Readers often write more than the journalist."""

WORDS_GUARD = 0.35
PAYWALL_GUARD = 0.12
"""Text behind a wall is often marked as such paragraph by paragraph, and is the article."""

WEAK_NAME_CHARS = 200
"""A paragraph with this much text is none of these, whatever it is called."""

_WEAK_KINDS = frozenset(("ad", "paywall", "other", "navigation", "share", "caption", "embed"))
TEXT_TAGS = frozenset(("p", "li", "td", "th", "blockquote", "pre", "dd", "dt"))
"""Elements made for text."""

_WIDE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_END = frozenset(".!?…:;\"”“’»')]。！？」』）؟۔।॥․՝։።")
_STOP = re.compile(r"[.!?…。！？؟۔।][\"”’»)\]」』]*(?:\s|$)")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"[\d_-]*\d[\d_-]*")
_WEAK_NAMES = 0.15


@dataclass(slots=True)
class Place:
    """What is measured of a box: its names, and the good text in and below it."""

    verdict: Verdict | None
    good: float = 0.0
    own: float = 0.0
    score: float = 0.0
    clear: float = 0.0
    text: int = 0
    links: int = 0
    blocks: int = 0


@dataclass(slots=True)
class Feature:
    """What is measured of a block.

    Args:
        size: Characters; those of scripts without spaces count 2.5 times.
        links: Share of characters in links.
        good: How much it looks like text of an article, in characters.
        ends: It ends as a sentence does.
        signature: Tag and names of its element and of the one around it, without digits.
    """

    block: TextBlock
    size: float
    links: float
    good: float
    ends: bool
    sentences: int
    signature: tuple[str, str, str, str]


@dataclass(slots=True)
class Group:
    """What all blocks of one signature have in common."""

    count: int = 0
    good: float = 0.0
    size: float = 0.0
    linked: float = 0.0


@dataclass(slots=True)
class Sheet:
    """All measurements of a page.

    Args:
        ends: Index of the last box below each box.
        named: Index of the nearest box with a name of boilerplate, at or above each box; -1 where there is none.
        articles: Index of the nearest article element at or above each box; -1 where there is none.
    """

    layout: Layout
    features: list[Feature]
    places: list[Place]
    ends: list[int]
    named: list[int]
    articles: list[int]

    def name_below(self, box: Box, top: Box) -> Verdict | None:
        """Give what the nearest name at or above a box says, if it stands below another box."""
        nearest = self.named[box.index]
        return self.places[nearest].verdict if nearest > top.index else None

    def below(self, tops: Collection[int]) -> set[int]:
        """Give the indices of boxes and of all boxes below them."""
        found: set[int] = set()
        for top in tops:
            if top not in found:
                found.update(range(top, self.ends[top] + 1))
        return found


def fold(text: str) -> str:
    """Reduce a text to its words, for comparing: case, accents, punctuation and white space do not count."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = _ACCENTS.sub("", text)
    return " ".join(_WORD.findall(text.casefold()))


def measure(layout: Layout) -> Sheet:
    """Measure all blocks and boxes of a page, in time linear in their number."""
    places = [Place(read_names(box.names, box.tag)) for box in layout.boxes]
    features = [_measure_block(block) for block in layout.blocks]
    for feature in features:
        place = places[feature.block.box.index]
        place.own += feature.good
        place.text += len(feature.block.text)
        place.links += feature.block.link_chars
        place.blocks += 1
    for place in places:
        place.good = place.own
    for box in reversed(layout.boxes):
        if box.parent is not None:
            place, up = places[box.index], places[box.parent.index]
            up.good += place.good
            up.text += place.text
            up.links += place.links
            up.blocks += place.blocks
    _guard(layout, places)
    ends, named, articles = list(range(len(places))), [-1] * len(places), [-1] * len(places)
    for box in layout.boxes:
        above = box.parent.index if box.parent is not None else None
        if box.index:
            named[box.index] = box.index if places[box.index].verdict else named[above or 0]
            articles[box.index] = box.index if box.tag == "article" else articles[above or 0]
    for box in reversed(layout.boxes):
        if box.parent is not None and ends[box.index] > ends[box.parent.index]:
            ends[box.parent.index] = ends[box.index]
    return Sheet(layout, features, places, ends, named, articles)


def _guard(layout: Layout, places: list[Place]) -> None:
    """Take names back from boxes that hold so much of the page's text that they must be the article."""
    total = places[0].good or 1.0
    for box in layout.boxes:
        place = places[box.index]
        if place.verdict and place.good > (COMMENTS_GUARD if place.verdict.kind == "comments" else FLAG_GUARD) * total:
            place.verdict = None
        if box.parent is None or box.tag in {"html", "body"}:
            place.verdict = None
    _guard_words(layout, places, total)


def _guard_words(layout: Layout, places: list[Place], total: float) -> None:
    """Take a name back from all boxes where together they hold the article, paragraph by paragraph."""
    held: dict[str, float] = {}
    for box in layout.boxes:
        if verdict := places[box.index].verdict:
            held[verdict.rule] = held.get(verdict.rule, 0.0) + places[box.index].own
    for box in layout.boxes:
        verdict = places[box.index].verdict
        if verdict is None or verdict.kind in {"comments", "related"}:
            continue
        if held[verdict.rule] > (PAYWALL_GUARD if verdict.kind == "paywall" else WORDS_GUARD) * total or (
            verdict.kind in _WEAK_KINDS and box.tag == "p" and places[box.index].own > WEAK_NAME_CHARS
        ):
            places[box.index].verdict = None


def weigh(sheet: Sheet, weights: Sequence[float]) -> None:
    """Give every box its score as container: the good text below it, each level of depth taking its share."""
    layout, places = sheet.layout, sheet.places
    shade = _shades(layout, places)
    for place in places:
        place.score = place.clear = 0.0
    for feature, factor in zip(sheet.features, weights, strict=True):
        place = places[feature.block.box.index]
        place.score += feature.good * factor * shade[feature.block.box.index]
        place.clear = place.score
    for box in reversed(layout.boxes):
        if box.parent is not None:
            places[box.parent.index].score += DECAY * places[box.index].score
            places[box.parent.index].clear += places[box.index].clear


def _shades(layout: Layout, places: list[Place]) -> list[float]:
    """How far a box's text counts: less below a named or hidden one."""
    shades = [1.0] * len(layout.boxes)
    for box in layout.boxes:
        above = shades[box.parent.index] if box.parent else 1.0
        if places[box.index].verdict:
            above = min(above, _WEAK_NAMES)
        if box.hidden:
            above = min(above, 0.3)
        shades[box.index] = above
    return shades


def _measure_block(block: TextBlock) -> Feature:
    text, box = block.text, block.box
    chars = len(text)
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    size = chars + 1.5 * wide
    links = block.link_chars / chars
    ends = text[-1] in _END
    sentences = len(_STOP.findall(text)) if chars > 20 else 0
    good = 0.0
    if links <= GOOD_LINK_SHARE and not box.heading:
        if size >= GOOD_CHARS:
            good = size * (1 - links) if sentences or size > 200 else 0.3 * size
        elif size >= GOOD_CHARS / 2 and ends:
            good = 0.5 * size
        if box.context in {"figcaption", "figure"}:
            good *= 0.1
        elif box.context in {"td", "th", "aside"}:
            good *= 0.6
        if good and is_consent_text(text.casefold()):
            good *= CONSENT_WEIGHT
    return Feature(block, size, links, good, ends, sentences, signature_of(box))


def signature_of(box: Box) -> tuple[str, str, str, str]:
    """Give tag and names of an element and of the one around it."""
    parent = box.parent
    return (
        box.tag,
        _without_digits(box.names),
        parent.tag if parent else "",
        _without_digits(parent.names) if parent else "",
    )


@lru_cache(maxsize=4096)
def _without_digits(names: str) -> str:
    return _DIGITS.sub("", names)
