"""Refusal: pages that are no article, recognized by few and sure signs.

A module of its own because a wrong refusal loses an article for good, while a page let through is caught later by its
body or by a person: so each sign is narrow, and most hold only where there is hardly any text.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from scraper.errors import ExtractError
from scraper.extract.linked_data import LinkedData

FEW_CHARS = 600
"""Below this a page's body is too short to outweigh a sign. Chosen by hand: with the development sets' bodies none of
2,466 articles is refused by such a sign."""

TEASER_WORDS = 5
FRONT_TEASERS = 15
"""Links as long as a headline on a site's first page that make it a front page. Chosen by hand: of 2,466 articles it
refuses one, the first page of a weblog."""

MAX_LINKS = 2000

# Patterns are strings: re compiles and keeps them at their first use; most pages need none of them.
_CHALLENGE_TITLE = (
    r"(?i)^(?:just a moment|attention required|checking your browser|access denied|access to this page has been denied|"
    r"please wait|are you a (?:robot|human)|robot check|security check|verify(?:ing)? you are human|human verification|"
    r"bot verification|ddos-guard|one more step|pardon our interruption|request blocked|you have been blocked|"
    r"un momento|einen moment|un instant|nur einen moment)\b"
)
_CHALLENGE_MARKS = (
    "script[src*='/cdn-cgi/challenge-platform/'][src*='orchestrate'], #challenge-form, #challenge-running, "
    "#cf-challenge-running, #px-captcha, iframe[src*='captcha-delivery.com'], #sec-if-cpt-container, "
    "script[src*='_Incapsula_Resource'], form#captcha-form"
)
_CONSENT_TITLE = (
    r"(?i)^(?:before you continue|cookie consent|your privacy choices|privacy settings|wir brauchen ihre zustimmung|"
    r"zustimmung erforderlich|consent|datenschutzeinstellungen|avant de continuer|antes de continuar|"
    r"bevor sie fortfahren)\b"
)
_CONSENT_HOSTS = r"(?i)^(?:consent|privacy-?(?:mgmt|gate|wall)?|cmp|zustimmung|myprivacy)\."
_LOGIN_TITLE = (
    r"(?i)^(?:log ?in|sign ?in|anmelden|anmeldung|einloggen|login|connexion|se connecter|iniciar sesi[oó]n|accedi|"
    r"inloggen|logga in|logg inn|log ind|kirjaudu|zaloguj|вход|войти|ログイン|登录|登入|로그인)(?:\s*[|–—:-].*)?$"
)
_MISSING_TITLE = (
    r"(?i)^(?:(?:error|fehler|erreur)?\s*404\b|(?:the )?page (?:you requested )?(?:was |could )?(?:not|cannot) "
    r"be found|page not found|not found|seite nicht gefunden|page introuvable|página no encontrada|pagina non trovata|"
    r"página não encontrada|pagina niet gevonden|siden (?:ble|blev) ikke funnet|sidan (?:kunde inte )?hittades inte|"
    r"sivua ei löydy|strona nie istnieje|stránka nenalezena|страница не найдена|сторінку не знайдено|sayfa bulunamadı|"
    r"ページが見つかりません|页面不存在|找不到頁面|페이지를 찾을 수 없습니다|oops!? (?:that )?page)"
)
_ERROR_TITLE = (
    r"(?i)^(?:(?:error )?(?:40[01358]|410|429|50[0-4]|52[0-5])\b(?:[ :|–-]+[a-z ]+)?$|"
    r"bad gateway|service (?:temporarily )?unavailable|internal server error|gateway time-?out|forbidden|"
    r"web server is (?:down|returning)|domain (?:is )?(?:for sale|parked)|account suspended|"
    r"site (?:under )?maintenance|wartungsarbeiten|index of /)"
)
_LIST_TYPES = frozenset(("CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage"))
_ARTICLE_LIKE = r"Article$|Posting$|Review$|Recipe|HowTo|Report"


def refuse(tree: LexborHTMLParser, *, url: str, linked: LinkedData, text_chars: int) -> None:
    """Raise where a page is surely no article.

    Args:
        tree: The page.
        url: Its address after redirects, "" if unknown.
        linked: What it declares.
        text_chars: Characters of the body that was found.

    Raises:
        ExtractError: reason "challenge", "consent_wall", "login", "soft_404", "error_page", "section_front" or "list";
            retryable where the article may be there later.
    """
    title = (linked.title or "").strip()
    declared = any(re.search(_ARTICLE_LIKE, kind) for kind in linked.types) or bool(
        linked.first_meta("article:published_time")
    )
    if text_chars < FEW_CHARS and not declared:
        _refuse_by_title(tree, url, title)
    if _is_front(url) and not declared and linked.first_meta("og:type") != "article":
        teasers = sum(1 for anchor in tree.css("a")[:MAX_LINKS] if len(anchor.text(deep=True).split()) >= TEASER_WORDS)
        if teasers >= FRONT_TEASERS:
            raise ExtractError("section_front", f"the site's front page, with {teasers} links as long as a headline")
    if not declared and text_chars < FEW_CHARS and linked.first_meta("og:type") != "article":
        for kind in linked.types:
            if kind in _LIST_TYPES:
                raise ExtractError("list", f"the page declares itself a {kind}")


def _refuse_by_title(tree: LexborHTMLParser, url: str, title: str) -> None:
    if re.match(_CHALLENGE_TITLE, title) or tree.css_first(_CHALLENGE_MARKS) is not None:
        raise ExtractError("challenge", f"the site asks for a proof of being human: {title!r}", retryable=True)
    if re.match(_CONSENT_TITLE, title) or re.match(_CONSENT_HOSTS, _host(url)):
        raise ExtractError("consent_wall", f"the site asks for consent before it shows anything: {title!r}")
    if re.match(_LOGIN_TITLE, title):
        raise ExtractError("login", f"the site asks to log in: {title!r}")
    heading = tree.css_first("h1")
    printed = " ".join(heading.text(deep=True).split())[:200] if heading is not None else ""
    if re.match(_MISSING_TITLE, title) or re.match(_MISSING_TITLE, printed):
        raise ExtractError("soft_404", f"the page says that it does not exist: {title or printed!r}")
    if re.match(_ERROR_TITLE, title) or (re.match(_ERROR_TITLE, printed) and len(printed) < 60):
        raise ExtractError("error_page", f"the page reports an error: {title or printed!r}", retryable=True)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_front(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.netloc) and parts.path.strip("/") in ("", "index.html", "index.php") and not parts.query
