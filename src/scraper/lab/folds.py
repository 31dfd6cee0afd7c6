"""Folds: our extractor as it is on sites that it has not seen.

A module of its own because the pages at hand are those that the trees were grown on: what the shipped trees score on
them says little. Here each page is extracted with trees grown without its site. Dealt by site, never by page, as pages
of one site are alike.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click

from scraper.errors import ConfigError
from scraper.extract import body
from scraper.extract.trees import Trees
from scraper.lab.dataset import Labeled, bench_folders, read_labeled
from scraper.lab.train import SEED, train
from scraper.url import site_of

FOLDS = 5


def find_sets(names: str | None) -> list[Path]:
    """Find the sets of BENCH_DATA.

    Args:
        names: With commas between; None for all.

    Raises:
        ClickException: There is none, or not one of those named.
    """
    try:
        folders = bench_folders()
    except ConfigError as error:
        raise click.ClickException(str(error)) from None
    if names is None:
        return folders
    if missing := set(names.split(",")).difference(folder.name for folder in folders):
        raise click.ClickException(f"BENCH_DATA has no set {', '.join(sorted(missing))}")
    return [folder for folder in folders if folder.name in names.split(",")]


def read_all(folders: Iterable[Path]) -> list[Labeled]:
    """Label the pages of all sets."""
    return [page for folder in folders for page in read_labeled(folder)]


def deal_sites(pages: Iterable[Labeled]) -> dict[str, int]:
    """Deal the sites into folds: site -> number of its fold."""
    sites = sorted({page.site for page in pages})
    random.Random(SEED).shuffle(sites)  # noqa: S311
    return {site: number % FOLDS for number, site in enumerate(sites)}


def grow_folds(pages: Sequence[Labeled], dealt: dict[str, int]) -> Iterator[Trees]:
    """Grow the trees of each fold, from all sites but its own."""
    for number in range(FOLDS):
        yield train(pages, {site for site, fold in dealt.items() if fold == number})


def grow_without(pages: Sequence[Labeled], sites: Collection[str]) -> Trees:
    """Grow trees from all sites but these."""
    return train(pages, set(sites))


def site_of_truth(truth: dict[str, Any]) -> str:
    """Name the site of a page as labeled pages do."""
    url = truth.get("url") or ""
    return site_of(url.split("/")[2]) if url.count("/") > 2 else truth["id"]


@contextmanager
def shipped_trees_replaced(trees: Trees) -> Iterator[None]:
    """Let the extractor use other trees than those it ships with."""
    with patch.object(body, "body_trees", lambda: trees):
        yield
