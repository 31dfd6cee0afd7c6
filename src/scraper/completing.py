"""Completing: what a shell offers behind a command when the tab key is pressed.

A module because several commands take hosts, articles or releases, and because it must answer at once and never with an
error: what can't be read is not offered.
"""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from scraper.errors import ScraperError

MOST = 50
"""More than a screen helps nobody."""


def complete_host(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Offer the sites of config/sites, by the names of their files."""
    folder = Path(context.params.get("config_path") or "config") / "sites"
    return sorted(path.stem for path in folder.glob("*.toml") if path.stem.startswith(incomplete.lower()))


def complete_article(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Offer ids of articles of the corpus."""
    from scraper.store.marks import find_articles
    from scraper.store.release import MARKS, current

    try:
        return find_articles(current(_data(context)) / MARKS, incomplete.lower(), MOST)
    except (ScraperError, OSError):
        return []


def complete_file(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer files, where an argument may be something else too."""
    return [CompletionItem(incomplete, type="file")]


def complete_source(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer files, and ids of articles."""
    ids = complete_article(context, parameter, incomplete) if incomplete else []
    return [*complete_file(context, parameter, incomplete), *map(CompletionItem, ids)]


def complete_release(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Offer the releases of the corpus."""
    from scraper.store.release import list_releases

    return [path.name for path in list_releases(_data(context)) if path.name.startswith(incomplete)]


def _data(context: click.Context) -> Path:
    return Path(context.params.get("data") or (context.parent and context.parent.params.get("data")) or "data")
