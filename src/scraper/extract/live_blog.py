"""LiveBlog: the entries of a page that is written as things happen, told apart by their times.

A module of its own because an entry's time is a line that any other article would lose as a date, and because some
pages print it by a script, so that only the declared entries hold it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from scraper.article import Block
from scraper.extract.features import fold, signature_of
from scraper.extract.json_ld import Graph, clean_text, first_string
from scraper.extract.layout import Layout
from scraper.extract.linked_data import LinkedData
from scraper.extract.loose_json import decode_loosely

MIN_ENTRIES = 3
"""Fewer lines with a time are a date of publication and one of change."""

MIN_GUESSED_ENTRIES = 5
"""So many make a live blog of a page that only its address calls live."""

MAX_TIME_CHARS = 48
MAX_ENTRIES = 2_000
KEY_CHARS = 40
LITTLE_CHARS = 2_000
"""A body this long is what the page prints; the entries that it loads when scrolled are not on it."""

LITTLE_SHARE = 0.5
"""Where the body has less than this of the declared entries' text, these are the body: scripts print them."""

BEFORE_BODY = 4
FOLLOWED = 0.6
"""So many of the times must stand before text; those of teasers do not."""

# Patterns are strings: re compiles and keeps them at their first use; most pages need none of them.
_CLOCK = r"(?<![\d.:])(?:[01]?\d|2[0-3])\s?(?:[:.h]|uhr|時|点)\s?[0-5]\d(?![\d.:]?\d)|\b(?:1[0-2]|[1-9])\s?[ap]\.?m\b"
_LIVE = (
    r"(?i)live-?(?:blog|ticker|updates?|coverage|feed|news)|[/_.-]live(?:[/_.-]|$)|news-?ticker|en-?direct|minuto-a-minuto|"
    r"en-vivo|in-diretta|ao-vivo|na-zywo|relacja|direkte|onlayn|onlajn"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One declared entry of a live blog; None or "" means not given."""

    time: str | None
    headline: str
    text: str


def may_be_live(linked: LinkedData, url: str) -> bool:
    """Tell whether entries are worth looking for: the page declares a live blog, or its address says live."""
    return is_declared(linked) or re.search(_LIVE, url) is not None


def is_declared(linked: LinkedData) -> bool:
    """Tell whether a page declares a live blog."""
    return "LiveBlogPosting" in linked.types


def find_times(layout: Layout, kept: Sequence[int]) -> frozenset[int]:
    """Find the lines that print the time of an entry.

    Args:
        layout: The page.
        kept: Indices of the body's blocks, in order.

    Returns:
        Indices of blocks; none where too few stand before text of the body.
    """
    if not kept:
        return frozenset()
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i in range(max(0, kept[0] - BEFORE_BODY), kept[-1]):
        block = layout.blocks[i]
        if len(block.text) <= MAX_TIME_CHARS and re.search(_CLOCK, block.text, re.IGNORECASE):
            groups[signature_of(block.box)].append(i)
    found: set[int] = set()
    texts = set(kept)
    for group in groups.values():
        if len(group) < MIN_ENTRIES:
            continue
        own = texts.difference(group)
        ends = [*group[1:], kept[-1] + 1]
        before = [i for i, end in zip(group, ends, strict=True) if any(j in own for j in range(i + 1, end))]
        if len(before) >= max(MIN_ENTRIES, FOLLOWED * len(group)):
            found.update(before)
    return frozenset(found)


def print_time(text: str) -> str:
    """Give an entry's line with a space between the time and what is printed beside it."""
    return re.sub(r"(\d)([^\W\d_]{3,})", r"\1 \2", text)


def read_entries(tree: LexborHTMLParser) -> list[Entry]:
    """Read the entries that a page declares, in their order."""
    entries: list[Entry] = []
    for node in tree.css("script[type*=ld i]"):
        text = node.text(deep=True)
        if "liveBlogUpdate" not in text:
            continue
        for thing, *_ in Graph([decode_loosely(text)]).nodes:
            updates = thing.get("liveBlogUpdate")
            for update in updates if isinstance(updates, list) else [updates]:
                if isinstance(update, dict) and len(entries) < MAX_ENTRIES:
                    body = update.get("articleBody")
                    entries.append(
                        Entry(
                            first_string(update.get("datePublished")),
                            first_string(update.get("headline")) or "",
                            clean_text(body) or "" if isinstance(body, str) else "",
                        )
                    )
    return [entry for entry in entries if entry.headline or entry.text]


def add_declared_times(body: tuple[Block, ...], entries: Sequence[Entry]) -> tuple[Block, ...]:
    """Put the declared time of each entry before it, where a body prints none.

    Returns:
        The body with subheads; made of the entries alone where it has little of them.
    """
    declared = sum(len(entry.text) for entry in entries)
    if sum(len(block.text) for block in body) < min(LITTLE_SHARE * declared, LITTLE_CHARS):
        return tuple(_blocks_of(entries))
    times: dict[str, str] = {}
    for entry in entries:
        for key in (_key(entry.headline), _key(entry.text)):
            if key and entry.time:
                times.setdefault(key, entry.time)
                break
    timed: list[Block] = []
    for block in body:
        if time := times.pop(_key(block.text), None):
            timed.append(Block("subhead", time))
        timed.append(block)
    return tuple(timed)


def _blocks_of(entries: Sequence[Entry]) -> Iterator[Block]:
    for entry in entries:
        for text in (entry.time, entry.headline):
            if text:
                yield Block("subhead", text)
        if entry.text:
            yield Block("paragraph", entry.text)


def _key(text: str) -> str:
    """Give the beginning of a text by which an entry is found again."""
    return fold(text[: 2 * KEY_CHARS])[:KEY_CHARS]
