"""A campaign: releases made, switched and removed beside runs, both killed at random instants. `make test-kill`."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.test_rebuild import Here, make, scrape, seen

from scraper import pipeline
from scraper.config import Config
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.part_check import Tally
from scraper.store.release import current, list_releases
from scraper.store.verify import verify

KILLS = int(os.environ.get("KILLS", "100"))
ROOT = Path(__file__).parents[2]

BEGIN = """
import contextlib, random, sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from tests.test_rebuild import Here, crawl, go, make
from scraper import extraction, pipeline
from scraper.config import Config
from scraper.errors import LockedError
from scraper.store.release import current, discard, list_releases

extraction.Workers = Here  # the instants are to hit the store, not the start of processes
data, first = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(first)
print("ready", flush=True)
"""
REBUILDS = """
while True:
    with contextlib.suppress(LockedError):
        before = current(data)
        make(data)
        if chance.random() < 0.5:
            go(data, before.name)
        for release in list_releases(data)[:-2]:
            if release != current(data):
                discard(release)
"""
RUNS = """
import io, time
from scraper.cli import run
from scraper.store.runs import hold

def tell(*command):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        assert run([*command, "--data", str(data)]) in (0, 75), said.getvalue()

number = first
while True:
    try:
        with hold(data):
            # Each name again now and then with another text, so that there are versions; each run on a later day.
            names = "".join(chance.choice("abcdefABCDEF") for _ in range(chance.randint(1, 4)))
            crawl(data, f"run{number:07}", "".join(dict.fromkeys(names)), day=number // 10)
        number += 1
        pipeline.scrape(Config(), data, command="extract")
    except LockedError:
        time.sleep(0.01)  # the other one switches
    for folder in sorted(data.glob("outcomes/date=*"))[-2:]:
        tell("compact", "--day", folder.name[5:], "--quiet")
    tell("verify", "--mend", "--full")
"""


@contextlib.contextmanager
def going(program: str, data: Path, first: int) -> Iterator[subprocess.Popen[str]]:
    """Run a program until the block ends, and kill it with all that it started."""
    command = [sys.executable, "-c", BEGIN + program, str(data), str(first)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as child:
        try:
            assert child.stdout
            assert child.stdout.readline() == "ready\n"
            yield child
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def places(data: Path) -> list[Counter[tuple[str, int]]]:
    """Count what a reader sees of each visit, in both tables."""
    found = []
    for articles in (True, False):
        table: Any = None
        for _ in range(20):
            with contextlib.suppress(FileNotFoundError):  # merged or removed since: open it again
                opened = open_articles(data, versions=True) if articles else open_outcomes(data)
                table = opened.to_table(columns=["warc_file", "warc_offset"])
                break
        found.append(Counter(zip(table["warc_file"].to_pylist(), table["warc_offset"].to_pylist(), strict=True)))
    return found


@pytest.mark.kill
def test_rebuilding_beside_runs_killed_at_random_instants_loses_and_doubles_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.extraction.Workers", Here)
    chance = random.Random(8)
    data = tmp_path / "data"
    scrape(data, "run0000000", "abc")
    stages: Counter[str] = Counter()
    for kill in range(KILLS):
        before = places(data)
        with going(REBUILDS, data, kill) as rebuilds, going(RUNS, data, 1000 * (kill + 1)) as runs:
            until = time.monotonic() + chance.uniform(0.3, 5)
            while time.monotonic() < until:
                for seen_now in places(data):
                    assert set(seen_now.values()) <= {1}, "a visit is shown twice"
            for child in (rebuilds, runs):
                assert child.poll() is None, child.communicate()[0]
        for old, now in zip(before, places(data), strict=True):
            assert set(now.values()) <= {1}, "a visit is there twice"
            assert not old - now, "a row that was there is gone"
        stages["while a release was built"] += (data / "releases" / ".building").exists()
        stages["with a release beside"] += len(list_releases(data)) > 1
        stages["with staged files"] += bool(list(data.glob("releases/*/staging/*")))
        if kill % 10 == 9:
            pipeline.scrape(Config(), data, command="extract")
            make(data)
            assert list(verify(data, Tally(), full=True)) == []
            whole = seen(data)
            other = tmp_path / f"other{kill}"
            shutil.copytree(data / "warc", other / "warc")
            make(other)
            assert seen(other) == whole, "not what the archive gives"
            stages["segments in the end"] = len(list((data / "warc").iterdir()))
    assert current(data) in list_releases(data)
    with capsys.disabled():
        print(f"\n{KILLS} kills: " + ", ".join(f"{count} {stage}" for stage, count in sorted(stages.items())))
