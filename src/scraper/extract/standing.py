"""Standing: what an element of a page stands in, and the text it shows.

A module of its own because every field asks this of the elements that printed.py collects: a byline in a sidebar is
none, and a headline is read line by line.
"""

from __future__ import annotations

import re
from itertools import islice

from selectolax.lexbor import LexborNode

from scraper.extract.printed import MAX_CLIMB, SILENT_TAGS, is_aside, key_of, kinds_of

_OUTSIDE_TAGS = frozenset(("nav", "aside", "footer", "form", "template", "noscript", "figure", "figcaption", "dialog"))
_INLINE_TAGS = frozenset(
    (
        *(
            "a",
            "abbr",
            "b",
            "bdi",
            "cite",
            "em",
            "font",
            "i",
            "mark",
            "q",
            "s",
            "small",
            "span",
            "strong",
            "sub",
            "sup",
        ),
        *("time", "u", "wbr", "rel", "data", "bdo", "address", "meta", "link", "img", "svg", "path", "g", "use"),
        *("script", "style"),
    )
)
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]+")


def ancestors_of(node: LexborNode) -> frozenset[int]:
    """Give the ids of all elements that an element stands in."""
    found = set()
    parent = node.parent
    for _ in range(10 * MAX_CLIMB):
        if parent is None:
            break
        found.add(parent.mem_id)
        parent = parent.parent
    return frozenset(found)


def stands_outside(node: LexborNode, around: frozenset[int] = frozenset()) -> bool:
    """Tell whether an element stands in navigation, teasers, comments, captions or the footer of the page.

    Args:
        node: The element.
        around: Ids of the elements that the headline stands in: what holds the headline is no sidebar, whatever its
            class says.
    """
    parent: LexborNode | None = node
    for climbed in range(MAX_CLIMB):
        if parent is None or (tag := parent.tag) in ("body", "main") or parent.mem_id in around:
            return False
        if tag in _OUTSIDE_TAGS or (tag == "header" and climbed and _is_page_header(parent)):
            return tag != "footer" or not _within_article(parent)
        key = key_of(parent)
        kinds = kinds_of(key)
        if is_aside(key) or (
            "credit" in kinds and "byline" not in kinds and tag != "article" and "accredit" not in key
        ):
            return True
        parent = parent.parent
    return False


def _is_page_header(node: LexborNode) -> bool:
    return node.parent is not None and node.parent.tag == "body"


def _within_article(node: LexborNode) -> bool:
    parent = node.parent
    for _ in range(MAX_CLIMB):
        if parent is None:
            return False
        if parent.tag == "article":
            return True
        parent = parent.parent
    return False


def lines_of(node: LexborNode, *, limit: int) -> list[str]:
    """Give an element's visible text, a line for each block in it.

    Returns:
        Lines with white space collapsed; none at all where there are more than limit characters.
    """
    lines, piece, chars = [], "", 0
    last: LexborNode | None = None
    for one in islice(node.traverse(include_text=True), 4 * limit):
        if one.tag == "-text":
            parent = one.parent
            if parent is not None and parent.tag in SILENT_TAGS:
                continue
            text = one.text_content or ""
            chars += len(text.strip())
            if chars > limit:
                return []
            if piece and text and piece[-1].isalnum() and text[0].isupper() and _stands_apart(last, parent):
                piece += " "
            piece += text
            last = parent
        elif one.tag not in _INLINE_TAGS:
            lines.append(piece)
            piece = ""
    lines.append(piece)
    return [text for line in lines if (text := _tidy(line))]


def _tidy(line: str) -> str:
    return " ".join((line if line.isascii() else _INVISIBLE.sub("", line)).split())


def _stands_apart(one: LexborNode | None, other: LexborNode | None) -> bool:
    """Tell whether two texts stand in neighboring elements, which style sheets set apart even where no space is."""
    if one is None or other is None or one.mem_id == other.mem_id or one.tag not in _BOXED:
        return False
    above, beside = one.parent, other.parent
    if one.tag in _LABELS and above is not None and above.mem_id == other.mem_id:
        return True
    if other.tag not in _BOXED:
        return False
    return above is not None and beside is not None and above.mem_id == beside.mem_id


_LABELS = frozenset(("span", "small"))
"""A kicker stands in one of these before the bare text of the headline."""

_BOXED = frozenset(("span", "small", "strong", "a", "em", "b"))


def text_of(node: LexborNode, *, limit: int) -> str:
    """Give an element's visible text on one line, "" where it has more than limit characters."""
    return " ".join(lines_of(node, limit=limit))
