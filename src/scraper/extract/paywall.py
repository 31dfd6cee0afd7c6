"""Paywall: whether a page shows only a part of its article to this reader.

A module of its own because what publishers declare is another question: many declare an article closed and send all of
it, for a script to cover, and many print a wall's classes on pages that are open.
"""

from __future__ import annotations

import re
from functools import cache

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.linked_data import LinkedData
from scraper.extract.printed import Printed
from scraper.extract.rules import select
from scraper.extract.standing import text_of

TIER_META = (
    *("article:content_tier", "og:article:content_tier", "content_tier", "cxenseparse:accesslevel", "access"),
    *("is_premium", "premium", "paywall", "article:content_restricted"),
)

_LOCKED = frozenset(
    ("locked", "premium", "paid", "subscriber", "subscribers", "true", "plus", "restricted", "1", "yes")
)
_OPEN = frozenset(("free", "open", "public", "false", "0", "no"))

MIN_PART_CHARS = 600
"""As much text in what is declared as closed is the closed part itself: the page holds it all."""

MIN_COVERED_CHARS = 3000
"""As much of it, and as much in paragraphs, is all of it even where a wall is printed too, to be laid over it."""

MIN_WHOLE_CHARS = 1500
"""As much text in paragraphs, without a wall in sight, is a whole article. Source: of the 60 development pages that are
declared closed and print no wall, 55 have more, and all of these as much as their true body where it is known."""

MAX_PREVIEW_CHARS = 4000
"""Where nothing is declared, a wall beside more text than this may be one that scripts show to some."""

MIN_WALL_CHARS = 30
"""Shorter texts are badges: "Subscriber only"."""

MIN_PARAGRAPH_CHARS = 60
MAX_PARAGRAPHS = 400
MAX_WALL_CHARS = 2500
MAX_WALLS = 40
_PLAIN_SELECTOR = re.compile(r"[.#]?[a-zA-Z][\w-]{0,80}(?:[.#][a-zA-Z][\w-]{0,80}){0,3}")
"""Others are not asked: pages write what no parser reads, and a hostile one what takes minutes."""


def find_paywall(tree: LexborHTMLParser, printed: Printed, linked: LinkedData) -> tuple[bool | None, str | None]:
    """Tell whether the page holds only a part of the article; None where it does not tell.

    Returns:
        The verdict and its source.
    """
    closed, source = _declared(linked)
    if closed is False:
        return False, source
    wall = any(_is_wall(spot.key, text_of(spot.node, limit=MAX_WALL_CHARS)) for spot in printed.paywall[:MAX_WALLS])
    if closed is None:
        return (True, "dom") if wall and _paragraph_chars(tree) < MAX_PREVIEW_CHARS else (None, None)
    part, size = sum(_matched_chars(tree, one) for one in linked.paywall_selectors[:5]), _paragraph_chars(tree)
    if part >= (MIN_COVERED_CHARS if wall else MIN_PART_CHARS) and (not wall or size >= MIN_COVERED_CHARS):
        return False, source
    return wall or size < MIN_WHOLE_CHARS, source


def _declared(linked: LinkedData) -> tuple[bool | None, str | None]:
    """Tell whether the article is declared closed."""
    if linked.accessible_for_free is not None:
        return not linked.accessible_for_free, linked.origin.get("accessible_for_free", "json_ld")
    for name in TIER_META:
        for value in linked.meta.get(name, ())[:1]:
            word = value.strip().casefold()
            if word in _LOCKED or word in _OPEN:
                return word in _LOCKED, "opengraph" if ":" in name else "meta"
    return None, None


def _is_wall(key: str, text: str) -> bool:
    """Tell the wall itself from switches, hidden ones and empty containers that scripts fill."""
    if any(word in key for word in ("no-paywall", "nopaywall", "paywall-free", "paywall-off", "hidden", "hide", "js-")):
        return False
    return len(text) >= MIN_WALL_CHARS and _says_closed().search(text) is not None


def _matched_chars(tree: LexborHTMLParser, selector: str) -> int:
    """Count the text in the elements that a page's own selector matches; 0 where it is no plain one."""
    if not _PLAIN_SELECTOR.fullmatch(selector):
        return 0
    return sum(len(node.text(deep=True).strip()) for node in select(tree, selector)[:20])


def _paragraph_chars(tree: LexborHTMLParser) -> int:
    """Count the text in paragraphs that are as long as one."""
    sizes = (len(node.text(deep=True).strip()) for node in tree.css("p")[:MAX_PARAGRAPHS])
    return sum(size for size in sizes if size >= MIN_PARAGRAPH_CHARS)


@cache
def _says_closed() -> re.Pattern[str]:
    """What a wall says, in some twenty languages."""
    return re.compile(
        r"subscribe (?:now )?(?:to|for|and) (?:continue|read|keep|unlock|get|full|access)|to (?:continue|keep) reading|"
        r"(?:to )?read (?:the full|the rest|this) (?:article|story|post)|"
        r"already (?:a subscriber|have an account|subscribe)|"
        r"(?:for|to) (?:our )?(?:subscribers|members|paid subscribers)|subscribers? only|"
        r"(?:sign|log) ?in to (?:continue|read)|unlock (?:this|the full)|become a (?:member|subscriber) to|"
        r"weiterlesen|weiter lesen|(?:jetzt|bereits) abonn|für abonnent|nur für abo|digitalabo|"
        r"(?:ganzen|vollständigen) artikel|"
        r"plus-artikel|abonnenten lesen|kostenlos testen|"
        r"réservée? aux abonnés|il vous reste|lire la suite|abonnez-vous|déjà abonné|"
        r"(?:para|exclusiv[oa]s? (?:para|de)) (?:nuestros )?suscriptores|suscríb[ea]\w* para|"
        r"(?:seguir|continuar) leyendo|ya eres suscriptor|"
        r"riservat[oi] agli abbonati|abbonati (?:per|e)|continua(?:re)? a leggere|sei già abbonato|"
        r"(?:para|exclusivo (?:para|de)) assinantes|assine (?:para|e|já)|continuar (?:a )?le(?:ndo|r)|já é assinante|"
        r"(?:alleen )?voor abonnees|lees (?:verder|het hele)|verder lezen|al abonnee|"
        r"för prenumeranter|som är prenumerant|läs vidare|logga in för att|bli prenumerant|"
        r"for abonnenter|kjøp (?:tilgang|abonnement)|logg inn for å|les videre|bliv abonnent|læs videre|"
        r"tilaajille|jatka lukemista|lue koko|vain tilaaj|"
        r"dla (?:prenumerator|subskrybent)|czytać dalej|czytaj dalej|pozostało \d+|wykup (?:dostęp|prenumeratę)|"
        r"pro předplatitel|číst dál|předplať|pre predplatiteľ|előfizető|"
        r"подписчик|по подписке|оформите подписку|читать дальше|передплатник|за підпискою|"
        r"abonelere özel|devamını okumak|abone ol|συνδρομητ|абонат|"
        r"有料会員|会員限定|有料記事|残り\s?\d+\s?文字|続きを読む|"
        r"订阅|訂閱|会员专享|會員專|付费阅读|구독자 전용|유료\s?회원|로그인 후|구독하고|"
        r"للمشتركين|اشترك (?:ل|الآن)|مشترک|למנויים|להמשך קריאה|सब्सक्राइब|สมัครสมาชิก|đăng ký để|berlangganan",
        re.IGNORECASE,
    )
