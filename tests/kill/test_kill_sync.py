"""A campaign: the mirroring of a data folder killed at random instants. `make test-kill`; KILLS sets how often."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.bucket import Bucket
from tests.store.pages import START
from tests.store.test_mirror import CLEAN, manifest

from scraper.errors import StoreError
from scraper.store.adoption import adopt
from scraper.store.archive import SavedState
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.mirror import sync
from scraper.store.mirror_check import check
from scraper.store.segments import list_segments, read_visits

KILLS = int(os.environ.get("KILLS", "100"))
ROOT = Path(__file__).parents[2]

CHILD = """
import random, sys
from datetime import timedelta
from pathlib import Path
from tests.store.test_verify import DAY, START, scrape
from scraper.store.compact import compact
from scraper.store.mirror import sync
from scraper.store.release import prepare
from scraper.store.remote import Remote
from scraper.store.runs import hold
from scraper.store.segment_rows import clear_staging

data, address, first = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
chance = random.Random(first)
print("ready", flush=True)
sys.stdin.readline()
for number in range(first, first + 50):
    with hold(data):
        clear_staging(data)
        # As real ones are: no two segments with the same name.
        scrape(data, f"run{number:06}", "abcdefgh"[: chance.randint(1, 8)])
        if chance.random() < 0.3:
            list(compact(data, [DAY]))
        # Hours go by between them, so that what was replaced is removed too.
        now = START + timedelta(hours=9 * number)
        sync(data, Remote(address), now, keep_segments=chance.random() < 0.3)
"""


def seen(place: str | Path) -> list[Counter[tuple[str, int]]]:
    """Count what a reader sees of each visit, in both tables."""
    found = []
    for dataset in (open_articles(place, versions=True), open_outcomes(place)):
        table = dataset.to_table()
        found.append(Counter(zip(table["warc_file"].to_pylist(), table["warc_offset"].to_pylist(), strict=True)))
    return found


def visits(data: Path, *statuses: str) -> dict[str, int]:
    """Count the visits of each segment that the state speaks of as closed, by reading it wherever it is."""
    known = SavedState(data / "state.sqlite").segments()
    chosen = [name for name, (status, _, _) in known.items() if status in (statuses or ("closed", "extracted"))]
    assert set(chosen) <= set(list_segments(data)), "the file of a segment is gone"
    return {name: len(list(read_visits(data, name))) for name in chosen}


@contextlib.contextmanager
def ready(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Give a child that begins with a line on its stdin, and is killed in the end."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as child:
        try:
            assert child.stdout
            assert child.stdout.readline() == "ready\n"
            yield child
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def begin(child: subprocess.Popen[str]) -> None:
    assert child.stdin
    child.stdin.write("\n")
    child.stdin.flush()


@pytest.mark.kill
def test_a_sync_killed_at_random_instants_loses_no_row_and_no_segment(
    tmp_path: Path, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(5)
    data = tmp_path / "data"
    before: list[Counter[tuple[str, int]]] = [Counter(), Counter()]
    stages: Counter[str] = Counter()
    for kill in range(KILLS):
        with ready(str(data), bucket.address, str(1000 * kill)) as child:
            begin(child)
            time.sleep(chance.uniform(0.01, 1.5))  # the instant is the test
            assert child.poll() is None, child.communicate()[1]
        now = seen(bucket.address) if "manifest.json" in bucket.sizes() else before
        here = seen(data)
        for old, there, local in zip(before, now, here, strict=True):
            assert set(there.values()) <= {1}, "a visit is there twice"
            assert not old - there, "a row that was there is gone"
            assert not there - local, "the bucket shows what the folder does not hold"
        before = now
        if (data / "state.sqlite").exists():
            visits(data)
        stages["with rows that are not there yet" if now != here else "in step"] += 1
        if kill % 10 == 9:
            moment = START.replace(year=START.year + 1 + kill)
            if chance.random() < 0.5:
                (data / "remote.json").unlink()
                with pytest.raises(StoreError, match="--adopt"):
                    sync(data, bucket.remote(), moment)
                adopt(data, bucket.remote())
                stages["then forgotten and adopted"] += 1
            sync(data, bucket.remote(), moment, keep_segments=False)
            assert seen(bucket.address) == seen(data)
            assert check(data, bucket.remote()) == CLEAN
            rows = Counter(file.removesuffix(".warc.gz") for file, _ in seen(data)[1])
            lost = visits(data, "extracted").items() - rows.items()
            assert not lost, "rows of a segment are lost"
            before = seen(bucket.address)
    with capsys.disabled():
        segments = len(manifest(bucket)["segments"])
        print(f"\n{KILLS} kills, {segments} segments: " + ", ".join(f"{n} {stage}" for stage, n in stages.items()))


@pytest.mark.kill
def test_two_folders_that_sync_to_one_place_at_once_are_never_mixed(
    tmp_path: Path, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(6)
    refusals: Counter[str] = Counter()
    for round_ in range(max(1, KILLS // 3)):
        folders = [tmp_path / f"{round_}-{name}" for name in "ab"]
        address = f"{bucket.address}/{round_}"
        with ready(str(folders[0]), address, "1000") as one, ready(str(folders[1]), address, "2000") as two:
            begin(one)
            begin(two)
            time.sleep(chance.uniform(1, 2))
            for child in (one, two):
                os.killpg(child.pid, signal.SIGKILL)
            said = "".join(child.communicate()[1] for child in (one, two))
        there = seen(address)
        whole = [all(not shown - held for shown, held in zip(there, seen(folder), strict=True)) for folder in folders]
        assert sum(whole) == 1, "what readers see is of both"
        for folder in folders:
            visits(folder)
        words = ("not from this data folder", "was written to meanwhile", "holds", "try again")
        refusals[next((word for word in words if word in said), said.rpartition("Error: ")[2] or "none")] += 1
    with capsys.disabled():
        print(f"\ntwo folders, which was refused how often: {dict(refusals)}")
