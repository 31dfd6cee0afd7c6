"""Changes: what is different in a release beside another one, counted by column, with examples.

A module because whoever changes the extractor decides by it whether the new release is better. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scraper.report.difference import Piece, compare_words, to_plain

EXAMPLES = 3
"""Of each change, each on another site."""
SHARES = (0.01, 0.1, 0.5)
"""Shares of the words of a text from which on it is counted as changed by more than that."""

_ILLEGIBLE = frozenset({"content_hash"})
_EXAMPLE_CHARS = 240
_PIECE_CHARS = 90
_CONTEXT_CHARS = 60
_COMPARED_CHARS = 500

Row = Mapping[str, Any]


@dataclass(slots=True)
class Change:
    """One kind of change.

    Args:
        rows: How many rows it is of.
        examples: Site -> (address, what changed).
    """

    rows: int = 0
    examples: dict[str, tuple[str, str]] = field(default_factory=dict)

    def wants(self, row: Row) -> bool:
        """Tell whether a row would be a further example."""
        return len(self.examples) < EXAMPLES and row["site"] not in self.examples

    def to_json(self) -> dict[str, object]:
        """Give it for a file."""
        return {"rows": self.rows, "examples": [{"url": url, "what": what} for url, what in self.examples.values()]}


@dataclass(slots=True)
class Changes:
    """What is counted while two releases are gone through.

    Args:
        paired: Visits with a row in both.
        differing: Those of them whose rows are not the same.
        columns: Column -> its changes.
        texts: Share of SHARES -> texts of which more words than that changed.
        gone: What became of visits that have no row any more, such as "skip no_body" -> those.
        come: What visits were that have a row now -> those.
    """

    paired: int = 0
    differing: int = 0
    columns: dict[str, Change] = field(default_factory=dict)
    texts: Counter[float] = field(default_factory=Counter)
    gone: dict[str, Change] = field(default_factory=dict)
    come: dict[str, Change] = field(default_factory=dict)

    def count(
        self,
        paired: int,
        differing: Iterable[tuple[Row, Row]],
        gone: Iterable[tuple[Row, str]],
        come: Iterable[tuple[Row, str]],
    ) -> None:
        """Count some visits.

        Args:
            paired: How many of them have a row in both.
            differing: Those rows of them that are not the same, before and now, with the same columns.
            gone: Rows of visits that have none now, each with the outcome they have.
            come: Rows of visits that had none before, each with the outcome they had.
        """
        self.paired += paired
        for before, after in differing:
            self._count_pair(before, after)
        for kinds, rows in ((self.gone, gone), (self.come, come)):
            for row, outcome in rows:
                _count(kinds, row, outcome)

    def _count_pair(self, before: Row, after: Row) -> None:
        self.differing += 1
        for name, was in before.items():
            if was == (now := after[name]):
                continue
            change = self.columns.setdefault(name, Change())
            change.rows += 1
            if change.wants(before) and name not in _ILLEGIBLE:
                change.examples[before["site"]] = before["url"], _example(was, now)
            if name == "text":
                share = changed_words(was or "", now or "")
                self.texts.update(each for each in SHARES if share > each)

    def to_json(self) -> dict[str, object]:
        """Give it for a file."""
        kinds = ("columns", "gone", "come")
        return {
            "paired": self.paired,
            "differing": self.differing,
            "texts_changed_by_more_than": {str(share): self.texts[share] for share in SHARES},
            **{kind: {name: each.to_json() for name, each in _sorted(getattr(self, kind))} for kind in kinds},
        }

    def to_lines(self) -> list[str]:
        """Say it to a person: rows that went and came, then each column, the one that changed most first."""
        lines = [f"{self.paired:,} articles have a row in both; {self.differing:,} of these rows changed"]
        for title, kinds in (("without a row now", self.gone), ("with a row that had none", self.come)):
            if kinds:
                lines += ["", f"{sum(each.rows for each in kinds.values()):,} {title}"]
            for outcome, change in _sorted(kinds):
                lines += [f"  {change.rows:9,}  {outcome}", *_examples(change)]
        if self.columns:
            lines += ["", f"  {'rows':>9}  {'share':>6}  column"]
        for name, change in _sorted(self.columns):
            more = ", ".join(f"{self.texts[share]:,} by more than {share:.0%} of their words" for share in SHARES)
            lines.append(
                f"  {change.rows:9,}  {change.rows / self.paired:6.1%}  {name}{f': {more}' * (name == 'text')}"
            )
            lines += _examples(change)
        return lines


def changed_words(before: str, after: str) -> float:
    """Give the share of words that went or came, of all words of both, whatever their order; from 0 to 1."""
    old, new = Counter(before.split()), Counter(after.split())
    total = old.total() + new.total()
    return 1 - 2 * (old & new).total() / total if total else 0.0


def _count(kinds: dict[str, Change], row: Row, outcome: str) -> None:
    change = kinds.setdefault(outcome, Change())
    change.rows += 1
    if change.wants(row):
        change.examples[row["site"]] = row["url"], row.get("headline") or ""


def _sorted(kinds: Mapping[str, Change]) -> list[tuple[str, Change]]:
    return sorted(kinds.items(), key=lambda item: (-item[1].rows, item[0]))


def _examples(change: Change) -> list[str]:
    return [
        line for url, what in change.examples.values() for line in (f"{'':13}{url}", f"{'':15}{what}") if line.strip()
    ]


def _example(was: object, now: object) -> str:
    """Show the first thing that is another one now, word by word."""
    old, new = _elements(was), _elements(now)
    gone, come = (next((each for each in one if each not in other), "") for one, other in ((old, new), (new, old)))
    if not gone and not come:
        return "in another order" if old and new else to_plain(_absent(was, now))
    pieces = [replace(piece, text=_shorten(piece.text)) for piece in compare_words(*_where_they_part(gone, come))]
    return _cut(to_plain(pieces).replace("\n", " "), _EXAMPLE_CHARS)


def _where_they_part(old: str, new: str) -> tuple[str, str]:
    """Cut both to the surroundings of the first difference, as comparing long texts takes minutes."""
    pairs = zip(old, new, strict=False)
    same = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
    begin = old.rfind(" ", 0, max(0, same - _CONTEXT_CHARS)) + 1
    return old[begin : same + _COMPARED_CHARS], new[begin : same + _COMPARED_CHARS]


def _absent(was: object, now: object) -> Iterable[Piece]:
    yield Piece("gone", "null" if was is None else "empty")
    yield Piece("new", "null" if now is None else "empty")


def _elements(value: object) -> list[str]:
    """Take a value apart: a text into paragraphs, a list into what it lists."""
    if value is None:
        return []
    if isinstance(value, str):
        return value.split("\n\n")
    if isinstance(value, Sequence) and not isinstance(value, tuple):
        return [_phrase(each) for each in value]
    return [_phrase(value)]


def _phrase(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_phrase(each)}" for key, each in value.items() if each not in (None, []))
    if isinstance(value, tuple):
        return ": ".join(map(_phrase, value))
    return "null" if value is None else str(value)


def _shorten(text: str) -> str:
    if len(text) <= _PIECE_CHARS:
        return text
    half = _PIECE_CHARS // 2
    return f"{text[:half]} … {text[-half:]}"


def _cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else f"{text[: chars - 2]} …"
