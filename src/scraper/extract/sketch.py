"""Sketch: the class words near a page's headline, as a few numbers that can be compared with those of other pages.

A module of its own, because it says nothing of the article: two pages of one template have nearly the same sketch, and
a redesign gives another, which is how the health of a site notices it.
"""

from __future__ import annotations

import re
from zlib import crc32

SPAN_CHARS = 24_000
"""Read around the headline, as it costs less than the whole page and tells templates apart as well (see
report.health_layouts)."""

SIZE = 32
"""Smallest hashes kept."""

_CLASS = re.compile(r"""class=["']?((?<=["'])[^"'>]*|[^\s"'>]+)""")
_DIGIT = re.compile(r"\d")


def make_sketch(text: str) -> tuple[int, ...]:
    """Give the smallest hashes of the class words near the first h1, ascending; none where there are no classes.

    Words with digits are left out: builds and articles number them.
    """
    middle = text.find("</h1")
    if middle < 0:
        middle = max(text.find("<body"), 0) + SPAN_CHARS // 2
    span = text[max(0, middle - SPAN_CHARS // 2) : middle + SPAN_CHARS // 2]
    words = set(" ".join(set(_CLASS.findall(span))).split())
    return tuple(sorted(crc32(word.encode()) for word in words if not _DIGIT.search(word))[:SIZE])
