"""Fields: everything an article's page says besides its text, merged from all sources by precedence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from scraper.config import Rule
from scraper.extract.linked_data import LinkedData


@dataclass(frozen=True, slots=True)
class Fields:
    """What a page says besides its text; see Article for each field.

    Args:
        sources: Field name -> "rule", "json_ld", "microdata", "opengraph", "meta", "dom", "url" or None if absent.
    """

    headline: str | None = None
    dek: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    canonical_url: str | None = None
    paywalled: bool | None = None
    sources: Mapping[str, str | None] = field(default_factory=dict)


def find_fields(
    tree: LexborHTMLParser, linked: LinkedData, *, url: str, fetched_at: datetime | None, rule: Rule | None
) -> Fields:
    """Find every field of a page.

    Args:
        tree: The page.
        linked: What it declares.
        url: Its address, "" if unknown.
        fetched_at: When it was fetched; dates after that are doubted.
        rule: Selectors of the site, which go before everything else.
    """
    return Fields(headline=linked.headline, authors=linked.authors, canonical_url=linked.canonical_url)
