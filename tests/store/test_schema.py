from __future__ import annotations

import dataclasses

import pyarrow as pa
import pytest

from scraper.article import Article
from scraper.store.schema import ARTICLES, OUTCOMES, SCHEMA_VERSION, UNMARKED
from scraper.url import NORM_VERSION


def test_every_field_of_an_article_is_a_column_with_its_name() -> None:
    fields = {field.name for field in dataclasses.fields(Article)} - {"sketch"}  # of the template, not of the article
    assert fields | {"text"} <= set(ARTICLES.names)


@pytest.mark.parametrize("schema", [ARTICLES, OUTCOMES])
def test_every_column_is_described_and_the_schema_has_a_version(schema: pa.Schema) -> None:
    assert all(len(field.metadata[b"description"]) > 5 for field in schema)
    assert schema.metadata[b"schema_version"] == str(SCHEMA_VERSION).encode()
    assert schema.metadata[b"norm_version"] == str(NORM_VERSION).encode()
    assert len(set(schema.names)) == len(schema.names)
    for field in schema:
        if pa.types.is_list(field.type) and field.name not in {*UNMARKED, "conflicts"}:  # older files have none
            assert not field.nullable
