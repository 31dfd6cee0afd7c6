"""Browser: the system's Chromium, driven by playwright, shut off from every network.

A module apart from the rendering, because what keeps a browser in is one list: names that do not resolve, a proxy that
does not exist, and the ways past a proxy taken from its pages.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shutil
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from scraper.errors import ConfigError

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Playwright

CLOSE_S = 5.0
"""A page that cannot be closed in this time is closed together with the browser."""
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    # No name resolves, that of the proxy included, and nothing goes past the proxy.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://nowhere.invalid:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-gpu",
    "--js-flags=--max-old-space-size=256",
)
_NO_WAYS_OUT = """
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport", "EventSource"]) delete window[name];
navigator.sendBeacon = () => false;
"""


def find_browser() -> str:
    """Give the path of the system's Chromium.

    Raises:
        ConfigError: It, or the library that drives it, is not installed.
    """
    faults = []
    path = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    if path is None:
        faults.append(f"render: none of {', '.join(_PROGRAMS)} is installed; install the system's package chromium")
    if importlib.util.find_spec("playwright") is None:
        faults.append('render: playwright is not installed; install the extra: pip install "scraper[browser]"')
    if faults or path is None:
        raise ConfigError(faults)
    return path


class Browser:
    """Starts Chromium when it is first needed, and again after it broke.

    Args:
        path: Of the program, as find_browser gives it.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._starting = asyncio.Lock()
        self.version = ""
        """Name and version, once it was started."""

    @contextlib.asynccontextmanager
    async def open_context(self, agent: str | None) -> AsyncIterator[BrowserContext]:
        """Give a context of its own, without what earlier pages left, and close it at the end.

        Args:
            agent: What pages are told the browser is.

        Raises:
            playwright.async_api.Error, OSError: It could not be started.
        """
        from playwright.async_api import Error  # part of an extra, and slow to import

        chromium = await self._start()
        context = await chromium.new_context(service_workers="block", accept_downloads=False, user_agent=agent)
        try:
            await context.add_init_script(_NO_WAYS_OUT)
            yield context
        finally:
            try:
                async with asyncio.timeout(CLOSE_S):
                    await context.close()
            except (TimeoutError, Error):
                await self._close()

    async def stop(self) -> None:
        """End it for good."""
        await self._close()
        if self._playwright:
            await self._playwright.stop()

    async def _start(self) -> Chromium:
        from playwright.async_api import async_playwright

        async with self._starting:
            if self._playwright is None:
                self._playwright = await async_playwright().start()
            if self._chromium is None or not self._chromium.is_connected():
                self._chromium = await self._playwright.chromium.launch(
                    executable_path=self._path,
                    args=list(_ARGUMENTS),
                    chromium_sandbox=os.geteuid() != 0,  # root has none
                )
                self.version = f"Chromium {self._chromium.version}"
            return self._chromium

    async def _close(self) -> None:
        from playwright.async_api import Error

        chromium, self._chromium = self._chromium, None
        if chromium:
            with contextlib.suppress(TimeoutError, Error):
                async with asyncio.timeout(CLOSE_S):
                    await chromium.close()
