"""Segments told to health, and rows marked for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import msgspec
import pytest
from pyarrow.compute import field

import scraper.demo
from scraper.config import Config
from scraper.extraction import Extraction, write_findings
from scraper.finding import PageJob, find, find_all
from scraper.marking import Marking
from scraper.page import Page
from scraper.report.health_alarm import Alarm
from scraper.report.health_rates import Place
from scraper.report.health_rhythm import HOUR_S
from scraper.report.health_signs import Sighting
from scraper.report.health_site import Health
from scraper.report.health_tides import DAYS
from scraper.skip import Skip
from scraper.store.corpus import open_articles
from scraper.store.segments import read_visits
from scraper.store.warc import SegmentWriter
from scraper.watching import HEALTH, Sight, Watching, accept_alarms, read_health, see
from scraper.workers import Workers
from tests.store.pages import START, make_page

DAY = START.replace(month=3, day=11)
"""The day after the page is dated; later it would be of the archive."""
HTML = (Path(scraper.demo.__file__).parent / "site" / "tide-gauge.html").read_bytes()


class _Here:
    """Workers that work in this process."""

    def map(self, jobs: Iterator[PageJob]) -> Iterator[bytes]:
        return map(find, jobs)


WORKERS = cast("Workers[PageJob, bytes]", _Here())


@pytest.fixture
def marking(tmp_path: Path) -> Iterator[Marking]:
    marking = Marking(tmp_path / "marks.sqlite")
    yield marking
    marking.close()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    watching = Watching(tmp_path / HEALTH)
    yield watching
    watching.close()


def pages(first: int, count: int, html: bytes) -> list[Page]:
    """Make articles that differ and are of today."""
    made = []
    for number in range(first, first + count):
        page = make_page(f"https://news.example/{number}", payload=html.replace(b"</h1>", b" no. %d</h1>" % number))
        made.append(replace(page, fetched_at=DAY + timedelta(minutes=number)))
    return made


def write(data: Path, segment: str, visits: list[Page]) -> None:
    (data / "warc").mkdir(exist_ok=True)
    writer = SegmentWriter(data / "warc" / f"{segment}.warc.gz.part", "run1", START)
    for page in visits:
        writer.append(page)
    writer.close()
    writer.path.rename(data / "warc" / f"{segment}.warc.gz")


def extract(data: Path, segment: str, marking: Marking, watching: Watching) -> None:
    found = list(find_all(read_visits(data, segment), Config(), WORKERS))
    write_findings(found, segment, marking, data, watching)


def suspects(data: Path) -> dict[str, str | None]:
    rows = open_articles(data).to_table(columns=["url", "suspect"]).to_pylist()
    return {row["url"]: row["suspect"] for row in rows}


def test_rows_from_the_first_bad_article_on_are_marked_in_earlier_segments_too(
    tmp_path: Path, marking: Marking, watching: Watching
) -> None:
    broken = re.sub(rb'class="([^"]*)"', lambda found: b'class="new-' + found[1].replace(b" ", b" new-") + b'"', HTML)
    write(tmp_path, "s1", pages(0, 60, HTML))
    write(tmp_path, "s2", pages(60, 4, broken))
    write(tmp_path, "s3", pages(64, 16, broken))
    for segment in ("s1", "s2"):
        extract(tmp_path, segment, marking, watching)
    assert set(suspects(tmp_path).values()) == {None}
    extract(tmp_path, "s3", marking, watching)
    (alarm,), before = watching.alarms()
    assert alarm.kind == "layout_changed"
    assert alarm.first_bad.url == "https://news.example/60"
    assert before == []
    assert watching.again() == ["s2"]
    extract(tmp_path, "s2", marking, watching)
    watching.written("s2")
    told = suspects(tmp_path)
    assert {int(url.rsplit("/", 1)[1]) for url, suspect in told.items() if suspect} == set(range(60, 80))
    assert set(told.values()) == {None, "layout_changed"}
    assert watching.again() == []

    accept_alarms(tmp_path / HEALTH, "news.example", DAY.timestamp() + 10_000)
    for segment in ("s2", "s3"):
        extract(tmp_path, segment, marking, watching)
    assert set(suspects(tmp_path).values()) == {None}


def test_a_run_writes_earlier_segments_again_and_keeps_for_the_next_what_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = HTML.replace(b'class="', b'class="new')
    for number, (first, count, html) in enumerate([(0, 60, HTML), (60, 4, broken), (64, 16, HTML)]):
        write(tmp_path, f"s{number}", pages(first, count, html))
    with Extraction(Config(), tmp_path, tmp_path) as extraction:
        monkeypatch.setattr(extraction._workers, "map", lambda jobs: map(find, jobs))
        for segment in ("s0", "s1", "s2"):
            extraction.submit(segment).result()
        histories = extraction._watching._histories
        record = open_articles(tmp_path).to_table(filter=field("url") == "https://news.example/61").to_pylist()[0]
        histories.suspect(record["warc_record_id"], "news.example", 0, ["new_layout"])
        histories.ask_again(["s1"])
        aside = (tmp_path / "warc" / "s1.warc.gz").rename(tmp_path / "aside")
        assert "s1.warc.gz" in extraction.write_again(lambda: False)[0]
        assert extraction._watching.again() == ["s1"]
        aside.rename(tmp_path / "warc" / "s1.warc.gz")
        assert extraction.write_again(lambda: False) == []
        assert extraction._watching.again() == []
    assert [url for url, suspect in suspects(tmp_path).items() if suspect] == ["https://news.example/61"]


def test_a_segment_counts_once_however_often_it_is_extracted(
    tmp_path: Path, marking: Marking, watching: Watching
) -> None:
    write(tmp_path, "s1", pages(0, 8, HTML))
    extract(tmp_path, "s1", marking, watching)
    known = watching._histories.site("news.example")
    health = read_health(known)
    assert health
    assert health.pages == 8
    extract(tmp_path, "s1", marking, watching)
    assert watching._histories.site("news.example") == known


def test_what_was_not_committed_is_taken_in_again(tmp_path: Path, watching: Watching) -> None:
    sight = see(make_page("https://news.example/1", payload=b""), "<1>", Skip("no_body"))
    assert sight
    watching.take_in("s1", [sight])
    watching.take_in("s1", [sight])
    watching.commit()
    health = read_health(watching._histories.site("news.example"))
    assert health
    assert health.pages == 1


def test_what_says_nothing_of_the_site_is_not_seen() -> None:
    page = make_page("https://news.example/1")
    assert see(page, "<1>", Skip("robots_disallowed")) is None
    assert see(replace(page, target=replace(page.target, visits=1)), "<1>", Skip("no_body")) is None
    assert see(replace(page, target=replace(page.target, tries=1)), "<1>", Skip("no_body")) is None
    assert see(replace(page, target=replace(page.target, kind="robots")), "<1>", None) is None
    old = replace(page.target.evidence, published="Mon, 06 Jan 2020 10:00:00 GMT")
    assert see(replace(page, target=replace(page.target, evidence=old)), "<1>", Skip("no_body")) is None
    assert see(page, "<1>", Skip("no_body")) is not None


def test_failures_of_the_network_are_told_from_those_of_the_site() -> None:
    feed = make_page("https://news.example/feed")
    feed = replace(feed, target=replace(feed.target, kind="feed"))
    down = see(replace(feed, skip=Skip("dns_failure", retryable=True)), "<1>", None)
    gone = see(replace(feed, skip=Skip("http_404")), "<1>", None)
    assert down
    assert down.sighting.network
    assert gone
    assert not gone.sighting.network
    assert gone.sighting.reason == "http_404"


def test_what_an_earlier_version_knew_of_a_site_is_read_and_its_alarm_on_volume_begun_anew(
    tmp_path: Path, watching: Watching
) -> None:
    health = Health("news.example", pages=60, last=DAY.timestamp() - 3600)
    health.rhythm.days, health.rhythm.watched_days = [(8.0, 8.0)] * 7, 60.0
    health.rhythm.watched_until = DAY.timestamp() - 3600
    place = Place(1.0, "https://news.example/1", "<1>")
    health.alarms["volume"] = Alarm(
        "news.example", "volume_halved", ["volume_halved"], 1.0, place, 3, 9, 9.0, 1.0, START.timestamp()
    )
    old = msgspec.msgpack.decode(msgspec.msgpack.encode(health))
    for name in ("shortages", "mood", "varies", "yesterday", "learned"):
        del old["rhythm"][name]
    sum_of_old = {
        "value": 9.0,
        "peak": 9.0,
        "since": 1.0,
        "found": 3,
        "wanted": 9,
        "passed": 0,
        "alarmed": True,
        "back": 0,
    }
    old["rhythm"] |= {"noise": (3.0, 40.0), "tests": {"dead_feed": sum_of_old, "volume_halved": sum_of_old}}
    watching._histories.save_site("news.example", msgspec.msgpack.encode(old))
    feed = make_page("https://news.example/feed")
    feed = replace(feed, target=replace(feed.target, kind="feed"), fetched_at=DAY)
    sight = see(feed, "<feed>", None)
    assert sight
    watching.take_in("s1", [sight])
    watching.commit()
    now = read_health(watching._histories.site("news.example"))
    assert now
    assert (now.pages, now.rhythm.ready, now.alarms) == (60, True, {})


def test_sites_of_a_segment_tell_each_other_of_the_day(watching: Watching) -> None:
    def visit(site: str, hour: int, new: int) -> list[Sight]:
        at = START.timestamp() + hour * HOUR_S
        listing = Sighting(Place(at, f"https://{site}/feed", ""), listing=True)
        pages = [Sighting(Place(at, f"https://{site}/{n}", ""), listing=False, new=True) for n in range(new)]
        return [Sight(site, each) for each in (listing, *pages)]

    sites = [f"{number}.example" for number in range(4)]
    for hour in range(0, 16 * 24, 4):
        watching.take_in(f"s{hour}", [sight for site in sites for sight in visit(site, hour, 8)])
        watching.commit()
    told = watching._histories.days()
    assert {site for site, _ in told} == set(sites)
    assert all(odds < 0 for odds in told.values())
    assert len({day for _, day in told}) <= DAYS + 1
