"""Training of the trees for text without markup: writes extract/flat_trees.npz from the pages of BENCH_DATA, flattened.

Deterministic: the same pages and SEED give the same file. Needs the extra "lab".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scraper.errors import ExtractError
from scraper.extract.flat_lines import Line, read_lines
from scraper.extract.flat_measure import measure_lines, rough_span
from scraper.extract.flat_vectors import featurize_lines
from scraper.extract.trees import Trees
from scraper.lab.dataset import KNOWN, bench_folders
from scraper.lab.export import export_trees
from scraper.lab.flat_pages import measure_body, read_flat
from scraper.lab.labels import align
from scraper.lab.train import LONG_CHARS, PAGE_WEIGHT, SEED
from scraper.url import site_of

TREES = 150
PARAMETERS = {
    "objective": "binary", "num_leaves": 31, "learning_rate": 0.08, "min_data_in_leaf": 30, "feature_fraction": 0.3,
    "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 2.0, "max_bin": 127, "verbose": -1, "seed": SEED,
    "num_threads": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
"""Source: cross-validation by site. A second forest that sees what the first says of the neighbors gains nothing."""

WHOLE_F1 = 0.8
"""Pages whose labeled lines give less of the truth are not learned from: their truth is another text."""

MIN_CROPPED = 3
CROP_WEIGHT = 0.3
"""Each page is learned from in parts too, at this weight. Without them a text of few paragraphs loses its first,
which in a page is the teaser of another story."""

MODEL = Path(__file__).parent.parent / "extract" / "flat_trees.npz"


@dataclass(frozen=True, slots=True)
class FlatPage:
    """One flattened page, and its lines with those of its parts; labels are 1 for body, 0 for not, -1 for unknown.

    Args:
        text: Flattened.
        truth: Its line of truth.jsonl.
        html: As received.
    """

    set_name: str
    site: str
    text: str
    truth: dict[str, Any]
    html: bytes
    matrix: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int8]
    weights: npt.NDArray[np.float64]


def read_pages() -> list[FlatPage]:
    """Flatten and label the pages of all sets that have whole bodies as truth."""
    return [page for folder in bench_folders() for page in _read_set(folder)]


def _read_set(folder: Path) -> Iterator[FlatPage]:
    for truth, html, text in read_flat(folder):
        try:
            lines = read_lines(text)
        except ExtractError:
            continue
        labels = _label([line.text for line in lines], truth)
        url = truth.get("url") or ""
        samples = [_sample(lines, labels, 1.0), *_crops(lines, labels)]
        yield FlatPage(
            folder.name,
            site_of(url.split("/")[2]) if url.count("/") > 2 else truth["id"],
            text,
            truth,
            html,
            np.concatenate([matrix for matrix, _, _ in samples]),
            np.concatenate([known for _, known, _ in samples]),
            np.concatenate([weights for _, _, weights in samples]),
        )


Sample = tuple[npt.NDArray[np.float32], npt.NDArray[np.int8], npt.NDArray[np.float64]]


def _label(texts: list[str], truth: dict[str, Any]) -> npt.NDArray[np.int8]:
    labels = np.array([share >= KNOWN for share in align(texts, truth["body"])], dtype=np.int8)
    found = "\n".join(text for text, label in zip(texts, labels, strict=True) if label)
    if measure_body(found, truth)["f1"] < WHOLE_F1:
        labels[:] = -1
    elif truth.get("standfirst"):
        lead = np.array(align(texts, truth["standfirst"])) >= KNOWN
        labels[lead & (labels == 0)] = -1
    return labels


def _crops(lines: Sequence[Line], labels: npt.NDArray[np.int8]) -> Iterator[Sample]:
    """Give parts of a page: the article with little around it, and its opening, as who copies by hand takes them."""
    inside = np.flatnonzero(labels == 1)
    if len(inside) < MIN_CROPPED:
        return
    first, last = int(inside[0]), int(inside[-1])
    short = int(inside[MIN_CROPPED + last % 5 if MIN_CROPPED + last % 5 < len(inside) else -1])
    for start, end in ((first - 3, last + 3), (first - 8, short), (first, short)):
        part = slice(max(start, 0), end + 1)
        yield _sample(lines[part], labels[part], CROP_WEIGHT)


def _sample(lines: Sequence[Line], labels: npt.NDArray[np.int8], weight: float) -> Sample:
    measures = measure_lines(lines)
    weights = np.sqrt([min(len(line.text), LONG_CHARS) for line in lines]) * (labels >= 0)
    weights *= weight * PAGE_WEIGHT / (weights.sum() or 1.0)
    return featurize_lines(lines, measures, rough_span(measures)), labels, weights


def train_flat(pages: Sequence[FlatPage], left_out: Collection[str] = ()) -> Trees:
    """Grow trees on flattened pages.

    Args:
        pages: From read_pages.
        left_out: Sites that are not looked at.
    """
    import lightgbm

    used = [page for page in pages if page.site not in left_out]
    known = [page.weights > 0 for page in used]
    data = lightgbm.Dataset(
        np.concatenate([page.matrix[rows] for page, rows in zip(used, known, strict=True)]),
        np.concatenate([page.labels[rows] for page, rows in zip(used, known, strict=True)]),
        weight=np.concatenate([page.weights[rows] for page, rows in zip(used, known, strict=True)]),
    )
    return export_trees(lightgbm.train(PARAMETERS, data, TREES).dump_model()["tree_info"])


def main() -> None:
    """Train on everything and write the model."""
    pages = read_pages()
    trees = train_flat(pages)
    with MODEL.open("wb") as file:
        trees.save(file)
    print(f"{len(pages)} pages of {len({page.site for page in pages})} sites, {len(trees.starts)} trees: {MODEL}")


if __name__ == "__main__":
    main()
