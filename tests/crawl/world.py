"""A clock that runs only when everyone waits, and hosts that answer from a script."""

from __future__ import annotations

import asyncio
import contextlib
import random
import selectors
import shutil
import tempfile
import weakref
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

import httpx

from scraper.config import Agent, Config, Fetch, Site
from scraper.crawl import crawler
from scraper.crawl.crawler import Crawler
from scraper.crawl.fetch import Fetcher
from scraper.page import HostPace, Page
from scraper.policy import Policy
from scraper.store.journal import Journal
from scraper.store.state import State
from scraper.url import normalize

MEMORY = Path("/dev/shm")  # a run syncs its files, and there are hundreds
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


class Recorder(Journal):
    """The ledger of real runs, which also keeps what was saved."""

    world: World

    def save(self, page: Page, due_at: datetime | None, poll_s: float | None = None) -> None:
        self.world.saved.append((page, due_at))
        super().save(page, due_at, poll_s)


class World:
    """Hosts that answer from a script; keeps when each address was asked, in seconds since the start."""

    def __init__(
        self,
        answers: Mapping[str, Script | httpx.Response | bytes],
        policy: Policy = Policy(ask_tdmrep=False),  # noqa: B008
        /,
        **settings: Any,
    ) -> None:
        self.answers = answers
        self.asked: list[tuple[float, str, httpx.Headers]] = []
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        weakref.finalize(self, shutil.rmtree, self.folder)
        self.saved: list[tuple[Page, datetime | None]] = []
        self.runs = 0
        self.config = Config(Agent("newsbot", "https://example.org/bot"), Fetch(**settings), policy=policy)
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
            self.runs += 1
            ledger = Recorder(self.folder, f"run{self.runs}", 10**9, self.now, lambda name: None, monotonic=lambda: 0.0)
            ledger.world = self
            with ledger:
                async with Fetcher(self.config.fetch, "newsbot/1", rng=rng, transport=transport) as fetcher:
                    self.crawler = Crawler(
                        self.config,
                        {site.host: site for site in sites},
                        ledger,
                        fetcher,
                        now=self.now,
                        sleep=asyncio.sleep,
                        rng=rng,
                        limit=limit,
                        on_page=lambda page, new: self.pages.append(page),
                        stop=stop,
                    )
                    await self.crawler.run()
            return asyncio.get_running_loop().time()

        # How often a run looks whether it shall stop: days of that cost seconds of ours.
        with mock.patch.object(crawler, "TICK_S", 30.0):
            self.elapsed += timedelta(seconds=run(main()))
        return self.outcomes()

    def outcomes(self) -> dict[str, str]:
        """Address to the reason, or the status, of its last visit."""
        return {page.target.url: page.skip.reason if page.skip else str(page.status) for page, _ in self.saved}

    def due(self, url: str) -> datetime | None:
        """When an address was to be asked again after its last visit."""
        return next(due_at for page, due_at in reversed(self.saved) if page.target.url == url)

    def pace(self, host: str) -> HostPace | None:
        with contextlib.closing(State(self.folder / "state.sqlite")) as state:
            return state.pace(host)

    def remember(self, pace: HostPace) -> None:
        """Let an earlier run have left a pace."""
        with contextlib.closing(State(self.folder / "state.sqlite")) as state:
            state.save_pace(pace)
            state.commit()

    def pending(self, *hosts: str) -> int:
        """How many addresses of these sites are still to be asked."""
        with contextlib.closing(State(self.folder / "state.sqlite")) as state:
            return sum(state.addresses.pending(host) for host in hosts)

    def times(self, url: str) -> list[float]:
        return [at for at, asked, _ in self.asked if asked == url]


def site(host: str = "a.example", feeds: Iterable[str] = ("/feed",), **more: Any) -> Site:
    return Site(host, tuple(normalize(f"https://{host}{path}") for path in feeds), **more)
