"""The crawl of a campaign: a process of its own, so that its peak of memory can be read.

Takes a plan as JSON on standard input and prints what came of each address: `python tests/wire/crawl.py`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpcore
import httpx

from scraper import crawling
from scraper.config import Agent, Config, Fetch, Site
from scraper.page import Page
from scraper.report.summary import Summary
from scraper.store.journal import Journal
from scraper.url import Url

PUBLIC, DEAD_S = "93.184.215.14", 20.0
"""An address the guard lets pass, to which nothing is ever sent here; what a dead name server makes one wait."""
asked: dict[str, int] = {}
connected: list[str] = []


def resolve(host: str, port: int, *args: object, **more: object) -> list[tuple[Any, ...]]:
    """Answer as the name servers of the campaign do."""
    asked[host] = asked.get(host, 0) + 1
    if host.startswith("dead"):
        time.sleep(DEAD_S)
    if host.startswith("no-name"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    addresses = ["127.0.0.1"]
    if host.startswith("rebind"):
        addresses = [PUBLIC] if asked[host] == 1 else ["127.0.0.1"]
    elif host.startswith("mixed"):
        addresses = [PUBLIC, "10.0.0.1"]
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


class Wire(httpcore.AnyIOBackend):
    """Lets nothing out of this machine."""

    async def connect_tcp(self, host: str, *args: Any, **more: Any) -> httpcore.AsyncNetworkStream:
        connected.append(host)
        if host != "127.0.0.1":
            raise httpcore.ConnectError("no route")
        return await super().connect_tcp(host, *args, **more)


def peak_bytes() -> int:
    """Read the peak of this process alone: getrusage counts what its parent had when it was started."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def crawl(plan: dict[str, Any]) -> dict[str, Any]:
    """Crawl, and tell what came of it."""
    sites = {
        host: Site(host, **{key: _read(value) for key, value in more.items()}) for host, more in plan["sites"].items()
    }
    fetch = Fetch(**plan["fetch"] | {"allow_private_hosts": tuple(plan["fetch"]["allow_private_hosts"])})
    config = Config(Agent("newsbot", "https://example.org/bot"), fetch, sites=sites)
    visits: dict[str, tuple[str, float, str]] = {}
    times: list[float] = []
    start, before = time.monotonic(), peak_bytes()

    class Counts(Summary):
        """Counts each visit here, too."""

        def count_visit(self, page: Page, found: int) -> None:
            super().count_visit(page, found)
            note(page)

    def note(page: Page) -> None:
        if page.target.kind == "article" and page.target.site.startswith("honest") and page.skip is None:
            times.append(time.monotonic() - start)
        reason, detail = (page.skip.reason, page.skip.detail) if page.skip else ("ok", "")
        visits[page.target.url] = reason, time.monotonic() - start, detail

    with (
        tempfile.TemporaryDirectory() as folder,
        Journal(Path(folder), "wire", 1 << 27, lambda: datetime.now(UTC), lambda name: None) as journal,
    ):
        asyncio.run(crawling.crawl(config, journal, Counts("wire", "crawl", datetime.now(UTC)), tick=journal.flush))
    return {
        "visits": visits,
        "times": times,
        "before": before,
        "peak": peak_bytes(),
        "asked": asked,
        "connected": sorted(set(connected)),
        "wall_s": time.monotonic() - start,
    }


def _read(value: object) -> Any:
    return tuple(Url(text) for text in value) if isinstance(value, list) else value


def _trust(authority: str) -> None:
    """Trust the certificates of the campaign's own authority, as the system's are trusted."""
    context = ssl.create_default_context(cadata=authority)
    httpx.create_ssl_context = lambda **more: context


def main(lines: Iterable[str]) -> None:
    """Run the plan."""
    plan = json.loads("".join(lines))
    socket.getaddrinfo = resolve  # type: ignore[assignment]
    httpcore.AnyIOBackend = Wire  # type: ignore[misc]
    if plan["authority"]:
        _trust(plan["authority"])
    json.dump(crawl(plan), sys.stdout)


if __name__ == "__main__":
    main(sys.stdin)
