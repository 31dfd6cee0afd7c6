from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from scraper.errors import ExtractError
from scraper.extract.page_kind import Other
from scraper.extract.reading import read_page
from scraper.extract.refusal import FEW_CHARS, refuse
from scraper.extract.walls import Wall

URL = "https://news.example/2025/bridge"
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def reason(html: str, url: str = URL, text_chars: int = 100) -> str | None:
    page = read_page(html, url=url, content_type=None, fetched_at=None, rule=None)
    try:
        refuse(page, url=url, text_chars=text_chars)
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
    links = "<div><a href=/x>Old bridge is repaired after years</a></div>" * 20
    assert reason(links, url="https://news.example/", text_chars=5000) == "section_front"
    assert reason(links, url=URL, text_chars=5000) is None
    assert reason("<p>One page of a small site</p>", url="https://news.example/", text_chars=5000) is None


def test_headlines_in_scripts_without_spaces_make_a_front_page_too() -> None:
    links = "<div><a href=/x>古い橋の修理が終わり通行が再開</a></div>" * 20
    assert reason(links, url="https://news.example/", text_chars=5000) == "section_front"


def test_only_what_may_pass_is_worth_another_try() -> None:
    page = read_page("<title>Just a moment...</title>", url=URL, content_type=None, fetched_at=None, rule=None)
    with pytest.raises(ExtractError) as caught:
        refuse(page, url=URL, text_chars=0)
    assert caught.value.retryable


@pytest.mark.parametrize("slug", [*get_args(Wall), *get_args(Other)])
def test_every_reason_is_explained(slug: str) -> None:
    assert f"`{slug}`" in OPERATIONS.read_text("utf-8")
