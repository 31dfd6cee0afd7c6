"""Samples: one HTML page that lists the pages of a site that were tried, each with a link to its inspection.

A module of its own because a person sees by it in a minute whether a site comes out right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scraper.article import Article
from scraper.report.html_file import render_file
from scraper.skip import Skip


@dataclass(frozen=True, slots=True)
class Tried:
    """A page that was tried.

    Args:
        href: Of its inspection, relative to the list; "" where there is none.
        url: Its address.
        source: Address of the listing that named it.
        result: What extraction made of it.
        missing: Names of the fields that were not found.
    """

    href: str
    url: str
    source: str
    result: Article | Skip
    missing: tuple[str, ...] = ()

    @property
    def article(self) -> Article | None:
        """The article, None where it is none."""
        return self.result if isinstance(self.result, Article) else None

    @property
    def values(self) -> list[tuple[str, str]]:
        """What was found."""
        return tell_values(self.article) if self.article else []


def render_samples(host: str, origin: str, tried: Sequence[Tried]) -> str:
    """Draw the list.

    Args:
        host: Of the site.
        origin: Where the pages come from, as a sentence says it.
        tried: The pages, in order.
    """
    articles = sum(each.article is not None for each in tried)
    return render_file("samples", host=host, origin=origin, tried=tried, articles=articles, tell_missing=tell_missing)


def tell_values(article: Article) -> list[tuple[str, str]]:
    """Give what an article's row would hold in short: name and value, "" where the value says what it is."""
    chars, photos = len(article.text), len(article.photos)
    values = [
        ("authors", ", ".join(article.authors)),
        ("date", f"{article.published_at:%Y-%m-%d %H:%M}" if article.published_at else ""),
        ("section", " > ".join(article.sections)),
        ("", f"{chars:,} characters"),
        ("", f"{photos} photo{'s' if photos != 1 else ''}" if photos else ""),
        ("language", article.language or ""),
        ("", article.kind.replace("_", " ") if article.kind != "article" else ""),
        ("", "behind a paywall" if article.paywalled else ""),
    ]
    return [(name, value) for name, value in values if value]


def tell_missing(names: Sequence[str]) -> str:
    """Name the fields that were not found."""
    return ", ".join(name.removesuffix("_at") for name in names)
