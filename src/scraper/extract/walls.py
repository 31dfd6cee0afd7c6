"""Wall: a page that stands where the article should be, and what it wants: a proof, consent, a login, or nothing.

A module of its own because walls say the same few things in every language, in walls.toml, and these are compared with
whole lines, never searched for in a text: an article about a wall is no wall.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Literal, get_args

from scraper.extract.features import fold

Wall = Literal[
    "challenge", "consent_wall", "age_gate", "parked_domain", "soft_404", "error_page", "redirect_stub", "login"
]

MAX_LINE_CHARS = 160
"""A longer line is a sentence of a text, not the notice of a wall."""

LITTLE_TEXT = 1200
"""Characters on the whole page below which its markup is looked at: a wall has little else. Of 2,466 development pages
13 have less."""

ALMOST_NO_TEXT = 300

CONSENT_SHARE = 0.5
CONSENT_CHARS = 12_000
MIN_CONSENT_CHARS = 40
"""A wall for consent may hold a long text, most of it about data. Set by hand."""

_CHALLENGE_MARKS = (
    "/cdn-cgi/challenge-platform/h/", "cf-challenge-running", "challenge-form", "cf_chl_opt",
    "px-captcha",
    "captcha-delivery.com", "sec-if-cpt-container", "_Incapsula_Resource", "awsWafCookieDomainList", "token.awswaf.com",
    "hcaptcha.com/1/api.js", "geetest", "/.well-known/sgcaptcha", "smartcaptcha", "sucuri_cloudproxy_js",
    "_pxAppId", "g-recaptcha", "captcha-form",
)  # fmt: skip
_PARKED_MARKS = ("sedoparking.com", "parkingcrew.net", "bodis.com", "afternic.com/forsale", "hugedomains.com/domain")
_CONSENT_HOSTS = r"(?i)^(?:consent|privacy-?(?:mgmt|gate|wall)?|cmp|zustimmung|myprivacy|guce|privacidad)\."
_CONSENT_WORDS = (
    r"(?i)cookie|consent|privacy|gdpr|personal data|our partners|third part|vendors?\b|legitimate interest|"
    r"einwilligung|zustimmung|datenschutz|personenbezogen|dsgvo|tracking|données|consentement|vie privée|"
    r"datos personales|consentimiento|privacidad|dati personali|consenso|dados pessoais|privacidade|persoonsgegevens|"
    r"toestemming|danych|rodo\b|zgod|prywatno|osobních údaj|souhlas|soukrom|personuppgift|samtycke|personopplysning|"
    r"samtykke|personoplysning|henkilötieto|evästee|személyes adat|hozzájárul|date personale|consimțământ|"
    r"kişisel veri|çerez|персональн|согласие|προσωπικ|συγκατάθεσ|クッキー|個人情報|隐私|隱私|개인정보|쿠키"
)
_SPLIT = r"\s+[|–—·•»«:›-]\s+|\s*[|]\s*|:\s+"
_LOGIN_FIELD = r"(?i)\stype\s*=\s*[\"']?password"
_LEADS_AWAY = r"location\.(?:replace|assign)\(|location(?:\.href)?\s*=\s*[\"']"


def find_wall(title: str, headings: Iterable[str], lines: Iterable[str]) -> tuple[Wall, str] | None:
    """Tell a wall by what its title, its headings and its first lines say.

    Args:
        title: Of the title element; the site's name may stand in it.
        headings: As printed. Like the title's parts they may be all that a wall says.
        lines: First blocks as printed; a phrase alone in one of these is a link in a menu.

    Returns:
        The wall and the line that told it, None where no line does.
    """
    named = [line for line in (title, *re.split(_SPLIT, title), *headings) if 0 < len(line) <= MAX_LINE_CHARS]
    said = [*named, *(line for line in lines if len(line) <= MAX_LINE_CHARS)]
    folded = [fold(line) for line in said]
    for wall, equals, starts in _phrases():
        for number, plain in enumerate(folded):
            if (number < len(named) and plain in equals) or plain.startswith(starts):
                return wall, said[number]
    return None


def find_marked_wall(text: str, *, host: str, refresh: str | None, page_chars: int) -> tuple[Wall, str] | None:
    """Tell a wall by what its markup holds, where there is hardly any text.

    Args:
        text: The page's markup.
        host: Of its address.
        refresh: Content of its meta element refresh.
        page_chars: Characters of all its text.
    """
    if re.match(_CONSENT_HOSTS, host):
        return "consent_wall", host
    if page_chars >= LITTLE_TEXT:
        return None
    if mark := next((mark for mark in _PARKED_MARKS if mark in text), None):
        return "parked_domain", mark
    if page_chars >= ALMOST_NO_TEXT:
        return None
    if mark := next((mark for mark in _CHALLENGE_MARKS if mark in text), None):
        return "challenge", mark
    if re.search(_LOGIN_FIELD, text):
        return "login", "a field for a password and little else"
    if refresh and "url" in refresh.casefold():
        return "redirect_stub", refresh
    if re.search(_LEADS_AWAY, text):
        return "redirect_stub", "a script that leads elsewhere and little else"
    return None


def is_about_consent(texts: Sequence[str]) -> bool:
    """Tell whether a page speaks of hardly anything but personal data."""
    total = sum(map(len, texts))
    if not total or total > CONSENT_CHARS:
        return False
    words = re.compile(_CONSENT_WORDS)
    return sum(len(t) for t in texts if len(t) >= MIN_CONSENT_CHARS and words.search(t)) > CONSENT_SHARE * total


@cache
def _phrases() -> tuple[tuple[Wall, frozenset[str], tuple[str, ...]], ...]:
    """Read the phrases, folded as lines are; a start in letters ends with its word."""
    told = tomllib.loads(resources.files("scraper.extract").joinpath("walls.toml").read_text("utf-8"))
    return tuple(
        (wall, frozenset(map(fold, told[wall]["equals"])), tuple(map(fold, told[wall]["starts"])))
        for wall in get_args(Wall)
    )
