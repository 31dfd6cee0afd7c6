from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from tests.crawl.world import HTML, START, World, response, rss, run, site

from scraper.config import Fetch
from scraper.crawl import room
from scraper.crawl.fetch import Fetcher
from scraper.skip import Skip
from scraper.url import Url

Visit = Callable[[Fetcher], Awaitable[None]]


class Large(httpx.AsyncByteStream):
    """A body so much larger than what is free, in two pieces, the last of 500 bytes."""

    def __init__(self, more: int) -> None:
        self._size = room.FREE_BYTES + more

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"x" * (self._size - 500)
        yield b"x" * 500


def visits_of(more: int, *visits: Visit, **settings: float) -> None:
    """Run visits side by side, where each body is so much larger than what is free."""

    async def main() -> None:
        streams = httpx.MockTransport(lambda request: httpx.Response(200, headers=HTML, stream=Large(more)))
        async with Fetcher(Fetch(**settings), "newsbot/1", rng=random.Random(1), transport=streams) as fetcher:  # type: ignore[arg-type]
            await asyncio.gather(*(asyncio.create_task(visit(fetcher)) for visit in visits))  # type: ignore[arg-type]

    run(main())


async def ask(fetcher: Fetcher, turn_s: float = 0.0) -> Skip | None:
    async def turn(url: Url) -> None:
        await asyncio.sleep(turn_s)

    return (await fetcher.fetch(Url("https://a.example/"), kind="article", check=turn))[1]


def test_large_bodies_wait_for_those_that_others_read_and_that_costs_them_no_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "RECEIVED_BYTES", 1000)
    came: list[float] = []

    async def visit(fetcher: Fetcher) -> None:
        assert await ask(fetcher) is None
        came.append(asyncio.get_running_loop().time())
        await asyncio.sleep(10)

    visits_of(2000, visit, visit, visit, timeout_s=5)
    assert came == [0, 10, 20]


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "RECEIVED_BYTES", 1000)
    skips: list[Skip | None] = []

    async def visit(fetcher: Fetcher) -> None:
        skips.append(await ask(fetcher))
        await asyncio.sleep(10_000)

    visits_of(2000, visit, visit)
    assert [skip and (skip.reason, skip.retryable) for skip in skips] == [None, ("timeout", True)]


def test_visit_that_waits_for_the_turn_of_a_slow_host_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "RECEIVED_BYTES", 1000)
    came: list[float] = []

    async def slow(fetcher: Fetcher) -> None:
        for _ in range(8):
            assert await ask(fetcher, 300) is None

    async def honest(fetcher: Fetcher) -> None:
        await asyncio.sleep(310)
        for _ in range(20):
            assert await asyncio.create_task(ask(fetcher)) is None
        came.append(asyncio.get_running_loop().time())

    visits_of(2000, slow, slow, slow, slow, honest)
    assert came == [310]


def test_who_holds_too_much_is_given_no_further_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PARKED_BYTES", room.FREE_BYTES + 3000)
    skips: list[Skip | None] = []

    async def visit(fetcher: Fetcher) -> None:
        skips.extend([await ask(fetcher) for _ in range(4)])

    visits_of(1000, visit)
    refused = ("too_large", True)
    assert [skip and (skip.reason, skip.retryable) for skip in skips] == [None, None, None, refused]


def test_slow_hosts_with_articles_in_pages_leave_another_at_full_pace() -> None:
    filling = b"<!--" + b"x" * (room.FREE_BYTES + 100_000) + b"-->"

    def answer(request: httpx.Request) -> httpx.Response:
        host, path = request.url.host, request.url.path
        if path == "/robots.txt":
            return response(200, b"User-agent: *\nCrawl-delay: 300\n" if host != "news.example" else b"")
        if path == "/feed":
            return response(200, rss(*(f"https://{host}/2026/03/story-{n}" for n in range(99))))
        if host == "news.example":
            return response(200, b"<p>x</p>" + filling, HTML)
        number = int(request.url.params.get("page", "1"))
        head = f'<html><head><link rel="next" href="{path}?page={number + 1}"></head><body><p>x</p>'
        return response(200, head.encode() + (filling if number == 1 else b""), HTML)

    class Anything(dict[str, Callable[[httpx.Request], httpx.Response]]):
        def get(self, url: str, default: object = None) -> Callable[[httpx.Request], httpx.Response]:
            return answer

    def asked(*hosts: str) -> int:
        world = World(Anything())
        world.crawl(*(site(host) for host in hosts), stop=lambda: (world.now() - START).total_seconds() > 600)
        return sum("news.example/2026" in url for _, url, _ in world.asked)

    alone = asked("news.example")
    assert alone > 50
    assert asked(*(f"slow{n}.example" for n in range(6)), "news.example") > 0.9 * alone
