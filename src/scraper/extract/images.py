"""Images: what the attributes of an img element say of the picture.

A module of its own because pages that load pictures late write their address in a dozen places, and their caption and
credit in others.
"""

from __future__ import annotations

import re

from scraper.extract.markup import value_of

_ADDRESSES = (
    "data-src", "data-original", "data-lazy-src", "data-srcset", "data-lazy-srcset", "data-url", "data-img-url", "src",
    "srcset",
)  # fmt: skip
"""A lazy address goes before src, which is then only a placeholder."""

_CREDITS = ("data-credit", "data-copyright", "data-image-credit", "data-photo-credit")


def read_address(head: str) -> str | None:
    """Give the address that the start tag of a picture or source states."""
    for name in _ADDRESSES:
        value = value_of(head, name).strip()
        if value and not value.startswith("data:"):
            if "srcset" in name or (", " in value and " " in value):
                value = _largest(value)
            if value and "{" not in value:
                return value
    return None


def read_credit(head: str) -> str | None:
    """Give the credit that an attribute of its own states."""
    return next((value for name in _CREDITS if (value := " ".join(value_of(head, name).split()))), None)


def read_pixels(value: str) -> int | None:
    """Read a width or height; None where it is no whole number of pixels."""
    return int(value) if value.isdecimal() and len(value) < 6 else None


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
