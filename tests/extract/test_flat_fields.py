"""Tests of the fields of text without markup."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper.article import Article
from scraper.extract.flat_text import extract_text

BODY = (
    "The old pier at Saltmouth was opened to walkers again on Monday, two years after a storm had taken its end.\n"
    "“We had to drive the piles by hand,” said the harbor master, who has looked after the pier since he was twenty.\n"
    "The town paid for half of the work, and the rest came from the county, which expects more visitors in summer.\n"
    "Boats will land at the pier from June, if the inspectors of the county have no further wishes, the mayor added.\n"
)
TITLE = "Pier at Saltmouth opens again"


def read(head: str) -> Article:
    return extract_text(f"Menu\nSport\nCulture\n{head}\n{BODY}")


def test_headline_is_the_line_that_the_text_is_about() -> None:
    assert read(f"Ferry fares to rise in June\nA day on the island\n{TITLE}\nShare this").headline == TITLE


def test_text_without_a_headline_has_none() -> None:
    assert extract_text(BODY).headline is None


@pytest.mark.parametrize("line", ["News | Harbor", "News > Harbor", "Home > News > Harbor", "News » Harbor"])
def test_sections_are_parted_by_strokes(line: str) -> None:
    assert read(f"{line}\n{TITLE}").sections == ("News", "Harbor")


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ada Marsh", ("Ada Marsh",)),
        ("Von Ada Marsh und Tom Reed", ("Ada Marsh", "Tom Reed")),
        ("by\nAda Marsh", ("Ada Marsh",)),
        ("Maria Schmidt", ("Maria Schmidt",)),
        ("Harbor News", ()),
        ("Sign In", ()),
    ],
)
def test_bylines_say_so_or_are_names(line: str, authors: tuple[str, ...]) -> None:
    assert read(f"{TITLE}\n{line}").authors == authors


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("3 May 2024", datetime(2024, 5, 3, tzinfo=UTC), None),
        ("Updated 4 May 2024, 08:30 GMT", None, datetime(2024, 5, 4, 8, 30, tzinfo=UTC)),
        ("2 hours ago", None, None),
        ("03/04/2024", None, None),
        ("Copyright 2024", None, None),
    ],
)
def test_dates_are_read_where_they_are_certain(
    line: str, published: datetime | None, modified: datetime | None
) -> None:
    article = read(f"{TITLE}\nBy Ada Marsh\n{line}")
    assert (article.published_at, article.modified_at) == (published, modified)


def test_paragraph_before_a_pointer_is_no_dek() -> None:
    first, rest = BODY.split("\n", 1)
    article = extract_text(f"Menu\nSport\n{TITLE}\nBy Ada Marsh\n{first}\nALSO READ: Ferry fares to rise\n{rest}")
    assert article.dek is None
    assert len(article.body) == 4
