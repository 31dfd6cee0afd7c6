"""Path pattern: what a rule of robots.txt, or of a file made like it, says of paths.

A module because four kinds of rules match alike (Allow and Disallow, Content-Usage, Content-Signal, the locations of
tdmrep.json), and because no pattern that a stranger wrote may cost more than one walk along the path.
"""

from __future__ import annotations

import re

from scraper.url import Url

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|[^!-~]|[*$%]")
_KEPT = frozenset("%*$")
_KEPT_IN_PATH = frozenset("%*$/?")
"""What an escape is not undone for: outside the query an escaped "/" or "?" parts nothing, so it is not the same."""


class PathPattern:
    """One pattern: "*" stands for any run of characters, "$" at the end for the end, all else for itself.

    Args:
        text: As written, without surrounding white space; octets that are not UTF-8 as surrogates.

    Source: RFC 9309 sections 2.2.2 and 2.2.3.
    """

    __slots__ = ("_anchored", "_least", "_parts", "octets")

    def __init__(self, text: str) -> None:
        self._anchored = text.endswith("$")
        pieces = text.removesuffix("$").split("*")
        query = False
        parts = []
        for piece in pieces:
            parts.append(_spell(piece, in_query=query))
            query = query or "?" in piece
        self.octets = sum(map(len, parts)) + len(parts) - 1 + self._anchored
        """How long it is when spelled like a path: of two patterns that match, the longer one decides."""
        self._least = self.octets - len(parts) + 1 - self._anchored
        self._parts = [parts[0], *filter(None, parts[1:-1]), *parts[1:][-1:]]

    def matches(self, path: str) -> bool:
        """Tell whether it matches a path that path_of gave, in one walk along it."""
        first, *rest = self._parts
        if self._least > len(path) or not path.startswith(first):
            return False
        if not rest:
            return not self._anchored or len(path) == len(first)
        at = len(first)
        for part in rest[:-1]:
            at = path.find(part, at)
            if at < 0:
                return False
            at += len(part)
        if self._anchored:
            return len(path) - len(rest[-1]) >= at and path.endswith(rest[-1])
        return path.find(rest[-1], at) >= 0


def path_of(url: Url) -> str:
    """Give path and query of an address, spelled so that patterns can be compared with it."""
    return _spell(url[url.index("/", 8) :], in_query=False)


def _spell(text: str, *, in_query: bool) -> str:
    """Spell equal octets alike: undo escapes where nothing is lost by it, escape what is not printable ASCII.

    A "*" or "$" that stands for itself is escaped, so that "%2A" in a pattern matches it (section 2.2.3).
    """
    path, mark, query = ("", "", text) if in_query else text.partition("?")
    return _respell(path, _KEPT_IN_PATH) + mark + _respell(query, _KEPT)


def _respell(text: str, kept: frozenset[str]) -> str:
    def spell(match: re.Match[str]) -> str:
        found = match[0]
        if len(found) == 3:
            char = chr(int(found[1:], 16))
            return char if "!" <= char <= "~" and char not in kept else found.upper()
        return "".join(f"%{octet:02X}" for octet in found.encode("utf-8", "surrogateescape"))

    return _ESCAPE.sub(spell, text)
