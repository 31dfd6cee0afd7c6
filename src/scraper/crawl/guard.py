"""Guard: the addresses that may be connected to.

A crawler follows links that strangers write, so a name may point into the network it runs in. The name is resolved
once, every address must be a public one, and the connection goes to an address that was judged: a name that resolves
differently a moment later (rebinding) gains nothing. A module because httpcore's seam for it is one backend.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpcore

from scraper.errors import FetchError

_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class Guard(httpcore.AsyncNetworkBackend):
    """Connects to public addresses only.

    Args:
        allow_private_hosts: Host names, without port, that may have any address.
    """

    def __init__(self, allow_private_hosts: Collection[str] = ()) -> None:
        self._exempt = frozenset(name.lower().strip("[]") for name in allow_private_hosts)
        self._backend: httpcore.AsyncNetworkBackend = httpcore.AnyIOBackend()
        self._lookups: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    def refuse_literal(self, host: str) -> None:
        """Refuse a host that is itself a private address, in any spelling, before anything is asked.

        This one check holds behind a proxy too.

        Raises:
            FetchError: reason "private_address".
        """
        address = _literal(host)
        if address is not None and host.strip("[]") not in self._exempt and not public(address):
            raise _private(host, address, retryable=False)

    async def resolve(self, host: str, port: int) -> list[str]:
        """Give the addresses of a host, all of them judged.

        Raises:
            FetchError: reason "private_address" if any of them is private, "dns_failure" if there is none.
        """
        host = host.strip("[]")
        try:
            # Whoever stops waiting leaves the question as it is for the next one who asks it.
            addresses = await asyncio.shield(self._lookups.get((host, port)) or self._look_up(host, port))
        except (OSError, UnicodeError) as error:
            raise FetchError("dns_failure", f"{host} does not resolve: {error}", retryable=True) from error
        if not addresses:
            raise FetchError("dns_failure", f"{host} has no address", retryable=True)
        if host not in self._exempt:
            for address in addresses:
                if not public(ip_address(address)):
                    raise _private(host, address, retryable=True)  # a name may point elsewhere tomorrow
        return addresses

    def _look_up(self, host: str, port: int) -> asyncio.Future[list[str]]:
        """Ask the system's resolver, which cannot be interrupted, in a thread that nobody has to wait for.

        A pool of threads would be full of one dead zone, and would hold up the end of the program until that gave up.
        There is one thread a host at most, and the crawler asks so many hosts at once.
        """
        loop = asyncio.get_running_loop()
        future = self._lookups[host, port] = loop.create_future()

        def answer(addresses: list[str], error: Exception | None) -> None:
            del self._lookups[host, port]
            if error is None:
                future.set_result(addresses)
            else:
                future.set_exception(error)
                future.exception()  # nobody may be waiting any more

        def work() -> None:
            addresses, fault = list[str](), None
            try:
                infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                addresses = list(dict.fromkeys(str(info[4][0]).partition("%")[0] for info in infos))
            except (OSError, UnicodeError) as error:
                fault = error
            with contextlib.suppress(RuntimeError):  # the loop is closed: the run has ended meanwhile
                loop.call_soon_threadsafe(answer, addresses, fault)

        threading.Thread(target=work, name=f"resolve {host}", daemon=True).start()
        return future

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of a host that answers.

        Raises:
            FetchError: As resolve; httpcore's own errors where no address answers.
        """
        try:
            async with asyncio.timeout(timeout):
                addresses = await self.resolve(host, port)
                for address in addresses[:-1]:
                    try:
                        return await self._backend.connect_tcp(
                            address, port, _share(timeout, addresses), local_address, socket_options
                        )
                    except (httpcore.ConnectError, httpcore.ConnectTimeout):
                        continue
                return await self._backend.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} did not answer in {timeout} s") from error

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no address of the web leads to one."""
        raise FetchError("private_address", f"{path} is a socket of this machine")

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore's own retries do; they are off."""
        await asyncio.sleep(seconds)


def public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is on the public internet, whatever IPv6 form an IPv4 address hides in."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        elif int(address) >> 32 == 0:  # IPv4-compatible, long deprecated
            inner = IPv4Address(int(address))
        if inner is not None:
            return public(inner)
        if address in _NAT64_LOCAL or address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """Read a host as an address the way the system's resolver does: 2130706433 and 0x7f.1 are 127.0.0.1."""
    if ":" in host:
        try:
            return ip_address(host.strip("[]").partition("%")[0])
        except ValueError:
            return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _share(timeout: float | None, addresses: list[str]) -> float | None:
    return None if timeout is None else timeout / len(addresses)


def _private(host: str, address: object, *, retryable: bool) -> FetchError:
    detail = f"{host} has the address {address}, which is not on the public internet"
    return FetchError("private_address", detail, retryable=retryable)
