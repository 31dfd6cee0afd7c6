from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.store.pages import START, make_page

from scraper.errors import StoreError
from scraper.store.archive import check_archive, close_strays, whole_segments
from scraper.store.journal import Journal
from scraper.store.scan import Checker, Report
from scraper.store.state import State
from scraper.store.warc import OPEN_SUFFIX, SUFFIX, SegmentWriter, read_segment


def open_journal(data: Path, run: str = "run1") -> Journal:
    return Journal(data, run, 1_000_000, lambda: START, lambda name: None, monotonic=lambda: 0.0)


def crawl(data: Path, visits: int = 2, run: str = "run1") -> None:
    with open_journal(data, run) as journal:
        for number in range(visits):
            journal.save(make_page(f"https://news.example/{number}"), None)


def killed(data: Path, tail: int) -> Path:
    """Leave a segment open with two visits committed and another whose last `tail` bytes are not on disk."""
    journal = open_journal(data)
    for number in range(2):
        journal.save(make_page(f"https://news.example/{number}"), None)
    journal.flush()
    journal.save(make_page("https://news.example/lost"), None)
    assert isinstance(journal._writer, SegmentWriter)
    part = journal._writer.path
    journal._writer._file.flush()
    os.truncate(part, part.stat().st_size - tail)
    journal._failed = True  # nothing more is written, as after a kill
    journal.close()
    return part


def check(data: Path) -> dict[str, Report]:
    return {report.path.name: report for report in check_archive(data, Checker())}


def urls(path: Path) -> list[str]:
    return [capture.page.target.url for capture in read_segment(path)]


COMMITTED = ["https://news.example/0", "https://news.example/1"]


def test_archive_and_state_as_a_run_left_them_agree(tmp_path: Path) -> None:
    crawl(tmp_path)
    crawl(tmp_path, 1, "run2")
    files = sorted(tmp_path.iterdir())
    reports = check(tmp_path)
    assert sorted(tmp_path.iterdir()) == files
    assert [(report.visits, report.faults, report.notes) for report in reports.values()] == [(2, [], []), (1, [], [])]


def test_segment_of_a_crawl_that_goes_on_is_checked_up_to_what_is_committed(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.save(make_page(), None)
        journal.flush()
        journal.save(make_page("https://news.example/b"), None)
        (report,) = check(tmp_path).values()
        assert (report.path.name, report.visits, report.faults) == (f"run1-00000{OPEN_SUFFIX}", 1, [])


def test_segment_that_is_missing_shorter_longer_or_another_is_told(tmp_path: Path) -> None:
    crawl(tmp_path)
    path = tmp_path / "warc" / f"run1-00000{SUFFIX}"
    good = path.read_bytes()
    path.unlink()
    assert "is missing, and with it 2 visits" in check(tmp_path)[path.name].faults[0].what
    path.write_bytes(good[:-9])
    assert "bytes where" in check(tmp_path)[path.name].faults[0].what
    path.write_bytes(good + b"more")
    assert "goes on behind" in check(tmp_path)[path.name].faults[0].what


def test_segment_with_fewer_visits_than_were_committed_is_told(tmp_path: Path) -> None:
    crawl(tmp_path)
    state = State(tmp_path / "state.sqlite")
    (segment,) = state.segments()
    state.save_segment(replace(segment, visits=3))
    state.commit()
    state.close()
    (report,) = check(tmp_path).values()
    assert [fault.what for fault in report.faults] == ["holds 2 visits where 3 were committed; restore it from a copy"]


def test_segments_that_the_state_does_not_know_are_noted(tmp_path: Path) -> None:
    crawl(tmp_path)
    for name in ("state.sqlite", "state.sqlite-wal", "state.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    SegmentWriter(tmp_path / "warc" / f"run0-00000{OPEN_SUFFIX}", "run0", START).close()
    reports = check(tmp_path)
    assert not any(report.faults for report in reports.values())
    assert "not extracted" in reports[f"run1-00000{SUFFIX}"].notes[0]
    assert "archive repair" in reports[f"run0-00000{OPEN_SUFFIX}"].notes[0]


def test_state_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match=r"state\.sqlite: is no SQLite file"):
        list(check_archive(tmp_path, Checker()))


@pytest.mark.parametrize("tail", [0, 1, 150, 700], ids=["whole visit", "in its last record", "between", "in its first"])
def test_crash_while_a_visit_is_written_loses_nothing_that_was_committed(tmp_path: Path, tail: int) -> None:
    part = killed(tmp_path, tail)
    open_journal(tmp_path, "run2").close()
    path = part.with_name(f"run1-00000{SUFFIX}")
    assert urls(path) == COMMITTED
    assert [(report.visits, report.faults) for report in check(tmp_path).values()] == [(2, [])]


def test_crash_between_renaming_a_segment_and_the_state_loses_nothing(tmp_path: Path) -> None:
    part = killed(tmp_path, 0)
    path = part.rename(part.with_name(f"run1-00000{SUFFIX}"))
    (before,) = check(tmp_path).values()
    assert (before.path, before.visits, before.faults) == (path, 2, [])
    open_journal(tmp_path, "run2").close()
    assert urls(path) == COMMITTED
    assert [(report.visits, report.faults) for report in check(tmp_path).values()] == [(2, [])]


@pytest.mark.parametrize(("tail", "kept"), [(0, 3), (1, 2), (700, 2)])
def test_segments_of_a_lost_state_are_closed_with_all_their_whole_visits(tmp_path: Path, tail: int, kept: int) -> None:
    part = killed(tmp_path, tail)
    for name in ("state.sqlite", "state.sqlite-wal", "state.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    open_journal(tmp_path, "run2").close()
    assert part.exists(), "a run does not touch what its state does not know"
    path = part.with_name(f"run1-00000{SUFFIX}")
    assert list(close_strays(tmp_path)) == [(path, kept)]
    assert urls(path)[:2] == COMMITTED
    assert len(urls(path)) == kept
    assert not any(report.faults for report in check(tmp_path).values())
    assert not list(close_strays(tmp_path))


def test_open_segment_of_a_known_run_is_left_to_the_next_run(tmp_path: Path) -> None:
    part = killed(tmp_path, 0)
    begun = part.with_name(f"run1-00001{OPEN_SUFFIX}")
    SegmentWriter(begun, "run1", START).close()
    assert "nothing that is committed" in check(tmp_path)[begun.name].notes[0]
    assert not list(close_strays(tmp_path))
    assert part.exists()
    assert begun.exists()


def test_release_has_to_hold_what_is_extracted_or_unknown_to_the_state_in_the_order_of_time(tmp_path: Path) -> None:
    assert whole_segments(tmp_path) == {}
    for number in (2, 1, 0):
        crawl(tmp_path, number + 1, f"run{number}")
    with open_journal(tmp_path, "run3") as journal:
        journal.mark_extracted("run1-00000", 2)
    (tmp_path / "warc" / f"run0a-00000{SUFFIX}").write_bytes(b"")
    killed(tmp_path, 0)
    assert whole_segments(tmp_path) == {"run0a-00000": None, "run1-00000": 2}
    for path in tmp_path.glob("state.sqlite*"):
        path.unlink()
    assert list(whole_segments(tmp_path)) == ["run0-00000", "run0a-00000", "run1-00000", "run2-00000"]


def test_stray_segment_without_a_whole_visit_stays(tmp_path: Path) -> None:
    folder = tmp_path / "warc"
    folder.mkdir()
    empty, begun, taken = (folder / f"{name}-00000{OPEN_SUFFIX}" for name in ("a", "b", "c"))
    empty.write_bytes(b"")
    SegmentWriter(begun, "b", START + timedelta(days=1)).close()
    for path in (taken, taken.with_name(f"c-00000{SUFFIX}")):
        writer = SegmentWriter(path, "c", START)
        writer.append(make_page())
        writer.close()
    assert list(close_strays(tmp_path)) == [(empty, 0), (begun, 0), (taken, 0)]
    assert empty.exists()
    assert begun.exists()
    assert taken.exists()
