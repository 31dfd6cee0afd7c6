"""Rules: the CSS selectors that a site's file gives, applied to a page.

A module of its own so that config can check a selector without knowing the parser, and so that one place knows what
the parser does with hostile ones.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.config import Rule
from scraper.extract.decode import decode
from scraper.extract.tree import parse

MAX_SELECTOR_CHARS = 2000
"""Source: a selector written by hand stays far below; it bounds the parser's recursion."""

_OPENERS = {"(": ")", "[": "]"}


def select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Give the elements that match a CSS selector, in document order.

    Raises:
        ValueError: The selector does not parse; a checked one never does that.
    """
    try:
        return tree.css(selector)
    except SelectolaxError as error:
        raise ValueError(f"{selector!r} is no CSS selector: {error}") from error


def count_matches(html: bytes, content_type: str | None, rule: Rule) -> dict[tuple[str, str], int]:
    """Count the elements of a page that each selector of a rule matches, by key and selector.

    Raises:
        ExtractError: The page has too many elements.
    """
    tree = parse(decode(html, content_type))
    said = [(each.name, getattr(rule, each.name)) for each in fields(rule) if each.name != "valid_until"]
    pairs = [(name, one) for name, value in said for one in ((value,) if isinstance(value, str) else value or ())]
    return {(name, selector): len(select(tree, selector)) for name, selector in pairs}


def name_rule(rule: Rule) -> str:
    """Name a rule by what it says: the same name, the same selectors.

    Returns:
        12 hex digits, and the last day it is meant for where it has one: "3f2a9c0e51b7 until 2025-01-31".
    """
    said = [
        (each.name, value) for each in fields(rule) if (value := getattr(rule, each.name)) and value != rule.valid_until
    ]
    name = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]
    return f"{name} until {rule.valid_until}" if rule.valid_until else name


def check_selector(selector: str) -> str | None:
    """Give the fault of a CSS selector, None if it can be used."""
    if not selector.strip():
        return "it is empty"
    if len(selector) > MAX_SELECTOR_CHARS:
        return f"it has {len(selector)} characters, more than {MAX_SELECTOR_CHARS}"
    if "\x00" in selector:
        return "it holds a null character"
    if fault := _unbalanced(selector):
        return fault
    try:
        _probe().css(selector)
    except SelectolaxError as error:
        return str(error).rstrip(".") or "it does not parse"
    except UnicodeEncodeError:
        return "it holds a character that is not Unicode text"
    return None


@lru_cache(maxsize=1)
def _probe() -> LexborHTMLParser:
    return LexborHTMLParser("<!DOCTYPE html><html><head><title>a</title></head><body><p>a</p></body></html>")


def _unbalanced(selector: str) -> str | None:
    """Find a bracket or quote left open, which the parser closes by itself at the end as CSS does.

    In a style sheet that is forgiving; in a rule file it is a slip of the pen that changes what is matched.
    """
    stack: list[str] = []
    quote = ""
    escaped = False
    for char in selector:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif quote:
            if char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        elif char in _OPENERS:
            stack.append(_OPENERS[char])
        elif char in ")]" and (not stack or stack.pop() != char):
            return f"{char} closes nothing"
    if quote:
        return f"{quote} is not closed"
    return f"{stack[-1]} is missing" if stack else None
