"""A server that answers as no server should: raw sockets, one conversation for each host."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Talk:
    """One request, and the way to answer it."""

    host: str
    path: str
    head: str
    writer: asyncio.StreamWriter
    port: int

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def send_for_ever(self, data: bytes, pause_s: float = 0.0) -> None:
        while True:
            await self.send(data)
            await asyncio.sleep(pause_s)

    async def answer(self, body: bytes, *headers: str, status: str = "200 OK", length: bool = True) -> None:
        lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {len(body)}"] if length else [])]
        await self.send("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def reset(self) -> None:
        """End with RST in place of FIN, as a firewall or a killed server does."""
        self.writer.transport.abort()


Conversation = Callable[[Talk], Awaitable[None]]


class Server:
    """Serves on loopback, in a thread of its own; a context manager.

    Args:
        hosts: Name to conversation.
        tls: Name to the context for it; those that are missing speak plain HTTP on the TLS port too.
    """

    def __init__(self, hosts: Mapping[str, Conversation], tls: Mapping[str, ssl.SSLContext] | None = None) -> None:
        self._hosts, self._tls = hosts, dict(tls or {})
        self.asked: Counter[str] = Counter()
        self.port = self.tls_port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hostile server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        self._talks: set[asyncio.Task[None] | None] = set()
        servers = [await asyncio.start_server(self._handle, "127.0.0.1", 0, limit=1 << 18, backlog=512)]
        if self._tls:
            front = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            front.sni_callback = self._choose
            servers.append(await asyncio.start_server(self._handle, "127.0.0.1", 0, ssl=front))
        self.port, self.tls_port = (server.sockets[0].getsockname()[1] for server in (servers[0], servers[-1]))
        self._ready.set()
        await self._end.wait()
        for server in servers:
            server.close()
        for talk in filter(None, self._talks):
            talk.cancel()
        await asyncio.gather(*filter(None, self._talks), return_exceptions=True)

    def _choose(self, socket: ssl.SSLObject, name: str, context: ssl.SSLContext) -> None:
        if name in self._tls:
            socket.context = self._tls[name]

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._talks.add(task)
        try:
            # Keep-alive, so that what a trouble leaves on a connection would be found by the next request over it.
            while not writer.is_closing():
                first = await reader.readexactly(1)
                if first == b"\x16":  # a TLS hello where plain HTTP is spoken
                    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    return
                head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                host = head.lower().partition("\r\nhost: ")[2].partition("\r\n")[0].partition(":")[0]
                self.asked[f"{host}{path}"] += 1
                await self._hosts[host](Talk(host, path, head, writer, self.port))
                if "connection: close" in head.lower() or not host.startswith("honest"):
                    return
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ssl.SSLError, KeyError):
            pass  # the other side has had enough
        except asyncio.CancelledError:
            pass  # the campaign is over
        finally:
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                writer.close()
            self._talks.discard(task)
