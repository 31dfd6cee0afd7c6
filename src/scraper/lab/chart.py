"""Chart: quality against cost, and every field side by side, as one SVG.

A module of its own because it is the only drawing there is; written out by hand, so that it needs no library. It holds
its own background and follows the reader's light or dark scheme.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from scraper.lab.tables import LESS_IS_BETTER, Row, format_score
from scraper.lab.tally import BODY, SCORES

WIDTH, HEIGHT = 1000, 520
TOP, BOTTOM = 96, 452
LEFT = (64, 440)
RIGHT = (570, 968)
"""Edges of the two panels, in pixels."""

LABEL_HEIGHT = 15
LABEL_CHAR = 6.6
"""Widest a label's characters are on average, at 12 pixels."""

COLORS = ("#1f77d0", "#e08a00", "#14b1c4", "#0f9d76", "#d1495b", "#a05fb4", "#7f8c8d", "#8c6d46")
"""Of the extractors in order; each is told from both backgrounds, and no two that lie close differ by hue alone."""

STYLE = """
text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f }
.back { fill: #ffffff } .grid { stroke: #d8dee4 } .soft { fill: #57606a }
.title { font-size: 15px; font-weight: 600 } .ours { font-weight: 700 } .dot { stroke: #ffffff; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .back { fill: #0d1117 } .grid { stroke: #30363d } .soft { fill: #9198a1 }
  .dot { stroke: #0d1117 }
}
"""
NAMES = {"body_f1": "body F1", "body_exact": "body exact", "kept": "kept", "title": "headline"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One extractor over all sets.

    Args:
        scores: Means over the sets that have them.
        cpu_ms: Mean over the sets.
    """

    name: str
    color: str
    is_ours: bool
    scores: Mapping[str, float]
    cpu_ms: float


def draw(results: Mapping[str, Sequence[Row]], *, ours: str, left_out: Collection[str] = ()) -> str:
    """Draw the chart.

    Args:
        results: Set -> rows of its table.
        ours: Name of the row that is ours.
        left_out: Rows that are not drawn.
    """
    marks = _average(results, ours, left_out)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="Quality and cost of {len(marks)} extractors">',
        f"<style>{STYLE}</style>",
        f'<rect class="back" width="{WIDTH}" height="{HEIGHT}" rx="8"/>',
        *_draw_cost(marks),
        *_draw_fields(marks),
        *_draw_legend(marks),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _average(results: Mapping[str, Sequence[Row]], ours: str, left_out: Collection[str]) -> list[Mark]:
    names = dict.fromkeys(row.name for rows in results.values() for row in rows if row.name not in left_out)
    marks = []
    for number, name in enumerate(names):
        rows = [row for rows in results.values() for row in rows if row.name == name]
        scores = {
            score: sum(found) / len(found)
            for score in SCORES
            if (found := [row.scores[score] for row in rows if score in row.scores])
        }
        costs = [row.cpu_ms for row in rows if row.cpu_ms]
        cost = sum(costs) / len(costs) if costs else 0.0
        marks.append(Mark(name, COLORS[number % len(COLORS)], name == ours, scores, cost))
    return marks


def _draw_cost(marks: Sequence[Mark]) -> Iterable[str]:
    """Draw body F1 against the cost, which is on a logarithmic scale."""
    yield _text(LEFT[0] - 40, 32, "Body text against cost", "title")
    yield _text(LEFT[0] - 40, 51, "F1 of the words, mean of the sets; best is top left", "soft")
    points = [mark for mark in marks if mark.cpu_ms and "body_f1" in mark.scores]
    if not points:
        return
    low = math.ceil(20 * min(mark.scores["body_f1"] for mark in points) - 1) / 20
    steps = max(1, round((1 - low) / 0.05))
    first = math.floor(math.log10(min(mark.cpu_ms for mark in points)) * 3) / 3
    last = math.ceil(math.log10(max(mark.cpu_ms for mark in points)) * 3 + 0.5) / 3

    def place(mark: Mark) -> tuple[float, float]:
        x = LEFT[0] + (math.log10(mark.cpu_ms) - first) / (last - first) * (LEFT[1] - LEFT[0])
        return x, BOTTOM - (mark.scores["body_f1"] - low) / (1 - low) * (BOTTOM - TOP)

    for step in range(steps + 1):
        y = BOTTOM - step / steps * (BOTTOM - TOP)
        yield _line(LEFT[0], y, LEFT[1], y)
        yield _text(LEFT[0] - 8, y + 4, format_score(low + step * (1 - low) / steps)[:-1], "soft", "end")
    for tick in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000):
        if first <= math.log10(tick) <= last:
            x = LEFT[0] + (math.log10(tick) - first) / (last - first) * (LEFT[1] - LEFT[0])
            yield _line(x, TOP, x, BOTTOM)
            yield _text(x, BOTTOM + 18, str(tick), "soft", "middle")
    yield _text((LEFT[0] + LEFT[1]) / 2, BOTTOM + 36, "ms of CPU per page", "soft", "middle")
    taken: list[tuple[float, float, float]] = []
    for mark in sorted(points, key=lambda mark: -mark.scores["body_f1"]):
        x, y = place(mark)
        width = LABEL_CHAR * len(mark.name)
        to_left = x + 12 + width > LEFT[1] + 60
        start, at = (x - 11 - width if to_left else x + 11), y + 4
        while any(
            start < end and begin < start + width and abs(at - other) < LABEL_HEIGHT for begin, end, other in taken
        ):
            at += 1
        taken.append((start, start + width, at))
        yield _dot(x, y, mark)
        yield _text(
            x - 11 if to_left else x + 11, at, mark.name, "ours" if mark.is_ours else "", "end" if to_left else ""
        )


def _draw_fields(marks: Sequence[Mark]) -> Iterable[str]:
    """Draw a line for each field with a dot for each extractor that gives it."""
    yield _text(RIGHT[0] - 86, 32, "Every field", "title")
    yield _text(RIGHT[0] - 86, 51, "mean of the sets that have it; no dot: not given by that extractor", "soft")
    fields = [
        name
        for name in SCORES
        if name not in LESS_IS_BETTER and name not in BODY[2:] and any(mark.scores.get(name) for mark in marks)
    ]
    for tick in range(0, 11, 2):
        x = RIGHT[0] + tick / 10 * (RIGHT[1] - RIGHT[0])
        yield _line(x, TOP, x, BOTTOM)
        yield _text(x, BOTTOM + 18, f"{tick / 10:.1f}", "soft", "middle")
    for number, name in enumerate(fields):
        y = TOP + (number + 0.5) * (BOTTOM - TOP) / len(fields)
        found = [mark for mark in marks if mark.scores.get(name)]
        yield _text(RIGHT[0] - 12, y + 4, NAMES.get(name, name), "", "end")
        yield _line(RIGHT[0], y, RIGHT[1], y)
        for mark in sorted(found, key=lambda mark: mark.is_ours):
            yield _dot(RIGHT[0] + mark.scores[name] * (RIGHT[1] - RIGHT[0]), y, mark)


def _draw_legend(marks: Sequence[Mark]) -> Iterable[str]:
    x = LEFT[0] - 34.0
    for mark in marks:
        yield _dot(x, HEIGHT - 14, mark)
        yield _text(x + 11, HEIGHT - 10, mark.name, "ours" if mark.is_ours else "")
        x += 38 + LABEL_CHAR * len(mark.name)


def _dot(x: float, y: float, mark: Mark) -> str:
    size = 7.5 if mark.is_ours else 5.5
    return f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{mark.color}"/>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="grid" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "") -> str:
    marks = (f' class="{kind}"' if kind else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:.1f}" y="{y:.1f}"{marks}>{escape(text)}</text>'
