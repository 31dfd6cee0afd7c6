"""Tests of how an article is shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from rich.console import Console

from scraper.article import Article, Block, Photo, Removed
from scraper.report.inspection import make_table, to_json, to_text

ARTICLE = Article(
    "", "", None, "Pier reopens", None, "By Ada Marsh", ("Ada Marsh",), None, "News", ("News", "Harbor"), (), "en",
    datetime(2024, 5, 3, tzinfo=UTC), None, (Block("subhead", "Part"), Block("paragraph", "Text.")),
    (Photo(None, "A pier", "Tom"),), (Removed("ad", "Buy", "phrase:buy"),), {"headline": "text"},
)  # fmt: skip


def test_text_shows_fields_photos_body_and_what_was_cut() -> None:
    shown = to_text(ARTICLE)
    assert "headline      Pier reopens  [text]" in shown
    assert "News > Harbor" in shown
    assert "credit: Tom" in shown
    assert "## Part\n\nText." in shown
    assert "phrase:buy" in shown


def test_json_holds_times_as_text() -> None:
    row = json.loads(json.dumps(to_json(ARTICLE)))
    assert row["published_at"] == "2024-05-03T00:00:00+00:00"
    assert row["text"] == "Part\n\nText."


def test_table_has_a_line_for_each_article() -> None:
    rows = [{"published_at": None, "section": None, "headline": "[Pier]", "authors": ["Ada"], "word_count": 3,
             "photos": [], "removed": []}]  # fmt: skip
    console = Console(width=120)
    with console.capture() as caught:
        console.print(make_table(rows))
    assert "[Pier]" in caught.get()
