"""Stray dates: the day of publication where neither data nor the surroundings of the headline give one.

A module of its own because it searches the whole page, scripts and all, which only the few pages without any other date
pay for, and believes only what is labelled or without rival.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.extract.date_text import parse_date
from scraper.extract.printed import Printed
from scraper.extract.printed_dates import COPYRIGHT, MAX_DATE_CHARS, YEAR, kind_of, of_something_else
from scraper.extract.standing import stands_outside

MAX_SWEEP = 4000
"""Elements looked through. Chosen by hand."""

MAX_STATE_CHARS = 3_000_000

LONE_CHARS = 40
"""An element with so little text that holds a date holds nothing else but a label."""

# A string: re compiles and keeps it at its first use.
_STATE = (
    r"(?i)\\?[\"'](?:date_?published|published_?(?:at|on|date|time)|publish_?(?:date|time|ed)|publication_?date|"
    r"first_?published(?:_?(?:at|date))?|date_?created|display_?date|pub_?date)\\?[\"']\s*:\s*\\?[\"']"
    r"((?:19|20)\d\d-\d\d-\d\d[^\"'\\]{0,20})"
)

Believed = Callable[[datetime | None], datetime | None]


def find_stray_date(
    tree: LexborHTMLParser, printed: Printed, *, language: str | None, believed: Believed
) -> datetime | None:
    """Find a date with a label anywhere on the page, one that stands alone, or one in the scripts.

    Those without a label must be one day alone: several are those of other stories.

    Args:
        tree: The page.
        printed: Its elements.
        language: ISO 639 code, with region where known.
        believed: Gives None for a date that cannot be the article's.
    """
    dated = list(_dated(printed))
    for node, text in reversed(dated):
        if kind_of(text) and not stands_outside(node) and (when := believed(parse_date(text, language))) is not None:
            return when
    return _only_day(_lone(dated, language, believed)) or _only_day(_in_scripts(tree, language, believed))


def _dated(printed: Printed) -> Iterator[tuple[LexborNode, str]]:
    """Yield the elements that hold a year in a short text of their own."""
    nodes = printed.nodes if len(printed.nodes) <= MAX_SWEEP else printed.nodes[-MAX_SWEEP:]
    for node in nodes:
        if node.tag in ("script", "style", "noscript"):
            continue
        text = (node.text(deep=False) or "")[: 2 * MAX_DATE_CHARS]
        if not YEAR.search(text) or re.search(COPYRIGHT, text):
            continue
        text = " ".join(text.split())
        if len(text) <= MAX_DATE_CHARS:
            yield node, text


def _lone(dated: list[tuple[LexborNode, str]], language: str | None, believed: Believed) -> Iterator[datetime]:
    for node, text in dated:
        if len(text) <= LONE_CHARS and not of_something_else(node):
            when = believed(parse_date(node.attributes.get("datetime") or text, language))
            if when is not None:
                yield when


def _in_scripts(tree: LexborHTMLParser, language: str | None, believed: Believed) -> Iterator[datetime]:
    chars = 0
    for script in tree.css("script:not([src])"):
        text = script.text(deep=True)
        chars += len(text)
        if chars > MAX_STATE_CHARS:
            break
        for value in re.findall(_STATE, text):
            if (when := believed(parse_date(value, language))) is not None:
                yield when


def _only_day(dates: Iterator[datetime]) -> datetime | None:
    """Give the first of dates that are all of one day."""
    first = next(dates, None)
    return first if first is not None and all(one.date() == first.date() for one in dates) else None
