"""Tables: scores as Markdown, and their place in a document.

A module of its own because the same tables are printed, read in pull requests, and put into the documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scraper.errors import ConfigError
from scraper.lab.tally import BODY, SCORES

LESS_IS_BETTER = ("leaked",)
HEADS = {name: name.removeprefix("body_") if name != "body_f1" else "body F1" for name in SCORES}
BASES = ("trafilatura", "resiliparse")
"""Extractors that costs are given as multiples of."""


@dataclass(frozen=True, slots=True)
class Row:
    """One extractor on one set.

    Args:
        scores: As Tally.scores gives them.
        failed: Pages that it raised an error on.
        cpu_ms: Per page; None if it was not timed.
    """

    name: str
    scores: Mapping[str, float]
    failed: int
    cpu_ms: float | None


def make_table(rows: Sequence[Row], ours: str, unfair: str = "") -> str:
    """Make the table of a set: a column for each score that its truth allows, the best in bold.

    A field that an extractor never has right, as it does not give it, is a dash.

    Args:
        rows: One per extractor.
        ours: Name of the row that is ours.
        unfair: Name of a row that is not considered for the best.
    """
    fair = [row for row in rows if row.name != unfair]
    names = [name for name in SCORES if any(name in row.scores for row in rows)]
    best = {name: _best(name, [row.scores[name] for row in fair if name in row.scores]) for name in names}
    costs = {row.name: row.cpu_ms for row in rows}
    bases = [name for name in BASES if costs.get(name)]
    table = [["", *(HEADS[name] for name in names), "failed", "CPU ms", *(f"/ {name}" for name in bases)]]
    for row in rows:
        cells = [_format(name, row.scores.get(name), best[name]) for name in names]
        ratios = [f"{row.cpu_ms / (costs[base] or 1):.2f}" if row.cpu_ms else "" for base in bases]
        cost = f"{row.cpu_ms:.1f}" if row.cpu_ms else ""
        table.append([f"**{row.name}**" if row.name == ours else row.name, *cells, str(row.failed), cost, *ratios])
    return format_table(table)


def format_table(rows: Sequence[Sequence[str]]) -> str:
    """Format rows, the first of them the head, as a Markdown table; all but the first column are numbers."""
    head, *rest = ("| " + " | ".join(row) + " |" for row in rows)
    return "\n".join([head, "|---" + "|---:" * (len(rows[0]) - 1) + "|", *rest])


def format_score(share: float) -> str:
    """Format a share with three digits and no zero before the point."""
    return f"{share:.3f}".removeprefix("0")


def put_between(file: Path, name: str, text: str) -> None:
    """Replace what stands between the markers `<!-- NAME:begin -->` and `<!-- NAME:end -->` of a document.

    Raises:
        ConfigError: The document has no such markers.
    """
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before, found, rest = file.read_text("utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ConfigError([f"{file}: no place between {begin} and {end} to write to"])
    file.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


def _best(name: str, scores: Iterable[float]) -> float:
    return min(scores) if name in LESS_IS_BETTER else max(scores)


def _format(name: str, share: float | None, best: float) -> str:
    if share is None:
        return ""
    if not share and name not in (*BODY, *LESS_IS_BETTER):
        return "–"
    text = format_score(share)
    return f"**{text}**" if text == format_score(best) else text
