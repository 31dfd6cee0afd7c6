from __future__ import annotations

import contextlib
import gzip
import tracemalloc
import zlib
from datetime import UTC, datetime

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import FetchError
from scraper.page import Evidence, Exchange, Page, Target
from scraper.payload import Inflater, decode_payload, digest_of
from scraper.url import Url

TEXT = b"A sentence of the story. " * 400


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("name", PACKERS)
def test_undoes_each_coding(name: str) -> None:
    assert decode_payload(PACKERS[name](TEXT), name.upper(), len(TEXT)) == TEXT


def test_undoes_raw_deflate() -> None:
    assert decode_payload(raw_deflate(TEXT), "deflate", len(TEXT)) == TEXT


@pytest.mark.parametrize("encoding", [None, "", "identity", "utf-8", "identity, "])
def test_leaves_what_has_no_coding(encoding: str | None) -> None:
    assert decode_payload(TEXT, encoding, len(TEXT)) == TEXT


def test_undoes_codings_in_the_reverse_of_their_order() -> None:
    assert decode_payload(brotli.compress(gzip.compress(TEXT)), "gzip, br", 100_000) == TEXT


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_joins_members_and_ignores_padding(name: str) -> None:
    two = PACKERS[name](b"one ") + PACKERS[name](b"two")
    assert decode_payload(two, name, 100) == b"one two"
    if name == "gzip":
        assert decode_payload(two + bytes(20), name, 100) == b"one two"


@pytest.mark.parametrize("name", [*PACKERS, "identity"])
def test_empty_body_needs_no_coding(name: str) -> None:
    assert decode_payload(b"", name, 100) == b""


@pytest.mark.parametrize("name", PACKERS)
@pytest.mark.parametrize("change", ["cut", "plain"])
def test_damage_is_bad_encoding(name: str, change: str) -> None:
    packed = PACKERS[name](TEXT)
    with pytest.raises(FetchError) as caught:
        decode_payload(packed[:-5] if change == "cut" else b"<html> not packed", name, 100_000)
    assert caught.value.reason == "bad_encoding"


@pytest.mark.parametrize("encoding", ["sdch", "gzip, gzip, gzip, gzip", "gzip, unknown"])
def test_unknown_codings_are_bad_encoding(encoding: str) -> None:
    with pytest.raises(FetchError, match="bad_encoding"):
        decode_payload(TEXT, encoding, 100)


@pytest.mark.parametrize("name", [*PACKERS, "identity"])
def test_one_byte_more_than_the_limit_is_too_large(name: str) -> None:
    packed = PACKERS[name](TEXT) if name in PACKERS else TEXT
    with pytest.raises(FetchError, match="too_large"):
        decode_payload(packed, name, len(TEXT) - 1)


@pytest.mark.parametrize("name", PACKERS)
def test_bombs_are_not_inflated(name: str) -> None:
    zeros = bytes(100_000_000)
    packed = brotli.compress(zeros, quality=3) if name == "br" else PACKERS[name](zeros)
    del zeros
    tracemalloc.start()
    with pytest.raises(FetchError, match="too_large"):
        decode_payload(packed, name, 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000


def test_bomb_within_a_bomb_is_not_inflated() -> None:
    with pytest.raises(FetchError, match="too_large"):
        decode_payload(gzip.compress(gzip.compress(bytes(50_000_000))), "gzip, gzip", 1_000_000)


def test_many_empty_members_end_soon() -> None:
    assert decode_payload(gzip.compress(b"") * 5000, "gzip", 100) == b""


@pytest.mark.parametrize("name", PACKERS)
@given(data=st.binary(max_size=3000), step=st.integers(1, 700))
def test_pieces_decode_like_the_whole(name: str, data: bytes, step: int) -> None:
    packed, inflater = PACKERS[name](data), Inflater(name, 3000)
    pieces = [inflater.feed(packed[at : at + step]) for at in range(0, len(packed), step)]
    inflater.finish()
    assert b"".join(pieces) == data


@given(st.binary(), st.sampled_from([*PACKERS, "gzip, br"]))
def test_arbitrary_bytes_decode_or_are_refused(payload: bytes, encoding: str) -> None:
    with contextlib.suppress(FetchError):
        assert len(decode_payload(payload, encoding, 500)) <= 500


def test_page_decodes_its_last_hop() -> None:
    url = Url("https://a.example/")
    target = Target(url, "a.example", "article", Evidence("a.example", "seed"))
    exchange = Exchange(url, (), 200, "OK", (("Content-ENCODING", "gzip"),), gzip.compress(TEXT))
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    assert Page(target, (exchange,), moment).body(100_000) == TEXT
    assert Page(target, (), moment).body(100_000) == b""


def test_digest_is_written_as_archives_write_it() -> None:
    assert digest_of(b"") == "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
    assert digest_of(b"<p>Text.</p>") != digest_of(gzip.compress(b"<p>Text.</p>", mtime=0))
