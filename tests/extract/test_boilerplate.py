from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.boilerplate import Verdict, find_phrases, read_names, read_phrases


def said(text: str, *, links: float = 0.0, last: bool = False) -> Verdict | None:
    folded = text.casefold()
    return read_phrases(folded, find_phrases([folded])[0], links=links, last=last)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Please consider a donation to support our work, so that our journalism stays free for everyone.", "plea"),
        ("Unterstützen Sie unabhängigen Journalismus mit Ihrer Spende, damit unsere Arbeit weitergeht.", "plea"),
        ("Soutenez une presse indépendante : faites un don pour que nos enquêtes continuent.", "plea"),
        ("Haz una donación y apoya nuestro periodismo independiente, que depende de nuestros lectores.", "plea"),
        ("Fai una donazione: il tuo sostegno rende possibile il nostro giornalismo indipendente.", "plea"),
        ("Faça uma doação e apoie o nosso jornalismo independente. Precisamos do seu apoio.", "plea"),
        ("Doneer nu en steun onze onafhankelijke journalistiek. Uw donatie helpt ons verder.", "plea"),
        ("Wesprzyj niezależne dziennikarstwo. Twoja wpłata pomaga naszej redakcji.", "plea"),
        ("Поддержите независимую журналистику: сделайте пожертвование, чтобы наша редакция работала.", "plea"),
        ("Підтримайте незалежну журналістику. Ваш внесок допомагає нашій редакції.", "plea"),
        ("Bağımsız gazetecilik için bize destek olun, bağışınız okurlarımız için önemli.", "plea"),
        ("ادعمونا: تبرعكم يساعد على استمرار الصحافة المستقلة.", "plea"),
        ("独立したジャーナリズムのため、ご寄付をお願いします。", "plea"),
        ("请支持我们的独立新闻，您的支持与捐款非常重要。", "plea"),
        ("독립언론을 위해 후원해 주세요. 여러분의 후원이 필요합니다.", "plea"),
        ("Sign up for our newsletter and get the best of the coast in your inbox every week.", "newsletter"),
        ("Abonnez-vous à notre newsletter pour recevoir l'essentiel chaque matin.", "newsletter"),
        ("ALSO READ: Pear growers fear a late frost", "related"),
        ("Mehr zum Thema", "related"),
        ("यह भी पढ़ें", "related"),
        ("Advertisement", "ad"),
        ("keep reading", "teaser"),
        ("Share this:", "share"),
        ("This article is for subscribers. Sign in to continue.", "paywall"),
        ("Copyright 2024 The Associated Press. All rights reserved.", "legal"),
    ],
)
def test_boilerplate_is_named(text: str, kind: str) -> None:
    verdict = said(text, last=True)
    assert verdict is not None
    assert verdict.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "The hospital received a donation of two million crowns on Monday, the largest gift in its history.",
        "“Please donate to hospitals, and support our work for children everywhere,” the nonprofit's head said.",
        "The senator's campaign raised four million dollars from small donors, who gave twenty dollars a month.",
        "The company sends its weekly newsletter to two million customers, and has lost half of them since May.",
        "Readers of the comments found by the court said that the law was unclear, and the judges agreed with them.",
        "Share prices fell on Monday, and the bank said that it would not pay a dividend this year.",
        "Advertisements for tobacco have been banned since 1991, but the industry found other ways.",
    ],
)
def test_news_about_such_things_stays(text: str) -> None:
    assert said(text) is None


@pytest.mark.parametrize(
    ("names", "tag", "kind"),
    [
        ("jp-relatedposts", "div", "related"),
        ("related-posts", "div", "related"),
        ("ArticleNewsletterSignup", "div", "newsletter"),
        ("entry-content", "div", None),
        ("shadow", "div", None),
        ("ad", "div", "ad"),
        ("read-ad-free-page", "div", None),
        ("not-a-paywall", "div", None),
        ("no-sidebar", "div", None),
        ("", "nav", "navigation"),
        ("author-bio", "div", "author_bio"),
    ],
)
def test_names_are_read_as_words(names: str, tag: str, kind: str | None) -> None:
    verdict = read_names(names, tag)
    assert (verdict.kind if verdict else None) == kind


@given(st.lists(st.text(max_size=30), max_size=8))
def test_hits_belong_to_the_text_that_holds_them(texts: list[str]) -> None:
    texts = [text.casefold() for text in texts]
    for text, hits in zip(texts, find_phrases(texts), strict=True):
        assert all(phrase in text for phrases in hits.found.values() for phrase in phrases)
