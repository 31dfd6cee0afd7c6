"""News scraping and text extraction: from a list of sites to clean Parquet rows."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scraper.article import Article, Block, Photo, Removed
from scraper.errors import ExtractError

if TYPE_CHECKING:
    from scraper.config import Rule
    from scraper.extract.assemble import extract_article
    from scraper.extract.flat_text import extract_text
    from scraper.origins import ClusterOrigin, find_origins
    from scraper.store.corpus import open_articles, open_outcomes

__all__ = [
    "Article",
    "Block",
    "ClusterOrigin",
    "ExtractError",
    "Photo",
    "Removed",
    "Rule",
    "extract_article",
    "extract_text",
    "find_origins",
    "open_articles",
    "open_outcomes",
]

_LATE = {
    "ClusterOrigin": "scraper.origins",
    "Rule": "scraper.config",
    "extract_article": "scraper.extract.assemble",
    "extract_text": "scraper.extract.flat_text",
    "find_origins": "scraper.origins",
    "open_articles": "scraper.store.corpus",
    "open_outcomes": "scraper.store.corpus",
}
"""Imported at their first use: numpy and pyarrow take longer than all the rest, and every command imports this."""


def __getattr__(name: str) -> Any:
    """Import what needs a large library only when it is asked for."""
    if name in _LATE:
        value = globals()[name] = getattr(import_module(_LATE[name]), name)
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
