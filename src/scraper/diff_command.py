"""The command that shows how an article changed: `scraper diff`.

A module beside the command line, because it reads the corpus alone, and shows words and not files.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from scraper.errors import ItemError
from scraper.report.difference import Piece, compare_rows, to_plain
from scraper.url import article_id, normalize

_COLORS: dict[str, dict[str, Any]] = {"same": {}, "gone": {"fg": "red", "strikethrough": True}, "new": {"fg": "green"}}


@click.command()
@click.argument("article", metavar="ID|URL")
@click.option("--versions", "numbers", metavar="A,B", help="Which two; the last two by default.")
@click.option(
    "--data", type=click.Path(path_type=Path), default="data", show_default=True, help="Folder of the corpus."
)
def diff(article: str, numbers: str | None, data: Path) -> int:
    """Show what changed between two versions of an article, word by word.

    \b
    scraper diff https://example.org/news/story
    scraper diff 15c630a22c66673d5071093ec2ab38c0 --versions 1,3
    """
    from scraper.store.corpus import open_versions

    if not data.is_dir():
        raise click.UsageError(f"--data {data}: there is no such folder")
    rows = {row["version"] or 1: row for row in open_versions(data, _id_of(article))}
    if not rows:
        raise click.UsageError(f"{article}: {data} holds no such article")
    if numbers is None and len(rows) == 1:
        click.echo(f"{next(iter(rows.values()))['url']}: one version, nothing to compare")
        return 0
    before, after = _choose(rows, numbers)
    click.echo(after["url"])
    for number, row in ((before["version"], before), (after["version"], after)):
        click.echo(f"version {number or 1}, fetched {row['fetched_at']:%Y-%m-%d %H:%M} UTC, {row['word_count']} words")
    for name, pieces in compare_rows(before, after):
        click.echo(f"\n{name}: {''.join(map(_color, pieces)) if sys.stdout.isatty() else to_plain(pieces)}")
    return 0


def _id_of(text: str) -> str:
    if "://" not in text:
        return text.strip().lower()
    try:
        return article_id(normalize(text))
    except ItemError as error:
        raise click.UsageError(error.detail) from error


def _choose(rows: Mapping[int, Mapping[str, Any]], numbers: str | None) -> list[Mapping[str, Any]]:
    known = sorted(rows)
    chosen = known[-2:] if numbers is None else [int(part) for part in numbers.split(",") if part.strip().isdigit()]
    if len(chosen) != 2 or not set(chosen) <= set(known):
        raise click.UsageError(f"--versions {numbers}: give two of {', '.join(map(str, known))}, such as 1,2")
    return [rows[number] for number in chosen]


def _color(piece: Piece) -> str:
    return click.style(piece.text, **_COLORS[piece.kind])
