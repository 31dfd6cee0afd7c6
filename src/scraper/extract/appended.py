"""Appended: other stories that follow the article on its page, as endless scrolling leaves them.

A module of its own because they look like the article in every way: the same boxes, whole paragraphs, a headline. What
tells them is their order: behind the article's text a heading with a byline and a date of its own, a box that is named
for endless scrolling, or a pair of buttons that open and close a story.
"""

from __future__ import annotations

import re

from scraper.extract.boilerplate import Verdict
from scraper.extract.features import Sheet
from scraper.extract.layout import Box

OWN_CHARS = 300
"""So much text of the article must stand before another story. Set by hand, as the other numbers here."""

BYLINE_BLOCKS = 2
"""Byline and date are the blocks right behind a story's headline; a subhead may have another story's card below it."""

BYLINE_CHARS = 120
DATE_CHARS = 80
LINKED = 0.8
PAIR_CHARS = 40
STORY_BLOCKS = 40
"""A story between a heading and its pair of buttons has no more blocks."""

AROUND_STEPS = 8
MAX_STORIES = 12
"""More headings with bylines and dates are entries of a list or a live blog."""

RULE = "beside:next_story"
_ENDLESS = re.compile(r"infinite[-_ ]?(?:scroll|article|story|load)|endless[-_ ]?scroll")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[./]\d{1,2}[./]\d\d")
_BY = (
    "by ", "written by ", "von ", "par ", "por ", "di ", "door ", "av ", "af ", "autor", "kirjoittanut ", "szerző",
    "автор", "текст:", "του ", "της ", "yazan", "بقلم", "كتب", "מאת", "文／", "文/", "記者", "记者", "기자",
)  # fmt: skip
_STOPS = (".", "!", "?", "。", "।")
_ENDS = " .…›»>"
_OPEN = frozenset((
    "keep reading", "continue reading", "read more", "show more", "weiterlesen", "mehr anzeigen", "lire la suite",
    "leer más", "seguir leyendo", "leggi tutto", "continua a leggere", "leia mais", "continuar lendo", "lees meer",
    "läs mer", "læs mere", "les mer", "lue lisää", "czytaj więcej", "czytaj dalej", "číst dál", "читать далее",
    "читати далі", "devamını oku", "続きを読む", "阅读全文", "더보기",
))  # fmt: skip
_CLOSE = frozenset((
    "show less", "read less", "weniger anzeigen", "lire moins", "voir moins", "mostrar menos", "leer menos",
    "mostra meno", "ver menos", "toon minder", "visa mindre", "vis mindre", "näytä vähemmän", "pokaż mniej",
    "zobrazit méně", "свернуть", "показать меньше", "згорнути", "daha az göster", "閉じる", "收起", "접기",
))  # fmt: skip


def cut_appended(sheet: Sheet, members: list[int], cut: dict[int, Verdict]) -> None:
    """Cut the stories behind the article.

    Args:
        sheet: The page.
        members: Indices of the container's blocks, in order.
        cut: What was cut before; added to.
    """
    own = 0.0
    starts: list[int] = []
    for place, i in enumerate(members):
        feature = sheet.features[i]
        if own >= OWN_CHARS and feature.block.box.heading and _is_story(sheet, members, place, first=members[0]):
            starts.append(place)
        elif i not in cut:
            own += feature.good
    if starts and len(starts) <= MAX_STORIES:
        for i in members[starts[0] :]:
            cut.setdefault(i, Verdict("teaser", RULE))
    else:
        _cut_pairs(sheet, members, cut)


def _is_story(sheet: Sheet, members: list[int], place: int, *, first: int) -> bool:
    """Tell whether a heading behind the article's text is the headline of another story."""
    box = sheet.features[members[place]].block.box
    byline = date = False
    for i in members[place + 1 : place + 1 + BYLINE_BLOCKS]:
        block = sheet.features[i].block
        if block.box.heading or len(block.text) > BYLINE_CHARS or block.text.endswith(_STOPS):
            break
        byline = byline or block.text.casefold().startswith(_BY)
        date = date or (len(block.text) <= DATE_CHARS and _DAY.search(block.text) is not None)
    named = sheet.name_below(box, sheet.layout.boxes[0])
    if not (byline and date) or (named is not None and named.kind in {"comments", "caption"}):
        return False
    # A card in the text has a headline that is a link, with byline and date; the article goes on behind it.
    linked = sheet.features[members[place]].links > LINKED
    return not linked or _is_other_article(sheet, box, sheet.features[first].block.box) or _is_endless(box)


def _is_other_article(sheet: Sheet, box: Box, first: Box) -> bool:
    """Tell whether a heading stands in an article element beside the one that the page's text begins in."""
    here, own = sheet.article_of(box), sheet.article_of(first)
    return here >= 0 and own >= 0 and here > sheet.ends[own]


def _is_endless(box: Box | None) -> bool:
    for _ in range(AROUND_STEPS):
        if box is None:
            return False
        if box.names and _ENDLESS.search(box.names.lower()):
            return True
        box = box.parent
    return False


def _cut_pairs(sheet: Sheet, members: list[int], cut: dict[int, Verdict]) -> None:
    """Cut stories between a heading and a pair of buttons that open and close it."""
    pairs = [place for place, i in enumerate(members) if _is_pair(sheet, members, place, i)]
    own, start = 0.0, -1
    at = 0
    for place, i in enumerate(members):
        feature = sheet.features[i]
        while at < len(pairs) and pairs[at] < place:
            at += 1
        if feature.block.box.heading and own >= OWN_CHARS and at < len(pairs) and pairs[at] - place <= STORY_BLOCKS:
            start = place
        if at < len(pairs) and pairs[at] == place:
            if start >= 0:
                cut.update({j: Verdict("teaser", RULE) for j in members[start : place + 1]})
            start = -1
        if i not in cut and start < 0:
            own += feature.good


def is_button_pair(text: str) -> bool:
    """Tell the line of two buttons that open and close a story."""
    folded = text.casefold().strip(_ENDS) if len(text) <= PAIR_CHARS else ""
    return any(folded.endswith(close) and folded[: -len(close)].strip() in _OPEN for close in _CLOSE)


def _is_pair(sheet: Sheet, members: list[int], place: int, i: int) -> bool:
    text = sheet.features[i].block.text
    if len(text) > PAIR_CHARS:
        return False
    folded = text.casefold().strip(_ENDS)
    if folded in _CLOSE:
        above = sheet.features[members[place - 1]].block.text if place else ""
        return above.casefold().strip(_ENDS) in _OPEN
    return is_button_pair(text)
