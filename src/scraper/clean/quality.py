"""Quality: an article that is no text, recognized by few and sure signs.

A module of its own so that what is refused for its text alone can be read in one place. In doubt an article stays.
"""

from __future__ import annotations

from scraper.article import Article
from scraper.skip import Skip

MIN_WORD_CHARS = 60
"""Fewer letters than this tell nothing. Source: set by hand below the shortest of 337 true bodies
of news pages, 214 characters."""

MIN_LETTER_SHARE = 0.4
"""Text has more letters (marks of their scripts included) than this among what is no space.
Set by hand, not measured."""


def check(article: Article) -> Skip | None:
    """Give the reason not to keep an article, None to keep it."""
    text = article.text
    solid = "".join(text.split())
    letters = sum(c.isalpha() or not c.isascii() for c in solid)
    if letters < MIN_WORD_CHARS and not (letters >= MIN_WORD_CHARS // 3 and not solid.isascii()):
        return Skip("too_short", f"the body has {letters} letters")
    if letters < MIN_LETTER_SHARE * len(solid):
        return Skip("not_text", f"{letters} of {len(solid)} characters are letters")
    return None
