"""A campaign: the whole program killed at random instants, again and again. `make test-kill`; KILLS sets how often."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.test_pipeline import content, write_config

from scraper.cli import run
from scraper.demo.server import serve
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.release import current, list_releases

KILLS = int(os.environ.get("KILLS", "100"))
KILLS_A_FOLDER = 10

CHILD = """
import contextlib, dataclasses, sys
from pathlib import Path
from scraper.cli import run
from scraper.store.release import current, list_releases
from scraper.store.state import State

rounds, options, data = int(sys.argv[1]), sys.argv[2:], Path(sys.argv[-1])

# Few articles at a time, so that there are several segments to merge.
for _ in range(4):
    assert run(["scrape", *options, "--limit", "3", "--quiet"]) == 0
assert run(["scrape", *options, "--quiet"]) == 0
for _ in range(rounds):
    for folder in sorted(data.glob("outcomes/date=*")):
        assert run(["compact", "--data", str(data), "--day", folder.name[5:], "--quiet"]) == 0
    # All of it once more, as a new extractor would, over rows that are merged by now.
    with contextlib.closing(State(data / "state.sqlite")) as state:
        for segment in state.segments("extracted"):
            state.save_segment(dataclasses.replace(segment, status="closed", outcomes=None))
        state.commit()
    assert run(["extract", *options, "--quiet"]) == 0
    # A new release, back to the one before, and that one alone.
    before = current(data)
    assert run(["extract", "--rebuild", *options, "--quiet"]) == 0
    assert run(["releases", "use", before.name, *options, "--quiet"]) == 0
    for release in list_releases(data):
        if release != before:
            assert run(["releases", "remove", release.name, "--data", str(data)]) == 0
"""


def places(data: Path) -> list[Counter[tuple[str, int]]]:
    """Count what a reader sees of each visit, in both tables."""
    if not data.is_dir():
        return [Counter(), Counter()]
    found = []
    for dataset in (open_articles(data, versions=True), open_outcomes(data)):
        table = dataset.to_table()  # every page of every file
        found.append(Counter(zip(table["warc_file"].to_pylist(), table["warc_offset"].to_pylist(), strict=True)))
    return found


def make_older(data: Path) -> None:
    """Lay the tables out as versions without releases did, so that the next run has to take them over."""
    release = current(data)
    if release == data:
        return
    for name in ("articles", "outcomes"):
        if (data / name).is_symlink():
            (data / name).unlink()
            (release / name).rename(data / name)
    for marks in release.glob("marks.sqlite*"):
        marks.rename(data / marks.name)
    (data / "current").unlink()
    shutil.rmtree(data / "releases")


@pytest.mark.kill
def test_killed_at_random_instants_nothing_is_lost_doubled_or_damaged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(11)
    # Where each kill came: what the folder held then.
    stages: Counter[str] = Counter()
    with serve() as server:
        reference = tmp_path / "reference"
        options = write_config(reference, server)
        start = time.monotonic()
        subprocess.run([sys.executable, "-c", CHILD, "1", *options], check=True)
        longest_s = time.monotonic() - start
        wanted = content(reference)
        assert wanted
        kills = 0
        while kills < KILLS:
            folder = tmp_path / str(kills)
            options, data = write_config(folder, server), folder / "data"
            before = places(data)
            for _ in range(min(KILLS_A_FOLDER, KILLS - kills)):
                child = subprocess.Popen([sys.executable, "-c", CHILD, "1000", *options], start_new_session=True)
                time.sleep(chance.uniform(0.2, 1.5) * longest_s)  # the instant is the test
                assert child.poll() is None, "it ended by itself"
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                kills += 1
                after = places(data)
                for seen, now in zip(before, after, strict=True):
                    assert set(now.values()) <= {1}, "a visit is there twice"
                    assert not seen - now, "a row that was there is gone"
                before = after
                stages["while a release was built"] += (data / "releases" / ".building").exists()
                stages["with two releases"] += len(list_releases(data)) > 1
                if chance.random() < 0.3:
                    make_older(data)
                    stages["made older then"] += 1
                    assert places(data) == after
                stages[
                    "with merged files" if list(data.glob("articles/*/merged-*.parquet")) else "without merged files"
                ] += 1
                stages["with staged files"] += bool(list(data.glob("current/staging/*.parquet")))
            subprocess.run([sys.executable, "-c", CHILD, "1", *options], check=True)
            assert content(folder) == wanted
            capsys.readouterr()
            assert run(["verify", "--data", str(data), "--full"]) == 0, capsys.readouterr().out
            assert run(["archive", "check", "--data", str(data)]) == 0
            assert not list((data / "current" / "staging").iterdir())
    with capsys.disabled():
        print(f"\n{kills} kills: " + ", ".join(f"{count} {stage}" for stage, count in sorted(stages.items())))
