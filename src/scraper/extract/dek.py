"""Dek: the standfirst that is printed beside the headline.

A module of its own because what tells it from the first paragraph (its class, its place, the page's own description,
whether more of its kind follow) has nothing to do with what tells a headline.
"""

from __future__ import annotations

import re
from itertools import islice

from selectolax.lexbor import LexborNode

from scraper.extract.headline import Headline, likeness, words_of
from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import Printed, Spot, lines_of, near_texts, stands_outside

MAX_DEK_CHARS = 1000
MIN_DEK_WORDS = 3
MAX_LINES = 4
MAX_BEFORE = 30
MAX_AFTER = 120
"""Elements between headline and dek. Source: the development pages, the farthest dek stands 107 after."""

SURE_LIKENESS = 0.8
ALIKE_ENOUGH = 0.5
MIN_SCORE = 0.25
LONG_CHARS = 80
MAX_SIBLINGS = 30
MAX_PIECES = 40
"""Chosen by hand on one half of the sites of two development sets, checked on the other."""

_QUOTES = "\"'.,:;!?()[]-"
_NO_DEK = re.compile(
    r"^(?:by|von|par|por|di|published|updated|posted|photo|foto|bild|share|subscribe|read more|advertisement|listen|"
    r"watch)\b",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"dek(?![a-z])|deck|standfirst|\bsub\b|sub-?_?(?:title|head|line)|__desc|(?:article|post|story|entry)\w*[-_]+desc|einleitung|"
    r"ingress|chapo|lead(?!er|ing|bo|gen)|intro(?!spec)|excerpt|summary|sottotitolo|untertitel|vorspann|bajada|entradilla|"
    r"copete|manchet|perex|strapline|tagline|sommario|lede(?![a-z])|abstract"
)
_WEAK = re.compile(r"meta|image|caption|author|byline|social|related|date|breadcrumb|widget|link|card|list-|player|bio")


def find_dek(printed: Printed, linked: LinkedData, headline: Headline) -> tuple[str | None, str | None]:
    """Find the standfirst: a block of its own beside the headline, by its class or by the page's description.

    Returns:
        The dek and its source; (None, None) where none is printed.
    """
    if not headline.place:
        return None, None
    given = (
        linked.description,
        linked.first_meta("og:description"),
        linked.first_meta("description", "twitter:description"),
        linked.alternative_headline,
    )
    described = [frozenset(words_of(text)) for text in dict.fromkeys(text for text in given if text)]
    spots = {s.place: s for s in printed.dek if -MAX_BEFORE <= s.place - headline.place <= MAX_AFTER}
    spots.update((s.place, s) for s in printed.headings if s.node.tag == "h2" and 0 < s.place - headline.place <= 30)
    if described:
        for spot, text in near_texts(printed, headline.place):
            if len(text) > 20 and _may_be_described(text, described):
                spots.setdefault(spot.place, spot)
    spots.pop(headline.place, None)
    best: tuple[float, str] | None = None
    for spot in spots.values():
        score = -abs(spot.place - headline.place) / 200
        score += 0.45 if (strong := _STRONG.search(spot.key) is not None) else 0.0
        if not strong and not described:
            continue
        lines = lines_of(spot.node, limit=MAX_DEK_CHARS)
        if not lines or len(lines) > MAX_LINES or _NO_DEK.match(lines[0]):
            continue
        text = " ".join(lines)
        score += _weigh(text, spot, described)
        if score <= MIN_SCORE or (best is not None and score <= best[0]):
            continue
        if (not strong and _is_among_paragraphs(spot.node)) or stands_outside(spot.node, headline.around):
            continue
        if headline.text and likeness(text, headline.text) > SURE_LIKENESS:
            continue
        best = (score, text)
    return (best[1], "dom") if best else (None, None)


def _may_be_described(text: str, described: list[frozenset[str]]) -> bool:
    """Tell at little cost whether the start of a text could be that of a description."""
    start = text[:60].casefold().split()[:4]
    return len(start) < 2 or any(
        not word.isascii() or word.strip(_QUOTES) in one for one in described for word in start
    )


def _weigh(text: str, spot: Spot, described: list[frozenset[str]]) -> float:
    """Weigh what a block has in common with what the page says of itself, and what its form tells."""
    words = words_of(text)
    if len(words) < MIN_DEK_WORDS:
        return -1.0
    own = frozenset(words)
    alike = max((2 * len(own & one) / (len(own) + len(one)) for one in described), default=0.0)
    enough = ALIKE_ENOUGH if 2 * len(words) < len(text) else SURE_LIKENESS  # single characters are shared by chance
    score = alike if alike >= enough else 0.2 * alike
    score += 0.15 if spot.node.tag in ("h2", "h3") else 0.0
    return score - (0.2 if _WEAK.search(spot.key) else 0.0) - (0.2 if len(words) < 5 else 0.0)


def _is_among_paragraphs(node: LexborNode) -> bool:
    """Tell a paragraph of the body: more of its kind stand beside it, or beside what holds it."""
    for _ in range(2):
        if _count_beside(node) >= 2:
            return True
        parent = node.parent
        if parent is None or parent.tag in ("body", "article", "main", "header"):
            return False
        node = parent
    return False


def _count_beside(node: LexborNode) -> int:
    """Count the elements beside one that have its tag and as much text as a paragraph, up to two."""
    found = 0
    for forward in (True, False):
        sibling = node.next if forward else node.prev
        for _ in range(MAX_SIBLINGS):
            if sibling is None or found >= 2:
                break
            if sibling.tag == node.tag and _is_long(sibling):
                found += 1
            sibling = sibling.next if forward else sibling.prev
    return found


def _is_long(node: LexborNode) -> bool:
    """Tell whether an element holds as much text as a paragraph, by its first pieces: it may hold the whole page."""
    chars = 0
    for piece in islice(node.traverse(include_text=True), MAX_PIECES):
        if piece.tag == "-text":
            chars += len(piece.text_content or "")
            if chars > LONG_CHARS:
                return True
    return False
