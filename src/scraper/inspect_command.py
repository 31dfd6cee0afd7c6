"""The command that shows one extraction: `scraper inspect`.

A module beside the command line, because it alone knows where a page may come from: a file, the archive, a live site.
"""

from __future__ import annotations

import webbrowser
from datetime import UTC, datetime
from pathlib import Path

import click

from scraper.config_file import load_config
from scraper.errors import ItemError
from scraper.extract.rules import check_selector
from scraper.marked import Inspection
from scraper.skip import Skip
from scraper.url import Url, article_id, belongs_to, normalize

FILE_NAME = "inspection.html"


@click.command("inspect")
@click.argument("source", metavar="URL|FILE|ARTICLE")
@click.option("--url", default="", help="Address of a file's page: relative links and the site's rule.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help=f"File that is written; {FILE_NAME} by default."
)
@click.option("--open", "as_open", is_flag=True, help="Show it in the browser.")
@click.option(
    "--data", type=click.Path(path_type=Path), default="data", show_default=True, help="Folder of the corpus."
)
@click.option(
    "--config", "config_path", type=click.Path(path_type=Path), default="config", show_default=True,
    help="Folder with scraper.toml and sites/.",
)  # fmt: skip
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

    inspection = _inspect(source, url, data, config_path)
    target = output or Path(FILE_NAME)
    try:
        target.write_text(render(inspection), encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"--output {target}: cannot be written: {error.strerror}") from error
    click.echo(str(target))
    if as_open and not webbrowser.open(target.resolve().as_uri()):
        click.echo("scraper: no browser was found to open it with", err=True)
    return 0


def _inspect(source: str, url: str, data: Path, config_path: Path) -> Inspection:
    from scraper.inspection import inspect_page, inspect_payload
    from scraper.store.visit import find_visit

    if Path(source).is_file():
        address, now = _address(url) if url else Url(""), datetime.now(UTC)
        sites = load_config(config_path, check_selector).sites if address and config_path.exists() else {}
        site = next((site for host, site in sites.items() if belongs_to(address, host)), None)
        rule = site.rule_at(now) if site else None
        return inspect_payload(
            Path(source).read_bytes(), url=address, name=Path(source).name, fetched_at=now, rule=rule, origin="a file"
        )
    if url:
        raise click.UsageError("--url goes with a file")
    is_address = "://" in source
    key = article_id(_address(source)) if is_address else source.strip().lower()
    page = find_visit(data, key, _address(source) if is_address else None) if data.is_dir() else None
    if page is not None:
        sites = load_config(config_path, check_selector).sites if config_path.exists() else {}
        site = sites.get(page.target.site)
        rule = site.rule_at(page.fetched_at) if site else None
        return inspect_page(page, rule, f"from the archive, fetched {page.fetched_at:%Y-%m-%d %H:%M} UTC")
    if not is_address:
        raise click.UsageError(f"{source}: is no file, and {data} holds no such article")
    from scraper import pipeline

    try:
        page, rule = pipeline.ask_page(load_config(config_path, check_selector), _address(source))
    except ItemError as error:
        return Inspection(source, "asked just now", Skip(error.reason, error.detail), ())
    return inspect_page(page, rule, f"asked just now, {page.fetched_at:%Y-%m-%d %H:%M} UTC")


def _address(text: str) -> Url:
    try:
        return normalize(text)
    except ItemError as error:
        raise click.UsageError(error.detail) from error
