"""News scraping and text extraction: from a list of sites to clean Parquet rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scraper.article import Article, Block, Photo, Removed
from scraper.config import Rule
from scraper.errors import ExtractError
from scraper.extract.assemble import extract_article

if TYPE_CHECKING:
    from scraper.store.corpus import open_articles

__all__ = ["Article", "Block", "ExtractError", "Photo", "Removed", "Rule", "extract_article", "open_articles"]


def __getattr__(name: str) -> Any:
    """Import what needs pyarrow only when it is asked for: it takes longer than all the rest."""
    if name == "open_articles":
        from scraper.store.corpus import open_articles

        return open_articles
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
