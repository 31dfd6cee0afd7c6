"""Connections: a small pool for each origin, all of them going through the guard.

A module because the client's own pool looks at every connection it holds, twice for each request: with a hundred hosts
side by side that costs more than the request. A crawler asks one host at a time, so each origin has its own.
"""

from __future__ import annotations

import httpx

from scraper.config import Fetch
from scraper.crawl.guard import Guard


class Connections(httpx.AsyncBaseTransport):
    """The network.

    Args:
        settings: proxy, and hosts_at_once: as many connections are kept open while they are idle.
        guard: Connects.
    """

    def __init__(self, settings: Fetch, guard: Guard) -> None:
        self._settings, self._guard = settings, guard
        self._tls = httpx.create_ssl_context(trust_env=False)
        self._transports: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask over a connection to the origin of the address, a new one where none is idle."""
        origin = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
        if origin not in self._transports:
            await self._let_go()
        # Put last, so that the one used longest ago stands first.
        self._transports[origin] = transport = self._transports.pop(origin, None) or self._make()
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        while self._transports:
            _, transport = self._transports.popitem()
            await transport.aclose()

    async def _let_go(self) -> None:
        """Close what has been idle longest, once there is too much of it."""
        surplus = len(self._transports) - self._settings.hosts_at_once + 1
        # The pool keeps a request until its response is closed.
        idle = [origin for origin, transport in self._transports.items() if not transport._pool._requests]
        for transport in [self._transports.pop(origin) for origin in idle[: max(surplus, 0)]]:
            await transport.aclose()

    def _make(self) -> httpx.AsyncHTTPTransport:
        limits = httpx.Limits(max_connections=None, keepalive_expiry=30)
        # Proxies of the environment would take the guard's place unseen, so only the configured one counts.
        proxy = self._settings.proxy or None
        transport = httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False, limits=limits, proxy=proxy)
        if not proxy:
            # Neither the client nor its transport takes a backend; tests/crawl/test_guard.py fails if this seam moves.
            transport._pool._network_backend = self._guard
        return transport
