from __future__ import annotations

import asyncio
from collections import Counter

import httpx

from scraper.config import Fetch
from scraper.crawl.connections import Connections
from scraper.crawl.guard import Guard


def test_a_connection_is_used_again_and_the_one_idle_longest_is_let_go() -> None:
    opened: Counter[str] = Counter()

    handlers: set[asyncio.Task[None] | None] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        new = True
        handlers.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                host = head.split(b"Host: ")[1].split(b"\r")[0].decode().partition(":")[0]
                opened[host] += new
                new = False
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        except asyncio.IncompleteReadError:
            writer.close()
            await writer.wait_closed()

    async def main() -> None:
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        hosts = "127.0.0.1", "localhost"
        connections = Connections(Fetch(hosts_at_once=1), Guard(hosts))
        async with server:
            async with connections:
                for host in (hosts[0], hosts[0], hosts[1], hosts[1], hosts[0]):
                    response = await connections.handle_async_request(httpx.Request("GET", f"http://{host}:{port}/"))
                    await response.aread()
                    await response.aclose()
            await asyncio.gather(*filter(None, handlers))

    asyncio.run(main())
    assert opened == {"127.0.0.1": 2, "localhost": 1}
