"""Server: a small newspaper of our own, served on loopback.

It is what `scraper demo` scrapes and what end-to-end tests run against: feeds, sitemaps, robots.txt, validators, a
redirect, and pages in several languages and kinds of markup, some of them no articles. The same bytes every time:
nothing in it reads the clock. The addresses stand in routes.json, the pages in site/, what extraction must find in
them in expected.json.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from scraper.config import Site
from scraper.url import normalize

LAST_MODIFIED = "Sat, 14 Mar 2026 16:05:00 GMT"
"""The date of the last change of everything served."""

ARTICLE_PATTERN = r"/\d{4}/\d{2}/\d{2}/[^/?]+"

_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Demo:
    """The site while it is served.

    Args:
        host: "127.0.0.1:PORT".
        url: "http://127.0.0.1:PORT", without a slash at the end.
        site: What a file in config/sites would say of it.
        answered: Path and status of every answer given so far, in order.
    """

    host: str
    url: str
    site: Site
    answered: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@contextmanager
def serve(port: int = 0) -> Iterator[Demo]:
    """Serve the demo site on 127.0.0.1 until the block ends.

    Args:
        port: TCP port; 0 takes a free one.

    Raises:
        OSError: The port is taken.
    """
    with _Server(port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True, name="demo site")
        thread.start()
        try:
            yield server.demo
        finally:
            server.shutdown()
            thread.join()


def expected() -> dict[str, Any]:
    """Read expected.json: "articles" by path with what extraction must find, "skips" by path with their reason."""
    loaded: dict[str, Any] = json.loads(resources.files("scraper.demo").joinpath("expected.json").read_text("utf-8"))
    return loaded


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        host = f"127.0.0.1:{self.server_port}"
        self.demo = Demo(host, f"http://{host}", _make_site(host))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def version_string(self) -> str:
        return "scraper-demo"

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Give a fixed Date header, so that two runs get the same bytes."""
        return LAST_MODIFIED

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the demo's terminal belongs to the table of articles."""

    def _send(self, *, with_body: bool) -> None:
        demo, path = self.server.demo, urlsplit(self.path).path
        answer = _answer(demo.url, path)
        if answer.status == HTTPStatus.OK and self._is_known(dict(answer.headers)["ETag"]):
            answer = _Answer(HTTPStatus.NOT_MODIFIED, answer.headers, b"")
        demo.answered.append((path, int(answer.status)))
        body, headers = answer.body, answer.headers
        if body and "gzip" in self.headers.get("Accept-Encoding", "") and dict(headers)["Content-Type"] == _HTML:
            body, headers = gzip.compress(body, mtime=0), (*headers, ("Content-Encoding", "gzip"))
        self.send_response(answer.status)
        for name, value in headers:
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _is_known(self, etag: str) -> bool:
        """Tell whether the client has the page: If-None-Match goes before If-Modified-Since (RFC 9110 13.1.3)."""
        if (tags := self.headers.get("If-None-Match")) is not None:
            return etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return self.headers.get("If-Modified-Since") == LAST_MODIFIED


@cache
def _routes() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(
        resources.files("scraper.demo").joinpath("routes.json").read_text("utf-8")
    )
    return loaded


@cache
def _answer(url: str, path: str) -> _Answer:
    """Make the answer for a path; pages are templates only in so far as {{url}} stands for the site's address."""
    route = _routes().get(path)
    if path.startswith("/img/"):
        route = {"file": "picture.svg", "type": "image/svg+xml"}
    if route is None:
        return _Answer(404, (("Content-Type", _HTML),), _read("not-found.html", url).encode())
    if "location" in route:
        return _Answer(route["status"], (("Location", route["location"]), ("Content-Type", _HTML)), b"")
    body = _read(route["file"], url).encode(route.get("charset", "utf-8"))
    if route.get("gzip"):
        body = gzip.compress(body, mtime=0)
    headers = (
        ("Content-Type", route.get("type", _HTML)),
        ("ETag", f'"{hashlib.sha256(body).hexdigest()[:16]}"'),
        ("Last-Modified", LAST_MODIFIED),
    )
    return _Answer(200, headers, body)


def _read(name: str, url: str) -> str:
    return resources.files("scraper.demo").joinpath("site", name).read_text("utf-8").replace("{{url}}", url)


def _make_site(host: str) -> Site:
    url = f"http://{host}"
    return Site(
        host=host,
        feeds=(normalize(f"{url}/feed.rss"), normalize(f"{url}/feed.atom")),
        sitemaps=(normalize(f"{url}/sitemap.xml"),),
        front_pages=(normalize(f"{url}/"),),
        article_pattern=ARTICLE_PATTERN,
        delay_s=0.0,
    )
