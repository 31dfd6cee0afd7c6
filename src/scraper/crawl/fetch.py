"""Fetch: one GET, from an address to its exchanges or the reason why not.

The only module that knows the HTTP client. Redirects are followed here by hand, because each hop is checked like a new
request; the body is kept as received, and measured decoded while it streams.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_result, stop_after_attempt

from scraper.config import Fetch
from scraper.crawl.connections import Connections
from scraper.crawl.failures import FAILURES, name_failure
from scraper.crawl.guard import Guard
from scraper.crawl.judge import judge
from scraper.crawl.robots import check_coding
from scraper.crawl.room import Room
from scraper.errors import FetchError, ItemError
from scraper.page import Exchange, Headers, Kind
from scraper.payload import Inflater
from scraper.skip import Skip
from scraper.url import Url, normalize

Check = Callable[[Url], Awaitable[Skip | None]]
"""Asked before each hop, the first one included; gives the reason not to go there, and may wait."""

RETRY_WAIT_S = (1.0, 30.0)
"""The first and the longest wait between two tries in place."""
ROBOTS_MAX_BYTES = 600_000
"""A little more than what is parsed of a robots.txt."""
ROBOTS_REDIRECTS = 5
"""Followed of a robots.txt even where the settings allow fewer. Source: RFC 9309 section 2.3.1.2."""
_SHORT_FAILURES = frozenset({"connect_failed", "connection_reset", "short_body"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = {
    "article": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
    "front_page": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
    "feed": "application/rss+xml,application/atom+xml,application/xml;q=0.9,text/xml;q=0.9,*/*;q=0.1",
    "sitemap": "application/xml,text/xml;q=0.9,application/gzip;q=0.9,text/plain;q=0.5,*/*;q=0.1",
    "robots": "text/plain,*/*;q=0.1",
    "asset": "*/*",
}
_HEAD_BYTES = 1024


@dataclass(slots=True)
class _Answer:
    """What one attempt gave: an exchange, a reason, or both where the body was cut."""

    exchange: Exchange | None
    skip: Skip | None = None
    head: bytes = b""
    set_cookies: httpx.Response | None = field(default=None, repr=False)


class Asker(Protocol):
    """What asks for an address: Fetcher, or what takes its place."""

    async def fetch(
        self, url: Url, *, kind: Kind, headers: Headers = (), check: Check | None = None
    ) -> tuple[tuple[Exchange, ...], Skip | None]:
        """GET an address; see Fetcher.fetch."""
        ...


class Fetcher:
    """Asks for addresses; an async context manager.

    Args:
        settings: Limits, tries, proxy and the hosts that may be private.
        user_agent: Sent with every request.
        rng: For the jitter of retries.
        transport: Takes the place of the network in tests; the guard then checks literal addresses only.
        sleep: Waits between tries.
        now: The time that exchanges are dated by, aware, UTC; they are not where it is None.
    """

    def __init__(
        self,
        settings: Fetch,
        user_agent: str,
        *,
        rng: random.Random,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._settings, self._user_agent, self._rng, self._sleep, self._now = settings, user_agent, rng, sleep, now
        self._guard = Guard(settings.allow_private_hosts)
        self._transport = transport or Connections(settings, self._guard)
        timeout = httpx.Timeout(settings.timeout_s, connect=settings.connect_timeout_s, pool=None)
        self._room = Room()
        self._extensions = {"timeout": timeout.as_dict()}
        self.guarded = transport is None and not settings.proxy
        """False where a proxy resolves names, so that the check of resolved addresses is not in force."""

    async def __aenter__(self) -> Self:
        """Give itself; connections are opened as they are needed."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def fetch(
        self, url: Url, *, kind: Kind, headers: Headers = (), check: Check | None = None
    ) -> tuple[tuple[Exchange, ...], Skip | None]:
        """GET an address, following redirects.

        Args:
            url: The address.
            kind: What is expected there; decides the types accepted and the limit on size.
            headers: Further request headers, such as validators.
            check: Asked before each hop.

        Returns:
            Every exchange in order, also one whose body was cut, and the reason why the answer is no use; None for a
            usable answer and for a 304 that was asked for.
        """

        async def admit(url: Url) -> Skip | None:
            if check and not self._room.park():
                return Skip("too_large", f"{url}: the visit holds too much to wait for another turn", retryable=True)
            return await check(url) if check else None

        exchanges: list[Exchange] = []
        cookies: httpx.Cookies | None = None  # of this visit: some sites redirect in a loop until theirs comes back
        asked: set[tuple[Url, str]] = set()
        while True:
            try:
                # An address may be older than the rules for addresses.
                request = self._request(normalize(url), kind, headers, cookies)
                self._guard.refuse_literal(request.url.host)
            except ItemError as error:
                return tuple(exchanges), _skip(error)
            except (httpx.InvalidURL, ValueError) as error:  # ValueError: it cannot be encoded
                return tuple(exchanges), Skip("bad_url", f"{url}: {error}")
            if skip := await admit(url):
                return tuple(exchanges), skip
            if (url, request.headers.get("cookie", "")) in asked:
                return tuple(exchanges), Skip("redirect_loop", f"{url} redirects to itself")
            asked.add((url, request.headers.get("cookie", "")))
            answer = await self._try(url, request, kind, admit)
            if answer.exchange:
                exchanges.append(answer.exchange)
            if answer.skip or answer.exchange is None:
                return tuple(exchanges), answer.skip
            location = answer.exchange.header("location")
            if answer.exchange.status not in _REDIRECTS or not location:
                return tuple(exchanges), judge(answer.exchange, answer.head, kind)
            most = max(self._settings.max_redirects, ROBOTS_REDIRECTS if kind == "robots" else 0)
            if len(exchanges) > most:
                return tuple(exchanges), Skip("too_many_redirects", f"more than {most}")
            if answer.set_cookies:
                cookies = cookies or httpx.Cookies()
                answer.set_cookies.headers.encoding = "latin-1"
                cookies.extract_cookies(answer.set_cookies)
            try:
                url = normalize(_as_text(location), url)
            except ItemError as error:
                return tuple(exchanges), Skip(error.reason, f"redirected: {error.detail}")

    def _request(self, url: Url, kind: Kind, headers: Headers, cookies: httpx.Cookies | None) -> httpx.Request:
        request = httpx.Request(
            "GET",
            url,
            # Latin-1, so that what a server gave us to send comes back to it byte for byte.
            headers=httpx.Headers(
                [
                    ("User-Agent", self._user_agent),
                    ("Accept", _ACCEPT[kind]),
                    # br is undone where it comes, and not asked for: warcio 1.8 breaks off at records that hold it.
                    ("Accept-Encoding", "gzip, deflate, zstd"),
                    *headers,
                ],
                encoding="latin-1",
            ),
            extensions=self._extensions,
        )
        request.headers.encoding = "latin-1"  # it keeps the bytes alone
        if cookies is not None:
            cookies.set_cookie_header(request)
        return request

    async def _try(self, url: Url, request: httpx.Request, kind: Kind, check: Check) -> _Answer:
        """Ask until something other than a short network failure comes of it, in turns that the host allows."""
        answer = await self._attempt(url, request, kind)
        if not _failed_shortly(answer):
            return answer
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._settings.tries),
            wait=self._wait_s,
            retry=retry_if_result(_failed_shortly),
            sleep=self._sleep,
            retry_error_callback=lambda state: None,
        )
        async for attempt in retrying:
            if attempt.retry_state.attempt_number > 1:
                if await check(url):
                    break  # the host is to be left alone by now, and what failed is known
                answer = await self._attempt(url, request, kind)
            attempt.retry_state.set_result(answer)
        return answer

    def _wait_s(self, state: RetryCallState) -> float:
        least, most = RETRY_WAIT_S
        return min(least * 2.0 ** (state.attempt_number - 1) + self._rng.random(), most)

    async def _attempt(self, url: Url, request: httpx.Request, kind: Kind) -> _Answer:
        """Ask once; every foreign error becomes a reason here."""
        answer = _Answer(None)
        payload = bytearray()
        try:
            async with asyncio.timeout(self._settings.timeout_s) as clock:
                await self._receive(url, request, kind, answer, payload, clock)
        except FetchError as error:
            answer.skip = _skip(error)
            cut = "length"
        except FAILURES as error:
            answer.skip = name_failure(error, url, started=answer.exchange is not None)
            cut = "time" if answer.skip.reason.endswith("timeout") else "disconnect"
        else:
            return answer
        if answer.exchange and len(answer.exchange.payload) < len(payload):
            answer.exchange = replace(answer.exchange, payload=bytes(payload), truncated=cut)
        return answer

    async def _receive(
        self,
        url: Url,
        request: httpx.Request,
        kind: Kind,
        answer: _Answer,
        payload: bytearray,
        clock: asyncio.Timeout,
    ) -> None:
        """Fill answer and payload as they come, so that what came before an error is not lost."""
        asked_at = self._now() if self._now else None
        response = await self._transport.handle_async_request(request)
        response.request = request
        try:
            answer.exchange = exchange = replace(_exchange(url, request, response), asked_at=asked_at)
            if "set-cookie" in response.headers:
                answer.set_cookies = response
            limit = ROBOTS_MAX_BYTES if kind == "robots" else self._settings.max_body_bytes
            if response.status_code != 304:
                encoding = exchange.header("content-encoding")
                inflater = Inflater(None if kind == "robots" else encoding, limit)
                async for piece in response.aiter_raw():
                    payload += piece
                    decoded = inflater.feed(piece)
                    if len(answer.head) < _HEAD_BYTES:
                        answer.head = (answer.head + decoded[:_HEAD_BYTES])[:_HEAD_BYTES]
                    await self._room.take(len(piece), clock)
                    if len(payload) > limit:
                        raise FetchError("too_large", f"more than {limit} bytes came")
                answer.exchange = replace(exchange, payload=bytes(payload))
                inflater.finish()
                if kind == "robots":
                    check_coding(answer.exchange.payload, encoding)
        finally:
            await response.aclose()


def _failed_shortly(answer: _Answer) -> bool:
    return answer.skip is not None and answer.skip.reason in _SHORT_FAILURES


def _exchange(url: Url, request: httpx.Request, response: httpx.Response) -> Exchange:
    stream = response.extensions.get("network_stream")
    server = stream.get_extra_info("server_addr") if stream is not None else None
    return Exchange(
        url=url,
        request_headers=_plain(request.headers),
        status=response.status_code,
        phrase=bytes(response.extensions.get("reason_phrase", b"")).decode("latin-1"),
        headers=_plain(response.headers),
        payload=b"",
        ip=str(server[0]) if isinstance(server, tuple) else None,
    )


def _plain(headers: httpx.Headers) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)


def _as_text(value: str) -> str:
    """Read a header as UTF-8 where it is; servers write Location so, though the standard says ASCII."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return value


def _skip(error: ItemError) -> Skip:
    return Skip(error.reason, error.detail, retryable=error.retryable)
