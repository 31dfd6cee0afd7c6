from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from tests.store.bucket import Asked, Bucket, Fault
from tests.store.pages import START
from tests.store.test_verify import DAY, part_of, scrape

from scraper.errors import GoneError, StoppedError, StoreError
from scraper.store.compact import compact
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.mirror import Synced, sync
from scraper.store.mirror_check import Checked, check
from scraper.store.release import prepare, switch

CLEAN = Checked([], [])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for number, pages in enumerate(("abc!", "de")):
        scrape(folder, f"run{number}", pages)
    return folder


def put(data: Path, bucket: Bucket, after: timedelta = timedelta(), **options: Any) -> Synced:
    return sync(data, bucket.remote(), START + after, **options)


def seen(place: str | Path) -> tuple[list[str], list[str], list[str]]:
    """Give what a reader sees: articles, outcomes, and the segments that they name."""
    articles = open_articles(place, versions=True).to_table(columns=["url", "warc_file"]).to_pylist()
    outcomes = open_outcomes(place).to_table(columns=["url", "warc_file"]).to_pylist()
    urls = [sorted(row["url"] for row in rows) for rows in (articles, outcomes)]
    return urls[0], urls[1], sorted({row["warc_file"] for row in outcomes})


def look(bucket: Bucket) -> tuple[list[str], list[str], list[str]]:
    """Give the same as a program sees that reads the files of the manifest, while a request of ours is not answered."""
    tables = [
        [
            row
            for part in manifest(bucket)[name]
            for row in pq.read_table(BytesIO(bucket.read(part["key"])), columns=["url", "warc_file"]).to_pylist()
        ]
        for name in ("articles", "outcomes")
    ]
    urls = [sorted(row["url"] for row in rows) for rows in tables]
    return urls[0], urls[1], sorted({row["warc_file"] for row in tables[1]})


def refuse(word: str) -> Callable[[Asked], Fault]:
    return lambda asked: 503 if asked.method == "PUT" and word in asked.path else None


def manifest(bucket: Bucket) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(bucket.read("manifest.json"))
    return said


def test_readers_of_the_bucket_see_what_readers_of_the_folder_see(data: Path, bucket: Bucket) -> None:
    done = put(data, bucket)
    assert (done.files, done.removed, done.released, done.notices) == (6, 0, 0, [])
    assert seen(bucket.address) == seen(data)
    assert len(seen(data)[1]) == 6
    for name in ("run0-00000", "run1-00000"):
        assert bucket.read(f"warc/{name}.warc.gz") == (data / "warc" / f"{name}.warc.gz").read_bytes()
    assert check(data, bucket.remote()) == CLEAN


def test_the_files_of_the_manifest_are_read_as_the_text_says(data: Path, bucket: Bucket, tmp_path: Path) -> None:
    put(data, bucket)
    for key in bucket.sizes():
        copy = tmp_path / "copy" / key
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(bucket.read(key))
    said = (Path(__file__).parents[2] / "docs" / "data.md").read_text("utf-8")
    sql = said.partition("```sql\n")[2].partition("```")[0].replace("s3://bucket/prefix", str(tmp_path / "copy"))
    counted = duckdb.sql(sql)
    assert counted is not None
    assert counted.fetchall() == [("news.example", 5)]


def test_nothing_is_sent_twice(data: Path, bucket: Bucket) -> None:
    put(data, bucket)
    bucket.proxy.heal()
    assert put(data, bucket) == Synced(0, 0, 0, 0, [])
    assert [each.method for each in bucket.proxy.asked] == ["GET", "HEAD", "GET"]
    bucket.proxy.heal()
    scrape(data, "run2", "f")
    assert put(data, bucket).files == 3
    assert bucket.proxy.count("PUT") == 4


def test_a_reader_sees_the_old_or_the_new_corpus_at_each_moment(data: Path, bucket: Bucket) -> None:
    """It looks after each request of a sync that brings rows, merges parts, and switches to another release."""
    put(data, bucket)
    before = seen(bucket.address)
    release = prepare(data, START)
    scrape(release, "run2", "fgh!")
    (release / "warc" / "run2-00000.warc.gz").rename(data / "warc" / "run2-00000.warc.gz")
    list(compact(release, [DAY]))
    after = seen(data)
    assert len(after[0]) == len(before[0]) + 3
    looks = []
    bucket.proxy.changed = lambda asked: looks.append(look(bucket))
    put(data, bucket, timedelta(hours=1))
    put(data, bucket, timedelta(days=2))
    assert bucket.proxy.count("DELETE") == 4
    assert looks[-1] == look(bucket) == seen(bucket.address) == after
    assert looks == sorted(looks, key=lambda each: each == after)
    assert looks[0] == before
    assert all(look in (before, after) for look in looks)


def test_killed_at_each_request_nothing_shows_and_the_next_time_finishes(data: Path, bucket: Bucket) -> None:
    put(data, bucket)
    before = seen(bucket.address)
    scrape(data, "run2", "fgh!")
    list(compact(data, [DAY]))
    after = seen(data)

    class Killed(BaseException):
        pass

    remote = bucket.remote()
    left = 0

    def kill(what: Any) -> Any:
        def do(*arguments: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return what(*arguments)

        return do

    for name in ("sizes", "put", "replace", "get", "remove"):
        setattr(remote, name, kill(getattr(remote, name)))
    for last in range(100):
        left = last
        try:
            sync(data, remote, START + timedelta(days=2))
        except Killed:
            assert seen(bucket.address) in (before, after)
        else:
            break
    assert last >= 5
    assert seen(bucket.address) == after
    assert put(data, bucket, timedelta(days=4)).files == 0
    assert check(data, bucket.remote()) == CLEAN


@pytest.mark.parametrize("word", ["articles/", "outcomes/", "warc/", "manifest.json"])
def test_after_an_outage_the_old_corpus_is_there_and_the_next_time_sends_the_rest(
    data: Path, bucket: Bucket, word: str
) -> None:
    put(data, bucket)
    before = seen(bucket.address)
    scrape(data, "run2", "fgh!")
    bucket.proxy.fault = refuse(word)
    with pytest.raises(StoreError, match=f"{bucket.address}/.*: it is not reached, or fails; try again later"):
        put(data, bucket)
    bucket.proxy.heal()
    assert seen(bucket.address) == before
    put(data, bucket)
    assert seen(bucket.address) == seen(data)


def test_a_manifest_whose_answer_is_lost_counts(data: Path, bucket: Bucket) -> None:
    bucket.proxy.fault = lambda asked: "lost" if asked.method == "PUT" and "manifest" in asked.path else None
    with pytest.raises(StoreError, match=r"manifest\.json: cannot be written"):
        put(data, bucket)
    bucket.proxy.heal()
    assert seen(bucket.address) == seen(data)
    assert put(data, bucket).files == 0


def test_what_is_replaced_stays_a_day_for_those_who_read_it(data: Path, bucket: Bucket) -> None:
    put(data, bucket)
    reader = open_articles(bucket.address)
    list(compact(data, [DAY]))
    put(data, bucket, timedelta(hours=1))
    assert reader.count_rows() == reader.to_table().num_rows == 5
    assert put(data, bucket, timedelta(hours=24)).removed == 0
    assert put(data, bucket, timedelta(hours=26)).removed == 4
    with pytest.raises(GoneError, match=r"run0.*parquet: is not there any more.*open it again"):
        open_articles(bucket.address).to_table() and reader.to_table()
    with pytest.raises(FileNotFoundError):
        reader.to_table()
    assert sum(key.endswith(".parquet") for key in bucket.sizes()) == 2


def test_a_part_that_is_written_anew_gets_another_name(data: Path, bucket: Bucket) -> None:
    put(data, bucket)
    path = part_of(data, "run1")
    reader = open_articles(bucket.address)
    path.write_bytes(part_of(data, "run0").read_bytes())
    put(data, bucket)
    assert reader.to_table().num_rows == 5
    assert open_articles(bucket.address).to_table().num_rows == 6


def test_another_release_takes_the_place_of_the_one_before(data: Path, bucket: Bucket) -> None:
    prepare(data, START)
    put(data, bucket)
    first = manifest(bucket)["release"]
    other = data / "releases" / "other"
    (data / "releases" / first).rename(other)
    list(compact(other, [DAY]))
    switch(data, other)
    put(data, bucket)
    assert manifest(bucket)["release"] == "other"
    assert seen(bucket.address) == seen(data)
    put(data, bucket, timedelta(days=2))
    assert {key.split("/")[1] for key in bucket.sizes() if key.startswith("releases/")} == {"other"}


def test_only_parts_that_nobody_names_are_removed(data: Path, bucket: Bucket) -> None:
    strange = ["articles/date=2026-11-23/mine.parquet", "notes.txt", "warc/other.txt", "releases/x/marks.sqlite"]
    left = "articles/date=2026-11-23/run9-00000.0123456789abcdef.parquet"
    for key in (*strange, left):
        bucket.write(key, b"x")
    assert put(data, bucket).removed == 1
    assert left not in bucket.sizes()
    assert bucket.sizes().keys() >= set(strange)


def test_two_data_folders_are_not_mixed(data: Path, bucket: Bucket, tmp_path: Path) -> None:
    put(data, bucket)
    before = bucket.sizes()
    scrape(tmp_path / "other", "run9", "xyz")
    with pytest.raises(StoreError, match=r"not from this data folder.*--adopt.*give this one a prefix"):
        put(tmp_path / "other", bucket)
    assert bucket.sizes() == before


def test_two_that_begin_at_once_are_not_mixed(
    data: Path, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scrape(tmp_path / "other", "run9", "xyz")
    # One after the other: a segment that is there before the other one looks would stop the other one.
    monkeypatch.setattr("scraper.store.mirror.UPLOADS", 1)
    other = bucket.remote()
    other.sizes()  # pyarrow opens no second connection while a request waits for its answer

    def overtake(asked: Asked) -> None:
        if asked.method == "PUT":
            bucket.proxy.changed = lambda asked: None
            sync(tmp_path / "other", other, START)

    bucket.proxy.changed = overtake
    with pytest.raises(StoreError, match=r"was written to meanwhile|is there with 0; try again"):
        put(data, bucket)
    assert seen(bucket.address) == seen(tmp_path / "other")
    with pytest.raises(StoreError, match="not from this data folder"):
        put(data, bucket)


def test_a_copy_of_the_data_folder_is_another_one(data: Path, bucket: Bucket, tmp_path: Path) -> None:
    put(data, bucket)
    remembered = (data / "remote.json").read_bytes()
    scrape(data, "run2", "f")
    put(data, bucket)
    (data / "remote.json").write_bytes(remembered)
    with pytest.raises(StoreError, match="not from this data folder"):
        put(data, bucket)


def test_a_bucket_that_was_copied_goes_on_elsewhere(data: Path, bucket: Bucket, buckets: Any) -> None:
    put(data, bucket)
    other: Bucket = buckets()
    for key in bucket.sizes():
        other.write(key, bucket.read(key))
    assert put(data, other).files == 0
    assert json.loads((data / "remote.json").read_bytes())["address"] == other.address


def test_another_bucket_is_refused_until_it_has_what_is_only_in_the_old_one(
    data: Path, bucket: Bucket, buckets: Callable[[], Bucket]
) -> None:
    put(data, bucket, keep_segments=False)
    remembered = (data / "remote.json").read_bytes()
    keys = bucket.sizes()
    other = buckets()
    with pytest.raises(StoreError, match=f"{other.address}: lacks 2 segments that are only in {bucket.address}; copy"):
        put(data, other)
    assert (other.sizes(), (data / "remote.json").read_bytes()) == ({}, remembered)
    for key in keys:
        if key.startswith("warc/"):
            other.write(key, bucket.read(key))
    assert put(data, other).files == 4
    assert check(data, other.remote()) == CLEAN


def test_segments_leave_the_folder_once_they_are_extracted_and_in_the_bucket(data: Path, bucket: Bucket) -> None:
    scrape(data, "run2", "f", extracted=False)
    before = seen(data)
    bucket.proxy.fault = refuse("manifest")
    with pytest.raises(StoreError):
        put(data, bucket, keep_segments=False)
    assert len(list((data / "warc").iterdir())) == 3
    bucket.proxy.heal()
    assert put(data, bucket, keep_segments=False).released == 2
    assert [path.name for path in (data / "warc").iterdir()] == ["run2-00000.warc.gz"]
    assert put(data, bucket, keep_segments=False) == Synced(0, 0, 0, 0, [])
    assert len(manifest(bucket)["segments"]) == 3
    assert seen(bucket.address) == before
    # They are still known where the manifest is lost.
    bucket.remove("manifest.json")
    assert put(data, bucket).files == 0
    assert len(manifest(bucket)["segments"]) == 3


def test_a_segment_that_differs_from_its_copy_does_not_take_its_place(data: Path, bucket: Bucket) -> None:
    put(data, bucket)
    path = data / "warc" / "run0-00000.warc.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    done = put(data, bucket, keep_segments=False)
    assert [f"{path}: differs from its copy" in each for each in done.notices] == [True]
    assert bucket.read("warc/run0-00000.warc.gz") == whole
    assert path.exists()


def test_without_a_manifest_segments_that_nobody_remembers_are_not_made_nameless(data: Path, bucket: Bucket) -> None:
    put(data, bucket, keep_segments=False)
    (data / "remote.json").unlink()
    bucket.remove("manifest.json")
    with pytest.raises(StoreError, match=r"holds 2 segments and no manifest\.json.*such as warc/run0.*--adopt"):
        put(data, bucket)
    assert "manifest.json" not in bucket.sizes()


def test_a_sync_that_is_stopped_goes_on_the_next_time(data: Path, bucket: Bucket) -> None:
    with pytest.raises(StoppedError):
        sync(data, bucket.remote(enough=lambda: True), START)
    assert put(data, bucket).files == 6


def test_no_corpus_yet_is_mirrored_as_an_empty_one(tmp_path: Path, bucket: Bucket) -> None:
    with pytest.raises(GoneError, match=r"manifest\.json: is not there, or there is no such bucket; `scraper sync`"):
        open_articles(bucket.address)
    put(tmp_path, bucket)
    assert open_articles(bucket.address).count_rows() == 0
