"""Inspection: an article as a person looks at it, or a list of them.

A module of its own because a command only says what is asked; how an article reads is the same for all of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scraper.article import Article
from scraper.report.printable import printable

if TYPE_CHECKING:
    from rich.table import Table


def to_json(article: Article) -> dict[str, Any]:
    """Make what JSON can hold of an article: its fields, and its text."""
    row = dataclasses.asdict(article) | {"text": article.text, "sources": dict(article.sources)}
    del row["sketch"]  # it says nothing of the article
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}


def to_text(article: Article) -> str:
    """Make the text that shows an article: fields with their sources, photos, body, and what was cut by which rule."""
    fields = {
        "headline": article.headline,
        "dek": article.dek,
        "byline": article.byline,
        "authors": "; ".join(article.authors),
        "section": " > ".join(article.sections),
        "tags": "; ".join(article.tags),
        "published_at": article.published_at,
        "modified_at": article.modified_at,
        "dateline": article.dateline,
        "language": article.language,
        "canonical_url": article.canonical_url,
        "paywalled": {True: "yes", False: "no", None: None}[article.paywalled],
    }
    lines = [
        f"{name:13} {value}" + (f"  [{source}]" if (source := article.sources.get(name)) else "")
        for name, value in fields.items()
        if value
    ]
    for photo in article.photos:
        lines.append(f"{'photo':13} {photo.caption or photo.alt or photo.url}")
        if photo.credit:
            lines.append(f"{'':13} credit: {photo.credit}")
    marks = {"subhead": "## ", "list_item": "- ", "quote": "> ", "pulled_quote": ">> "}
    body = "\n\n".join(marks.get(block.kind, "") + block.text for block in article.body)
    cut = "\n".join(f"{removed.kind:10} {removed.rule:28} {removed.text[:90]}" for removed in article.removed)
    return printable("\n".join(lines) + f"\n\n{body}\n" + (f"\n-- removed --\n{cut}" if cut else ""))


def make_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Make a table of articles.

    Args:
        rows: As the corpus holds them.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, justify in [
        ("published", "left"), ("section", "left"), ("headline", "left"), ("authors", "left"),
        ("words", "right"), ("photos", "right"), ("cut", "right"),
    ]:  # fmt: skip
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        published = row["published_at"]
        table.add_row(
            f"{published:%Y-%m-%d}" if published else "",
            *(Text(printable(text or "")) for text in (row["section"], row["headline"], ", ".join(row["authors"]))),
            str(row["word_count"]),
            str(len(row["photos"])),
            str(len(row["removed"])),
        )
    return table
