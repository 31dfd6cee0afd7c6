from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scraper.lab.conflict_count import main

BODY = "".join(f"<p>The ferry to the outer islands was late on morning {n}, as the harbor froze.</p>" for n in range(9))
DATA = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry was late"}</script>'


def write(folder: Path, name: str, title: str) -> None:
    head = f'<meta property="og:title" content="{title}">{DATA}'
    html = f"<html><head>{head}</head><body><article><h1>Ferry was late</h1>{BODY}"
    (folder / "html").mkdir(parents=True, exist_ok=True)
    (folder / "html" / f"{name}.html.gz").write_bytes(gzip.compress(html.encode()))
    with (folder / "truth.jsonl").open("a") as lines:
        lines.write(json.dumps({"id": name, "url": f"https://a.example/{name}"}) + "\n")


def test_conflicts_are_counted_by_field_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, title in (("one", "Ferry was late"), ("two", "Harbor freezes over, islands cut off"), ("three", "")):
        write(tmp_path / "made", name, title)
    monkeypatch.setenv("BENCH_DATA", str(tmp_path))
    shown = CliRunner().invoke(main, ["--examples", "1"]).output.splitlines()
    assert shown[1].split() == ["made", "3", "33.3%", "0.0%", "0.0%", "0.0%"]
    assert shown[2].strip() == "two headline is Ferry was late, but opengraph: Harbor freezes over, islands cut off"
    assert shown[3].split() == ["all", "3", "33.3%", "0.0%", "0.0%", "0.0%"]
