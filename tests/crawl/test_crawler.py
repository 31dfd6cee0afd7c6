from __future__ import annotations

import asyncio
import email.utils
import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.crawl.world import HTML, PAGE, START, World, response, rss, site

from scraper.config import Site
from scraper.crawl.paces import Paces
from scraper.crawl.politeness import JITTER
from scraper.errors import StoreError
from scraper.page import HostPace, Page
from scraper.policy import Policy
from scraper.store.warc import SegmentWriter
from scraper.url import normalize

A = "https://a.example"


def test_takes_a_feed_and_its_articles_and_saves_each_once() -> None:
    world = World({f"{A}/feed": rss(f"{A}/1", f"{A}/2"), f"{A}/1": PAGE, f"{A}/2": PAGE})
    outcomes = world.crawl(site())
    assert outcomes == {f"{A}/robots.txt": "404", f"{A}/feed": "200", f"{A}/1": "200", f"{A}/2": "200"}
    assert len(world.saved) == 4
    assert world.pages == [page for page, _ in world.saved]


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
    assert world.outcomes()[f"{A}/2"] == "200"


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
    assert world.outcomes()[f"{A}/x"] == "200"


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
    assert (world.pace("a.example") or HostPace("", START)).ready_at >= START + timedelta(hours=2)
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
        due_at = world.due(f"{A}/1")
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
    page = world.saved[-1][0]
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
    world.elapsed += timedelta(hours=1)
    world.crawl(site())
    assert world.saved[-1][0].unchanged
    assert world.saved[-1][0].skip is None
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
    assert [exchange.status for exchange in world.saved[-1][0].exchanges] == [302]


def test_redirect_within_a_host_keeps_its_interval() -> None:
    world = World(
        {f"{A}/feed": rss(f"{A}/1"), f"{A}/1": response(301, headers={"location": "/2"}), f"{A}/2": PAGE}, delay_s=4
    )
    world.crawl(site())
    assert world.times(f"{A}/2")[0] - world.times(f"{A}/1")[0] >= 2


def test_listings_are_due_again_and_articles_for_a_second_look() -> None:
    index = f"<sitemapindex><sitemap><loc>{A}/s1.xml</loc></sitemap></sitemapindex>".encode()
    urls = f"<urlset><url><loc>{A}/1</loc></url></urlset>".encode()
    xml = {"content-type": "application/xml"}
    world = World({f"{A}/s.xml": response(200, index, xml), f"{A}/s1.xml": response(200, urls, xml), f"{A}/1": PAGE})
    world.crawl(site(feeds=(), sitemaps=(normalize(f"{A}/s.xml"),)))
    hours = {
        page.target.url: round((at - page.fetched_at) / timedelta(hours=1))
        for page, at in world.saved
        if at is not None
    }
    assert hours == {f"{A}/s.xml": 1, f"{A}/s1.xml": 24, f"{A}/1": 24}


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
    kinds = [(page.target.site, page.target.kind) for page, _ in world.saved]
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
    assert world.pending("a.example") == 10


def test_error_of_the_ledger_stops_the_run_and_is_the_one_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def append(self: object, page: Page) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(SegmentWriter, "append", append)
    world = World({f"{A}/feed": rss(f"{A}/1")}, delay_s=60)
    with pytest.raises(StoreError, match="disk full"):
        world.crawl(site())


def test_backoff_of_an_earlier_run_is_kept() -> None:
    world = World({f"{A}/feed": rss(f"{A}/1"), f"{A}/1": PAGE}, delay_s=0)
    world.remember(HostPace("a.example", START + timedelta(seconds=300), 300, START))
    world.crawl(site())
    assert min(at for at, _, _ in world.asked) >= 300


def test_listing_that_comes_due_again_does_not_keep_a_run_from_ending() -> None:
    world = World({f"{A}/feed": rss(f"{A}/1"), f"{A}/1": PAGE}, max_wait_s=7200, delay_s=1)
    world.crawl(site())
    assert world.elapsed < timedelta(hours=2)
    assert len(world.times(f"{A}/feed")) <= 2


def test_long_run_asks_its_listings_when_they_are_due() -> None:
    links = [f"{A}/{number}" for number in range(1500)]
    world = World({f"{A}/feed": rss(*links)} | dict.fromkeys(links, PAGE), delay_s=5)
    world.crawl(site())
    hours = [at / 3600 for at in world.times(f"{A}/feed")]
    assert hours == pytest.approx([0, 1], abs=0.05)
    assert len(world.asked) == 1500 + 1 + len(hours)


def test_article_is_asked_after_a_day_and_a_week_and_no_more() -> None:
    world = World({f"{A}/feed": rss(f"{A}/1"), f"{A}/1": PAGE})
    for _ in range(20):
        world.crawl(site())
        world.elapsed += timedelta(hours=24.1) - (world.elapsed % timedelta(hours=1))
    days = [at / 86_400 for at in world.times(f"{A}/1")]
    assert days == pytest.approx([0, 1, 7], abs=1.1)


def test_article_that_vanished_is_looked_for_once_more_and_then_left() -> None:
    answers = iter([response(200, PAGE, HTML), response(404), response(404)])
    world = World({f"{A}/feed": rss(f"{A}/1"), f"{A}/1": lambda request: next(answers)})
    for _ in range(9):
        world.crawl(site())
        world.elapsed += timedelta(hours=25)
    assert len(world.times(f"{A}/1")) == 3
    assert [page.target.visits for page, _ in world.saved if page.target.url == f"{A}/1"] == [0, 1, 1]


def test_address_that_moved_for_good_is_asked_where_it_is_now() -> None:
    world = World(
        {
            f"{A}/feed": response(301, headers={"location": "/rss"}),
            f"{A}/rss": rss(f"{A}/1"),
            f"{A}/1": response(308, headers={"location": f"{A}/2"}),
            f"{A}/2": PAGE,
        }
    )
    world.crawl(site())
    world.elapsed += timedelta(hours=25)
    world.crawl(site())
    assert (len(world.times(f"{A}/1")), len(world.times(f"{A}/2"))) == (1, 2)
    assert (len(world.times(f"{A}/feed")), len(world.times(f"{A}/rss"))) == (1, 2)
    assert {page.target.url for page, _ in world.saved if page.target.kind == "article"} == {f"{A}/1"}


def test_every_tenth_visit_asks_for_all_of_it() -> None:
    feed = response(200, rss(), {"content-type": "application/rss+xml", "etag": '"1"'})
    world = World({f"{A}/feed": lambda request: response(304) if "if-none-match" in request.headers else feed})
    world.answers = {f"{A}/feed": lambda request: response(304) if "if-none-match" in request.headers else response(
        200, rss(), {"content-type": "application/rss+xml", "etag": '"1"'})}  # fmt: skip
    for _ in range(21):
        world.crawl(site())
        world.elapsed += timedelta(hours=24)
    full = [
        n
        for n, (_, _, headers) in enumerate(ask for ask in world.asked if ask[1].endswith("/feed"))
        if "if-none-match" not in headers
    ]
    assert full == [0, 10, 20]


def test_site_is_asked_as_often_as_its_budget_allows_and_the_rest_stays_due() -> None:
    links = [f"{A}/{number}" for number in range(20)]
    world = World({f"{A}/feed": rss(*links)} | dict.fromkeys(links, PAGE), max_requests=8, delay_s=0)
    world.crawl(site())
    assert len(world.asked) == 8
    assert world.crawler.spent == {"a.example"}
    world.crawl(site())
    assert len(world.asked) == 16
    world.crawl(site())
    assert len(world.asked) == 22
    assert world.crawler.spent == set()


def test_host_that_is_down_is_left_alone_twice_as_long_each_time() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    world = World({f"{A}/robots.txt": fail, f"{A}/feed": rss(f"{A}/1")}, tries=1)
    for _ in range(24 * 4):
        world.crawl(site())
        world.elapsed += timedelta(hours=1) - (world.elapsed % timedelta(hours=1))
    hours = [round(at / 3600) for at in world.times(f"{A}/robots.txt")]
    assert hours[:6] == pytest.approx([0, 1, 3, 7, 15, 31], abs=3)
    assert len(hours) <= 8
    world.answers = {f"{A}/feed": rss(f"{A}/1"), f"{A}/1": PAGE}
    world.elapsed += timedelta(hours=24)
    assert world.crawl(site())[f"{A}/1"] == "200"
    assert (world.pace("a.example") or HostPace("", START)).failures == 0


def test_interval_between_requests_holds_from_one_run_to_the_next() -> None:
    world = World({f"{A}/feed": rss(f"{A}/1", f"{A}/2"), f"{A}/1": PAGE, f"{A}/2": PAGE}, delay_s=5)
    while not world.times(f"{A}/2") or not world.times(f"{A}/1"):
        world.crawl(site(), limit=1)
    times = [at for at, _, _ in world.asked]
    assert all(later - earlier >= 5 * JITTER[0] for earlier, later in itertools.pairwise(times))


def test_traps_are_left_out_and_counted() -> None:
    traps = [f"{A}/calendar?month={number}" for number in range(9)]
    world = World({f"{A}/feed": rss(*traps, f"{A}/1"), f"{A}/1": PAGE}, delay_s=0)
    assert {url for url in world.crawl(site()) if "calendar" in url} == set()
    assert world.crawler.dropped == {("a.example", "calendar"): 9}


def test_more_than_a_site_can_have_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.crawl.crawler.MAX_PENDING", 5)
    links = [f"{A}/{number}" for number in range(9)]
    feeds = {f"{A}/f1": rss(*links[:6]), f"{A}/f2": rss(*links[6:])}
    world = World(feeds | dict.fromkeys(links, PAGE), delay_s=0)
    world.crawl(site(feeds=("/f1", "/f2")))
    assert sum(bool(world.times(link)) for link in links) < 9
    assert world.crawler.dropped[("a.example", "full")] in (3, 6)


def test_host_whose_other_scheme_is_down_is_not_held_for_it() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    links = [f"{A}/{number}" for number in range(5)]
    answers: dict[str, Any] = {f"{A}/feed": rss("http://a.example/plain", *links), "http://a.example/robots.txt": fail}
    world = World(answers | dict.fromkeys(links, PAGE), delay_s=0, tries=1)
    for _ in range(48):
        outcomes = world.crawl(site())
        world.elapsed += timedelta(hours=1)
    assert all(outcomes[link] == "200" for link in links)
    assert len(world.times("http://a.example/robots.txt")) < 16
    assert len(world.times(f"{A}/feed")) > 5


@pytest.mark.parametrize("wait_s", [7200, 86_400])
def test_robots_that_leads_to_a_host_that_waits_is_not_asked_again_and_again(wait_s: int) -> None:
    www = "https://www.a.example"
    world = World(
        {
            f"{A}/robots.txt": response(301, headers={"location": f"{www}/robots.txt"}),
            f"{www}/robots.txt": response(503, headers={"retry-after": str(wait_s)}),
            f"{A}/feed": rss(),
        }
    )
    world.crawl(site(feeds=("/feed", "/feed2")))
    world.crawl(site(feeds=("/feed", "/feed2")))
    assert len(world.asked) <= 4


def test_address_that_leads_to_a_host_that_waits_is_due_when_that_is_ready() -> None:
    world = World(
        {f"{A}/feed": rss(f"{A}/1"), f"{A}/1": response(302, headers={"location": "https://b.example/1"}),
         "https://b.example/1": PAGE, "https://b.example/robots.txt": response(404)},
    )  # fmt: skip
    world.crawl(site(feeds=()))
    world.remember(HostPace("b.example", START + timedelta(hours=40)))
    for _ in range(48):
        outcomes = world.crawl(site())
        world.elapsed += timedelta(hours=1)
    assert outcomes[f"{A}/1"] == "200"
    assert len(world.times(f"{A}/1")) <= 3


def test_indexes_that_name_each_other_do_not_keep_a_run_going() -> None:
    def index(other: str) -> Callable[[httpx.Request], httpx.Response]:
        def answer(request: httpx.Request) -> httpx.Response:
            text = f"<!-- {world.now()} --><sitemapindex><sitemap><loc>{A}/{other}</loc><lastmod>2099-01-01</lastmod>"
            return response(200, f"{text}</sitemap></sitemapindex>".encode(), {"content-type": "application/xml"})

        return answer

    world = World({f"{A}/a.xml": index("b.xml"), f"{A}/b.xml": index("a.xml")})
    world.crawl(site(feeds=(), sitemaps=(normalize(f"{A}/a.xml"),)))
    assert len(world.asked) < 6


def test_sitemaps_of_years_do_not_starve_the_news() -> None:
    xml = {"content-type": "application/xml"}
    children = "".join(f"<sitemap><loc>{A}/day{n}.xml</loc></sitemap>" for n in range(500))
    answers: dict[str, Any] = {
        f"{A}/map.xml": response(200, f"<sitemapindex>{children}</sitemapindex>".encode(), xml),
        f"{A}/feed": rss(*(f"{A}/{n}" for n in range(9))),
    }
    for n in range(500):
        text = f"<urlset><url><loc>{A}/old{n}</loc></url></urlset>"
        answers[f"{A}/day{n}.xml"] = response(200, text.encode(), xml)
    world = World(answers | {f"{A}/{n}": PAGE for n in range(9)})
    world.crawl(site(sitemaps=(normalize(f"{A}/map.xml"),)), stop=lambda: len(world.asked) > 100)
    assert max(world.times(f"{A}/{n}")[0] for n in range(9)) < 100


def test_known_entries_do_not_fill_a_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.crawl.crawler.MAX_PENDING", 20)
    links = [f"{A}/{number}" for number in range(8)]
    feeds = {f"{A}/f{number}": rss(*links) for number in range(5)} | {f"{A}/last": rss(f"{A}/x", f"{A}/y")}
    world = World(feeds | dict.fromkeys([*links, f"{A}/x", f"{A}/y"], PAGE), delay_s=0)
    world.crawl(site(feeds=("/f0", "/f1", "/f2", "/f3", "/f4", "/last")))
    assert not world.crawler.dropped
    assert world.times(f"{A}/x")


def test_what_fails_counts_against_the_budget_of_a_site() -> None:
    def reset(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset")

    links = [f"{A}/{number}" for number in range(40)]
    world = World({f"{A}/feed": rss(*links)} | dict.fromkeys(links, reset), max_requests=10, delay_s=0)
    world.crawl(site())
    assert len(world.asked) <= 12
    assert world.crawler.spent == {"a.example"}


def test_article_forbidden_for_an_afternoon_is_asked_later() -> None:
    rules = iter([b"User-agent: *\nDisallow: /s", *[b"User-agent: *"] * 99])
    world = World(
        {f"{A}/robots.txt": lambda request: response(200, next(rules), {"content-type": "text/plain"}),
         f"{A}/feed": rss(f"{A}/s1"), f"{A}/s1": PAGE},
    )  # fmt: skip
    for _ in range(9):
        outcomes = world.crawl(site())
        world.elapsed += timedelta(hours=25)
    assert outcomes[f"{A}/s1"] == "200"


def test_tdmrep_is_asked_for_once_a_day_though_it_leads_nowhere_and_never_off_its_place() -> None:
    links = [f"{A}/{number}" for number in range(9)]
    answers: dict[str, Any] = {f"{A}/feed": rss(*links)} | dict.fromkeys(links, PAGE)
    answers[f"{A}/.well-known/tdmrep.json"] = response(302, headers={"location": "/login"})
    world = World(answers, Policy(ask_tdmrep=True))
    world.crawl(site())
    assert len(world.times(f"{A}/.well-known/tdmrep.json")) == 1
    assert world.times(f"{A}/login") == []


def test_host_is_asked_by_one_at_a_time_whoever_is_led_there() -> None:
    under_way: list[int] = [0, 0]

    async def slow(request: httpx.Request) -> httpx.Response:
        under_way[0] += 1
        under_way[1] = max(under_way)
        await asyncio.sleep(40)
        under_way[0] -= 1
        return response(200, PAGE, HTML)

    hosts = [f"h{number}.example" for number in range(5)]
    answers: dict[str, Any] = {}
    for host in hosts:
        answers[f"https://{host}/feed"] = rss(f"https://{host}/1")
        answers[f"https://{host}/1"] = response(302, headers={"location": f"https://slow.example/{host}"})
    world = World(answers)
    ask = world.answer

    async def answer(request: httpx.Request) -> httpx.Response:
        return (
            await slow(request)
            if request.url.host == "slow.example" and "robots" not in str(request.url)
            else ask(request)
        )

    world.answer = answer  # type: ignore[method-assign, assignment]
    world.crawl(*(site(host) for host in hosts))
    assert under_way == [0, 1]
    assert [page.status for page in world.pages if page.target.kind == "article"] == [200] * 5


def test_hosts_that_lead_to_each_other_do_not_wait_for_each_other_for_ever() -> None:
    """A page of www leads to the bare host, whose robots.txt leads to www: one waits for rules, one for a turn."""
    www = "https://www.a.example"

    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(20)
        return ask(request)

    world = World(
        {
            f"{www}/robots.txt": response(404),
            f"{www}/news": rss(f"{www}/1", f"{A}/2"),
            f"{www}/1": response(302, headers={"location": f"{A}/1"}),
            f"{A}/robots.txt": response(302, headers={"location": f"{www}/robots.txt"}),
            f"{A}/1": PAGE,
            f"{A}/2": PAGE,
        }
    )
    ask = world.answer
    world.answer = slow  # type: ignore[method-assign, assignment]
    outcomes = world.crawl(
        Site("a.example", (normalize(f"{www}/news"),)), stop=lambda: asyncio.get_running_loop().time() > 7200
    )
    assert (outcomes[f"{www}/1"], outcomes[f"{A}/2"]) == ("200", "200")


def test_long_interval_outlives_a_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    links = [f"{A}/{number}" for number in range(9)]
    answers: dict[str, Any] = {f"{A}/robots.txt": b"User-agent: *\nCrawl-delay: 200", f"{A}/feed": rss(*links)}
    world = World(answers | dict.fromkeys(links, PAGE))
    monkeypatch.setattr(Paces, "remember", lambda self: None)  # what a killed run does not come to
    world.crawl(site(), stop=lambda: len(world.asked) > 3)
    world.crawl(site(), stop=lambda: len(world.asked) > 5)
    times = [at for at, _, _ in world.asked]
    assert all(later - earlier >= 200 for earlier, later in itertools.pairwise(times))
