from __future__ import annotations

import pytest
from tests.report.sites import START, article, skip

from scraper.report.health_signs import LEARNING, Measures, signs_of


@pytest.mark.parametrize(
    ("reason", "sign"),
    [
        ("challenge", "challenge"),
        ("http_403", "challenge"),
        ("login", "challenge"),
        ("http_404", "gone"),
        ("http_500", "gone"),
        ("no_body", "no_article"),
        ("section_front", "no_article"),
    ],
)
def test_every_reason_is_one_sign(reason: str, sign: str) -> None:
    signs = signs_of(Measures(), skip(START, reason), learning=True)
    assert [name for name, shown in signs.items() if shown] == [sign]


def test_what_is_short_is_learned_from_the_site() -> None:
    measures = Measures()
    assert "short_text" not in signs_of(measures, article(START, chars=4000), learning=True)
    for number in range(LEARNING):
        signs_of(measures, article(START + 1 + number, chars=4000), learning=True)
    assert signs_of(measures, article(START + 50, chars=800), learning=True)["short_text"]
    assert signs_of(measures, article(START + 51, chars=40_000), learning=True)["long_text"]
    signs = signs_of(measures, article(START + 52, chars=4000), learning=True)
    assert not signs["short_text"]
    assert not signs["long_text"]


def test_broken_texts_are_no_measure() -> None:
    measures = Measures()
    signs_of(measures, article(START), learning=False)
    assert sum(measures.lengths) == 0
    assert measures.articles == 1


def test_a_field_that_is_missing_is_a_sign_of_its_own() -> None:
    signs = signs_of(Measures(), article(START, missing={"byline", "photos"}, paywalled=True), learning=True)
    assert [name for name, shown in signs.items() if shown] == ["paywall", "no_byline", "no_photos"]
