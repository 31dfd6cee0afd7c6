"""Markup: what the start tag of an element says, as the parser writes it.

A module of its own because only what is asked for is read: most elements are never asked for their names, and pages
repeat their start tags, as sites repeat them from page to page.
"""

from __future__ import annotations

import re

RULED = "data-scraper-rule"
"""Attribute by which the elements that a site's selectors match are marked before the walk."""

INLINE, BLOCK, SKIPPED, VOID = range(4)

MAX_KNOWN = 20_000
"""Start tags remembered, against pages where no two are alike."""

MAX_KNOWN_CHARS = 300

_SKIPPED = frozenset((
    "script", "style", "svg", "template", "select", "option", "optgroup", "datalist", "textarea", "iframe", "object",
    "canvas", "audio", "video", "map", "progress", "meter", "head", "title", "rt", "rp", "math", "frameset", "noframes",
    "noembed", "dialog", "amp-img",
))  # fmt: skip
_VOID = frozenset((
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link",
    "meta", "param", "source", "track", "wbr",
))  # fmt: skip
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "label", "mark", "nobr", "q", "rb", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "ruby", "amp-fit-text", "picture", "output",
))  # fmt: skip
KINDS = {
    **dict.fromkeys(_SKIPPED, SKIPPED),
    **dict.fromkeys(_VOID, VOID),
    **dict.fromkeys(_INLINE, INLINE),
}
"""Of each tag that is no BLOCK: INLINE, SKIPPED where nothing in it is text of the page, VOID where it has no end."""

_NAMED_BY = tuple(
    f' {name}="'
    for name in (
        "class", "id", "itemprop", "role", "data-testid", "data-component", "data-qa", "data-type", "data-source",
    )
)  # fmt: skip
_HIDDEN_STYLE = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:hidden|d-none|is-hidden|hide|visually-hidden|sr-only)(?:\s|$)")
_SHOWN_CLASS = re.compile(r":(?:block|flex|inline|grid|table)|(?:^|\s)d-\w+-")


_known: dict[str, str] = {}


def names_of(head: str) -> str:
    """Give an element's class, id, role and the like, as written.

    Args:
        head: Its start tag without brackets.
    """
    names = _known.get(head)
    if names is None:
        names = " ".join([value for name in _NAMED_BY if name in head and (value := _value(head, name))])
        if len(head) <= MAX_KNOWN_CHARS:
            if len(_known) >= MAX_KNOWN:
                _known.clear()
            _known[head] = names
    return names


def class_of(head: str) -> str:
    """Give an element's class alone: no two links are alike, and they are many."""
    return _value(head, ' class="')


def is_hidden(head: str) -> bool:
    """Tell whether an element is not shown without scripts."""
    if "hid" not in head and "none" not in head and "sr-only" not in head:
        return False
    if ' hidden="' in head or (' style="' in head and _HIDDEN_STYLE.search(_value(head, ' style="'))):
        return True
    names = names_of(head)
    return _HIDDEN_CLASS.search(names) is not None and not _SHOWN_CLASS.search(names)


def value_of(head: str, name: str) -> str:
    """Give the value of an attribute, "" where there is none."""
    return _value(head, f' {name}="')


def _value(head: str, opening: str) -> str:
    return plain(head.partition(opening)[2].partition('"')[0]) if opening in head else ""


def plain(text: str) -> str:
    """Undo the escapes that the parser writes."""
    if "&" not in text:
        return text
    return (
        text.replace("&nbsp;", "\xa0")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&amp;", "&")
    )
