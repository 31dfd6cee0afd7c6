"""Images: what the attributes of an img element say of the picture.

A module of its own because pages that load pictures late write their address in a dozen places, and their caption and
credit in others.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

_LAZY = ("data-src", "data-original", "data-lazy-src", "data-srcset", "data-lazy-srcset", "data-url", "data-img-url")
_CREDIT = ("data-credit", "data-copyright", "data-image-credit", "data-photo-credit")


def read_address(node: LexborNode) -> str | None:
    """Give the address of an img element, or of the sources of the picture element around it."""
    return _address(node.attributes) or _source(node)


def read_credit(attributes: dict[str, str | None]) -> str | None:
    """Give the credit that an attribute of its own states."""
    return next((value for name in _CREDIT if (value := " ".join((attributes.get(name) or "").split()))), None)


def read_pixels(value: str | None) -> int | None:
    """Read a width or height; None where it is no whole number of pixels."""
    return int(value) if value and value.isdecimal() and len(value) < 6 else None


def _address(attributes: dict[str, str | None]) -> str | None:
    """Give the picture's address: a lazy one before src, which is then only a placeholder."""
    for name in (*_LAZY, "src", "srcset"):
        value = (attributes.get(name) or "").strip()
        if value and not value.startswith("data:"):
            if "srcset" in name or (", " in value and " " in value):
                value = _largest(value)
            if value and "{" not in value:
                return value
    return None


def _source(node: LexborNode) -> str | None:
    """Look for the address in the sources of a picture element around the img."""
    parent = node.parent
    if parent is None or parent.tag != "picture":
        return None
    sibling = parent.first_child
    while sibling is not None:
        if sibling.tag == "source" and (found := _address(sibling.attributes)):
            return found
        sibling = sibling.next
    return None


def _largest(srcset: str) -> str:
    best, size = "", -1.0
    for candidate in re.split(r",\s+", srcset):
        url, _, descriptor = candidate.strip().partition(" ")
        number = re.match(r"[\d.]{1,9}", descriptor.strip())
        try:
            weight = float(number[0]) if number else 0.0
        except ValueError:
            weight = 0.0
        if url and weight > size:
            best, size = url, weight
    return best.rstrip(",")
