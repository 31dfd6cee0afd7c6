from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from scraper.store.dictionary import MAX_EXAMPLE_CHARS, MEMBERS, make_dictionary, make_overview
from scraper.store.schema import ARTICLES, OUTCOMES, Row

EMPTY: Row = dict.fromkeys([*ARTICLES.names, "date"])


def cells(text: str) -> dict[str, list[str]]:
    """Give the cells of each line of a table by the name in its first one."""
    lines = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if "`" in line]
    return {line[0].strip("`"): line[1:] for line in lines}


@pytest.mark.parametrize("schema", [ARTICLES, OUTCOMES])
def test_every_column_has_a_line_with_what_the_schema_says(schema: pa.Schema) -> None:
    table = cells(make_dictionary(schema, {}, []))
    assert list(table)[: len(schema) + 1] == [*schema.names, "date"]
    for field in schema:
        assert table[field.name][1] == ("may be" if field.nullable else "never")
        assert table[field.name][3] == field.metadata[b"description"].decode()


def test_members_of_nested_columns_are_described_and_no_others() -> None:
    table = cells(make_dictionary(ARTICLES, {}, []))
    assert {name for name in table if "." in name} == MEMBERS.keys()
    assert table["photos.credit"][:3] == ["string", "may be", MEMBERS["photos.credit"]]


def test_examples_are_the_first_values_there_are_on_one_short_line() -> None:
    rows = [
        EMPTY | {"photos": [], "authors": [], "sources": []},
        EMPTY
        | {
            "text": "One  two\n\nthree " + "word " * 50,
            "authors": ["Maren Tollefsby"],
            "sources": [("headline", "dom"), ("dek", None)],
            "similarity": 0.1234567,
            "fetched_at": datetime(2026, 3, 2, 19, tzinfo=UTC),
            "date": date(2026, 3, 2),
            "pages": 0,
            "photos": [{"url": None, "caption": "A `b|c`", "credit": None, "alt": None}],
            "warc_offset": 7,
        },
        EMPTY | {"authors": ["Idris Valecourt"], "headline": "Later"},
    ]
    told = {name: line[-1] for name, line in cells(make_dictionary(ARTICLES, {"dek": "3"}, rows)).items()}
    assert told["text"].startswith("`One two three word")
    assert len(told["text"]) == MAX_EXAMPLE_CHARS + 2
    assert told["authors"] == '`["Maren Tollefsby"]`'
    assert told["sources"] == '`{"headline": "dom", "dek": null}`'
    assert (told["similarity"], told["pages"], told["date"]) == ("`0.1235`", "`0`", "`2026-03-02`")
    assert (told["fetched_at"], told["headline"], told["dek"]) == ("`2026-03-02T19:00:00Z`", "`Later`", "–")
    assert told["photos.caption"] == "`A 'b\\|c'`"
    assert told["warc_offset"] == "`…`"  # another in each corpus


def test_a_column_says_since_when_it_is_there() -> None:
    table = cells(make_dictionary(ARTICLES, {"dek": "3"}, []))
    assert (table["dek"][2], table["headline"][2]) == ("3", "1")


def test_the_overview_tells_which_tables_have_a_column() -> None:
    table = cells(make_overview({"articles": ARTICLES, "outcomes": OUTCOMES}))
    assert set(table) == {*ARTICLES.names, *OUTCOMES.names, "date"}
    assert (table["dek"], table["reason"]) == (["string", "articles"], ["string", "outcomes"])
    assert table["url"] == ["string", "articles, outcomes"]
