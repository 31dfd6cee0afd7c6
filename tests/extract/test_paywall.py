from __future__ import annotations

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract.linked_data import read_linked_data
from scraper.extract.paywall import find_paywall
from scraper.extract.printed import read_printed

PARAGRAPH = "<p>The bridge over the river is open to cars again after three years of work on its piers and cables.</p>"
WHOLE, CUT = PARAGRAPH * 20, PARAGRAPH * 3
WALL = "<div class='paywall'><h3>{}</h3><p>Support the work of our newsroom for one euro.</p></div>"


def verdict(body: str, declared: object = None, head: str = "") -> bool | None:
    if declared is not None:
        data = {"@type": "NewsArticle", "headline": "Bridge", **(declared if isinstance(declared, dict) else {})}
        if isinstance(declared, bool):
            data["isAccessibleForFree"] = declared
        head += f"<script type='application/ld+json'>{json.dumps(data)}</script>"
    tree = LexborHTMLParser(f"<html><head>{head}</head><body><h1>Bridge</h1>{body}</body></html>")
    return find_paywall(tree, read_printed(tree), read_linked_data(tree, ""))[0]


def parts(selector: str) -> dict[str, object]:
    part = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": selector}
    return {"isAccessibleForFree": "False", "hasPart": part}


def test_a_closed_article_that_is_cut_is_paywalled() -> None:
    assert verdict(CUT, declared=False) is True
    assert verdict(CUT, head="<meta property='article:content_tier' content='locked'>") is True


def test_a_closed_article_that_is_there_in_full_is_not() -> None:
    assert verdict(WHOLE, declared=False) is False
    assert verdict(f"{CUT}<div class='locked'>{PARAGRAPH * 9}</div>", declared=parts(".locked")) is False
    covered = f"{CUT}<div class='locked'>{WHOLE * 2}</div>" + WALL.format("Subscribe to continue reading")
    assert verdict(covered, declared=parts(".locked")) is False


def test_a_closed_part_that_is_not_on_the_page_was_cut() -> None:
    assert verdict(CUT, declared=parts(".locked")) is True
    assert verdict(f"{CUT}<div class='locked'></div>", declared=parts(".locked")) is True
    assert verdict(CUT, declared=parts("[[broken")) is True


def test_an_open_article_is_not() -> None:
    assert verdict(CUT, declared=True) is False
    assert verdict(CUT, head="<meta property='article:content_tier' content='free'>") is False


@pytest.mark.parametrize(
    "text",
    [
        "Subscribe to continue reading this article",
        "Already a subscriber? Sign in to continue reading",
        "Jetzt abonnieren und diesen Artikel weiterlesen",
        "La suite de cet article est réservée aux abonnés",
        "Contenido exclusivo para suscriptores del diario",
        "Contenuto riservato agli abbonati del giornale",
        "Conteúdo exclusivo para assinantes do jornal",
        "Lees verder met een abonnement op deze krant",
        "Artikeln är bara för dig som är prenumerant",
        "Denne artikkelen er for abonnenter av avisen",
        "Treść dostępna tylko dla prenumeratorów gazety",
        "Материал доступен только подписчикам нашего издания",
        "この記事は有料会員限定です。残り 1200 文字あります。ログインして続きを読む",
        "本文为会员专享内容，请订阅后阅读全文，感谢您对我们新闻工作的支持与理解",
        "이 기사는 구독자 전용 콘텐츠입니다. 로그인 후 이용해 주시기 바랍니다.",
        "هذا المحتوى مخصص للمشتركين فقط، اشترك الآن",
        "Bu içerik abonelere özel, devamını okumak için",
    ],
)
def test_walls_are_read_in_many_languages(text: str) -> None:
    assert verdict(CUT + WALL.format(text)) is True


def test_classes_alone_tell_nothing() -> None:
    assert verdict(f"<div class='article paywall'>{WHOLE}</div>") is None
    assert verdict(CUT + "<div class='paywall'></div>") is None
    assert verdict(CUT + "<span class='subscriber-only'>Subscriber only</span>") is None
    assert verdict(CUT + WALL.format("Subscribe to continue reading").replace("paywall", "paywall hidden")) is None


def test_an_undeclared_wall_beside_all_of_the_text_tells_nothing() -> None:
    assert verdict(WHOLE * 3 + WALL.format("Subscribe to continue reading")) is None


def test_without_any_sign_nothing_is_told() -> None:
    assert verdict(CUT) is None
    assert verdict(CUT, head="<meta property='article:content_tier' content='metered'>") is None
