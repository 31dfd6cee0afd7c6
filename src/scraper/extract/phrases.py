"""Phrases: which phrases of the lists the texts of a page hold.

A module of its own because thousands of phrases are looked for in every block of every page, and nothing else in
extraction could cost as much: all texts are cut into words once, and only phrases whose words are among them are looked
for.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

ANYWHERE = (
    "plea.ask", "plea.money", "plea.ours", "plea.sure", "newsletter.things", "newsletter.calls", "newsletter.sure",
    "paywall.sure", "ad.sure", "ad.links", "legal.anywhere", "author_bio.anywhere",
)  # fmt: skip
"""The lists whose phrases may stand anywhere in a block."""

LATER = frozenset(("plea.money", "newsletter.calls", "ad.links"))
"""Lists that say nothing by themselves: looked for where the page holds a phrase of another."""

PREFIX_CHARS = 6
"""So much of a phrase's last word must stand on the page before it is looked for: its ending may differ."""

WHOLE_CHARS = 3
"""A last word this short has no ending that may differ."""

FIRST_JOINED = "\u0590"
"""From here on scripts write articles and prepositions in one with a word, or no spaces at all."""

_OPENING = "¿¡\"'„“”«»‹›‚‘([–—-•→"
"""What may stand before a word, with no space between."""

_JOINED = re.compile("[\u0590-\u07ff\u0900-\u0fff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Phrase(NamedTuple):
    """A phrase, the list it stands in, and whether it must end where a word does."""

    group: str
    text: str
    whole: bool


class Hits(NamedTuple):
    """Which phrases of each list a block holds; of phrases that hold each other the longest."""

    found: dict[str, list[str]]

    def count(self, name: str) -> int:
        """Count the phrases of a list."""
        return len(self.found.get(name, ()))

    def first(self, *names: str) -> str:
        """Give the first phrase of these lists, "" if there is none."""
        return next((self.found[name][0] for name in names if name in self.found), "")


NO_HITS = Hits({})


class _Entry(NamedTuple):
    """A phrase with what must stand on a page that holds it: words, or letters where scripts have no spaces."""

    needed: frozenset[str]
    phrase: Phrase


class _Index(NamedTuple):
    """Phrases by their rarest word, by how their last word begins, and those of joined scripts."""

    words: dict[str, list[_Entry]]
    prefixes: dict[str, list[_Entry]]
    joined: list[_Entry]
    known_words: frozenset[str]
    known_prefixes: frozenset[str]


@cache
def read_lists() -> dict[str, Any]:
    """Read phrases.toml."""
    text = resources.files("scraper.extract").joinpath("phrases.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def phrases_of(name: str) -> tuple[str, ...]:
    """Give the phrases of a list named as kind.group, as written but for case."""
    kind, _, group = name.partition(".")
    return tuple(dict.fromkeys(phrase.casefold() for phrase in read_lists().get(kind, {}).get(group, ())))


@cache
def _index() -> _Index:
    words: dict[str, list[_Entry]] = {}
    prefixes: dict[str, list[_Entry]] = {}
    joined: list[_Entry] = []
    for group in ANYWHERE:
        for written in phrases_of(group):
            text = written.strip()
            if _JOINED.match(text):
                joined.append(_Entry(frozenset(text), Phrase(group, text, whole=False)))
                continue
            *inner, last = text.split()
            whole = text != written or len(last) <= WHOLE_CHARS or (not inner and len(last) < PREFIX_CHARS)
            entry = _Entry(frozenset(inner), Phrase(group, text, whole))
            rarest = max(inner, key=len, default="")
            if len(last) >= PREFIX_CHARS and len(last) >= len(rarest):
                prefixes.setdefault(last[:PREFIX_CHARS], []).append(entry)
            else:
                words.setdefault(rarest or last, []).append(entry)
    return _Index(words, prefixes, joined, frozenset(words), frozenset(prefixes))


def find_phrases(texts: Sequence[str]) -> list[Hits]:
    """Search all texts of a page for all phrases at once.

    Args:
        texts: Casefolded.
    """
    page = "\n".join(texts).replace("’", "'")
    wanted = _wanted(page)
    if not wanted:
        return [NO_HITS] * len(texts)
    ends, position = [], 0
    for text in texts:
        position += len(text) + 1
        ends.append(position)
    hits: dict[int, dict[str, list[str]]] = {}
    for later in (False, True):
        for phrase in wanted:
            if (phrase.group in LATER) is later:
                _search(page, phrase, ends, hits)
        if not hits:
            break
    return [Hits(hits[block]) if block in hits else NO_HITS for block in range(len(texts))]


def _search(page: str, phrase: Phrase, ends: list[int], hits: dict[int, dict[str, list[str]]]) -> None:
    """Add a phrase to each block that holds it."""
    group, text, whole = phrase
    at = page.find(text)
    while at >= 0:
        after = at + len(text)
        starts = at == 0 or not page[at - 1].isalpha() or text[0] >= FIRST_JOINED
        if starts and not (whole and after < len(page) and page[after].isalpha()):
            block = bisect_right(ends, at)
            _add(hits.setdefault(block, {}).setdefault(group, []), text)
            after = ends[block] - 1  # once per block
        at = page.find(text, after)


def _wanted(page: str) -> list[Phrase]:
    """Give the phrases whose words stand on the page."""
    index = _index()
    words = set(page.split())
    words.update([word.lstrip(_OPENING) for word in words if not word[0].isalnum()])
    near = [entry for word in words & index.known_words for entry in index.words[word]]
    begun = {word[:PREFIX_CHARS] for word in words} & index.known_prefixes
    near += [entry for prefix in begun for entry in index.prefixes[prefix]]
    wanted = [phrase for needed, phrase in near if needed <= words]
    if _JOINED.search(page):
        letters = frozenset(page)
        wanted += [phrase for needed, phrase in index.joined if needed <= letters]
    wanted.sort()  # sets have no order of their own, and the first phrase names the rule
    return wanted


def _add(found: list[str], phrase: str) -> None:
    """Add a phrase unless a longer one holds it."""
    for i, other in enumerate(found):
        if phrase in other:
            return
        if other in phrase:
            found[i] = phrase
            return
    found.append(phrase)
