from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.store.test_corpus import write

from scraper.errors import StoreError
from scraper.store.catalog import CROISSANT, DATA_PACKAGE, write_catalog
from scraper.store.compact import compact
from scraper.store.corpus import open_outcomes
from scraper.store.part import KINDS
from scraper.store.schema import SCHEMA_VERSION


@pytest.fixture
def release(tmp_path: Path) -> Path:
    write(tmp_path)
    write(tmp_path, "run1-00001", date(2026, 11, 24), "xyz")
    write_catalog(tmp_path)
    return tmp_path


def load(release: Path, name: str = DATA_PACKAGE) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((release / name).read_text("utf-8"))
    return loaded


def test_the_package_lists_every_live_file_with_its_sums(release: Path) -> None:
    for resource, kind in zip(load(release)["resources"], KINDS, strict=True):
        files = [release / path for path in resource["path"]]
        assert resource["name"] == kind.name
        assert files == sorted((release / kind.name).rglob("*.parquet"))
        assert resource["bytes"] == sum(file.stat().st_size for file in files)
        assert resource["rowCount"] == 9


def test_the_package_has_the_columns_of_the_schema_in_their_order(release: Path) -> None:
    for resource, kind in zip(load(release)["resources"], KINDS, strict=True):
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == kind.schema.names
        for field, column in zip(fields, kind.schema, strict=True):
            assert field["description"] == column.metadata[b"description"].decode()
            assert ("constraints" not in field) == column.nullable
    articles = {field["name"]: field for field in load(release)["resources"][0]["schema"]["fields"]}
    types = {name: articles[name]["type"] for name in ("id", "fetched_at", "status", "paywalled", "similarity", "tags")}
    assert list(types.values()) == ["string", "datetime", "integer", "boolean", "number", "array"]
    members = articles["photos"]["jsonSchema"]["items"]["properties"]
    assert members["credit"] == {"type": ["string", "null"]}
    assert articles["body"]["jsonSchema"]["items"]["properties"]["kind"] == {"type": "string"}


def test_rows_are_told_by_their_visit_and_articles_refer_to_its_outcome(release: Path) -> None:
    articles, outcomes = (resource["schema"] for resource in load(release)["resources"])
    key = ["warc_record_id"]
    assert articles["primaryKey"] == outcomes["primaryKey"] == key
    assert articles["foreignKeys"] == [{"fields": key, "reference": {"resource": "outcomes", "fields": key}}]
    assert "foreignKeys" not in outcomes


def test_croissant_reads_every_column_and_member_from_the_files_it_names(release: Path) -> None:
    dataset = load(release, CROISSANT)
    required = ("@context", "description", "license", "name", "url", "creator", "datePublished", "citeAs")
    assert all(dataset[name] for name in required)
    assert dataset["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
    for files, records, kind in zip(dataset["distribution"], dataset["recordSet"], KINDS, strict=True):
        assert sorted(release.glob(files["includes"])) == sorted((release / kind.name).rglob("*.parquet"))
        assert [field["name"] for field in records["field"]] == kind.schema.names
        assert records["annotation"]["value"] == 9
        identifiers = [field["@id"] for field in records["field"]]
        assert records["key"]["@id"] in identifiers
        for field in records["field"]:
            for leaf in field.get("subField", [field]):
                assert leaf["source"]["fileSet"]["@id"] == files["@id"]
                assert leaf["source"]["extract"]["column"] == field["name"]
                assert leaf["dataType"].startswith("sc:")
    fields = {field["name"]: field for field in dataset["recordSet"][0]["field"]}
    assert [member["name"] for member in fields["photos"]["subField"]] == ["url", "caption", "credit", "alt"]
    assert fields["photos"]["isArray"]
    assert (fields["tags"]["isArray"], fields["tags"]["dataType"]) == (True, "sc:Text")


def test_both_say_when_the_data_were_fetched_and_what_may_not_be_done(release: Path) -> None:
    newest = max(open_outcomes(release).to_table(columns=["fetched_at"])["fetched_at"].to_pylist())
    package, dataset = load(release), load(release, CROISSANT)
    assert package["created"] == newest.isoformat(timespec="seconds").replace("+00:00", "Z")
    assert dataset["datePublished"] == newest.date().isoformat()
    assert dataset["dateCreated"] == "2026-11-23"
    assert package["version"] == dataset["version"] == f"{SCHEMA_VERSION}.0.0"
    assert all("belong to their publishers" in each["description"] for each in (package, dataset))


def test_the_same_release_gives_the_same_bytes(release: Path) -> None:
    before = [(release / name).read_bytes() for name in (DATA_PACKAGE, CROISSANT)]
    for file in release.rglob("*.parquet"):
        os.utime(file, (1, 1))
    write_catalog(release)
    assert [(release / name).read_bytes() for name in (DATA_PACKAGE, CROISSANT)] == before
    assert not list(release.glob("*.new"))


def test_files_that_a_merged_one_replaces_are_left_out(release: Path) -> None:
    write(release, "run1-00002", names="gh")
    list(compact(release, [date(2026, 11, 23)]))
    write_catalog(release)
    articles = load(release)["resources"][0]
    assert len(articles["path"]) == 2
    assert articles["rowCount"] == 11


def test_a_release_without_visits_has_none_and_one_without_articles_says_so(tmp_path: Path) -> None:
    write_catalog(tmp_path)
    assert not list(tmp_path.iterdir())
    write(tmp_path)
    for file in (tmp_path / "articles").rglob("*.parquet"):
        file.unlink()
    write_catalog(tmp_path)
    articles = load(tmp_path)["resources"][0]
    assert (articles["data"], articles["rowCount"], "path" in articles) == ([], 0, False)


def test_a_damaged_part_is_named(release: Path) -> None:
    (release / "articles" / "date=2026-11-23" / "run1-00000.parquet").write_bytes(b"PAR1")
    with pytest.raises(StoreError, match=r"run1-00000\.parquet: is damaged"):
        write_catalog(release)
