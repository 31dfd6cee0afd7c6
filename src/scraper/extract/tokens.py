"""Tokens: markup that the parser wrote, cut at its opening brackets, and how to step over parts of it.

A module of its own because the walk only goes on from one token to the next. Each function reads a token once and
gives the place behind what it read, so that a page costs no more than its length.
"""

from __future__ import annotations

_RAW = frozenset(("script", "style", "iframe", "noembed", "noframes", "xmp"))
"""What stands in these is text to the parser, so their names in it open nothing."""


def mend(tokens: list[str], at: int) -> tuple[str, str, int]:
    """Put a start tag together again that was cut where a name of an attribute holds a bracket.

    Returns:
        Its head, the text behind it, and the place of the next token.
    """
    parts = []
    while at < len(tokens):
        part, closed, text = tokens[at].partition(">")
        at += 1
        parts.append(part)
        if closed:
            return "<".join(parts), text, at
    return "<".join(parts), "", at


def skip_comment(tokens: list[str], at: int) -> tuple[int, str]:
    """Give the place of the token after a comment, and the text behind it."""
    text = tokens[at][3:]
    while "-->" not in text:
        at += 1
        if at == len(tokens):
            return at, ""
        text = tokens[at]
    return at + 1, text.partition("-->")[2]


def skip(tokens: list[str], at: int, tag: str) -> tuple[int, str]:
    """Give the place of the token after an element that is not read, and the text behind it."""
    depth, size = 1, len(tag)
    end, raw = "/" + tag, tag in _RAW
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.startswith(end) and token[size + 1 : size + 2] == ">":
            depth -= 1
            if not depth:
                return at, token[size + 2 :]
        elif not raw and token.startswith(tag) and token[size : size + 1] in {">", " "}:
            depth += 1
    return at, ""


def is_around_figure(tokens: list[str], at: int) -> bool:
    """Tell a button around a picture with its caption from one to press."""
    while at < len(tokens) and not tokens[at].startswith("/button"):
        if tokens[at].startswith("fig"):
            return True
        at += 1
    return False
