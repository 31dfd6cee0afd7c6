from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.foreign import digest, http

from scraper.errors import ItemError
from scraper.store.foreign_exchange import address_of, read_answer, read_time
from scraper.store.record import Record
from scraper.url import Url

URL = Url("https://news.example/a")
TEXT = b"<html><p>The river rose.</p></html>"
CHUNKED = b"5\r\n<html\r\n1e;x=y\r\n><p>The river rose.</p></html>\r\n0\r\n\r\n"


def answer(block: bytes, kind: str = "response", **fields: str) -> Record:
    return Record(0, 0, {"warc-type": kind} | {name.replace("_", "-"): value for name, value in fields.items()}, block)


@pytest.mark.parametrize(
    ("block", "payload", "encoding"),
    [
        (http(TEXT), TEXT, None),
        (http(CHUNKED, "Transfer-Encoding: chunked"), TEXT, None),
        (http(TEXT, "Transfer-Encoding: chunked"), TEXT, None),
        (http(gzip.compress(TEXT), "Content-Encoding: gzip"), gzip.compress(TEXT), "gzip"),
        (http(TEXT, "Content-Encoding: gzip"), TEXT, None),
        (http(TEXT, "Content-Encoding: br"), TEXT, None),
        (http(TEXT, "content-type:text/html", status="HTTP/1.0 200"), TEXT, None),
        (http(TEXT, status="HTTP/2 200 ").replace(b"\r\n", b"\n"), TEXT, None),
        (b"HTTP/1.1 200 OK\r\n\r\n" + TEXT, TEXT, None),
    ],
    ids=[
        "plain",
        "chunked",
        "chunks gone",
        "packed",
        "unpacked",
        "unpacked br",
        "no phrase",
        "bare newlines",
        "no header",
    ],
)
def test_what_crawlers_keep_is_read_as_what_it_is(block: bytes, payload: bytes, encoding: str | None) -> None:
    read = read_answer(answer(block), URL)
    assert (read.status, read.payload, read.header("content-encoding")) == (200, payload, encoding)
    assert read.header("transfer-encoding") is None


def test_chunks_that_are_cut_off_give_what_came() -> None:
    assert read_answer(answer(http(CHUNKED[:20], "Transfer-Encoding: chunked")), URL).payload == b"<html><"


def test_a_resource_is_an_answer_without_header() -> None:
    read = read_answer(answer(TEXT, "resource", content_type="text/html"), URL)
    assert (read.status, read.payload, read.header("content-type")) == (200, TEXT, "text/html")


@pytest.mark.parametrize("summed", [TEXT, CHUNKED])
def test_a_digest_is_of_the_payload_with_chunks_or_without(summed: bytes) -> None:
    block = http(CHUNKED, "Transfer-Encoding: chunked")
    assert read_answer(answer(block, warc_payload_digest=digest(summed)), URL).payload == TEXT
    with pytest.raises(ValueError, match="digest"):
        read_answer(answer(block, warc_payload_digest=digest(b"another")), URL)


def test_a_payload_that_was_cut_is_told() -> None:
    assert read_answer(answer(http(TEXT), warc_truncated="length"), URL).truncated == "length"


@pytest.mark.parametrize("block", [b"", b"<html>", b"HTTP/1.1 2000 OK\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"])
def test_what_is_no_answer_is_refused(block: bytes) -> None:
    with pytest.raises(ValueError, match="HTTP"):
        read_answer(answer(block), URL)


@pytest.mark.parametrize(
    "text", ["2026-03-02T10:00:00Z", "20260302100000", "2026-03-02T11:00:00+01:00", "2026-03-02 10:00"]
)
def test_times_are_read_as_utc(text: str) -> None:
    assert read_time(text) == datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "00010101000000", "9999-12-31T23:59:59Z", "0001-01-01T00:00+23:00"])
def test_what_is_no_time_of_a_fetch_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_time(text)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ItemError):
        address_of({"warc-target-uri": "dns:news.example"})


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_refused(noise: bytes) -> None:
    try:
        read = read_answer(answer(b"HTTP/1.1 200 OK\r\n" + noise), URL)
    except ValueError:
        return
    assert read.status == 200
