"""Credits: where a caption ends and the name of who took the picture begins.

A module of its own because newsrooms and agencies print it in a hundred ways ("Photo: X / Agency", "(AP Photo/Y)",
"Foto: ...", "Crédit : ..."), and all of them are here.
"""

from __future__ import annotations

import re

_LABEL = (
    r"(?:top |main |lead |cover |feature[d]? )?(?:photos?|photographs?|images?|pictures?|illustrations?|graphics?|"
    r"video|"
    r"screenshot|fotos?|bild(?:er|quelle|nachweis)?|symbolbild|symbolfoto|photographie|crédits?|crediti?|créditos?|"
    r"imagem|imágenes|imagen|fotografía|fotografia|zdjęcie|zdj\.|fot\.|fotó|kuva|valokuva|foto|фото|фотография|світлина|"
    r"fotoğraf|εικόνα|φωτογραφία|الصورة|صورة|תמונה|צילום|عکس|写真|画像|撮影|图片来源|图片|图源|圖片來源|圖|圖片|摄影|攝影|사진|"
    r"credits?|source|quelle|fuente|fonte|источник|来源|來源|출처|copyright|courtesy(?: of)?)"
)
_LABELED = re.compile(
    rf"(?:^|[\s(\[|/•·–—.,;:!?。、」』）＝=\"”»…)\]-])(?P<credit>(?:{_LABEL})"
    rf"(?:\s(?:credit|by|courtesy(?: of)?|par|de|di|von|via|source|"
    rf"copyright|illustration|/ ?video))?\s*[:：/｜|]\s*(?P<name>\S.{{0,158}}))$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"(?:^|[\s(\[.])(?P<credit>(?:photos?|photographs?|images?|pictures?|illustrations?|fotos?)\s(?:by|courtesy of|"
    r"courtesy|via|von|de|par)\s(?P<name>\S.{0,120}))$",
    re.IGNORECASE,
)
_MARKED = re.compile(r"(?P<credit>(?:©|\(c\)|&copy;|\u24d2)\s*(?P<name>\S.{0,120}))$", re.IGNORECASE)
_AGENCY = (
    r"(?:AP|AFP|Reuters|REUTERS|EPA|EFE|ANSA|DPA|dpa|APA|TT|NTB|Ritzau|LUSA|TASS|Getty|Getty Images|AP Photo|"
    r"Associated Press|Shutterstock|iStock|Alamy|Adobe Stock|Bloomberg|imago|IMAGO|Keystone|KEYSTONE|Xinhua|PTI|ANI|"
    r"Belga|ANP|MTI|CTK|ČTK|PAP|Lehtikuva|picture alliance|Unsplash|Flickr|Wikimedia|Wikimedia Commons|Pixabay|Pexels|"
    r"Zuma|ZUMA|Sipa|SIPA|UPI|The Canadian Press|Agência Brasil|Anadolu|AA|NurPhoto|Europa Press|Handout|HANDOUT|Rex|"
    r"時事|共同|新华社|中央社|연합뉴스|뉴스1|뉴시스)"
)
_PARENTHESIS = re.compile(r"[(\[（【](?P<credit>[^()\[\]（）【】]{2,140})[)\]）】]\s*\.?$")
_SLASHED = re.compile(
    rf"(?:^|(?<=[.!?…”\"»)])\s+|\s[-–—|]\s+)(?P<credit>(?:[^\W\d_][\w.'’&-]*[ ]){{0,4}}[\w.'’&-]*\s?"
    rf"(?:/|via|\|)\s?(?=.*{_AGENCY})[^.]{{2,80}})$"
)
_BARE_AGENCY = re.compile(rf"(?:^|(?<=[.!?…”\"»])\s+|\s[-–—|]\s*)(?P<credit>{_AGENCY}(?: Images| Photo)?)\.?$")
_HAS_AGENCY = re.compile(rf"(?<!\w){_AGENCY}(?!\w)")
_CAPTION_PREFIX = re.compile(
    r"^(?:(?:image|photo|picture|media|bild)?\s?(?:caption|beschriftung)\s*[:,]\s*|image caption\s+|hide caption|"
    r"toggle caption|enlarge this image|view gallery|full screen|\d{1,2}\s?(?:/|of)\s?\d{1,2}\s*[:.]?\s+(?=\w))",
    re.IGNORECASE,
)
_TOP_CREDIT = re.compile(r"^(?:top |main |lead )?(?:photo|image)(?: credit)?\s*:\s*", re.IGNORECASE)


_INTERFACE = re.compile(
    r"(?:open this photo in gallery|video loading|loading|image|photo|audio|video|podcast|gallery|anzeige|"
    r"advertisement|article content|czytaj więcej|fotostrecke ansehen|bild vergrößern|explore charts|view gallery|"
    r"see more|show caption|hide caption|click to enlarge|ampliar foto|agrandir l.image|enlarge|play|watch)\W*",
    re.IGNORECASE,
)


def is_interface(text: str) -> bool:
    """Tell a button's or a placeholder's text from a caption."""
    return bool(_INTERFACE.fullmatch(text) or _BARE_AGENCY.fullmatch(text))


def split_credit(text: str) -> tuple[str | None, str | None]:
    """Split a caption as printed from the credit that newsrooms append to it.

    Returns:
        Caption and credit, each None if there is none; the credit without its label ("Photo: ").
    """
    text = _CAPTION_PREFIX.sub("", text).strip()
    if not text:
        return None, None
    if top := _TOP_CREDIT.match(text):
        rest = text[top.end() :]
        inner = _PARENTHESIS.search(rest)
        if inner and (_is_credit(inner["credit"]) or "/" in inner["credit"]):
            return _tidy(rest[: inner.start()]), _name(inner["credit"])
        if len(rest) > 90 and re.search(r"[.!?]\s", rest):
            return _tidy(rest), None
        return None, _name(rest)
    if (found := _PARENTHESIS.search(text)) and _is_credit(found["credit"]):
        return _tidy(text[: found.start()]), _name(found["credit"])
    for pattern in (_LABELED, _BY, _MARKED):
        if found := pattern.search(text):
            return _tidy(text[: found.start("credit")]), _name(found["name"])
    for pattern in (_SLASHED, _BARE_AGENCY):
        if found := pattern.search(text):
            return _tidy(text[: found.start("credit")].rstrip(" -–—|")), _name(found["credit"])
    return _tidy(text), None


def _is_credit(text: str) -> bool:
    return bool(
        _HAS_AGENCY.search(text)
        or _LABELED.search(text)
        or _BY.search(text)
        or _MARKED.search(text)
        or re.search(r"(?i)\b(photo|foto|courtesy|via|credit|file photo|bild)\b", text)
    )


def _tidy(text: str) -> str | None:
    return text.strip(" \u00a0|/-–—•·([（【,;:") or None


def _name(text: str) -> str | None:
    text = re.sub(
        rf"^(?:{_LABEL})(?:\s(?:by|credit|courtesy(?: of)?))?\s*[:：]\s*",
        "",
        text.strip(" \u00a0"),
        flags=re.IGNORECASE,
    )
    text = re.sub(r"^(?:©|\(c\)|by\s|photo by\s|photos by\s|photo courtesy of\s)\s*", "", text, flags=re.IGNORECASE)
    text = text.strip(" \u00a0|/-–—•·:;,")
    if text.count(")") > text.count("("):
        text = text.rstrip(".").rstrip(")")
    return text.strip("]（）【】 ") or None


def bare_credit(text: str) -> str | None:
    """Give the credit in a text that an element names as one."""
    caption, credit = split_credit(text)
    if credit and (caption is None or len(caption) < 25):
        return credit
    return _name(text.strip("()[]"))
