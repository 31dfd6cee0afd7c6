"""Shape: what a page's text looks like as a whole: how much of it runs, how much is cards, prices and calls.

A module of its own because articles, lists and shops differ in it whatever they declare, in every language.
"""

from __future__ import annotations

import re
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
        calls: Different short blocks that ask to become a customer.
        code: Blocks of preformatted text.
    """

    cards: int
    headings: int
    run: int
    text: int
    titles: int
    prices: int
    calls: int
    code: int


def measure_shape(layout: Layout, calls: tuple[str, ...]) -> Shape:
    """Measure the text of a page, in one pass over its blocks.

    Args:
        layout: The page.
        calls: Beginnings of lines that ask to become a customer, folded.
    """
    cards = headings = run = longest = total = titles = prices = code = 0
    called: set[str] = set()
    is_price = re.compile(_PRICE).search
    for block in layout.blocks:
        text, box = block.text, block.box
        size = len(text)
        linked = block.link_chars * 10 >= size * 8
        if linked and (size >= HEADLINE_CHARS or (size >= HEADLINE_CHARS_WIDE and is_wide(text))):
            cards += 1
            headings += bool(box.heading)
            run = 0
        elif box.heading:
            titles += not linked
        elif box.context == "pre":
            code += 1
        elif size >= SENTENCE_CHARS and block.link_chars * 4 < size:
            run += size
            total += size
            longest = max(longest, run)
        if size < SHORT_CHARS:
            if is_price(text):
                prices += 1
            elif (folded := fold(text)).startswith(calls):
                called.add(folded)
    return Shape(cards, headings, longest, total, titles, prices, len(called), code)


def is_wide(text: str) -> bool:
    """Tell a text in a script whose characters say as much as words."""
    return not text.isascii() and re.search(_WIDE, text) is not None
