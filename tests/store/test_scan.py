from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.pages import START, make_exchange, make_page
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.page import Page
from scraper.store.record import encode_record, read_records
from scraper.store.scan import MAX_FAULTS, Checker, Fault, Report
from scraper.store.warc import SegmentWriter

FIELDS = {"WARC-Type": "resource", "WARC-Record-ID": "<urn:uuid:1>", "WARC-Date": "2026-11-23T10:54:00Z"}


def write(folder: Path, *pages: Page) -> Path:
    path = folder / "run-00000.warc.gz"
    writer = SegmentWriter(path, "run", START)
    for page in pages:
        writer.append(page)
    writer.close()
    return path


def check(path: Path) -> Report:
    return Checker().check(path)


def test_segment_as_written_has_no_fault(tmp_path: Path) -> None:
    large = replace(make_page(), exchanges=(make_exchange(payload=random.Random(1).randbytes(400_000)),))
    path = write(tmp_path, large, make_page(status=None), make_page(status=304, payload=b""))
    sizes = list[int]()
    checker = Checker(sizes.append)
    report = checker.check(path)
    assert report.records == {"warcinfo": 1, "request": 2, "response": 1, "revisit": 1, "metadata": 3}
    assert (report.visits, report.faults, report.unchecked) == (3, [], 0)
    assert report.size_bytes == sum(sizes) == path.stat().st_size
    assert not list(checker.unresolved())


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda raw, at, end: raw[: at + 40] + bytes(20) + raw[at + 60 :], "is damaged"),
        (lambda raw, at, end: raw[:at] + raw[at + 9 :], "is damaged"),
        (lambda raw, at, end: raw[: at + 40] + raw[end:], "is damaged"),
        (lambda raw, at, end: raw[:at] + gzip.compress(b"WARC/1.1 of another kind") + raw[end:], "is no WARC record"),
    ],
)
def test_damaged_record_is_named_and_those_behind_it_are_read(
    tmp_path: Path, damage: Callable[[bytes, int, int], bytes], what: str
) -> None:
    path = write(tmp_path, *(make_page(payload=random.Random(n).randbytes(500)) for n in range(3)))
    response = [record for record in read_records(path) if record.type == "response"][1]
    path.write_bytes(damage(path.read_bytes(), response.offset, response.end))
    report = check(path)
    assert [fault.offset for fault in report.faults] == [response.offset]
    assert what in report.faults[0].what
    assert report.records == {"warcinfo": 1, "request": 3, "response": 2, "metadata": 3}
    assert report.visits is None


def test_file_cut_off_is_told_where_its_last_record_begins(tmp_path: Path) -> None:
    path = write(tmp_path, make_page())
    *_, last = read_records(path)
    path.write_bytes(path.read_bytes()[:-1])
    assert check(path).faults == [Fault(last.offset, "is cut off")]


def test_visit_without_its_metadata_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, make_page(), make_page())
    records = list(read_records(path))
    path.write_bytes(path.read_bytes()[: records[-1].offset])
    report = check(path)
    assert report.faults == [Fault(records[4].offset, "belongs to a visit that is cut off")]


@pytest.mark.parametrize(
    ("fields", "block", "fault"),
    [
        ({}, b"text", None),
        ({"WARC-Payload-Digest": "sha1:" + "A" * 32}, b"text", "warc-payload-digest"),
        (
            {"WARC-Payload-Digest": "SHA-256:982D9E3EB996F559E633F4D194DEF3761D909F5A3B647D1A851FEAD67C32C9D1"},
            b"text",
            None,
        ),
        ({"WARC-Payload-Digest": "md5:1CB251EC0D568DE6A929B520C4AED8D1"}, b"text", None),
        ({"WARC-Payload-Digest": "md5:AAAAA"}, b"text", "warc-payload-digest"),
    ],
)
def test_digests_are_checked_in_the_forms_that_are_in_use(
    tmp_path: Path, fields: dict[str, str], block: bytes, fault: str | None
) -> None:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(encode_record(FIELDS | fields, block))
    assert [each.what for each in check(path).faults] == ([f"does not match its {fault}"] if fault else [])


def test_digest_of_an_unknown_form_is_counted_as_not_checked(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(encode_record(FIELDS | {"WARC-Payload-Digest": "xxh3:00"}, b"text"))
    report = check(path)
    assert (report.faults, report.unchecked) == ([], 1)
    path.write_bytes(encode_record(FIELDS | {"WARC-Type": "revisit", "WARC-Payload-Digest": "sha1:" + "A" * 32}))
    report = check(path)
    assert (report.faults, report.unchecked) == ([], 0)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"Content-Length: 4", b"Content-Length: 3", "does not have the length it names"),
        (b"Content-Length: 4", b"Content-Length: 99", "does not have the length it names"),
        (b"Content-Length: 4", b"Content-Length: " + b"9" * 5000, "is no WARC record"),
        (b"text\r\n\r\n", b"text\r\n\r\nWARC/1.1\r\n", "is not alone in its gzip member"),
        (b"text\r\n\r\n", b"text", "does not have the length it names"),
        (b"text\r\n\r\n", b"tent\r\n\r\n", "does not match its warc-block-digest"),
        (b"\r\n\r\n", b"\r\n" + b"X: y\r\n" * 200_000, "is no WARC record"),
        (b"WARC-Type: resource\r\n", b"", "is no WARC record"),
    ],
)
def test_record_that_lies_is_told(tmp_path: Path, old: bytes, new: bytes, what: str) -> None:
    path = tmp_path / "other.warc.gz"
    plain = gzip.decompress(encode_record(FIELDS, b"text"))
    path.write_bytes(gzip.compress(plain.replace(old, new, 1), mtime=0) + encode_record(FIELDS, b"next"))
    report = check(path)
    assert report.faults
    assert {fault.offset for fault in report.faults} == {0}
    assert what in " ".join(fault.what for fault in report.faults)
    assert report.records["resource"] in (1, 2)


# warcio leaves closing of the files it buffers in to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_archive_of_another_program_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record("other.warc.gz", {"software": "other"}))
        for headers in ([("Content-Type", "text/html")], [("Transfer-Encoding", "chunked")]):
            answer = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            body = BytesIO(b"4\r\ntext\r\n0\r\n\r\n" if headers[0][0] != "Content-Type" else b"text")
            writer.write_record(
                writer.create_warc_record("http://news.example/", "response", payload=body, http_headers=answer)
            )
    report = check(path)
    assert (report.faults, report.visits) == ([], None)
    assert report.records == {"warcinfo": 1, "response": 2}


def test_records_of_unknown_type_are_passed_by(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(encode_record(FIELDS | {"WARC-Type": "novelty"}, b"text"))
    report = check(path)
    assert (report.faults, report.records) == ([], {"other": 1})


def test_references_are_found_in_any_file(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    first, checker = tmp_path / "a.warc.gz", Checker()
    first.write_bytes(encode_record(FIELDS, b"text"))
    second, refers = tmp_path / "b" / "b.warc.gz", FIELDS | {"WARC-Record-ID": "<urn:uuid:2>"}
    lost = encode_record(refers | {"WARC-Refers-To": "<urn:uuid:3>"}, b"text")
    second.write_bytes(encode_record(refers | {"WARC-Refers-To": "urn:uuid:1"}, b"text") + lost)
    assert not checker.check(second).faults
    assert [path for path, _ in checker.unresolved()] == [second, second]
    checker.check(first)
    assert list(checker.unresolved()) == [(second, second.stat().st_size - len(lost))]


def test_file_that_is_missing_empty_a_folder_or_no_archive_is_told(tmp_path: Path) -> None:
    empty, other = tmp_path / "empty.warc.gz", tmp_path / "other.warc.gz"
    empty.write_bytes(b"")
    other.write_bytes(b"plain text " * 200_000)
    assert "No such file" in check(tmp_path / "no.warc.gz").faults[0].what
    assert check(tmp_path).faults
    assert check(empty).faults == [Fault(None, "is empty")]
    assert [fault.offset for fault in check(other).faults] == [0]


def test_file_full_of_faults_is_left(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(gzip.compress(b"WARC/1.1 broken", mtime=0) * (MAX_FAULTS + 50))
    faults = check(path).faults
    assert len(faults) == MAX_FAULTS + 1
    assert "the rest is not read" in faults[-1].what


def test_open_segment_is_checked_up_to_what_is_committed(tmp_path: Path) -> None:
    path = write(tmp_path, make_page())
    size = path.stat().st_size
    path.write_bytes(path.read_bytes() + b"written meanwhile")
    report = Checker().check(path, size)
    assert (report.faults, report.visits) == ([], 1)
    assert "bytes where" in Checker().check(path, size + 100).faults[0].what


@given(st.data())
def test_any_bytes_are_read_to_their_end(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "any.warc.gz"
    plain = gzip.decompress(encode_record(FIELDS, b"text"))
    at = data.draw(st.integers(0, len(plain)))
    broken = plain[:at] + data.draw(st.binary(max_size=20)) + plain[at + data.draw(st.integers(0, 9)) :]
    member = data.draw(st.sampled_from([gzip.compress(broken, mtime=0), broken, b"\x1f\x8b\x08" + broken]))
    path.write_bytes(member + data.draw(st.binary(max_size=20)) + encode_record(FIELDS, b"next"))
    assert check(path).records["resource"] >= 1
