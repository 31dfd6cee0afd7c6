"""Body: which blocks are the article, and why each of the others is not.

A module of its own because this is the decision that everything else serves. It chooses the box that holds the
article, then judges each block in and near it by its place, the names around it, what it says, and the company of its
signature; each filter that would take too much is held back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from scraper.article import Block, BlockKind, Removed, RemovedKind
from scraper.extract.blocks import Box, Layout, TextBlock
from scraper.extract.boilerplate import (
    Hits,
    Verdict,
    find_phrases,
    has_plea_signs,
    is_byline_line,
    read_names,
    read_phrases,
    sounds_like_bio,
)
from scraper.extract.features import GOOD_CHARS, Feature, Group, fold, measure, weigh

NAME_GUARD = 0.3
"""A name may cut at most this share of the container's good text. Source: tried .1 to .5 on news pages."""

WORD_GUARD = 0.4
"""All boxes with the same name together may cut at most this share: paragraphs named for the wall before them, not for
being one."""

PHRASE_GUARD = 0.35
"""All phrases together may cut at most this share of the container's good text."""

LINKED_HEADING = 0.8
CARD_CHARS = 500
"""A teaser's box holds no more."""

SENTENCE_CHARS = 40
"""A block outside the container is listed as removed from this length on, if it is no link list."""

DESCEND = 0.65
SCATTERED = 0.35
"""A page whose best box holds less than this share of the box that holds most is built of many small boxes."""

MAX_ROUNDS = 6
NEAR_HEADLINE = 30
"""Blocks behind the headline that weigh more, falling with the distance."""

SAME_GAIN = 0.04
OTHER_GAIN = 0.12
"""How much more text, in shares of what is there, the box around must hold to be taken: less if it has the same
signature. Source: tried on news pages."""

MAX_GROWTH = 4
"""How many steps up more of the article is looked for: wrappers of widgets nest that deep."""

LITTLE_CHARS = 300
"""Below this much text the second opinion is asked."""

TEXT_TAGS = frozenset(("p", "li", "td", "th", "blockquote", "pre", "dd", "dt"))

MIN_OPINION_CHARS = 100
MAX_OPINION_CHARS = 2_000_000
"""The second opinion costs 30 times ours, and more than in proportion on huge pages."""


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
        self.features, self.places = measure(layout)
        self.inside = _below(layout, inside) if inside is not None else None
        self.cut: dict[int, Verdict] = {}
        self.headline = fold(known.headline or "")
        self.dek = fold(known.dek or "")
        self.lines = {folded for line in known.lines if (folded := fold(line))}

    def judge(self) -> Found:
        container = self._container()
        first, last = container.index, self._end(container)
        members = [
            i
            for i, feature in enumerate(self.features)
            if (feature.block.box.index in self.inside if self.inside is not None
                else first <= feature.block.box.index <= last)
        ]  # fmt: skip
        total = sum(self.features[i].good for i in members) or 1.0
        self._cut_by_rule(members)
        if self.inside is None:
            self._cut_by_name(members, container, total)
        self._cut_known(members)
        self._cut_by_phrase(members, total)
        if self.inside is None:
            self._cut_cards(members, container, total)
            self._cut_twins(members, total)
            self._cut_by_company(members)
            self._trim(members)
        self._cut_headings(members)
        kept = [i for i in members if i not in self.cut]
        self._account_outside(set(members), container)
        return Found(kept, self.cut, container, sum(self.features[i].good for i in kept))

    # ---- the container ----

    def _container(self) -> Box:
        layout, features, places = self.layout, self.features, self.places
        weigh(layout, features, places, self._weights())
        best = max(layout.boxes, key=lambda box: places[box.index].score, default=layout.boxes[0])
        while best.tag in TEXT_TAGS and best.parent is not None and best.parent.parent is not None:
            best = best.parent
        best = self._unless_scattered(best)
        grown, rounds = True, 0
        while grown and rounds < MAX_ROUNDS:
            rounds += 1
            grown, above = False, best.parent
            for _ in range(MAX_GROWTH):
                if above is None:
                    break
                if self._worth_growing(best, above):
                    best, grown = above, True
                    break
                above = above.parent
        return best

    def _unless_scattered(self, best: Box) -> Box:
        """Give the box that holds most of the page's text where the best one holds only a small part of it."""
        layout, places = self.layout, self.places
        children: dict[int, Box] = {}
        for box in layout.boxes[1:]:
            parent = box.parent.index if box.parent else 0
            if parent not in children or places[box.index].clear > places[children[parent].index].clear:
                children[parent] = box
        most = layout.boxes[0]
        while (child := children.get(most.index)) and places[child.index].clear > DESCEND * places[most.index].clear:
            most = child
        small = places[best.index].clear < SCATTERED * places[most.index].clear
        return most if small and most.index <= best.index <= self._end(most) else best

    def _weights(self) -> list[float]:
        """Weigh text after the page's headline more than text before it, and after the next story's least."""
        features = self.features
        start = self._headline_at()
        weights = self._declared_weights()
        if start is None:
            return weights
        for i in range(start):
            weights[i] *= 0.6
        for i in range(start + 1, min(len(weights), start + NEAR_HEADLINE)):
            weights[i] *= 1 + 0.5 * (1 - (i - start) / NEAR_HEADLINE)
        top = features[start]
        for i in range(start + 1, len(features)):
            box = features[i].block.box
            if box.heading and (box.heading == 1 or (features[i].signature == top.signature and box.names)):
                for later in range(i, len(features)):
                    weights[later] *= 0.4
                break
        return weights

    def _declared_weights(self) -> list[float]:
        """Weigh text that the page declares as its article's body above all other."""
        weights = [1.0] * len(self.features)
        declared = fold(self.known.body or "")
        if len(declared) < LITTLE_CHARS:
            if self.dek:
                for i, feature in enumerate(self.features):
                    if feature.good and fold(feature.block.text[:80])[:50] == self.dek[:50]:
                        weights[i] = 1.5
            return weights
        for i, feature in enumerate(self.features):
            if feature.good >= GOOD_CHARS:
                weights[i] = 2.0 if fold(feature.block.text[:90])[:45] in declared else 0.5
        return weights

    def _headline_at(self) -> int | None:
        fallback = None
        for i, feature in enumerate(self.features):
            if not feature.block.box.heading or feature.size > 400:
                continue
            if self.headline:
                folded = fold(feature.block.text)
                if folded == self.headline or (
                    len(folded) > 20 and (folded in self.headline or self.headline in folded)
                ):
                    return i
            if fallback is None and feature.block.box.heading == 1:
                fallback = i
        return fallback

    def _worth_growing(self, box: Box, parent: Box) -> bool:
        """Tell whether the box around the best one holds more of the same article."""
        places = self.places
        if parent.tag in {"body", "html"} and box.tag in {"article", "main"}:
            return False
        here = places[box.index].good
        same, other_text, junk = 0.0, 0.0, 0.0
        own_article = _nearest(box, "article")
        end, parent_end = self._end(box), self._end(parent)
        inside = {f.signature for f in self.features if box.index <= f.block.box.index <= end and f.good >= GOOD_CHARS}
        for feature in self.features:
            index = feature.block.box.index
            if box.index <= index <= end or not parent.index <= index <= parent_end:
                continue
            foreign = (
                feature.block.box.hidden
                or self._named_below(feature.block.box, parent)
                or ((article := _nearest(feature.block.box, "article")) is not None and article is not own_article)
            )
            good = feature.good >= GOOD_CHARS and feature.links < 0.2 and feature.sentences
            if good and not foreign and feature.signature in inside:
                same += feature.good
            elif good and not foreign:
                other_text += feature.good
            else:
                junk += feature.size * (0.3 + feature.links)
        return (same > SAME_GAIN * here and same > 0.3 * (junk + other_text)) or (
            same + other_text > OTHER_GAIN * here and same + other_text > 1.5 * junk
        )

    def _named_below(self, box: Box | None, top: Box) -> Verdict | None:
        while box is not None and box is not top:
            if verdict := self.places[box.index].verdict:
                return verdict
            box = box.parent
        return None

    def _end(self, box: Box) -> int:
        """Give the index of the last box below a box."""
        ends = self.__dict__.get("_ends")
        if ends is None:
            ends = list(range(len(self.layout.boxes)))
            for other in reversed(self.layout.boxes):
                if other.parent is not None:
                    ends[other.parent.index] = max(ends[other.parent.index], ends[other.index])
            self.__dict__["_ends"] = ends
        return int(ends[box.index])

    # ---- the filters ----

    def _cut_by_rule(self, members: list[int]) -> None:
        if not self.removed:
            return
        below = {index: rule for top, rule in self.removed.items() for index in _below(self.layout, [top])}
        for i in members:
            if rule := below.get(self.features[i].block.box.index):
                box = self.features[i].block.box
                named = self._named_below(box, self.layout.boxes[0])
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
        for i, boxes in above.items():
            for index in reversed(boxes):  # the outermost says best what it is
                verdict = self.places[index].verdict
                if not verdict or losses[index] > NAME_GUARD * total:
                    continue
                if by_word[verdict.rule] <= WORD_GUARD * total or verdict.kind == "comments":
                    self.cut.setdefault(i, verdict)
                    break
        for i in members:
            if i in self.captions:
                self.cut[i] = Verdict("caption", "photo:caption")
            elif i not in self.cut:
                self._cut_by_mark(i)

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
                if folded and folded == self.headline:
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

    def _is_dek_place(self, i: int, feature: Feature) -> bool:
        """Tell a standfirst from a lede that repeats it: the latter is one of the body's plain paragraphs."""
        if feature.block.box.heading or feature.block.bold_chars > 0.8 * len(feature.block.text):
            return True
        alike = sum(1 for other in self.features if other.signature == feature.signature and other.good)
        return alike < 3

    def _cut_by_phrase(self, members: list[int], total: float) -> None:
        left = [i for i in members if i not in self.cut]
        folded = [self.features[i].block.text.casefold() for i in left]
        hits = find_phrases(folded)
        verdicts: dict[int, Verdict] = {}
        count = len(left)
        for place, (i, text, hit) in enumerate(zip(left, folded, hits, strict=True)):
            verdict = read_phrases(text, hit, links=self.features[i].links, last=place >= count - 3)
            if verdict is None and place >= count - 3 and sounds_like_bio(hit) and _is_bio(self.features[i], text):
                verdict = Verdict("author_bio", "phrase:" + hit.found["author_bio.anywhere"][0])
            if verdict:
                verdicts[i] = verdict
        self._spread_plea(left, hits, verdicts)
        if sum(self.features[i].good for i in verdicts) <= PHRASE_GUARD * total:
            self.cut.update(verdicts)
        else:
            self.cut.update({i: v for i, v in verdicts.items() if self.features[i].good == 0})

    def _spread_plea(self, left: list[int], hits: list[Hits], verdicts: dict[int, Verdict]) -> None:
        """A plea of several paragraphs: one that is sure takes its neighbors that show a sign."""
        for step in (1, -1):
            places = range(len(left)) if step > 0 else range(len(left) - 1, -1, -1)
            for place in places:
                verdict = verdicts.get(left[place])
                beside = place + step
                if verdict is None or verdict.kind != "plea" or not 0 <= beside < len(left):
                    continue
                if left[beside] not in verdicts and has_plea_signs(hits[beside]):
                    verdicts[left[beside]] = Verdict("plea", "beside:plea")

    def _cut_cards(self, members: list[int], container: Box, total: float) -> None:
        """Cut cards of other stories: a heading that is a link, with what stands in the same small box."""
        cards: set[int] = set()
        for i in members:
            feature = self.features[i]
            box = feature.block.box
            if not box.heading or feature.links < LINKED_HEADING or i in self.cut:
                continue
            self.cut[i] = Verdict("related", "heading:linked")
            for _ in range(3):
                parent = box.parent
                if parent is None or box is container or parent is container:
                    break
                if self.places[parent.index].text > CARD_CHARS or self.places[parent.index].good > 0.1 * total:
                    break
                box = parent
            if box is not container:
                cards.add(box.index)
        below = _below(self.layout, cards) if cards else set()
        for i in members:
            if self.features[i].block.box.index in below:
                self.cut.setdefault(i, Verdict("teaser", "card:linked_heading"))

    def _cut_twins(self, members: list[int], total: float) -> None:
        """Cut text that stands more than once: offers for every kind of reader, captions for every width."""
        places: dict[str, list[int]] = {}
        for i in members:
            if i not in self.cut and self.features[i].size > SENTENCE_CHARS:
                places.setdefault(self.features[i].block.text, []).append(i)
        twins = [where for where in places.values() if len(where) > 1]
        if sum(self.features[i].good for where in twins for i in where[1:]) > 0.4 * total:
            return
        for where in twins:
            for i in where if len(where) > 2 else where[1:]:
                self.cut[i] = Verdict("other", "text:repeated")

    def _cut_by_company(self, members: list[int]) -> None:
        """Judge short and linked blocks by the other blocks of their signature."""
        left = [i for i in members if i not in self.cut]
        groups: dict[tuple[str, str, str, str], Group] = {}
        for i in left:
            feature = self.features[i]
            group = groups.setdefault(feature.signature, Group())
            group.count += 1
            group.good += feature.good
            group.size += feature.size
            group.linked += feature.links * feature.size
        total = sum(group.good for group in groups.values()) or 1.0
        for i in left:
            feature = self.features[i]
            group = groups[feature.signature]
            box = feature.block.box
            if box.heading:
                continue
            mostly = feature.links > 0.75 and feature.size < 250 and group.good < 0.5 * total
            if mostly or (feature.links > 0.9 and feature.size < 200 and not feature.ends):
                self.cut[i] = Verdict("related", "links:all")
            elif group.linked > 0.6 * group.size and group.count > 1:
                self.cut[i] = Verdict("related", "signature:links")
            elif (
                feature.good == 0
                and group.good < 0.02 * total
                and group.good < 0.3 * group.size
                and (
                    box.tag not in TEXT_TAGS
                    or (feature.size < 25 and not feature.ends and box.tag == "p" and bool(box.names))
                )
            ):
                self.cut[i] = Verdict("other", "signature:short")

    def _trim(self, members: list[int]) -> None:
        """Cut what is no text before the first and after the last text of the article."""
        left = [i for i in members if i not in self.cut]
        for places in (left, left[::-1]):
            for i in places:
                feature = self.features[i]
                if (
                    feature.good > 0
                    or feature.ends
                    or feature.sentences
                    or feature.block.box.tag in {"li", "td", "pre"}
                ):
                    break
                if places is left and feature.block.box.heading > 1:
                    break
                if feature.block.box.tag == "p" and feature.size > 20 and not feature.links:
                    break
                self.cut[i] = Verdict("other", "edge:short")

    def _cut_headings(self, members: list[int]) -> None:
        """Cut headings that no text of the article follows."""
        following = False
        for i in reversed(members):
            heading = self.features[i].block.box.heading
            if i in self.cut:
                continue
            if not heading:
                following = True
            elif not following:
                self.cut[i] = Verdict("other", "heading:nothing_follows")

    # ---- what stands outside ----

    def _account_outside(self, members: set[int], container: Box) -> None:
        """Name every block outside that a reader could take for text."""
        outside = [
            i
            for i, feature in enumerate(self.features)
            if i not in members
            and feature.size >= SENTENCE_CHARS
            and feature.links < 0.9
            and (feature.sentences or feature.size > 80 or i in self.captions)
        ]
        folded = [self.features[i].block.text.casefold() for i in outside]
        hits = find_phrases(folded)
        own_article = _nearest(container, "article")
        end = self._end(container)
        for i, text, hit in zip(outside, folded, hits, strict=True):
            feature = self.features[i]
            box = feature.block.box
            named = self._named_below(box, self.layout.boxes[0])
            spoken = read_phrases(text, hit, links=feature.links, last=True)
            if (self.inside is not None and i in self.captions) or i in self.captions:
                self.cut[i] = Verdict("caption", "photo:caption")
            elif fold(feature.block.text) == self.dek and self.dek:
                self.cut[i] = Verdict("other", "field:dek")
            elif fold(feature.block.text) == self.headline:
                self.cut[i] = Verdict("other", "field:headline")
            elif spoken:
                self.cut[i] = spoken
            elif named:
                self.cut[i] = named
            elif box.heading or feature.links > 0.5:
                self.cut[i] = Verdict("related", "container:outside")
            elif box.index > end or _nearest(box, "article") is not own_article:
                self.cut[i] = Verdict("teaser", "container:outside")
            else:
                self.cut[i] = Verdict("other", "container:outside")


def _is_bio(feature: Feature, text: str) -> bool:
    return feature.size < 500 and (
        feature.block.bold_chars > 0.5 * len(text) or feature.links > 0 or feature.size < 300
    )


def _nearest(box: Box | None, tag: str) -> Box | None:
    while box is not None and box.tag != tag:
        box = box.parent
    return box


def _below(layout: Layout, tops: Collection[int]) -> set[int]:
    """Give the indices of boxes and of all boxes below them."""
    found = set(tops)
    for box in layout.boxes:
        if box.parent is not None and box.parent.index in found:
            found.add(box.index)
    return found


def make_body(layout: Layout, found: Found) -> tuple[Block, ...]:
    """Make blocks of what was kept; the cells of a table row become one."""
    blocks: list[Block] = []
    row: Box | None = None
    for i in found.kept:
        block = layout.blocks[i]
        here = _nearest(block.box, "tr") if block.box.context in {"td", "th"} and len(block.text) < 300 else None
        if here is not None and here is row and blocks and blocks[-1].kind == "table_row":
            blocks[-1] = Block("table_row", f"{blocks[-1].text} | {block.text}")
            continue
        row = here
        blocks.append(Block("table_row" if here is not None else _kind(block), block.text))
    return tuple(blocks)


def make_removed(layout: Layout, found: Found) -> tuple[Removed, ...]:
    """Make the list of what was cut, in page order."""
    return tuple(Removed(verdict.kind, layout.blocks[i].text, verdict.rule) for i, verdict in sorted(found.cut.items()))


def _kind(block: TextBlock) -> BlockKind:
    box = block.box
    if box.heading:
        return "subhead"
    if box.context == "pre":
        return "preformatted"
    if box.context == "li":
        return "list_item"
    if box.context == "blockquote" or _nearest(box, "blockquote") is not None:
        return "quote"
    return "paragraph"


def second_opinion(html: str, size: int, declared: str | None) -> tuple[tuple[Block, ...], str] | None:
    """Ask elsewhere where little was found: the page's own declared text, then trafilatura.

    Args:
        html: The page.
        size: Characters of the body found here.
        declared: JSON-LD's articleBody.

    Returns:
        The body and its source, None where the one found here stands.
    """
    if size >= LITTLE_CHARS:
        return None
    if declared and len(declared) > max(3 * size, LITTLE_CHARS) and "<" not in declared:
        parts = [" ".join(part.split()) for part in declared.splitlines()]
        return tuple(Block("paragraph", part) for part in parts if part), "json_ld"
    text = _ask_trafilatura(html)
    if text and len(text) > max(2 * size, MIN_OPINION_CHARS):
        parts = [" ".join(part.split()) for part in text.splitlines()]
        return tuple(Block("paragraph", part) for part in parts if part), "model"
    return None


def _ask_trafilatura(html: str) -> str | None:
    from trafilatura import extract  # 150 ms that only pages with little text pay

    if len(html) > MAX_OPINION_CHARS:
        return None
    try:
        found: str | None = extract(html, include_comments=False, fast=True)
    except (ValueError, TypeError, AttributeError, RecursionError, IndexError, KeyError):
        # It walks strange trees by recursion and indexing; a page it cannot read is one it has no opinion on.
        return None
    return found


def removed_kinds(found: Found) -> dict[RemovedKind, int]:
    """Count what was cut, by kind."""
    counts: dict[RemovedKind, int] = {}
    for verdict in found.cut.values():
        counts[verdict.kind] = counts.get(verdict.kind, 0) + 1
    return counts
