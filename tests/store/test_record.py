from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from tests.store.pages import START, make_page

from scraper.errors import StoreError
from scraper.store.record import encode_record, read_fields, read_records
from scraper.store.warc import SegmentWriter, read_segment

FIELDS = {"WARC-Type": "response", "WARC-Record-ID": "<urn:uuid:1>", "WARC-Date": "2026-11-23T10:54:00Z"}


def write(folder: Path) -> Path:
    path = folder / "run-00000.warc.gz"
    writer = SegmentWriter(path, "run", START)
    writer.append(make_page())
    writer.append(make_page(status=None))
    writer.close()
    return path


@pytest.mark.parametrize("payload", [b"", bytes(range(256)) * 1000, os.urandom(300_000), b"\0" * 5_000_000])
def test_record_is_read_as_it_was_written(tmp_path: Path, payload: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nX: caf\xe9\r\n\r\n"
    path, member = tmp_path / "one.warc.gz", encode_record(FIELDS | {"X-Word": "größer"}, head, payload)
    path.write_bytes(member * 2)
    record, same = read_records(path)
    assert record.block == same.block == head + payload
    assert (record.offset, record.end, same.offset, same.end) == (0, len(member), len(member), 2 * len(member))
    assert (record.type, record.id, record.fields["x-word"]) == ("response", "<urn:uuid:1>", "größer")


def test_open_segment_is_read_up_to_what_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "one.warc.gz.part"
    member = encode_record(FIELDS, b"block")
    path.write_bytes(member + b"written later")
    assert [record.block for record in read_records(path, len(member))] == [b"block"]
    with pytest.raises(StoreError, match="byte 0 is cut off"):
        list(read_records(path, len(member) - 1))


def test_fields_are_read_as_the_standard_has_them() -> None:
    head = b"WARC/1.0\r\nwarc-TYPE:resource\r\nWARC-Record-ID: <u:1>\r\nWARC-Date: 2026\r\nContent-Length: 0\r\n"
    head += b"X: a\r\n\tb\r\nWARC-Concurrent-To: <u:2>\r\nWARC-Concurrent-To: <u:3>\r\n\r\n"
    fields = read_fields(head)
    assert ("warc-type", "resource") in fields
    assert ("x", "a b") in fields
    assert [value for name, value in fields if name == "warc-concurrent-to"] == ["<u:2>", "<u:3>"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"WARC/1.1", b"WARC/9.9", "begin"),
        (b"\r\n\r\n", b"\r\n", "begin"),
        (b"WARC-Date: 2026\r\n", b"", "missing"),
        (b"WARC-Date: 2026", b"WARC-Date:", "missing"),
        (b"Length: 0", b"Length: -1", "number"),
        (b"Length: 0", "Length: ٣".encode(), "number"),
        (b"2026", b"\xff", "decode"),
        (b"WARC-Date: 2026", b"no field", "is no field"),
        (b"WARC-Type", b" WARC-Type", "missing"),
    ],
)
def test_header_that_is_none_is_refused(old: bytes, new: bytes, message: str) -> None:
    head = b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <u:1>\r\nWARC-Date: 2026\r\nContent-Length: 0\r\n\r\n"
    assert read_fields(head)
    with pytest.raises(ValueError, match=message):
        read_fields(head.replace(old, new))


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
    plain = gzip.decompress(encode_record(FIELDS, b"{}"))
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
