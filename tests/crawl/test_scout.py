from __future__ import annotations

import asyncio
import random
from itertools import pairwise

import httpx
from tests.crawl.world import HTML, PAGE, World, response, rss, run

from scraper.config import Site
from scraper.crawl.fetch import Fetcher
from scraper.crawl.gate import Gate
from scraper.crawl.paces import Paces
from scraper.crawl.robots import Robots
from scraper.crawl.scout import MAX_FEEDS, MAX_SECTIONS, Scout
from scraper.crawl.scouted import Scouted
from scraper.crawl.visits import Visits
from scraper.store.journal import Journal
from scraper.url import normalize

HOST = "https://a.example"
STORIES = [f"{HOST}/{section}/a-story-of-number-{n}-in-full" for n in range(6) for section in ("news", "sport")]


def links(*hrefs: str, head: str = "") -> bytes:
    anchors = "".join(f'<a href="{href}">x</a>' for href in hrefs)
    return f"<html><head>{head}</head><body>{anchors}</body></html>".encode()


def alternate(*hrefs: str) -> str:
    return "".join(f'<link rel="alternate" type="application/rss+xml" href="{href}">' for href in hrefs)


def text(body: str) -> httpx.Response:
    return response(200, body.encode(), {"content-type": "text/plain"})


def look(world: World, url: str = f"{HOST}/", samples: int = 4) -> Scouted:
    """Look at a site of a world, over a clock that runs only when everyone waits."""

    async def main() -> Scouted:
        rng, rules = random.Random(7), dict[str, Robots]()
        host = url.split("/")[2].removeprefix("www.")
        sites = {host: Site(host, article_pattern="/")}
        with Journal(world.folder, "one", 10**9, world.now, lambda name: None, monotonic=lambda: 0.0) as journal:
            async with Fetcher(
                world.config.fetch, "newsbot/1", rng=rng, transport=httpx.MockTransport(world.answer)
            ) as fetcher:
                paces = Paces(
                    world.config.fetch, tuple(sites.values()), journal, now=world.now, sleep=asyncio.sleep, rng=rng
                )
                gate = Gate(
                    world.config, journal, fetcher, paces, now=world.now, save=lambda page: None,
                    on_rules=lambda robots, site: rules.update({robots.file.origin: robots}),
                )  # fmt: skip
                visits = Visits(world.config, sites, gate, fetcher, now=world.now)
                scout = Scout(visits, paces, sites, rules, samples=samples, tell=lambda url: None)
                return await scout.look_at(normalize(url))

    return run(main())


def asked(world: World) -> list[str]:
    return [url.removeprefix(HOST) for _, url, _ in world.asked]


def named(seen: Scouted) -> dict[str, str]:
    return {each.url.removeprefix(HOST): each.named for each in seen.listings}


def test_what_is_declared_is_asked_and_nothing_guessed() -> None:
    world = World(
        {
            f"{HOST}/robots.txt": text(f"Sitemap: {HOST}/maps.xml"),
            f"{HOST}/": links("/news/", "/sport/", *STORIES[:3], head=alternate("/all.rss")),
            f"{HOST}/all.rss": rss(*STORIES),
            f"{HOST}/maps.xml": b"<sitemapindex><sitemap><loc>/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
            b"<sitemap><loc>/news-1.xml</loc></sitemap></sitemapindex>",
            **dict.fromkeys(STORIES, PAGE),
        }
    )
    seen = look(world)
    assert named(seen) == {
        "/": "given", "/all.rss": "front_page", "/maps.xml": "robots", "/news-1.xml": "index", "/old.xml": "index",
        "/news/": "articles", "/sport/": "articles",
    }  # fmt: skip
    assert seen.guesses == 0
    assert len(seen.samples) == 4
    assert {page.target.url.split("/")[3] for page, _ in seen.samples} == {"news", "sport"}
    assert all(source == f"{HOST}/all.rss" for _, source in seen.samples[:2])


def test_one_request_at_a_time_at_the_pace_of_a_crawl() -> None:
    world = World({f"{HOST}/": links(*STORIES), **dict.fromkeys(STORIES, PAGE)}, delay_s=10.0)
    look(world)
    times = [at for at, _, _ in world.asked]
    assert len(times) > 5
    assert all(later - earlier >= 5.0 for earlier, later in pairwise(times))


def test_places_are_guessed_only_where_nothing_is_declared_and_wrong_guesses_are_no_listings() -> None:
    world = World({f"{HOST}/": links("/about"), f"{HOST}/rss.xml": rss(*STORIES), **dict.fromkeys(STORIES, PAGE)})
    seen = look(world)
    assert named(seen) == {"/": "given", "/rss.xml": "guess"}
    assert asked(world)[:5] == ["/robots.txt", "/", "/feed/", "/rss.xml", "/sitemap.xml"]
    assert len(seen.samples) == 4


def test_from_any_page_the_front_page_is_looked_at_too() -> None:
    story = f"{HOST}/news/a-story"
    comments = alternate("/news/a-story/feed/")
    front = links(*STORIES, head=alternate("/all.rss"))
    world = World({story: links(head=comments), f"{HOST}/": front, f"{HOST}/all.rss": rss(*STORIES)})
    seen = look(world, story)
    assert named(seen)["/news/a-story"] == "given"
    assert named(seen)["/all.rss"] == "front_page"
    assert "/news/a-story/feed/" not in asked(world)


def test_a_page_that_lists_feeds_for_people_is_followed_and_feeds_of_comments_are_not() -> None:
    world = World(
        {
            f"{HOST}/": links("/rss", "/comments/feed/"),
            f"{HOST}/rss": links("/rss/world.rss", "/rss/about"),
            f"{HOST}/rss/world.rss": rss(*STORIES),
        }
    )
    seen = look(world)
    assert "/rss/world.rss" in named(seen)
    assert "/comments/feed/" not in asked(world)


def test_a_feed_on_another_host_is_asked_and_what_leads_elsewhere_is_counted() -> None:
    world = World(
        {
            f"{HOST}/": links(head=alternate("https://feeds.example/a")),
            "https://feeds.example/a": rss(STORIES[0], "https://other.example/x"),
        }
    )
    (feed,) = [each for each in look(world).listings if each.kind == "feed"]
    assert feed.articles == [STORIES[0]]
    assert feed.off_site == 1


def test_what_robots_txt_forbids_is_not_asked() -> None:
    world = World({f"{HOST}/robots.txt": text("User-agent: *\nDisallow: /"), f"{HOST}/": links(*STORIES)})
    seen = look(world)
    assert asked(world) == ["/robots.txt"]
    assert seen.listings[0].page.skip
    assert seen.listings[0].page.skip.reason == "robots_disallowed"
    assert not seen.samples


def test_a_host_that_is_busy_is_left_alone() -> None:
    busy = dict.fromkeys((f"{HOST}{path}" for path in ("/", "/feed/", "/rss.xml")), lambda _: response(429, b"", HTML))
    world = World(busy, backoff_s=1.0)
    seen = look(world)
    assert seen.stopped
    assert asked(world) == ["/robots.txt", "/", "/feed/"]


def test_an_address_that_leads_to_another_host_gives_the_site_of_that_host() -> None:
    moved = response(301, b"", {"location": "https://new.example/"})
    world = World({f"{HOST}/": moved, "https://new.example/": links("/news/a-story-of-some-length")})
    seen = look(world)
    assert seen.host == "new.example"
    assert seen.listings[0].articles == ["https://new.example/news/a-story-of-some-length"]


def test_however_much_is_declared_few_addresses_are_asked() -> None:
    feeds = [f"/feed-{n}.rss" for n in range(99)]
    sections = [f"/s{n}/" for n in range(99)]
    stories = [f"{HOST}{section}story-{n}" for section in sections for n in range(2)]
    maps = "\n".join(f"Sitemap: {HOST}/map{n}.xml" for n in range(99))
    world = World(
        {
            f"{HOST}/robots.txt": text(maps),
            f"{HOST}/": links(*sections, head=alternate(*feeds)),
            **{f"{HOST}{feed}": rss(*stories) for feed in feeds},
        }
    )
    seen = look(world)
    kinds = [each.kind for each in seen.listings]
    assert kinds.count("feed") == MAX_FEEDS
    assert kinds.count("front_page") == 1 + MAX_SECTIONS
    assert len(world.asked) < 30
    assert len(seen.passed_over) == 99 - MAX_FEEDS + 99 - kinds.count("sitemap")
