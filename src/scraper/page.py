"""Page: one address of the frontier, asked once, and what came back.

A Page is what the crawler hands over and what a segment holds, so both sides of the archive share these types.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import brotli
import zstandard

from scraper.errors import FetchError
from scraper.skip import Skip
from scraper.url import Url

Kind = Literal["robots", "feed", "sitemap", "front_page", "article"]
EvidenceKind = Literal["seed", "rss", "atom", "sitemap", "news_sitemap", "front_page"]
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an address was found and what was said of it there.

    Args:
        source: Address of the feed, sitemap or front page; the site's own host for a seed of the config.
        kind: What the source is.
        title: The title given there, as printed.
        published: The date given there, as printed.
    """

    source: str
    kind: EvidenceKind
    title: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """An address to ask, with what is remembered of it.

    Args:
        url: The address.
        site: Host of the site it belongs to: the key of config/sites.
        kind: What is expected there.
        evidence: Where it was found.
        tries: How often it failed since it last came through.
        etag: The validator to send in If-None-Match, as it came.
        last_modified: The server's own string to send in If-Modified-Since.
    """

    url: Url
    site: str
    kind: Kind
    evidence: Evidence
    tries: int = 0
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response as they were on the wire.

    Args:
        url: The address asked.
        request_headers: As sent.
        status: The status code.
        phrase: The reason phrase, "" if none came.
        headers: As received, names as written, in order.
        payload: As received: still in its Content-Encoding.
        ip: The address connected to; None behind a proxy.
        truncated: "length", "time" or "disconnect" where the payload is cut, as WARC-Truncated has it.
    """

    url: Url
    request_headers: Headers
    status: int
    phrase: str
    headers: Headers
    payload: bytes
    ip: str | None = None
    truncated: str | None = None

    def header(self, name: str) -> str | None:
        """Give the first value of a header, any case."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Page:
    """One address asked, and what came back.

    Args:
        target: What was asked.
        exchanges: Every hop in order, the answer last; empty where nothing came back.
        fetched_at: Aware, UTC: when the visit ended.
        robots: The line of robots.txt that decided, such as "Allow: /"; "" where none matched.
        skip: Why the crawler takes it no further; None for a usable answer and for 304.
    """

    target: Target
    exchanges: tuple[Exchange, ...]
    fetched_at: datetime
    robots: str = ""
    skip: Skip | None = None

    @property
    def final_url(self) -> Url:
        """The address after redirects."""
        return self.exchanges[-1].url if self.exchanges else self.target.url

    @property
    def status(self) -> int | None:
        """The status of the last hop, None where nothing came back."""
        return self.exchanges[-1].status if self.exchanges else None

    @property
    def unchanged(self) -> bool:
        """True where the server said 304."""
        return self.status == 304

    def body(self, max_bytes: int) -> bytes:
        """Give the payload of the last hop without its content codings, b"" where nothing came back.

        Raises:
            FetchError: As decode_payload.
        """
        if not self.exchanges:
            return b""
        return decode_payload(self.exchanges[-1].payload, self.exchanges[-1].header("content-encoding"), max_bytes)


@dataclass(frozen=True, slots=True)
class Found:
    """An address found in a listing, for the frontier.

    Args:
        target: The address.
        changed_at: When its content is said to have changed; a known listing is due again if that is later than the
            last visit. None where nothing is said.
    """

    target: Target
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What an origin's robots.txt answered, kept across runs.

    Args:
        origin: Scheme, host and port.
        status: The status of the last hop, None for a network failure.
        body: Decoded, cut at what is parsed.
        fetched_at: Aware, UTC.
        expires_at: Ask again after this.
        failing_since: First of the failures in a row; None after a success.
    """

    origin: str
    status: int | None
    body: bytes
    fetched_at: datetime
    expires_at: datetime
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostPace:
    """What is remembered of a host's pace across runs.

    Args:
        host: Host name, with port if one is named.
        ready_at: Ask nothing before this.
        backoff_s: The last wait that a 429 or 503 cost, 0 when forgiven.
        slowed_at: When that was.
    """

    host: str
    ready_at: datetime
    backoff_s: float = 0.0
    slowed_at: datetime | None = None


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
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
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
"""Codings in a row. Source: curl allows 5; two are seen in the wild."""
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
        self._inflate = zlib.decompressobj(wbits) if wbits else None
        self.ended = True

    def feed(self, data: bytes) -> bytes:
        if self._inflate is None:  # "deflate" is zlib by RFC 9110, raw by habit: two bytes tell
            self._head += data
            if len(self._head) < 2:
                self.ended = False
                return b""
            data, zlib_head = self._head, self._head[0] & 15 == 8 and int.from_bytes(self._head[:2], "big") % 31 == 0
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if zlib_head else -zlib.MAX_WBITS)
        out = []
        while data:
            if self._inflate.eof:
                if self._wbits is None or not data.startswith(b"\x1f") or self._members > MAX_MEMBERS:
                    break  # what follows the end is padding
                self._inflate, self._members = zlib.decompressobj(self._wbits), self._members + 1
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
