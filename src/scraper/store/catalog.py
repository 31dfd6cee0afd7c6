"""Catalog: what a release of the corpus says of itself to programs: datapackage.json and croissant.json.

A module of its own, because both are made of the schema and of what the parts say, and of nothing else: the same
release gives the same bytes, whenever it is described.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scraper.store.croissant import describe_dataset
from scraper.store.disk import disk_errors, move_in
from scraper.store.part import KINDS, Kind, Part, live_parts
from scraper.store.schema import SCHEMA_VERSION

DATA_PACKAGE = "datapackage.json"
CROISSANT = "croissant.json"

NAME = "news-corpus"
TITLE = "A corpus of news articles, and of every visit that was made for it"
TABLES = {
    "articles": "One row per version of an article: its text and fields, what was cut, and where each came from.",
    "outcomes": "One row per visit: what became of the address, and why.",
}
KEY = "warc_record_id"
"""Unique in both tables. An article's row is that of one visit, so its key is the key of that visit's outcome; the
`article_id` of an outcome is no foreign key: a page that never gave an article can be unchanged or deleted too."""
TERMS = (
    "The texts and captions belong to their publishers, and no license for them is granted here. What may be done with"
    " them depends on the law of the reader's country and on the publishers' terms; what pages, headers and robots.txt"
    " said of it at each visit stands in the columns robots, robots_directives, tdm_reservation, tdm_policy,"
    " content_usage, content_signal and license."
)


@dataclass(frozen=True, slots=True)
class _Table:
    """What is told of one table.

    Args:
        kind: Which.
        paths: Its live files, relative to the release, in the order of their names.
    """

    kind: Kind
    paths: tuple[str, ...]
    rows: int
    size_bytes: int


def write_catalog(release: Path) -> None:
    """Write datapackage.json (Data Package 2.0) and croissant.json (Croissant 1.1) beside the tables of a release.

    Each replaces the one before it in one step. A release without a single visit gets none, because both must say when
    its data were fetched.

    Args:
        release: The folder that holds articles/ and outcomes/.

    Raises:
        StoreError: A part is damaged or of a newer version, or the files can't be written.
    """
    live = {kind.name: [part for part in live_parts(release, kind) if part.rows] for kind in KINDS}
    if not live["outcomes"]:
        return
    tables = [_table(release, kind, live[kind.name]) for kind in KINDS]
    first, newest = _day(live["outcomes"][0].path), _newest_fetch(live["outcomes"])
    package = _describe_package(tables, newest)
    dataset = describe_dataset(
        {table.kind.name: (TABLES[table.kind.name], table.kind.schema, table.rows) for table in tables},
        name=NAME,
        title=TITLE,
        terms=TERMS,
        key=KEY,
        version=_version(),
        first=first,
        newest=newest,
    )
    for name, value in ((DATA_PACKAGE, package), (CROISSANT, dataset)):
        staged = release / f"{name}.new"
        with disk_errors(staged, "written"):
            staged.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        move_in(staged, release / name)


def _describe_package(tables: list[_Table], newest: datetime) -> dict[str, Any]:
    """Describe the tables as a Data Package.

    Args:
        tables: All tables.
        newest: When the last visit ended.

    Source: Data Package 2.0, datapackage.org/standard. Paths are listed, as it knows no patterns.
    """
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": NAME,
        "title": TITLE,
        "description": f"{TITLE}.\n\n{TERMS}",
        "version": _version(),
        "created": _stamp(newest),
        "keywords": ["news", "journalism", "text", "web crawl"],
        "licenses": [{"name": "other-closed", "title": "No license: the texts belong to their publishers"}],
        "sources": [{"title": "Web sites of news publishers, named in the column site"}],
        "resources": [_resource(table) for table in tables],
    }


def _resource(table: _Table) -> dict[str, Any]:
    # A path may not be an empty list; no rows may be said in the descriptor itself.
    data: dict[str, Any] = {"path": list(table.paths)} if table.paths else {"data": []}
    return {
        "name": table.kind.name,
        "type": "table",
        "description": TABLES[table.kind.name],
        **data,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": table.size_bytes,
        "rowCount": table.rows,
        "schema": _table_schema(table.kind),
    }


def _table_schema(kind: Kind) -> dict[str, Any]:
    foreign = {"fields": [KEY], "reference": {"resource": "outcomes", "fields": [KEY]}}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fieldsMatch": "superset",  # files of earlier schema versions have fewer columns
        "fields": [_field(field) for field in kind.schema],
        "missingValues": [],  # null is null, and no text stands for it
        "primaryKey": [KEY],
        **({"foreignKeys": [foreign]} if kind.name == "articles" else {}),
    }


def _field(field: pa.Field) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": field.name,
        "type": _type_name(field.type),
        "description": field.metadata[b"description"].decode(),
    }
    if not field.nullable:
        described["constraints"] = {"required": True}
    if pa.types.is_list(field.type):
        # The standard has it among the constraints, and its reference implementation refuses it there.
        described["jsonSchema"] = _json_schema(field.type, nullable=False)
    return described


def _type_name(kind: pa.DataType) -> str:
    names = {
        pa.types.is_boolean: "boolean",
        pa.types.is_integer: "integer",
        pa.types.is_floating: "number",
        pa.types.is_timestamp: "datetime",
        pa.types.is_date: "date",
        pa.types.is_list: "array",
        pa.types.is_map: "any",  # an object to some readers, a list of pairs to others
    }
    return next((name for is_kind, name in names.items() if is_kind(kind)), "string")


def _json_schema(kind: pa.DataType, *, nullable: bool) -> dict[str, Any]:
    if pa.types.is_list(kind):
        element = kind.value_field
        return {"type": "array", "items": _json_schema(element.type, nullable=element.nullable)}
    if pa.types.is_struct(kind):
        members = {member.name: _json_schema(member.type, nullable=member.nullable) for member in kind}
        return {"type": "object", "properties": members}
    name = _type_name(kind)
    return {"type": [name, "null"] if nullable else name}


def _table(release: Path, kind: Kind, parts: list[Part]) -> _Table:
    paths = tuple(part.path.relative_to(release).as_posix() for part in parts)
    with disk_errors(release / kind.name, "read"):
        size_bytes = sum(part.path.stat().st_size for part in parts)
    return _Table(kind, paths, sum(part.rows for part in parts), size_bytes)


def _day(part: Path) -> date:
    return date.fromisoformat(part.parent.name.removeprefix("date="))


def _newest_fetch(parts: list[Part]) -> datetime:
    """Give the latest fetched_at, from the footers of the last day's parts."""
    last = [part.path for part in parts if part.path.parent == parts[-1].path.parent]
    found: list[datetime] = []
    for path in last:
        footer = pq.read_metadata(path)
        at = footer.schema.to_arrow_schema().get_field_index("fetched_at")
        groups = (footer.row_group(number) for number in range(footer.num_row_groups))
        found += [group.column(at).statistics.max for group in groups]
    return max(found)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _version() -> str:
    """Give the version of the structure: the data grow without a new one."""
    return f"{SCHEMA_VERSION}.0.0"
