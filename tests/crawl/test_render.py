"""Pages that scripts build, in the system's Chromium where it is installed, from hosts that answer from a script."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from scraper.config import Fetch
from scraper.crawl import browser, render
from scraper.crawl.browser import find_browser
from scraper.crawl.fetch import Fetcher
from scraper.crawl.render import REFUSED, Renderer
from scraper.page import RENDERED_BY, Exchange
from scraper.skip import Skip
from scraper.url import Url, normalize

URL = normalize("https://a.example/story")
HTML = {"content-type": "text/html"}

Answers = Mapping[str, httpx.Response]


class Hosts:
    """Hosts that answer from a script, through the real fetcher with its guard of literal addresses."""

    def __init__(self, answers: Answers, **settings: Any) -> None:
        self.answers, self.asked = answers, list[str]()
        self.settings = Fetch(**settings)
        self.checked: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        answer = self.answers.get(str(request.url), httpx.Response(404, headers=HTML))
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.read()))

    async def check(self, url: Url) -> Skip | None:
        self.checked.append(url)
        return Skip("robots_disallowed", url) if "private" in url else None

    def fetch(self, *urls: Url) -> list[tuple[tuple[Exchange, ...], Skip | None]]:
        async def main() -> list[tuple[tuple[Exchange, ...], Skip | None]]:
            transport = httpx.MockTransport(self.answer)
            async with (
                Fetcher(self.settings, "newsbot/1", rng=random.Random(1), transport=transport) as fetcher,
                Renderer(
                    fetcher, lambda url: "plain" not in url, self.settings.max_body_bytes, find_browser()
                ) as asker,
            ):
                return [await asker.fetch(url, kind="article", check=self.check) for url in urls]

        return asyncio.run(main())


def page(script: str, library: str = "") -> httpx.Response:
    text = f"<body><p id=p>Bare.</p>{library}<script>{script}</script></body>"
    return httpx.Response(200, headers={**HTML, "etag": '"1"', "x-robots-tag": "noai"}, text=text)


def text_of(result: tuple[tuple[Exchange, ...], Skip | None]) -> str:
    exchanges, skip = result
    assert skip is None
    return exchanges[-1].payload.decode()


def refused(result: tuple[tuple[Exchange, ...], Skip | None]) -> list[str]:
    return [value for name, value in result[0][-1].headers if name == REFUSED]


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in [("QUIET_S", 0.4), ("OWN_S", 1.2), ("MAX_REQUESTS", 8)]:
        monkeypatch.setattr(render, name, value)
    monkeypatch.setattr(browser, "CLOSE_S", 0.5)


@pytest.mark.browser
def test_a_page_built_by_scripts_gets_its_body_and_one_more_exchange_that_says_so() -> None:
    script = "fetch('/data.json').then(r => r.json()).then(d => { p.textContent = d.text; addBanner() })"
    library = '<script src="//cdn.example/x.js"></script>'
    other, plain = normalize("https://a.example/other"), normalize("https://a.example/plain")
    hosts = Hosts(
        {
            URL: page(script, library),
            other: page("p.textContent = 'Other.'", library),
            "https://a.example/data.json": httpx.Response(200, json={"text": "The harbor is open."}),
            "https://cdn.example/x.js": httpx.Response(200, text="const addBanner = () => document.body.append('New')"),
        }
    )
    results = hosts.fetch(URL, other, plain)
    assert "The harbor is open.</p>" in text_of(results[0])
    assert "New</body>" in text_of(results[0])
    asked, rendered = results[0][0]
    assert b"The harbor" not in asked.payload
    assert (rendered.url, rendered.status, rendered.ip, rendered.request_headers) == (URL, 200, None, ())
    assert rendered.rendered
    assert not asked.rendered
    assert (rendered.header(RENDERED_BY) or "").startswith("Chromium ")
    assert (rendered.header("etag"), rendered.header("x-robots-tag")) == ('"1"', "noai")
    assert rendered.header("content-type") == "text/html; charset=utf-8"
    assert sorted(hosts.checked[:3]) == sorted([URL, "https://cdn.example/x.js", "https://a.example/data.json"])
    assert "Other." in text_of(results[1])
    assert hosts.asked.count("https://cdn.example/x.js") == 1, "a script is asked for once a run"
    assert len(results[2][0]) == 1


@pytest.mark.browser
def test_what_a_page_may_not_ask_for_is_refused_and_recorded_and_reaches_no_network() -> None:
    reached: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reached.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        def verify_request(self, request: Any, client_address: Any) -> bool:
            reached.append("connected")
            return super().verify_request(request, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    script = f"""
        const ask = async url => {{ try {{ await (await fetch(url)).text(); p.append(' got ' + url) }} catch {{}} }};
        ask('http://{host}/fetch'); ask('http://10.0.0.1/'); ask('/leads-inside'); ask('file:///etc/passwd');
        ask('/private.json');
        fetch('/form', {{method: 'POST', body: 'x'}}).catch(() => 0);
        new WebSocket('ws://{host}/socket'); new Image().src = 'http://{host}/image';
        navigator.sendBeacon('http://{host}/beacon', 'x'); window.open('http://{host}/popup');
        const frame = document.createElement('iframe'); frame.src = 'http://{host}/frame'; document.body.append(frame);
        for (const rel of ['preconnect', 'prefetch', 'dns-prefetch', 'preload', 'modulepreload']) {{
            const link = document.createElement('link'); link.rel = rel; link.href = 'http://{host}/' + rel;
            document.head.append(link);
        }}
        const sheet = document.createElement('link'); sheet.rel = 'stylesheet'; sheet.href = 'http://{host}/css';
        document.head.append(sheet);
        const worker = new Worker(URL.createObjectURL(new Blob(["fetch('http://{host}/worker')"])));
        navigator.serviceWorker && navigator.serviceWorker.register('/sw.js').catch(() => 0);
        p.append(typeof RTCPeerConnection);
        setTimeout(() => {{ location.href = 'http://{host}/away' }}, 200);
    """
    inside = httpx.Response(302, headers={"location": f"http://{host}/inside"})
    try:
        (result,) = Hosts({URL: page(script), "https://a.example/leads-inside": inside}).fetch(URL)
    finally:
        server.shutdown()
        server.server_close()
    text = text_of(result)
    assert " got " not in text
    assert "undefined" in text
    assert reached == []
    told = refused(result)
    assert f"private_address http://{host}/fetch" in told
    assert "private_address http://10.0.0.1/" in told
    assert "private_address https://a.example/leads-inside" in told
    assert "robots_disallowed https://a.example/private.json" in told
    assert "method_post https://a.example/form" in told
    assert f"web_socket ws://{host}/socket" in told
    assert f"navigation http://{host}/frame" in told
    assert f"navigation http://{host}/away" in told


@pytest.mark.browser
def test_scripts_without_end_are_cut_by_time_and_the_next_page_comes() -> None:
    later, other = normalize("https://a.example/later"), normalize("https://a.example/other")
    endless = page("for (;;) {}")
    endless_later = page("setTimeout(() => { for (;;) {} }, 100)")
    *cut, after = Hosts({URL: endless, later: endless_later, other: page("p.append('Other.')")}).fetch(
        URL, later, other
    )
    for exchanges, skip in cut:
        assert skip is not None
        assert (skip.reason, skip.retryable) == ("render_timeout", True)
        assert len(exchanges) == 1
    assert "Other." in text_of(after)


@pytest.mark.browser
def test_requests_without_end_are_cut_by_number() -> None:
    hosts = Hosts({URL: page("const more = n => fetch('/n' + n).then(() => more(n + 1)); more(0)")})
    (result,) = hosts.fetch(URL)
    assert "Bare." in text_of(result)
    assert len(hosts.asked) == 1 + render.MAX_REQUESTS
    assert refused(result) == [f"too_many_requests https://a.example/n{render.MAX_REQUESTS}"]


@pytest.mark.browser
def test_a_page_that_scripts_make_too_large_is_skipped() -> None:
    hosts = Hosts({URL: page("document.body.append('x'.repeat(30000))")}, max_body_bytes=20_000)
    ((exchanges, skip),) = hosts.fetch(URL)
    assert skip is not None
    assert skip.reason == "too_large"
    assert len(exchanges) == 1
