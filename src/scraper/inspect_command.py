"""The command that shows one extraction: `scraper inspect`.

A module beside the command line, because it alone knows where a page may come from: a file, the archive, a live site.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scraper.article_arguments import config_option, data_option, read_address, read_id, read_sites, show
from scraper.completing import complete_source
from scraper.config_file import load_config
from scraper.errors import ItemError
from scraper.extract.rules import check_selector
from scraper.skip import Skip
from scraper.url import Url, belongs_to

if TYPE_CHECKING:
    from scraper.marked import Inspection

FILE_NAME = "inspection.html"


@click.command("inspect")
@click.argument("source", metavar="URL|FILE|ARTICLE", shell_complete=complete_source)
@click.option("--url", default="", help="Address of a file's page: relative links and the site's rule.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help=f"File that is written; {FILE_NAME} by default."
)
@click.option("--open", "as_open", is_flag=True, help="Show it in the browser.")
@data_option
@config_option
def inspect(source: str, url: str, output: Path | None, data: Path, config_path: Path, *, as_open: bool) -> int:
    """Show one page as extraction saw it, and the record beside it, in one HTML file.

    Body, fields and captions are marked on the page, and every removed block with its kind and rule; nothing of the
    page is live. ARTICLE is the id or address of an article of the corpus: it is read from the archive and extracted
    again, and no site is asked. An address that the corpus does not have is asked once, within robots.txt.

    \b
    scraper inspect 15c630a22c66673d5071093ec2ab38c0 --open
    scraper inspect https://example.org/news/story --output story.html
    scraper inspect saved.html --url https://example.org/news/story
    """
    from scraper.report.inspector import render

    target = output or Path(FILE_NAME)
    if Path(source).is_file() and target.exists() and target.samefile(source):
        raise click.UsageError(f"--output {target}: is the page that is inspected; name another file")
    # A name that is no UTF-8 is shown with question marks.
    html = render(_inspect(source, url, data, config_path)).encode("utf-8", errors="replace")
    try:
        _write(target, html)
    except OSError as error:
        raise click.UsageError(f"--output {target}: cannot be written: {error.strerror}") from error
    click.echo(str(target))
    if as_open:
        show(target)
    return 0


def _write(target: Path, content: bytes) -> None:
    """Write a file beside the one that is there, and put it in its place when it is whole."""
    if target.exists() and not target.is_file():  # such as /dev/stdout
        target.write_bytes(content)
        return
    final = target.resolve()
    part = final.with_name(f".{final.name[:50]}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(final)
    finally:
        part.unlink(missing_ok=True)


def _inspect(source: str, url: str, data: Path, config_path: Path) -> Inspection:
    from scraper.inspection import inspect_page, inspect_payload
    from scraper.store.visit import find_visit

    if Path(source).is_file():
        given, now = read_address(url) if url else Url(""), datetime.now(UTC)
        sites = read_sites(config_path) if given else {}
        site = next((site for host, site in sites.items() if belongs_to(given, host)), None)
        rule = site.rule_at(now) if site else None
        return inspect_payload(
            Path(source).read_bytes(), url=given, name=Path(source).name, fetched_at=now, rule=rule, origin="a file"
        )
    if url:
        raise click.UsageError("--url goes with a file")
    address = read_address(source) if "://" in source else None
    page = find_visit(data, read_id(source), address) if data.is_dir() else None
    if page is not None:
        site = read_sites(config_path).get(page.target.site)
        rule = site.rule_at(page.fetched_at) if site else None
        return inspect_page(page, rule, f"from the archive, fetched {page.fetched_at:%Y-%m-%d %H:%M} UTC")
    if address is None:
        raise click.UsageError(f"{source}: is no file, and {data} holds no such article")
    from scraper.asking import ask_page

    try:
        page, rule = ask_page(load_config(config_path, check_selector), address)
    except ItemError as error:
        from scraper.marked import Inspection

        return Inspection(source, "asked just now", Skip(error.reason, error.detail), ())
    return inspect_page(page, rule, f"asked just now, {page.fetched_at:%Y-%m-%d %H:%M} UTC")
