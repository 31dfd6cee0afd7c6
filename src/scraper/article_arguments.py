"""Article arguments: what the commands that look at one article read from the command line.

A module because these commands name an article, a folder and the rules alike, and refuse them in the same words.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from scraper.config import Site
from scraper.config_file import load_config
from scraper.errors import ItemError
from scraper.extract.rules import check_selector
from scraper.url import Url, article_id, normalize

if TYPE_CHECKING:
    from scraper.store.schema import Row


def _refuse_bucket(context: click.Context, option: click.Parameter, value: Path) -> Path:
    if value.parts[:1] == ("s3:",):
        raise click.BadParameter("it must be the data folder, a bucket does not do.", context, option)
    return value


def _refuse_missing(context: click.Context, option: click.Parameter, value: Path) -> Path:
    """Let the folder be absent only where nobody named it."""
    named = context.get_parameter_source(option.name or "") is not ParameterSource.DEFAULT
    if named and not value.exists():
        raise click.BadParameter(f"{value}: there is no such folder.", context, option)
    return value


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    default="data",
    show_default=True,
    callback=_refuse_bucket,
    help="Folder of the corpus.",
)
config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default="config",
    show_default=True,
    callback=_refuse_missing,
    help="Folder with scraper.toml and sites/.",
)


def read_address(text: str) -> Url:
    """Read an address.

    Raises:
        click.UsageError: It is none.
    """
    try:
        return normalize(text)
    except ItemError as error:
        raise click.UsageError(error.detail) from error


def read_id(text: str) -> str:
    """Read the id of an article, of which the address may be given as well.

    Raises:
        click.UsageError: It is an address that is none.
    """
    return article_id(read_address(text)) if "://" in text else text.strip().lower()


def read_versions(article: str, data: Path) -> dict[int, Row]:
    """Read all versions of the article that is named, by their numbers.

    Args:
        article: Its id or address.
        data: The data folder.

    Raises:
        click.UsageError: There is no such folder or article.
        StoreError: The corpus can't be read.
    """
    from scraper.store.corpus import number_versions, open_versions

    if not data.is_dir():
        raise click.UsageError(f"--data {data}: there is no such folder")
    rows = open_versions(data, read_id(article))
    if not rows:
        raise click.UsageError(f"{article}: {data} holds no such article")
    return number_versions(rows)


def read_sites(config_path: Path) -> dict[str, Site]:
    """Read the sites with their rules; none where the folder that is there by default is absent.

    Raises:
        ConfigError: It has faults.
    """
    return dict(load_config(config_path, check_selector).sites) if config_path.exists() else {}


def show(page: Path) -> None:
    """Show a page in the browser."""
    import webbrowser

    if not webbrowser.open(page.resolve().as_uri()):
        click.echo("scraper: no browser was found to open it with", err=True)
