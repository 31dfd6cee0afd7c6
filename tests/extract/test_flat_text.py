"""Tests of extract_text."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.article import Article
from scraper.errors import ExtractError
from scraper.extract.flat_text import extract_text

PARAGRAPHS = [
    "The old pier at Saltmouth was opened to walkers again on Monday, two years after a storm had taken its end.",
    "“We had to drive the piles by hand,” said the harbor master, who has looked after the pier since he was twenty.",
    "The town paid for half of the work, and the rest came from the county, which expects more visitors in the summer.",
    "Boats will land at the pier from June, if the inspectors of the county have no further wishes, the mayor added.",
]
TAIL = "More from the harbor\nFerry fares to rise\nA day with the lighthouse keepers\n"


def page(*, head: str = "", tail: str = "", gap: str = "\n\n") -> str:
    return f"Menu\nSearch\nNews\nSport\n{head}{gap.join(PARAGRAPHS)}\n{tail}"


def texts(article: Article) -> list[str]:
    return [block.text for block in article.body]


def test_seed_text_gives_expected_body_captions_and_removed() -> None:
    folder = os.environ.get("SEED_DATA")
    if not folder:
        pytest.skip("SEED_DATA does not name the folder of the seed page")
    want = json.loads((Path(folder) / "expected.json").read_text(encoding="utf-8"))
    article = extract_text((Path(folder) / "responsible-statecraft.txt").read_text(encoding="utf-8"))
    assert texts(article) == want["body"]
    assert article.headline == want["headline"]
    assert article.dek == want["dek"]
    assert list(article.sections) == want["sections"]
    assert article.language == want["language"]
    assert [{"caption": p.caption, "credit": p.credit} for p in article.photos] == want["photos"]
    found = defaultdict(list)
    for part in article.removed:
        found[part.kind].append(part.text)
    for kind, parts in want["removed"].items():
        assert found[kind] == parts


def test_page_with_chrome_gives_its_fields_and_body() -> None:
    head = (
        "Pier at Saltmouth opens again after the storm\nWalkers are back; boats will follow in June\n"
        "By Ada Marsh and Tom Reed\nPublished 3 May 2024, 10:00 GMT | Updated 4 May 2024, 08:30 GMT\n"
        "Walkers on the pier on Monday. Photo: Ada Marsh / Saltmouth Post\n"
    )
    article = extract_text(page(head=head, tail=TAIL))
    assert texts(article) == PARAGRAPHS
    assert article.headline == "Pier at Saltmouth opens again after the storm"
    assert article.dek == "Walkers are back; boats will follow in June"
    assert article.authors == ("Ada Marsh", "Tom Reed")
    assert article.published_at == datetime(2024, 5, 3, 10, tzinfo=UTC)
    assert article.modified_at == datetime(2024, 5, 4, 8, 30, tzinfo=UTC)
    assert [(p.url, p.caption, p.credit) for p in article.photos] == [
        (None, "Walkers on the pier on Monday.", "Ada Marsh / Saltmouth Post")
    ]


def test_day_that_may_be_a_month_is_no_date() -> None:
    article = extract_text(page(head="Pier at Saltmouth opens again\n03/04/2024\n"))
    assert article.published_at is None


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n", "\u2029"])
def test_breaks_between_paragraphs_make_no_difference(gap: str) -> None:
    assert texts(extract_text(page(gap=gap))) == PARAGRAPHS


def test_appended_stories_are_teasers() -> None:
    others = [
        (
            "Gulls leave the bay",
            "The gulls of the bay have left a week earlier than last year, wardens say. Nobody knows why.",
        ),
        (
            "New ferry to the isles",
            "A second ferry will sail to the isles from May on, the company said. Fares stay as they are.",
        ),
        (
            "School choir wins prize",
            "The choir of the grammar school has won the county's prize. It had sung there once before.",
        ),
    ]
    tail = "".join(f"{title}\n\n{text}\n\nkeep reading Show less\n" for title, text in others)
    article = extract_text(page(tail=tail))
    assert texts(article) == PARAGRAPHS
    assert [part.text for part in article.removed if part.kind == "teaser"] == [text for _, text in others]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t\u00a0\n", "empty"),
        ("\x00\x01", "empty"),
        ("Menu\nSearch\nLogin\n© 2024", "no_body"),
        ("a b\n" * 60_000, "too_many_elements"),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ExtractError) as caught:
        extract_text(text)
    assert caught.value.reason == reason


LINES = st.one_of(
    st.sampled_from(
        [*PARAGRAPHS, "", "", "Menu", "By Ada Marsh", "3 May 2024", "A | B", "- a", "keep reading", "Comments"]
    ),
    st.sampled_from(["A boat. Photo: A / B", "Please donate today to support our readers.", "* * *", "Home > News"]),
    st.text(max_size=60),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=30))
def test_every_word_stands_in_body_fields_photos_or_removed(lines: list[str]) -> None:
    text = "\n".join(lines + PARAGRAPHS)
    article = extract_text(text)
    told = [article.headline, article.dek, article.byline, article.dateline, *article.sections, *texts(article)]
    told += [part for photo in article.photos for part in (photo.caption, photo.credit)]
    told += [part.text for part in article.removed]
    known = " ".join(part for part in told if part)
    for word in re.findall(r"[a-zA-Z]+", text):
        assert word in known or word in {"Photo", "Home"}
