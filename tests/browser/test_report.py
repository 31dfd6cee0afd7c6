"""What a person sees and reaches of a report, in the system's Chromium; SCREENSHOTS names a folder for them."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import SIZES, Show
from tests.browser.test_inspector import CONTRAST, LEAST_CONTRAST, SCHEMES
from tests.report.censuses import EVIL, make_censuses, now_of
from tests.report.sites import article, hours, listing
from tests.report.test_run_report_verdict import alarm

from scraper.report.health import take_in
from scraper.report.health_rhythm import HOUR_S
from scraper.report.health_site import Health
from scraper.report.run_report import Sources, render
from scraper.run_record import RunRecord, SiteRecord

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

DAYS = {1: 400, 3: 21, 300: 90}
"""Sites -> days of the corpora that are looked at: a year of one, weeks of a few, and many."""
CHARTED = """
() => [...document.querySelectorAll("svg")].filter((e) => e.getAttribute("aria-hidden") !== "true" && !e.getAttribute("aria-label")).length
"""  # noqa: E501


@cache
def draw(sites: int) -> str:
    visits, rows = make_censuses(sites, DAYS[sites])
    healths = []
    for site in visits.sites[:40]:
        health = Health(site)
        for at in hours(1_766_000_000, 30):
            take_in(health, [listing(at), article(at + HOUR_S / 9)])
        healths.append(health)
    failed = {site: SiteRecord(9, {"article": 3}, "https://a.example/feed: http_404") for site in visits.sites[:9]}
    runs = [
        RunRecord(
            f"r{n}", "scrape", datetime(2026, 1, 20, n % 24, tzinfo=UTC), now_of(visits) if status else None, status
        )
        for n, status in enumerate([None, 0, 3, 1] * 8)
    ]
    runs[1] = replace(runs[1], finished_at=runs[1].started_at + timedelta(minutes=4), sites=failed)
    first = visits.sites[0]
    alarms = (alarm(first), alarm(first, "dead_feed"), replace(alarm(first, "paywall"), closed_at=2e9))
    return render(Sources(visits, rows, healths, alarms, runs, 90, ("r0.json",), "20260101T0Z"), "data", now_of(visits))


@pytest.mark.parametrize("sites", DAYS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_all_text_stands_out_and_fits(show: Show, tmp_path: Path, size: str, scheme: str, sites: int) -> None:
    shots = Path(os.environ.get("SCREENSHOTS", tmp_path))
    shots.mkdir(parents=True, exist_ok=True)
    with show(draw(sites), size, scheme) as page:
        for place in ("", "coverage", "skipped", "fields", "pace", "copies", "alarms", "runs", "examples", "sums"):
            if place:
                page.evaluate("(id) => document.getElementById(id).scrollIntoView()", place)
                top = page.evaluate("(id) => document.getElementById(`h-${id}`).getBoundingClientRect().top", place)
                bar = page.evaluate("document.querySelector('nav').getBoundingClientRect().bottom")
                assert top >= bar  # no heading lies below the bar that stays
            page.screenshot(path=shots / f"report-{sites}-{size}-{scheme}-{place or 'top'}.png")
        seen, faint = page.evaluate(CONTRAST.replace("LEAST", str(LEAST_CONTRAST)))
        assert seen > 300
        assert faint == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(CHARTED) == 0
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        page.hover("#map svg[data-values]")
        assert page.evaluate(CONTRAST.replace("LEAST", str(LEAST_CONTRAST)))[1] == []


@pytest.mark.parametrize("sites", DAYS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_shades_and_signs_of_cells_are_told_apart(show: Show, scheme: str, sites: int) -> None:
    """Each shade is lighter or darker than its neighbor, so that no color need be seen; signs stand out from paper."""
    light = """(name) => { const root = getComputedStyle(document.documentElement);
      const hex = root.getPropertyValue(name).trim(), full = hex.length === 4 ? hex.replace(/[^#]/g, "$&$&") : hex;
      const parts = [1, 3, 5].map((at) => parseInt(full.slice(at, at + 2), 16) / 255)
        .map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
      return .2126 * parts[0] + .7152 * parts[1] + .0722 * parts[2]; }"""
    with show(draw(sites), "desktop", scheme) as page:
        tones = [page.evaluate(light, f"--s{n}") for n in range(1, 6)]
        ordered = tones if scheme == "dark" else tones[::-1]
        assert ordered == sorted(ordered)
        for less, more in pairwise(ordered):
            assert (more + 0.05) / (less + 0.05) > 1.35
        paper, gap = page.evaluate(light, "--paper"), page.evaluate(light, "--gap")
        assert (max(paper, gap) + 0.05) / (min(paper, gap) + 0.05) > 3  # WCAG 2.2, 1.4.11


def test_the_keyboard_reaches_everything(show: Show) -> None:
    with show(draw(3)) as page:
        wanted = page.evaluate(
            "() => [...document.querySelectorAll('a, button, input, summary, [tabindex=\"0\"]')]"
            ".filter((e) => e.checkVisibility() && e.tabIndex >= 0).length"
        )
        assert wanted > 60
        seen = set()
        for _ in range(wanted + 5):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
            outlined = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outlined != "none" or page.evaluate("document.activeElement === document.body")
        assert len(seen) >= wanted


@pytest.mark.parametrize("sites", DAYS)
def test_arrow_keys_go_from_cell_to_cell_and_tell_each(show: Show, sites: int) -> None:
    with show(draw(sites)) as page:
        page.focus("#map")
        page.keyboard.press("ArrowRight")
        first = page.inner_text("#note")
        assert first.startswith("all sites, " if sites > 1 else "paper000.example, ")
        page.keyboard.press("ArrowLeft")
        assert page.inner_text("#note") != first
        page.keyboard.press("ArrowDown" if sites != 1 else "PageDown")
        assert page.inner_text("#note").startswith("paper000.example, ")
        page.keyboard.press("Home")
        assert "1 Jan 2026" in page.inner_text("#note")
        assert page.locator("#map .cursor").count() == 1
        page.keyboard.press("Escape")
        assert not page.locator("#note").is_visible()


def test_pointing_at_a_cell_tells_its_numbers(show: Show) -> None:
    with show(draw(3)) as page:
        image = page.locator("#map tr[data-site='paper001.example'] svg")
        width = int(page.get_attribute("#map", "data-cell") or 0)
        values = (image.get_attribute("data-values") or "").split()
        for number in (0, 4, 10, 20):
            image.hover(position={"x": number * width + width / 2, "y": 5})
            articles, visits, skips = values[number].split("/")
            told = f"{articles} articles of {visits} visits, {skips} skipped"
            said = page.inner_text("#note")
            assert f"paper001.example, {'Thu' if number == 0 else ''}" in said
            assert said.endswith(told if visits != "0" else "nothing was asked")
            assert f" {number + 1} Jan 2026" in said


def test_a_site_is_found_in_every_table_and_tables_are_sorted(show: Show) -> None:
    with show(draw(300)) as page:
        page.fill("#find", "PAPER017")
        assert page.inner_text("#note") == "1 sites"
        for section in ("coverage", "fields", "pace", "copies"):
            assert page.locator(f"#{section} tr[data-site]:visible").count() == 1
        page.fill("#find", "")
        assert page.locator("#pace tr[data-site]:visible").count() == 300
        visits = "[...document.querySelectorAll('#pace tr[data-site]')].map((row) => Number(row.cells[1].dataset.v))"
        page.click("#pace th:nth-child(2) button")
        found = page.evaluate(visits)
        assert found == sorted(found, reverse=True)
        assert page.get_attribute("#pace th:nth-child(2)", "aria-sort") == "descending"
        page.click("#pace th:nth-child(2) button")
        assert page.evaluate(visits) == sorted(found)
        page.click("#coverage th:first-child button")
        page.click("#coverage th:first-child button")
        assert "all sites" in page.inner_text("#map tbody tr:first-child")  # the sum stays on top
        assert page.get_attribute("#map tbody tr:nth-child(2)", "data-site") == "paper299.example"


def test_a_click_leads_to_the_section_and_opens_what_is_folded(show: Show) -> None:
    with show(draw(3), "phone") as page:
        page.click(".tiles a[href='#skipped']")
        assert page.evaluate("document.getElementById('skipped').getBoundingClientRect().top") < 200
        folded = page.locator("#skipped details:not([open])").first
        folded.locator("summary").click()
        assert page.locator("#skipped details[open]").count() == 2
        for link in page.locator("a[target]").all():
            assert link.get_attribute("rel") == "noopener noreferrer"


def test_a_command_is_copied(show: Show) -> None:
    with show(draw(3), permissions=["clipboard-read", "clipboard-write"]) as page:
        page.locator("#examples [data-copy]").first.click()
        page.wait_for_selector("#note:not([hidden])")
        said = page.inner_text("#note")
        assert said.startswith("copied: scraper inspect ")
        assert page.evaluate("navigator.clipboard.readText()") == said.removeprefix("copied: ")


def test_without_scripts_all_is_there(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(draw(3), "utf-8")
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "a.html").as_uri())
    for place in ("coverage", "skipped", "fields", "pace", "copies", "alarms", "runs", "examples", "sums"):
        assert page.locator(f"#{place}").is_visible()
    assert page.locator("[data-copy]:visible").count() == 0
    context.close()


def test_printed_all_sites_are_on_paper(show: Show, tmp_path: Path) -> None:
    with show(draw(300), "desktop", "dark") as page:
        page.emulate_media(media="print", color_scheme="light")
        assert page.evaluate(
            "[...document.querySelectorAll('.tall')].every((e) => e.scrollHeight <= e.clientHeight + 1)"
        )
        assert not page.locator("nav").is_visible()
        page.pdf(path=tmp_path / "report.pdf", format="A4", landscape=True)
        assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def test_hostile_words_do_nothing(show: Show) -> None:
    visits, rows = make_censuses([EVIL, "b.example"], 30, url=f"javascript:{EVIL}", headline=EVIL)
    run = RunRecord(
        EVIL, EVIL, datetime(2026, 1, 1, tzinfo=UTC), None, None, EVIL, (), {EVIL: SiteRecord(failure=EVIL)}
    )
    made = Sources(visits, rows, (Health(EVIL),), (alarm(EVIL),), (run,), 1, (EVIL,), EVIL)
    with show(render(made, EVIL, now_of(visits))) as page:
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        page.hover("#map tr[data-site] svg")
        page.locator("[data-copy]").first.click()
        assert page.evaluate("document.scripts.length") == 1
        assert page.evaluate("document.images.length + document.forms.length + frames.length") == 0
        assert page.locator("a[href^='javascript']").count() == 0
