from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from tests.report.censuses import EVIL, NOW, make_censuses, now_of
from tests.report.test_run_report_verdict import alarm

from scraper.report.health_site import Health
from scraper.report.run_report import Sources, render, tell_ago, tell_bytes
from scraper.run_record import RunRecord, SiteRecord

RUN = RunRecord("20260120T000000Z-a", "scrape", datetime(2026, 1, 20, tzinfo=UTC), NOW, 0)


class Tags(HTMLParser):
    """Collects the tags of a page and their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def draw(sources: Sources) -> str:
    return render(sources, "data", now_of(sources.visits))


def sources(sites: int | list[str] = 3, days: int = 30, **examples: str) -> Sources:
    visits, rows = make_censuses(sites, days, **examples)  # type: ignore[arg-type]
    return Sources(visits, rows, (), (), (RUN,), 1, (), "")


def test_the_page_states_the_sums_of_the_ledger() -> None:
    made = sources()
    text = re.sub(r"<[^>]+>", "", draw(made))
    counts = {name: made.visits.count(name) for name in made.visits.outcomes}
    assert (
        f"{int(made.visits.visits.sum()):,} visits = {counts['article']:,} articles + {counts['unchanged']:,} unchanged"
        f" + {counts['listing']:,} listings and robots.txt + {counts['skip']:,} skips + {counts['deleted']:,} deleted"
    ) in text
    assert sum(counts.values()) == int(made.visits.visits.sum())
    assert "all agree" in text


def test_sums_that_do_not_agree_are_told_on_top_and_below() -> None:
    made = sources()
    html = draw(replace(made, rows=replace(made.rows, rows=made.rows.rows + 1)))
    assert "No, not as it is" in html
    assert html.count("the outcomes count") > 3
    assert "all agree" not in html


@pytest.mark.parametrize("where", ["site", "headline", "url", "run", "alarm", "data"])
def test_words_of_others_stay_words(where: str) -> None:
    made = sources(
        [EVIL, "b.example"] if where == "site" else 2,
        30,
        headline=EVIL if where == "headline" else "",
        url=f"javascript:{EVIL}" if where == "url" else "",
    )
    if where == "run":
        run = replace(RUN, run=EVIL, command=EVIL, error=EVIL, sites={EVIL: SiteRecord(failure=EVIL)})
        made = replace(made, runs=(run,), unreadable=(EVIL,), release=EVIL)
    if where == "alarm":
        made = replace(made, healths=(Health(EVIL),), alarms=(alarm(EVIL), replace(alarm(EVIL), closed_at=2e9)))
    html = render(made, EVIL if where == "data" else "data", NOW)
    assert not set("\x1b\x07\u202e") & set(html)
    tags = Tags(html).tags
    assert [tag for tag, _ in tags if tag in ("script", "img", "iframe", "object", "form", "base", "link")] == [
        "script"
    ]
    for _, attributes in tags:
        assert not {name for name in attributes if name.startswith("on") or name in ("style", "src", "srcset")}
        href = attributes.get("href") or "#"
        assert href.startswith(("#", "http://", "https://"))
        if not href.startswith("#"):
            assert attributes["rel"] == "noopener noreferrer"
    assert "&lt;script&gt;" in html


def test_the_policy_allows_its_own_style_and_script_alone() -> None:
    html = draw(sources(1, 1))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        text = html[html.index(f"<{tag}>") + len(tag) + 2 : html.index(f"</{tag}>")]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert "unsafe" not in policy[1]


def test_every_chart_has_words_in_its_place() -> None:
    tags = Tags(draw(sources(20, 60))).tags
    images = [attributes for tag, attributes in tags if tag == "svg"]
    assert len(images) > 100
    for attributes in images:
        assert attributes.get("aria-hidden") == "true" or attributes.get("aria-label")


def test_commands_to_copy_name_the_folder_as_a_shell_reads_it() -> None:
    assert re.search(r"scraper inspect [0-9a-f]{32} --open<", draw(sources()))
    assert "--data &#39;/srv/my news&#39; --open<" in render(sources(), "/srv/my news", NOW)


@pytest.mark.parametrize(("sites", "days", "most_bytes"), [(3, 365, 120_000), (300, 100, 2_000_000)])
def test_the_page_stays_small_enough_for_a_phone(sites: int, days: int, most_bytes: int) -> None:
    assert len(draw(sources(sites, days)).encode()) < most_bytes


def test_bytes_and_times_are_told_with_their_units() -> None:
    assert [tell_bytes(size) for size in (0, 999, 1500, 25_000, 3.2e9, 5e15)] == [
        "0 B", "999 B", "1.5 kB", "25 kB", "3.2 GB", "5,000.0 TB",
    ]  # fmt: skip
    ago = (timedelta(seconds=9), timedelta(minutes=50), timedelta(hours=40), timedelta(days=9))
    assert [tell_ago(NOW - each, NOW) for each in ago] == ["just now", "50 min ago", "40 h ago", "9 days ago"]
