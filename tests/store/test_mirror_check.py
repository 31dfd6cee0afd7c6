from __future__ import annotations

from pathlib import Path

import pytest
from tests.store.bucket import Bucket
from tests.store.test_mirror import CLEAN, put
from tests.store.test_verify import scrape

from scraper.store.mirror_check import Checked, check


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for number, pages in enumerate(("abc!", "de")):
        scrape(folder, f"run{number}", pages)
    return folder


def test_what_was_lost_in_the_bucket_is_told_and_sent_again(data: Path, bucket: Bucket) -> None:
    put(data, bucket)
    part = next(key for key in bucket.sizes() if key.startswith("articles/"))
    segment = "warc/run0-00000.warc.gz"
    bucket.remove(part)
    bucket.write(segment, b"cut")
    said = check(data, bucket.remote()).faults
    assert [f"{part}: is missing; `scraper sync` sends it again" in said[0], "holds 3 bytes" in said[1]] == [True, True]
    assert put(data, bucket).files == 2
    assert check(data, bucket.remote()) == CLEAN
    (data / segment).unlink()
    bucket.remove(segment)
    assert ["restore it" in each for each in put(data, bucket).notices] == [True]
    assert ["restore it from a copy" in each for each in check(data, bucket.remote()).faults] == [True]


def test_check_tells_what_is_not_sent_yet_and_what_nobody_names(data: Path, bucket: Bucket) -> None:
    assert "manifest.json: is not there" in "".join(check(data, bucket.remote()).faults)
    put(data, bucket)
    scrape(data, "run2", "f")
    strays = ["articles/date=2026-11-23/x.0123456789abcdef.parquet", "warc/stray.warc.gz"]
    for key in strays:
        bucket.write(key, b"x")
    said = check(data, bucket.remote())
    assert ["is not in s3://" in each for each in said.faults] == [True] * 3
    part, segment = said.notices
    assert part == f"{bucket.address}/{strays[0]}: is a part that is named by no manifest: the next sync removes it"
    assert segment.startswith(f"{bucket.address}/{strays[1]}: is named by no manifest, and no sync takes or removes it")
    put(data, bucket)
    assert strays[0] not in bucket.sizes()
    assert check(data, bucket.remote()) == Checked([], [segment])
