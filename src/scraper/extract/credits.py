"""Credits: where a caption ends and the name of who took the picture begins.

A module of its own because newsrooms and agencies print it in a hundred ways ("Photo: X / Agency", "(AP Photo/Y)",
"Foto: ...", "Crédit : ..."), and all of them are here. All patterns but the labels' are tried on the last
TAIL_CHARS of a caption only, so that a long one costs no more.
"""

from __future__ import annotations

import re
import unicodedata

TAIL_CHARS = 240
CREDIT_CHARS = 120
"""A text named as credit and longer than this holds a caption too. Set by hand."""

_LABEL = (
    r"(?:top |main |lead |cover |featured? |file )?(?:photos?|photographs?|images?|pictures?|illustrations?|graphics?|"
    r"video|screenshot|fotos?|bild(?:er|quelle|nachweis)?|symbolbild|symbolfoto|photographie|crédits?(?: photo)?|"
    r"crediti?|créditos?|imagem|imágenes|imagen|fotografía|fotografia|zdjęcie|zdj\.|fot\.|fotó|kuva|valokuva|foto|"
    r"ljósmynd|фото|фотография|світлина|fotoğraf|εικόνα|φωτογραφία|الصورة|صورة|תמונה|צילום|عکس|写真|画像|撮影|提供|"
    r"图片来源|图片|图源|圖片來源|圖片|圖|摄影|攝影|사진|credits?|source|quelle|fuente|fonte|"
    r"источник|来源|來源|출처|copyright|courtesy(?: of)?)"
)
_OPEN = r"(?:^|[(\[（【|/•·–—»\s.,;:!?。、」』）＝=\"”…)\]-])"
_LABELED = re.compile(
    rf"{_OPEN}(?P<credit>{_LABEL}(?:\s(?:credit|by|courtesy(?: of)?|par|de|di|von|via|source|copyright|illustration|"
    r"/ ?video))?\s*[:：]\s*(?P<name>\S.{0,158}))$",
    re.IGNORECASE,
)
_LABELED_OTHERWISE = re.compile(
    # A stroke or a space after the label tells less than a colon: only where a sentence or bracket ends.
    rf"(?:^|[.!?…。」』）)】\]”\"»|＝=(（\[【]\s*)(?P<credit>(?i:{_LABEL})(?:\s?[/｜|・＝=]\s?|\s(?=[^\W\d_a-zà-öø-ÿа-я]))"
    r"(?P<name>[^\W_][^.!?。:：]{1,80}))$"
)
_BY = re.compile(
    r"(?:^|[(\[]|[.!?…”\"»)]\s+|\s(?=photos?(?:graphs?)? (?:by|courtesy)))(?P<credit>(?:photos?|photographs?|images?|"
    r"pictures?|illustrations?|fotos?)\s(?:by|courtesy of|courtesy|via|von|de|par)\s(?P<name>\S.{0,120}))$",
    re.IGNORECASE,
)
_MARKED = re.compile(r"(?P<credit>(?:©|\([cCсＣｃ]\)|（[cCＣｃ]）|\u24d2)\s*(?P<name>\S.{0,120}))$")
_AGENCY = (
    r"(?:AP|AFP|Reuters|REUTERS|EPA|EFE|ANSA|DPA|dpa|APA|TT|NTB|Ritzau|LUSA|TASS|Getty|Getty Images|AP Photo|"
    r"Associated Press|ASSOCIATED PRESS|Shutterstock|iStock|Alamy|Adobe Stock|Bloomberg|imago|Imago|IMAGO|Keystone|"
    r"KEYSTONE|Xinhua|PTI|ANI|Belga|BELGA|ANP|MTI|CTK|ČTK|PAP|Lehtikuva|[Pp]icture [Aa]lliance|Unsplash|Flickr|"
    r"Wikimedia|Wikimedia Commons|Pixabay|Pexels|Zuma|ZUMA|Sipa|SIPA|UPI|The Canadian Press|Agência Brasil|Anadolu|AA|"
    r"NurPhoto|Europa Press|Handout|HANDOUT|Rex|PA Wire|Gallo Images|Scanpix|Cuartoscuro|Mediafax|Agerpres|ロイター|"
    r"時事|共同|新华社|中央社|연합뉴스|뉴스1|뉴시스)"
)
_PARENTHESIS = re.compile(r"[(\[（【]\s*(?P<credit>[^()\[\]（）【】]{2,140}(?:\([^()]{1,40}\))?)[)\]）】]\s*\.?$")
_WORD = r"[^\W\d_a-zà-öø-ÿа-я][\w.'’&-]*"
_SLASHED = re.compile(
    rf"(?:^|(?<=[.!?…”\"»)])\s+|\s[-–—|/]\s+)(?P<credit>(?:[^\W\d_][\w.'’&-]*[ ]){{0,4}}[\w.'’&-]*\s?"
    rf"(?:/|via|\|)\s?(?=.*{_AGENCY})[^.]{{2,80}})$"
)
_TWO_NAMES = re.compile(rf"(?<=[.!?…”\"»)])\s+(?P<credit>{_WORD}(?: {_WORD}){{0,3}}\s?/\s?{_WORD}(?: {_WORD}){{0,3}})$")
_BARE_AGENCY = re.compile(rf"(?:^|(?<=[.!?…”\"»])\s+|\s[-–—|]\s*|[＝=])(?P<credit>{_AGENCY}(?: Images| Photo)?)\.?$")
_HAS_AGENCY = re.compile(rf"(?<!\w){_AGENCY}(?!\w)")
_IN_BRACKETS = re.compile(r"(?i)\b(?:photo|foto|courtesy|via|credit|file photo|bild|stock photo)\b|撮影|提供|写真")
_NAME_ALONE = re.compile(rf"[(\[]?\s*{_WORD}(?: (?:{_WORD}|de|del|van|von|der|den|la|di|al)){{1,3}}\s*[)\]]?")
_NAMES_SLASHED = re.compile(rf"[(\[]?\s*{_WORD}(?: [\w.'’&-]+){{0,3}}\s?[/|]\s?{_WORD}(?: [\w.'’&-]+){{0,3}}\s*[)\]]?")
_CAPTION_PREFIX = re.compile(
    r"^(?:(?:image|photo|picture|media|bild)?\s?(?:caption|beschriftung)\s*[:,]\s*|image caption\s+|hide caption|"
    r"toggle caption|enlarge this image|view gallery|open this photo in gallery\s*[:,]?|full screen|"
    r"\d{1,2}\s?(?:/|of)\s?\d{1,2}\s*[:.]?\s+(?=\w))\s*",
    re.IGNORECASE,
)
_TOGGLES = re.compile(
    r"(?:^|\s+)(?:vis mer|show more|read more|see more|mehr anzeigen|hide caption|toggle caption)$", re.I
)
_TOP_CREDIT = re.compile(r"^(?:top |main |lead )?(?:photo|image)(?: credit)?\s*:\s*", re.IGNORECASE)
_START_LABEL = re.compile(
    rf"^[(\[（]?\s*(?:{_LABEL})(?:\s(?:by|credit|courtesy(?: of)?))?\s*(?:[:：]|[・＝=｜](?=\S)|\sby\s)\s*",
    re.IGNORECASE,
)
_START_MARK = re.compile(
    r"^(?:©|\([cＣｃ]\)|（[cＣｃ]）|by\s|photo by\s|photos by\s|photo courtesy of\s)\s*", re.IGNORECASE
)
_ONLY_LABEL = re.compile(rf"\W*{_LABEL}\W*", re.IGNORECASE)

_INTERFACE = re.compile(
    r"(?:open this photo in gallery|video loading|loading|image|photo|audio|video|podcast|gallery|anzeige|"
    r"advertisement|article content|czytaj więcej|fotostrecke ansehen|bild vergrößern|explore charts|view gallery|"
    r"see more|show caption|hide caption|click to enlarge|ampliar foto|agrandir l.image|enlarge|play|watch|"
    r"view \d+ images?|\d+|[\d: ]+ ?min\.?|bild \d+ von \d+|öppna bild i helskärm)\W*",
    re.IGNORECASE,
)


def is_interface(text: str) -> bool:
    """Tell a button's or a placeholder's text from a caption."""
    return bool(_INTERFACE.fullmatch(text))


def split_credit(text: str) -> tuple[str | None, str | None]:
    """Split a caption as printed from the credit that newsrooms append to it.

    Returns:
        Caption and credit, each None if there is none; the credit without its label ("Photo: ").
    """
    text = _TOGGLES.sub("", _CAPTION_PREFIX.sub("", text)).strip()
    if not text:
        return None, None
    if top := _TOP_CREDIT.match(text):
        rest = text[top.end() :]
        inner = _PARENTHESIS.search(rest[-TAIL_CHARS:])
        if inner and (_is_credit(inner["credit"]) or "/" in inner["credit"]):
            return _tidy(_before(rest, inner.start())), _name(inner["credit"])
        if len(rest) > 90 and re.search(r"[.!?]\s", rest):
            return _tidy(rest), None
        return None, _name(rest)
    tail = text[-TAIL_CHARS:]
    if (found := _PARENTHESIS.search(tail)) and _is_credit(found["credit"]):
        return _tidy(_before(text, found.start())), _name(found["credit"])
    for pattern in (_LABELED, _BY, _MARKED, _LABELED_OTHERWISE):
        if found := pattern.search(tail):
            return _tidy(_before(text, found.start("credit"))), _name(found["name"])
    wide = tail if tail.isascii() else "".join(map(_narrow, tail))
    for pattern in (_SLASHED, _TWO_NAMES, _BARE_AGENCY):
        if found := pattern.search(wide):
            start = found.start("credit")
            return _tidy(_before(text, start).rstrip(" -–—|/＝=")), _name(tail[start:].rstrip("."))
    return _tidy(text), None


def _before(text: str, start: int) -> str:
    """Give what stands before a place in the tail of a text."""
    return text[: max(0, len(text) - TAIL_CHARS) + start]


def _narrow(char: str) -> str:
    """Make a full-width letter the plain one, and leave all others: places in the text stay the same."""
    return unicodedata.normalize("NFKC", char) if "\uff21" <= char <= "\uff5a" else char


def _is_credit(text: str) -> bool:
    return bool(
        _HAS_AGENCY.search(text)
        or _LABELED.search(text)
        or _BY.search(text)
        or _MARKED.search(text)
        or _IN_BRACKETS.search(text)
    )


def _tidy(text: str) -> str | None:
    return text.lstrip(" \u00a0|/-–—•·,;:").rstrip(" \u00a0|/-–—•·([（【,;:") or None


def _name(text: str) -> str | None:
    text = _START_LABEL.sub("", text.strip(" \u00a0"))
    text = _START_MARK.sub("", text)
    text = text.strip(" \u00a0|/-–—•·:;,")
    for opening, closing in ("()", "[]", "（）"):
        if text.count(closing) > text.count(opening):
            text = text.rstrip(". ").removesuffix(closing)
    return text.strip("]（【】 ") or None


def bare_credit(text: str) -> str | None:
    """Give the credit in a text that an element names as one; None where it is only a label ("Image:")."""
    text = _TOGGLES.sub("", text).strip()
    if _ONLY_LABEL.fullmatch(text) or _INTERFACE.fullmatch(text):
        return None
    if _START_LABEL.match(text) or _START_MARK.match(text):
        return _name(_unwrap(text))
    text = _unwrap(text)
    caption, credit = split_credit(text)
    labeled = any(pattern.search(text) for pattern in (_LABELED, _BY, _MARKED))
    if labeled and credit and (caption is None or len(caption) < 25) and not _HAS_AGENCY.search(caption or ""):
        return credit
    return _name(text)


def _unwrap(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if len(text) > 2 and text[0] + text[-1] in {"()", "[]", "（）"} else text


def looks_like_credit(text: str, *, after_sentence: bool) -> bool:
    """Tell whether a short text in an element of its own, behind a caption, is its credit.

    Args:
        text: The text of the element.
        after_sentence: What stands before it is a whole sentence, so that a name alone is no part of it.
    """
    if len(text) > CREDIT_CHARS:
        return False
    if _START_LABEL.match(text) or _START_MARK.match(text) or _BARE_AGENCY.fullmatch(text.strip("()[] ")):
        return True
    if text[-1:] in ".!?" or len(text) > 80:
        return False
    if _NAMES_SLASHED.fullmatch(text) or _HAS_AGENCY.search(text):
        return True
    return after_sentence and bool(_NAME_ALONE.fullmatch(text))
