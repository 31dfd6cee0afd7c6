"""Body: which blocks are the article, and why each of the others is not.

A module of its own because this is the decision that everything else serves. It chooses the box that holds the
article, then judges each block in and near it by its place, the names around it, what it says, and the company of its
signature; each filter that would take too much is held back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from scraper.article import Block
from scraper.extract.blocks import Box, Layout
from scraper.extract.boilerplate import (
    Verdict,
    find_phrases,
    is_byline_line,
    read_names,
    read_phrases,
)
from scraper.extract.company import cut_bare_headings, cut_cards, cut_edges, cut_hidden, cut_strangers, cut_twins
from scraper.extract.container import find_container, headline_at
from scraper.extract.features import Feature, fold, measure
from scraper.extract.outside import account_outside
from scraper.extract.spoken import cut_spoken

NAME_GUARD = 0.3
"""A name may cut at most this share of the container's good text. Source: F1 and exact on fundus-dev and
naeb-dev: .1 .945 / .629, .3 and .5 .946 / .641."""

WORD_GUARD = 0.4
"""All boxes with the same name together may cut at most this share: paragraphs named for the wall before them, not for
being one."""

MAX_LEADS = 3
MIN_LEAD_CHARS = 100
MAX_LEAD_DISTANCE = 25
LEAD_NAMES = frozenset(("name:teaser", "name:byline", "name:caption", "name:meta"))
"""Names that boxes around headline and lede have too."""

LITTLE_CHARS = 300
"""Below this much text the second opinion is asked."""

MIN_OPINION_CHARS = 100
MAX_OPINION_CHARS = 2_000_000
"""The second opinion is not asked for larger pages: its cost on them is not bounded by us."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the page's fields say, so that their lines do not stand in the body again.

    Args:
        headline: As found.
        dek: As found.
        lines: Byline, section, dates and the like as printed.
        body: JSON-LD's articleBody.
    """

    headline: str | None = None
    dek: str | None = None
    lines: tuple[str, ...] = ()
    body: str | None = None


@dataclass(slots=True)
class Found:
    """The body of a page.

    Args:
        kept: Indices of the body's blocks in the layout.
        cut: Index of a block -> why it was cut; blocks that no reader takes for text stand in neither.
        container: The box that holds the article.
        good: Characters of article text in it.
    """

    kept: list[int]
    cut: dict[int, Verdict]
    container: Box
    good: float


def find_body(
    layout: Layout,
    *,
    known: Known,
    captions: Collection[int] = (),
    inside: Collection[int] | None = None,
    removed: Mapping[int, str] | None = None,
) -> Found:
    """Decide for every block of a page.

    Args:
        layout: The page.
        known: Its fields.
        captions: Indices of the blocks that are captions of photos.
        inside: Indices of the boxes that a site's rule calls the body; None where it names none.
        removed: Index of a box that a site's rule removes -> id of that rule.
    """
    return _Judge(layout, known, captions, inside, removed or {}).judge()


class _Judge:
    """One page under judgement."""

    def __init__(
        self,
        layout: Layout,
        known: Known,
        captions: Collection[int],
        inside: Collection[int] | None,
        removed: Mapping[int, str],
    ) -> None:
        self.layout, self.known, self.captions, self.removed = layout, known, set(captions), removed
        self.sheet = measure(layout)
        self.features, self.places = self.sheet.features, self.sheet.places
        self.inside = self.sheet.below(inside) if inside is not None else None
        self.cut: dict[int, Verdict] = {}
        self.headline = fold(known.headline or "")
        self.dek = fold(known.dek or "")
        self.lines = {folded for line in known.lines if (folded := fold(line))}

    def judge(self) -> Found:
        sheet, cut = self.sheet, self.cut
        container = find_container(sheet, headline=self.headline, dek=self.dek, declared=fold(self.known.body or ""))
        first, last = container.index, sheet.ends[container.index]
        members = [
            i
            for i, feature in enumerate(self.features)
            if (feature.block.box.index in self.inside if self.inside is not None
                else first <= feature.block.box.index <= last)
        ]  # fmt: skip
        total = sum(self.features[i].good for i in members) or 1.0
        self._cut_by_rule(members)
        cut.update({i: Verdict("caption", "photo:caption") for i in members if i in self.captions})
        if self.inside is None:
            self._cut_by_name(members, container, total)
        self._cut_known(members)
        cut_spoken(sheet, members, cut, total)
        if self.inside is None:
            cut_hidden(sheet, members, cut, total)
            cut_cards(sheet, members, cut, container, total)
            cut_twins(sheet, members, cut, total)
            cut_strangers(sheet, members, cut)
            cut_edges(sheet, members, cut)
        cut_bare_headings(sheet, members, cut)
        leads = self._leads(members) if self.inside is None else []
        kept = leads + [i for i in members if i not in self.cut]
        decided = {*members, *leads}
        account_outside(sheet, decided, cut, container, captions=self.captions, headline=self.headline, dek=self.dek)
        return Found(kept, self.cut, container, sum(self.features[i].good for i in kept))

    def _leads(self, members: list[int]) -> list[int]:
        """Find paragraphs that stand between the headline and the container: the lede, where it is no dek."""
        start = headline_at(self.sheet, self.headline)
        if start is None or not members or not 0 < members[0] - start <= MAX_LEAD_DISTANCE:
            return []
        leads = []
        for i in range(start + 1, members[0]):
            feature = self.features[i]
            box = feature.block.box
            if feature.size < MIN_LEAD_CHARS or feature.links > 0.2 or i in self.captions or not feature.sentences:
                continue
            named = self.sheet.name_below(box, self.layout.boxes[0])
            if box.hidden or (named and named.rule not in LEAD_NAMES) or fold(feature.block.text) == self.dek:
                continue
            text = feature.block.text.casefold()
            if read_phrases(text, find_phrases([text])[0], links=feature.links, last=False) or is_byline_line(text):
                continue
            leads.append(i)
        return leads if len(leads) <= MAX_LEADS else []

    def _cut_by_rule(self, members: list[int]) -> None:
        if not self.removed:
            return
        below = {index: rule for top, rule in self.removed.items() for index in self.sheet.below([top])}
        for i in members:
            if rule := below.get(self.features[i].block.box.index):
                box = self.features[i].block.box
                named = self.sheet.name_below(box, self.layout.boxes[0])
                self.cut[i] = Verdict(named.kind if named else "other", rule)

    def _cut_by_name(self, members: list[int], container: Box, total: float) -> None:
        """Cut what stands in a box named as boilerplate, unless that would take much of the article."""
        losses: dict[int, float] = {}
        by_word: dict[str, float] = {}
        above: dict[int, list[int]] = {}
        for i in members:
            box: Box | None = self.features[i].block.box
            while box is not None and box is not container:
                if verdict := self.places[box.index].verdict:
                    by_word[verdict.rule] = by_word.get(verdict.rule, 0.0) + self.features[i].good
                    losses[box.index] = losses.get(box.index, 0.0) + self.features[i].good
                    above.setdefault(i, []).append(box.index)
                box = box.parent
        opening = True
        for i, boxes in above.items():
            feature = self.features[i]
            if opening and feature.sentences and not feature.block.links and self._is_lead_name(boxes):
                opening = False
                continue
            for index in reversed(boxes):  # the outermost says best what it is
                verdict = self.places[index].verdict
                if not verdict or losses[index] > NAME_GUARD * total:
                    continue
                if by_word[verdict.rule] <= WORD_GUARD * total or verdict.kind == "comments":
                    self.cut.setdefault(i, verdict)
                    break
        for i in members:
            if i not in self.cut:
                self._cut_by_mark(i)

    def _is_lead_name(self, boxes: list[int]) -> bool:
        return all((verdict := self.places[index].verdict) and verdict.rule == "name:teaser" for index in boxes)

    def _cut_by_mark(self, i: int) -> None:
        """Cut a block that is all one inline element named as boilerplate."""
        feature = self.features[i]
        if feature.size > 200:
            return
        for names, text in feature.block.marks:
            if len(text) * 10 >= len(feature.block.text) * 9 and (verdict := read_names(names, "span")):
                self.cut[i] = verdict
                return

    def _cut_known(self, members: list[int]) -> None:
        """Cut the lines that are fields: headline, dek, byline, section, dates."""
        seen_good = 0
        for i in members:
            feature = self.features[i]
            if i in self.cut:
                continue
            if seen_good < 3 and feature.size < 700:
                folded = fold(feature.block.text)
                if folded and (folded == self.headline or self._is_headline_in_title(folded)):
                    self.cut[i] = Verdict("other", "field:headline")
                elif folded and folded == self.dek and self._is_dek_place(i, feature):
                    self.cut[i] = Verdict("other", "field:dek")
                elif folded in self.lines:
                    self.cut[i] = Verdict("byline", "field:line")
                elif feature.size < 120 and not feature.sentences and is_byline_line(feature.block.text.casefold()):
                    self.cut[i] = Verdict("byline", "phrase:byline")
            if feature.block.box.heading == 1 and i not in self.cut:
                self.cut[i] = Verdict("other", "tag:h1")
            if i not in self.cut and feature.good >= 60:
                seen_good += 1

    def _is_headline_in_title(self, folded: str) -> bool:
        """Tell whether a line is the headline that is known only together with the site's name, as in title."""
        return len(folded) > 0.5 * len(self.headline) and f" {self.headline} ".endswith(f" {folded} ")

    def _is_dek_place(self, i: int, feature: Feature) -> bool:
        """Tell a standfirst from a lede that repeats it: the latter is one of the body's plain paragraphs."""
        if feature.block.box.heading or feature.block.bold_chars > 0.8 * len(feature.block.text):
            return True
        alike = sum(1 for other in self.features if other.signature == feature.signature and other.good)
        return alike < 3


def second_opinion(html: str, size: int, declared: str | None, page_chars: int) -> tuple[tuple[Block, ...], str] | None:
    """Ask elsewhere where little was found: the page's own declared text, then trafilatura.

    Args:
        html: The page.
        size: Characters of the body found here.
        declared: JSON-LD's articleBody.
        page_chars: Characters of all text on the page: where there is none, nobody finds any.

    Returns:
        The body and its source, None where the one found here stands.
    """
    if size >= LITTLE_CHARS:
        return None
    if declared and len(declared) > max(3 * size, LITTLE_CHARS) and "<" not in declared:
        parts = [" ".join(part.split()) for part in declared.splitlines()]
        return tuple(Block("paragraph", part) for part in parts if part), "json_ld"
    text = _ask_trafilatura(html) if page_chars >= MIN_OPINION_CHARS else None
    if text and len(text) > max(2 * size, MIN_OPINION_CHARS):
        parts = [" ".join(part.split()) for part in text.splitlines()]
        return tuple(Block("paragraph", part) for part in parts if part), "model"
    return None


def _ask_trafilatura(html: str) -> str | None:
    from trafilatura import extract  # slow to import; only pages with little text pay for it

    if len(html) > MAX_OPINION_CHARS:
        return None
    try:
        found: str | None = extract(html, include_comments=False, fast=True)
    except (ValueError, TypeError, AttributeError, RecursionError, IndexError, KeyError):
        # It walks strange trees by recursion and indexing; a page it cannot read is one it has no opinion on.
        return None
    return found
