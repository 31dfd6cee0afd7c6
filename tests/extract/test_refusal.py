from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.errors import ExtractError
from scraper.extract.linked_data import read_linked_data
from scraper.extract.refusal import FEW_CHARS, refuse

URL = "https://news.example/2025/bridge"


def reason(page: str, url: str = URL, text_chars: int = 100) -> str | None:
    tree = LexborHTMLParser(page)
    try:
        refuse(tree, url=url, linked=read_linked_data(tree, url), text_chars=text_chars)
    except ExtractError as error:
        return error.reason
    return None


@pytest.mark.parametrize(
    ("page", "slug"),
    [
        ("<title>Just a moment...</title>", "challenge"),
        ("<title>news.example</title><form id=challenge-form></form>", "challenge"),
        ("<title>Before you continue</title>", "consent_wall"),
        ("<title>Log in | The Example</title>", "login"),
        ("<title>Page not found - The Example</title>", "soft_404"),
        ("<title>The Example</title><h1>Seite nicht gefunden</h1>", "soft_404"),
        ("<title>502 Bad Gateway</title>", "error_page"),
        ('<title>World</title><script type=application/ld+json>{"@type":"CollectionPage"}</script>', "list"),
    ],
)
def test_refuses_by_sure_signs(page: str, slug: str) -> None:
    assert reason(page) == slug


@pytest.mark.parametrize(
    "page",
    [
        "<title>Just a moment that changed the town</title>",
        "<title>404 error pages, and why we love them</title>",
        "<title>Page not found</title><meta property='article:published_time' content='2025-03-04'>",
        "<title>Login to your account was hacked: what now</title>",
        "<title>Bridge is repaired</title><script src='https://captcha.example/x.js'></script>",
    ],
)
def test_lets_articles_through(page: str) -> None:
    assert reason(page, text_chars=FEW_CHARS) is None


def test_a_front_page_is_the_first_address_with_many_headlines() -> None:
    links = "<a href=/x>Old bridge is repaired after years</a>" * 20
    assert reason(links, url="https://news.example/", text_chars=5000) == "section_front"
    assert reason(links, url=URL, text_chars=5000) is None
    assert reason("<p>One page of a small site</p>", url="https://news.example/", text_chars=5000) is None


def test_only_what_may_pass_is_worth_another_try() -> None:
    tree = LexborHTMLParser("<title>Just a moment...</title>")
    with pytest.raises(ExtractError) as caught:
        refuse(tree, url=URL, linked=read_linked_data(tree, URL), text_chars=0)
    assert caught.value.retryable
