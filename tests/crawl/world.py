"""A clock that runs only when everyone waits, and hosts that answer from a script."""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
from tests.crawl.memory import MemoryLedger

from scraper.config import Agent, Config, Fetch, Site
from scraper.crawl.crawler import Crawler
from scraper.crawl.fetch import Fetcher
from scraper.page import Page
from scraper.url import normalize

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HTML = {"content-type": "text/html"}
PAGE = b"<html><body><p>A sentence.</p></body></html>"
T = TypeVar("T")
Script = Callable[[httpx.Request], httpx.Response]


class _Selector(selectors.SelectSelector):
    elapsed_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0 if timeout is not None else 0.001)
        if not ready and timeout:
            self.elapsed_s += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Sleeping takes no time, and is counted."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.elapsed_s


def run(main: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def response(status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None) -> httpx.Response:
    """A response that streams, as one from the network does."""
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def rss(*links: str) -> bytes:
    items = "".join(f"<item><title>T</title><link>{link}</link></item>" for link in links)
    return f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()


class World:
    """Hosts that answer from a script; keeps when each address was asked, in seconds since the start."""

    def __init__(self, answers: Mapping[str, Script | httpx.Response | bytes], **settings: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[float, str, httpx.Headers]] = []
        self.ledger = MemoryLedger()
        self.config = Config(Agent("newsbot", "https://example.org/bot"), Fetch(**settings))
        self.elapsed = timedelta()
        self.pages: list[Page] = []

    def now(self) -> datetime:
        return START + self.elapsed + timedelta(seconds=asyncio.get_running_loop().time())

    def answer(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        self.asked.append(((self.now() - START).total_seconds(), url, request.headers))
        answer = self.answers.get(url)
        if answer is None:
            return response(404, b"", HTML)
        if isinstance(answer, bytes):
            return response(200, answer, {"content-type": "application/xml" if b"<rss" in answer else "text/html"})
        return (
            answer(request) if callable(answer) else response(answer.status_code, answer.read(), dict(answer.headers))
        )

    def crawl(self, *sites: Site, limit: int | None = None, stop: Callable[[], bool] = lambda: False) -> dict[str, str]:
        """Run once; give the last outcome of every address asked in all runs."""

        async def main() -> float:
            transport = httpx.MockTransport(self.answer)
            rng = random.Random(7)
            async with Fetcher(self.config.fetch, "newsbot/1", rng=rng, transport=transport) as fetcher:
                await Crawler(
                    self.config,
                    {site.host: site for site in sites},
                    self.ledger,
                    fetcher,
                    now=self.now,
                    sleep=asyncio.sleep,
                    rng=rng,
                    limit=limit,
                    on_page=lambda page, new: self.pages.append(page),
                    stop=stop,
                ).run()
            return asyncio.get_running_loop().time()

        self.elapsed += timedelta(seconds=run(main()))
        return self.ledger.outcomes()

    def times(self, url: str) -> list[float]:
        return [at for at, asked, _ in self.asked if asked == url]


def site(host: str = "a.example", feeds: Iterable[str] = ("/feed",), **more: Any) -> Site:
    return Site(host, tuple(normalize(f"https://{host}{path}") for path in feeds), **more)
