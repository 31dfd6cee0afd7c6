"""Article: what a page said, and what was cut from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

PageKind = Literal["article", "live_blog", "gallery", "video"]
BlockKind = Literal["paragraph", "subhead", "list_item", "quote", "pulled_quote", "preformatted", "table_row"]
RemovedKind = Literal[
    "plea",
    "newsletter",
    "teaser",
    "related",
    "share",
    "ad",
    "caption",
    "byline",
    "comments",
    "navigation",
    "paywall",
    "legal",
    "author_bio",
    "embed",
    "other",
]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the body, in reading order; its text has no line breaks except in preformatted ones."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Photo:
    """One picture with what the page prints about it; None means not given."""

    url: str | None
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """A block that a reader could take for text, cut from the body.

    Args:
        kind: What it is.
        text: All of it.
        rule: Id of the rule that cut it, such as "phrase:donate" or "container:outside".
    """

    kind: RemovedKind
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """What another source says of a field than its value; a note, where the two cannot both be right.

    Args:
        field: headline, authors, published_at, or modified_at where that lies before published_at and is not believed.
        source: As in Article.sources, "url" for the day in the address, or the kind of the feed: "rss", "atom",
            "news_sitemap".
        value: What it says: authors with semicolons between, times in UTC as ISO 8601, days alone where no clock is
            given.
    """

    field: str
    source: str
    value: str


@dataclass(frozen=True, slots=True)
class Article:
    """What a page said. A field that was looked for and is absent is None or empty, and its source is None.

    Args:
        url: The address that was asked for, "" if unknown.
        final_url: The address after redirects.
        canonical_url: The address the page declares for itself.
        headline: As the reader sees it, without the site's name.
        dek: The standfirst below the headline, never part of body.
        byline: As printed.
        authors: The names parsed from the byline.
        dateline: The place (and agency) before the lede, split from it.
        section: The first of sections.
        sections: As printed, outermost first.
        tags: Keywords and topics, apart from sections.
        language: ISO 639-1 code, or longer where the page says so ("pt-BR" gives "pt").
        published_at: Aware, UTC.
        modified_at: Aware, UTC; None if the page gives none.
        body: Blocks in reading order.
        photos: One per picture.
        removed: Everything cut, in page order.
        sources: Field name -> "rule", "json_ld", "microdata", "opengraph", "meta", "dom", "url", "model" or "text",
            None if absent.
        paywalled: True where the page shows only a part, None where it does not tell.
        published_offset_minutes: East of Greenwich, of the clock that published_at is printed in: with it the day as
            readers see it; None where the page does not say.
        kind: What kind of article: of a live blog the times of its entries stand in body, as subheads.
        pages: How many pages it was joined of.
        missing_pages: Why the text ends before its last page: reason and page; None where it is all there.
        conflicts: What other sources say of headline, authors and dates where that is something else.
        rule: Digest of the site's rule that was applied, and its last day if it has one; None where none was.
        sketch: Of the page's template, for the health of its site; no column.
    """

    url: str
    final_url: str
    canonical_url: str | None
    headline: str | None
    dek: str | None
    byline: str | None
    authors: tuple[str, ...]
    dateline: str | None
    section: str | None
    sections: tuple[str, ...]
    tags: tuple[str, ...]
    language: str | None
    published_at: datetime | None
    modified_at: datetime | None
    body: tuple[Block, ...]
    photos: tuple[Photo, ...]
    removed: tuple[Removed, ...]
    sources: Mapping[str, str | None] = field(default_factory=dict)
    paywalled: bool | None = None
    kind: PageKind = "article"
    published_offset_minutes: int | None = None
    pages: int = 1
    missing_pages: str | None = None
    conflicts: tuple[Conflict, ...] = ()
    rule: str | None = None
    sketch: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The body as paragraphs joined by a blank line: subheads and list items included, pulled quotes not."""
        return "\n\n".join(block.text for block in self.body if block.kind != "pulled_quote")
