from __future__ import annotations

import asyncio
import gzip
import random
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from tests.crawl.world import HTML, PAGE, response, run

from scraper.config import Fetch
from scraper.crawl.fetch import Fetcher
from scraper.page import Exchange, Headers, Kind
from scraper.skip import Skip
from scraper.url import Url

A = "https://a.example"
Answer = Callable[[httpx.Request], httpx.Response]


class Asked:
    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []


def get(
    answers: Mapping[str, httpx.Response | Answer] | Answer,
    url: str = f"{A}/",
    kind: Kind = "article",
    headers: Headers = (),
    check: Callable[[Url], Skip | None] = lambda url: None,
    asked: Asked | None = None,
    **settings: Any,
) -> tuple[tuple[Exchange, ...], Skip | None]:
    asked = asked or Asked()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.requests.append(request)
        found = answers if callable(answers) else answers[str(request.url)]
        return found(request) if callable(found) else found

    async def sleep(seconds: float) -> None:
        asked.slept.append(seconds)

    async def checked(url: Url) -> Skip | None:
        return check(url)

    async def main() -> tuple[tuple[Exchange, ...], Skip | None]:
        transport = httpx.MockTransport(answer)
        async with Fetcher(
            Fetch(**settings), "newsbot/1 (+x)", rng=random.Random(1), transport=transport, sleep=sleep
        ) as fetcher:
            return await fetcher.fetch(Url(url), kind=kind, headers=headers, check=checked)

    return run(main())


def reason(result: tuple[tuple[Exchange, ...], Skip | None]) -> str:
    assert result[1] is not None
    return result[1].reason


def streaming(*parts: bytes | Exception | float, headers: dict[str, str] | None = None) -> Answer:
    """Answer piece by piece: bytes, a wait in seconds, an error."""

    class Stream(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for part in parts:
                if isinstance(part, Exception):
                    raise part
                if isinstance(part, float):
                    await asyncio.sleep(part)
                else:
                    yield part

    return lambda request: httpx.Response(200, headers=HTML | (headers or {}), stream=Stream())


def test_keeps_the_exchange_as_it_was_on_the_wire() -> None:
    packed = gzip.compress(PAGE)
    answer = httpx.Response(
        200,
        headers=[("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("X-Two", "1"), ("X-Two", "2")],
        stream=httpx.ByteStream(packed),
        extensions={"reason_phrase": b"Fine"},
    )
    exchanges, skip = get({f"{A}/": answer}, headers=(("If-None-Match", '"x"'),))
    assert skip is None
    (exchange,) = exchanges
    assert exchange.payload == packed
    assert (exchange.status, exchange.phrase, exchange.truncated) == (200, "Fine", None)
    assert exchange.headers[-2:] == (("X-Two", "1"), ("X-Two", "2"))
    sent = dict(exchange.request_headers)
    assert sent["User-Agent"] == "newsbot/1 (+x)"
    assert sent["Accept-Encoding"] == "gzip, deflate, zstd"
    assert sent["If-None-Match"] == '"x"'
    assert "cookie" not in {name.lower() for name in sent}


@pytest.mark.parametrize(
    ("status", "retryable"),
    [
        (404, False),
        (410, False),
        (403, False),
        (500, True),
        (503, True),
        (429, True),
        (408, True),
        (204, False),
        (202, True),
    ],
)
def test_other_statuses_are_named(status: int, retryable: bool) -> None:
    exchanges, skip = get({f"{A}/": response(status, b"x", HTML)})
    assert skip is not None
    assert (skip.reason, skip.retryable) == (f"http_{status}", retryable)
    assert exchanges[0].payload == b"x"


def test_304_is_an_answer_only_where_it_was_asked_for() -> None:
    assert get({f"{A}/": response(304)}, headers=(("If-None-Match", '"x"'),))[1] is None
    assert reason(get({f"{A}/": response(304)})) == "http_304"


def test_follows_redirects_and_keeps_every_hop() -> None:
    hops = {
        f"{A}/": response(301, headers={"location": "/two"}),
        f"{A}/two": response(302, headers={"location": "http://b.example/thr%C3%A9e#part"}),
        "http://b.example/thr%C3%A9e": response(200, PAGE, HTML),
    }
    seen: list[str] = []

    def note(url: Url) -> None:
        seen.append(url)

    exchanges, skip = get(hops, check=note)
    assert skip is None
    assert [exchange.url for exchange in exchanges] == seen == list(hops)


def test_reads_a_location_in_raw_utf8() -> None:
    answer = httpx.Response(302, headers=[(b"Location", "/é".encode())], stream=httpx.ByteStream(b""))
    exchanges, _ = get({f"{A}/": answer, f"{A}/%C3%A9": response(200, PAGE, HTML)})
    assert exchanges[-1].url == f"{A}/%C3%A9"


def test_hop_that_is_not_allowed_is_not_asked() -> None:
    asked = Asked()
    result = get(
        {f"{A}/": response(302, headers={"location": "/private"})},
        check=lambda url: Skip("robots_disallowed") if url.endswith("private") else None,
        asked=asked,
    )
    assert (reason(result), len(result[0]), len(asked.requests)) == ("robots_disallowed", 1, 1)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/", "redirect_loop"),
        ("file:///etc/passwd", "bad_url"),
        ("javascript:alert(1)", "bad_url"),
        ("http://[bad", "bad_url"),
        ("http://127.0.0.1/", "private_address"),
        ("http://2130706433/", "private_address"),
        ("http://[::ffff:10.0.0.1]/", "private_address"),
        ("http://169.254.169.254/latest", "private_address"),
        ("https://xn--0.evil.example/", "bad_url"),
    ],
)
def test_bad_hops_are_named(location: str, expected: str) -> None:
    assert reason(get({f"{A}/": response(302, headers={"location": location})})) == expected


def test_redirects_end() -> None:
    asked = Asked()

    def next_one(request: httpx.Request) -> httpx.Response:
        return response(302, headers={"location": f"{request.url}x"})

    assert reason(get(next_one, asked=asked, max_redirects=10)) == "too_many_redirects"
    assert len(asked.requests) == 11


def test_redirect_without_location_is_its_status() -> None:
    assert reason(get({f"{A}/": response(302)})) == "http_302"


def test_cookie_of_a_redirect_comes_back_within_the_visit_alone() -> None:
    def wall(request: httpx.Request) -> httpx.Response:
        if request.headers.get("cookie") == "seen=1":
            return response(200, PAGE, HTML)
        return response(302, headers={"location": "/", "set-cookie": "seen=1; Path=/"})

    asked = Asked()
    assert get({f"{A}/": wall}, asked=asked)[1] is None
    get({f"{A}/": wall}, asked=asked)
    assert [request.headers.get("cookie") for request in asked.requests] == [None, "seen=1"] * 2


@pytest.mark.parametrize("value", ["caf\xe9", "caf\xc3\xa9", "\xff\xfe"])
def test_bytes_of_a_server_go_back_to_it_as_they_came(value: str) -> None:
    def wall(request: httpx.Request) -> httpx.Response:
        if "cookie" in request.headers:
            return response(200, PAGE, HTML)
        cookie = f"seen={value}; Path=/".encode("latin-1")
        return httpx.Response(302, headers=[(b"Location", b"/"), (b"Set-Cookie", cookie)], stream=httpx.ByteStream(b""))

    asked = Asked()
    exchanges, skip = get({f"{A}/": wall}, headers=(("If-None-Match", f'"{value}"'),), asked=asked)
    assert skip is None
    raw = value.encode("latin-1")
    assert {(b"If-None-Match", b'"%s"' % raw), (b"Cookie", b"seen=%s" % raw)} <= set(asked.requests[-1].headers.raw)
    assert ("Cookie", f"seen={value}") in exchanges[-1].request_headers


@pytest.mark.parametrize(
    "url", ["https://xn--0.a.example/", "https://www.xn--0.example/", "https://\xe9.xn--0.example/"]
)
def test_address_that_rules_refuse_by_now_is_not_asked(url: str) -> None:
    asked = Asked()
    assert reason(get({}, url, check=lambda url: pytest.fail("asked for its rules"), asked=asked)) == "bad_url"
    assert asked.requests == []


def test_header_that_no_request_can_hold_is_no_crash() -> None:
    assert reason(get({}, headers=(("If-None-Match", "\u2603"),))) == "bad_url"


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", "text/plain"])
def test_robots_in_plain_text_is_read_whatever_its_coding_is_called(encoding: str) -> None:
    headers = {"content-encoding": encoding}
    exchanges, skip = get({f"{A}/": response(200, b"User-agent: *\nDisallow: /", headers)}, kind="robots")
    assert skip is None
    assert exchanges[0].payload == b"User-agent: *\nDisallow: /"
    assert reason(get({f"{A}/": response(200, gzip.compress(b"User-agent: *")[:-9], headers)}, kind="robots"))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.ConnectError("refused"), "connect_failed"),
        (httpx.ReadError("reset"), "connection_reset"),
        (httpx.WriteError("reset"), "connection_reset"),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), "connection_reset"),
    ],
)
def test_short_network_failures_are_tried_again_in_place(error: Exception, expected: str) -> None:
    failures = iter([error, error])

    def flaky(request: httpx.Request) -> httpx.Response:
        if failure := next(failures, None):
            raise failure
        return response(200, PAGE, HTML)

    asked = Asked()
    assert get(flaky, asked=asked)[1] is None
    assert len(asked.requests) == 3
    assert 1 <= asked.slept[0] <= 2 <= asked.slept[1] <= 3

    def broken(request: httpx.Request) -> httpx.Response:
        raise error

    asked = Asked()
    exchanges, skip = get(broken, asked=asked, tries=2)
    assert skip is not None
    assert (skip.reason, skip.retryable, exchanges, len(asked.requests)) == (expected, True, (), 2)


def test_each_try_in_place_takes_a_turn_of_its_host_and_none_is_made_where_it_has_none() -> None:
    asked = Asked()

    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset")

    turns = iter([None, None, Skip("host_waits", retryable=True)])
    assert reason(get(broken, check=lambda url: next(turns), asked=asked, tries=5)) == "connection_reset"
    assert len(asked.requests) == 2


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.RemoteProtocolError("illegal header line"), "bad_response"),
        (httpx.ConnectTimeout("slow"), "connect_timeout"),
        (httpx.ReadTimeout("slow"), "timeout"),
        (httpx.ProxyError("403 Forbidden"), "proxy_failure"),
        (httpx.LocalProtocolError("bad"), "bad_url"),
    ],
)
def test_other_failures_are_named_and_not_tried_in_place(error: Exception, expected: str) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise error

    asked = Asked()
    assert reason(get(broken, asked=asked)) == expected
    assert len(asked.requests) == 1


def test_short_body_is_kept_and_marked() -> None:
    exchanges, skip = get(streaming(b"<p>half", httpx.RemoteProtocolError("peer closed connection")), tries=1)
    assert skip is not None
    assert skip.reason == "short_body"
    assert (exchanges[0].payload, exchanges[0].truncated) == (b"<p>half", "disconnect")


def test_dripping_body_ends_at_the_time_limit_and_is_kept() -> None:
    dripping: list[bytes | Exception | float] = [b"x", 1.0]
    exchanges, skip = get(streaming(*dripping * 500), timeout_s=60)
    assert skip is not None
    assert skip.reason == "timeout"
    assert (len(exchanges[0].payload), exchanges[0].truncated) == (60, "time")


def test_body_over_the_limit_is_dropped_while_it_streams() -> None:
    exchanges, skip = get(streaming(*[b"x" * 1000] * 100), max_body_bytes=5000)
    assert skip is not None
    assert skip.reason == "too_large"
    assert (len(exchanges[0].payload), exchanges[0].truncated) == (6000, "length")


def test_bomb_is_dropped_by_its_decoded_size() -> None:
    bomb = gzip.compress(bytes(20_000_000))
    exchanges, skip = get(
        streaming(bomb[:9000], bomb[9000:], headers={"content-encoding": "gzip"}), max_body_bytes=1_000_000
    )
    assert skip is not None
    assert skip.reason == "too_large"
    assert len(exchanges[0].payload) == 9000


def test_damaged_coding_is_named() -> None:
    assert reason(get(streaming(b"<p>plain", headers={"content-encoding": "gzip"}))) == "bad_encoding"


@pytest.mark.parametrize(
    ("kind", "content_type", "body", "ok"),
    [
        ("article", "text/html; charset=utf-8", PAGE, True),
        ("article", "application/xhtml+xml", PAGE, True),
        ("article", "", PAGE, True),
        ("article", "application/pdf", b"%PDF", False),
        ("article", "image/jpeg", b"x", False),
        ("article", "text/plain", PAGE, False),
        ("article", "text/html", bytes(range(256)) * 8, False),
        ("article", "text/html", "<p>Hello".encode("utf-16"), True),
        ("article", "text/html", b"<p>one stray \x01 byte</p>" * 9, True),
        ("front_page", "application/json", b"{}", False),
        ("feed", "application/rss+xml", b"<rss/>", True),
        ("feed", "text/html", b"<rss/>", True),
        ("feed", "image/png", b"\x89PNG", False),
        ("feed", "application/json", b"{}", False),
        ("feed", "application/json", b"<rss/>", True),
        ("sitemap", "application/x-gzip", b"\x1f\x8b", True),
        ("robots", "image/png", b"x", True),
    ],
)
def test_type_must_fit_what_was_expected(kind: Kind, content_type: str, body: bytes, ok: bool) -> None:
    headers = {"content-type": content_type} if content_type else {}
    _, skip = get({f"{A}/": response(200, body, headers)}, kind=kind)
    assert (skip is None) is ok
    assert skip is None or skip.reason == "wrong_type"


_NAMES = ["Location", "Content-Encoding", "Content-Type", "Set-Cookie", "Retry-After", "ETag", "X-\xe9"]
_VALUES = st.binary(max_size=30) | st.sampled_from(
    [b"gzip", b"//", b"http://[", b"/x", b"a=b; Domain=.", b"a=b; Max-Age=x"]
)


@given(
    st.integers(100, 999),
    st.lists(st.tuples(st.sampled_from(_NAMES), _VALUES), max_size=4),
    st.binary(max_size=40),
    st.sampled_from(["article", "feed", "sitemap", "front_page", "robots"]),
)
def test_arbitrary_headers_never_raise(status: int, headers: list[tuple[str, bytes]], body: bytes, kind: Kind) -> None:
    raw = [(name.encode("latin-1"), value) for name, value in headers]
    exchanges, _ = get(lambda request: httpx.Response(status, headers=raw, stream=httpx.ByteStream(body)), kind=kind)
    assert exchanges[0].status == status


def serve(
    conversation: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any], tls: ssl.SSLContext | None = None
) -> tuple[tuple[Exchange, ...], Skip | None]:
    """Fetch from a loopback server of one conversation."""

    async def main() -> tuple[tuple[Exchange, ...], Skip | None]:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await reader.readuntil(b"\r\n\r\n")
                await conversation(reader, writer)
            finally:
                writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        settings = Fetch(allow_private_hosts=("127.0.0.1",), tries=1, timeout_s=5)
        async with server, Fetcher(settings, "newsbot/1", rng=random.Random(1)) as fetcher:
            return await fetcher.fetch(Url(f"http{'s' if tls else ''}://127.0.0.1:{port}/"), kind="article")

    return asyncio.run(main())


def test_real_answer_has_its_headers_as_written_and_the_address() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 Very Fine\r\nContent-TYPE: text/html\r\nContent-Length: 3\r\n\r\n<p>")
        await writer.drain()

    exchanges, skip = serve(answer)
    assert skip is None
    assert (exchanges[0].ip, exchanges[0].phrase, exchanges[0].payload) == ("127.0.0.1", "Very Fine", b"<p>")
    assert ("Content-TYPE", "text/html") in exchanges[0].headers


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"", "connection_reset"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<p>half", "short_body"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "short_body"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "bad_response"),
    ],
)
def test_real_trouble_is_named(sent: bytes, expected: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()

    assert reason(serve(answer)) == expected


def test_certificate_of_a_stranger_is_a_tls_failure() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Never reached."""

    assert reason(serve(answer, context)) == "tls_failure"


def test_refused_connection_is_named() -> None:
    async def main() -> str:
        settings = Fetch(allow_private_hosts=("127.0.0.1",), tries=1)
        async with Fetcher(settings, "newsbot/1", rng=random.Random(1)) as fetcher:
            return reason(await fetcher.fetch(Url("http://127.0.0.1:1/"), kind="article"))

    assert asyncio.run(main()) == "connect_failed"
