"""Inspector: one self-contained HTML page that shows a page as extraction saw it, and the record beside it.

A module of its own because this is how a person checks an extraction in ten seconds. What it writes holds no markup of
the page it shows: text is escaped, and a policy in its head forbids every request and every script and style but the
two that stand in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import get_args

from scraper.article import Article, BlockKind
from scraper.marked import Inspection, Line, Marked
from scraper.report.html_file import render_file
from scraper.report.inspector_record import (
    BODY,
    MAX_ENTRIES,
    list_body,
    list_close_calls,
    list_photos,
    list_removed,
    list_values,
    name_of,
)

MAX_CLOSE_CALLS = 12
MIN_PACKED, PACKED_CHARS = 3, 60
"""So many removed blocks of one kind in a row, each as short as a button, are drawn behind each other."""

FAMILIES = {
    **dict.fromkeys(("body", *get_args(BlockKind)), "body"),
    "pulled_quote": "quote", "time": "quote", "caption": "caption",
    "plea": "asks", "newsletter": "asks", "paywall": "asks", "ad": "asks",
    "related": "stories", "teaser": "stories",
}  # fmt: skip
"""Kind of a block -> its color; the other kinds of removed blocks share one."""

FIELD_COLORS = {"published_at": "date", "modified_at": "date", "headline": "title", "dek": "title"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text on the page, as it is drawn.

    Args:
        text: Escaped by the template.
        block: Name of its block, "" of text that is none or is not listed.
        kind: What that is.
        color: Of that kind, or of the field.
        fields: That it prints.
        begins: Its block begins here: the place that links lead to, and the label.
        opens: Those of the fields that begin here.
        strong: Bold.
        picture: Address of the picture it stands for.
        packed: It stands behind another block of its kind, whose label is enough.
    """

    text: str
    block: str = ""
    kind: str = ""
    color: str = ""
    fields: tuple[str, ...] = ()
    begins: bool = False
    opens: tuple[str, ...] = ()
    strong: bool = False
    picture: str | None = None
    packed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Lines that are drawn together: the cells of a row, or menus and the like, which are packed.

    Args:
        kind: Of the line; "row" of cells, "pack" of short removed blocks of one kind, "rest".
        cells: The marks of each line.
    """

    kind: str
    cells: tuple[tuple[Mark, ...], ...]


def render(inspection: Inspection) -> str:
    """Draw an inspection as one HTML page that needs nothing else.

    Args:
        inspection: What is shown.
    """
    pages = [tuple(_rows(page, number)) for number, page in enumerate(inspection.pages)]
    printed = frozenset(
        field for page in inspection.pages for line in page.lines for run in line.runs for field in run.fields
    )
    removed = list_removed(inspection)
    body = list_body(inspection)
    counts = Counter(entry.kind for entry in removed)
    groups = [(kind, [entry for entry in removed if entry.kind == kind]) for kind, _ in counts.most_common()]
    start = "f-headline" if "headline" in printed else next((f"b{entry.block}" for entry in body if entry.block), "")
    article = inspection.result if isinstance(inspection.result, Article) else None
    return render_file(
        "inspector",
        inspection=inspection,
        article=article,
        pages=pages,
        values=list_values(inspection, printed),
        body=body,
        chars=sum(len(entry.text) for entry in body),
        loose=sum(not entry.block for entry in body),
        photos=list_photos(article.photos if article else (), removed),
        removed=groups,
        most=MAX_ENTRIES,
        start=start,
        removed_count=len(removed),
        close_calls=list_close_calls(inspection, MAX_CLOSE_CALLS),
        color_of=color_of,
    )


def color_of(kind: str) -> str:
    """Give the color that a kind of block is drawn in."""
    return FAMILIES.get(kind, "rest")


def _rows(page: Marked, number: int) -> Iterator[Row]:
    """Give the rows of a page."""
    begun: set[str] = set()
    lines = [(line, tuple(_marks(page, line, number, begun))) for line in page.lines]
    for (kind, row), group in groupby(lines, key=lambda each: (_kind_of_short(each[1]), each[0].row)):
        cells = list(group)
        if kind == "rest":
            if told := tuple(said for _, marks in cells if (said := tuple(filter(_says_something, marks)))):
                yield Row("rest", told)
        elif row and len(cells) > 1:
            yield Row("row", tuple(marks for _, marks in cells))
        elif kind and len(cells) >= MIN_PACKED:
            first, *others = (marks for _, marks in cells)
            yield Row("pack", (first, *(tuple(replace(mark, packed=True) for mark in marks) for marks in others)))
        else:
            for line, marks in cells:
                yield Row(line.kind, (marks,))


def _kind_of_short(marks: Sequence[Mark]) -> str:
    """Give what a line is all of, if it is short: "rest" of what is neither block nor field, "" where it is more."""
    kinds = {mark.kind for mark in marks}
    if any(mark.fields for mark in marks):
        return ""
    if kinds == {""}:
        return "rest"
    short = len(kinds) == 1 and sum(len(mark.text) for mark in marks) <= PACKED_CHARS
    return "".join(kinds - {*BODY, "caption"}) if short else ""


def _says_something(mark: Mark) -> bool:
    return bool(mark.text.strip())


def _marks(page: Marked, line: Line, number: int, begun: set[str]) -> Iterator[Mark]:
    for run in line.runs:
        block = page.blocks[run.block] if run.block is not None else None
        opens = tuple(field for field in run.fields if field not in begun and run.text.strip())
        begun.update(opens)
        color = FIELD_COLORS.get(run.fields[-1], run.fields[-1]) if run.fields else ""
        if block is None or run.block is None or block.verdict == "unlisted":
            yield Mark(run.text, "", "", color, run.fields, opens=opens, strong=run.strong, picture=run.picture)
            continue
        name = name_of(number, run.block)
        color = color if color and block.verdict != "body" else color_of(block.verdict)
        yield Mark(run.text, name, block.verdict, color, run.fields, name not in begun, opens, run.strong, run.picture)
        begun.add(name)
