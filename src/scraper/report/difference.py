"""Difference: two versions of an article side by side, as a person reads it: what went, what came.

A module because a comparison of words is shown in more than one place. Pure. Blocks are compared first, and words only
within blocks that gave way to others, so that a long text costs no more than its changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

CONTEXT = 8
"""Words shown of what stayed the same, on either side of a change."""
MAX_WORDS = 20_000
"""Of both sides of one change together: more are shown as gone and come, uncompared."""
FIELDS = ("headline", "dek", "byline", "authors", "published_at", "modified_at", "section")

_WORD = re.compile(r"\s+|[\w'’-]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed, went or came."""

    kind: Literal["same", "gone", "new"]
    text: str


def compare_rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, list[Piece]]]:
    """Compare two rows of an article.

    Returns:
        Name and pieces of each field that differs, then "text" with the pieces of each paragraph that changed.
    """
    for field in FIELDS:
        old, new = (_printed(row.get(field)) for row in (before, after))
        if old != new:
            yield field, compare_words(old, new)
    for old, new in _changed_blocks(_paragraphs(before), _paragraphs(after)):
        yield "text", compare_words(old, new)


def compare_words(before: str, after: str) -> list[Piece]:
    """Compare two texts word by word; what stayed the same is shortened."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if not old or not new or len(old) + len(new) > MAX_WORDS:
        return [Piece(kind, text) for kind, text in (("gone", before), ("new", after)) if text]  # type: ignore[arg-type]
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", _shorten(old[a:b], first=a == 0, last=b == len(old))))
        else:
            pieces += [Piece("gone", "".join(old[a:b]))] if b > a else []
            pieces += [Piece("new", "".join(new[c:d]))] if d > c else []
    return pieces


def to_plain(pieces: Iterable[Piece]) -> str:
    """Write what went as [-this-] and what came as {+this+}."""
    marks = {"same": ("", ""), "gone": ("[-", "-]"), "new": ("{+", "+}")}
    return "".join(f"{marks[piece.kind][0]}{piece.text}{marks[piece.kind][1]}" for piece in pieces)


def _changed_blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace" and b - a == d - c:
            yield from zip(old[a:b], new[c:d], strict=True)
        elif kind != "equal":
            yield "\n\n".join(old[a:b]), "\n\n".join(new[c:d])


def _shorten(words: Sequence[str], *, first: bool, last: bool) -> str:
    keep = 2 * CONTEXT  # words and the spaces between them
    if len(words) <= 2 * keep:
        return "".join(words)
    head = "" if first else "".join(words[:keep])
    tail = "" if last else "".join(words[-keep:])
    return f"{head} … {tail}" if head and tail else f"{head} …" if head else f"… {tail}"


def _paragraphs(row: Mapping[str, Any]) -> list[str]:
    return str(row.get("text") or "").split("\n\n")


def _printed(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
