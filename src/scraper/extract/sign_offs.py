"""Sign-offs: names that stand alone below the text, where a page has no byline above it.

A module of its own because the whole text has to be looked through for them, which only pages without a likelier line
pay for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from selectolax.lexbor import LexborNode

from scraper.extract.byline_text import parse_byline
from scraper.extract.headline import Headline
from scraper.extract.printed import BOLD_TAGS, Printed, Spot, key_of, near_texts
from scraper.extract.signatures import MAX_OWN_LINE, NAME_WORD, Signature, read_lines
from scraper.extract.standing import text_of

MAX_PARAGRAPHS = 2000
MAX_SIGN_OFFS = 20
MIN_PARAGRAPH_CHARS = 150
"""A longer paragraph is text; a name alone below two of them may be a signature. Chosen by hand."""


@cache
def _sign_off() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?:By|Von|Text|Autor(?:in)?|Par|Por|Di|Door|Reporting by|Text und Fotos?|Автор|記者|文)[:：]?\s?)?"
        rf"{NAME_WORD}(?: {NAME_WORD}){{1,3}}"
        r"(?:,? ?(?:and|und|et|y|&|,|/) ?[^\W\d_][\w .'’-]{3,40})?\.?"
    )


def read_sign_offs(printed: Printed, headline: Headline, publisher: frozenset[str]) -> list[Signature]:
    """Read the short paragraphs below the text that hold nothing but a name; see signatures."""
    spots = [(spot, "last paragraph" if last else "short paragraph") for spot, last in _sign_offs(printed, headline)]
    return list(read_lines(spots, headline, publisher))


def read_opening(printed: Printed, headline: Headline) -> tuple[LexborNode, tuple[str, ...]] | None:
    """Read the bold line of names between headline and text: sites that publish all in their own name write it so.

    Returns:
        The paragraph and the names in it.
    """
    for spot, text in near_texts(printed, headline.place):
        if spot.place < headline.place:
            continue
        if len(text) > MIN_PARAGRAPH_CHARS:
            break
        paragraph = spot.node.parent
        if spot.node.tag not in BOLD_TAGS or paragraph is None or paragraph.tag != "p":
            continue
        if text[0].isupper() and _opening().fullmatch(text) and text_of(paragraph, limit=MAX_OWN_LINE) == text:
            names = parse_byline(text.replace("/", ", "))
            if names and all(" " in name for name in names):
                return paragraph, names
    return None


@cache
def _opening() -> re.Pattern[str]:
    name = r"[^\W\d_a-zß-ÿ][\w'’.-]+(?: [^\W\d_a-zß-ÿ][\w'’.-]*){1,2}"
    return re.compile(rf"{name}(?: ?(?:/|,|&|\band\b|\bund\b|\bet\b|\by\b) ?{name}){{0,3}}")


def _sign_offs(printed: Printed, headline: Headline) -> Iterator[tuple[Spot, bool]]:
    """Yield short paragraphs that are nothing but a name, below the text; and whether no long one comes after it."""
    texts: dict[int, int] = {}
    found: list[tuple[LexborNode, int, int]] = []
    for node in printed.nodes[0].css("p")[:MAX_PARAGRAPHS] if printed.nodes else ():
        if (parent := node.parent) is None:
            continue
        text = node.text(deep=True, separator=" ")
        around = parent.mem_id
        if len(text) > MIN_PARAGRAPH_CHARS:
            texts[around] = texts.get(around, 0) + 1
        elif texts.get(around, 0) > 1 and 3 < len(text) < MAX_OWN_LINE and len(found) < MAX_SIGN_OFFS:
            text = " ".join(text.split()).strip(" ()[]（）—–-/|*")
            if _sign_off().fullmatch(text):
                found.append((node, around, texts[around]))
    wanted = {node.mem_id for node, _, _ in found}
    places = (
        {node.mem_id: place for place, node in enumerate(printed.nodes, 1) if node.mem_id in wanted} if wanted else {}
    )
    for node, around, above in found:
        if (place := places.get(node.mem_id, 0)) > headline.place:
            yield Spot(node, key_of(node), place), texts[around] == above
