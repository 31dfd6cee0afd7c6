"""Crawl bench: what a page costs the crawler, beside a plain loop over the HTTP client: `make bench-crawl`.

Both ask a server on loopback, in a process of its own, for the same addresses with the same concurrency, in turns, in
one process. The crawler does all it always does: robots.txt, frontier, limits, archive, state. The loop reads bodies.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import multiprocessing
import os
import random
import re
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import click
import httpx

from scraper.config import Agent, Config, Fetch, Site
from scraper.lab.bench import spread
from scraper.lab.folds import find_sets
from scraper.pipeline import scrape
from scraper.url import normalize

GOAL = 1.5
"""Times the CPU of the plain loop that a page may cost the crawler."""
HOSTS = 50
DISTINCT = 64
"""Pages that differ; more would only fill the server's memory."""
PAGE_BYTES = 100_000
"""Source: the median page of the news sites that the extractor is measured on."""
PATH = "/2026/03/02/council-votes-on-the-bridge-"
"""Before the number of a page, since the crawler looks for other pages of an article by its address."""
_ACCEPT_ENCODING = "gzip, deflate, zstd"


@dataclass(frozen=True, slots=True)
class Round:
    """One crawl, or one loop over the same addresses.

    Args:
        requests: Answers that came.
        wall_s: From start to end.
        cpu_s: Of this process, all its threads.
    """

    requests: int
    wall_s: float
    cpu_s: float


def make_pages() -> list[bytes]:
    """Take pages of BENCH_DATA, or make some of ordinary size."""
    if os.environ.get("BENCH_DATA"):
        files = [file for folder in find_sets(None) for file in spread(sorted(folder.glob("html/*.html.gz")), DISTINCT)]
        return [gzip.decompress(file.read_bytes()) for file in spread(files, DISTINCT)]
    rng = random.Random(1)  # noqa: S311
    words = ["".join(rng.choices("etaoinshrdlucmfwypvbgk", k=rng.randint(2, 10))) for _ in range(3000)]
    return [_make_page(rng, words) for _ in range(DISTINCT)]


def _make_page(rng: random.Random, words: Sequence[str]) -> bytes:
    """Make a page of teasers, most of it markup, that packs to a fifth as pages do."""
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    parts = ["<!doctype html><html><head><title>News</title></head><body>\n"]
    while len(parts) < PAGE_BYTES / 1000:
        number, text = rng.randrange(10**6), rng.choices(words, weights, k=70)
        parts.append(
            f'<div class="teaser teaser--wide teaser__position-{number % 9}" data-tracking-id="teaser-{number}">'
            f'<a class="teaser__link teaser__link--headline" href="/news/story-{number}" aria-label="read more">'
            f'<span class="teaser__headline">{" ".join(text[:9])}</span></a><img class="teaser__image" loading="lazy"'
            f' sizes="(min-width: 60em) 33vw, 100vw" src="/images/{number}-640.jpg"'
            f' srcset="/images/{number}-640.jpg 640w, /images/{number}-1280.jpg 1280w">'
            f'<p class="teaser__text">{" ".join(text[9:])}.</p></div>\n'
        )
    return "".join(parts).encode()


def serve(pipe: Connection, pages: list[bytes], per_host: int) -> None:
    """Serve until the pipe ends: a feed of so many pages on every host, each second one packed."""
    packed = [gzip.compress(page, 6) for page in pages]

    class Answers(asyncio.Protocol):
        rest = b""

        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            *heads, self.rest = (self.rest + data).split(b"\r\n\r\n")
            for head in heads:
                self.transport.write(answer(head))

    def answer(head: bytes) -> bytes:
        path = head.split(b" ", 2)[1].decode()
        host = re.search(rb"\r\nhost: (\S+)", head, re.I)
        more, status, body = "Content-Type: text/html; charset=utf-8", "200 OK", b""
        if path == "/feed":
            base = f"http://{host[1].decode() if host else ''}"
            links = (f"{base}{PATH}{number}" for number in range(per_host))
            items = "".join(f"<item><title>T</title><link>{link}</link></item>" for link in links)
            more, body = "Content-Type: application/rss+xml", f"<rss><channel>{items}</channel></rss>".encode()
        elif path.startswith(PATH):
            number = int(path[len(PATH) :])
            body = (packed if number % 2 else pages)[number % len(pages)]
            more += "\r\nContent-Encoding: gzip" if number % 2 else ""
        else:
            status = "404 Not Found"
        return f"HTTP/1.1 {status}\r\n{more}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Answers, "127.0.0.1", 0, backlog=1024)
        pipe.send(server.sockets[0].getsockname()[1])
        ended = asyncio.Event()
        loop.add_reader(pipe.fileno(), ended.set)
        await ended.wait()

    asyncio.run(main())


@contextlib.contextmanager
def serving(pages: list[bytes], per_host: int) -> Iterator[int]:
    """Run the server in a process; give its port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, pages, per_host), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        ours.close()
        process.join()


def _resolve(host: str, port: int, *args: object, **more: object) -> list[tuple[Any, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


def crawl(hosts: Sequence[str], port: int) -> int:
    """Crawl the hosts to WARC.

    Returns:
        Visits made.
    """
    sites = {host: Site(host, feeds=(normalize(f"http://{host}:{port}/feed"),)) for host in hosts}
    fetch = Fetch(delay_s=0.0, allow_private_hosts=tuple(hosts))
    config = Config(Agent("bench", "https://example.org/bench"), fetch, sites=sites)
    with tempfile.TemporaryDirectory() as folder:
        summary = scrape(config, Path(folder), command="crawl")
        return sum(site.visits for site in summary.sites.values())


def loop(hosts: Sequence[str], port: int, per_host: int) -> int:
    """Ask for the same addresses with the client alone, one after the other for each host.

    Returns:
        Answers that came.
    """

    async def ask(client: httpx.AsyncClient, host: str) -> int:
        paths = ["/robots.txt", "/.well-known/tdmrep.json", "/feed", *(f"{PATH}{number}" for number in range(per_host))]
        return sum([len((await client.get(f"http://{host}:{port}{path}")).content) >= 0 for path in paths])

    async def main() -> int:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=len(hosts))
        headers = {"Accept-Encoding": _ACCEPT_ENCODING}
        async with httpx.AsyncClient(limits=limits, headers=headers, trust_env=False, timeout=60) as client:
            return sum(await asyncio.gather(*(ask(client, host) for host in hosts)))

    return asyncio.run(main())


def measure(run: Callable[[], int]) -> Round:
    """Time one round."""
    wall, cpu = time.perf_counter(), time.process_time()
    requests = run()
    return Round(requests, time.perf_counter() - wall, time.process_time() - cpu)


def report(name: str, rounds: Sequence[Round], pages: int) -> float:
    """Print the medians of some rounds.

    Returns:
        CPU seconds of a page.
    """
    cpu_s = statistics.median(each.cpu_s for each in rounds) / pages
    rate = statistics.median(pages / each.wall_s for each in rounds)
    click.echo(f"{name:12} {rate:8.0f} pages/s {1000 * cpu_s:8.2f} ms CPU a page")
    return cpu_s


@click.command()
@click.option("--pages", type=click.IntRange(1), default=2000, show_default=True, help="Of each round.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="The median counts.")
@click.option("--hosts", type=click.IntRange(1), default=HOSTS, show_default=True, help="Side by side.")
def main(pages: int, rounds: int, hosts: int) -> None:
    """Compare the crawler with a plain loop; the status is 1 if a page costs it more than GOAL times the CPU."""
    bodies, per_host = make_pages(), -(-pages // hosts)
    names = [f"site{number}.test" for number in range(hosts)]
    socket.getaddrinfo = _resolve  # type: ignore[assignment]
    done: dict[str, list[Round]] = {"crawler": [], "httpx loop": []}
    with serving(bodies, per_host) as port:
        crawl(names[:1], port)  # imports and caches are no cost of a page
        for name in islice(cycle(done), 2 * rounds):
            run = (lambda: crawl(names, port)) if name == "crawler" else (lambda: loop(names, port, per_host))
            done[name].append(measure(run))
    size = statistics.mean(map(len, bodies))
    click.echo(f"{per_host * hosts} pages of {size / 1000:.0f} kB on {hosts} hosts, half of them gzip, {rounds} rounds")
    ours, theirs = (report(name, each, per_host * hosts) for name, each in done.items())
    click.echo(f"{'ratio':12} {ours / theirs:8.2f} of at most {GOAL}")
    raise SystemExit(ours > GOAL * theirs)


if __name__ == "__main__":
    main()
