from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import numpy as np
import pytest

from scraper.extract import body
from scraper.extract.trees import MAX_LEAVES, Trees
from scraper.lab import folds


def named(site: str) -> Any:
    return SimpleNamespace(site=site)


def test_deals_sites_evenly_and_each_once() -> None:
    dealt = folds.deal_sites([named(f"site{number % 20}.example") for number in range(50)])
    assert sorted(dealt.values()) == sorted([*range(folds.FOLDS)] * 4)


def test_no_fold_is_grown_on_its_own_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    left_out: list[set[str]] = []
    monkeypatch.setattr(folds, "train", lambda pages, held: left_out.append(held))
    pages = [named(f"site{number}.example") for number in range(11)]
    dealt = folds.deal_sites(pages)
    for number, _ in enumerate(folds.grow_folds(pages, dealt)):
        assert left_out[number] == {site for site, fold in dealt.items() if fold == number}
    assert set().union(*left_out) == {page.site for page in pages}


def test_names_sites_by_domain_or_page() -> None:
    assert folds.site_of_truth({"id": "a", "url": "https://www.news.example.co.uk/x"}) == "example.co.uk"
    assert folds.site_of_truth({"id": "a"}) == "a"


def test_trees_are_replaced_and_put_back() -> None:
    before = body.body_trees()
    zeros = np.zeros(1)
    trees = Trees(
        zeros.astype(np.uint16), zeros.astype(np.float32), zeros.astype(np.uint32), zeros.astype(np.int32),
        np.zeros(MAX_LEAVES, dtype=np.float32),
    )  # fmt: skip
    with folds.shipped_trees_replaced(trees):
        assert body.body_trees() is trees
    assert body.body_trees() is before


def test_finds_the_sets_that_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "truth.jsonl").touch()
    monkeypatch.setenv("BENCH_DATA", str(tmp_path))
    assert [folder.name for folder in folds.find_sets(None)] == ["a", "b"]
    assert [folder.name for folder in folds.find_sets("b")] == ["b"]
    with pytest.raises(click.ClickException, match="no set c"):
        folds.find_sets("b,c")
    monkeypatch.delenv("BENCH_DATA")
    with pytest.raises(click.ClickException, match="holds no set"):
        folds.find_sets(None)
