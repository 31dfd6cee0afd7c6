"""Dictionary: the columns described for a person.

A module of its own, because documents are made of it, and neither readers nor writers need it.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from scraper.store.schema import DATE


def make_dictionary(schema: pa.Schema) -> str:
    """Describe the columns of a schema as a Markdown table."""
    lines = ["| column | type | null | description |", "|---|---|---|---|"]
    for field in [*schema, DATE]:
        null = "may be" if field.nullable and field is not DATE else "never"
        description = field.metadata[b"description"].decode().replace("|", "\\|")
        lines.append(f"| `{field.name}` | {_type_name(field.type)} | {null} | {description} |")
    return "\n".join(lines) + "\n"


def _type_name(kind: pa.DataType) -> str:
    names: dict[Callable[[pa.DataType], bool], Callable[[pa.DataType], str]] = {
        pa.types.is_map: lambda t: f"map of {_type_name(t.key_type)} to {_type_name(t.item_type)}",
        pa.types.is_list: lambda t: f"list of {_type_name(t.value_type)}",
        pa.types.is_struct: lambda t: "(" + ", ".join(field.name for field in t) + ")",
        pa.types.is_timestamp: lambda t: "time (µs, UTC)",
        pa.types.is_date: lambda t: "date",
    }
    return next((name(kind) for is_kind, name in names.items() if is_kind(kind)), str(kind))
