from __future__ import annotations

import io
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import DamagedError
from scraper.store.foreign_tape import PIECE_BYTES, Frame, Plain, Tape


@given(st.lists(st.binary(max_size=20)), st.lists(st.integers(0, 30)))
def test_what_is_taken_is_what_there_is_in_order(pieces: list[bytes], counts: list[int]) -> None:
    whole = b"".join(pieces)
    tape, taken = Tape(iter(pieces)), b""
    for count in counts:
        assert tape.fill(count)[:count] == whole[tape.at : tape.at + count] or b"" in pieces
        taken += tape.take(count)
        assert tape.at == len(taken)
    assert whole.startswith(taken)


def test_what_was_put_back_comes_again() -> None:
    tape = Tape(iter([b"abc", b"def"]), 10)
    taken = tape.take(4)
    tape.put_back(taken)
    assert (tape.at, tape.skip(2), tape.take(9)) == (10, 2, b"cdef")


def test_a_frame_ends_where_the_next_begins() -> None:
    first, second = (zstandard.ZstdCompressor().compress(each) for each in (b"one", b"two"))
    file = io.BytesIO(first + second)
    frame = Frame(Path("x"), file, 0, len(first + second))
    assert b"".join(frame.pieces()) == b"one"
    assert frame.end == len(first)


def test_a_frame_that_is_cut_off_is_damaged() -> None:
    data = zstandard.ZstdCompressor().compress(bytes(1000))[:-3]
    with pytest.raises(DamagedError, match="cut off"):
        list(Frame(Path("x"), io.BytesIO(data), 0, len(data)).pieces())


def test_a_bomb_comes_in_pieces() -> None:
    data = zstandard.ZstdCompressor().compress(bytes(100_000_000))
    largest = max(map(len, Frame(Path("x"), io.BytesIO(data), 0, len(data)).pieces()))
    assert largest < 40_000_000


def test_plain_bytes_come_in_pieces() -> None:
    pieces = list(Plain(io.BytesIO(bytes(PIECE_BYTES + 5)), 3, 0).pieces())
    assert list(map(len, pieces)) == [PIECE_BYTES, 2]
