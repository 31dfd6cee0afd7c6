from __future__ import annotations

import asyncio
import importlib.util
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from scraper.crawl.browser import Browser, find_browser
from scraper.errors import ConfigError


@pytest.mark.browser
def test_the_browser_by_itself_reaches_no_network() -> None:
    error = importlib.import_module("playwright.async_api").Error
    reached: list[object] = []

    class Server(ThreadingHTTPServer):
        def verify_request(self, request: Any, client_address: Any) -> bool:
            reached.append(client_address)
            return False

    server = Server(("127.0.0.1", 0), BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    async def main() -> None:
        chromium = Browser(find_browser())
        try:
            async with chromium.open_context("newsbot/1") as context:
                page = await context.new_page()
                for host in ("127.0.0.1", "localhost"):
                    with pytest.raises(error):
                        await page.goto(f"http://{host}:{server.server_port}/")
                socket = f"new WebSocket('ws://127.0.0.1:{server.server_port}/')"
                other = await context.new_page()
                asked = f"new Promise(done => {{ const s = {socket}; s.onopen = s.onerror = e => done(e.type) }})"
                assert await other.evaluate(asked) == "error"
                assert await other.evaluate("navigator.userAgent + typeof RTCPeerConnection") == "newsbot/1undefined"
        finally:
            await chromium.stop()

    try:
        asyncio.run(main())
    finally:
        server.shutdown()
        server.server_close()
    assert reached == []


def test_without_a_browser_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError) as raised:
        find_browser()
    told = str(raised.value)
    assert "install the system's package chromium" in told
    assert "scraper[browser]" in told
