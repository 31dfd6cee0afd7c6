"""Names: what a person, an agency or a desk is called, told from everything else that stands in a byline.

A module of its own because data and printed lines, bylines and sign-offs all ask it of a short text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources

from scraper.agencies import agencies

MAX_NAME_CHARS = 70
MAX_NAME_WORDS = 7
"""Longer is a sentence, not a name. Source: of 1,106 names in the development sets one has more words."""


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
        r"(?:projekt|abteilungs|referats|ressort)?leiter(?:in)?|referent(?:in)?|geschäftsführer(?:in)?|"
        r"institute|university|college|universität|school|diseases|ministry|hospital|academy|department|foundation)\b",
        re.IGNORECASE,
    )


@cache
def _role_only() -> re.Pattern[str]:
    return re.compile(rf"^(?:the |[\w-]+ ){{0,3}}{_role().pattern}(?: [\w&,/-]+){{0,5}}$", re.IGNORECASE)


@cache
def _trailing() -> re.Pattern[str]:
    return re.compile(
        r"(?:\s*\((?:[^()]{0,60})\)|\s+(?:기자|특파원|記者|记者|編集委員|報導|报道|撰文|facebook|twitter|follow|@\S+)"
        r"|\s+(?:is|was|has)\s.*|\s+(?:for|at|of|in|on|from|special to)\s+(?:the\s+)?[A-Z].*"
        r"|\s+(?:am|le|el|il|den|op|em|dne|om|on)\s+\d.*"
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
        r"bio|email|e-mail|contact|profile|see all|show more|january|february|september|"
        r"october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|uhr|januar|"
        r"februar|märz|juni|"
        r"oktober|dezember|janvier|février|juin|juillet|août|septembre|octobre|décembre|lesen|mehr|artikel|"
        r"continue|advertisement|close|menu|large|small|medium|text size|"
        r"reading time|lesezeit|lesedauer|minuten|read|listen|posts|beiträge|schlagwörter|tags|"
        r"kategorien?|navigation|"
        r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|"
        r"vendredi|samedi|dimanche|"
        r"lunes|martes|miércoles|jueves|viernes|sábado|lunedì|martedì|mercoledì|giovedì|venerdì|enero|"
        r"febrero|"
        r"junio|septiembre|octubre|noviembre|diciembre|quelle|sources?|unknown|undefined|null|"
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
        r"guest|test|anonymous|no author|google scholar|pub ?med|about the author|"
        r"about the authors|written by|posted by|autor|autorin|redaktør|home|news|team|default|the author|von|writer|"
        r"stand|veröffentlicht|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|posted|datum|date|text|fotos?|übersetzung|translation|"
        r"nachrichten|byline|about|articles?|login|wordpress|am|um|on|in|und|and|et|print|pdf|website|"
        r"http|web|top|kommentare|"
        r"über den autor|über die autorin|zum autor|zur autorin|contributor|contributors)$",
        re.IGNORECASE,
    )


_USER_NAME = re.compile(r"[^\W_][\w.-]{1,29}")
_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_PARTICLES = frozenset((
    "de", "da", "di", "do", "du", "del", "della", "der", "den", "des", "la", "le", "van", "von", "vom", "zu", "zur",
    "ten", "ter", "te", "el", "al", "bin", "ibn", "ben", "dos", "das", "e", "y", "af", "av", "mc", "mac", "o", "d",
    "l", "st", "the", "of", "for", "und", "and", "i", "lo", "los", "las",
))  # fmt: skip


@lru_cache(maxsize=4096)
def fold_name(text: str) -> str:
    """Make what is equal for two spellings of a name: case, accents and punctuation gone."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join([char for char in text if char < "\u0300" or not unicodedata.combining(char)])
    return " ".join(_WORD.findall(text.casefold()))


_SLASHED = re.compile(r"^(?P<name>.{4,}?)\s?/\s?(?:[A-Z][A-Z-]{1,6}|[a-z]{2,4})(?: [A-Z]\w+)?$")
"""A name with an agency or a clerk's initials behind a slash."""


def is_agency(name: str) -> bool:
    """Tell whether a name is that of a news agency."""
    return fold_name(name).removeprefix("the ") in _agency_names()


@cache
def _agency_names() -> frozenset[str]:
    return frozenset(fold_name(name) for agency in agencies() for name in (agency.code, *agency.names))


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


def says_role(text: str) -> bool:
    """Tell whether a text has the word for a role in it."""
    return _role().search(text) is not None


def is_credential(text: str) -> bool:
    """Tell whether a text is a degree or a suffix: "PhD"."""
    return _CREDENTIAL.match(text) is not None


def is_role(name: str) -> bool:
    """Tell whether a text is a role and no name: "Senior Reporter"."""
    return _role_only().match(name) is not None


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
