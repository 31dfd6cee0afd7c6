from __future__ import annotations

from pathlib import Path

import pytest
from tests.store.bucket import Bucket
from tests.store.pages import START
from tests.store.test_mend import extract_again
from tests.store.test_verify import flaws, part_of, scrape

from scraper.errors import StoreError
from scraper.store.archive import check_archive, whole_segments
from scraper.store.corpus import open_articles
from scraper.store.mend import mend
from scraper.store.mirror import sync
from scraper.store.scan import Checker
from scraper.store.segments import list_segments, open_segment, peek_segment, read_visits

NAMES = ("run1-00000", "run1-00000.warc.gz")
"""As in the state, and as in the rows."""


@pytest.fixture(params=[True, False], ids=["local", "remote"])
def segment(request: pytest.FixtureRequest, tmp_path: Path) -> bytes:
    """Make a segment, in the data folder or in the bucket only."""
    scrape(tmp_path, "run1", "ab")
    content = (tmp_path / "warc" / "run1-00000.warc.gz").read_bytes()
    if not request.param:
        bucket: Bucket = request.getfixturevalue("bucket")
        assert sync(tmp_path, bucket.remote(), START, keep_segments=False).released == 1
    return content


@pytest.mark.parametrize("name", NAMES)
def test_a_segment_is_opened_wherever_it_is(tmp_path: Path, segment: bytes, name: str) -> None:
    assert list_segments(tmp_path) == ["run1-00000"]
    assert [visit.page.target.url[-1] for visit in read_visits(tmp_path, name)] == ["a", "b"]
    with open_segment(tmp_path, name) as path:
        assert path.name == "run1-00000.warc.gz"
        assert path.read_bytes() == segment
    assert path.exists() == (path.parent == tmp_path / "warc")
    file, size = peek_segment(tmp_path, name)
    with file:
        file.seek(10)
        assert (size, file.read(100)) == (len(segment), segment[10:110])


def test_a_segment_that_is_nowhere_is_named_with_its_path(tmp_path: Path) -> None:
    assert list_segments(tmp_path) == []
    with (
        pytest.raises(StoreError, match=r"warc/run1-00000\.warc\.gz: is missing"),
        open_segment(tmp_path, "run1-00000"),
    ):
        pass
    with pytest.raises(StoreError, match=r"warc/run1-00000\.warc\.gz: is missing"):
        peek_segment(tmp_path, "run1-00000")


def test_what_is_not_what_was_sent_is_not_given(tmp_path: Path, bucket: Bucket) -> None:
    scrape(tmp_path, "run1", "ab")
    sync(tmp_path, bucket.remote(), START, keep_segments=False)
    whole = bucket.read("warc/run1-00000.warc.gz")
    for content, said in (
        (whole[:-1] + b"x", "record at byte 0 in .* is not what was sent"),
        (None, "is not there"),
    ):
        bucket.remove("warc/run1-00000.warc.gz")
        if content:
            bucket.write("warc/run1-00000.warc.gz", content)
        with pytest.raises(StoreError, match=rf"run1-00000\.warc\.gz: .*{said}"), open_segment(tmp_path, "run1-00000"):
            pass


def test_what_reads_segments_finds_them_in_the_bucket(tmp_path: Path, bucket: Bucket) -> None:
    for number, pages in enumerate(("abc!", "de")):
        scrape(tmp_path, f"run{number}", pages)
    path = tmp_path / "warc" / "run0-00000.warc.gz"
    sync(tmp_path, bucket.remote(), START, keep_segments=False)
    assert flaws(tmp_path, full=True) == []
    checker = Checker()
    reports = list(check_archive(tmp_path, checker))
    assert [(report.path.parent, report.faults) for report in reports] == [(path.parent, [])] * 2
    assert list(checker.unresolved()) == []
    part = part_of(tmp_path, "run0")
    rows = open_articles(tmp_path).to_table()
    part.write_bytes(part.read_bytes()[:-5])
    damaged = [flaw.part for flaw in flaws(tmp_path) if flaw.part]
    assert mend(tmp_path, damaged) == ["run0-00000"]
    assert list(whole_segments(tmp_path)) == ["run1-00000"]
    with open_segment(tmp_path, "run0-00000") as copy:
        copy.rename(path)
    extract_again(tmp_path)
    assert open_articles(tmp_path).to_table().equals(rows)
    path.unlink()
    bucket.remove("warc/run0-00000.warc.gz")
    said = [fault.what for report in check_archive(tmp_path, Checker()) for fault in report.faults]
    assert said == ["is missing, and with it 4 visits that were committed; restore it from a copy"]
    assert {f"refers to {path}, which is missing; restore it from a copy"} == {flaw.what for flaw in flaws(tmp_path)}
