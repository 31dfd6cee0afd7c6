"""Byline training: learns how much each mark of a printed line speaks for its being the byline.

A module of its own because the weights that the extractor ships have to come from data that anyone can repeat: a
logistic regression by Newton's method, the same data giving the same weights, checked across sites.

Run with `BENCH_DATA=FOLDER python -m scraper.lab.byline_training`; it prints the scores of each fold and writes the
weights into the package.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from scraper.extract import byline
from scraper.extract.decode import decode
from scraper.extract.headline import Headline, find_headline
from scraper.extract.linked_data import LinkedData, read_linked_data
from scraper.extract.names import fold_name
from scraper.extract.printed import Printed, near_texts, read_printed
from scraper.extract.publisher import publisher_names
from scraper.extract.sign_offs import read_sign_offs
from scraper.extract.signatures import Signature, read_signatures
from scraper.extract.tree import parse

SETS = {"fundus-dev": 1.5, "naeb-dev": 1.2, "mercury-dev": 1.2, "trafilatura-dev": 0.8}
"""Data sets with authors -> weight of a line. The last is the largest, and its truth the least sure."""

FOLDS = 5
RIDGE = 1.0
MIN_LINES = 8
"""A mark on fewer lines gets no weight: it would be learned from one or two sites."""

STEPS = 50
TARGET = Path(byline.__file__).with_name("byline.toml")


@dataclass(frozen=True, slots=True)
class Sample:
    """A page with its lines and the folded names of its true authors."""

    collection: str
    site: str
    url: str
    printed: Printed
    linked: LinkedData
    headline: Headline
    lines: tuple[Signature, ...]
    truth: frozenset[str]


def read_samples(folder: Path) -> Iterator[Sample]:
    """Read the pages of all sets whose authors are known."""
    for name in SETS:
        with (folder / name / "truth.jsonl").open(encoding="utf-8") as rows:
            for row in map(json.loads, rows):
                if row.get("authors") is None:
                    continue
                with gzip.open(folder / name / "html" / f"{row['id']}.html.gz") as file:
                    tree = parse(decode(file.read(), None))
                url = row.get("url") or ""
                host = (urlsplit(url).hostname or row["id"]).removeprefix("www.")
                linked, printed = read_linked_data(tree, url), read_printed(tree)
                headline = find_headline(printed, linked, host=host)
                around = near_texts(printed, headline.place)
                publisher = publisher_names(linked, url)
                lines = read_signatures(printed, headline, around, publisher)
                lines += read_sign_offs(printed, headline, publisher)
                truth = frozenset(map(fold_name, row["authors"])) - {""}
                yield Sample(name, _site(host), url, printed, linked, headline, tuple(lines), truth)


def _site(host: str) -> str:
    parts = host.split(".")
    return ".".join(parts[-3:] if len(parts) > 2 and len(parts[-2]) <= 3 else parts[-2:])


def learn(samples: Sequence[Sample]) -> dict[str, float]:
    """Fit the weights: a line is right where at least half of its names are the authors'."""
    rows = [(line.marks, _is_right(line, one.truth), SETS[one.collection]) for one in samples for line in one.lines]
    counts = Counter(mark for marks, _, _ in rows for mark in marks)
    marks = ["bias", *sorted(mark for mark, count in counts.items() if count >= MIN_LINES)]
    column = {mark: number for number, mark in enumerate(marks)}
    x = np.zeros((len(rows), len(marks)))
    x[:, 0] = 1.0
    for number, (given, _, _) in enumerate(rows):
        for mark in given:
            if mark in column:
                x[number, column[mark]] = 1.0
    y = np.array([right for _, right, _ in rows], dtype=float)
    weight = np.array([w for _, _, w in rows])
    return dict(zip(marks, map(float, _newton(x, y, weight)), strict=True))


def _is_right(line: Signature, truth: frozenset[str]) -> bool:
    hits = sum(fold_name(name) in truth for name in line.names)
    return hits > 0 and 2 * hits >= len(line.names)


def _newton(x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    ridge = np.full(x.shape[1], RIDGE)
    ridge[0] = 1e-4
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-x @ beta))
        slope = x.T @ (weight * (chance - y)) + ridge * beta
        curve = (x * (weight * chance * (1.0 - chance))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        beta -= step
        if float(np.abs(step).max()) < 1e-9:
            break
    return beta


def score(samples: Sequence[Sample], weights: Mapping[str, float]) -> Counter[tuple[str, str]]:
    """Count right, wrong and missing names per set."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in samples:
        found = byline.find_authors(one.printed, one.linked, url=one.url, headline=one.headline, weights=weights)
        got = set(map(fold_name, found.authors)) - {""}
        for kind, names in (("tp", got & one.truth), ("fp", got - one.truth), ("fn", one.truth - got)):
            counts[one.collection, kind] += len(names)
    return counts


def f1(counts: Counter[tuple[str, str]], name: str) -> float:
    """Give the micro F1 of the names of a set."""
    right = 2 * counts[name, "tp"]
    return right / max(1, right + counts[name, "fp"] + counts[name, "fn"])


def cross_validate(samples: Sequence[Sample]) -> Counter[tuple[str, str]]:
    """Score each page with weights learned on other sites; prints each fold."""
    total: Counter[tuple[str, str]] = Counter()
    for fold in range(FOLDS):
        held = [one for one in samples if zlib.crc32(one.site.encode()) // 2 % FOLDS == fold]
        inside = {id(one) for one in held}
        counts = score(held, learn([one for one in samples if id(one) not in inside]))
        print(f"fold {fold}:", ", ".join(f"{name} {f1(counts, name):.3f}" for name in SETS))
        total += counts
    print("all folds:", ", ".join(f"{name} {f1(total, name):.4f}" for name in SETS))
    return total


def write(weights: Mapping[str, float], target: Path = TARGET) -> None:
    """Write the weights, the strongest first, so that a reader sees what decides."""
    lines = [
        "# How much each mark of a line speaks for its being the byline, as log odds.",
        "# Written by scraper.lab.byline_training.",
        "[weights]",
    ]
    ranked = sorted(weights.items(), key=lambda pair: (pair[0] != "bias", -pair[1], pair[0]))
    lines += [f"{json.dumps(mark)} = {weight:.3f}" for mark, weight in ranked]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Cross-validate, then learn from everything and write the weights."""
    samples = list(read_samples(Path(os.environ["BENCH_DATA"])))
    cross_validate(samples)
    write(learn(samples))


if __name__ == "__main__":
    main()
