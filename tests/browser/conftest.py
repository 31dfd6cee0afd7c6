"""What the tests of pages for people share: the system's Chromium, and a page of which nothing may be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scraper.crawl.browser import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Show = Callable[..., Any]
SIZES = {"phone": (390, 844), "desktop": (1360, 860)}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="the extra browser is not installed")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser())
        yield browser
        browser.close()


@pytest.fixture
def show(chromium: Browser, tmp_path: Path) -> Show:
    """Open a page, and see afterwards that nothing was asked for and nothing failed."""

    @contextmanager
    def opened(html: str, size: str = "desktop", scheme: str = "light", **options: Any) -> Iterator[Page]:
        file = tmp_path / "page.html"
        file.write_text(html, "utf-8")
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **options)  # type: ignore[arg-type, unused-ignore]
        page, asked, told = context.new_page(), list[str](), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("console", lambda message: told.append(message.text))
        page.on("dialog", lambda dialog: told.append(dialog.message))
        page.goto(file.as_uri())
        yield page
        assert asked == [file.as_uri()]
        assert told == []
        assert page.url.partition("#")[0] == file.as_uri()
        context.close()

    return opened
