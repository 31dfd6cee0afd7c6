"""Dictionary: the columns described for a person.

A module of its own, because documents are made of it, and neither readers nor writers need it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from scraper.store.schema import DATE, Row

MEMBERS = {
    "body.kind": "paragraph, subhead, list_item, quote, pulled_quote (not part of text), preformatted or table_row.",
    "body.text": "The block's own words.",
    "photos.url": "Address of the picture; the picture itself is not in the corpus.",
    "photos.caption": "As printed, without the credit.",
    "photos.credit": "Whom the page credits, as printed.",
    "photos.alt": "The text in place of the picture, which is not printed.",
    "removed.kind": "What it is: plea, newsletter, teaser, related, caption, share, ad and so on.",
    "removed.text": "What was cut.",
    "removed.rule": "The rule that cut it.",
    "conflicts.field": "The column that another source contradicts.",
    "conflicts.source": "Which source does.",
    "conflicts.value": "What it says, as printed; times in UTC.",
}
"""The members of nested columns."""

MAX_EXAMPLE_CHARS = 60
_NOT_REPEATABLE = {"warc_record_id": "<urn:uuid:…>", "replaces": "<urn:uuid:…>", "warc_offset": "…"}
"""Made by chance, or dependent on it: an example would be another each time."""


def make_dictionary(schema: pa.Schema, since: Mapping[str, str], rows: list[Row]) -> str:
    """Describe the columns of a table as Markdown: one table, and another one for the members of nested columns.

    Args:
        schema: The columns.
        since: Column to the schema version it came with.
        rows: To take an example of each column from: the first row that has a value.
    """
    lines = ["| column | type | null | since | description | example |", "|---|---|---|---|---|---|"]
    for field in [*schema, DATE]:
        cells = [f"`{field.name}`", _type_name(field.type), _null(field), since.get(field.name, "1"), _describe(field)]
        lines.append(_line([*cells, _example(field.name, (row[field.name] for row in rows))]))
    nested = [(column, member) for column in schema for member in _members(column.type)]
    if nested:
        lines += ["", "Members of the nested columns:", ""]
        lines += ["| member | type | null | description | example |", "|---|---|---|---|---|"]
    for column, member in nested:
        name = f"{column.name}.{member.name}"
        values = (item[member.name] for row in rows for item in row[column.name] or ())
        cells = [f"`{name}`", _type_name(member.type), _null(member), MEMBERS[name], _example(name, values)]
        lines.append(_line(cells))
    return "\n".join(lines) + "\n"


def make_overview(schemas: Mapping[str, pa.Schema]) -> str:
    """Name the columns of all tables with their types and the tables they are in, as a Markdown table.

    Args:
        schemas: Table to its columns.
    """
    tables: dict[tuple[str, str], list[str]] = {}
    for table, schema in schemas.items():
        for field in schema:
            tables.setdefault((field.name, _type_name(field.type)), []).append(table)
    tables[DATE.name, _type_name(DATE.type)] = list(schemas)
    lines = [_line([f"`{name}`", kind, ", ".join(found)]) for (name, kind), found in tables.items()]
    return "\n".join(["| column | type | in |", "|---|---|---|", *lines]) + "\n"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _null(field: pa.Field) -> str:
    return "may be" if field.nullable and field is not DATE else "never"


def _describe(field: pa.Field) -> str:
    return str(field.metadata[b"description"].decode())


def _members(kind: pa.DataType) -> Iterator[pa.Field]:
    if pa.types.is_list(kind) and pa.types.is_struct(kind.value_type):
        yield from kind.value_type


def _example(name: str, values: Iterator[Any]) -> str:
    found = next((value for value in values if value not in (None, [], "")), None)
    if found is None:
        return "–"
    text = _NOT_REPEATABLE.get(name) or _show(found)
    return f"`{text if len(text) <= MAX_EXAMPLE_CHARS else text[: MAX_EXAMPLE_CHARS - 1] + '…'}`"


def _show(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | str):
        text = str(value)
    elif isinstance(value, float):
        text = f"{value:.4g}"
    else:
        pairs = isinstance(value, list) and value and isinstance(value[0], tuple)
        text = json.dumps(dict(value) if pairs else value, ensure_ascii=False)  # type: ignore[call-overload]
    return " ".join(text.split()).replace("`", "'")


def _type_name(kind: pa.DataType) -> str:
    names: dict[Callable[[pa.DataType], bool], Callable[[pa.DataType], str]] = {
        pa.types.is_map: lambda t: f"map of {_type_name(t.key_type)} to {_type_name(t.item_type)}",
        pa.types.is_list: lambda t: f"list of {_type_name(t.value_type)}",
        pa.types.is_struct: lambda t: "(" + ", ".join(field.name for field in t) + ")",
        pa.types.is_timestamp: lambda t: "time (µs, UTC)",
        pa.types.is_date: lambda t: "date",
    }
    return next((name(kind) for is_kind, name in names.items() if is_kind(kind)), str(kind))
