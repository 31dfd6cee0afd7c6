"""Removed kinds: how well what is cut is told apart, by labels of single blocks.

A module of its own because F1 of a body hides it: a plea that stays costs a hundredth, and a wrong kind nothing. The
labels (removed_labels.tsv) were given by reading blocks of the development pages: boilerplate of each kind, and as
hard negatives paragraphs of articles that speak of donations, newsletters, subscriptions and the like. They hold no
text, only the hash of one. Pages are dealt in two halves by the hash of their name: rules are improved by looking at
the one, the other is only scored.

Run with `BENCH_DATA=FOLDER python -m scraper.lab.removed_kinds [--misses KIND]`.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import get_args

from scraper.article import Article, RemovedKind
from scraper.errors import ExtractError
from scraper.extract.assemble import extract_article
from scraper.lab.dataset import bench_folders, read_truth

BODY, UNLISTED = "body", "unlisted"
"""Fates beside the kinds: it stands in the body; it stands neither there nor among what was removed."""

KINDS = (*get_args(RemovedKind), BODY, UNLISTED)
HASH_CHARS = 16
SHOWN_CHARS = 160


@dataclass(frozen=True, slots=True)
class Label:
    """What one block is.

    Args:
        text: The hash of its text, by fingerprint.
        kind: A removed block's kind, or "body".
    """

    set_name: str
    page: str
    text: str
    kind: str

    @property
    def held(self) -> bool:
        """It belongs to the half that is only scored."""
        return int(hashlib.sha256(f"{self.set_name}/{self.page}".encode()).hexdigest(), 16) % 2 == 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a labeled block: fate is a kind, "body" or "unlisted"."""

    label: Label
    language: str
    fate: str
    shown: str


def fingerprint(text: str) -> str:
    """Hash a text by its letters and figures, so that spaces, quotes and case do not count."""
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
    return hashlib.sha256(letters.encode()).hexdigest()[:HASH_CHARS]


def read_labels() -> dict[tuple[str, str], list[Label]]:
    """Give the labels of each page, by set and page."""
    found: dict[tuple[str, str], list[Label]] = defaultdict(list)
    with resources.files("scraper.lab").joinpath("removed_labels.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found[row["set"], row["page"]].append(Label(row["set"], row["page"], row["text"], row["kind"]))
    return found


def compare(labels: Iterable[Label], article: Article) -> Iterator[Outcome]:
    """Find what became of the labeled blocks of a page; a text that stands in the body anywhere is in the body."""
    fates: dict[str, tuple[str, str]] = {}
    for removed in article.removed:
        fates.setdefault(fingerprint(removed.text), (removed.kind, f"{removed.rule} | {removed.text}"))
    for block in article.body:
        for text in block.text.split(" | ") if block.kind == "table_row" else (block.text,):
            fates[fingerprint(text)] = (BODY, text)
    for label in labels:
        fate, shown = fates.get(label.text, (UNLISTED, ""))
        yield Outcome(label, (article.language or "?")[:2], fate, shown[:SHOWN_CHARS])


def measure(folders: Iterable[Path]) -> tuple[list[Outcome], Counter[str], int]:
    """Extract all labeled pages.

    Returns:
        What became of each labeled block, the number of all removed blocks of these pages by kind, and the number of
        labels on pages that are refused.
    """
    labels, outcomes, kinds, refused = read_labels(), list[Outcome](), Counter[str](), 0
    for folder in folders:
        for truth, html in read_truth(folder):
            here = labels.get((folder.name, truth["id"]))
            if not here:
                continue
            try:
                article = extract_article(html, url=truth.get("url") or "")
            except ExtractError:
                refused += len(here)
                continue
            kinds.update(removed.kind for removed in article.removed)
            outcomes += compare(here, article)
    return outcomes, kinds, refused


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one kind.

    Args:
        labeled: Blocks of this kind.
        named: Of these, cut and called so.
        kept: Of these, left in the body.
        called: All labeled blocks, of whatever kind, that are called so.
    """

    labeled: int
    named: int
    kept: int
    called: int

    @property
    def precision(self) -> float:
        """Share of what is called so that is so."""
        return self.named / self.called if self.called else 1.0

    @property
    def recall(self) -> float:
        """Share of what is so that is called so."""
        return self.named / self.labeled if self.labeled else 1.0

    @property
    def out(self) -> float:
        """Share of what is so that is not in the body, whatever it is called."""
        return 1 - self.kept / self.labeled if self.labeled else 1.0


def score(outcomes: Sequence[Outcome]) -> dict[str, Score]:
    """Score every kind that is labeled, most frequent first."""
    pairs = Counter((outcome.label.kind, outcome.fate) for outcome in outcomes)
    labeled, called = Counter[str](), Counter[str]()
    for (kind, fate), count in pairs.items():
        labeled[kind] += count
        called[fate] += count
    return {
        kind: Score(count, pairs[kind, kind], pairs[kind, BODY], called[kind]) for kind, count in labeled.most_common()
    }


def print_scores(title: str, outcomes: Sequence[Outcome]) -> None:
    """Print a table of kinds and the table of what is taken for what."""
    print(f"\n{title}: {len(outcomes)} blocks\n{'kind':12} labeled  precision  recall  out of the body")
    for kind, row in score(outcomes).items():
        out = "" if kind == BODY else f"{row.out:16.3f}"
        print(f"{kind:12} {row.labeled:7} {row.precision:10.3f} {row.recall:7.3f} {out}")
    pairs = Counter((outcome.label.kind, outcome.fate) for outcome in outcomes)
    print("is taken for")
    for kind in KINDS:
        taken = [f"{fate} {pairs[kind, fate]}" for fate in KINDS if pairs[kind, fate]]
        if taken:
            print(f"{kind:12}", ", ".join(taken))


def print_languages(outcomes: Sequence[Outcome]) -> None:
    """Print for each language what stays in the body that should not, and what is cut that should stay."""
    languages = Counter(outcome.language for outcome in outcomes)
    print("\nlanguage  boilerplate  out of the body  right kind  body  kept")
    for language, _ in languages.most_common():
        here = [outcome for outcome in outcomes if outcome.language == language]
        junk = [outcome for outcome in here if outcome.label.kind != BODY]
        text = [outcome for outcome in here if outcome.label.kind == BODY]
        out = sum(outcome.fate != BODY for outcome in junk)
        right = sum(outcome.fate == outcome.label.kind for outcome in junk)
        kept = sum(outcome.fate == BODY for outcome in text)
        print(f"{language:9} {len(junk):11} {out:16} {right:11} {len(text):5} {kept:5}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m scraper.lab.removed_kinds")
    parser.add_argument("--misses", metavar="KIND", help="show what this kind is taken for (dev half)")
    wanted: str | None = parser.parse_args().misses
    outcomes, kinds, refused = measure(bench_folders())
    if wanted:
        for outcome in outcomes:
            if outcome.label.kind == wanted != outcome.fate and not outcome.label.held:
                print(outcome.label.set_name, outcome.label.page, outcome.label.text, outcome.fate, outcome.shown)
        return
    print_scores("dev half", [outcome for outcome in outcomes if not outcome.label.held])
    print_scores("held-out half", [outcome for outcome in outcomes if outcome.label.held])
    print_languages(outcomes)
    total = kinds.total() or 1
    print(f"\n{refused} labels on pages that are refused; {total} blocks removed, of them")
    print(", ".join(f"{kind} {count / total:.3f}" for kind, count in kinds.most_common()))


if __name__ == "__main__":
    main()
