"""Inspector's record: the lines of an article beside its page, each with the block it was made of.

A module of its own because the page is marked by what was decided of its blocks, while the record is what came out in
the end: tidied, joined of several pages, without the dateline. Both are in the same order, which ties them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scraper.article import Article, Photo
from scraper.marked import Inspection, Marked, MarkedBlock, Reason
from scraper.report.html_file import shorten

FIELDS = (
    "headline", "dek", "byline", "authors", "published_at", "modified_at", "section", "sections", "tags", "dateline",
    "language", "paywalled", "kind", "canonical_url", "final_url",
)  # fmt: skip
SHOWN_AS = {"authors": "byline", "sections": "section"}
"""Field -> the field whose place on the page is its own."""

BODY = ("body", "pulled_quote", "time")

MAX_ENTRIES = 2000
"""Shown of a list. Set by hand."""


@dataclass(frozen=True, slots=True)
class Value:
    """A field of the record.

    Args:
        name: Of the field.
        text: Its value, "" where it is absent.
        source: Where it comes from.
        place: Name of the field that is marked on the page for it, "" where none is.
        conflicts: (source, value) of what else is said of it.
    """

    name: str
    text: str
    source: str
    place: str
    conflicts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A block of the record.

    Args:
        kind: Of body or removed.
        text: As it stands in the record.
        rule: That cut it, "" in the body.
        block: Name of its block on the page, "" where it stands on none.
        likely: Probability of being body, None where the trees were not asked.
        reasons: Of that.
    """

    kind: str
    text: str
    rule: str = ""
    block: str = ""
    likely: float | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def shown(self) -> str:
        """Its text, bounded."""
        return shorten(self.text)

    @property
    def note(self) -> str:
        """All that is known of it in one line."""
        parts = [self.kind.replace("_", " ") + (f", cut by {self.rule}" if self.rule else "")]
        if self.likely is not None:
            parts.append(f"the trees: {self.likely:.0%} likely to be body")
        if self.reasons:
            parts.append("; ".join(f"{one.label} {one.gain:+.1f}" for one in self.reasons))
        return " · ".join(parts)


Placed = tuple[str, MarkedBlock]
"""A block, and its name on the page."""


def name_of(page: int, block: int) -> str:
    """Name a block of a page."""
    return f"{page}-{block}"


def list_values(inspection: Inspection, printed: frozenset[str]) -> list[Value]:
    """List the fields of an article, those that are absent too.

    Args:
        inspection: With an article.
        printed: Names of the fields that are marked on the page.
    """
    article = inspection.result
    if not isinstance(article, Article):
        return []
    values = []
    for name in FIELDS:
        place = SHOWN_AS.get(name, name)
        conflicts = tuple((one.source, shorten(one.value)) for one in article.conflicts if one.field == name)
        text = shorten(_printed(getattr(article, name)))
        source = article.sources.get(name) or ""
        values.append(Value(name, text, source, place if place in printed and text else "", conflicts))
    return values


def list_body(inspection: Inspection) -> list[Entry]:
    """List the blocks of the body; of a page without article those that would have been."""
    placed = list(_placed(inspection.pages, lambda block: block.verdict in BODY))
    if not isinstance(inspection.result, Article):
        return [_entry(each, each[1].verdict, each[1].text, "") for each in placed]
    entries, at = [], 0
    for one in inspection.result.body:
        found = next((i for i in range(at, len(placed)) if _is_made_of(one.text, placed[i][1])), None)
        entries.append(_entry(placed[found] if found is not None else None, one.kind, one.text, ""))
        if found is not None:
            at = found + 1
    return entries


def list_removed(inspection: Inspection) -> list[Entry]:
    """List what was cut, in page order."""
    placed = list(_placed(inspection.pages, lambda block: block.verdict not in {*BODY, "unlisted"}))
    if not isinstance(inspection.result, Article):
        return [_entry(each, each[1].verdict, each[1].text, each[1].rule) for each in placed]
    entries, at = [], 0
    for one in inspection.result.removed:
        wanted = _squeeze(one.text)
        found = next(
            (
                i
                for i in range(at, len(placed))
                if (placed[i][1].rule, _squeeze(placed[i][1].text)) == (one.rule, wanted)
            ),
            None,
        )
        entries.append(_entry(placed[found] if found is not None else None, one.kind, one.text, one.rule))
        if found is not None:
            at = found + 1
    return entries


def list_photos(photos: Sequence[Photo], removed: Sequence[Entry]) -> list[tuple[Photo, str]]:
    """List the photos, each with the name of the block that prints its caption or credit, "" where none does."""
    captions = [(_squeeze(entry.text), entry.block) for entry in removed if entry.kind == "caption" and entry.block]
    listed = []
    for photo in photos:
        said = [_squeeze(text) for text in (photo.caption, photo.credit) if text]
        listed.append((photo, next((block for text in said for printed, block in captions if text in printed), "")))
    return listed


def list_close_calls(inspection: Inspection, most: int) -> list[Entry]:
    """List the blocks that the trees were least sure of."""
    placed = _placed(inspection.pages, lambda block: block.likely is not None and block.verdict != "unlisted")
    ranked = sorted(placed, key=lambda each: abs((each[1].likely or 0.0) - 0.5))[:most]
    return [_entry(each, each[1].verdict, each[1].text, each[1].rule) for each in ranked]


def _placed(pages: Sequence[Marked], wanted: Callable[[MarkedBlock], bool]) -> Iterator[Placed]:
    for number, page in enumerate(pages):
        for i, block in enumerate(page.blocks):
            if wanted(block):
                yield name_of(number, i), block


def _entry(placed: Placed | None, kind: str, text: str, rule: str) -> Entry:
    if placed is None:
        return Entry(kind, text, rule)
    name, block = placed
    return Entry(kind, text, rule, name, block.likely, block.reasons)


def _is_made_of(text: str, block: MarkedBlock) -> bool:
    """Tell whether a block of the body was made of a block of the page: whole, without dateline, or with more cells."""
    if block.verdict == "time":
        return True
    one, other = _squeeze(text), _squeeze(block.text)
    return one == other or other.endswith(one) or one.startswith(f"{other}|")


def _squeeze(text: str) -> str:
    return "".join(char for char in text if not char.isspace() and char not in "\u00ad\u200b\u2060\ufeff")


def _printed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, tuple):
        return "; ".join(value)
    return str(value)
