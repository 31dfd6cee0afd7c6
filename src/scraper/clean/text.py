"""Text: characters as they were meant, nothing else changed.

A module of its own so that every text of an article passes the same door. tidy(tidy(x)) == tidy(x).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from scraper.article import Article, Block, Photo

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u2060\ufeff\ufff9-\ufffb\u202a-\u202e\u2066-\u2069]"
)
"""Control characters, soft hyphens, zero-width spaces and marks of direction. The joiners U+200C and U+200D stay:
Persian and Indic words and emoji are spelled with them."""

_LONELY_SURROGATE = re.compile("[\ud800-\udfff]")
_SUSPECT = re.compile("[\u00c2\u00c3\u00e2\u00d0\u00d1\u0102\u0413\u0420\ufffd\u0080-\u009f]")
"""No text is mojibake without one of these: the lead bytes of UTF-8 as single-byte charsets show them."""

MAX_ROUNDS = 4


def clean_article(article: Article) -> Article:
    """Tidy every text of an article; blocks and photos that hold nothing then are dropped."""
    blocks = (Block(b.kind, _lines(b.text) if b.kind == "preformatted" else tidy(b.text)) for b in article.body)
    return replace(
        article,
        headline=_maybe(article.headline),
        dek=_maybe(article.dek),
        byline=_maybe(article.byline),
        authors=_all(article.authors),
        dateline=_maybe(article.dateline),
        section=_maybe(article.section),
        sections=_all(article.sections),
        tags=_all(article.tags),
        body=tuple(block for block in blocks if block.text),
        photos=tuple(Photo(p.url, _maybe(p.caption), _maybe(p.credit), _maybe(p.alt)) for p in article.photos),
        removed=tuple(replace(r, text=tidy(r.text)) for r in article.removed),
        conflicts=tuple(replace(c, value=tidy(c.value)) for c in article.conflicts),
    )


def _maybe(text: str | None) -> str | None:
    return (tidy(text) or None) if text is not None else None


def _all(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cleaned for text in texts if (cleaned := tidy(text)))


def _lines(text: str) -> str:
    """Tidy preformatted text line by line; its indents stay."""
    lines = (line[: len(line) - len(line.lstrip())] + tidy(line) for line in text.splitlines())
    return "\n".join(lines).strip("\n")


def tidy(text: str) -> str:
    """Repair mojibake where it is sure, normalize to NFC, drop invisible characters, collapse white space.

    Returns:
        One line.
    """
    if text.isascii():
        return " ".join(_INVISIBLE.sub("", text).split()) if not text.isprintable() or "  " in text else text.strip()
    for _ in range(MAX_ROUNDS):
        cleaned = _tidy_once(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def _tidy_once(text: str) -> str:
    text = _LONELY_SURROGATE.sub("\ufffd", text)
    if _SUSPECT.search(text):
        text = _repair(text)
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


def _repair(text: str) -> str:
    import ftfy  # slow to import; only pages with suspect characters pay for it
    from ftfy.badness import is_bad

    if not is_bad(text):
        return text
    config = ftfy.TextFixerConfig(
        uncurl_quotes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        unescape_html=False,
        normalization="NFC",
        explain=False,
    )
    return str(ftfy.fix_text(text, config))
