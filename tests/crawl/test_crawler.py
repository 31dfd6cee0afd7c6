from __future__ import annotations

import email.utils
import itertools
from datetime import timedelta

import httpx
import pytest
from tests.crawl.world import HTML, PAGE, START, World, response, rss, site

from scraper.config import Site
from scraper.crawl.politeness import JITTER
from scraper.errors import StoreError
from scraper.page import HostPace, Page
from scraper.url import normalize

A = "https://a.example"


def test_takes_a_feed_and_its_articles_and_saves_each_once() -> None:
    world = World({f"{A}/feed": rss(f"{A}/1", f"{A}/2"), f"{A}/1": PAGE, f"{A}/2": PAGE})
    outcomes = world.crawl(site())
    assert outcomes == {f"{A}/robots.txt": "404", f"{A}/feed": "200", f"{A}/1": "200", f"{A}/2": "200"}
    assert len(world.ledger.pages) == 4
    assert world.pages == world.ledger.pages
    assert world.ledger.due == [None] * 4


def test_keeps_the_interval_between_all_requests_to_a_host() -> None:
    links = [f"{A}/{number}" for number in range(20)]
    world = World({f"{A}/feed": rss(*links)} | dict.fromkeys(links, PAGE), delay_s=5)
    world.crawl(site())
    times = [at for at, _, _ in world.asked]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(gaps) == 21
    assert all(5 * JITTER[0] <= gap <= 5 * JITTER[1] + 0.5 for gap in gaps)
    assert len({round(gap, 1) for gap in gaps}) > 10


def test_asks_hosts_side_by_side_and_in_fair_turns() -> None:
    long = [f"{A}/{number}" for number in range(50)]
    answers: dict[str, bytes] = {f"{A}/feed": rss(*long)} | dict.fromkeys(long, PAGE)
    for number in range(5):
        host = f"https://h{number}.example"
        answers |= {f"{host}/feed": rss(f"{host}/x"), f"{host}/x": PAGE}
    world = World(answers, delay_s=5, hosts_at_once=2)
    world.crawl(site(), *(site(f"h{number}.example") for number in range(5)))
    assert max(world.times(f"https://h{number}.example/x")[0] for number in range(5)) < 40
    assert len(world.times(f"{A}/49")) == 1


def test_crawl_delay_of_robots_is_a_least_interval() -> None:
    world = World(
        {f"{A}/robots.txt": b"User-agent: *\nCrawl-delay: 30", f"{A}/feed": rss(f"{A}/1"), f"{A}/1": PAGE}, delay_s=1
    )
    world.crawl(site())
    assert world.times(f"{A}/1")[0] - world.times(f"{A}/feed")[0] >= 30


def test_crawl_delay_longer_than_the_patience_slows_the_host_and_never_skips_it() -> None:
    world = World(
        {f"{A}/robots.txt": b"User-agent: *\nCrawl-delay: 9999", f"{A}/feed": rss(f"{A}/1"), f"{A}/1": PAGE},
        max_wait_s=10,
    )
    assert world.crawl(site())[f"{A}/1"] == "200"
    assert 300 <= world.times(f"{A}/1")[0] - world.times(f"{A}/feed")[0] < 302


def test_busy_host_waits_and_the_same_address_comes_through() -> None:
    answers = iter([response(503), response(503), response(200, PAGE, HTML)])
    world = World(
        {f"{A}/feed": rss(f"{A}/1", f"{A}/2"), f"{A}/1": PAGE, f"{A}/2": lambda request: next(answers)}, delay_s=0
    )
    world.crawl(site())
    first, second, third = world.times(f"{A}/2")
    assert 54 <= second - first <= 67
    assert 108 <= third - second <= 133
    assert not any(first < at < second for at in world.times(f"{A}/1"))
    assert world.ledger.outcomes()[f"{A}/2"] == "200"


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_holds_the_whole_host_back(form: str) -> None:
    value = "120" if form == "seconds" else email.utils.format_datetime(START + timedelta(seconds=120), usegmt=True)
    answers = iter([response(429, headers={"retry-after": value}), response(200, PAGE, HTML)])
    links = [f"{A}/{number}" for number in range(4)]
    world = World(
        {f"{A}/feed": rss(*links, f"{A}/x")} | dict.fromkeys(links, PAGE) | {f"{A}/x": lambda _: next(answers)}
    )
    world.crawl(site())
    refused = world.times(f"{A}/x")[0]
    assert [at for at, _, _ in world.asked if refused < at < 119] == []
    assert world.ledger.outcomes()[f"{A}/x"] == "200"


def test_host_that_asks_for_hours_is_left_for_the_next_run_and_remembered() -> None:
    world = World(
        {
            f"{A}/feed": rss(f"{A}/1", f"{A}/2"),
            f"{A}/2": response(429, headers={"retry-after": "7200"}),
            f"{A}/1": PAGE,
        },
        delay_s=0,
    )
    outcomes = world.crawl(site())
    assert outcomes[f"{A}/2"] == "http_429"
    assert f"{A}/1" not in outcomes
    assert world.ledger.paces["a.example"].ready_at >= START + timedelta(hours=2)
    before = len(world.asked)
    world.crawl(site())
    assert len(world.asked) == before
    world.elapsed += timedelta(hours=2)
    assert world.crawl(site())[f"{A}/1"] == "200"


def test_failed_address_is_due_after_1_6_and_24_hours_then_given_up() -> None:
    world = World({f"{A}/feed": rss(f"{A}/1"), f"{A}/1": response(500)}, delay_s=0)
    waits: list[float | None] = []
    for _ in range(4):
        world.crawl(site())
        due_at = world.ledger.rows[next(key for key in world.ledger.rows if key.endswith("/1"))].due_at
        if due_at is None:
            waits.append(None)
            break
        waits.append(round((due_at - START - world.elapsed).total_seconds() / 3600, 1))
        world.elapsed = due_at - START
    assert waits == [1.0, 6.0, 24.0, None]


def test_disallowed_address_is_never_asked_and_the_line_is_kept() -> None:
    world = World({f"{A}/robots.txt": b"User-agent: *\nDisallow: /private/", f"{A}/feed": rss(f"{A}/private/1")})
    assert world.crawl(site())[f"{A}/private/1"] == "robots_disallowed"
    assert world.times(f"{A}/private/1") == []
    page = world.ledger.pages[-1]
    assert (page.exchanges, page.robots) == ((), "Disallow: /private/")


@pytest.mark.parametrize("status", [500, 503, 429])
def test_unreachable_robots_forbids_everything_and_leaves_the_host(status: int) -> None:
    world = World({f"{A}/robots.txt": response(status), f"{A}/feed": rss(f"{A}/1")})
    outcomes = world.crawl(site(feeds=("/feed", "/feed2")))
    assert sorted(outcomes.values()) == [f"http_{status}", "robots_unreachable"]
    assert {url for _, url, _ in world.asked} == {f"{A}/robots.txt"}


def test_robots_is_asked_once_a_day_across_runs() -> None:
    world = World({f"{A}/feed": rss(f"{A}/1"), f"{A}/1": PAGE})
    world.crawl(site())
    world.crawl(site())
    assert len(world.times(f"{A}/robots.txt")) == 1
    world.elapsed += timedelta(hours=25)
    world.crawl(site())
    assert len(world.times(f"{A}/robots.txt")) == 2


def test_robots_that_forbids_caching_is_not_asked_for_every_page() -> None:
    robots = response(200, b"User-agent: *\nAllow: /", {"cache-control": "no-store", "content-type": "text/plain"})
    world = World({f"{A}/robots.txt": robots, f"{A}/feed": rss(f"{A}/1", f"{A}/2"), f"{A}/1": PAGE, f"{A}/2": PAGE})
    world.crawl(site())
    assert len(world.times(f"{A}/robots.txt")) == 1


def test_second_run_asks_conditionally_and_takes_304_as_unchanged() -> None:
    def feed(request: httpx.Request) -> httpx.Response:
        if request.headers.get("if-none-match") == 'W/"1"':
            return response(304)
        return response(200, rss(f"{A}/1"), {"content-type": "application/rss+xml", "etag": 'W/"1"'})

    world = World({f"{A}/feed": feed, f"{A}/1": PAGE})
    world.crawl(site())
    world.crawl(site())
    assert world.ledger.pages[-1].unchanged
    assert world.ledger.pages[-1].skip is None
    assert len(world.times(f"{A}/1")) == 1


def test_redirect_to_another_host_obeys_that_hosts_robots() -> None:
    world = World(
        {
            f"{A}/feed": rss(f"{A}/1"),
            f"{A}/1": response(302, headers={"location": "https://b.example/x"}),
            "https://b.example/robots.txt": b"User-agent: newsbot\nDisallow: /",
        }
    )
    assert world.crawl(site())[f"{A}/1"] == "robots_disallowed"
    assert world.times("https://b.example/x") == []
    assert [exchange.status for exchange in world.ledger.pages[-1].exchanges] == [302]


def test_redirect_within_a_host_keeps_its_interval() -> None:
    world = World(
        {f"{A}/feed": rss(f"{A}/1"), f"{A}/1": response(301, headers={"location": "/2"}), f"{A}/2": PAGE}, delay_s=4
    )
    world.crawl(site())
    assert world.times(f"{A}/2")[0] - world.times(f"{A}/1")[0] >= 2


def test_child_sitemap_is_due_again_a_day_later_and_seeds_are_not() -> None:
    index = f"<sitemapindex><sitemap><loc>{A}/s1.xml</loc></sitemap></sitemapindex>".encode()
    urls = f"<urlset><url><loc>{A}/1</loc></url></urlset>".encode()
    xml = {"content-type": "application/xml"}
    world = World({f"{A}/s.xml": response(200, index, xml), f"{A}/s1.xml": response(200, urls, xml), f"{A}/1": PAGE})
    world.crawl(site(feeds=(), sitemaps=(normalize(f"{A}/s.xml"),)))
    due = {page.target.url: at for page, at in zip(world.ledger.pages, world.ledger.due, strict=True)}
    assert due[normalize(f"{A}/s.xml")] is None
    assert due[normalize(f"{A}/1")] is None
    assert (due[normalize(f"{A}/s1.xml")] or START) - START > timedelta(hours=23)


def test_indexes_of_indexes_end_at_five_deep() -> None:
    xml = {"content-type": "application/xml"}

    def nested(number: int) -> httpx.Response:
        text = f"<sitemapindex><sitemap><loc>{A}/{number + 1}.xml</loc></sitemap></sitemapindex>"
        return response(200, text.encode(), xml)

    world = World({f"{A}/{number}.xml": nested(number) for number in range(20)}, delay_s=0)
    world.crawl(site(feeds=(), sitemaps=(normalize(f"{A}/0.xml"),)))
    assert world.times(f"{A}/5.xml")
    assert not world.times(f"{A}/6.xml")


def test_bare_site_is_found_by_robots_and_front_page() -> None:
    xml = {"content-type": "application/xml"}
    front = b'<link rel="alternate" type="application/rss+xml" href="/rss"><a href="/2026/03/a-long-story-here">x</a>'
    world = World(
        {
            f"{A}/robots.txt": f"Sitemap: {A}/map.xml\nSitemap: https://other.example/map.xml".encode(),
            f"{A}/": front,
            f"{A}/rss": rss(f"{A}/1"),
            f"{A}/map.xml": response(200, f"<urlset><url><loc>{A}/2</loc></url></urlset>".encode(), xml),
        },
        delay_s=0,
    )
    asked = world.crawl(Site("a.example")).keys()
    assert asked >= {f"{A}/rss", f"{A}/1", f"{A}/2", f"{A}/map.xml", f"{A}/2026/03/a-long-story-here"}
    assert "https://other.example/map.xml" not in asked


@pytest.mark.parametrize(
    ("body", "reason"), [(b"<!doctype html><p>Hello", "not_a_feed"), (b"", "not_a_feed"), (b"{}", "not_a_feed")]
)
def test_feed_that_is_none_is_saved_with_its_reason(body: bytes, reason: str) -> None:
    world = World({f"{A}/feed": body})
    assert world.crawl(site())[f"{A}/feed"] == reason


def test_limit_counts_the_visits_of_articles_per_site() -> None:
    links = [f"{A}/{number}" for number in range(9)]
    other = "https://b.example"
    world = World(
        {f"{A}/feed": rss(*links), f"{other}/feed": rss(f"{other}/1"), f"{other}/1": PAGE} | dict.fromkeys(links, PAGE),
        delay_s=0,
    )
    world.crawl(site(), site("b.example"), limit=3)
    kinds = [(page.target.site, page.target.kind) for page in world.ledger.pages]
    assert kinds.count(("a.example", "article")) == 3
    assert kinds.count(("b.example", "article")) == 1


def test_stop_ends_the_run_and_what_is_left_stays_due() -> None:
    links = [f"{A}/{number}" for number in range(50)]
    world = World({f"{A}/feed": rss(*links)} | dict.fromkeys(links, PAGE))
    world.crawl(site(), stop=lambda: len(world.asked) >= 5)
    assert 5 <= len(world.asked) <= 6
    world.crawl(site())
    assert all(len(world.times(link)) == 1 for link in links)


def test_host_that_is_down_costs_one_visit_a_run() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    links = [f"https://down.a.example/{number}" for number in range(9)]
    world = World(
        {f"{A}/feed": rss(*links), "https://down.a.example/robots.txt": b"User-agent: *"} | dict.fromkeys(links, fail),
        delay_s=0,
    )
    outcomes = world.crawl(site())
    assert list(outcomes.values()).count("connect_failed") == 1
    assert sum(row.due_at is not None for row in world.ledger.rows.values()) == 9


def test_error_of_the_ledger_stops_the_run() -> None:
    world = World({f"{A}/feed": rss(f"{A}/1")})

    def save(page: Page, due_at: object, found: object = ()) -> int:
        raise StoreError("disk full")

    world.ledger.save = save  # type: ignore[method-assign]
    with pytest.raises(StoreError, match="disk full"):
        world.crawl(site())


def test_backoff_of_an_earlier_run_is_kept() -> None:
    world = World({f"{A}/feed": rss(f"{A}/1"), f"{A}/1": PAGE}, delay_s=0)
    world.ledger.save_pace(HostPace("a.example", START + timedelta(seconds=300), 300, START))
    world.crawl(site())
    assert min(at for at, _, _ in world.asked) >= 300
