"""Marked: a page as extraction decided on it, for a person to look at.

A module of its own because extraction makes it and the report draws it, and neither knows the other. It holds text and
a few words for what the text stands in, and no markup: whatever a page brings along, nothing of it is live here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scraper.article import Article, RemovedKind
from scraper.skip import Skip

LineKind = Literal["h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "td", "quote", "pre", "caption"]
BlockVerdict = Literal["body", "pulled_quote", "time", "unlisted"] | RemovedKind
"""What became of a block; "unlisted" are menus and the like, which no reader takes for text."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one block, as it stands on the page.

    Args:
        text: White space collapsed, line breaks as they are shown.
        block: Index of its block, None where the walk read no block from it.
        fields: Names of the fields that were read from it, or whose declared value it prints.
        strong: It is printed bold or slanted.
        picture: It stands for a picture, whose address this is; text is then what the page says instead of it.
    """

    text: str
    block: int | None = None
    fields: tuple[str, ...] = ()
    strong: bool = False
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Runs that a reader sees as one line or paragraph.

    Args:
        kind: What it stands in.
        runs: In order.
        row: Number of the table row it is a cell of, 0 outside of tables.
    """

    kind: LineKind
    runs: tuple[Run, ...]
    row: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """A group of features and how much it counted.

    Args:
        label: What was measured.
        gain: Log-odds that the block would lose if it measured there what blocks of the other side do.
    """

    label: str
    gain: float


@dataclass(frozen=True, slots=True)
class MarkedBlock:
    """A block with what became of it.

    Args:
        verdict: What it is.
        rule: Id of the rule that cut it, "" where none did.
        text: As removed or kept, before it is tidied.
        likely: Probability of being body, as the trees have it; None outside the window that they judge.
        reasons: Why, the weightiest first; empty where nobody asked the trees.
    """

    verdict: BlockVerdict
    rule: str
    text: str
    likely: float | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An element that may hold the article.

    Args:
        name: Tag and names, as CSS writes them.
        credit: What speaks for it, in characters of text weighed.
        chosen: It is the container.
        best: It has the highest credit; the container may be one around it.
    """

    name: str
    credit: float
    chosen: bool
    best: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """A page, marked.

    Args:
        url: Its address.
        lines: All of it that is text, in order.
        blocks: What runs name by index.
        candidates: For the container, the one with most credit first.
        reasons: What counted most over all blocks of the body.
        ruled: A rule of the site names the body, so that nothing else chose it.
        left_out: Characters at its end that are too many to be shown.
    """

    url: str
    lines: tuple[Line, ...]
    blocks: tuple[MarkedBlock, ...]
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[Reason, ...] = ()
    ruled: bool = False
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is shown of one article.

    Args:
        url: The address asked for, or the name of the file.
        origin: Where the page comes from, as a sentence says it.
        result: The article, or why there is none.
        pages: Its pages, marked; empty where none could be read.
    """

    url: str
    origin: str
    result: Article | Skip
    pages: Sequence[Marked]
