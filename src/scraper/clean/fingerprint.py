"""Fingerprint: so much of a text as tells its copies from other texts, in some 350 bytes.

A module of its own because fingerprints are kept for years and compared with those of years to come: what a word is,
how words are grouped and how groups are hashed is decided here alone, and ALGORITHM changes with any of it.
"""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

from rensa import RMinHash

SLOTS = 128
OPENING_SLOTS = 16
SEED = 42
WORDS, CHARS = 3, 5
"""Length of a shingle: in words, and in characters where a script has no spaces. Three words and not five, because a
copy with a fifth of its words changed keeps half of its triples, but a third of its quintuples."""

ALGORITHM = f"rensa-R{RMinHash.ALGORITHM_VERSION}/{SLOTS}+{OPENING_SLOTS}/seed{SEED}/words{WORDS}-chars{CHARS}/1"
"""Signatures of different algorithms, libraries or versions of one library are not comparable: keep this with them."""

ROWS = 3
"""Slots in a band: two texts with similarity s share one of the 42 bands with 1 - (1 - s**3)**42: at .2 in 29 % of
cases, at .3 in 68 %, at .4 in 94 %, at .01 in 1 of 24,000."""

OPENING = 60
"""Shingles of the opening: what a copy keeps that is cut short, and what a round-up does not share with its stories."""

MIN_SHINGLES = 40
"""Of fewer a signature tells too little: such a text has no bands and is only compared exactly.
Source: chosen by hand; 60 characters of standing phrases are half of such a text."""

NO_WORDS = hashlib.sha256(b"").digest()[:16]
"""What `exact` is of a text without words, which is no copy of another."""

MAX_SHINGLES = 100_000
MAX_NUMBERS = 16

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u0900-\u0963"
    "\u0966-\u0df3\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0f71-\u0f84\u1000-\u1049\u1050-\u109f\u1780-\u17d3"
)
"""Vowels and other marks that are parts of words, though Python does not count them among letters."""
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")
_SPACELESS = re.compile(
    "[\u0e01-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts that are written without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, kana and Han."""
_NUMBER = re.compile(r"\d+")
_HEAD = struct.Struct("<16sIB")
_BANDS = tuple(slice(2 * ROWS * band, 2 * ROWS * (band + 1)) for band in range(SLOTS // ROWS))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text's fingerprint.

    Args:
        exact: The first 16 bytes of the SHA-256 of its words; equal for texts that differ in case, punctuation, white
            space, and in the spelling of characters (NFKC). The column content_hash tells versions of an article from
            each other and so counts every comma; this one tells copies, which house styles punctuate anew.
        size: Distinct shingles, 0 of a text that is too short for a signature.
        signature: MinHash of all its shingles, 16 bits a slot; empty if too short.
        opening: The same of its first shingles; empty if too short.
        numbers: Up to 16 pairs of numbers that follow one another in it: the smallest hashes of 16 bits, ascending.
    """

    exact: bytes
    size: int
    signature: bytes
    opening: bytes
    numbers: bytes

    def pack(self) -> bytes:
        """Give the bytes to keep: at most 341."""
        return _HEAD.pack(self.exact, self.size, len(self.numbers)) + self.numbers + self.signature + self.opening

    @classmethod
    def unpack(cls, data: bytes) -> Fingerprint:
        """Read what pack gave.

        Raises:
            ValueError: It is damaged or of another algorithm.
        """
        if len(data) < _HEAD.size:
            raise ValueError(f"a fingerprint of {len(data)} bytes")
        exact, size, numbers = _HEAD.unpack_from(data)
        middle = _HEAD.size + numbers
        end = middle + 2 * SLOTS if size else middle
        if len(data) != (end + 2 * OPENING_SLOTS if size else end) or numbers > 2 * MAX_NUMBERS or numbers % 2:
            raise ValueError(f"a fingerprint of {len(data)} bytes that do not add up")
        return cls(exact, size, data[middle:end], data[end:], data[_HEAD.size : middle])

    def bands(self) -> tuple[int, ...]:
        """Give the keys to look up: texts that are alike share one of them.

        Returns:
            47 integers below 2**54: the place of the band above the 48 bits of its slots. None of a text that is too
            short.
        """
        if not self.size:
            return ()
        spans = [self.signature[band] for band in _BANDS]
        spans += [self.opening[band] for band in _BANDS[: OPENING_SLOTS // ROWS]]
        return tuple(place << 48 | int.from_bytes(span, "little") for place, span in enumerate(spans))


def fold_words(text: str) -> list[str]:
    """Give the words of a text as copies share them: no case, no punctuation, compatible characters made one."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
        return _WORD.findall(unicodedata.normalize("NFKC", text))
    return _WORD.findall(text.casefold())


def fingerprint(text: str) -> Fingerprint:
    """Take the fingerprint of a text. Its language need not be known: how it is cut follows from its script.

    Args:
        text: The body of an article, as cleaned; the dateline, which each paper sets its own way, is better left out.
    """
    words = fold_words(text)
    joined = " ".join(words)
    exact = hashlib.sha256(joined.encode()).digest()[:16]
    if 3 * len(_SPACELESS.findall(joined)) > len(joined) - len(words):
        solid = joined.replace(" ", "")[:MAX_SHINGLES]
        shingles = [solid[i : i + CHARS] for i in range(len(solid) - CHARS + 1)]
    else:
        words = words[:MAX_SHINGLES]
        shingles = [" ".join(group) for group in zip(*(words[i:] for i in range(WORDS)), strict=False)]
    numbers = _sketch_numbers(joined)
    size = len(set(shingles))
    if size < MIN_SHINGLES:
        return Fingerprint(exact, 0, b"", b"", numbers)
    return Fingerprint(exact, size, _sign(shingles, SLOTS), _sign(shingles[:OPENING], OPENING_SLOTS), numbers)


def _sign(shingles: Sequence[str], slots: int) -> bytes:
    sketch = RMinHash(num_perm=slots, seed=SEED)
    sketch.update(shingles)
    return struct.pack(f"<{slots}H", *[value & 0xFFFF for value in sketch.digest()])


def _sketch_numbers(words: str) -> bytes:
    """Keep pairs and not numbers: by chance two weather reports share half of the numbers, but no pairs."""
    numbers = _NUMBER.findall(words)
    hashes = sorted({crc32(f"{a} {b}".encode()) & 0xFFFF for a, b in pairwise(numbers)})[:MAX_NUMBERS]
    return struct.pack(f"<{len(hashes)}H", *hashes)
