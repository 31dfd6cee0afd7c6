"""Names: the persons, agencies and desks in a byline.

A module of its own because a byline is free text in every language: prefixes, roles, agencies, places, dates and
addresses have to come off before it is a list of names.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources

MAX_NAME_CHARS = 70
MAX_NAME_WORDS = 7
"""Longer is a sentence, not a name. Source: of 1,106 names in the development sets one has more words."""


@cache
def _prefix() -> re.Pattern[str]:
    return re.compile(
        r"^(?:by(?=[A-Z][a-z])|(?:(?:"
        r"about|über|alles von|alle (?:artikel|beiträge) von|more (?:posts |stories |articles )?(?:by|from)|"
        r"(?:eingestellt|gespeichert|gepostet|erstellt|verfasst) von|(?:posté|proposé) par|enviado por|postado por|"
        r"im gespräch mit|interview von|interview(?=\s?:)|redacción|redazione|adaptierung|"
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
    r"|mit|avec|con|met|và|si|ed)\s)\s*",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s*,\s*(?:(?:and|und|et|y|e|en|og|och|&)\s+)?", re.IGNORECASE)


@cache
def _role() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:staff|reporter|correspondent|editor(?:ial)?|contributor|contributing|columnist|writer|"
        r"journalist(?:in|e)?|producer|photographer|analyst|professor|director|author|associate|senior|chief|lead|"
        r"head|deputy|"
        r"redakteur(?:in)?|korrespondent(?:in)?|chefredakteur(?:in)?|redaktor|volont[äa]r(?:in)?|journaliste|"
        r"rédact(?:eur|rice)"
        r"|correspondant(?:e)?|envoyée? spéciale?|periodista|redactora?|corresponsal|giornalista|"
        r"inviat[oa]|corrispondente|"
        r"journalist|verslaggever|redacteur|correspondent|toimittaja|journalista|jornalista|repórter|special to|"
        r"news|sports?|politics|business|fellow|intern|founder|ceo|phd|ph\.d|md|m\.d|rd|rn|ms|mba|jr editor|"
        r"корреспондент|журналист|редактор|记者|記者|기자|특파원|編集委員|論説委員|"
        r"institute|university|college|universität|school|diseases|ministry|hospital|academy|department|foundation)\b",
        re.IGNORECASE,
    )


@cache
def _role_only() -> re.Pattern[str]:
    return re.compile(rf"^(?:the |[\w-]+ ){{0,3}}{_role().pattern}(?: [\w&,/-]+){{0,5}}$", re.IGNORECASE)


_NAME_PARTICLE = re.compile(r"(?:Van|Di|Da) [^\W\d_][\w'’-]+")
"""A surname, not a prefix, where nothing but one word follows: "Van Sias"."""

_BRACKETS = re.compile(r"[(（][^()（）]{0,80}[)）]")


@cache
def _trailing() -> re.Pattern[str]:
    return re.compile(
        r"(?:\s*\((?:[^()]{0,60})\)|\s+(?:기자|특파원|記者|记者|編集委員|報導|报道|撰文|facebook|twitter|follow|@\S+)"
        r"|\s+(?:is|was|has)\s.*|\s+(?:for|at|of|in|on|from|special to)\s+(?:the\s+)?[A-Z].*"
        r"|\s*\b(?:updated|published|posted|last updated|edited|on)\b\s*[:\d].*|[\s,.:;|/–—-]+)$",
        re.IGNORECASE,
    )


@cache
def _never() -> re.Pattern[str]:
    return re.compile(
        r"https?:|www\.|[@#<>{}=\[\]()]|\d.*\s|\s.*\d|\d{4,}|\d[:/.]\d|[!?…“”\"]|"
        r"\b(?:read more|more from|view all|click|share|comments?|subscribe|"
        r"sign up|log in|follow|updated|published|posted|min read|minutes? read|ago|copyright|all rights|"
        r"reserved|cookies?|"
        r"newsletter|gmbh|co\. kg|"
        r"bio|email|e-mail|contact|profile|see all|show more|january|february|april|june|july|august|september|"
        r"october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|uhr|januar|"
        r"februar|märz|juni|"
        r"juli|oktober|dezember|janvier|février|avril|juin|juillet|août|septembre|octobre|décembre|lesen|mehr|artikel|"
        r"continue|advertisement|close|menu|large|small|medium|text size|"
        r"reading time|lesezeit|lesedauer|minuten|min|read|listen|posts|beiträge|schlagwörter|tags|"
        r"kategorien?|navigation|"
        r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|"
        r"vendredi|samedi|dimanche|"
        r"lunes|martes|miércoles|jueves|viernes|sábado|lunedì|martedì|mercoledì|giovedì|venerdì|enero|"
        r"febrero|marzo|abril|"
        r"mayo|junio|julio|septiembre|octubre|noviembre|diciembre|quelle|sources?|unknown|undefined|null|"
        r"none|n/a|image|photo|"
        r"photos|video|credit|getty)\b",
        re.IGNORECASE,
    )


_ADDRESS = re.compile(r"https?:|www\.|[@#<>{}=\[\]]|^\d+$")
_CREDENTIAL = re.compile(
    r"^(?:ph\.?\s?d\.?|m\.?d\.?|m\.?s\.?|m\.?a\.?|mba|mph|msn?|rdn?|ldn?|rn|jd|esq\.?|cfp®?|cpa|dds|dvm|phr|"
    r"cscs|lcsw|dr|"
    r"mfa|bsc|msc|fand|cdn|cdces|cpt|psyd|edd|do|np|pa-c|lmft|facp|jr\.?|sr\.?|ii|iii)$",
    re.IGNORECASE,
)


@cache
def _bare() -> re.Pattern[str]:
    return re.compile(
        r"^(?:twitter|facebook|instagram|linkedin|whatsapp|telegram|youtube|pinterest|"
        r"reddit|x|rss|tiktok|新規登録|会員登録|"
        r".*ログイン.*|登录|注册|退出|关注|admin(?:istrator)?|author|authors|by|editor|webmaster|root|user|"
        r"guest|test|anonymous|about the author|"
        r"about the authors|written by|posted by|autor|autorin|redaktør|home|news|team|default|the author|von|writer|"
        r"mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|posted|datum|date|text|fotos?|übersetzung|translation|"
        r"nachrichten|byline|about|articles?|login|wordpress|am|um|on|in|und|and|et|print|pdf|website|"
        r"http|web|top|kommentare|"
        r"über den autor|über die autorin|zum autor|zur autorin|contributor|contributors|staff writer)$",
        re.IGNORECASE,
    )


_AGENCIES = frozenset(
    (
        *(
            "ap",
            "associated press",
            "afp",
            "agence france presse",
            "reuters",
            "upi",
            "dpa",
            "ansa",
            "efe",
            "europa press",
        ),
        *(
            "apa",
            "sda",
            "keystone sda",
            "ats",
            "belga",
            "anp",
            "ntb",
            "tt",
            "ritzau",
            "stt",
            "pap",
            "ctk",
            "tass",
            "xinhua",
        ),
        *(
            "yonhap",
            "pti",
            "ani",
            "ians",
            "antara",
            "bernama",
            "aa",
            "epd",
            "kna",
            "bloomberg",
            "canadian press",
            "aap",
        ),
        *("press association", "pa", "pa media", "adnkronos", "lapresse", "lusa", "sid", "dpa afx", "afx", "notimex"),
    )
)
_USER_NAME = re.compile(r"[^\W_][\w.-]{1,29}")
_EAST_ASIAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_PARTICLES = frozenset(
    (
        *(
            "de",
            "da",
            "di",
            "do",
            "du",
            "del",
            "della",
            "der",
            "den",
            "des",
            "la",
            "le",
            "van",
            "von",
            "vom",
            "zu",
            "zur",
        ),
        *(
            "ten",
            "ter",
            "te",
            "el",
            "al",
            "bin",
            "ibn",
            "ben",
            "dos",
            "das",
            "e",
            "y",
            "af",
            "av",
            "mc",
            "mac",
            "o",
            "d",
        ),
        *("l", "st", "the", "of", "for", "und", "and", "i", "lo", "los", "las"),
    )
)


@lru_cache(maxsize=4096)
def fold_name(text: str) -> str:
    """Make what is equal for two spellings of a name: case, accents and punctuation gone."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join([char for char in text if char < "\u0300" or not unicodedata.combining(char)])
    return " ".join(_WORD.findall(text.casefold()))


_SLASHED = re.compile(r"^(?P<name>.{4,}?)\s?/\s?(?:[A-Z][A-Z-]{1,6}|[a-z]{2,4})(?: [A-Z]\w+)?$")
"""A name with an agency or a clerk's initials behind a slash."""


@cache
def _other_work() -> re.Pattern[str]:
    """Starts of a piece that names who edited, checked, translated or took pictures."""
    return re.compile(
        r"^(?:(?:medically |fact[- ])?"
        r"(?:reviewed|edited|checked|translated|illustrated|photographed|curated) (?:and .{3,20} )?by|"
        r"(?:photos?|photography|photographs|illustrations?|graphics?|video|images?|fotos?|bild(?:er)?|"
        r"übersetzung|translation|traduction|traducción|traduzione|redigering|fotograf|foto's|fotografie|"
        r"illustration(?:en)?|grafik|camera|"
        r"kamera|翻訳者?|译者|校对|編集|摄影|責任編輯|责任编辑|фото)\s*(?::|：|by\b|von\b|par\b|por\b|di\b|av\b|\s)|"
        r"(?:übersetzt|fotografiert|redigiert) von|traduit par|traducido por|tradotto da|contributions? from)\s*",
        re.IGNORECASE,
    )


def names_other_work(text: str) -> bool:
    """Tell whether a text starts by saying who edited, checked, translated or took pictures."""
    return _other_work().match(text) is not None


def other_names(text: str) -> frozenset[str]:
    """Give the names, folded, that a byline gives to editors, checkers, translators and photographers."""
    found: set[str] = set()
    for piece in _SPLIT.split(_BRACKETS.sub(" ", text)):
        if match := _other_work().match(piece.strip()):
            found.update(fold_name(name) for name in parse_byline(piece.strip()[match.end() :]))
    return frozenset(found)


def is_agency(name: str) -> bool:
    """Tell whether a name is that of a news agency."""
    return fold_name(name).removeprefix("the ") in _AGENCIES


def has_given_name(name: str) -> bool:
    """Tell whether a name of several words starts with a given name that is common somewhere."""
    words = fold_name(name).split()
    return len(words) > 1 and words[0] in given_names()


@cache
def given_names() -> frozenset[str]:
    """Read the given names that are known: the most common ones of Europe and the Americas, and some of Asia."""
    return frozenset(resources.files("scraper.extract").joinpath("given_names.txt").read_text("utf-8").split())


_AROUND = " \t,.:;|/–—-•·●■◆▲▶*_()[]<>'\"‘’"
_PAIRS = {"「": "」", "『": "』", "《": "》", "【": "】", "〔": "〕"}


def is_role(name: str) -> bool:
    """Tell whether a text is a role and no name: "Senior Reporter"."""
    return _role_only().match(name) is not None


def strip_prefix(text: str) -> str:
    """Cut "By", "Von", "Par", "記者" and the like from the start of a line; after "By", "Van" is part of a name."""
    for _ in range(2):
        shorter = _prefix().sub("", text, count=1)
        if _NAME_PARTICLE.fullmatch(text):
            return text
        if shorter == text or text[:2].lower() == "by":
            return shorter
        text = shorter
    return text


def clean_name(text: str) -> str:
    """Cut from a name what is printed around it: brackets, roles after it, handles, punctuation."""
    text = " ".join(text.split()).strip(_AROUND)
    if len(text) > 2 and _PAIRS.get(text[0]) == text[-1]:
        text = text[1:-1].strip(_AROUND)
    for opener, closer in _PAIRS.items():
        if (opener in text) != (closer in text):
            text = text.strip(opener + closer)
    words = text.split()
    while len(words) > 2 and words[-1].isupper() and _CREDENTIAL.match(words[-1]):
        words.pop()
    text = " ".join(words)
    text = _without_role(text)
    if (slashed := _SLASHED.match(text)) is not None and ("/" not in slashed["name"]):
        text = slashed["name"]
    for _ in range(4):
        shorter = _trailing().sub("", text)
        if shorter == text or not shorter:
            break
        text = shorter
    return text


def _without_role(text: str) -> str:
    """Cut "Senior Editor" from "Ana Diaz Senior Editor", but not from the name of a desk."""
    words = text.split()
    if len(words) < MIN_WITH_ROLE or not _role().fullmatch(words[-1]) or not has_given_name(text):
        return text
    first = next(number for number, word in enumerate(words) if number > 1 and _role().fullmatch(word))
    return " ".join(words[: first if first < MIN_WITH_ROLE + 1 else 2])


MIN_WITH_ROLE = 3


def is_name(text: str, *, declared: bool = False) -> bool:
    """Tell whether a text can be the name of a person, an agency or a desk.

    Args:
        text: The text, cleaned.
        declared: It stands in data as a name, so that small letters and numbers do not speak against it.
    """
    if not 2 <= len(text) <= MAX_NAME_CHARS or not _LETTER.search(text):
        return False
    if declared:
        return not _ADDRESS.search(text) and not _bare().match(text) and len(text.split()) <= MAX_NAME_WORDS
    if _never().search(text) or _bare().match(text):
        return False
    words = text.split()
    if len(words) > MAX_NAME_WORDS:
        return False
    small = sum(1 for word in words if word[0].islower() and word.lower() not in _PARTICLES)
    return small == 0 or (len(words) == 1 and "." in text)


def is_user_name(text: str) -> bool:
    """Tell whether a text can be the name a reader or blogger goes by: one word, capitals or not."""
    return bool(_USER_NAME.fullmatch(text)) and not (
        _never().search(text) or _bare().match(text) or _role().search(text)
    )


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
    for piece in _SPLIT.split(_TEXT_AND_PHOTOS.sub("", _BRACKETS.sub(" ", text))):
        if not declared and _other_work().match(piece.strip()):
            if names:
                break
            continue
        bare = strip_prefix(piece.strip())
        if len(bare) < 2:
            continue
        if _role_only().match(bare) and not _EAST_ASIAN.search(bare):
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


def _is_sign(name: str) -> bool:
    """Tell a clerk's initials from a name, where they stand beside full names."""
    return name.isascii() and name.islower()


def _split_commas(text: str, *, declared: bool) -> list[str]:
    """Split "A, B, C", but not "A, senior editor" or "A, Dec 3, 2025"."""
    names: list[str] = []
    for number, piece in enumerate(piece for piece in _COMMA.split(text) if piece):
        name = clean_name(piece)
        if number and (
            _role().search(name)
            or _CREDENTIAL.match(name)
            or (is_agency(name) and not declared and names and " " in names[0])
        ):
            continue
        if not is_name(name, declared=declared):
            break
        names.append(name)
    return names
