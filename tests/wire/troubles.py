"""Troubles: what may come back from the web, each with the reason that a visit must end in."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import brotli
import zstandard
from tests.wire.server import Conversation, Talk

from scraper.page import Kind

HTML = "Content-Type: text/html"
XML = "Content-Type: application/xml"
PAGE = b"<!doctype html><html><body><article><h1>News</h1>" + b"<p>A sentence of it.</p>" * 100 + b"</article></html>"
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of trouble, on a host of its own.

    Args:
        name: Its host is this with ".test" after it.
        reason: What its visit ends in, "ok" for a usable page.
        talk: The answer to its address.
        kind: What is expected there. A robots.txt is asked for the sake of a feed, whose reason counts.
        quick: True for those of the short campaign.
    """

    name: str
    reason: str
    talk: Conversation
    kind: Kind = "article"
    quick: bool = False

    @property
    def host(self) -> str:
        return f"{self.name}.test"

    @property
    def path(self) -> str:
        return "/feed" if self.kind in ("article", "robots") else "/x"

    async def converse(self, talk: Talk) -> None:
        """Answer any request to the host."""
        if talk.path == "/robots.txt" and self.kind == "robots":
            await self.talk(talk)
        elif talk.path.startswith(("/robots.txt", "/.well-known/")):
            await talk.answer(b"", status="404 Not Found")
        elif talk.path == "/feed":
            items = f"<item><link>http://{talk.host}:{talk.port}/x</link></item>" if self.kind == "article" else ""
            await talk.answer(f"<rss><channel>{items}</channel></rss>".encode(), XML)
        else:
            await self.talk(talk)


ALL: list[Trouble] = []


def trouble(name: str, reason: str, talk: Conversation, kind: Kind = "article", *, quick: bool = False) -> None:
    ALL.append(Trouble(name, reason, talk, kind, quick))


def raw(data: bytes) -> Conversation:
    return lambda talk: talk.send(data)


def page(body: bytes | Callable[[], bytes], *headers: str, status: str = "200 OK") -> Conversation:
    return lambda talk: talk.answer(body() if callable(body) else body, *headers, status=status)


def to(location: str, status: str = "302 Found") -> Conversation:
    """Redirect; "{self}" stands for the address of the host."""
    return lambda talk: talk.answer(
        b"", f"Location: {location.replace('{self}', f'http://{talk.host}:{talk.port}')}", status=status
    )


def then_for_ever(start: bytes, more: bytes, pause_s: float = 0.0) -> Conversation:
    async def converse(talk: Talk) -> None:
        await talk.send(start)
        await talk.send_for_ever(more, pause_s)

    return converse


def then_reset(start: bytes) -> Conversation:
    async def converse(talk: Talk) -> None:
        await talk.send(start)
        talk.reset()

    return converse


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

# -- what comes before a body --------------------------------------------------------------------------------------
trouble("silence", "timeout", then_for_ever(b"", b"", 1.0))
trouble("nothing", "connection_reset", raw(b""))
trouble("garbage", "bad_response", raw(bytes(range(256)) * 20 + b"\r\n\r\n"), quick=True)
trouble("greeting", "bad_response", raw(b"220 mail.test ESMTP\r\n\r\n"), quick=True)
trouble("garbage-before", "bad_response", raw(b"xyz\r\n" + OK + b"\r\n<p>"))
trouble("no-status-line", "bad_response", raw(b"Content-Type: text/html\r\n\r\n<p>"))
trouble("http-09", "bad_response", raw(b"<html><body><p>As it was in 1991.</p></body></html>\r\n\r\n"))
trouble("http-3", "bad_response", raw(b"HTTP/3 200 OK\r\n\r\n"))
trouble("status-word", "bad_response", raw(b"HTTP/1.1 fine\r\n\r\n"))
trouble("status-99", "bad_response", raw(b"HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n"))
trouble("no-colon", "bad_response", raw(OK + b"a line without one\r\n\r\n<p>"))
trouble("folded", "ok", raw(OK + b"X-Folded: a\r\n b\r\nContent-Length: 3\r\n\r\n<p>"))
trouble("nul-header", "bad_response", raw(OK + b"X-Nul: a\x00b\r\nContent-Length: 3\r\n\r\n<p>"))
trouble("drip-headers", "timeout", then_for_ever(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.2))
trouble("endless-headers", "bad_response", then_for_ever(OK, b"X-More: and more\r\n" * 1000), quick=True)
trouble("endless-header", "bad_response", then_for_ever(OK + b"X-Long: ", b"x" * 65_536), quick=True)
trouble("endless-status", "bad_response", then_for_ever(b"HTTP/1.1 200 ", b"x" * 65_536))
trouble("hundred-continue", "ok", raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 100 + OK + b"Content-Length: 3\r\n\r\n<p>"))
trouble("endless-continue", "timeout", then_for_ever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20, 0.01))
trouble("switching", "bad_response", raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"))
trouble("latin-tag", "ok", page(PAGE, HTML, 'ETag: "caf\xe9"', "Last-Modified: Fr\xe9 1"))
trouble("many-cookies", "ok", page(PAGE, HTML, *(f"Set-Cookie: n{n}={'v' * 90}" for n in range(800))))
trouble("reset", "connection_reset", then_reset(b""))
trouble("reset-in-headers", "connection_reset", then_reset(OK))

# -- how long a body is --------------------------------------------------------------------------------------------
trouble("length-negative", "bad_response", raw(OK + b"Content-Length: -5\r\n\r\n<p>"), quick=True)
trouble("length-word", "bad_response", raw(OK + b"Content-Length: long\r\n\r\n<p>"))
trouble("length-digits", "bad_response", raw(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n<p>"))
trouble("length-twice", "bad_response", raw(OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n<p>x"))
trouble("length-same-twice", "ok", raw(OK + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\n<p>"))
trouble("length-too-large", "short_body", raw(OK + b"Content-Length: 5000\r\n\r\n<p>"))
trouble("length-too-small", "ok", raw(OK + b"Content-Length: 3\r\n\r\n<p>HTTP/1.1 200 OK\r\n\r\nsmuggled"))
trouble(
    "length-and-chunks", "ok", raw(OK + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n0\r\n\r\n")
)
trouble("unknown-transfer", "bad_response", raw(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"))
trouble("chunk-word", "short_body", raw(CHUNKED + b"long\r\n<p>\r\n"))
trouble("chunk-negative", "short_body", raw(CHUNKED + b"-3\r\n<p>\r\n0\r\n\r\n"))
trouble("chunk-huge", "short_body", raw(CHUNKED + b"F" * 500 + b"\r\n<p>"))
trouble("chunk-no-end", "short_body", raw(CHUNKED + b"3\r\n<p>\r\n"))
trouble("chunk-wrong-end", "short_body", raw(CHUNKED + b"3\r\n<p>abc0\r\n\r\n"))
trouble("chunk-endless-extension", "short_body", then_for_ever(CHUNKED + b"3;", b"x" * 65_536))
trouble("chunk-endless-trailers", "short_body", then_for_ever(CHUNKED + b"3\r\n<p>\r\n0\r\n", b"X: y\r\n" * 9000))
trouble("chunk-trailers", "ok", raw(CHUNKED + b"3\r\n<p>\r\n0\r\nX-Sum: 1\r\n\r\n"))
trouble("chunk-drip", "timeout", then_for_ever(CHUNKED, b"1\r\nx\r\n", 0.2))
trouble("reset-in-body", "short_body", then_reset(OK + b"Content-Length: 5000\r\n\r\n<p>"))
trouble("endless-body", "too_large", then_for_ever(OK + b"\r\n", b"<p>x</p>" * 8192), quick=True)
trouble("drip-body", "timeout", then_for_ever(OK + b"Content-Length: 1000000000\r\n\r\n", b"x", 0.1))

# -- what a body unpacks to ----------------------------------------------------------------------------------------


@cache
def deflated() -> bytes:
    """Give one GiB of zeros as raw deflate: a mebibyte that ends where it began, again and again."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (engine.compress(bytes(1 << 20)) + engine.flush(zlib.Z_FULL_FLUSH)) * 1024 + engine.flush()


def gzipped() -> bytes:
    return b"\x1f\x8b\x08" + bytes(7) + deflated() + bytes(8)


@cache
def brotlied() -> bytes:
    engine = brotli.Compressor(quality=1)
    return b"".join([*(engine.process(bytes(1 << 22)) for _ in range(256)), engine.finish()])


@cache
def zstandarded() -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(bytes(1 << 26)) * 16


trouble("bomb-gzip", "too_large", page(gzipped, HTML, "Content-Encoding: gzip"))
trouble("bomb-deflate", "too_large", page(deflated, HTML, "Content-Encoding: deflate"))
trouble("bomb-br", "too_large", page(brotlied, HTML, "Content-Encoding: br"))
trouble("bomb-zstd", "too_large", page(zstandarded, HTML, "Content-Encoding: zstd"), quick=True)
trouble("bomb-twice", "too_large", page(lambda: gzip.compress(gzipped()), HTML, "Content-Encoding: gzip, gzip"))
trouble("bomb-many-codings", "bad_encoding", page(gzipped, HTML, "Content-Encoding: " + "gzip, " * 50 + "gzip"))
trouble("bomb-members", "ok", page(lambda: gzip.compress(b"") * 100_000, HTML, "Content-Encoding: gzip"))
trouble("bomb-file", "too_large", page(gzipped, "Content-Type: application/gzip"), "sitemap")
trouble("unknown-coding", "bad_encoding", page(PAGE, HTML, "Content-Encoding: middle-out"), quick=True)
trouble("damaged-gzip", "bad_encoding", page(gzip.compress(PAGE)[:20] + PAGE, HTML, "Content-Encoding: gzip"))
trouble("cut-gzip", "bad_encoding", page(gzip.compress(PAGE)[:-20], HTML, "Content-Encoding: gzip"))
trouble("no-gzip", "bad_encoding", page(PAGE, HTML, "Content-Encoding: gzip"))

# -- statuses ------------------------------------------------------------------------------------------------------
for status in (204, 205, 206, 300, 304, 402, 404, 410, 418, 451, 500, 599, 999):
    trouble(f"status-{status}", f"http_{status}", page(b"", HTML, status=f"{status} Odd"))
trouble("empty", "ok", page(b"", HTML))
for name, after in {"negative": "-1", "word": "soon", "nan": "NaN", "past": "Thu, 01 Jan 1970 00:00:00 GMT"}.items():
    trouble(f"after-{name}", "http_429", page(b"", f"Retry-After: {after}", status="429 Slow Down"))
for name, after in {"huge": "1" + "0" * 30, "far": "Fri, 31 Dec 9999 23:59:59 GMT", "digits": "9" * 9000}.items():
    trouble(f"after-{name}", "http_503", page(b"", f"Retry-After: {after}", status="503 Busy"))

# -- redirects -----------------------------------------------------------------------------------------------------
trouble("redirect-loop", "redirect_loop", to("/x"), quick=True)
trouble("redirect-10000", "too_many_redirects", lambda talk: to(f"{{self}}{talk.path}1")(talk), quick=True)
trouble("redirect-cookies", "too_many_redirects", lambda talk: talk.answer(
    b"", "Location: /x", f"Set-Cookie: n{len(talk.head)}=1", status="302 Found"))  # fmt: skip
trouble("redirect-latin-cookie", "ok", lambda talk: talk.answer(PAGE, HTML) if "sess=caf\xe9\r\n" in talk.head
        else talk.answer(b"", "Location: /x", "Set-Cookie: sess=caf\xe9", status="302 Found"), quick=True)  # fmt: skip
for name, address in {
    "loopback": "http://127.0.0.1:1/", "localhost": "http://localhost:1/", "metadata": "http://169.254.169.254/latest",
    "v6": "http://[::1]/", "mapped": "http://[::ffff:127.0.0.1]/", "decimal": "http://2130706433/",
    "hex": "http://0x7f000001/", "short": "http://127.1/", "zero": "http://0.0.0.0/",
    "named": "http://inside.private:1/",
}.items():  # fmt: skip
    trouble(f"redirect-to-{name}", "private_address", to(address), quick=name == "metadata")
for name, address in {
    "file": "file:///etc/passwd", "ftp": "ftp://a.test/", "script": "javascript:alert(1)", "data": "data:text/html,x",
    "broken": "http://[broken", "port": "http://a.test:99999/", "user": "http://user:secret@a.test/",
    "label": "http://xn--0.a.test/", "inner-label": "http://www.xn--0.a.test/",
    "octal": "http://0177.0.0.1/", "long": "/" + "x" * 90_000, "spaces": "http://a b.test/",
}.items():  # fmt: skip
    trouble(f"redirect-to-{name}", "bad_url", to(address))
trouble("redirect-nowhere", "http_302", page(b"", HTML, status="302 Found"))
trouble("redirect-no-host", "redirect_loop", to("http:///x"))
trouble("redirect-unicode", "redirect_loop", to("/\xc3\xa9\xff" + "{self}"))
trouble("redirect-control", "redirect_loop", to("/\x01x"))
