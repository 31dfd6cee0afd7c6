from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.store.bucket import Bucket
from tests.store.pages import START
from tests.store.test_mirror import CLEAN, manifest, put, seen
from tests.store.test_verify import scrape

from scraper.errors import StoreError
from scraper.store.adoption import Adopted, adopt
from scraper.store.mirror import sync
from scraper.store.mirror_check import check
from scraper.store.segments import list_segments, read_visits

SEGMENTS = ["warc/run0-00000.warc.gz", "warc/run1-00000.warc.gz"]


@pytest.fixture
def data(tmp_path: Path, bucket: Bucket) -> Path:
    """Make a folder whose segments are in the bucket only."""
    folder = tmp_path / "data"
    for number, pages in enumerate(("abc!", "de")):
        scrape(folder, f"run{number}", pages)
    put(folder, bucket, keep_segments=False)
    return folder


def named(bucket: Bucket) -> list[str]:
    return [segment["key"] for segment in manifest(bucket)["segments"]]


def take(data: Path, bucket: Bucket) -> Adopted:
    return adopt(data, bucket.remote())


def test_a_folder_that_has_forgotten_its_mirror_goes_on_as_before(data: Path, bucket: Bucket) -> None:
    before = seen(data)
    (data / "remote.json").unlink()
    with pytest.raises(StoreError, match="scraper sync --adopt"):
        put(data, bucket)
    taken = take(data, bucket)
    assert (taken.segments, taken.strays, taken.strange, taken.missing) == (2, 0, [], [])
    assert (taken.rows_there, taken.rows_here) == (5, 5)
    assert bucket.proxy.count("PUT") == 4 + 2 + 1
    assert [len(list(read_visits(data, name))) for name in list_segments(data)] == [4, 2]
    scrape(data, "run2", "f")
    put(data, bucket, keep_segments=False)
    assert check(data, bucket.remote()) == CLEAN
    assert len(named(bucket)) == 3
    assert len(seen(bucket.address)[0]) == len(before[0]) + 1


def test_an_old_copy_of_what_is_remembered_and_an_old_manifest_lose_no_name(data: Path, bucket: Bucket) -> None:
    old_manifest, old_memory = bucket.read("manifest.json"), (data / "remote.json").read_bytes()
    scrape(data, "run2", "f")
    put(data, bucket, keep_segments=False)
    new_memory = (data / "remote.json").read_bytes()
    (data / "remote.json").write_bytes(old_memory)
    assert take(data, bucket).segments == 3
    put(data, bucket)
    (data / "remote.json").write_bytes(new_memory)
    bucket.write("manifest.json", old_manifest)
    assert take(data, bucket).strays == 1
    put(data, bucket)
    assert named(bucket) == [*SEGMENTS, "warc/run2-00000.warc.gz"]
    assert seen(bucket.address) == seen(data)


def test_without_manifest_and_memory_the_state_tells_which_segments_are_its_own(data: Path, bucket: Bucket) -> None:
    """Of the state nothing may be left either: then all count."""
    (data / "remote.json").unlink()
    for lost in (False, True):
        bucket.remove("manifest.json")
        if lost:
            (data / "remote.json").unlink()
            for path in data.glob("state.sqlite*"):
                path.unlink()
        taken = take(data, bucket)
        assert (taken.manifest, taken.strays, taken.strange) == (None, 2, SEGMENTS if lost else [])
        put(data, bucket)
        assert named(bucket) == SEGMENTS
        assert seen(bucket.address) == seen(data)
        assert [len(list(read_visits(data, name))) for name in list_segments(data)] == [4, 2]


def test_a_segment_that_nobody_knows_is_not_taken(data: Path, bucket: Bucket) -> None:
    bucket.write("warc/stray.warc.gz", b"x")
    assert take(data, bucket).segments == 2
    bucket.remove("manifest.json")
    (data / "remote.json").unlink()
    assert take(data, bucket).segments == 2
    with pytest.raises(StoreError, match="holds 1 segments and no"):
        put(data, bucket)


def test_a_segment_that_is_gone_is_told_and_stays_named(data: Path, bucket: Bucket) -> None:
    (data / "remote.json").unlink()
    bucket.remove(SEGMENTS[0])
    assert take(data, bucket).missing == [SEGMENTS[0]]
    assert f"{SEGMENTS[0]}: is damaged or gone" in "".join(put(data, bucket).notices)
    assert named(bucket) == SEGMENTS


def test_the_bucket_of_another_folder_is_refused(data: Path, bucket: Bucket, tmp_path: Path) -> None:
    other = tmp_path / "other"
    scrape(other, "run9", "xyz")
    before = bucket.sizes()
    with pytest.raises(StoreError, match=r"holds none of the 1 segments.*another folder's, written on .*its own in"):
        take(other, bucket)
    assert (bucket.sizes(), (other / "remote.json").exists()) == (before, False)
    # One that was begun anew on another disk says so by holding what it had.
    for key in SEGMENTS:
        (other / key).write_bytes(bucket.read(key))
    assert take(other, bucket).strange == []
    sync(other, bucket.remote(), START)
    assert named(bucket) == [*SEGMENTS, "warc/run9-00000.warc.gz"]


def test_a_folder_without_anything_takes_all(data: Path, bucket: Bucket, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert take(empty, bucket).strange == SEGMENTS
    assert list_segments(empty) == ["run0-00000", "run1-00000"]


def test_where_nothing_is_there_nothing_is_adopted(data: Path, buckets: Callable[[], Bucket]) -> None:
    memory = (data / "remote.json").read_bytes()
    with pytest.raises(StoreError, match="so there is nothing to adopt; `scraper sync` begins there"):
        take(data, buckets())
    assert (data / "remote.json").read_bytes() == memory


def test_another_bucket_that_lacks_segments_of_the_one_before_is_refused(
    data: Path, bucket: Bucket, buckets: Callable[[], Bucket], tmp_path: Path
) -> None:
    other = buckets()
    copy = shutil.copytree(data, tmp_path / "copy")
    (copy / "remote.json").unlink()
    (copy / SEGMENTS[0]).write_bytes(bucket.read(SEGMENTS[0]))
    put(copy, other)
    with pytest.raises(StoreError, match=f"{other.address}: lacks 1 segments that are only in {bucket.address}"):
        take(data, other)
