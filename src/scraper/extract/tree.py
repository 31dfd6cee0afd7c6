"""Tree: a page parsed once, with its nesting bounded first.

A module of its own because the parser's cost is the square of the depth on markup nested without end (200,000 open
divs take minutes), and this is the only place where that is prevented. No text is lost by it.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from scraper.errors import ExtractError

DEPTH_FREE_TAGS = 12_000
"""Pages with fewer start tags go to the parser as they are. Source: 200,000 open divs took 127 s, which
is 6 ns a step of the scope check, so that this many cost about 0.4 s; none of 1,287 development pages has more."""

MAX_TAGS = 250_000
"""More is refused before it is parsed: ten megabytes of short tags take seconds and a gigabyte. Source: the largest of
2,466 development pages has 10,041 elements, which is about 25,000 tags with those that close them."""

MAX_DEPTH = 400
"""Elements nested deeper are unwrapped. Source: browsers stop at 512; the deepest of 1,287
development pages has 135."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
_NO_DEPTH = frozenset((
    "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "optgroup", "rt", "rp",
    "br", "img", "hr", "input", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "param",
    "track", "html", "head", "body",
))  # fmt: skip
_RAW = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}


def parse(html: str) -> LexborHTMLParser:
    """Parse a page in time linear in its length.

    Args:
        html: Decoded.

    Raises:
        ExtractError: reason "too_many_elements".
    """
    if html.count("<") > MAX_TAGS:
        raise ExtractError("too_many_elements", f"the page has more than {MAX_TAGS} tags")
    if html.count("<") - html.count("</") > DEPTH_FREE_TAGS:
        html = _flatten(html)
    return LexborHTMLParser(html or "<html></html>")


def _flatten(html: str) -> str:
    """Drop the tags of elements nested deeper than MAX_DEPTH, keeping what stands between them."""
    kept: list[str] = []
    opened: dict[str, int] = {}
    dropped: dict[str, int] = {}
    depth = position = start = 0
    while found := _TAG.search(html, position):
        closing, name = found[1], found[2].lower()
        end = html.find(">", found.end()) + 1
        if not end:
            break
        position = end
        if name in _NO_DEPTH:
            continue
        if closing:
            if dropped.get(name):
                dropped[name] -= 1
            elif opened.get(name):
                opened[name] -= 1
                depth -= 1
                continue
            else:
                continue
        elif name in _RAW:
            close = _RAW[name].search(html, end)
            if not close:
                break
            position = close.start()
            continue
        elif depth < MAX_DEPTH:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            continue
        else:
            dropped[name] = dropped.get(name, 0) + 1
        kept.append(html[start : found.start()])
        start = end
    if not start:
        return html
    kept.append(html[start:])
    return " ".join(kept)
