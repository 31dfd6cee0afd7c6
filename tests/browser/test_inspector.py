"""What a person sees and reaches of an inspection, in the system's Chromium; SCREENSHOTS names a folder for them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import SIZES, Show
from tests.hostile_pages import HOSTILE, page_with

from scraper.inspection import inspect_payload
from scraper.report.inspector import render

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
SITE = Path(__file__).parents[2] / "src/scraper/demo/site"
VIEWS = ("record", "removed", "why")
SCHEMES = ("light", "dark")

LEAST_CONTRAST = 4.5
"""Source: WCAG 2.2, success criterion 1.4.3."""

CONTRAST = """
() => {
  const parse = (text) => { const p = text.match(/[\\d.]+/g).map(Number); return [p[0], p[1], p[2], p.length > 3 ? p[3] : 1]; };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b; };
  const ground = (e) => e ? over(parse(getComputedStyle(e).backgroundColor), ground(e.parentElement)) : [255, 255, 255, 1];
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || !e.checkVisibility({ visibilityProperty: true }) || e.closest("script, style, .hidden, .skip")) continue;
    seen += 1;
    const back = ground(e), front = over(parse(getComputedStyle(e).color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x), ratio = (a + .05) / (b + .05);
    if (ratio < LEAST) found.push(`${ratio.toFixed(2)} ${e.className} ${node.data.trim().slice(0, 40)}`);
  }
  return [seen, found];
}
"""  # noqa: E501


def draw(html: bytes) -> str:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    made = inspect_payload(html, url="https://news.example/a", name="a", fetched_at=now, rule=None, origin="a file")
    return render(made)


@pytest.fixture(scope="module")
def article() -> str:
    return draw((SITE / "tide-gauge.html").read_bytes())


@pytest.fixture(scope="module")
def crowded() -> str:
    """A page with hundreds of removed blocks."""
    related = "".join(
        f"<li><h3>Another story number {n}</h3><p>It begins with a sentence, and ends here.</p></li>"
        for n in range(300)
    )
    html = (SITE / "school-roof-vote.html").read_text("utf-8")
    return draw(html.replace("</article>", f"</article><aside class=related><ul>{related}</ul></aside>", 1).encode())


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_all_text_stands_out_and_fits(show: Show, article: str, tmp_path: Path, size: str, scheme: str) -> None:
    shots = Path(os.environ.get("SCREENSHOTS", tmp_path))
    shots.mkdir(parents=True, exist_ok=True)
    with show(article, size, scheme) as page:
        for view in (*(("page",) if size == "phone" else ()), *VIEWS):
            page.click(f"#tab-{view}")
            page.screenshot(path=shots / f"inspector-{size}-{scheme}-{view}.png")
            seen, faint = page.evaluate(CONTRAST.replace("LEAST", str(LEAST_CONTRAST)))
            assert seen > 20
            assert faint == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.click("#tab-record")
        page.hover("#record .entry[data-b] .t")
        assert page.evaluate("document.querySelectorAll('.hot').length") > 1
        assert page.evaluate(CONTRAST.replace("LEAST", str(LEAST_CONTRAST)))[1] == []
        if size == "phone":
            page.click("#tab-page")
        page.locator("#page .chip[data-k]").first.hover()
        assert page.evaluate("document.querySelectorAll('.chip.hot').length") == 1
        assert page.evaluate(CONTRAST.replace("LEAST", str(LEAST_CONTRAST)))[1] == []
        page.click("[data-all=off]")
        assert page.evaluate(CONTRAST.replace("LEAST", str(LEAST_CONTRAST)))[1] == []


@pytest.mark.parametrize("size", SIZES)
def test_a_click_leads_from_page_to_record_and_back(show: Show, article: str, size: str) -> None:
    with show(article, size) as page:
        label = page.locator("#page .chip[data-k]").first
        name = label.get_attribute("data-b")
        label.click()
        assert page.locator(f"#r{name}").is_visible()
        assert page.get_attribute("#tab-removed", "aria-selected") == "true"
        assert name in (page.evaluate("document.activeElement.getAttribute('data-go')") or "")
        assert "cut by" in page.inner_text("#note")
        page.locator(f"#r{name} .no").click()
        assert page.locator(f"#b{name}").is_visible()
        assert page.evaluate("document.activeElement.id") == f"b{name}"
        page.click("#f-headline")
        assert page.locator("#v-headline").is_visible()


def test_what_is_pointed_at_is_shown_on_both_sides(show: Show, article: str) -> None:
    with show(article) as page:
        mark = page.locator("#page .m[data-k=body]").first
        name = mark.get_attribute("data-b")
        mark.hover()
        assert "hot" in (page.get_attribute(f"#r{name}", "class") or "")
        assert "likely to be body" in page.inner_text("#note")
        page.locator(f"#r{name} .t").hover()
        assert "hot" in (mark.get_attribute("class") or "")


def test_the_keyboard_reaches_everything(show: Show, article: str) -> None:
    with show(article) as page:
        wanted = page.evaluate(
            "() => [...document.querySelectorAll('a, button, input, summary, [tabindex=\"0\"]')]"
            ".filter((e) => e.checkVisibility() && e.tabIndex >= 0).length"
        )
        page.evaluate("document.activeElement.blur()")
        seen = set()
        for _ in range(wanted + 5):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
            outlined = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outlined != "none" or page.evaluate("document.activeElement === document.body")
        assert len(seen) >= wanted
        page.focus("#tab-record")
        page.keyboard.press("ArrowRight")
        assert page.locator("#removed").is_visible()
        assert page.evaluate("document.activeElement.id") == "tab-removed"
        page.keyboard.press("j")
        first = page.evaluate("document.activeElement.id")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.id") != first
        page.keyboard.press("k")
        assert page.evaluate("document.activeElement.id") == first
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.closest('.side') !== null")


def test_kinds_are_hidden_and_shown_again(show: Show, article: str) -> None:
    with show(article) as page:
        kind = page.locator("#page .chip[data-k]").first.get_attribute("data-k")
        box = page.locator(f"[data-show={kind}]")
        box.uncheck()
        assert not page.locator(f"#page .chip[data-k={kind}]").first.is_visible()
        assert page.locator(f"#page .m[data-k={kind}]").first.is_visible()
        page.click("#tab-removed")
        assert not page.locator(f"details[data-kind={kind}]").is_visible()
        box.check()
        assert page.locator(f"details[data-kind={kind}]").is_visible()


def test_hundreds_of_removed_blocks_stay_readable(show: Show, crowded: str) -> None:
    with show(crowded, "phone") as page:
        page.click("#tab-removed")
        assert page.evaluate("document.getElementById('removed').scrollHeight") < 6000
        last = page.locator("#page .chip[data-k]").last.get_attribute("data-b")
        page.click("#tab-page")
        page.click(f"#b{last}")
        assert page.locator(f"#r{last}").is_visible()


def test_without_scripts_all_is_there(chromium: Browser, article: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(article, "utf-8")
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "a.html").as_uri())
    for view in ("page", *VIEWS):
        assert page.locator(f"#{view}").is_visible()
    context.close()


@pytest.mark.parametrize("trick", HOSTILE)
def test_a_hostile_page_does_nothing(show: Show, trick: str) -> None:
    with show(draw(page_with(trick))) as page:
        page.click("#tab-why")
        page.mouse.move(300, 400)
        assert page.evaluate("document.scripts.length") == 1
        assert page.evaluate("document.images.length + document.forms.length + frames.length") == 0
