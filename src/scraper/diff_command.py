"""The command that shows how an article changed: `scraper diff`.

A module beside the command line, because it reads the corpus alone, and shows words and not files.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scraper.article_arguments import data_option, read_versions
from scraper.completing import complete_article
from scraper.report.printable import printable
from scraper.showing import has_color

if TYPE_CHECKING:
    from scraper.report.difference import Piece

_COLORS: dict[str, dict[str, Any]] = {"same": {}, "gone": {"fg": "red", "strikethrough": True}, "new": {"fg": "green"}}


@click.command()
@click.argument("article", metavar="ID|URL", shell_complete=complete_article)
@click.option("--versions", "numbers", metavar="A,B", help="Which two; the last two by default.")
@data_option
def diff(article: str, numbers: str | None, data: Path) -> int:
    """Show what changed between two versions of an article, word by word.

    \b
    scraper diff https://example.org/news/story
    scraper diff 15c630a22c66673d5071093ec2ab38c0 --versions 1,3
    """
    from scraper.report.difference import compare_rows, to_plain

    rows = read_versions(article, data)
    if numbers is None and len(rows) == 1:
        click.echo(f"{next(iter(rows.values()))['url']}: one version, nothing to compare")
        return 0
    chosen = _choose(rows, numbers)
    before, after = (rows[number] for number in chosen)
    click.echo(after["url"])
    for number in chosen:
        row = rows[number]
        click.echo(f"version {number}, fetched {row['fetched_at']:%Y-%m-%d %H:%M} UTC, {row['word_count']} words")
    for name, pieces in compare_rows(before, after):
        click.echo(
            f"\n{name}: {''.join(map(_color, pieces)) if has_color(sys.stdout) else printable(to_plain(pieces))}"
        )
    return 0


def _choose(rows: Collection[int], numbers: str | None) -> list[int]:
    known = sorted(rows)
    chosen = known[-2:] if numbers is None else [int(part) for part in numbers.split(",") if part.strip().isdigit()]
    if len(chosen) != 2 or not set(chosen) <= set(known):
        raise click.UsageError(f"--versions {numbers}: give two of {', '.join(map(str, known))}, such as 1,2")
    return chosen


def _color(piece: Piece) -> str:
    return click.style(printable(piece.text), **_COLORS[piece.kind])
