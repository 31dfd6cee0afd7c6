from __future__ import annotations

import io
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.store.foreign import PACKINGS, frame, http, info, members, page, plain, record, stream

from scraper.errors import StoreError
from scraper.store import foreign_records
from scraper.store.foreign_records import Damage, ForeignRecords, read_fields
from scraper.store.record import Record

URLS = [f"https://news.example/{name}" for name in "abcde"]
PAGES = [info(), *map(page, URLS)]


def read(data: bytes, start: int = 0) -> list[Record | Damage]:
    return list(ForeignRecords("x.warc.gz", io.BytesIO(data), lambda fields: True).read(start))


def urls(found: list[Record | Damage]) -> list[str]:
    return [each.fields.get("warc-target-uri", "") for each in found if isinstance(each, Record)][1:]


def damages(found: list[Record | Damage]) -> list[str]:
    return [each.what for each in found if isinstance(each, Damage)]


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
def test_every_version_is_read_in_every_packing(version: str, packing: str) -> None:
    records = [info(version), *(page(url, version=version) for url in URLS)]
    found = read(PACKINGS[packing](*records))
    assert urls(found) == URLS
    assert damages(found) == []


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_record_is_found_again_by_its_offset_and_reading_goes_on_there(packing: str) -> None:
    data = PACKINGS[packing](*PAGES)
    records = ForeignRecords("x", io.BytesIO(data), lambda fields: True)
    found = [each for each in records.read() if isinstance(each, Record)]
    assert [each.offset for each in found] == sorted({each.offset for each in found})
    for at, each in enumerate(found):
        again = records.find(each.offset)
        assert again is not None
        assert again.block == each.block
        if packing not in ("stream", "frame"):  # there all are in one member
            assert [one.offset for one in records.read(each.offset)] == [one.offset for one in found[at:]]
    assert records.find(found[-1].offset + 1) is None


def test_several_records_in_one_member_have_offsets_of_their_own() -> None:
    data = members(plain(*PAGES[:3]), plain(*PAGES[3:]))
    found = read(data)
    assert urls(found) == URLS
    assert len({each.offset for each in found}) == 6


def test_fields_of_older_drafts_and_of_wget_are_read() -> None:
    head = b"WARC/0.18\r\nwarc-type: Response\r\nWARC-Target-URI: <http://a.example/>\r\n  more\r\n"
    head += b"Content-Length: 5\r\n\r\n"
    fields = read_fields(head)
    assert fields["warc-type"] == "response"
    assert fields["warc-target-uri"] == "http://a.example/> more"
    assert read_fields(head.replace(b"\r\n  more", b""))["warc-target-uri"] == "http://a.example/"
    assert read_fields(head.replace(b"\r\n", b"\n"))["content-length"] == "5"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: 5\r\n\r\n",
        b"WARC/1.1\r\nWARC-Type: response\r\n\r\n",
        b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: -5\r\n\r\n",
        b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: \xd9\xa3\r\n\r\n",
        b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 9999999999999999999\r\n\r\n",
    ],
)
def test_what_is_no_header_is_refused(head: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_fields(head)


@pytest.mark.parametrize("packing", ["members", "frames", "plain"])
def test_what_follows_a_damaged_record_is_found(packing: str) -> None:
    records = list(PAGES)
    records[2] = record(http(b"x" * 500), URLS[1], length=90)
    found = read(PACKINGS[packing](*records))
    assert urls(found) == [URLS[0], *URLS[2:]]
    assert damages(found) == ["does not have the length it names"]


def test_a_length_that_is_too_long_costs_no_other_record() -> None:
    records = list(PAGES)
    records[2] = record(http(b"x" * 500), URLS[1], length=700)
    found = read(plain(*records))
    assert urls(found) == [URLS[0], *URLS[2:]]


def test_a_member_that_is_damaged_is_passed_over() -> None:
    packed = [members(each) for each in PAGES]
    packed[2] = packed[2][:40] + bytes(20) + packed[2][60:]
    found = read(b"".join(packed))
    assert urls(found) == [URLS[0], *URLS[2:]]
    assert len(damages(found)) == 1


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_file_that_is_cut_off_gives_what_is_whole_and_tells(packing: str) -> None:
    data = PACKINGS[packing](*PAGES)
    found = read(data[: int(len(data) * 0.75)])
    assert urls(found) == URLS[: len(urls(found))]
    assert len(damages(found)) == 1


def test_a_wrong_digest_is_damage() -> None:
    found = read(members(info(), page(WARC_Block_Digest="sha1:AAAA"), page(URLS[1])))
    assert urls(found) == [URLS[1]]
    assert damages(found) == ["does not match its digest"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"filedesc://x.arc 0.0.0.0 2008", "convert it"),
        (struct.pack("<I", 0x184D2A5D) + bytes(40), "dictionary"),
        (b"<html>", "is no WARC file"),
        (stream(b"<html>"), "is no WARC file"),
        (frame(b"<html>"), "is no WARC file"),
    ],
)
def test_what_is_no_warc_file_is_told(data: bytes, why: str) -> None:
    with pytest.raises(StoreError, match=why):
        read(data)


def test_blocks_that_are_not_wanted_are_not_held() -> None:
    data = members(*PAGES)
    found = list(ForeignRecords("x", io.BytesIO(data), lambda fields: fields["warc-type"] != "response").read())
    assert [len(each.block) > 0 for each in found if isinstance(each, Record)] == [True] + [False] * 5


def test_a_record_larger_than_any_page_is_marked_and_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_records, "MAX_BLOCK_BYTES", 3000)
    found = read(members(info(), record(http(b"x" * 5000), URLS[0]), page(URLS[1])))
    large, small = (each for each in found[1:] if isinstance(each, Record))
    assert "scraper-too-large" in large.fields
    assert large.block == b""
    assert small.block


@given(st.sampled_from(sorted(PACKINGS)), st.integers(0, 4000), st.binary(max_size=30), st.booleans())
@example("plain", 0, b"WARC/1.1\r\n", True)
def test_whatever_is_damaged_reading_ends_and_gives_true_records_only(
    packing: str, at: int, noise: bytes, cut: bool
) -> None:
    data = PACKINGS[packing](*PAGES)
    at %= len(data)
    whole = {each.block for each in read(data) if isinstance(each, Record)}
    spoiled = data[:at] + noise if cut else data[:at] + noise + data[at + len(noise) :]
    try:
        found = read(spoiled)
    except StoreError:
        return  # its beginning is what tells a WARC file
    assert len(found) <= 20
    if packing in ("members", "stream"):  # whose sums tell; the others have none
        assert {each.block for each in found if isinstance(each, Record)} <= whole


@given(st.binary(max_size=300), st.sampled_from(sorted(PACKINGS)))
def test_noise_is_refused_or_told(noise: bytes, packing: str) -> None:
    try:
        found = read(PACKINGS[packing](b"WARC/1.1\r\n" + noise))
    except StoreError:
        return
    assert all(isinstance(each, Damage | Record) for each in found)
