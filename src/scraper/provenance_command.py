"""The command that shows where a row came from, and proves it: `scraper provenance`.

A module beside the command line, because it alone puts the corpus, the archive and the rules of the sites together.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import click

from scraper.article_arguments import config_option, data_option, read_sites, read_versions
from scraper.completing import complete_article
from scraper.report.printable import printable


@click.command()
@click.argument("article", metavar="ID|URL", shell_complete=complete_article)
@click.option("--version", "number", type=click.IntRange(1), metavar="N", help="Which version; the newest by default.")
@data_option
@config_option
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

    rows = read_versions(article, data)
    chosen = number or max(rows)
    if chosen not in rows:
        raise click.UsageError(f"--version {number}: there are {', '.join(map(str, rows))}")
    known = replace(trace_row(data, rows[chosen], max(rows), read_sites(config_path)), number=chosen)
    if as_json:
        click.echo(printable(json.dumps(to_json(known), ensure_ascii=False, indent=1)))
    else:
        click.echo(to_text(known, shutil.get_terminal_size().columns) if sys.stdout.isatty() else to_text(known))
    return 0 if known.check.same else 1
