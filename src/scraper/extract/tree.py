"""Tree: a page parsed once, with its nesting bounded first and its late parts in their places.

A module of its own because the parser's cost is the square of the depth on markup nested without end (200,000 open
divs take minutes), and this is the only place where that is prevented. No text is lost by it.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

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

MAX_LATE_PARTS = 200
"""Parts that are put into their places, against pages of nothing else. Source: the most on a development page is 50."""

_LATE = 'id="S:'
_PLACES = "template[id^='B:'], template[id^='P:']"

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
    tree = LexborHTMLParser(html or "<html></html>")
    if _LATE in html:
        _place_late_parts(tree)
    return tree


def _place_late_parts(tree: LexborHTMLParser) -> None:
    """Put the parts that a server sent behind the page into their places, as the page's script does in a browser.

    React streams a page with templates as placeholders (B:0, P:1) and sends what belongs there later in hidden boxes
    (S:0, S:1), which may hold placeholders themselves. Found on 16 of the 920 development pages of the last years.
    """
    parts = {(node.id or "")[2:]: node for node in tree.css("div[hidden][id^='S:']")}
    within = {place.mem_id for part in parts.values() for place in part.css(_PLACES)}
    places = [place for place in tree.css(_PLACES) if place.mem_id not in within]
    placed_count = 0
    while places and placed_count < MAX_LATE_PARTS:  # outer parts first, so that nothing is copied twice
        place = places.pop()
        part = parts.pop((place.id or "")[2:], None)
        if part is None:
            continue
        placed_count += 1
        place.insert_before(part)
        part.decompose()
        placed: LexborNode | None = place.prev
        if placed is not None:
            del placed.attrs["hidden"]
            places += placed.css(_PLACES)


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
