from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from tests.store.bucket import Bucket
from tests.store.foreign import info, members, page

from scraper.errors import GoneError, StoreError
from scraper.store.foreign_archive import ForeignArchive
from scraper.store.foreign_bytes import list_wacz, open_foreign

WARC = members(info(), page())


def wacz(path: Path, packing: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("datapackage.json", "{}", zipfile.ZIP_DEFLATED)
        archive.writestr("archive/data.warc.gz", WARC, packing)
        archive.writestr("indexes/index.cdx.gz", b"x" * 100)
    return path


def test_a_warc_file_is_read_within_a_wacz(tmp_path: Path) -> None:
    (address,) = list_wacz(str(wacz(tmp_path / "crawl.wacz")))
    assert address.endswith("crawl.wacz#archive/data.warc.gz")
    with open_foreign(address) as file:
        assert file.read() == WARC
        assert file.seek(-5, io.SEEK_END) == len(WARC) - 5
        assert file.read(99) == WARC[-5:]
    archive = ForeignArchive(address)
    assert [each.url for each in archive.read()] == ["https://news.example/a"]
    archive.close()


def test_a_warc_file_that_is_compressed_in_a_wacz_is_told(tmp_path: Path) -> None:
    (address,) = list_wacz(str(wacz(tmp_path / "crawl.wacz", zipfile.ZIP_DEFLATED)))
    with pytest.raises(StoreError, match="unpack it first"):
        open_foreign(address)
    with pytest.raises(StoreError, match="holds no other"):
        open_foreign(address.replace("archive/data", "other"))


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip" * 50])
def test_what_is_no_wacz_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "crawl.wacz"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is no WACZ"):
        list_wacz(str(path))


def test_a_list_of_entries_that_would_fill_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "crawl.wacz"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 1 << 30, 0, 0)
    path.write_bytes(bytes(100) + end)
    with pytest.raises(StoreError, match="more than is read"):
        list_wacz(str(path))


def test_a_file_of_a_bucket_is_read_by_ranges(bucket: Bucket) -> None:
    bucket.remote().put(io.BytesIO(WARC), "crawl/a.warc.gz")
    archive = ForeignArchive(f"{bucket.remote().address}/crawl/a.warc.gz")
    assert [each.url for each in archive.read()] == ["https://news.example/a"]
    archive.close()
    with pytest.raises(GoneError):
        ForeignArchive(f"{bucket.remote().address}/crawl/gone.warc.gz")
