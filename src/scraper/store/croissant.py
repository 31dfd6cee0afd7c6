"""Croissant: the corpus described for loaders of training and evaluation data (Croissant 1.1, JSON-LD).

A module of its own, because the standard wants each column, nested ones too, told with where its values are read from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pyarrow as pa

_TERMS_OF_CROISSANT = (
    "annotation arrayShape citeAs column containedIn equivalentProperty excludes extract field fileObject fileProperty"
    " fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path readLines recordSet references"
    " regex repeated replace samplingRate sdVersion separator source subField transform unArchive value"
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "wd": "http://www.wikidata.org/entity/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS_OF_CROISSANT.split()},
}
"""Source: Croissant 1.1, appendix 1; with https and the four older terms, as its reference implementation wants it."""

_COUNT = "wd:Q4049983"
"""Cardinality: what the standard has a record set's annotation say the number of its records by."""


def describe_dataset(
    tables: Mapping[str, tuple[str, pa.Schema, int]],
    *,
    name: str,
    title: str,
    terms: str,
    key: str,
    version: str,
    first: date,
    newest: datetime,
) -> dict[str, Any]:
    """Describe tables of Parquet files as a Croissant dataset.

    Args:
        tables: Name to description, schema and rows; the files of each are NAME/date=*/*.parquet.
        name: Of the dataset.
        title: One sentence.
        terms: What may be done with it.
        key: The column that is unique in every table.
        version: Of the structure.
        first: Day of the first visit.
        newest: When the last visit ended, aware.
    """
    day = newest.date().isoformat()
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": name,
        "description": f"{title}. {terms}",
        "url": "./",  # the folder this file stands in: it is not known where a corpus is shown to others, if at all
        "creator": {"@type": "sc:Organization", "name": "The operator of the crawl"},
        "license": {"@type": "sc:CreativeWork", "name": "No license", "description": terms},
        "usageInfo": {"@type": "sc:CreativeWork", "name": "Terms of the publishers", "description": terms},
        "citeAs": f"@misc{{{name}, title={{{title}}}, year={{{newest.year}}},"
        f" note={{Fetched {first.isoformat()} to {day}, structure {version}}}}}",
        "version": version,
        "isLiveDataset": True,
        "dateCreated": first.isoformat(),
        "dateModified": day,
        "datePublished": day,
        "keywords": ["news", "journalism", "text", "web crawl"],
        "rai:dataCollection": "Feeds, sitemaps and front pages of publishers were polled, and the articles they name"
        " fetched within robots.txt. Text and fields were extracted by program; the answers are archived as received.",
        "rai:dataCollectionType": ["Web Scraping"],
        "rai:dataCollectionTimeframe": [first.isoformat(), day],
        "rai:dataLimitations": "What no feed, sitemap or front page named while it was polled is missing, and so is"
        " what stands behind walls. Extraction is sometimes wrong; the columns sources and removed tell what it did."
        " A change is seen only when an article is visited again.",
        "rai:personalSensitiveInformation": "News names persons, among them authors, and tells of their lives. Nothing"
        " was made anonymous.",
        "distribution": [_file_set(table) for table in tables],
        "recordSet": [_record_set(table, *described, key=key) for table, described in tables.items()],
    }


def _file_set(table: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{table}-files",
        "name": f"{table}-files",
        "description": f"The files of {table}, one folder per UTC day of the fetch.",
        "encodingFormat": "application/x-parquet",
        "includes": f"{table}/date=*/*.parquet",
    }


def _record_set(table: str, description: str, schema: pa.Schema, rows: int, *, key: str) -> dict[str, Any]:
    fields = [_column(table, column) for column in schema]
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": description,
        "key": {"@id": f"{table}/{key}"},
        "annotation": {
            "@type": "cr:Field",
            "@id": f"{table}/rows",
            "name": "rows",
            "description": "Number of rows.",
            "dataType": ["sc:Integer", _COUNT],
            "value": rows,
        },
        "field": fields,
    }


def _column(table: str, column: pa.Field) -> dict[str, Any]:
    identifier, kind = f"{table}/{column.name}", column.type
    source = {"fileSet": {"@id": f"{table}-files"}, "extract": {"column": column.name}}
    described = {
        "@type": "cr:Field",
        "@id": identifier,
        "name": column.name,
        "description": column.metadata[b"description"].decode(),
    }
    if pa.types.is_list(kind) and pa.types.is_struct(kind.value_type):
        members = [(member.name, member.type, member.name) for member in kind.value_type]
    elif pa.types.is_map(kind):
        members = [("key", kind.key_type, "[0]"), ("value", kind.item_type, "[1]")]
    else:
        is_list = pa.types.is_list(kind)
        atomic = {"dataType": _type_name(kind.value_type if is_list else kind), "source": source}
        return described | atomic | ({"isArray": True, "arrayShape": "-1"} if is_list else {})
    sub_fields = [
        {
            "@type": "cr:Field",
            "@id": f"{identifier}/{name}",
            "name": name,
            "dataType": _type_name(member),
            "source": source | {"transform": {"jsonPath": path}},
        }
        for name, member, path in members
    ]
    return described | {"isArray": True, "arrayShape": "-1", "subField": sub_fields}


def _type_name(kind: pa.DataType) -> str:
    names = {
        pa.types.is_boolean: "sc:Boolean",
        pa.types.is_integer: "sc:Integer",
        pa.types.is_floating: "sc:Float",
        pa.types.is_timestamp: "sc:DateTime",
        pa.types.is_date: "sc:Date",
    }
    return next((name for is_kind, name in names.items() if is_kind(kind)), "sc:Text")
