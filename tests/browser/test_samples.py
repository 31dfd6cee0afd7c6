"""What a person sees and reaches of the samples of a new site, in the system's Chromium; see test_inspector."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import SIZES
from tests.browser.test_inspector import CONTRAST, LEAST_CONTRAST, SCHEMES
from tests.report.test_samples import ARTICLE

from scraper.report.samples import Tried, render_samples
from scraper.skip import Skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_all_text_stands_out_and_fits_and_the_keyboard_reaches_each_sample(
    chromium: Browser, tmp_path: Path, size: str, scheme: str
) -> None:
    long = "https://a.example/" + "a-very-long-slug-" * 20
    tried = [Tried(f"sample-{n}.html", long, long, ARTICLE, ("dek", "photos")) for n in (1, 2)]
    tried.append(Tried("sample-3.html", long, long, Skip("no_body", "0 characters of text were found")))
    file = tmp_path / "index.html"
    file.write_text(render_samples("a.example", "3 pages asked", tried), "utf-8")
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type, unused-ignore]
    page, asked, told = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(file.as_uri())
    page.screenshot(path=Path(os.environ.get("SCREENSHOTS", tmp_path)) / f"samples-{size}-{scheme}.png")
    seen, faint = page.evaluate(CONTRAST.replace("LEAST", str(LEAST_CONTRAST)))
    assert seen > 20
    assert faint == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    reached = []
    for _ in tried:
        page.keyboard.press("j")
        reached.append(page.evaluate("document.activeElement.getAttribute('href')"))
    assert reached == [each.href for each in tried]
    assert asked == [file.as_uri()]
    assert told == []
    context.close()
