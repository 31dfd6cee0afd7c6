"""Names: the persons, agencies and desks in a byline.

A module of its own because a byline is free text in every language: prefixes, roles, agencies, places, dates and
addresses have to come off before it is a list of names.
"""

from __future__ import annotations

import re
import unicodedata

MAX_NAME_CHARS = 70
MAX_NAME_WORDS = 7
"""Longer is a sentence, not a name. Source: of 1,106 names in the development sets one has more words."""

_PREFIX = re.compile(
    r"^(?:by(?=[A-Z][a-z])|(?:(?:written|words|posted|reported|reporting|story|article|report|published|review|"
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
    r"reporter|redaktion|redaktør|redaktör|redacteur|redattore|redactor|tekst og foto|text och foto|text|tekst|texto|"
    r"texte|testo|写|文|作者|記者|记者|撰文|采写|編輯|编辑|责任编辑|執筆|著者|글|بقلم|كتب(?:ت)?|الكاتب|"
    r"נכתב על ידי|מאת|लेखक|द्वारा)"
    r"(?:\s*[:：／/|]\s*|\s+|(?<=[\u2e80-\u9fff])\s*))",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:;|\||•|·|／|、|，|\n|\t|\s/\s|\s[–—-]\s|\s\+\s|\s&\s|\s(?:and|und|et|y|e|en|og|och|ve|dan|oraz|ja|și|и|"
    r"та|і|και|with"
    r"|mit|avec|con|met|và|si|ed)\s)\s*",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s*,\s*(?:(?:and|und|et|y|e|en|og|och|&)\s+)?", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(?:staff writer|staff reporter|reporter|correspondent|editor(?:ial)?|contributor|contributing|columnist|writer|"
    r"journalist(?:in|e)?|producer|photographer|analyst|professor|director|author|associate|senior|chief|lead|"
    r"head|deputy|"
    r"redakteur(?:in)?|korrespondent(?:in)?|chefredakteur(?:in)?|redaktor|volont[äa]r(?:in)?|journaliste|"
    r"rédact(?:eur|rice)"
    r"|correspondant(?:e)?|envoyée? spéciale?|periodista|redactora?|corresponsal|giornalista|inviat[oa]|corrispondente|"
    r"journalist|verslaggever|redacteur|correspondent|toimittaja|journalista|jornalista|repórter|special to|"
    r"news|sports?|politics|business|fellow|intern|founder|ceo|phd|ph\.d|md|m\.d|rd|rn|ms|mba|jr editor|"
    r"корреспондент|журналист|редактор|记者|記者|기자|특파원|編集委員|論説委員)\b",
    re.IGNORECASE,
)
_ROLE_ONLY = re.compile(rf"^(?:the |[\w-]+ ){{0,3}}{_ROLE.pattern}(?: [\w&,/-]+){{0,5}}$", re.IGNORECASE)
_BRACKETS = re.compile(r"[(（][^()（）]{0,80}[)）]")
_TRAILING = re.compile(
    r"(?:\s*\((?:[^()]{0,60})\)|\s+(?:기자|특파원|記者|记者|編集委員|報導|报道|撰文|facebook|twitter|follow|@\S+)"
    r"|\s+(?:is|was|has)\s.*|\s+(?:for|at|of|in|on|from|special to)\s+(?:the\s+)?[A-Z].*"
    r"|\s*\b(?:updated|published|posted|last updated|edited|on)\b\s*[:\d].*|[\s,.:;|/–—-]+)$",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"https?:|www\.|[@#<>{}=\[\]()]|\d.*\s|\s.*\d|\d{4,}|\d[:/.]\d|[!?…“”\"]|"
    r"\b(?:read more|more from|view all|click|share|comments?|subscribe|"
    r"sign up|log in|follow|updated|published|posted|min read|minutes? read|ago|copyright|all rights|reserved|cookies?|"
    r"newsletter|bio|email|e-mail|contact|profile|see all|show more|january|february|april|june|july|august|september|"
    r"october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|uhr|januar|februar|märz|juni|"
    r"juli|oktober|dezember|janvier|février|avril|juin|juillet|août|septembre|octobre|décembre|lesen|mehr|artikel|"
    r"continue|advertisement|close|menu|large|small|medium|text size|"
    r"reading time|lesezeit|lesedauer|minuten|min|read|listen|unknown|undefined|null|none|n/a|image|photo|"
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
_BARE = re.compile(
    r"^(?:twitter|facebook|instagram|linkedin|whatsapp|telegram|youtube|pinterest|"
    r"reddit|x|rss|tiktok|新規登録|会員登録|"
    r"ログイン|登录|注册|admin(?:istrator)?|author|authors|by|editor|webmaster|root|user|"
    r"guest|test|anonymous|about the author|"
    r"about the authors|written by|posted by|autor|autorin|redaktør|home|news|team|default|the author|von|writer|"
    r"byline|about|articles?|login|wordpress|am|um|on|in|und|and|et|print|pdf|website|http|web|top|kommentare|"
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
_EAST_ASIAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]")
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


def fold_name(text: str) -> str:
    """Make what is equal for two spellings of a name: case, accents and punctuation gone."""
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not unicodedata.combining(char)).casefold()
    return " ".join(re.findall(r"[^\W_]+", text))


def is_agency(name: str) -> bool:
    """Tell whether a name is that of a news agency."""
    return fold_name(name).removeprefix("the ") in _AGENCIES


def strip_prefix(text: str) -> str:
    """Cut "By", "Von", "Par", "記者" and the like from the start of a line."""
    for _ in range(2):
        shorter = _PREFIX.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter
    return text


def clean_name(text: str) -> str:
    """Cut from a name what is printed around it: brackets, roles after it, handles, punctuation."""
    text = " ".join(text.split()).strip(" \t,.:;|/–—-•·*_()[]【】「」《》<>'\"‘’")
    words = text.split()
    while len(words) > 2 and words[-1].isupper() and _CREDENTIAL.match(words[-1]):
        words.pop()
    text = " ".join(words)
    for _ in range(4):
        shorter = _TRAILING.sub("", text)
        if shorter == text or not shorter:
            break
        text = shorter
    return text


def is_name(text: str, *, declared: bool = False) -> bool:
    """Tell whether a text can be the name of a person, an agency or a desk.

    Args:
        text: The text, cleaned.
        declared: It stands in data as a name, so that small letters and numbers do not speak against it.
    """
    if not 2 <= len(text) <= MAX_NAME_CHARS or not _LETTER.search(text):
        return False
    if declared:
        return not _ADDRESS.search(text) and not _BARE.match(text) and len(text.split()) <= MAX_NAME_WORDS
    if _NEVER.search(text) or _BARE.match(text):
        return False
    words = text.split()
    if len(words) > MAX_NAME_WORDS:
        return False
    small = sum(1 for word in words if word[0].islower() and word.lower() not in _PARTICLES)
    return small == 0 or (len(words) == 1 and "." in text)


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
    for piece in _SPLIT.split(_BRACKETS.sub(" ", text)):
        bare = strip_prefix(piece.strip())
        if len(bare) < 2:
            continue
        if _ROLE_ONLY.match(bare) and not _EAST_ASIAN.search(bare):
            roles.extend(_split_commas(bare, declared=declared))
            continue
        found = _split_commas(bare, declared=declared)
        if not found and names:
            break
        for name in found:
            names.setdefault(fold_name(name), name)
    names.pop("", None)
    return tuple(names.values()) or tuple(roles[:1])


def _split_commas(text: str, *, declared: bool) -> list[str]:
    """Split "A, B, C", but not "A, senior editor" or "A, Dec 3, 2025"."""
    names = []
    for number, piece in enumerate(piece for piece in _COMMA.split(text) if piece):
        name = clean_name(piece)
        if number and (_ROLE.search(name) or _CREDENTIAL.match(name)):
            continue
        if not is_name(name, declared=declared):
            break
        names.append(name)
    return names
