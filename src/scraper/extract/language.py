"""Language: what a page is written in, as it declares it, or guessed from the text."""

from __future__ import annotations

import re

from scraper.extract.linked_data import LinkedData

MIN_CHARS = 60
"""Shorter texts are not guessed at. Chosen by hand: single short sentences are guessed wrongly."""

MAX_CHARS = 3000

_CODE = re.compile(r"^([a-z]{2,3})(?:$|[-_ ])", re.IGNORECASE)
_NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt", "dutch": "nl",
    "nederlands": "nl", "russian": "ru", "русский": "ru", "chinese": "zh", "japanese": "ja", "korean": "ko",
    "arabic": "ar", "turkish": "tr", "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es",
    "ita": "it", "por": "pt", "nld": "nl", "dut": "nl", "rus": "ru", "zho": "zh", "chi": "zh", "jpn": "ja",
    "kor": "ko", "ara": "ar", "tur": "tr", "pol": "pl",
}  # fmt: skip
_NOT_CODES = frozenset(("und", "mul", "zxx", "xx", "null", "none", "zz"))


def declared_language(linked: LinkedData) -> tuple[str | None, str | None]:
    """Give the language a page declares, and the source: the html element, the article's data, then meta elements."""
    candidates = (
        (linked.html_language, "dom"),
        (linked.language, linked.origin.get("language", "json_ld")),
        (linked.first_meta("og:locale"), "opengraph"),
        (linked.first_meta("content-language", "language", "dc.language", "dcterms.language", "inlanguage"), "meta"),
    )
    for text, source in candidates:
        if code := language_code(text):
            return code, source
    return None, None


def language_code(text: str | None) -> str | None:
    """Make an ISO 639 code of a declared language ("pt-BR" gives "pt", "English" gives "en"), None for nonsense."""
    text = (text or "").strip().casefold()
    if code := _NAMES.get(text):
        return code
    match = _CODE.match(text)
    if match and match[1] not in _NOT_CODES:
        return _NAMES.get(match[1], match[1])
    return None


def detect_language(text: str) -> str | None:
    """Guess the language of a text; None where it is too short to tell."""
    if len(text) < MIN_CHARS:
        return None
    # Loading takes longer than all other fields of a hundred pages, and most pages declare their language.
    from py3langid import classify

    code, _ = classify(text[:MAX_CHARS])
    return str(code)
