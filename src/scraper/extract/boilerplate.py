"""Boilerplate: what a block that is not the article is.

A module of its own so that one place names things: an element is read by the words of its class, id, role and tag, a
text by the phrases of phrases.toml. Whether a block is cut is decided in body.py, which guards these words against
large losses. All matching is linear in the length of the text.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple, cast

from scraper.article import RemovedKind
from scraper.extract.phrases import Hits, find_phrases, phrases_of, read_lists

__all__ = [
    "Hits",
    "Verdict",
    "find_phrases",
    "has_plea_signs",
    "is_byline_line",
    "is_consent_text",
    "read_names",
    "read_phrases",
    "sounds_like_bio",
]

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
_BULLETS = "[(（【*•▶►→>»-–—|:#+/¡¿👉💡✨ "
_SENTENCE = re.compile(r"[.!?…。！？:]\s*")
_COLON = re.compile(r"[:：|»>–—→]")
_COLON_CHARS = 25
"""How far behind "also read" a colon may stand: "ALSO READ on Lantern: ..."."""

_QUOTES = re.compile(r"[“\"«„「『][^”\"»“」』]{20,}[”\"»“」』]")


class Verdict(NamedTuple):
    """What something is, and the id of the rule that says so."""

    kind: RemovedKind
    rule: str


@cache
def _name_words() -> dict[str, RemovedKind]:
    names: dict[str, RemovedKind] = {}
    for kind, words in read_lists()["names"].items():
        for word in words:
            names.setdefault(word, cast("RemovedKind", kind))
    return names


_DENIALS = frozenset(("no", "not", "non", "without"))
"""What one or two words behind these name is not there, as in not-a-paywall."""


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
        if _DENIALS.intersection(words[max(0, start - 2) : start]):
            continue
        phrase = words[start]
        if phrase in known and len(phrase) > len(best) and (len(phrase) > 3 or len(words) <= 2 or not start):
            best = phrase
        for word in words[start + 1 : start + _MAX_NAME_WORDS]:
            phrase += " " + word
            if phrase in known and len(phrase) > len(best):
                best = phrase
    return best


def read_phrases(text: str, hits: Hits, *, links: float, last: bool) -> Verdict | None:
    """Read what kind of boilerplate a block is by what it says, where it says it plainly.

    Args:
        text: Casefolded.
        hits: What find_phrases found in it.
        links: Share of its characters that are links.
        last: It is among the last blocks of the body, where such things stand.
    """
    size = len(text)
    if size <= LINE_CHARS and "paywall.sure" not in hits.found and (verdict := _read_line(text, links=links)):
        return verdict
    if not hits.found:
        return None
    quoted = _QUOTES.search(text) is not None  # someone is quoted: news about such things
    plea = _plea_score(hits, size=size, links=links, last=last)
    prompt = 0 if quoted else _prompt_score(text, hits, size=size, links=links, last=last)
    if prompt >= _PROMPT_SURE and prompt >= plea - 1:
        return Verdict("newsletter", f"phrase:{hits.first('newsletter.sure', 'newsletter.things')}")
    if plea - 5 * quoted >= _PLEA_SURE:
        return Verdict("plea", f"phrase:{hits.first('plea.sure', 'plea.ask', 'plea.ours')}:{plea}")
    for kind, group, longest in _SURE:
        if group in hits.found and size < longest and not quoted:
            return Verdict(kind, f"phrase:{hits.first(group)}")
    if "ad.sure" in hits.found and (size < SHORT_CHARS or (size < DISCLOSURE_CHARS and hits.count("ad.links") > 1)):
        return Verdict("ad", f"disclosure:{hits.first('ad.sure')}")
    return None


SHORT_CHARS = 160
PROMPT_CHARS, SURE_PROMPT_CHARS = 300, 450
DISCLOSURE_CHARS = 500
_SURE: tuple[tuple[RemovedKind, str, int], ...] = (
    ("paywall", "paywall.sure", 250),
    ("legal", "legal.anywhere", 400),
)
_PLEA_SURE = 4
_PROMPT_SURE = 3
"""Set by hand, with the weights below, on the half of lab/removed_labels.tsv that is looked at."""


def _plea_score(hits: Hits, *, size: int, links: float, last: bool) -> int:
    """Weigh the signs of a plea: who is asked, for what, by whom. A story about donations has the second alone."""
    ask, money, ours = hits.count("plea.ask"), hits.count("plea.money"), hits.count("plea.ours")
    sure = hits.count("plea.sure")
    pointed = size < SHORT_CHARS and (last or links > 0)
    if not (sure or (ask and ours) or ask > 1 or (ours and money > 1) or (ask and money and pointed)):
        return 0
    score = 2 * min(ask, 2) + min(money, 2) + 2 * min(ours, 2) + 2 * min(sure, 2)
    return score + last + (links > 0.05) - (size > 900)


def _prompt_score(text: str, hits: Hits, *, size: int, links: float, last: bool) -> int:
    """Weigh the signs of a prompt to subscribe to letters, channels or apps; a story about one calls nobody to it."""
    sure, things = hits.count("newsletter.sure"), hits.count("newsletter.things")
    if size > (SURE_PROMPT_CHARS if sure else PROMPT_CHARS):
        return 0
    if not sure and not (things and ("newsletter.calls" in hits.found or _begins_call(text))):
        return 0
    return (
        2 * min(sure, 2)
        + min(things, 2)
        + (size < SHORT_CHARS)
        + (links > 0)
        + last
        + ("newsletter.calls" in hits.found)
    )


def _begins_call(text: str) -> bool:
    """Tell whether a sentence of the text begins as calls do."""
    begins = phrases_of("newsletter.begins")
    return any(part.lstrip(_BULLETS).startswith(begins) for part in _SENTENCE.split(text))


def has_plea_signs(hits: Hits, text: str = "") -> bool:
    """Tell whether a block beside a plea belongs to it; what someone is quoted with does not."""
    signs = hits.count("plea.sure") or hits.count("plea.ask") or hits.count("plea.ours")
    return bool(signs) and not _QUOTES.search(text)


class _Line(NamedTuple):
    """How a line begins (or what it is, if whole), and how long it may be unless it is a link."""

    phrase: str
    kind: RemovedKind
    whole: bool
    longest: int
    linked: float


_LINES: tuple[tuple[RemovedKind, str, int, float], ...] = (
    # kind, list, longest line, link share from which on the length does not matter
    ("ad", "ad.equals", 0, 2),
    ("ad", "ad.starts", 140, 2),
    ("newsletter", "newsletter.equals", 0, 2),
    ("plea", "plea.equals", 0, 2),
    ("related", "related.equals", 0, 2),
    ("teaser", "teaser.starts", 30, 0.9),
    ("related", "related.starts", 60, 0.3),
    ("share", "share.starts", 60, 0.5),
    ("legal", "legal.starts", 160, 0.3),
    ("comments", "comments.starts", 40, 0.5),
    ("embed", "embed.starts", LINE_CHARS, 2),
    ("byline", "byline.editors", 60, 2),
)
_LABELED_CHARS = 200
_LABELED_LINKS = 0.3
"""A line "Read: ..." is no longer than this, and its headline is a link."""


@cache
def _lines() -> dict[str, tuple[_Line, ...]]:
    """Sort the beginnings of lines by their first two letters, so that a line is compared with few of them."""
    table: dict[str, list[_Line]] = {}
    for kind, name, longest, linked in _LINES:
        for phrase in phrases_of(name):
            table.setdefault(phrase[:2], []).append(_Line(phrase, kind, not longest, longest, linked))
    return {letters: tuple(lines) for letters, lines in table.items()}


def _read_line(text: str, *, links: float) -> Verdict | None:
    line = text.lstrip(_BULLETS).replace("’", "'")
    for phrase, kind, whole, longest, linked in _lines().get(line[:2], ()):
        if not line.startswith(phrase):
            continue
        if whole:
            if line.rstrip(" .:-*]»›>→") != phrase:
                continue
        elif _runs_on(line, phrase) and (kind not in {"related", "legal"} or len(line) > longest):
            continue
        if whole or len(line) <= longest or links >= linked or _is_headed(line, phrase, kind):
            return Verdict(kind, f"phrase:{phrase.strip()}")
    if links >= _LABELED_LINKS and len(line) <= _LABELED_CHARS:
        label, colon, _ = line.partition(":")
        if colon and label.strip() in _labels():
            return Verdict("related", f"phrase:{label.strip()}:")
    return None


def _is_headed(line: str, phrase: str, kind: RemovedKind) -> bool:
    """Tell a line "ALSO READ: ..." with a headline that is no link: a colon stands close behind, no sentence ends."""
    behind = line[len(phrase) : len(phrase) + _COLON_CHARS]
    return kind == "related" and _COLON.search(behind) is not None and not line.endswith((".", "。", "।"))


@cache
def _labels() -> frozenset[str]:
    return frozenset(phrases_of("related.labels"))


def _runs_on(line: str, phrase: str) -> bool:
    """Tell whether the phrase ends inside a word of the line."""
    return len(phrase) < len(line) and line[len(phrase)].isalpha() and phrase[-1].isalpha() and phrase.isascii()


@cache
def _by_start(name: str) -> dict[str, tuple[str, ...]]:
    """Sort the phrases of a list by their first two letters."""
    table: dict[str, tuple[str, ...]] = {}
    for phrase in phrases_of(name):
        table[phrase[:2]] = (*table.get(phrase[:2], ()), phrase)
    return table


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
    return sum(word in text for word in phrases_of("cookies.words")) >= 2


def sounds_like_bio(hits: Hits) -> bool:
    """Tell whether a block says who its author is."""
    return hits.count("author_bio.anywhere") > 0
