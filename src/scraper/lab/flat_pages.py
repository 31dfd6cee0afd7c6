"""Flat pages: pages as "select all, copy" gives them, to train and measure extract_text on pages whose truth is known.

A module of its own because both need it. Lines are broken as browsers break them, without blank lines, or at a width.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scraper.extract.decode import decode
from scraper.extract.flat_lines import width_of
from scraper.extract.tree import parse
from scraper.lab.dataset import read_truth
from scraper.lab.labels import tokenize
from scraper.lab.score import EXACT

MAX_DEPTH = 400
"""Deeper markup is read as if it were not nested further."""

WIDTH = 72
FORMS = ("copied", "dense", "wrapped")
"""With the blank lines of browsers; without any; hard-wrapped at WIDTH with blank lines between paragraphs."""

_SKIPPED = frozenset((
    "head", "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "textarea",
    "title", "video", "audio", "canvas", "dialog",
))  # fmt: skip
_SPACED = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "pre", "figure"))
_BLOCKS = _SPACED | frozenset((
    "address", "article", "aside", "body", "center", "dd", "details", "div", "dt", "fieldset", "figcaption", "footer",
    "form", "header", "hgroup", "hr", "html", "li", "main", "menu", "nav", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr",
))  # fmt: skip
_CELLS = frozenset(("td", "th"))


def flatten(html: str) -> str:
    """Make the text of a page's markup that a browser's clipboard would hold.

    Args:
        html: The page.

    Source: the HTML standard's innerText algorithm, without style sheets.
    """
    tree = parse(html)
    pieces: list[str | int] = []
    if tree.body is not None:
        _walk(tree.body, pieces, 0)
    lines: list[str] = []
    line, breaks = "", 0
    for piece in [*pieces, 2, ""]:
        if isinstance(piece, int):
            breaks = max(breaks, piece)
            continue
        if breaks and line.strip():
            lines.append(" ".join(line.split()))
            if breaks > 1:
                lines.append("")
            line = ""
        breaks = 0
        line += piece
    return "\n".join(lines)


def reform(text: str, form: str) -> str:
    """Break the lines of a flattened page otherwise.

    Args:
        text: From flatten.
        form: One of FORMS.
    """
    lines = [line for line in text.split("\n") if line]
    if form == "dense":
        return "\n".join(lines)
    if form == "wrapped":
        return "\n\n".join("\n".join(_wrap(line)) for line in lines)
    return text


def _wrap(line: str) -> list[str]:
    """Break a line to WIDTH columns; East Asian characters fill two, and a line may break between any of them."""
    if width_of(line) > 1.5 * len(line):
        return [line[at : at + WIDTH // 2] for at in range(0, len(line), WIDTH // 2)]
    return textwrap.wrap(line, WIDTH)


def _walk(node: Any, pieces: list[str | int], depth: int) -> None:
    child = node.child
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            pieces.append(child.text_content or "")
        elif tag == "br":
            pieces.extend((1, "") if pieces and isinstance(pieces[-1], str) else (2, ""))
        elif tag not in _SKIPPED and not tag.startswith(("-", "!")) and not _is_hidden(child):
            edge = 2 if tag in _SPACED else 1 if tag in _BLOCKS else 0
            if edge:
                pieces.append(edge)
            elif tag in _CELLS:
                pieces.append("\t")
            if depth < MAX_DEPTH:
                _walk(child, pieces, depth + 1)
            if edge:
                pieces.append(edge)
        child = child.next


def _is_hidden(node: Any) -> bool:
    given = node.attributes
    return "hidden" in given or "display:none" in (given.get("style") or "").replace(" ", "")


def read_flat(folder: Path) -> Iterator[tuple[dict[str, Any], bytes, str]]:
    """Give truth, bytes and flattened text of each page of a set that has a whole body as truth."""
    for truth, html in read_truth(folder):
        if truth.get("body"):
            yield truth, html, flatten(decode(html))


def measure_body(text: str, truth: dict[str, Any]) -> dict[str, float]:
    """Score a body's text: F1, precision and recall of its words, and whether F1 is EXACT."""
    got = Counter(tokenize(text))
    bodies = [str(truth["body"])]
    if truth.get("standfirst"):
        bodies.append(f"{truth['standfirst']}\n{truth['body']}")
    best = (0.0, 0.0, 0.0)
    for body in bodies:
        want = Counter(tokenize(body))
        if both := (got & want).total():
            best = max(best, (2 * both / (got.total() + want.total()), both / got.total(), both / want.total()))
    return {"f1": best[0], "p": best[1], "r": best[2], "exact": float(best[0] >= EXACT)}
