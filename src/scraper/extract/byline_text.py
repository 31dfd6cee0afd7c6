"""Byline text: the names in a line that says who wrote something.

A module of its own because a byline is free text in every language: prefixes, roles, agencies, places, dates and
addresses have to come off before it is a list of names.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from scraper.extract.names import clean_name, fold_name, is_agency, is_credential, is_name, is_role, says_role


@cache
def _prefix() -> re.Pattern[str]:
    return re.compile(
        r"^(?:by(?=[A-Z][a-z])|(?:(?:"
        r"about|über|alles von|alle (?:artikel|beiträge) von|more (?:posts |stories |articles )?(?:by|from)|"
        r"(?:blog[ -]?)?(?:beitrag|artikel|text) von|"
        r"(?:eingestellt|gespeichert|gepostet|erstellt|verfasst) von|(?:posté|proposé) par|"
        r"enviado por|postado por|"
        r"im gespräch mit|interview von|interview(?=\s?:)|redacción|redazione|adaptierung|autorenseite von|vom|"
        r"(?:show |view |see )?all (?:articles|posts|stories) (?:by|of|from)|de nuestr[oa] (?:corresponsal|enviad[oa])|"
        r"verfasser(?:in)?|autor(?:/in|:in|\*in)|"
        r"inserito da|pubblicato da|geplaatst door|skrivet av|publicerad av|opublikowane przez|"
        r"dodane przez|автор статьи|"
        r"опубликовано|người viết|gönderen|lähettänyt)|"
        r"(?:written|words|posted|reported|reporting|story|article|report|published|review|"
        r"reviewed|analysis|opinion|"
        r"commentary|interview|text|texts|tekst|testo|texte|texto|foto's en tekst|column|submitted|authored|essay)"
        r"(?: and (?:photos|photographs|pictures|video))?\s+by|by|"
        r"von|ein (?:beitrag|artikel|gastbeitrag|kommentar) von|eine (?:analyse|kolumne|reportage|rezension) von|"
        r"(?:geschrieben|verfasst|veröffentlicht) von|"
        r"par|(?:écrit|rédigé|publié) par|propos recueillis par|por|escrito por|publicado por|"
        r"di|(?:scritto|pubblicato|a cura) d[ia]|da|door|van|geschreven door|av|af|skrevet a[vf]|skriven av|"
        r"oleh|penulis|przez|od|napsal[ai]?|pisze|píše|bởi|tác giả|yazan|haber|kirjoittanut|teksti|irta|szerző|írta|"
        r"(?:автор(?:ы|и|ка)?|текст|от|зображення|από|γράφει|του|της)|"
        r"autor(?:a|es|as|en|in|i|ka|ski tekst)?|autore|autori|auteur(?:s|e)?|authors?(?:\(s\))?|journalist|"
        r"reporter|redaktion|redaktør|redaktör|redacteur|redattore|redactor|tekst og foto|text och foto|"
        r"toimittaja|napisała?|opracowała?|reportage|rapport|penulis|reporter|autorius|piše|пише|подготовила?|"
        r"наш корреспондент|корреспондент|журналист|кореспондент|"
        r"(?:από|του|της)(?: τον| την)?|ρεπορτάζ|γράφει (?:ο|η)|tekst og foto|nga|"
        r"โดย|เขียนโดย|ผู้สื่อข่าว|เรื่อง|กองบรรณาธิการ\s*:|bài(?: và ảnh)?\s*:|रिपोर्ट|संवाददाता|लेखन|প্রতিবেদক|লেখক|"
        r"إعداد|تقرير|كتب(?:ت|ه)?|مراسل(?:نا|تنا)?|نویسنده|نوشته|گزارش(?:گر)?|خبرنگار|כתבת?|"
        r"text|tekst|texto|"
        r"texte|testo|[写文](?=[\s:：／/|●])|作者|記者|记者|撰文|采写|編輯|编辑|责任编辑|執筆|著者|글|بقلم|كتب(?:ت)?|الكاتب|"
        r"נכתב על ידי|מאת|लेखक|द्वारा)"
        r"(?:\s*[:：／/|]\s*|\s+|(?<=[\u2e80-\u9fff])\s*))",
        re.IGNORECASE,
    )


_TEXT_AND_PHOTOS = re.compile(
    r"^(?:text|texte|tekst|testo|texto|words|story)(?: ?[&+/,] ?| (?:and|und|et|og|och|y|e|en) )"
    r"(?:photos?|fotos?|bild(?:er)?|pictures|images?|foto's)\s*(?::|by\b|von\b|par\b|por\b|av\b)\s*",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:;|\||•|·|／|、|，|\n|\t|\s/\s|\s[–—-]\s|\s\+\s|\s&\s|\s(?:and|und|et|y|e|en|og|och|ve|dan|oraz|ja|și|и|"
    r"та|і|και|with"
    r"|mit|avec|con|met|và|si|ed)\s|\s+(?=(?:kamera|foto(?:ğraf|s)?|photos?|bild|video|编辑|編輯|责任编辑|責任編輯|摄影|攝影|図版)"
    r"\s?[:：]))\s*",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s*,\s*(?:(?:and|und|et|y|e|en|og|och|&)\s+)?", re.IGNORECASE)


_NAME_PARTICLE = re.compile(r"(?:Van|Di|Da) [^\W\d_][\w'’-]+")
"""A surname, not a prefix, where nothing but one word follows: "Van Sias"."""

_BRACKETS = re.compile(r"[(（][^()（）]{0,80}[)）]")
_MAIL = re.compile(r"[^\s@,;|()<>]{1,64}@[^\s@,;|()<>]{1,64}")
_IN_BRACKETS = re.compile(r"^\s*[(（【\[［]([^()（）【】\[\]［］]{2,60})[)）】\]］]\s*$")
"""The whole line stands in brackets: "（記者 山田太郎）"."""

_PICTURES_BY = re.compile(
    r"(?:^|[,;&+]|\band\b|\bund\b|\bet\b|\by\b|\be\b|\boch\b|\bog\b)[^,;&+()]{3,40}"
    r"\((?:photos?|photographs|pictures|fotos?|foto's|bilder|bild|video|kamera|illustrations?|grafik)\)",
    re.IGNORECASE,
)
"""A name with its role behind it in brackets."""

_DATE = re.compile(
    r"(?:\b(?:stand|veröffentlicht|aktualisiert|erstellt|updated?|published|posted|publié|mis à jour|actualizado|"
    r"publicado|pubblicato|aggiornato|le|am|on|den|el|il|vom|à)\b[\s:]*){0,3}"
    r"(?:(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d"
    r"|\d{1,2}\.? [^\W\d_]{3,10}\.? (?:19|20)\d\d)",
    re.IGNORECASE,
)
"""Dates stand behind names without a mark between."""

_POSTED = re.compile(
    r"^(?:posted|published|updated|submitted|written|filed|created|eingestellt|geschrieben|veröffentlicht|publié|posté|"
    r"publicado|pubblicato|geplaatst|skrevet|publicerad)\b[^\n]{0,60}?\s(?:by|von|par|por|da|di|door|av|af)\s+(?=\S)",
    re.IGNORECASE,
)
"""What comes before the name in "Posted on 3 March 2025 by Ana Diaz"."""

_ASIAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]")
_ASIAN_REPORTER = re.compile(
    r"(?:記者|记者|特派員|特派记者|通讯员|通訊員|實習生|实习生|撰稿人?|主笔)\s*[:：／/|]?\s*"
    r"(?P<after>[\u3400-\u9fff\u30a0-\u30ff·・ ]{2,12})"
    r"|^(?:\S{2,12}[\s　])?(?P<before>[\u3400-\u9fff]{2,6})\s?(?:記者|记者|特派員|編集委員|論説委員)$"
    r"|^[^=＝\s]{1,12}[=＝](?P<place>[\u3400-\u9fff ]{2,8})$"
)
"""A reporter's name behind or before the word for it, or behind the place he writes from."""

_ASIAN_OUTLET = re.compile(
    r"^\S{1,10}(?:新聞|新闻|日報|日报|时報|时报|晚報|晚报|通信|通讯社|新闻网|中文网)(?:社|网|網)?"
    r"[\s　]+(?=\S{2,})"
)
_ASIAN_PLACE = re.compile(r"(?:報導|报道|報道|电|電|讯|訊|撮影)$")


@cache
def _other_work() -> re.Pattern[str]:
    """Starts of a piece that names who edited, checked, translated or took pictures."""
    return re.compile(
        r"^(?:(?:medically |fact[- ])?"
        r"(?:reviewed|edited|checked|translated|illustrated|photographed|curated) (?:and .{3,20} )?by|"
        r"(?:photos?|photography|photographs|illustrations?|graphics?|video|images?|fotos?|bild(?:er)?|"
        r"übersetzung|translation|traduction|traducción|traduzione|redigering|fotograf|foto's|fotografie|"
        r"illustration(?:en)?|grafik|camera|"
        r"kamera|fotoğraf|foto:? och bild|editing|editor|redigatur|lektorat|korrektur|photographe|zdjęcia|zdjęcie|"
        r"翻訳者?|译者|譯者|校对|校對|編集|编辑|編輯|摄影|攝影|図版|責任編輯|责任编辑|监制|監製|사진|그림|번역|фото|перевод|редактор|"
        r"ภาพ|แปลโดย|ảnh|ترجمة|تصوير|تحرير|عکس|ترجمه|צילום|תרגום|छाया|अनुवाद|φωτογραφίες|μετάφραση)"
        r"\s*(?::|：|／|by\b|von\b|par\b|por\b|di\b|av\b|\s)|"
        r"(?:übersetzt|fotografiert|redigiert) von|traduit par|traducido por|tradotto da|contributions? from)\s*",
        re.IGNORECASE,
    )


def names_other_work(text: str) -> bool:
    """Tell whether a text starts by saying who edited, checked, translated or took pictures."""
    return _other_work().match(text) is not None


def other_names(text: str) -> frozenset[str]:
    """Give the names, folded, that a byline gives to editors, checkers, translators and photographers."""
    found: set[str] = set()
    for piece in _SPLIT.split(_tidy(_BRACKETS.sub(" ", text))):
        if match := _other_work().match(piece.strip()):
            found.update(fold_name(name) for name in parse_byline(piece.strip()[match.end() :]))
    return frozenset(found)


DASHES = " -–—•·|/*>"
"""What is printed before a byline to set it off."""


def strip_prefix(text: str) -> str:
    """Cut "By", "Von", "Par", "記者" and the like from the start of a line; after "By", "Van" is part of a name."""
    text = text.lstrip(DASHES)
    for _ in range(2):
        shorter = _prefix().sub("", text, count=1)
        if _NAME_PARTICLE.fullmatch(text):
            return text
        if shorter == text or text[:2].lower() == "by":
            return shorter
        text = shorter
    return text


@lru_cache(maxsize=1024)
def parse_byline(text: str, *, declared: bool = False) -> tuple[str, ...]:
    """Give the names in a byline as printed.

    Args:
        text: The line, pieces that stand in blocks of their own apart by line breaks.
        declared: It is no printed line but a value of data that is said to hold names.

    Returns:
        Names in order, each once; roles, places, dates and addresses gone, but for a role that stands alone ("Guest
        Contributor"). What follows the first piece that is neither name nor role is left alone.
    """
    names: dict[str, str] = {}
    roles: list[str] = []
    for piece in map(str.strip, _SPLIT.split(_bare_line(text, declared=declared))):
        if not declared and _other_work().match(piece):
            if names:
                break
            continue
        bare = strip_prefix(piece)
        if _ASIAN.search(bare):
            bare = _asian_name(piece, bare)
        if len(bare) < 2:
            continue
        if is_role(bare) and not _ASIAN.search(bare):
            roles.extend(_split_commas(bare, declared=declared))
            continue
        found = _split_commas(bare, declared=declared)
        if not found and names:
            break
        for name in found:
            names.setdefault(fold_name(name), name)
    names.pop("", None)
    if any(" " in key for key in names):
        names = {key: name for key, name in names.items() if " " in key or not _is_sign(name)}
    return tuple(names.values()) or tuple(roles[:1])


def _tidy(text: str) -> str:
    """Make one space of each run of white space, and one break of each with breaks: runs cost patterns their cube."""
    return "\n".join(line for one in text.splitlines() if (line := " ".join(one.split())))


def _bare_line(text: str, *, declared: bool) -> str:
    """Cut addresses, brackets and what stands before the names from a line."""
    text = _tidy(text)
    if "@" in text:
        text = _MAIL.sub(" ", text)
    if declared:
        return _tidy(_TEXT_AND_PHOTOS.sub("", _BRACKETS.sub(" ", text)))
    if whole := _IN_BRACKETS.match(text):
        text = whole[1]
    if "(" in text:
        text = _PICTURES_BY.sub(" ", text)
    text = _DATE.sub("\n", text)
    return _tidy(_TEXT_AND_PHOTOS.sub("", _POSTED.sub("", _BRACKETS.sub(" ", text), count=1)))


def _asian_name(piece: str, bare: str) -> str:
    """Give the name in a piece of a Chinese or Japanese byline, "" for the place or agency of a report."""
    if reporter := _ASIAN_REPORTER.search(piece):
        return next(name for name in reporter.groupdict().values() if name).strip()
    return "" if _ASIAN_PLACE.search(bare) else _ASIAN_OUTLET.sub("", bare)


def _is_sign(name: str) -> bool:
    """Tell a clerk's initials from a name, where they stand beside full names."""
    if not name.isascii() or is_agency(name):
        return False
    mixed = not name.isupper() and sum(char.isupper() for char in name) > 1
    return name.islower() or (mixed and len(name) <= MAX_SIGN_CHARS)


MAX_SIGN_CHARS = 4


def _split_commas(text: str, *, declared: bool) -> list[str]:
    """Split "A, B, C", but not "A, senior editor", "A, London" or "A, Dec 3, 2025"."""
    names: list[str] = []
    for number, piece in enumerate(piece for piece in _COMMA.split(text) if piece):
        if number and not declared and _other_work().match(piece):
            break
        name = clean_name(piece)
        if number and (says_role(name) or is_credential(name) or (not declared and _is_place(name, names))):
            continue
        if not is_name(name, declared=declared):
            break
        names.append(name)
    return names


def _is_place(name: str, names: list[str]) -> bool:
    """Tell the agency or place behind a full name from another name."""
    return bool(names) and " " in names[0] and (is_agency(name) or (" " not in name and name.isascii()))
