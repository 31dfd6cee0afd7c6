"""Company: what the blocks around one say of it.

A module of its own because these filters look at no word: links, repetition, and the other blocks of the same
signature tell menus, cards and buttons from text in any language.
"""

from __future__ import annotations

from scraper.extract.blocks import Box
from scraper.extract.boilerplate import Verdict
from scraper.extract.features import TEXT_TAGS, Feature, Group, Sheet

LINKED_HEADING = 0.8
CARD_CHARS = 500
"""A teaser's box holds no more."""

HIDDEN_GUARD = 0.15
CARD_GUARD = 0.25
TWIN_CHARS = 40
TWIN_GUARD = 0.4
ROW_LINKED = 0.3
ROW_CHARS = 200


def cut_hidden(sheet: Sheet, members: list[int], cut: dict[int, Verdict], total: float) -> None:
    """Cut what is not shown, where that is little; text behind a wall is often hidden too, and is the article."""
    hidden = [i for i in members if sheet.features[i].block.box.hidden and i not in cut]
    if sum(sheet.features[i].good for i in hidden) <= HIDDEN_GUARD * total:
        cut.update({i: Verdict("other", "style:hidden") for i in hidden})


def cut_cards(sheet: Sheet, members: list[int], cut: dict[int, Verdict], container: Box, total: float) -> None:
    """Cut cards of other stories: a heading that is a link, with what stands in the same small box."""
    cards: set[int] = set()
    for i in members:
        feature = sheet.features[i]
        box = feature.block.box
        if not box.heading or feature.links < LINKED_HEADING or i in cut:
            continue
        cut[i] = Verdict("related", "heading:linked")
        for _ in range(3):
            parent = box.parent
            if parent is None or box is container or parent is container:
                break
            if sheet.places[parent.index].text > CARD_CHARS or sheet.places[parent.index].good > CARD_GUARD * total:
                break
            box = parent
        if box is not container:
            cards.add(box.index)
    below = sheet.below(cards) if cards else set()
    for i in members:
        if sheet.features[i].block.box.index in below:
            cut.setdefault(i, Verdict("teaser", "card:linked_heading"))


def cut_twins(sheet: Sheet, members: list[int], cut: dict[int, Verdict], total: float) -> None:
    """Cut text that stands more than once: offers for every kind of reader, captions for every width."""
    places: dict[str, list[int]] = {}
    for i in members:
        if i not in cut and sheet.features[i].size > TWIN_CHARS:
            places.setdefault(sheet.features[i].block.text, []).append(i)
    twins = [where for where in places.values() if len(where) > 1]
    if sum(sheet.features[i].good for where in twins for i in where[1:]) > TWIN_GUARD * total:
        return
    for where in twins:
        for i in where if len(where) > 2 else where[1:]:
            cut[i] = Verdict("other", "text:repeated")


def cut_strangers(sheet: Sheet, members: list[int], cut: dict[int, Verdict]) -> None:
    """Judge short and linked blocks by the other blocks of their signature."""
    left = [i for i in members if i not in cut]
    groups: dict[tuple[str, str, str, str], Group] = {}
    for i in left:
        feature = sheet.features[i]
        group = groups.setdefault(feature.signature, Group())
        group.count += 1
        group.good += feature.good
        group.size += feature.size
        group.linked += feature.links * feature.size
    total = sum(group.good for group in groups.values()) or 1.0
    for i in left:
        feature = sheet.features[i]
        group = groups[feature.signature]
        box = feature.block.box
        if box.heading:
            continue
        mostly = feature.links > 0.75 and feature.size < 250 and group.good < 0.5 * total
        if _is_link_row(feature):
            cut[i] = Verdict("navigation", "links:row")
        elif mostly or (feature.links > 0.85 and feature.size < 200 and not feature.ends):
            cut[i] = Verdict("related", "links:all")
        elif group.linked > 0.6 * group.size and group.count > 1:
            cut[i] = Verdict("related", "signature:links")
        elif (
            feature.good == 0
            and group.good < 0.02 * total
            and group.good < 0.3 * group.size
            and (
                box.tag not in TEXT_TAGS
                or (feature.size < 25 and not feature.ends and box.tag == "p" and bool(box.names))
            )
        ):
            cut[i] = Verdict("other", "signature:short")


def _is_link_row(feature: Feature) -> bool:
    """Tell a row of links with strokes between them, as old pages have at their foot."""
    block = feature.block
    strokes = sum(block.text.count(stroke) for stroke in (" | ", " · ", " • "))
    return strokes >= 2 and block.links >= 2 and feature.links >= ROW_LINKED and feature.size <= ROW_CHARS


def cut_edges(sheet: Sheet, members: list[int], cut: dict[int, Verdict]) -> None:
    """Cut what is no text before the first and after the last text of the article."""
    left = [i for i in members if i not in cut]
    for places in (left, left[::-1]):
        for i in places:
            feature = sheet.features[i]
            if feature.good > 0 or feature.ends or feature.sentences or feature.block.box.tag in {"li", "td", "pre"}:
                break
            if places is left and feature.block.box.heading > 1:
                break
            if feature.block.box.tag == "p" and feature.size > 20 and not feature.links:
                break
            cut[i] = Verdict("other", "edge:short")


def cut_bare_headings(sheet: Sheet, members: list[int], cut: dict[int, Verdict]) -> None:
    """Cut headings that no text of the article follows."""
    following = False
    for i in reversed(members):
        heading = sheet.features[i].block.box.heading
        if i in cut:
            continue
        if not heading:
            following = True
        elif not following:
            cut[i] = Verdict("other", "heading:nothing_follows")
