"""Shape: what a page's text looks like as a whole: how much of it runs, how much is cards, prices, code, calls.

A module of its own because articles, lists and shops differ in it whatever they declare, in every language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scraper.extract.features import fold
from scraper.extract.layout import Layout

HEADLINE_CHARS, HEADLINE_CHARS_WIDE = 25, 10
"""A link this long is a headline's, in scripts with and without spaces between words."""

SENTENCE_CHARS = 40
SHORT_CHARS = 60

# Patterns are strings: re compiles and keeps them at their first use; most pages need none of them.
_WIDE = r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_CURRENCY = r"USD|EUR|GBP|CHF|PLN|SEK|NOK|DKK|Kč|zł|kr|Rs|лв|грн|руб|Ft|lei"
_PRICE = rf"(?:[$€£¥₹₽₩]|\b(?:{_CURRENCY})\.?)\s?\d|\d\s?(?:[$€£¥₹₽₩]|(?:{_CURRENCY})(?:\W|$))"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a page's text looks like.

    Args:
        cards: Links as long as a headline.
        headings: Those of them that are headings.
        run: Characters of the longest text between two linked headlines.
        text: Characters of all paragraphs that are no links.
        titles: Headings that are no links.
        prices: Short blocks that hold a price.
        code: Blocks of preformatted text.
    """

    cards: int
    headings: int
    run: int
    text: int
    titles: int
    prices: int
    code: int


def measure_shape(layout: Layout) -> Shape:
    """Measure the text of a page, in one pass over its blocks."""
    cards = headings = run = longest = total = titles = prices = code = 0
    is_price = re.compile(_PRICE).search
    for block in layout.blocks:
        text, box = block.text, block.box
        size = len(text)
        if size < SHORT_CHARS and not text.isalpha() and is_price(text):
            prices += 1
        if block.link_chars * 10 >= size * 8:
            if size >= HEADLINE_CHARS or (size >= HEADLINE_CHARS_WIDE and is_wide(text)):
                cards += 1
                headings += bool(box.heading)
                run = 0
        elif box.heading:
            titles += 1
        elif box.context == "pre":
            code += 1
        elif size >= SENTENCE_CHARS and block.link_chars * 4 < size:
            run += size
            total += size
            longest = max(longest, run)
    return Shape(cards, headings, longest, total, titles, prices, code)


def count_calls(layout: Layout, calls: Mapping[str, tuple[str, ...]]) -> int:
    """Count the different short blocks that ask to become a customer.

    Args:
        layout: The page.
        calls: First two characters -> beginnings of lines that ask so, folded.
    """
    found: set[str] = set()
    for block in layout.blocks:
        text = block.text
        if len(text) < SHORT_CHARS and (starts := calls.get(text[:2].casefold())):
            folded = fold(text)
            if folded.startswith(starts):
                found.add(folded)
    return len(found)


def is_wide(text: str) -> bool:
    """Tell a text in a script whose characters say as much as words."""
    return not text.isascii() and re.search(_WIDE, text) is not None
