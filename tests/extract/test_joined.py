from __future__ import annotations

from dataclasses import replace

import pytest

from scraper.article import Article, Block, Photo, Removed
from scraper.extract.joined import join

LEDE = "The ferry came back to the lake on Monday, forty years after the last one."
EMPTY = Article(
    url="https://a.example/x", final_url="https://a.example/x", canonical_url=None, headline="The ferry returns",
    dek="After forty years", byline=None, authors=(), dateline=None, section=None, sections=(), tags=(), language="en",
    published_at=None, modified_at=None, body=(), photos=(), removed=(),
)  # fmt: skip


def page(*texts: str, **more: object) -> Article:
    return replace(EMPTY, body=tuple(Block("paragraph", text) for text in texts), **more)  # type: ignore[arg-type]


def texts(article: Article) -> list[str]:
    return [block.text for block in article.body]


def test_one_page_stays_as_it_is() -> None:
    assert join([page(LEDE)]) == page(LEDE)


def test_bodies_follow_each_other_and_fields_are_those_of_the_first_page() -> None:
    later = page("Two.", headline="The ferry returns, page 2", language="fr")
    article = join([page(LEDE), later, page("Three.")])
    assert texts(article) == [LEDE, "Two.", "Three."]
    assert (article.headline, article.language, article.pages) == ("The ferry returns", "en", 3)


def test_what_an_earlier_page_said_is_not_said_again_and_stands_in_removed() -> None:
    article = join([page(LEDE, "One."), page("The  ferry returns", "After forty years", LEDE.upper(), "Two.", "Two.")])
    assert texts(article) == [LEDE, "One.", "Two.", "Two."]
    assert [(each.text, each.rule) for each in article.removed] == [
        ("The  ferry returns", "joined:repeated"),
        ("After forty years", "joined:repeated"),
        (LEDE.upper(), "joined:repeated"),
    ]


def test_what_an_earlier_page_cut_as_no_text_is_cut_from_a_later_one() -> None:
    plea = "Give to the paper today, so that it can go on reporting from the lake."
    first = page(LEDE, removed=(Removed("plea", plea, "phrase:give"), Removed("navigation", "The pier", "container")))
    article = join([first, page(plea, "The pier", "Two.")])
    assert texts(article) == [LEDE, "The pier", "Two."]
    assert [each.rule for each in article.removed] == ["phrase:give", "container", "joined:repeated"]


def test_what_was_cut_and_what_was_shown_stands_there_once() -> None:
    cut, picture = Removed("share", "Share this", "share"), Photo("https://a.example/a.jpg?w=100", "The ferry")
    other = Photo("https://a.example/b.jpg", "The pier")
    nameless = Photo(None, "The ferry")
    first = page(LEDE, removed=(cut,), photos=(picture,))
    second = page(
        "Two.",
        removed=(cut, Removed("ad", "Buy", "ad")),
        photos=(replace(picture, url="https://a.example/a.jpg"), other),
    )
    article = join([first, second, page("Three.", photos=(nameless, other))])
    assert [each.text for each in article.removed] == ["Share this", "Buy"]
    assert article.photos == (picture, other, nameless)


def test_a_dateline_split_from_a_later_page_does_not_vanish() -> None:
    article = join([page(LEDE, dateline="ULM"), page("Two.", dateline="ULM"), page("Three.", dateline="BONN")])
    assert article.dateline == "ULM"
    assert [(each.text, each.rule) for each in article.removed] == [("BONN", "joined:dateline")]


@pytest.mark.parametrize(
    ("said", "told"), [((None, None), None), ((False, None), False), ((None, True), True), ((False, True), True)]
)
def test_a_wall_before_any_page_is_a_wall(said: tuple[bool | None, bool | None], told: bool | None) -> None:
    assert join([page(LEDE, paywalled=said[0]), page("Two.", paywalled=said[1])]).paywalled is told


def test_what_is_missing_is_said() -> None:
    assert join([page(LEDE)], missing="http_503: page 2").missing_pages == "http_503: page 2"
