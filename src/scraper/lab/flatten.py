"""Evaluation of extract_text on flattened pages: `python -m scraper.lab.flatten [FORM ...] [--shipped]`.

Prints, for every set of BENCH_DATA, how well it finds the body beside all text of the page, and extract_article on the
markup. The trees are cross-validated by site, so that no page is judged by trees that have seen its site; --shipped
asks those that are shipped, which have seen all of them, as extract_article's have.
"""

from __future__ import annotations

import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from unittest.mock import patch

import numpy as np

from scraper.errors import ExtractError
from scraper.extract import flat_body
from scraper.extract.assemble import extract_article
from scraper.extract.flat_text import extract_text
from scraper.extract.trees import Trees
from scraper.lab.flat_pages import FORMS, measure_body, reform
from scraper.lab.flat_training import FlatPage, read_pages, train_flat
from scraper.lab.train import SEED

FOLDS = 5
Rows = dict[tuple[str, str], list[dict[str, float]]]


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    forms = [form for form in FORMS if form in arguments] or list(FORMS)
    rows: Rows = defaultdict(list)
    for page, trees in _judged(read_pages(), shipped="--shipped" in arguments):
        with patch.object(flat_body, "_trees", lambda trees=trees: trees):
            for form in forms:
                text = reform(page.text, form)
                started = time.process_time()
                found = _body(text)
                spent = 1000 * (time.process_time() - started)
                rows[page.set_name, f"extract_text, {form}"].append(measure_body(found, page.truth) | {"ms": spent})
        rows[page.set_name, "all text"].append(measure_body(page.text, page.truth))
        if "--no-markup" not in arguments:
            rows[page.set_name, "extract_article"].append(measure_body(_from_markup(page), page.truth))
    for (name, who), scores in sorted(rows.items()):
        means = {key: np.mean([row[key] for row in scores]) for key in scores[0]}
        print(f"{name:12} {who:22} {len(scores):4} pages", *(f"{key} {mean:.3f}" for key, mean in means.items()))


def _judged(pages: Sequence[FlatPage], *, shipped: bool) -> Iterator[tuple[FlatPage, Trees]]:
    """Give each page with trees that have not seen its site, or with the shipped ones."""
    if shipped:
        yield from ((page, flat_body._trees()) for page in pages)
        return
    sites = sorted({page.site for page in pages})
    random.Random(SEED).shuffle(sites)  # noqa: S311
    for number in range(FOLDS):
        held = set(sites[number::FOLDS])
        trees = train_flat(pages, held)
        yield from ((page, trees) for page in pages if page.site in held)


def _body(text: str) -> str:
    try:
        return extract_text(text).text
    except ExtractError:
        return ""


def _from_markup(page: FlatPage) -> str:
    try:
        return extract_article(page.html, url=str(page.truth.get("url") or "")).text
    except ExtractError:
        return ""


if __name__ == "__main__":
    main(sys.argv[1:])
