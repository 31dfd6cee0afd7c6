"""Payload: the entity bytes of an answer, and the undoing of their Content-Encoding within a limit.

A module of its own, because a kilobyte can unpack to a gigabyte: nothing here ever makes more than it was allowed to,
whatever the coding, in one piece or streamed.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable
from typing import Protocol

import brotli
import zstandard
from isal import isal_zlib

from scraper.errors import FetchError


def digest_of(payload: bytes) -> str:
    """Name a payload by its content, as WARC-Payload-Digest does.

    Args:
        payload: As received, still in its Content-Encoding: the same text packed anew is another payload.

    Returns:
        "sha1:" and 32 letters in base 32: the form that archives, their indexes and their readers share.
    """
    return "sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()


def decode_payload(payload: bytes, encoding: str | None, max_bytes: int) -> bytes:
    """Undo the content codings of a payload.

    Args:
        payload: As received.
        encoding: The Content-Encoding header: gzip, deflate, br and zstd, several in the order they were applied.
        max_bytes: Of the result; no more than that is ever inflated.

    Raises:
        FetchError: reason "too_large", or "bad_encoding" where a coding is unknown, damaged or cut.
    """
    inflater = Inflater(encoding, max_bytes)
    body = inflater.feed(payload)
    inflater.finish()
    return body


class Inflater:
    """Undoes content codings piece by piece.

    Args:
        encoding: As in decode_payload.
        max_bytes: Of all pieces together.

    Raises:
        FetchError: reason "bad_encoding" where a coding is unknown or more than MAX_CODINGS are named.
    """

    def __init__(self, encoding: str | None, max_bytes: int) -> None:
        names = [name.strip().lower() for name in (encoding or "").split(",")]
        names = [name for name in names if name not in _NO_CODINGS]
        if len(names) > MAX_CODINGS or not _STAGES.keys() >= set(names):
            raise FetchError("bad_encoding", f"Content-Encoding: {(encoding or '')[:80]!r} is unknown")
        self._stages = [_STAGES[name](max_bytes) for name in reversed(names)]
        self._left = max_bytes

    def feed(self, data: bytes) -> bytes:
        """Take a piece of the payload, give what it decodes to.

        Raises:
            FetchError: reason "too_large" or "bad_encoding".
        """
        try:
            for stage in self._stages:
                data = stage.feed(data) if data else b""
        except (isal_zlib.error, brotli.error, zstandard.ZstdError) as error:  # type: ignore[misc]  # its stub errs
            raise FetchError("bad_encoding", f"the body is damaged: {error}", retryable=True) from error
        self._left -= len(data)
        if self._left < 0:
            raise _too_large()
        return data

    def finish(self) -> None:
        """Check that every coding came to its end.

        Raises:
            FetchError: reason "bad_encoding".
        """
        if not all(stage.ended for stage in self._stages):
            raise FetchError("bad_encoding", "the body ends before its content coding does", retryable=True)


MAX_CODINGS = 3
"""Codings in a row. Each more multiplies what a small body can grow to; servers send one."""
MAX_MEMBERS = 1000
"""gzip members of one body: each costs a copy of the rest, so that a body of empty ones would take minutes."""
ZSTD_WINDOW_BYTES = 8 << 20
"""Source: RFC 9659, the largest window a zstd content coding may ask a receiver to hold."""
_NO_CODINGS = {"", "identity", "none", "utf-8", "binary", "8bit"}
"""What servers write that encode nothing; browsers ignore these too."""


class _Stage(Protocol):
    ended: bool

    def feed(self, data: bytes) -> bytes: ...


class _Zlib:
    def __init__(self, left: int, *, wbits: int | None) -> None:
        self._left, self._wbits, self._head, self._members = left, wbits, b"", 0
        self._inflate = isal_zlib.decompressobj(wbits) if wbits else None
        self.ended = True

    def feed(self, data: bytes) -> bytes:
        if self._inflate is None:  # "deflate" is zlib by RFC 9110, raw by habit: two bytes tell
            self._head += data
            if len(self._head) < 2:
                self.ended = False
                return b""
            data, zlib_head = self._head, self._head[0] & 15 == 8 and int.from_bytes(self._head[:2], "big") % 31 == 0
            self._inflate = isal_zlib.decompressobj(zlib.MAX_WBITS if zlib_head else -zlib.MAX_WBITS)
        out = []
        while data:
            if self._inflate.eof:
                if self._wbits is None or not data.startswith(b"\x1f") or self._members > MAX_MEMBERS:
                    break  # what follows the end is padding
                self._inflate, self._members = isal_zlib.decompressobj(self._wbits), self._members + 1
            out.append(self._inflate.decompress(data, self._left + 1))
            self._left -= len(out[-1])
            if self._left < 0:
                raise _too_large()
            data = self._inflate.unused_data
        self.ended = self._inflate.eof
        return b"".join(out)


class _Brotli:
    def __init__(self, left: int) -> None:
        self._left, self._decoder, self.ended = left, brotli.Decompressor(), True

    def feed(self, data: bytes) -> bytes:
        if self._decoder.is_finished():
            return b""
        out = [self._decoder.process(data, output_buffer_limit=self._left + 1)]
        self._left -= len(out[-1])
        while not self._decoder.can_accept_more_data() and self._left >= 0:
            out.append(self._decoder.process(b"", output_buffer_limit=self._left + 1))
            self._left -= len(out[-1])
        if self._left < 0:
            raise _too_large()
        self.ended = self._decoder.is_finished()
        return b"".join(out)


class _Zstd:
    def __init__(self, left: int) -> None:
        self._left, self.ended = left, True
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES)
        self._frame = self._decompressor.decompressobj()

    def feed(self, data: bytes) -> bytes:
        out, at = [], 0
        while at < len(data):
            # Four bytes of input can make a block of 128 KiB, and this decoder has no limit of its own: never give
            # it more than what fits in the rest of the limit at that ratio.
            piece = data[at : at + max(4, self._left >> 15)]
            at += len(piece)
            while piece:
                if self._frame.eof:
                    self._frame = self._decompressor.decompressobj()
                out.append(self._frame.decompress(piece))
                piece = self._frame.unused_data if self._frame.eof else b""
                self._left -= len(out[-1])
                if self._left < 0:
                    raise _too_large()
        self.ended = self._frame.eof
        return b"".join(out)


def _too_large() -> FetchError:
    return FetchError("too_large", "the decoded body is larger than the limit")


_STAGES: dict[str, Callable[[int], _Stage]] = {
    "gzip": lambda left: _Zlib(left, wbits=16 + zlib.MAX_WBITS),
    "x-gzip": lambda left: _Zlib(left, wbits=16 + zlib.MAX_WBITS),
    "deflate": lambda left: _Zlib(left, wbits=None),
    "br": _Brotli,
    "zstd": _Zstd,
}
