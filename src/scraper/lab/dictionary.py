"""Dictionary: docs/data-dictionary.md and the columns in data/README.md, made of the schema: `make dictionary`.

Examples are rows of the invented press, since the version of a column is what the frozen schemas of the tests tell.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from scraper.lab.press_corpus import make_corpus
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.dictionary import make_dictionary, make_overview
from scraper.store.part import KINDS
from scraper.store.schema import SCHEMA_VERSION, Row

DICTIONARY = Path("docs/data-dictionary.md")
README = Path("data/README.md")
SCHEMAS = Path("tests/store/schemas.json")
"""Every set of columns that files were ever written with, the oldest first."""

_HEAD = f"""# Data dictionary

Made by `make dictionary` from the schema, which every Parquet file carries too; what the tables mean, how they are laid
out and which promises hold stands in [data.md](data.md).

*since* is the schema version that a column came with; now it is {SCHEMA_VERSION}. Files of an earlier one do not have
the column, and it is null for their rows; 1+ came within version 1, so that some of its files lack it. Examples are cut
to one line, and come from an invented press (`make press-corpus`); – stands where it has none.
"""
_COLUMNS = re.compile(r"(?<=<!-- columns: made by make dictionary -->\n).*(?=<!-- end of columns -->)", re.DOTALL)


def make_documents() -> dict[Path, str]:
    """Make the documents; paths are relative to the repository, which must be the working folder.

    Raises:
        click.ClickException: The press gave no rows, and every example would be a dash.
    """
    with TemporaryDirectory() as folder:
        make_corpus(Path(folder) / "data")
        rows = {
            "articles": _fullest_first(open_articles(Path(folder) / "data", versions=True).to_table().to_pylist()),
            "outcomes": _fullest_first(open_outcomes(Path(folder) / "data").to_table().to_pylist()),
        }
    if lacking := [name for name, found in rows.items() if not found]:
        raise click.ClickException(f"the press gave no {' and no '.join(lacking)}: nothing is written; run the tests")
    since = _since(json.loads(SCHEMAS.read_text("utf-8")))
    tables = (make_dictionary(kind.schema, since[kind.name], rows[kind.name]) for kind in KINDS)
    sections = (f"\n## {kind.name}\n\n{table}" for kind, table in zip(KINDS, tables, strict=True))
    overview = make_overview({kind.name: kind.schema for kind in KINDS})
    readme = _COLUMNS.sub(lambda _: f"\n{overview}\n", README.read_text("utf-8"))
    return {DICTIONARY: _HEAD + "".join(sections), README: readme}


def _fullest_first(rows: Iterable[Row]) -> list[Row]:
    """Order rows so that the examples come from few of them, always the same."""
    return sorted(
        rows, key=lambda row: (-sum(value not in (None, []) for value in row.values()), row["url"], row["fetched_at"])
    )


def _since(schemas: list[dict[str, object]]) -> dict[str, dict[str, str]]:
    """Give the version each column came with, by table."""
    since: dict[str, dict[str, str]] = {kind.name: {} for kind in KINDS}
    for number, schema in enumerate(schemas):
        version = f"{schema['version']}{'+' if number and schema['version'] == 1 else ''}"
        for table, known in since.items():
            columns = schema[table]
            for column in columns if isinstance(columns, dict) else ():
                known.setdefault(column, version)
    return since


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail where a document is out of date.")
def main(*, check: bool) -> None:
    """Write the documents."""
    for path, text in make_documents().items():
        if path.exists() and path.read_text("utf-8") == text:
            continue
        if check:
            click.echo(f"{path} is out of date: run make dictionary", err=True)
            sys.exit(1)
        path.write_text(text, encoding="utf-8")
        click.echo(f"{path} is written")


if __name__ == "__main__":
    main()
