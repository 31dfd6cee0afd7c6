from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.article import Article, Block
from scraper.clean.versions import FIELDS, face_of, find_change

TEXT = "The council met on Monday and decided nothing about the bridge that everyone had come to hear about, again."
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ARTICLE = Article(
    url="https://a.example/1",
    final_url="https://a.example/1",
    canonical_url=None,
    headline="Bridge",
    dek=None,
    byline=None,
    authors=("Ada Poe",),
    dateline=None,
    section=None,
    sections=(),
    tags=(),
    language=None,
    published_at=NOON,
    modified_at=None,
    body=tuple(Block("paragraph", f"{TEXT} {number}") for number in range(9)),
    photos=(),
    removed=(),
)


@pytest.mark.parametrize(
    ("after", "fields"),
    [
        (ARTICLE, None),
        (replace(ARTICLE, dek="A standfirst", section="Town", language="en"), None),
        (replace(ARTICLE, headline=" Bridge\u00a0"), None),
        (replace(ARTICLE, published_at=NOON.astimezone(timezone(timedelta(hours=2)))), None),
        (replace(ARTICLE, headline="Bridges"), ("headline",)),
        (replace(ARTICLE, authors=("Ada Poe", "Bo Ray")), ("authors",)),
        (replace(ARTICLE, authors=()), ("authors",)),
        (replace(ARTICLE, published_at=NOON + timedelta(minutes=1)), ("published_at",)),
        (replace(ARTICLE, headline=None, published_at=None), ("headline", "published_at")),
    ],
)
def test_what_a_reader_sees_makes_a_version_and_nothing_else_does(
    after: Article, fields: tuple[str, ...] | None
) -> None:
    change = find_change(face_of(ARTICLE), face_of(after))
    assert (change and change.fields) == fields
    assert change is None or change.similarity == 1


def test_how_much_of_the_text_changed_is_told() -> None:
    commas = replace(ARTICLE, body=tuple(replace(block, text=block.text.replace(",", ";")) for block in ARTICLE.body))
    change = find_change(face_of(ARTICLE), face_of(commas))
    assert change is not None
    assert (change.fields, change.similarity) == (("text",), 1)
    other = replace(ARTICLE, body=tuple(Block("paragraph", f"Word{n} stands {n} times alone here") for n in range(30)))
    change = find_change(face_of(ARTICLE), face_of(other))
    assert change is not None
    assert change.similarity < 0.1


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_article_is_no_new_version_of_itself(text: str, headline: str, authors: list[str]) -> None:
    article = replace(ARTICLE, headline=headline, authors=tuple(authors), body=(Block("paragraph", text),))
    assert find_change(face_of(article), face_of(article)) is None
    assert len(face_of(article).digests) == len(FIELDS)
