from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from tests.store.pages import START, make_page

from scraper.errors import StoreError
from scraper.store.record import encode_record, read_records
from scraper.store.warc import SegmentWriter, read_segment

HEADERS = {"WARC-Record-ID": "<urn:uuid:1>", "WARC-Date": "2026-11-23T10:54:00Z", "WARC-IP-Address": "192.0.2.1"}


def write(folder: Path) -> Path:
    path = folder / "run-00000.warc.gz"
    writer = SegmentWriter(path, "run", START)
    writer.append(make_page())
    writer.append(make_page(status=None))
    writer.close()
    return path


def test_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    head, payload = b"HTTP/1.1 200 OK\r\nX: caf\xe9\r\n\r\n", bytes(range(256)) * 1000
    path = tmp_path / "one.warc.gz"
    path.write_bytes(encode_record("response", "https://news.example/", HEADERS, head, payload, "application/http"))
    (record,) = read_records(path)
    assert record.block == head + payload
    assert (record.offset, record.type, record.id) == (0, "response", "<urn:uuid:1>")
    assert (record.url, record.ip, record.truncated) == ("https://news.example/", "192.0.2.1", None)


def test_any_damaged_byte_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path)
    good = path.read_bytes()
    expected, told = list(read_segment(path)), []
    for at in range(0, len(good), 7):
        path.write_bytes(good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1 :])
        try:
            read = list(read_segment(path))
        except StoreError as error:
            told.append(str(error))
        else:
            # Flags and time in a member's header are covered by no sum and change nothing that is read.
            assert [capture.page for capture in read] == [capture.page for capture in expected], at
    assert len(told) > len(good) / 7 * 0.9
    assert all(str(path) in message and "at byte " in message for message in told)


def test_other_warc_is_refused_with_file_and_offset(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(gzip.compress(b"HTTP/1.1 200 OK\r\n\r\n"))
    with pytest.raises(StoreError, match=r"other\.warc\.gz: the record at byte 0 is no WARC record"):
        list(read_segment(path))


def test_record_with_a_wrong_length_or_digest_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.warc.gz"
    plain = gzip.decompress(encode_record("metadata", "https://news.example/", HEADERS, None, b"{}", "text/plain"))
    for wrong, message in (
        (plain.replace(b"Content-Length: 2", b"Content-Length: 3"), "length"),
        (plain.replace(b"Content-Length: 2", b"Content-Length: x"), "is no WARC record"),
        (plain.replace(b"{}", b"[]"), "digest"),
        (plain + plain, "length"),
        (b"", "is no WARC record"),
    ):
        path.write_bytes(gzip.compress(wrong))
        with pytest.raises(StoreError, match=f"byte 0 .*{message}"):
            list(read_records(path))


def test_empty_and_missing_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "one.warc.gz"
    with pytest.raises(StoreError, match="cannot be read: No such file"):
        list(read_records(path))
    path.write_bytes(b"")
    with pytest.raises(StoreError, match="is empty"):
        list(read_records(path))
