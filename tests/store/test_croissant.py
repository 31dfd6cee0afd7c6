from __future__ import annotations

import json
from datetime import UTC, date, datetime

from scraper.store.croissant import describe_dataset
from scraper.store.schema import ARTICLES, OUTCOMES


def describe() -> dict[str, object]:
    return describe_dataset(
        {"articles": ("Articles.", ARTICLES, 4), "outcomes": ("Visits.", OUTCOMES, 5)},
        name="corpus",
        title="A corpus",
        terms="Not ours.",
        key="warc_record_id",
        version="3.0.0",
        first=date(2026, 3, 1),
        newest=datetime(2026, 3, 9, 4, tzinfo=UTC),
    )


def test_identifiers_are_unique_and_every_term_is_of_the_context() -> None:
    found: list[str] = []
    terms: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            terms.update(value)
            if "@type" in value and "@id" in value:
                found.append(value["@id"])
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    dataset = describe()
    context = dataset.pop("@context")
    assert isinstance(context, dict)
    walk(dataset)
    assert len(found) == len(set(found)) > 100
    camel = {term for term in terms if not term.startswith("@") and ":" not in term}
    of_schema_org = "name description url creator license usageInfo version dateCreated dateModified datePublished"
    assert camel - context.keys() == {*of_schema_org.split(), "keywords", "distribution", "encodingFormat"}


def test_it_says_whose_the_texts_are_and_when_they_were_fetched() -> None:
    text = json.dumps(describe())
    assert text.count("Not ours.") == 3
    assert '"rai:dataCollectionTimeframe": ["2026-03-01", "2026-03-09"]' in text
