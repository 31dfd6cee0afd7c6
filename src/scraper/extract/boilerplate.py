"""Boilerplate: what a block that is not the article is.

A module of its own so that one place names things: an element is read by the words of its class, id, role and tag, a
text by the phrases of phrases.toml. Whether a block is cut is decided in body.py, which guards these words against
large losses. All matching is linear in the length of the text.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple, cast

from scraper.article import RemovedKind

NAMES_READ_CHARS = 300
"""How much of an element's class and id is read. Set by hand: utility-class frameworks write more."""

LINE_CHARS = 240
"""A block that only points elsewhere ("Also read: ...") is no longer than this."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_LETTER = re.compile(r"[^a-z]+")
_MAX_NAME_WORDS = 4
_TAG_KINDS: dict[str, RemovedKind] = {
    "nav": "navigation",
    "footer": "navigation",
    "menu": "navigation",
    "figcaption": "caption",
    "address": "byline",
    "form": "other",
    "aside": "related",
}
_WORD = re.compile(r"[a-z]+")
_FIRST_WORD = re.compile(r"([a-z]+)[^a-z\w]")
_QUOTES = re.compile(r"[“\"«„「『][^”\"»“」』]{20,}[”\"»“」』]")


class Verdict(NamedTuple):
    """What something is, and the id of the rule that says so."""

    kind: RemovedKind
    rule: str


@cache
def _lists() -> dict[str, Any]:
    text = resources.files("scraper.extract").joinpath("phrases.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _name_words() -> dict[str, RemovedKind]:
    names: dict[str, RemovedKind] = {}
    for kind, words in _lists()["names"].items():
        for word in words:
            names.setdefault(word, cast("RemovedKind", kind))
    return names


@lru_cache(maxsize=16_384)
def read_names(names: str, tag: str) -> Verdict | None:
    """Read what kind of boilerplate an element is by its class, id, role and tag.

    Args:
        names: As written; camel case and separators are read as word breaks.
        tag: Lower case.

    Returns:
        None where they name none. The longest name wins, then the first.
    """
    if names:
        best = ""
        for name in names[:NAMES_READ_CHARS].split():
            if len(found := _read_name(name)) > len(best):
                best = found
        if best:
            return Verdict(_name_words()[best], f"name:{best}")
    if kind := _TAG_KINDS.get(tag):
        return Verdict(kind, f"tag:{tag}")
    return None


@lru_cache(maxsize=16_384)
def _read_name(name: str) -> str:
    """Give the longest word or phrase of the list that one class, id or role holds, "" if none; sites repeat them."""
    known, best = _name_words(), ""
    words = _NO_LETTER.split(_CAMEL.sub(" ", name).lower()) if not name.isalpha() or not name.islower() else [name]
    for start in range(len(words)):
        phrase = words[start]
        if phrase in known and len(phrase) > len(best) and (len(phrase) > 3 or len(words) <= 2 or not start):
            best = phrase
        for word in words[start + 1 : start + _MAX_NAME_WORDS]:
            phrase += " " + word
            if phrase in known and len(phrase) > len(best):
                best = phrase
    return best


class Hits(NamedTuple):
    """How many different phrases of each list a block holds, and the first of each."""

    found: dict[str, list[str]]

    def count(self, name: str) -> int:
        """Count the phrases of a list."""
        return len(self.found.get(name, ()))


_ANYWHERE = ("plea.ask", "plea.money", "plea.ours", "plea.sure", "newsletter.anywhere", "newsletter.verbs",
             "paywall.anywhere", "legal.anywhere", "author_bio.anywhere")  # fmt: skip
_NO_HITS = Hits({})


@cache
def _phrases(name: str) -> tuple[str, ...]:
    kind, _, group = name.partition(".")
    return tuple(dict.fromkeys(_lists()[kind][group]))


@cache
def _openings(name: str) -> tuple[tuple[str, str, str], ...]:
    """Give every phrase of a list with its first whole word ("" if it ends inside one) and its rarest letter."""
    return tuple(
        (phrase, match[1] if (match := _FIRST_WORD.match(phrase)) else "", max(phrase)) for phrase in _phrases(name)
    )


def find_phrases(texts: Sequence[str]) -> list[Hits]:
    """Search all texts of a page for all phrases at once.

    Args:
        texts: Casefolded.
    """
    joined = "\n".join(texts)
    ends, position = [], 0
    for text in texts:
        position += len(text) + 1
        ends.append(position)
    hits: dict[int, dict[str, list[str]]] = {}
    words, letters = set(_WORD.findall(joined)), set(joined)
    for name in _ANYWHERE:
        for phrase, first, rare in _openings(name):
            # Most phrases fall here, at a tenth of what a search costs.
            if (first and first not in words) or rare not in letters:
                continue
            at = joined.find(phrase)
            while at >= 0:
                index = bisect_right(ends, at)
                if at == 0 or not joined[at - 1].isalpha() or (not phrase[0].isascii() and phrase[0] >= "\u0590"):
                    hits.setdefault(index, {}).setdefault(name, []).append(phrase)
                    at = ends[index] - 1  # once per block
                at = joined.find(phrase, at + 1)
    return [Hits(hits[index]) if index in hits else _NO_HITS for index in range(len(texts))]


def read_phrases(text: str, hits: Hits, *, links: float, last: bool) -> Verdict | None:
    """Read what kind of boilerplate a block is by what it says, where it says it plainly.

    Args:
        text: Casefolded.
        hits: What find_phrases found in it.
        links: Share of its characters that are links.
        last: It is among the last blocks of the body, where such things stand.
    """
    size = len(text)
    if size <= LINE_CHARS and (verdict := _read_line(text, links=links)):
        return verdict
    if not hits.found:
        return None
    if (score := _plea_score(text, hits, links=links, last=last)) >= _PLEA_SURE:
        return Verdict("plea", f"phrase:{_first(hits, 'plea.sure', 'plea.ask', 'plea.ours')}:{score}")
    prompts = hits.count("newsletter.anywhere")
    if prompts and hits.count("newsletter.verbs") and (size < 300 or (prompts > 1 and size < 600)):
        strong = prompts + (size < 160) + last + (links > 0)
        if strong >= 2 and not _QUOTES.search(text):
            return Verdict("newsletter", f"phrase:{_first(hits, 'newsletter.anywhere')}")
    if hits.count("paywall.anywhere") and size < 250:
        return Verdict("paywall", f"phrase:{_first(hits, 'paywall.anywhere')}")
    if hits.count("legal.anywhere") and size < 400:
        return Verdict("legal", f"phrase:{_first(hits, 'legal.anywhere')}")
    return None


_PLEA_SURE = 4
"""Set by hand, with the weights below; precision and recall of pleas have not been measured yet."""


def _plea_score(text: str, hits: Hits, *, links: float, last: bool) -> int:
    """Weigh the signs of a plea: who is asked, for what, by whom. A story about donations has the second alone."""
    ask, money, ours = hits.count("plea.ask"), hits.count("plea.money"), hits.count("plea.ours")
    sure = hits.count("plea.sure")
    if not sure and (not ask or not (money or ours)) and not (ours and money > 1):
        return 0
    score = 2 * min(ask, 2) + min(money, 2) + 2 * min(ours, 2) + 2 * min(sure, 2)
    score += last + (links > 0.05) - (len(text) > 900)
    if _QUOTES.search(text):
        score -= 5  # someone is quoted: news about a plea
    return score


def has_plea_signs(hits: Hits) -> bool:
    """Tell whether a block beside a plea belongs to it."""
    return bool(
        hits.count("plea.sure") or hits.count("plea.ask") or hits.count("plea.ours") or hits.count("plea.money") > 1
    )


def _first(hits: Hits, *names: str) -> str:
    return next((hits.found[name][0] for name in names if name in hits.found), "").strip()


_LINES: tuple[tuple[RemovedKind, str, int, float], ...] = (
    # kind, list, longest block, link share from which on the length does not matter
    ("ad", "ad.equals", 0, 2),
    ("ad", "ad.starts", 140, 2),
    ("teaser", "teaser.starts", 30, 2),
    ("related", "related.starts", 60, 0.3),
    ("share", "share.starts", 60, 0.5),
    ("legal", "legal.starts", 160, 0.3),
    ("comments", "comments.starts", 40, 0.5),
)


@cache
def _by_start(name: str) -> dict[str, tuple[str, ...]]:
    """Sort the phrases of a list by their first two letters, so that a line is compared with few of them."""
    table: dict[str, tuple[str, ...]] = {}
    for phrase in _phrases(name):
        table[phrase[:2]] = (*table.get(phrase[:2], ()), phrase)
    return table


def _read_line(text: str, *, links: float) -> Verdict | None:
    line = text.lstrip("[(*•▶►→>»-–—|:#+ ")
    for kind, name, longest, linked in _LINES:
        for phrase in _by_start(name).get(line[:2], ()):
            if not line.startswith(phrase):
                continue
            if not longest:
                if line.rstrip(" .:-*]") != phrase:
                    continue
            elif _runs_on(line, phrase) and (kind not in {"related", "legal"} or len(line) > longest):
                continue
            if not longest or len(line) <= longest or links >= linked:
                return Verdict(kind, f"phrase:{phrase.strip()}")
    return None


def _runs_on(line: str, phrase: str) -> bool:
    """Tell whether the phrase ends inside a word of the line."""
    return len(phrase) < len(line) and line[len(phrase)].isalpha() and phrase[-1].isalpha() and phrase.isascii()


def is_byline_line(text: str) -> bool:
    """Tell whether a short line begins as bylines and date lines do ("By ...", "Updated ...").

    Args:
        text: Casefolded.
    """
    return any(text.startswith(phrase) for phrase in _by_start("byline.starts").get(text[:2], ()))


def is_consent_text(text: str) -> bool:
    """Tell whether a block speaks of cookies and personal data to whoever reads it.

    Args:
        text: Casefolded.
    """
    return sum(word in text for word in _phrases("cookies.words")) >= 2


def sounds_like_bio(hits: Hits) -> bool:
    """Tell whether a block says who its author is."""
    return hits.count("author_bio.anywhere") > 0


def first_verdict(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    """Give the first that is one."""
    return next((verdict for verdict in verdicts if verdict), None)
