from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.walls import find_marked_wall, find_wall, is_about_consent


@pytest.mark.parametrize(
    ("title", "heading", "wall"),
    [
        ("Just a moment...", "", "challenge"),
        ("", "Bitte bestätigen Sie, dass Sie ein Mensch sind", "challenge"),
        ("", "あなたが人間であることを確認します", "challenge"),
        ("The Herald | We value your privacy", "", "consent_wall"),
        ("", "Szanujemy Twoją prywatność", "consent_wall"),
        ("", "Sind Sie über 18?", "age_gate"),
        ("herald.example: diese Domain steht zum Verkauf", "Diese Domain steht zum Verkauf", "parked_domain"),
        ("Page introuvable - Le Courrier", "", "soft_404"),
        ("", "お探しのページは見つかりませんでした", "soft_404"),
        ("", "Oops! That page can’t be found.", "soft_404"),
        ("503 Service Unavailable", "", "error_page"),
        ("Redirecting...", "", "redirect_stub"),
        ("Zaloguj się - Kurier", "", "login"),
    ],
)
def test_a_wall_says_what_it_wants(title: str, heading: str, wall: str) -> None:
    found = find_wall(title, [heading], [])
    assert found is not None
    assert found[0] == wall


@pytest.mark.parametrize(
    "title",
    [
        "Just in: a moment of silence for the bridge",
        "Login fees rise at the county archive",
        "404 days without a mayor",
        "Page not bound: the printers who gave up",
        "Are you over-insured? A guide",
    ],
)
def test_a_headline_about_a_wall_is_none(title: str) -> None:
    assert find_wall(title, [title], [title]) is None


def test_a_word_in_a_menu_is_no_wall() -> None:
    assert find_wall("The bridge", [], ["Log in", "Cookies", "Coming soon"]) is None
    assert find_wall("The bridge", ["Log in"], []) is not None


@pytest.mark.parametrize(
    ("markup", "wall"),
    [
        ("<script src=https://ct.captcha-delivery.com/c.js></script>", "challenge"),
        ("<form><input type='password' name=p></form>", "login"),
        ("<script>window.location.replace('/elsewhere')</script>", "redirect_stub"),
        ("<script src=https://www.sedoparking.com/x.js></script>", "parked_domain"),
        ("<div id=app></div>", None),
    ],
)
def test_markup_tells_where_there_is_no_text(markup: str, wall: str | None) -> None:
    found = find_marked_wall(markup, host="news.example", refresh=None, page_chars=20)
    assert (found[0] if found else None) == wall
    assert find_marked_wall(markup, host="news.example", refresh=None, page_chars=5000) is None


def test_a_refresh_to_another_address_is_a_stub_and_one_to_itself_is_not() -> None:
    assert find_marked_wall("", host="", refresh="0; url=/new", page_chars=20) == ("redirect_stub", "0; url=/new")
    assert find_marked_wall("", host="", refresh="300", page_chars=20) is None


def test_a_page_about_consent_says_little_else() -> None:
    about = "We and our partners store cookies on your device to read personal data."
    assert is_about_consent([about, about, "Accept", "Reject"])
    assert not is_about_consent([about, *["The bridge over the river is closed until the spring of next year."] * 3])
    assert not is_about_consent([])


@given(st.text(max_size=300), st.lists(st.text(max_size=200), max_size=5))
def test_any_text_is_judged(title: str, lines: list[str]) -> None:
    find_wall(title, lines, lines)
