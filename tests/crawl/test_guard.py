from __future__ import annotations

import asyncio
import random
import socket
import threading
from ipaddress import ip_address

import httpcore
import pytest

from scraper.config import Fetch
from scraper.crawl.fetch import Fetcher
from scraper.crawl.guard import Guard, public
from scraper.errors import FetchError
from scraper.url import Url

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "192.0.2.1",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.1", "[::1]", "::1", "::ffff:10.0.0.1", "169.254.169.254"],
)
def test_private_literals_are_refused_in_any_spelling(host: str) -> None:
    with pytest.raises(FetchError, match="private_address"):
        Guard().refuse_literal(host)


@pytest.mark.parametrize("host", ["1.1.1.1", "a.example", "[2606:4700::1111]", "1.example"])
def test_names_and_public_literals_pass(host: str) -> None:
    Guard().refuse_literal(host)


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Answer the resolver's questions one after the other; keep them."""
    asked: list[str] = []
    left = iter(answers)

    def getaddrinfo(host: str, port: int, **more: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(left)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


class Wire(httpcore.AsyncMockBackend):
    """Notes the addresses connected to."""

    def __init__(self, refused: tuple[str, ...] = ()) -> None:
        super().__init__([])
        self.connected: list[str] = []
        self._refused = refused

    async def connect_tcp(self, host: str, *args: object, **more: object) -> httpcore.AsyncNetworkStream:
        self.connected.append(host)
        if host in self._refused:
            raise httpcore.ConnectError("refused")
        return httpcore.AsyncMockStream([])


def connect(guard: Guard, host: str, wire: Wire) -> None:
    guard._backend = wire
    asyncio.run(guard.connect_tcp(host, 80, timeout=5))


def test_one_private_address_among_public_ones_refuses_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["1.1.1.1", "10.0.0.1"])
    wire = Wire()
    with pytest.raises(FetchError, match="private_address"):
        connect(Guard(), "a.example", wire)
    assert wire.connected == []


def test_connects_to_the_address_that_was_judged_and_resolves_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolving(monkeypatch, ["1.1.1.1"], ["127.0.0.1"])
    wire = Wire()
    connect(Guard(), "rebinding.example", wire)
    assert (asked, wire.connected) == (["rebinding.example"], ["1.1.1.1"])


def test_tries_the_next_address_where_one_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["1.1.1.1", "1.0.0.1"])
    wire = Wire(refused=("1.1.1.1",))
    connect(Guard(), "a.example", wire)
    assert wire.connected == ["1.1.1.1", "1.0.0.1"]


def test_named_hosts_may_be_private(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["10.0.0.1"])
    wire = Wire()
    connect(Guard(["intranet.example"]), "intranet.example", wire)
    assert wire.connected == ["10.0.0.1"]


def test_name_that_does_not_resolve_is_a_dns_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*args: object, **more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(FetchError, match="dns_failure"):
        connect(Guard(), "nowhere.example", Wire())


def test_dead_zone_delays_nobody_else_and_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, alive = [], threading.Event()

    def getaddrinfo(host: str, port: int, **more: object) -> list[tuple[object, ...]]:
        asked.append(host)
        if host.startswith("dead"):
            assert alive.wait(10)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    async def main() -> list[str]:
        guard = Guard()
        dead = [asyncio.create_task(guard.resolve(f"dead{number % 100}.example", 80)) for number in range(200)]
        found = await guard.resolve("a.example", 80)
        for task in dead[::2]:
            task.cancel()
        again = asyncio.create_task(guard.resolve("dead0.example", 80))
        await asyncio.sleep(0)
        alive.set()
        assert await again == await dead[1] == found
        await asyncio.gather(*dead, return_exceptions=True)
        return found

    assert asyncio.run(main()) == ["1.1.1.1"]
    assert len(asked) == 101


def test_fetcher_connects_through_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolving(monkeypatch, ["10.0.0.1"])

    async def main() -> str:
        async with Fetcher(Fetch(), "newsbot/1", rng=random.Random(1)) as fetcher:
            assert fetcher.guarded
            _, skip = await fetcher.fetch(Url("https://a.example/"), kind="article")
            assert skip is not None
            return skip.reason

    assert asyncio.run(main()) == "private_address"
    assert asked == ["a.example"]


def test_proxy_takes_the_check_over_and_says_so() -> None:
    async def main() -> None:
        async with Fetcher(Fetch(proxy="http://127.0.0.1:9"), "newsbot/1", rng=random.Random(1)) as fetcher:
            assert not fetcher.guarded
            _, skip = await fetcher.fetch(Url("http://169.254.169.254/"), kind="article")
            assert skip is not None
            assert skip.reason == "private_address"

    asyncio.run(main())


def test_name_that_leads_inside_may_lead_elsewhere_tomorrow_and_a_written_address_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: answer)
    with pytest.raises(FetchError) as resolved:
        asyncio.run(Guard().resolve("a.example", 443))
    with pytest.raises(FetchError) as written:
        Guard().refuse_literal("10.0.0.1")
    assert (resolved.value.retryable, written.value.retryable) == (True, False)
