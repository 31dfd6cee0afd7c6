"""Flatten: a page as "select all, copy" gives it, to measure extract_text on pages whose truth is known.

A module of its own because nothing in a scrape needs it. `python -m scraper.lab.flatten` prints, for every set of
BENCH_DATA, how well extract_text finds the body in flattened pages, beside all their text and extract_article on the
markup; the lines are broken as browsers break them, or at 72 characters, or with no blank lines at all.
"""

from __future__ import annotations

import os
import sys
import textwrap
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from scraper.errors import ExtractError
from scraper.extract.assemble import extract_article
from scraper.extract.decode import decode
from scraper.extract.flat_text import extract_text
from scraper.extract.tree import parse
from scraper.lab.dataset import bench_folders, read_truth
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


def flatten(html: str, form: str = "copied") -> str:
    """Make the text of a page's markup that a browser's clipboard would hold.

    Args:
        html: The page.
        form: One of FORMS.

    Source: the HTML standard's innerText algorithm, without style sheets.
    """
    tree = parse(html)
    pieces: list[str | int] = []
    if tree.body is not None:
        _walk(tree.body, pieces, 0)
    lines: list[str] = []
    line, breaks = "", 0
    for piece in [*pieces, 2]:
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
    if line.strip():
        lines.append(" ".join(line.split()))
    if form == "dense":
        return "\n".join(filter(None, lines))
    if form == "wrapped":
        return "\n\n".join("\n".join(textwrap.wrap(text, WIDTH)) for text in lines if text)
    return "\n".join(lines)


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


def read_flat(folder: Path, form: str = "copied") -> Iterator[tuple[dict[str, object], bytes, str]]:
    """Give truth, bytes and flattened text of each page of a set that has a whole body as truth."""
    for truth, html in read_truth(folder):
        if truth.get("body"):
            yield truth, html, flatten(decode(html), form)


def measure(text: str, truth: dict[str, object]) -> dict[str, float]:
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


def main() -> None:
    """Measure and print."""
    forms = [form for form in FORMS if form in sys.argv[1:]] or ["copied"]
    for folder in bench_folders():
        rows: dict[str, list[dict[str, float]]] = defaultdict(list)
        for form in forms:
            for truth, html, text in read_flat(folder, form):
                started = time.process_time()
                try:
                    found = extract_text(text).text
                except ExtractError:
                    found = ""
                spent = time.process_time() - started
                rows[f"extract_text, {form}"].append(measure(found, truth) | {"ms": 1000 * spent})
                if form == forms[0]:
                    rows["all text"].append(measure(text, truth))
                    if not os.environ.get("TEXT_ONLY"):
                        rows["extract_article"].append(measure(_from_markup(html, str(truth.get("url") or "")), truth))
        for name, scores in rows.items():
            means = {key: np.mean([row[key] for row in scores]) for key in scores[0]}
            print(f"{folder.name:12} {name:22} {len(scores):4} pages", *(f"{k} {v:.4f}" for k, v in means.items()))


def _from_markup(html: bytes, url: str) -> str:
    try:
        return extract_article(html, url=url).text
    except ExtractError:
        return ""


if __name__ == "__main__":
    main()
