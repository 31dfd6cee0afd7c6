"""Render: pages that scripts build, run in the system's Chromium, which itself reaches no network.

A module because a browser asks for more than one page: every request is answered by our own fetcher, and so within its
guard, robots.txt and the turns of the host, like any other request of the crawl; or it is refused. What the browser
makes of the page is added to its exchanges as one more, marked as ours.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

from scraper.crawl.browser import Browser
from scraper.crawl.fetch import Asker, Check
from scraper.errors import ItemError
from scraper.page import RENDERED_BY, Exchange, Headers, Kind
from scraper.payload import decode_payload
from scraper.skip import Skip
from scraper.url import Url, normalize, origin_of

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Request, Route, WebSocketRoute

REFUSED = "X-Rendered-Refused"
"""Header of a rendered page for each request that it made in vain: the reason, then its address."""
MAX_REQUESTS = 40
"""Of one page, scripts kept from earlier pages not counted. Set by hand: each waits for the turn of its host."""
MAX_REFUSED = 20
MAX_KEPT_BYTES = 20_000_000
"""Of scripts, as received, kept for the next pages of the run: most of a site's are the same."""
QUIET_S = 1.0
"""A page is finished when it was loaded and asked for nothing so long."""
OWN_S = 20.0
"""What a page may take by itself, while it waits for nothing."""
TOTAL_S = 300.0
"""What it may take in all; then it is taken as it stands."""
AT_ONCE = 2
_STEP_S = 0.05
_ASKED = frozenset({"script", "xhr", "fetch"})
_NOT_PASSED_ON = frozenset(
    {"content-encoding", "content-length", "content-type", "transfer-encoding", "content-security-policy"}
    | {RENDERED_BY.lower(), REFUSED.lower()}
)
"""Headers of an answer that do not hold for what is made of it."""


@dataclass(slots=True)
class _Visit:
    """One page in the browser: what it asked for so far."""

    url: Url
    document: Exchange
    check: Check | None
    requests: int = 0
    received_bytes: int = 0
    waiting: int = 0
    opened: bool = False
    loaded: bool = False
    over: bool = False
    refused: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, reason: str, url: str) -> None:
        if len(self.refused) < MAX_REFUSED:
            self.refused.append((reason, url))


class Renderer:
    """Asks for addresses, and runs the scripts of the articles among them that need it; an async context manager.

    Args:
        fetcher: Asks.
        wanted: Tells whether the articles at an address are built by scripts.
        max_bytes: Of all that a page loads, and of what it becomes.
        path: Of the browser, as browser.find_browser gives it.

    The browser starts with the first page that needs it.
    """

    def __init__(self, fetcher: Asker, wanted: Callable[[Url], bool], max_bytes: int, path: str) -> None:
        self._fetcher, self._wanted, self._max_bytes = fetcher, wanted, max_bytes
        self._browser = Browser(path)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._scripts: dict[Url, Exchange] = {}
        self._kept_bytes = 0

    async def __aenter__(self) -> Self:
        """Give itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the browser."""
        await self._browser.stop()

    async def fetch(
        self, url: Url, *, kind: Kind, headers: Headers = (), check: Check | None = None
    ) -> tuple[tuple[Exchange, ...], Skip | None]:
        """GET an address, as Fetcher.fetch.

        Returns:
            Of an article to be rendered the exchanges and one more: the page after its scripts ran. Where that did not
            come, the reason is "render_timeout" or "render_failed".
        """
        # In a task of its own, with whose end the host may be asked for what the page loads.
        exchanges, skip = await asyncio.create_task(self._fetcher.fetch(url, kind=kind, headers=headers, check=check))
        if kind != "article" or skip or exchanges[-1].status == 304 or not self._wanted(exchanges[-1].url):
            return exchanges, skip
        async with self._places:
            rendered = await self._render(exchanges[-1], check)
        return (exchanges, rendered) if isinstance(rendered, Skip) else ((*exchanges, rendered), None)

    async def _render(self, document: Exchange, check: Check | None) -> Exchange | Skip:
        """Run a page; every error of the browser becomes a reason here."""
        from playwright.async_api import Error  # part of an extra

        visit = _Visit(document.url, document, check)
        agent = next((value for name, value in document.request_headers if name.lower() == "user-agent"), None)
        try:
            async with self._browser.open_context(agent) as context:
                try:
                    html = await self._run(context, visit)
                finally:
                    visit.over = True
        except TimeoutError:
            return Skip("render_timeout", f"{visit.url}: its scripts did not end in time", retryable=True)
        except (Error, OSError) as error:
            detail = f"{visit.url}: {str(error).partition(chr(10))[0]}"
            return Skip("render_failed", detail[:300], retryable=True)
        payload = html.encode("utf-8", "replace")
        if len(payload) > self._max_bytes:
            return Skip("too_large", f"{visit.url}: its scripts made {len(payload)} bytes of it")
        headers = tuple(pair for pair in document.headers if pair[0].lower() not in _NOT_PASSED_ON)
        refused = tuple((REFUSED, f"{reason} {url}"[:500]) for reason, url in visit.refused)
        ours = ("Content-Type", "text/html; charset=utf-8"), (RENDERED_BY, self._browser.version)
        return Exchange(document.url, (), 200, "Rendered", (*headers, *ours, *refused), payload)

    async def _run(self, context: BrowserContext, visit: _Visit) -> str:
        """Load a page and wait until it is quiet.

        Raises:
            TimeoutError: It ran for longer than OWN_S.
        """
        await context.route("**/*", lambda route: self._answer(route, visit))
        await context.route_web_socket("**", lambda socket: _hang_up(socket, visit))
        page = await context.new_page()
        context.on("page", lambda other: _close_popup(other, visit))
        page.on("domcontentloaded", lambda _: setattr(visit, "loaded", True))
        opening = asyncio.create_task(page.goto(visit.url, wait_until="commit", timeout=0))
        try:
            quiet_s = own_s = total_s = 0.0
            while total_s < TOTAL_S and not (visit.loaded and quiet_s >= QUIET_S):
                if opening.done() and opening.exception():
                    break
                await asyncio.sleep(_STEP_S)
                total_s += _STEP_S
                quiet_s = 0.0 if visit.waiting else quiet_s + _STEP_S
                own_s += 0.0 if visit.waiting else _STEP_S
                if own_s > OWN_S and visit.loaded:
                    break
                if own_s > OWN_S:
                    raise TimeoutError
            visit.over = True
            async with asyncio.timeout(OWN_S):
                await opening
                content: str = await page.content()
                return content
        finally:
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)

    async def _answer(self, route: Route, visit: _Visit) -> None:
        """Answer a request of a page by our own fetcher, or refuse it."""
        from playwright.async_api import Error

        request = route.request
        visit.waiting += 1
        try:
            with contextlib.suppress(Error):  # the page is gone
                answer = await self._ask(request, visit)
                if isinstance(answer, str):
                    await route.abort("blockedbyclient")
                    return
                body = decode_payload(answer.payload, answer.header("content-encoding"), self._max_bytes)
                headers = {name: value for name, value in answer.headers if name.lower() not in _NOT_PASSED_ON}
                if content_type := answer.header("content-type"):
                    headers["content-type"] = content_type
                if answer is not visit.document:
                    headers["access-control-allow-origin"] = origin_of(visit.url)
                    headers["access-control-allow-credentials"] = "true"
                await route.fulfill(status=answer.status, headers=headers, body=body)
        except ItemError as error:
            visit.refuse(error.reason, request.url)
            with contextlib.suppress(Error):
                await route.abort("blockedbyclient")
        finally:
            visit.waiting -= 1

    async def _ask(self, request: Request, visit: _Visit) -> Exchange | str:
        """Give the answer to a request, or the reason why there is none."""
        if request.is_navigation_request():
            if not visit.opened and request.method == "GET":
                visit.opened = True
                return visit.document
            visit.refuse("navigation", request.url)
            return "navigation"
        kind: str = request.resource_type
        if kind not in _ASKED:
            return kind  # pictures, styles and fonts say nothing
        if reason := self._limit(request, visit):
            visit.refuse(reason, request.url)
            return reason
        url = normalize(request.url)
        if url in self._scripts:
            return self._scripts[url]
        visit.requests += 1
        exchanges, skip = await self._fetcher.fetch(url, kind="asset", check=visit.check)
        if not exchanges or (skip and not skip.reason.startswith("http_")):
            reason = skip.reason if skip else "no_answer"
            visit.refuse(reason, url)
            return reason
        answer = exchanges[-1]
        visit.received_bytes += len(answer.payload)
        if request.resource_type == "script" and self._kept_bytes + len(answer.payload) <= MAX_KEPT_BYTES and not skip:
            self._kept_bytes += len(answer.payload)
            self._scripts[url] = answer
        return answer

    def _limit(self, request: Request, visit: _Visit) -> str | None:
        if visit.over:
            return "over"
        if request.method != "GET":
            return f"method_{request.method.lower()}"
        if visit.requests >= MAX_REQUESTS:
            return "too_many_requests"
        return "too_large" if visit.received_bytes > self._max_bytes else None


async def _hang_up(socket: WebSocketRoute, visit: _Visit) -> None:
    visit.refuse("web_socket", socket.url)
    await socket.close()


async def _close_popup(page: Page, visit: _Visit) -> None:
    visit.refuse("popup", page.url)
    await page.close()
