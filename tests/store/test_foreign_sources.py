from __future__ import annotations

import io
from pathlib import Path

import pytest
from tests.store.bucket import Bucket
from tests.store.foreign import info, members, page
from tests.store.test_foreign_bytes import wacz

from scraper.errors import ConfigError
from scraper.store.foreign_sources import find_sources

WARC = members(info(), page())


def names(*named: object) -> tuple[list[str], list[str]]:
    found, unread = find_sources(map(str, named))
    return [f"{each.kind} {Path(each.address).name}" for each in found], [Path(each.address).name for each in unread]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b/2.warc.gz", "b/1.warc", "a.warc.zst", "old.arc.gz", "notes.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(WARC)
    wacz(tmp_path / "in" / "c.wacz")
    return tmp_path / "in"


def test_a_folder_is_searched_for_archives_and_each_is_named_once(folder: Path) -> None:
    found = ["warc a.warc.zst", "warc 1.warc", "warc 2.warc.gz", "warc data.warc.gz"]
    assert names(folder) == (found, ["old.arc.gz"])
    assert names(folder, folder / "b" / "1.warc", folder / "*" / "*.gz") == (found, ["old.arc.gz"])


def test_patterns_are_expanded_as_shells_do(folder: Path) -> None:
    assert names(folder / "b" / "?.warc*")[0] == ["warc 1.warc", "warc 2.warc.gz"]
    assert names(folder / "**" / "*.warc")[0] == ["warc 1.warc"]


def test_what_is_not_there_is_told_all_at_once(folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        find_sources([str(folder / "gone.warc"), str(folder), str(folder / "*.nothing")])
    assert str(caught.value).count("there is no such file, folder or archive") == 2


def test_a_folder_without_archives_is_one_of_pages(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html").write_text("<p>")
    (tmp_path / "list.csv").write_text("url,file")
    assert names(tmp_path / "pages", tmp_path / "list.csv")[0] == ["list list.csv", "pages pages"]
    with pytest.raises(ConfigError, match="name the folder of a page"):
        find_sources([str(tmp_path / "pages" / "a.html")])


def test_a_change_of_a_file_changes_its_mark(folder: Path) -> None:
    ((before,), _), path = find_sources([str(folder / "b" / "1.warc")]), folder / "b" / "1.warc"
    path.write_bytes(WARC * 2)
    ((after,), _) = find_sources([str(path)])
    assert before.address == after.address
    assert before.mark != after.mark


def test_a_damaged_wacz_is_told_and_the_others_are_read(folder: Path) -> None:
    (folder / "bad.wacz").write_bytes(b"no zip")
    found, unread = names(folder)
    assert len(found) == 4
    assert unread == ["bad.wacz", "old.arc.gz"]


def test_a_bucket_is_searched_by_prefix_and_pattern(bucket: Bucket) -> None:
    remote = bucket.remote()
    for key in ("crawl/2026/11/a.warc.gz", "crawl/2026/12/b.warc.gz", "crawl/readme.txt"):
        remote.put(io.BytesIO(WARC), key)
    assert names(f"{remote.address}/crawl")[0] == ["warc a.warc.gz", "warc b.warc.gz"]
    assert names(f"{remote.address}/crawl/2026/1?/b*.warc.gz")[0] == ["warc b.warc.gz"]
    with pytest.raises(ConfigError, match="there is no such file"):
        find_sources([f"{remote.address}/crawl/2025"])
    with pytest.raises(ConfigError, match="must be like"):
        find_sources(["s3://*.warc.gz"])
