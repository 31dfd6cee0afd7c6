"""Characters: which kinds of characters the texts of a page hold, counted for all of them at once.

A module of its own because counting letter by letter in Python would cost more than parsing the page: here every
character is looked up in one table and summed by text, in arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

SPACE, UPPER, LOWER, DIGIT, STOP, CLOSER, WIDE, COMMA, BRACKET, SYMBOL, QUOTE, FULL_STOP = (
    1 << bit for bit in range(12)
)

_TABLE_SIZE = 0x10000
"""Characters beyond are emoji and rare signs, which count as none of the kinds."""

_STOPS = ".!?…！？؟।。։።"
_CLOSERS = "\"'”’»)]」』）"
_QUOTES = '"“”„«»‘‚「『'
_SYMBOLS = "|•·»›→©@#"
_COMMAS = ",、،，"
_WIDE = ((0x1100, 0x1200), (0x3040, 0x3100), (0x3400, 0xA000), (0xAC00, 0xD7B0), (0x0E00, 0x0E80))
"""Scripts whose characters say as much as a syllable or a word does elsewhere; most write no spaces."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: an array with one number for each text.

    Args:
        chars: All characters.
        wide: Those of scripts that need few.
        words: Runs without space.
        capitals: Words that begin with a capital.
        uppers: Capital letters.
        sentences: Ends of sentences: a stop before a space, or one that needs none.
        first: Kinds of the first character, as bits.
        last: Kinds of the last one.
        end: Its code point.
    """

    chars: Floats
    wide: Floats
    words: Floats
    capitals: Floats
    uppers: Floats
    lowers: Floats
    digits: Floats
    sentences: Floats
    commas: Floats
    brackets: Floats
    symbols: Floats
    first: npt.NDArray[np.uint16]
    last: npt.NDArray[np.uint16]
    end: npt.NDArray[np.uint32]


def count_characters(texts: Sequence[str]) -> Counts:
    """Count the characters of texts.

    Args:
        texts: None of them may be empty.
    """
    joined = " ".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _table()[np.minimum(codes, _TABLE_SIZE - 1)]
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    starts = np.zeros(len(sizes), dtype=np.int64)
    np.cumsum(sizes[:-1] + 1, out=starts[1:])
    ends = starts + sizes - 1

    space = (kinds & SPACE) != 0
    after = np.ones(len(space), dtype=bool)  # what stands behind the last one is a space
    after[:-1] = space[1:]
    behind_closer = np.zeros(len(space), dtype=bool)
    behind_closer[:-1] = ((kinds[1:] & CLOSER) != 0) & after[1:]
    stops = ((kinds & STOP) != 0) & (after | behind_closer) | ((kinds & FULL_STOP) != 0)
    begins = np.ones(len(space), dtype=bool)
    begins[1:] = space[:-1]
    begins &= ~space
    upper = (kinds & UPPER) != 0

    def total(flags: Flags) -> Floats:
        # One place before the first is a zero, so that a text's sum is a difference.
        sums = np.zeros(len(flags) + 1, dtype=np.int32)
        np.cumsum(flags, out=sums[1:])
        counted: Floats = (sums[ends + 1] - sums[starts]).astype(np.float32)
        return counted

    return Counts(
        chars=sizes.astype(np.float32),
        wide=total((kinds & WIDE) != 0),
        words=total(begins),
        capitals=total(begins & upper),
        uppers=total(upper),
        lowers=total((kinds & LOWER) != 0),
        digits=total((kinds & DIGIT) != 0),
        sentences=total(stops),
        commas=total((kinds & COMMA) != 0),
        brackets=total((kinds & BRACKET) != 0),
        symbols=total((kinds & SYMBOL) != 0),
        first=kinds[starts],
        last=kinds[ends],
        end=codes[ends],
    )


@cache
def _table() -> npt.NDArray[np.uint16]:
    """Make the table of kinds by code point; takes some milliseconds, once."""
    table = np.zeros(_TABLE_SIZE, dtype=np.uint16)
    for code in range(_TABLE_SIZE):
        char = chr(code)
        if char.isalpha():
            table[code] = UPPER if char.isupper() else LOWER if char.islower() else 0
        elif char.isdigit():
            table[code] = DIGIT
        elif char.isspace():
            table[code] = SPACE
    for chars, kind in (
        (_STOPS, STOP), (_CLOSERS, CLOSER), (_COMMAS, COMMA), ("([（", BRACKET), (_SYMBOLS, SYMBOL), (_QUOTES, QUOTE),
        ("。", FULL_STOP),
    ):  # fmt: skip
        for char in chars:
            table[ord(char)] |= kind
    for start, stop in _WIDE:
        table[start:stop] |= WIDE
    return table
