from __future__ import annotations

from pathlib import Path

import pytest

from scraper.config import Rule
from scraper.errors import ExtractError
from scraper.extract.assemble import extract_article
from scraper.extract.marked_page import mark_page

SITE = Path(__file__).parents[2] / "src/scraper/demo/site"
URL = "https://news.example/a"
NAMES = ("tide-gauge", "school-roof-vote", "ferry-returns", "romen.ja", "faro.es", "in-praise-of-the-slow-clock")


def squeeze(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_marked_is_what_was_extracted(name: str) -> None:
    html = (SITE / f"{name}.html").read_bytes()
    article, marked = extract_article(html, url=URL), mark_page(html, url=URL)
    body = "".join(squeeze(block.text) for block in marked.blocks if block.verdict in {"body", "pulled_quote"})
    assert body.endswith(squeeze("".join(block.text.replace(" | ", "") for block in article.body)))
    removed = [(block.verdict, block.rule, squeeze(block.text)) for block in marked.blocks if block.rule]
    assert removed == [(one.kind, one.rule, squeeze(one.text)) for one in article.removed]


def test_every_block_of_the_window_says_how_likely_it_is() -> None:
    marked = mark_page((SITE / "tide-gauge.html").read_bytes(), url=URL)
    assert all(block.likely is not None and block.reasons for block in marked.blocks if block.verdict == "body")
    assert marked.reasons
    assert [one for one in marked.candidates if one.chosen]
    assert not marked.ruled


def test_of_a_body_that_a_rule_names_the_trees_are_not_quoted() -> None:
    html = (
        "<body><div id=a><p>The ferry is back, and people of both islands are glad of it.</p></div><p>Other text.</p>"
    )
    marked = mark_page(html.encode(), url=URL, rule=Rule(body="#a"))
    assert marked.ruled
    assert [(block.verdict, block.likely) for block in marked.blocks] == [("body", None), ("unlisted", None)]


def test_a_page_that_is_no_text_cannot_be_marked() -> None:
    with pytest.raises(ExtractError):
        mark_page(b"  ")
