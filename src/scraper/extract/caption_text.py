"""Caption text: caption and credit as the elements of a printed caption tell them apart.

A module of its own because credits.py reads text alone: here the names of elements, and that something stands in an
element of its own, say where the credit begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.extract.credits import CREDIT_CHARS, bare_credit, is_interface, looks_like_credit, split_credit
from scraper.extract.layout import Box, TextBlock

WHOLE_CHARS = 25
"""An element named for the credit holds the caption too if this much is left without the credit. Set by hand."""

NAMED_STEPS = 3
"""So far up from a block the element that names it is looked for."""

_CREDIT_NAMES = re.compile(
    r"credit|copyright|photographer|source|attribution|agency|author|byline|rights|quelle|nachweis|urheber|distributor|"
    r"provider|fotograf|autor|agentur|kuvaaja|^cite$",
    re.IGNORECASE,
)
_EMPTY_BRACKETS = re.compile(r"[(\[（]\s*[)\]）]?[\s.]*$")


def compose(blocks: Sequence[TextBlock], top: Box) -> tuple[str | None, str | None]:
    """Put caption and credit together from the blocks and the inline elements with names in them.

    Args:
        blocks: What the caption is made of, in order.
        top: The element that is the caption; names at or above it say nothing of its parts.
    """
    texts: list[str] = []
    named: list[str] = []
    blocks = [block for block in blocks if not is_interface(block.text)]
    for block in blocks:
        text = block.text
        if len(text) <= CREDIT_CHARS and _names_credit(block.box, top):
            named.append(text)
            continue
        if texts and block is blocks[-1] and not named and looks_like_credit(text, after_sentence=is_whole(texts[-1])):
            named.append(text)
            continue
        text, said = _take_marks(block)
        named.extend(said)
        if text and text not in texts:
            texts.append(text)
    joined = " ".join(texts).strip()
    caption, credit = split_credit(joined) if joined else (None, None)
    if named:
        names = list(dict.fromkeys(filter(None, map(bare_credit, named))))
        if not joined and len(blocks) == 1:
            whole, rest = split_credit(blocks[0].text)
            if whole and len(whole) >= WHOLE_CHARS and (rest or is_whole(whole)):
                return whole, rest  # the element is named for the credit, and the caption stands in it too
        if credit and credit not in names:
            names.insert(0, credit)
        credit = " / ".join(names) or credit
    if caption and not credit and _is_bracketed(caption) and looks_like_credit(caption, after_sentence=True):
        credit, caption = bare_credit(caption), None
    if caption and not re.search(r"\w{2}", caption):
        caption = None
    return caption, credit


def _is_bracketed(text: str) -> bool:
    return text[0] + text[-1] in {"()", "[]", "（）"}


def is_whole(text: str) -> bool:
    """Tell whether a text ends as a sentence does."""
    return text.rstrip('”"»’) ')[-1:] in {".", "!", "?", "…", "。"}


def _take_marks(block: TextBlock) -> tuple[str, list[str]]:
    """Take the inline elements that are credits out of a block's text."""
    text, taken = block.text, list[str]()
    for names, marked in sorted(block.marks, key=lambda mark: block.text.rfind(mark[1]), reverse=True):
        at = text.rfind(marked)
        if at < 0 or len(marked) > CREDIT_CHARS or len(marked) == len(block.text):
            continue
        before, after = text[:at].rstrip(), text[at + len(marked) :]
        is_last = not re.search(r"\w", after)
        bracketed = before.endswith("(") and ")" in after
        if not _names_it(names) and not (
            is_last
            and (
                looks_like_credit(marked, after_sentence=is_whole(before) or marked[0] == "(")
                or (is_whole(before) and _is_bracketed(marked))
            )
        ):
            continue
        end = after.index(")") if bracketed and not is_last else 0
        taken.insert(0, marked + after[:end])
        after = after[end + 1 :] if end else after
        text = " ".join(_EMPTY_BRACKETS.sub("", f"{before} {after}".strip()).split())
    return text, taken


def _names_it(names: str) -> bool:
    """Tell whether a class or the like names a credit, and not the caption with it."""
    for name in names.split():
        for found in _CREDIT_NAMES.finditer(name):
            if "caption" not in name.lower()[found.end() :]:
                return True
    return False


def _names_credit(box: Box, top: Box) -> bool:
    """Tell whether the nearest named element around a block, within the caption, names a credit."""
    above: Box | None = box
    for _ in range(NAMED_STEPS):
        if above is None or above.tag in {"figure", "article", "main", "body"} or (above is top and above is not box):
            return False
        if above.names:
            return _names_it(above.names)
        above = above.parent
    return False
