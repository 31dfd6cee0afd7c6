"""Scale runs: one run of this project or of a peer as a process of its own, for the scale bench to time.

A module of its own, because a run must begin as a user's does, imports included, and because it alone knows Scrapy,
which comes with the extra "bench".
"""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from scraper.config import Agent, Config, Extract, Fetch, Site, Store
from scraper.lab.tally import Answer
from scraper.url import host_of, normalize

SEGMENT_BYTES = 4_000_000
"""Small, so that a few hundred pages are several segments."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is to be run.

    Args:
        kind: "scrape", "crawl", "extract", "scrapy fast" or "scrapy full".
        folder: What it may write to: the data folder, or where the lines go.
        feeds: Addresses of feeds, one per host.
        port: Of the server on loopback that all names lead to; 0: names lead where they do.
        proxy: Address of a proxy that answers for all hosts, "" for none.
        workers: Processes that extract; 0 means one per core.
        cluster: As of scraper extract.
    """

    kind: str
    folder: str
    feeds: tuple[str, ...] = ()
    port: int = 0
    proxy: str = ""
    workers: int = 0
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of it.

    Args:
        pages: Articles asked, or visits extracted.
        articles: Rows or lines.
        wall_s: From the start of the interpreter's first line to the end.
        cpu_s: Of all its processes.
    """

    pages: int
    articles: int
    wall_s: float
    cpu_s: float


def ours(run: Run) -> tuple[int, int]:
    """Crawl, extract, or both, as the commands do."""
    from scraper.pipeline import scrape

    feeds = [normalize(feed) for feed in run.feeds]
    hosts = [host_of(feed).partition(":")[0] for feed in feeds]
    sites = {host: Site(host, feeds=(feed,)) for host, feed in zip(hosts, feeds, strict=True)}
    fetch = Fetch(delay_s=0.0, allow_private_hosts=tuple(hosts), proxy=run.proxy)
    config = Config(
        Agent("bench", "https://example.org/bench"),
        fetch,
        Extract(workers=run.workers),
        Store(segment_bytes=SEGMENT_BYTES),
        sites=sites,
    )
    summary = scrape(config, Path(run.folder), command=run.kind, cluster=run.cluster)
    found = summary.sites.values()
    outcomes = sum(sum(site.outcomes.values()) for site in found)
    articles = sum(site.outcomes["article"] for site in found)
    return sum(site.articles_asked for site in found) or outcomes, articles


def with_scrapy(run: Run, extract: Callable[[bytes, str], Answer]) -> tuple[int, int]:
    """Crawl the same feeds with Scrapy, and write what trafilatura finds as JSON lines."""
    scrapy: Any = import_module("scrapy")  # not typed where it is not installed
    base, request = scrapy.Spider, scrapy.Request
    meta = {"proxy": run.proxy} if run.proxy else {}
    pages = 0

    class Feeds(base):  # type: ignore[misc, valid-type]
        name = "feeds"

        async def start(self) -> Any:
            for feed in run.feeds:
                yield request(feed, meta=meta)

        def parse(self, response: Any) -> Iterator[Any]:
            response.selector.remove_namespaces()
            for link in response.xpath("//item/link/text()").getall():
                yield request(link.strip(), self.parse_article, meta=meta)

        def parse_article(self, response: Any) -> Iterator[dict[str, Any]]:
            nonlocal pages
            pages += 1
            if (answer := extract(response.body, response.url)).body:
                yield msgspec.to_builtins(answer) | {"url": response.url}

    out = Path(run.folder) / "articles.jsonl"
    settings = {
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": 64,
        "DOWNLOAD_DELAY": 0,
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "FEEDS": {str(out): {"format": "jsonlines"}},
    }
    process = import_module("scrapy.crawler").CrawlerProcess(settings)
    process.crawl(Feeds)
    process.start()
    return pages, len(out.read_bytes().splitlines())


def lead_to(port: int) -> None:
    """Let every name lead to a port of loopback, in this process."""

    def resolve(host: object, wanted: object, *args: object, **more: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    socket.getaddrinfo = resolve  # type: ignore[assignment]
    socket.gethostbyname = lambda host: "127.0.0.1"


def main(arguments: Sequence[str]) -> None:
    """Run what the first argument says, as JSON, and print what came of it."""
    started = time.perf_counter()
    run = msgspec.json.decode(arguments[0], type=Run)
    if run.port:
        lead_to(run.port)
    if run.kind.startswith("scrapy"):
        from scraper.lab import peers

        pages, articles = with_scrapy(run, peers.trafilatura_fast if run.kind.endswith("fast") else peers.trafilatura)
    else:
        pages, articles = ours(run)
    sys.stdout.write(json.dumps([pages, articles, time.perf_counter() - started]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
