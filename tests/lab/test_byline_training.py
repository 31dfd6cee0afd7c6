from __future__ import annotations

import gzip
import json
import tomllib
from pathlib import Path

import pytest

pytest.importorskip("numpy")

from scraper.lab import byline_training as training

PAGE = """<html><body><article><h1>Bridge {n} is repaired</h1><p class="author">By Ana Maria Diaz</p>
<div class="author-box"><a href="/x">Other Person</a></div></article></body></html>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, name in enumerate(training.SETS):
        (tmp_path / name / "html").mkdir(parents=True)
        rows = []
        for n in range(6):
            rows.append({"id": f"p{n}", "url": f"https://site{n}{number}.example/a", "authors": ["Ana Maria Diaz"]})
            with gzip.open(tmp_path / name / "html" / f"p{n}.html.gz", "wt", encoding="utf-8") as file:
                file.write(PAGE.format(n=n))
        rows.append({"id": "none", "url": "https://none.example/a"})
        (tmp_path / name / "truth.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return tmp_path


def test_learns_the_same_weights_from_the_same_pages(folder: Path) -> None:
    one, other = (training.learn(list(training.read_samples(folder))) for _ in range(2))
    assert one == other
    assert one["starts like a byline"] > 0


def test_skips_pages_without_truth(folder: Path) -> None:
    assert len(list(training.read_samples(folder))) == 6 * len(training.SETS)


def test_scores_pages_of_sites_it_did_not_learn_from(folder: Path) -> None:
    counts = training.cross_validate(list(training.read_samples(folder)))
    assert training.f1(counts, "naeb-dev") == 1.0


def test_writes_weights_the_strongest_first(tmp_path: Path) -> None:
    training.write({"b": 0.5, "bias": -1.0, "a": 2.0}, tmp_path / "w.toml")
    assert list(tomllib.loads((tmp_path / "w.toml").read_text())["weights"]) == ["bias", "a", "b"]
