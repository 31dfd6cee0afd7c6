"""A campaign: taking archives of others in, killed at random instants. `make test-kill`; KILLS sets how often."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.store.foreign import PACKINGS
from tests.test_intake import flaws, story, write

from scraper.cli import run
from scraper.store.corpus import open_articles, open_outcomes

KILLS = int(os.environ.get("KILLS", "100"))
PAGES = 1600


@pytest.mark.kill
@pytest.mark.parametrize("packing", sorted(PACKINGS))
def test_whenever_it_is_killed_no_page_is_lost_or_doubled(tmp_path: Path, packing: str) -> None:
    chance, kills, survived = random.Random(packing), -(-KILLS // len(PACKINGS)), Counter[str]()
    (tmp_path / "config" / "sites").mkdir(parents=True)
    (tmp_path / "config" / "scraper.toml").write_text(
        "[extract]\nworkers = 2\n[store]\nsegment_bytes = 1_000_000\n", encoding="utf-8"
    )
    options = ["--config", str(tmp_path / "config"), "--quiet"]
    days = [1 + chance.randrange(4) for _ in range(PAGES)]
    records = [story(f"{chr(97 + at % 26)}{at}", days[at]) for at in range(PAGES)]
    # The second holds half of the first once more.
    first = write(tmp_path / "in" / "1.warc.gz", *records[:1200], packing=packing)
    write(tmp_path / "in" / "2.warc.gz", *records[600:], packing=packing)
    killed = round_ = 0
    while killed < kills:
        data = tmp_path / f"data{round_}"
        command = ["extract", "--from", str(first.parent), "--data", str(data), *options]
        while killed < kills:
            child = subprocess.Popen([sys.executable, "-m", "scraper", *command], start_new_session=True)
            try:
                child.wait(chance.uniform(0.3, 8))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                killed += 1
                continue
            assert child.returncode == 0
            survived["finished"] += 1
            break
        time.sleep(0.2)  # children of a killed run notice that it is gone
        assert run(command) == 0
        rows = open_articles(data, versions=True).to_table(columns=["url"])["url"].to_pylist()
        assert sorted(rows) == sorted(
            {f"https://news.example/2026/{chr(97 + at % 26)}{at}.html" for at in range(PAGES)}
        )
        assert open_outcomes(data).count_rows() == PAGES
        assert flaws(tmp_path, data.name) == []
        round_ += 1
    print(f"{packing}: {killed} kills, {round_} folders, {survived['finished']} finished before the last command")
