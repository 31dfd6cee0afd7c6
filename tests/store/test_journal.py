from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.store.pages import START, make_exchange, make_page, make_target

from scraper.errors import StoreError
from scraper.page import Found, HostPace, RobotsFile
from scraper.store.journal import Journal
from scraper.store.state import Segment, State
from scraper.store.warc import SegmentWriter, read_segment
from scraper.url import Url

SITES = {"news.example"}


class Clock:
    """Two hands that move only when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


def open_journal(
    data: Path,
    run: str = "run1",
    segment_bytes: int = 1_000_000,
    clock: Clock | None = None,
    on_closed: Callable[[str], None] = lambda name: None,
) -> Journal:
    clock = clock or Clock()
    return Journal(data, run, segment_bytes, clock.now, on_closed, monotonic=clock.monotonic)


def kill(journal: Journal) -> None:
    """Leave the data folder as a kill would: what the process had not handed over is gone."""
    assert journal._writer is None or isinstance(journal._writer, SegmentWriter)
    if journal._writer:
        os.close(journal._writer._file.fileno())
        with pytest.raises(OSError, match="Bad file descriptor"):
            journal._writer._file.close()
    journal._state.close()
    journal._failed = True


def found(*urls: str) -> list[Found]:
    return [Found(make_target(url)) for url in urls]


def urls_in(data: Path) -> list[str]:
    return [
        capture.page.target.url for path in sorted((data / "warc").glob("*.warc.gz")) for capture in read_segment(path)
    ]


def due(journal: Journal) -> list[Url]:
    later = START + timedelta(days=999)
    return [target.url for target in journal.take("news.example", later, 100, SITES)]


A, B, C = (f"https://news.example/{name}" for name in "abc")


def test_saved_page_is_archived_and_no_longer_due(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        assert journal.enqueue(found(A, B, A), START) == 2
        assert journal.hosts(START, SITES) == {"news.example": START}
        journal.save(make_page(A), None)
        assert journal.enqueue(found(B, C), START) == 1
        assert set(due(journal)) == {B, C}
        journal.close_segment()
        assert journal.closed_segments() == ["run1-00000"]
        journal.mark_extracted("run1-00000", 1)
        assert journal.closed_segments() == []
    assert urls_in(tmp_path) == [A]


def test_kill_before_the_commit_forgets_the_visit_and_its_bytes(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.enqueue(found(A, B), START)
    journal.save(make_page(A), None)
    journal.flush()
    journal.enqueue(found(C), START)
    journal.save(make_page(B), None)
    kill(journal)
    with open_journal(tmp_path, "run2") as again:
        assert due(again) == [B]
        assert again.closed_segments() == ["run1-00000"]
        assert urls_in(tmp_path) == [A]
        again.save(make_page(B), None)
    assert urls_in(tmp_path) == [A, B]


def test_kill_with_bytes_on_disk_and_no_commit_cuts_them_off(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.save(make_page(A), None)
    journal.flush()
    journal.save(make_page(B), None)
    assert journal._writer
    journal._writer.sync()
    kill(journal)
    open_journal(tmp_path, "run2").close()
    assert urls_in(tmp_path) == [A]


def test_kill_before_the_first_commit_leaves_no_segment(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.enqueue(found(A), START)
    journal.flush()
    journal.save(make_page(A), None)
    kill(journal)
    assert list((tmp_path / "warc").iterdir())
    with open_journal(tmp_path, "run2") as again:
        assert list((tmp_path / "warc").iterdir()) == []
        assert due(again) == [A]


@pytest.mark.parametrize("step", ["checkpoint", "close", "rename", "mark"])
def test_kill_while_a_segment_closes_keeps_it_once(tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    def die_on_closed(state: State, segment: Segment, real: Callable[..., None] = State.save_segment) -> None:
        if segment.status == "closed":
            raise Killed
        real(state, segment)

    journal = open_journal(tmp_path)
    journal.save(make_page(A), None)
    if step == "checkpoint":
        monkeypatch.setattr(State, "checkpoint", die)
    elif step == "close":
        monkeypatch.setattr(SegmentWriter, "close", die)
    elif step == "rename":
        monkeypatch.setattr(Journal, "_move", die)
    else:
        monkeypatch.setattr(State, "save_segment", die_on_closed)
    with pytest.raises(Killed):
        journal.close_segment()
    if step in ("checkpoint", "close"):
        kill(journal)
    else:
        journal._state.close()
    monkeypatch.undo()
    with open_journal(tmp_path, "run2") as again:
        assert again.closed_segments() == ["run1-00000"]
    assert urls_in(tmp_path) == [A]


def test_commits_come_once_the_last_is_old_enough(tmp_path: Path) -> None:
    clock = Clock()
    journal = open_journal(tmp_path, clock=clock)
    reader = sqlite3.connect(tmp_path / "state.sqlite")

    def committed() -> int:
        (count,) = reader.execute("SELECT count(*) FROM urls").fetchone()
        return int(count)

    journal.save(make_page(A), None)
    clock.seconds = 0.19
    journal.save(make_page(B), None)
    assert committed() == 0
    clock.seconds = 0.21
    journal.save(make_page(C), None)
    assert committed() == 3
    reader.close()
    journal.close()


def test_segment_closes_by_size_and_by_date_and_is_announced(tmp_path: Path) -> None:
    closed: list[str] = []
    with open_journal(tmp_path, segment_bytes=2500, on_closed=closed.append) as journal:
        for number in range(4):
            journal.save(make_page(f"{A}{number}"), None)
        assert closed == ["run1-00000", "run1-00001"]
        journal.save(make_page(B), None)
        midnight = (START + timedelta(days=1)).replace(hour=0, minute=0)
        journal.save(replace(make_page(C), fetched_at=midnight), None)
        assert closed == ["run1-00000", "run1-00001", "run1-00002"]
        assert journal.closed_segments() == closed
    assert len(closed) == 4
    assert len(urls_in(tmp_path)) == 6
    for path in (tmp_path / "warc").iterdir():
        assert len({capture.page.fetched_at.date() for capture in read_segment(path)}) == 1


def test_nothing_saved_leaves_no_segment(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.close_segment()
        journal.flush()
    assert list((tmp_path / "warc").iterdir()) == []


def test_same_run_opened_again_numbers_its_segments_on(tmp_path: Path) -> None:
    for url in (A, B):
        with open_journal(tmp_path) as journal:
            journal.save(make_page(url), None)
    assert sorted(path.name for path in (tmp_path / "warc").iterdir()) == ["run1-00000.warc.gz", "run1-00001.warc.gz"]


def test_robots_page_is_archived_but_is_no_row_of_the_frontier(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.save(make_page("https://news.example/robots.txt", kind="robots"), START)
        file = RobotsFile("https://news.example", 200, b"", START, START + timedelta(days=1), START)
        journal.save_robots(file)
        journal.save_pace(HostPace("news.example", START, 1.5, START))
        assert due(journal) == []
    with open_journal(tmp_path, "run2") as journal:
        assert journal.robots("https://news.example") == file
        assert journal.robots("https://other.example") is None
        assert journal.pace("news.example") == HostPace("news.example", START, 1.5, START)
        assert journal.pace("other.example") is None
    assert urls_in(tmp_path) == ["https://news.example/robots.txt"]


def test_full_disk_stops_the_run_and_the_next_start_repairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = open_journal(tmp_path)
    journal.save(make_page(A), None)
    journal.flush()

    def full(self: SegmentWriter) -> None:
        self._file.write(b"half")
        self._file.flush()
        raise StoreError("full")

    monkeypatch.setattr(SegmentWriter, "sync", full)
    journal.save(make_page(B), None)
    with pytest.raises(StoreError):
        journal.flush()
    with pytest.raises(StoreError, match="earlier write failed"):
        journal.save(make_page(C), None)
    journal.close()
    monkeypatch.undo()
    open_journal(tmp_path, "run2").close()
    assert urls_in(tmp_path) == [A]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_message_of_a_full_disk_says_what_to_do(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.save(make_page(A), None)
    assert journal._writer
    with Path("/dev/full").open("wb") as full:
        os.dup2(full.fileno(), journal._writer._file.fileno())
    with pytest.raises(StoreError, match=r"run1-00000\.warc\.gz\.part: cannot be written: the disk is full; free"):
        journal.flush()
    with pytest.raises(OSError, match="No space left"):
        journal._writer._file.close()
    journal.close()


def test_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        open_journal(tmp_path / "data")


def test_segment_shorter_than_committed_is_told(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.save(make_page(A), None)
    journal.flush()
    kill(journal)
    part = tmp_path / "warc" / "run1-00000.warc.gz.part"
    os.truncate(part, 10)
    with pytest.raises(StoreError, match="holds 10 bytes where"):
        open_journal(tmp_path, "run2")
    part.unlink()
    with pytest.raises(StoreError, match="cannot be repaired: No such file"):
        open_journal(tmp_path, "run2")


def test_open_segment_of_a_run_the_state_does_not_know_is_left_alone(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, "old")
    journal.save(make_page(A), None)
    journal.flush()
    kill(journal)
    for path in tmp_path.glob("state.sqlite*"):
        path.unlink()
    open_journal(tmp_path, "new").close()
    assert (tmp_path / "warc" / "old-00000.warc.gz.part").exists()


def test_visit_that_vanished_in_extraction_is_told(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.save(make_page(A), None)
        journal.save(make_page(B), None)
        journal.close_segment()
    with (
        pytest.raises(StoreError, match="2 visits are recorded, 1 were extracted"),
        open_journal(tmp_path, "run2") as journal,
    ):
        journal.mark_extracted("run1-00000", 1)


CHILD = """
import sys
from pathlib import Path
from datetime import timedelta
from tests.store.pages import START, make_page, make_target
from scraper.page import Found
from scraper.store.journal import Journal

data, run, pages = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
journal = Journal(data, run, 40_000, lambda: START, lambda name: None)
journal.enqueue([Found(make_target(f"https://news.example/{n}")) for n in range(pages)], START)
journal.flush()
print("ready", flush=True)
while targets := journal.take("news.example", START + timedelta(days=1), 7, {"news.example"}):
    for target in targets:
        print("saving", flush=True)
        journal.save(make_page(target.url, payload=target.url.encode() * 9), None)
    journal.flush()
journal.close()
print("done", flush=True)
"""


def test_killed_at_random_instants_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    pages, rng, done, kills = 1500, random.Random(2), False, 0
    for run in range(40):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path), f"run{run:02}", str(pages)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        if kills < 6:
            for _ in range(rng.randrange(200)):
                child.stdout.readline()
            child.send_signal(signal.SIGKILL)
            kills += 1
        done = "done" in child.stdout.read()
        child.stdout.close()
        child.wait()
        # Whatever is closed at any moment can be read whole.
        counts = Counter(urls_in(tmp_path))
        assert set(counts.values()) <= {1}
        if done:
            break
    assert done
    assert kills == 6
    assert counts == Counter(f"https://news.example/{n}" for n in range(pages))
    assert all(path.name.endswith(".warc.gz") for path in (tmp_path / "warc").iterdir())
    with open_journal(tmp_path, "last") as journal:
        assert due(journal) == []
        assert sum(segment.visits for segment in journal._state.segments()) == pages


def test_answer_of_every_hop_is_archived(tmp_path: Path) -> None:
    hops = (make_exchange(status=301), make_exchange(B))
    with open_journal(tmp_path) as journal:
        journal.save(replace(make_page(A), exchanges=hops), None)
    (path,) = (tmp_path / "warc").iterdir()
    (capture,) = read_segment(path)
    assert capture.page.exchanges == hops
    assert capture.payload_bytes == len(hops[-1].payload)
