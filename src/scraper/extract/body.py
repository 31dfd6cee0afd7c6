"""Body: which blocks are the article, and why each of the others is not.

A module of its own because this is the decision that everything else serves. Learned trees judge every block near the
container; rules that are sure (a field's own line, a caption, a plea, a site's own selectors) go before them; whatever
is cut is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from scraper.extract.appended import cut_appended
from scraper.extract.boilerplate import Verdict, is_byline_line
from scraper.extract.container import Window, is_made_like
from scraper.extract.features import Feature, Sheet, fold
from scraper.extract.layout import Box
from scraper.extract.naming import name_cut
from scraper.extract.outside import account
from scraper.extract.spoken import cut_spoken, cut_walls
from scraper.extract.trees import Trees
from scraper.extract.vectors import PageHints, featurize

KEEP = 0.5
KEEP_NAMED = 0.7
KEEP_CARD = 0.8
"""Probability from which on a block is body; in a box named as something else, and in the card of another story, it
needs more. Source: cross-validation by site, leaked on trafilatura-dev .052 without the former and .050 with it, F1 on
magic-dev .876 without the latter and .884 with it, on other sets no change beyond chance."""

SURE = 0.9
"""Probability from which on a text beside a picture is body and no caption: of 56 such blocks of the sets, 39 are."""

_TOLD = frozenset((
    "related", "teaser", "newsletter", "plea", "comments", "ad", "share", "author_bio", "navigation",
))  # fmt: skip

_GROUPED = {"li": frozenset(("ul", "ol", "menu")), "td": frozenset(("table",)), "th": frozenset(("table",))}
GROUP_STEPS = 8
LIST_WEIGHT = 0.5
"""Source: cross-validation by site, exact on wcxb-dev .650 without and .655 with it; on others no change."""

CARD_CHARS = 500
"""A card holds no more."""

CARD_STEPS = 3
ROW_CHARS, ROW_LINKED, MIN_ROW_LINKS = 200, 0.3, 2
LINKED_HEADING = 0.8

TOP_BLOCKS = 3
"""Lines of fields are looked for before so many long blocks of the body."""

BUTTONS = 2
"""Blocks behind the body that may close a story appended to it."""

STORY_CHARS = 300
"""An article has this much text before another one may follow. Source: cross-validation by site, F1 on naeb-dev .9238
without the rule and .9274 with it; on others no change."""

LINE_CHARS = 120
FIELD_CHARS = 700


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page besides its layout.

    Args:
        headline: As found.
        dek: As found.
        lines: Byline, section, dates and the like as printed, so that they do not stand in the body again.
        hints: What the page's metadata says.
        captions: Indices of the blocks that are captions of photos.
        inside: Indices of the boxes that a site's rule calls the body; None where it names none.
        removed: Index of a box that a site's rule removes -> id of that rule.
    """

    headline: str | None = None
    dek: str | None = None
    lines: tuple[str, ...] = ()
    hints: PageHints = field(default_factory=PageHints)
    captions: frozenset[int] = frozenset()
    inside: frozenset[int] | None = None
    removed: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Judged:
    """A page measured, before its blocks are decided on.

    Args:
        matrix: Features of the window's blocks, a row each.
    """

    sheet: Sheet
    window: Window
    known: Known
    matrix: npt.NDArray[np.float32]


@dataclass(slots=True)
class Found:
    """The body of a page.

    Args:
        kept: Indices of the body's blocks in the layout.
        cut: Index of a block -> why it was cut; blocks that no reader takes for text stand in neither.
        cards: Indices of the boxes in cards of other stories.
    """

    kept: list[int]
    cut: dict[int, Verdict]
    cards: set[int] = field(default_factory=set)


def judge(sheet: Sheet, window: Window, known: Known) -> Judged:
    """Measure the blocks of a window for the trees."""
    some = window.start < window.stop
    matrix = featurize(sheet, window, known.hints) if some else np.zeros((0, 0), dtype=np.float32)
    return Judged(sheet, window, known, matrix)


def find_body(judged: Judged) -> Found:
    """Decide for every block of a page."""
    found = decide(judged, body_trees().predict(judged.matrix) if len(judged.matrix) else np.zeros(0))
    sheet, known = judged.sheet, judged.known
    account(
        sheet, judged.window, found.kept, found.cut, captions=known.captions, cards=found.cards,
        headline=fold(known.headline or ""), dek=fold(known.dek or ""),
    )  # fmt: skip
    found.cut = name_cut(sheet.layout, found.kept, found.cut)
    found.kept = cut_walls(sheet, found.kept, found.cut)
    return found


def decide(judged: Judged, shares: npt.NDArray[np.floating]) -> Found:
    """Choose the body's blocks; only what a rule cuts of them is named.

    Args:
        judged: The page.
        shares: Probability of each of the window's blocks that it is body.
    """
    sheet, window, known = judged.sheet, judged.window, judged.known
    cards = _find_cards(sheet)
    if known.inside is not None:
        boxes = sheet.below(known.inside)
        chosen = [i for i, feature in enumerate(sheet.features) if feature.block.box.index in boxes]
    else:
        chosen = _choose(sheet, window, _join_lists(sheet, window, shares), cards)
    cut: dict[int, Verdict] = {}
    _cut_by_rule(sheet, known.removed, chosen, cut)
    cut.update(
        {
            i: Verdict("caption", "photo:caption")
            for i in chosen
            if i in known.captions and not (shares[i - window.start] >= SURE and sheet.strong[i])
        }
    )
    cut.update({i: Verdict("navigation", "links:row") for i in chosen if _is_link_row(sheet.features[i])})
    _cut_fields(sheet, known, chosen, cut)
    _cut_next_story(sheet, window, chosen, cut)
    if chosen:
        behind = min(window.stop, chosen[-1] + 1 + BUTTONS)
        cut_appended(sheet, list(range(chosen[0], behind)), cut)
    total = float(sheet.good[[i for i in chosen if i not in cut]].sum()) or 1.0
    cut_spoken(sheet, chosen, cut, total)
    _cut_bare_headings(sheet, chosen, cut)
    kept = [i for i in chosen if i not in cut]
    return Found(kept, cut, cards)


def _join_lists(sheet: Sheet, window: Window, shares: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Judge the items of a list and the cells of a table half by what all of them are."""
    groups: dict[int, list[int]] = {}
    for place, feature in enumerate(sheet.features[window.start : window.stop]):
        block = feature.block
        around = _GROUPED.get(block.box.context)
        if around is None or block.split:
            continue
        box: Box | None = block.box
        for _ in range(GROUP_STEPS):
            if box is None or box.tag in around:
                break
            box = box.parent
        if box is not None:
            groups.setdefault(box.index, []).append(place)
    joined = shares.astype(np.float64)
    for places in groups.values():
        joined[places] = (1 - LIST_WEIGHT) * joined[places] + LIST_WEIGHT * joined[places].mean()
    return joined


def _choose(sheet: Sheet, window: Window, shares: npt.NDArray[np.floating], cards: set[int]) -> list[int]:
    """Choose the blocks that are likely enough to be body."""
    chosen = []
    for place in np.flatnonzero(shares >= KEEP):
        i, share = window.start + int(place), float(shares[place])
        box = sheet.features[i].block.box
        if share < KEEP_CARD and box.index in cards:
            continue
        if share < KEEP_NAMED and (named := sheet.name_below(box, window.container)) and named.kind in _TOLD:
            continue
        chosen.append(i)
    return chosen


def _find_cards(sheet: Sheet) -> set[int]:
    """Give the boxes of cards of other stories: a heading that is a link, with what stands in the same small box."""
    cards: set[int] = set()
    for feature in sheet.features:
        box = feature.block.box
        if box.heading and feature.links >= LINKED_HEADING:
            for _ in range(CARD_STEPS):
                if box.parent is None or sheet.held[box.parent.index, 1] > CARD_CHARS:
                    break
                box = box.parent
            cards.add(box.index)
    return sheet.below(cards)


def _cut_by_rule(sheet: Sheet, removed: Mapping[int, str], chosen: Sequence[int], cut: dict[int, Verdict]) -> None:
    if not removed:
        return
    below = {index: rule for top, rule in removed.items() for index in sheet.below([top])}
    for i in chosen:
        box = sheet.features[i].block.box
        if rule := below.get(box.index):
            named = sheet.name_below(box, sheet.layout.boxes[0])
            cut[i] = Verdict(named.kind if named else "other", rule)


def _cut_fields(sheet: Sheet, known: Known, chosen: Sequence[int], cut: dict[int, Verdict]) -> None:
    """Cut the lines that are fields: headline, dek, byline, section, dates."""
    headline, dek = fold(known.headline or ""), fold(known.dek or "")
    lines = {folded for line in known.lines if (folded := fold(line))}
    seen = 0
    for i in chosen:
        if i in cut:
            continue
        feature = sheet.features[i]
        if seen < TOP_BLOCKS and feature.size < FIELD_CHARS:
            folded = fold(feature.block.text)
            if folded and (folded == headline or _ends_headline(folded, headline)):
                cut[i] = Verdict("other", "field:headline")
            elif folded and folded == dek and _is_dek_place(sheet, feature, chosen):
                cut[i] = Verdict("other", "field:dek")
            elif folded in lines:
                cut[i] = Verdict("byline", "field:line")
            elif feature.size < LINE_CHARS and not feature.sentences and is_byline_line(feature.block.text.casefold()):
                cut[i] = Verdict("byline", "phrase:byline")
        if feature.block.box.heading == 1 and i not in cut:
            cut[i] = Verdict("other", "tag:h1")
        if i not in cut and feature.good >= LINE_CHARS / 2:
            seen += 1


def _cut_next_story(sheet: Sheet, window: Window, chosen: Sequence[int], cut: dict[int, Verdict]) -> None:
    """Cut what stands behind a second main heading that is made like the first one: endless scrolling appended it."""
    top = window.headline
    if top < 0 or sheet.layout.blocks[top].box.heading != 1:
        return
    headline = sheet.layout.blocks[top].box
    for i in window.stories:
        box = sheet.layout.blocks[i].box
        alike = is_made_like(box, headline) and sheet.article_of(box) != sheet.article_of(headline)
        if alike and sum(sheet.features[j].good for j in chosen if j < i) >= STORY_CHARS:
            cut.update({j: Verdict("teaser", "beside:next_story") for j in chosen if j > i})
            break


def _ends_headline(folded: str, headline: str) -> bool:
    """Tell whether a line is the headline that is known only together with the site's name, as in title."""
    return len(folded) > 0.5 * len(headline) and f" {headline} ".endswith(f" {folded} ")


def _is_dek_place(sheet: Sheet, feature: Feature, chosen: Sequence[int]) -> bool:
    """Tell a standfirst from a lede that repeats it: the latter is one of the body's plain paragraphs."""
    box = feature.block.box
    if box.heading or feature.block.bold_chars > 0.8 * len(feature.block.text):
        return True
    alike = 0
    for i in chosen:
        other = sheet.features[i].block.box
        alike += other.tag == box.tag and other.names == box.names and other.parent is box.parent
    return alike < 3


def _is_link_row(feature: Feature) -> bool:
    """Tell a row of links with strokes between them, as old pages have at their foot."""
    block = feature.block
    if feature.size > ROW_CHARS or block.links < MIN_ROW_LINKS or feature.links < ROW_LINKED:
        return False
    return sum(block.text.count(stroke) for stroke in (" | ", " · ", " • ")) >= MIN_ROW_LINKS


def _cut_bare_headings(sheet: Sheet, chosen: Sequence[int], cut: dict[int, Verdict]) -> None:
    """Cut headings that no text of the article follows."""
    for i in reversed(chosen):
        if i in cut:
            continue
        if not sheet.features[i].block.box.heading:
            break
        cut[i] = Verdict("other", "heading:nothing_follows")


@cache
def body_trees() -> Trees:
    """Read the trees that were grown, once."""
    with resources.files("scraper.extract").joinpath("body_trees.npz").open("rb") as file:
        return Trees.load(file)
