"""The command that shows where a row came from, and proves it: `scraper provenance`.

A module beside the command line, because it alone puts the corpus, the archive and the rules of the sites together.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import click

from scraper.config_file import load_config
from scraper.errors import ItemError
from scraper.extract.rules import check_selector
from scraper.url import article_id, normalize


@click.command()
@click.argument("article", metavar="ID|URL")
@click.option("--version", "number", type=click.IntRange(1), metavar="N", help="Which version; the newest by default.")
@click.option(
    "--data", type=click.Path(path_type=Path), default="data", show_default=True, help="Folder of the corpus."
)
@click.option(
    "--config", "config_path", type=click.Path(path_type=Path), default="config", show_default=True,
    help="Folder with sites/, whose rules are applied.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every value whole.")
def provenance(article: str, number: int | None, data: Path, config_path: Path, *, as_json: bool) -> int:
    """Show where a row came from, step by step, and make it again of its archived record.

    Exit status 0: the archive gives the same row. 1: it gives another one, or can't be read.

    \b
    scraper provenance https://example.org/news/story
    scraper provenance 15c630a22c66673d5071093ec2ab38c0 --version 1 --json
    """
    from scraper.provenance import trace_row
    from scraper.report.provenance import to_json, to_text
    from scraper.store.corpus import open_versions

    if not data.is_dir():
        raise click.UsageError(f"--data {data}: there is no such folder")
    try:
        key = article_id(normalize(article)) if "://" in article else article.strip().lower()
    except ItemError as error:
        raise click.UsageError(error.detail) from error
    rows = {row["version"] or place: row for place, row in enumerate(open_versions(data, key), start=1)}
    if not rows:
        raise click.UsageError(f"{article}: {data} holds no such article")
    row = rows.get(number or max(rows))
    if row is None:
        raise click.UsageError(f"--version {number}: there are {', '.join(map(str, sorted(rows)))}")
    sites = load_config(config_path, check_selector).sites if config_path.exists() else {}
    known = trace_row(data, row, len(rows), sites)
    if as_json:
        click.echo(json.dumps(to_json(known), ensure_ascii=False, indent=1))
    else:
        click.echo(to_text(known, shutil.get_terminal_size().columns) if sys.stdout.isatty() else to_text(known))
    return 0 if known.check.same else 1
