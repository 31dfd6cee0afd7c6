"""Training of the body's trees: `make train` writes extract/body_trees.npz from the pages of BENCH_DATA.

Deterministic: the same pages and SEED give the same file. Needs the extra "lab".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scraper.extract.trees import Trees
from scraper.lab.dataset import Labeled, bench_folders, read_labeled
from scraper.lab.export import export_trees
from scraper.lab.score import score

SEED = 1
TREES = 300
PARAMETERS = {
    "objective": "binary", "num_leaves": 31, "learning_rate": 0.04, "min_data_in_leaf": 30, "feature_fraction": 0.15,
    "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 2.0, "max_bin": 127, "verbose": -1, "seed": SEED,
    "num_threads": 2, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
"""Source: cross-validation by site over all sets; 15 leaves lose .03 exact on fundus-dev, 200 faster trees .05, in
part by chance."""

PAGE_WEIGHT = 30.0
"""Each page with a whole truth weighs the same, however many blocks it has."""
PARTIAL_WEIGHT = 30.0 / 400
"""A block of a page whose truth is partial: that much of a page's weight for each root of a character."""
LONG_CHARS = 600
DOUBTFUL_F1 = 0.5
"""Pages below are not learned from: most of them have a truth that is cut off or another text. Source:
cross-validation, exact on naeb-dev .579 with them and .598 without, on fundus-dev .78 and .81."""
MODEL = Path(__file__).parent.parent / "extract" / "body_trees.npz"


def train(pages: Sequence[Labeled], left_out: Collection[str] = ()) -> Trees:
    """Grow trees on labeled pages.

    Args:
        pages: From dataset.read_labeled.
        left_out: Sites that are not looked at.
    """
    used = [page for page in pages if page.site not in left_out]
    first = _grow(used)
    return _grow([page for page in used if not _is_doubtful(page, first)])


def _grow(pages: Sequence[Labeled]) -> Trees:
    import lightgbm

    known = [page.labels >= 0 for page in pages]
    data = lightgbm.Dataset(
        np.concatenate([page.matrix[rows] for page, rows in zip(pages, known, strict=True)]),
        np.concatenate([page.labels[rows] for page, rows in zip(pages, known, strict=True)]),
        weight=np.concatenate([_weigh(page)[rows] for page, rows in zip(pages, known, strict=True)]),
    )
    return export_trees(lightgbm.train(PARAMETERS, data, TREES).dump_model()["tree_info"])


def _is_doubtful(page: Labeled, trees: Trees) -> bool:
    """Tell a page whose truth is another text than what any reader of the page would choose."""
    return bool(page.body) and score(page, page.choose(trees.predict(page.matrix)))["f1"] < DOUBTFUL_F1


def _weigh(page: Labeled) -> npt.NDArray[np.float64]:
    weights = np.sqrt([min(len(text), LONG_CHARS) for text in page.texts])
    if not page.body:
        return weights * PARTIAL_WEIGHT
    weights[page.labels < 0] = 0.0
    return weights * (PAGE_WEIGHT / (weights.sum() or 1.0))


def main() -> None:
    """Train on everything and write the model."""
    pages = [page for folder in bench_folders() for page in read_labeled(folder)]
    trees = train(pages)
    with MODEL.open("wb") as file:
        trees.save(file)
    print(f"{len(pages)} pages of {len({page.site for page in pages})} sites, {len(trees.starts)} trees: {MODEL}")


if __name__ == "__main__":
    main()
