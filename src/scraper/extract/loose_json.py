"""Loose JSON: what publishers write into script elements, decoded as far as it can be.

A module of its own because a strict decoder fails on 38 of 2,466 news pages, and each way of failing needs a repair
that has nothing to do with what the data mean.
"""

from __future__ import annotations

import html
import json
import re

import msgspec

MAX_CHARS = 2_000_000
"""Longer scripts are left alone. Source: the longest JSON-LD of 2,466 news pages looked at has 840,919 characters."""

# Patterns are strings: re compiles and keeps them at their first use; few pages need any.
_WRAPPING = r"(?:/\*\s*|//[ \t]*)?(?:<!\[CDATA\[|\]\]>)(?:\s*\*/)?|<!--|-->"
_COMMENT_LINE = r"(?m)^[ \t]*//[^\n]*$"
_LONE_SURROGATE = (
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
"""Half a character, which no text may hold."""

_TRAILING_COMMA = r",(?=\s*[}\]])"
_BAD_ESCAPE = r'\\(?!["\\/bfnrtu]|$)'
_PAIR = (
    r'"(@type|headline|alternativeHeadline|description|datePublished|dateModified|articleSection|url)"\s*:\s*'
    r'"([^"\\]*(?:\\.[^"\\]*)*)"'
)
_AUTHOR = r'"author"\s*:\s*[\[{\s]*[^{}\[\]]{0,300}?"name"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"'
_STRICT = msgspec.json.Decoder()


def decode_loosely(text: str) -> object:
    """Decode JSON, repaired where it is broken; what cannot be repaired gives the well-known pairs in it.

    Returns:
        What the text holds; None for nothing.
    """
    if len(text) > MAX_CHARS:
        return None
    try:
        return _STRICT.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        pass
    text = re.sub(_LONE_SURROGATE, r"\\ufffd", text)
    text = re.sub(_WRAPPING, "", text).strip().rstrip(";").strip("\ufeff \t\r\n")
    if not text:
        return None
    found = _decode_all(text)
    if found is None:
        mended = re.sub(_COMMENT_LINE, "", text)
        mended = re.sub(_BAD_ESCAPE, r"\\\\", re.sub(_TRAILING_COMMA, "", mended))
        found = _decode_all(mended)
    if found is None and "&quot;" in text:
        found = _decode_all(re.sub(_TRAILING_COMMA, "", html.unescape(text)))
    return found if found is not None else _pick_pairs(text)


def _decode_all(text: str) -> object:
    """Decode one value, or several that follow one another without a comma."""
    decoder, at, values = json.JSONDecoder(strict=False), 0, []
    for _ in range(20):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
        rest = len(text) - len(text[at:].lstrip(" \t\r\n,;"))
        if rest >= len(text):
            break
        at = rest
    if not values:
        return None
    return values[0] if len(values) == 1 else values


def _pick_pairs(text: str) -> object:
    """Pick well-known keys out of text that is no JSON, the first of each."""
    found: dict[str, object] = {}
    for key, value in re.findall(_PAIR, text):
        found.setdefault(key, _unescape(value))
    names = [_unescape(name) for name in re.findall(_AUTHOR, text)]
    if names:
        found["author"] = names
    return found or None


def _unescape(value: str) -> str:
    try:
        text = json.loads(f'"{value}"', strict=False)
    except ValueError:
        return value
    return text if isinstance(text, str) else value
