"""Dek: the standfirst that is printed beside the headline.

A module of its own because what tells it from the first paragraph (its class, its place, the page's own description,
whether more of its kind follow) has nothing to do with what tells a headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from selectolax.lexbor import LexborNode

from scraper.extract.headline import Headline, likeness, words_of
from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import Printed, Spot, key_of, near_texts
from scraper.extract.standing import lines_of, stands_outside

MAX_DEK_CHARS = 1000
MIN_DEK_WORDS = 3
MIN_OWN_CHARS = 20
MAX_LINES = 4
MAX_BEFORE = 30
MAX_AFTER = 120
"""Elements between headline and dek. Source: the development pages, the farthest dek stands 107 after."""

REACH_ABOVE = 8
REACH_BELOW = 12
HEADING_REACH = 45
RIGHT_BELOW = 3
"""Elements from the headline within which a block whose class tells nothing may be the dek: described by the page, a
heading that is, and the first thing below the headline. Farther off it is the first paragraph. Source: the development
pages, as the others."""

SURE_LIKENESS = 0.8
SAME_LIKENESS = 0.95
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
    r"dek(?![a-z])|header-?dek|deck|standfirst|\bsub\b|sub-?_?(?:title|head|line|deck)|__desc|einleitung|preamble|synopsis|"
    r"(?:article|post|story|entry)\w*[-_]+desc|ingress|chapo|chapeau|(?<![a-z])lead(?:-?text|-?in)?(?![a-z]|-art|-im|-med|-con|-vid)|"
    r"element_?lead|intro(?!spec|-im|duc)|excerpt|(?<!with-)summary|sottotitolo|occhiello|untertitel|vorspann|bajada|"
    r"entradilla|copete|manchet|perex|strap(?!p)|tagline|sommario|lede(?![a-z])|abstract|teaser-?_?text|short-?_?text"
)
_HINT = re.compile(r"teaser|desc|shortcode|blurb|spot(?!l)|intro")
"""Class words of deks that stand on other things as often."""

_WEAK = re.compile(r"meta|image|caption|author|byline|social|related|date|breadcrumb|widget|link|card|list-|player|bio")
_NEVER_TAGS = frozenset(("li", "ol", "ul", "td", "th", "dd", "nav", "a", "i", "button", "label", "header"))
"""What holds no dek unless its class says so: tables of contents and lists of links say what descriptions say."""

_HEADINGS = frozenset(("h2", "h3", "h4"))


def find_dek(printed: Printed, linked: LinkedData, headline: Headline) -> tuple[str | None, str | None]:
    """Find the standfirst: a block of its own beside the headline, by its class, its place or the page's description.

    A description that is nothing but the first of the paragraphs is no dek.

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
    best: tuple[float, Spot, str] | None = None
    for spot in _spots(printed, headline, described):
        if spot.node.mem_id in headline.around:
            continue
        distance = spot.place - headline.place
        strong = _STRONG.search(spot.key) is not None
        reach = MAX_AFTER if spot.node.tag == "h2" else HEADING_REACH
        if not strong and (spot.node.tag in _NEVER_TAGS or not -REACH_ABOVE <= distance <= reach):
            continue
        lines = lines_of(spot.node, limit=MAX_DEK_CHARS)
        if not lines or len(lines) > MAX_LINES or _NO_DEK.match(lines[0]):
            continue
        text = " ".join(lines)
        alike = _likeness(text, described)
        score = _weigh(text, spot, alike) - abs(distance) / 200 + (0.45 if strong else 0.0)
        if 0 < distance <= RIGHT_BELOW and spot.node.tag in _HEADINGS and _HINT.search(spot.key):
            score += 0.25
        if score <= MIN_SCORE or (best is not None and score <= best[0]):
            continue
        if not strong and not _stands_apart(spot, distance, alike):
            continue
        if stands_outside(spot.node, headline.around):
            continue
        if headline.text and likeness(text, headline.text) > SURE_LIKENESS:
            continue
        best = (score, spot, text)
    if best is None:
        return None, None
    printed.chosen["dek"] = [best[1].node]
    return _whole(best[1], best[2]), "dom"


def _spots(printed: Printed, headline: Headline, described: list[frozenset[str]]) -> Iterable[Spot]:
    """Give the elements that may be the dek: by class, headings below the headline, and what the page describes."""
    spots = {s.place: s for s in printed.dek if -MAX_BEFORE <= s.place - headline.place <= MAX_AFTER}
    # A video or a gallery between the two costs many elements; what is farther off must be the page's own description.
    spots.update(
        (s.place, s) for s in printed.headings if s.node.tag == "h2" and 0 < s.place - headline.place <= MAX_AFTER
    )
    for spot, text in near_texts(printed, headline.place):
        distance = spot.place - headline.place
        if not -REACH_ABOVE <= distance <= HEADING_REACH or len(text) <= MIN_OWN_CHARS:
            continue
        if distance <= RIGHT_BELOW or _may_be_described(text, described) or _STRONG.search(spot.key):
            spots.setdefault(spot.place, spot)
    spots.pop(headline.place, None)
    return spots.values()


def _stands_apart(spot: Spot, distance: int, alike: float) -> bool:
    """Tell whether a block whose own class does not say so is printed apart from the paragraphs."""
    node = spot.node
    parent = node.parent
    if parent is not None and _STRONG.search(key_of(parent)) and len(lines_of(parent, limit=MAX_DEK_CHARS)) == 1:
        return True
    if distance < 0:
        return alike >= SURE_LIKENESS and not _is_among_paragraphs(node)
    if distance <= RIGHT_BELOW:
        return not _is_among_paragraphs(node, alike_ones=True)
    if alike < SURE_LIKENESS:
        return False
    if _is_bold(node) and not _is_among_bold(node):
        return True
    reach = HEADING_REACH if node.tag in _HEADINGS or _HINT.search(spot.key) else REACH_BELOW
    if node.tag == "h2" and alike >= SAME_LIKENESS:
        reach = MAX_AFTER
    return distance <= reach and not _is_among_paragraphs(node)


def _is_bold(node: LexborNode) -> bool:
    """Tell whether all of a paragraph is bold."""
    if node.tag in ("strong", "b") and node.parent is not None:
        node = node.parent
    inner = node.css_first("strong, b") if node.tag == "p" else None
    return inner is not None and len(inner.text(deep=True).strip()) >= len(node.text(deep=True).strip()) > LONG_CHARS


def _is_among_bold(node: LexborNode) -> bool:
    if node.tag in ("strong", "b") and node.parent is not None:
        node = node.parent
    after = node.next
    while after is not None and after.tag != node.tag:
        after = after.next
    return after is not None and _is_bold(after)


def _whole(spot: Spot, text: str) -> str:
    """Give the text of the box of the dek where what was found is a part of it."""
    parent = spot.node.parent
    if parent is None or _STRONG.search(spot.key) or not _STRONG.search(key_of(parent)):
        return text
    lines = lines_of(parent, limit=MAX_DEK_CHARS)
    return " ".join(lines) if 0 < len(lines) <= MAX_LINES and not _NO_DEK.match(lines[0]) else text


def _likeness(text: str, described: list[frozenset[str]]) -> float:
    own = frozenset(words_of(text))
    return max((2 * len(own & one) / (len(own) + len(one)) for one in described if own and one), default=0.0)


def _may_be_described(text: str, described: list[frozenset[str]]) -> bool:
    """Tell at little cost whether the start of a text could be that of a description."""
    start = text[:60].casefold().split()[:4]
    return len(start) < 2 or any(
        not word.isascii() or word.strip(_QUOTES) in one for one in described for word in start
    )


def _weigh(text: str, spot: Spot, alike: float) -> float:
    """Weigh what a block has in common with what the page says of itself, and what its form tells."""
    words = words_of(text)
    if len(words) < MIN_DEK_WORDS:
        return -1.0
    enough = ALIKE_ENOUGH if 2 * len(words) < len(text) else SURE_LIKENESS  # single characters are shared by chance
    score = alike if alike >= enough else 0.2 * alike
    score += 0.15 if spot.node.tag in _HEADINGS else 0.0
    return score - (0.2 if _WEAK.search(spot.key) else 0.0) - (0.2 if len(words) < 5 else 0.0)


def _is_among_paragraphs(node: LexborNode, *, alike_ones: bool = False) -> bool:
    """Tell a paragraph of the body: more of its kind stand beside it, or beside what holds it.

    Args:
        node: The block.
        alike_ones: Only those of the same class count.
    """
    for _ in range(2):
        if _count_beside(node, alike_ones=alike_ones) >= 2:
            return True
        parent = node.parent
        if parent is None or parent.tag in ("body", "article", "main", "header"):
            return False
        node = parent
    return False


def _count_beside(node: LexborNode, *, alike_ones: bool) -> int:
    """Count the elements beside one that have its tag and as much text as a paragraph, up to two."""
    found, key = 0, key_of(node)
    for forward in (True, False):
        sibling = node.next if forward else node.prev
        for _ in range(MAX_SIBLINGS):
            if sibling is None or found >= 2:
                break
            if sibling.tag == node.tag and (not alike_ones or key_of(sibling) == key) and _is_long(sibling):
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
