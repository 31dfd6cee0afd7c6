"""The command that shows what one page says: `scraper extract-page`.

A module beside the command line, because it keeps nothing and needs no data folder.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from click.core import ParameterSource

from scraper.article_arguments import read_address
from scraper.completing import complete_file
from scraper.config_file import load_config
from scraper.extract.rules import check_selector
from scraper.report.printable import printable
from scraper.url import Url, belongs_to


@click.command("extract-page")
@click.argument("source", metavar="FILE|-|URL", shell_complete=complete_file)
@click.option("--url", default="", help="Address of a file's page: relative links and the site's rule.")
@click.option("--text", "as_text", is_flag=True, help="FILE holds no markup: copied, dumped or plain text.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default="config",
    show_default=True,
    help="Folder with scraper.toml and sites/.",
)
def extract_page(source: str, url: str, config_path: Path, *, as_text: bool, as_json: bool) -> int:
    """Show what one page says.

    A file, stdin, or a live address, which is asked once, within robots.txt.

    \b
    scraper extract-page saved.html --url https://example.org/news/story
    curl -s https://example.org/news/story | scraper extract-page - --json
    scraper extract-page --text copied.txt
    """
    from scraper import page_extraction, pipeline
    from scraper.report.inspection import to_json, to_text

    if as_text:
        if "://" in source or url:
            raise click.UsageError("--text takes a file or -, and no address")
        article = page_extraction.extract_plain(_read(source))
    elif "://" in source:
        article = pipeline.extract_url(load_config(config_path, check_selector), read_address(source))
    else:
        given = click.get_current_context().get_parameter_source("config_path") is not ParameterSource.DEFAULT
        address, now = read_address(url) if url else Url(""), datetime.now(UTC)
        # A folder that was named and isn't there is a slip of the pen; none at all is a machine without sites.
        has_rules = address and (given or config_path.exists())
        sites = load_config(config_path, check_selector).sites if has_rules else {}
        site = next((site for host, site in sites.items() if belongs_to(address, host)), None)
        rule = site.rule_at(now) if site else None
        article = page_extraction.extract_payload(
            _read(source), url=address, final_url=address, content_type=None, fetched_at=now, rule=rule
        )
    shown = printable(json.dumps(to_json(article), ensure_ascii=False, indent=1)) if as_json else to_text(article)
    click.echo(shown)
    return 0


def _read(source: str) -> bytes:
    if source == "-":
        if sys.stdin is None:
            raise click.UsageError("-: there is no standard input")
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{source}: cannot be read: {error.strerror}") from error
