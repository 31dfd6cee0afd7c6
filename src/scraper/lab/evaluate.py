"""Evaluation of the body's trees by sites they have not seen: `make eval`.

Five folds by site, never by page, as pages of one site are alike. Prints for every set the rules alone and the rules
gone over by the trees, and for each fold what it scores.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from scraper.extract.revision import keeps
from scraper.lab.dataset import Labeled, bench_folders, read_labeled
from scraper.lab.score import score
from scraper.lab.train import SEED, train

FOLDS = 5


def split_sites(pages: Iterable[Labeled]) -> list[set[str]]:
    """Deal the sites into folds."""
    sites = sorted({page.site for page in pages})
    random.Random(SEED).shuffle(sites)  # noqa: S311
    return [set(sites[number::FOLDS]) for number in range(FOLDS)]


def main() -> None:
    """Cross-validate and print."""
    pages = [page for folder in bench_folders() for page in read_labeled(folder)]
    rows: dict[tuple[str, str], list[dict[str, float]]] = defaultdict(list)
    for number, held in enumerate(split_sites(pages)):
        trees = train(pages, held)
        for page in pages:
            if page.site in held:
                shares = trees.predict(page.matrix)
                kept = [
                    keeps(float(share), verdict, cell=cell)
                    for share, verdict, cell in zip(shares, page.verdicts, page.cells, strict=True)
                ]
                scored = score(page, kept)
                rows[page.set_name, "trees"].append(scored)
                rows[page.set_name, f"fold {number + 1}"].append(scored)
                rows[page.set_name, "rules"].append(score(page, list(page.by_rule)))
    for (name, who), scores in sorted(rows.items()):
        means = {
            key: np.mean([row[key] for row in scores if key in row])
            for key in ("f1", "exact", "kept", "leaked")
            if any(key in row for row in scores)
        }
        print(f"{name:16} {who:7} {len(scores):4} pages", *(f"{key} {mean:.4f}" for key, mean in means.items()))


if __name__ == "__main__":
    main()
