from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import httpx
import pytest
from httpx import MockTransport
from tests.crawl.world import PAGE, Script, World, response, rss, run, site

from scraper.crawl import gate
from scraper.crawl.fetch import Fetcher
from scraper.crawl.gate import Gate
from scraper.crawl.paces import Paces
from scraper.page import Page
from scraper.policy import Policy
from scraper.shard import Shard
from scraper.store.journal import Journal
from scraper.url import normalize

A = "https://a.example"
RNG = random.Random(7)
ROBOTS = f"{A}/robots.txt"
TDMREP = f"{A}/.well-known/tdmrep.json"
TEXT = {"content-type": "text/plain"}
RULES = b"User-agent: *\nDisallow: /2"
SITE: dict[str, Script | httpx.Response | bytes] = {
    f"{A}/feed": rss(f"{A}/1", f"{A}/2"),
    f"{A}/1": PAGE,
    f"{A}/2": PAGE,
}


def page_of(world: World, url: str) -> Page:
    return next(page for page in reversed(world.pages) if page.target.url == url)


def redirect(to: str) -> httpx.Response:
    return response(301, b"", {"location": to})


def test_five_redirects_of_robots_are_followed_across_hosts_though_pages_may_have_none() -> None:
    hops = [ROBOTS, "http://a.example/robots.txt", "https://b.example/1", "https://b.example/2", "https://c.example/"]
    chain = {url: redirect(to) for url, to in zip(hops, [*hops[1:], "https://d.example/r"], strict=True)}
    world = World(SITE | chain | {"https://d.example/r": response(200, RULES, TEXT)}, max_redirects=0)
    assert world.crawl(site()) == {ROBOTS: "200", f"{A}/feed": "200", f"{A}/1": "200", f"{A}/2": "robots_disallowed"}
    assert page_of(world, f"{A}/2").robots == "Disallow: /2"


def test_redirects_of_robots_without_end_count_as_no_robots() -> None:
    hops = {f"{A}/r{n}": redirect(f"{A}/r{n + 1}") for n in range(1, 20)}
    world = World(SITE | hops | {ROBOTS: redirect(f"{A}/r1")})
    assert world.crawl(site())[f"{A}/2"] == "200"
    assert f"{A}/r11" not in {url for _, url, _ in world.asked}


def test_no_host_of_another_machine_is_asked_wherever_a_redirect_leads() -> None:
    shard = Shard(1, 2)
    ours, theirs = (
        next(f"h{n}.example" for n in range(99) if shard.owns(f"h{n}.example") == own) for own in (True, False)
    )
    home, away = f"https://{ours}", f"https://{theirs}"
    world = World(
        {
            f"{home}/feed": rss(f"{home}/1", f"{home}/2"),
            f"{home}/1": PAGE,
            f"{home}/2": redirect(f"{away}/2"),
            f"{home}/moved": redirect(f"{away}/feed"),
            f"{away}/2": PAGE,
            f"{away}/feed": rss(f"{away}/3"),
        }
    )
    world.config = replace(world.config, shard=shard)
    found = world.crawl(site(ours, ("/feed", "/moved")))
    assert (found[f"{home}/1"], found[f"{home}/2"], found[f"{home}/moved"]) == ("200", "other_shard", "other_shard")
    skip = page_of(world, f"{home}/2").skip
    assert skip
    assert skip.detail == f"{theirs} is asked by machine 2 of 2 alone"
    other = World({f"{home}/robots.txt": redirect(f"{away}/robots.txt"), f"{home}/feed": rss(f"{home}/1")})
    other.config = replace(other.config, shard=shard)
    assert other.crawl(site(ours))[f"{home}/feed"] == "robots_unreachable"
    assert not [url for _, url, _ in world.asked + other.asked if theirs in url]


def test_robots_redirected_to_a_private_address_forbids_everything() -> None:
    world = World(SITE | {ROBOTS: redirect("http://169.254.169.254/latest")})
    assert world.crawl(site())[f"{A}/feed"] == "private_address"
    assert {url for _, url, _ in world.asked} == {ROBOTS}


def test_of_a_huge_robots_the_beginning_counts() -> None:
    world = World(SITE | {ROBOTS: response(200, RULES + b"\n#" + b"x" * 5_000_000 + b"\nDisallow: /1", TEXT)})
    outcomes = world.crawl(site())
    assert (outcomes[f"{A}/1"], outcomes[f"{A}/2"]) == ("200", "robots_disallowed")


class _Cut(httpx.AsyncByteStream):
    def __init__(self, error: Exception) -> None:
        self._error = error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield RULES
        raise self._error


@pytest.mark.parametrize("error", [httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut")])
def test_robots_that_came_in_part_only_forbids_everything(error: Exception) -> None:
    world = World(SITE | {ROBOTS: lambda request: httpx.Response(200, headers=TEXT, stream=_Cut(error))})
    assert world.crawl(site())[f"{A}/feed"] == "robots_unreachable"
    assert {url for _, url, _ in world.asked} == {ROBOTS}


def test_rules_kept_from_an_earlier_run_hold_on_for_as_long_as_robots_fails() -> None:
    answers = [response(200, RULES, TEXT)]
    world = World(SITE | {ROBOTS: lambda request: answers.pop() if answers else response(500)})
    world.crawl(site())
    for days in (1, 10, 29, 31, 40):
        world.elapsed = timedelta(days=days, hours=1)
        world.crawl(site())
    assert world.times(f"{A}/2") == []
    assert world.times(f"{A}/feed")[-1] > timedelta(days=40).total_seconds()
    assert len(world.times(ROBOTS)) == 6


def test_rules_are_asked_again_within_a_run_that_lasts_longer_than_a_day() -> None:
    answers = [response(200, b"User-agent: *\nDisallow: /1", TEXT), response(200, RULES, TEXT)]
    world = World({ROBOTS: lambda request: answers.pop()}, max_wait_s=100_000)

    async def admit() -> list[str]:
        async with Fetcher(world.config.fetch, "newsbot/1", rng=RNG, transport=MockTransport(world.answer)) as fetcher:
            with Journal(world.folder, "run1", 10**9, world.now, lambda name: None, monotonic=lambda: 0.0) as ledger:
                paces = Paces(world.config.fetch, (), ledger, now=world.now, sleep=asyncio.sleep, rng=RNG)
                opened = Gate(
                    world.config,
                    ledger,
                    fetcher,
                    paces,
                    now=world.now,
                    save=world.pages.append,
                    on_rules=lambda *_: None,
                )
                lines = []
                for _ in range(4):
                    lines.append((await opened.admit(normalize(f"{A}/1"), "a.example"))[0].line)
                    lines.append((await opened.admit(normalize(f"{A}/2"), "a.example"))[0].line)
                    await asyncio.sleep(10 * 3600)
                return lines

    assert run(admit()) == ["", "Disallow: /2"] * 3 + ["Disallow: /1", ""]
    assert [at // 3600 for at in world.times(ROBOTS)] == [0, 30]


def test_without_rules_a_host_is_left_alone_for_30_days_of_failing_robots_and_asked_after_them() -> None:
    world = World(SITE | {ROBOTS: response(500)})
    for days in (0, 10, 20, 28, 31):
        world.elapsed = timedelta(days=days, hours=1)
        world.crawl(site())
    first = min(at for at, url, _ in world.asked if url != ROBOTS)
    assert timedelta(days=30) < timedelta(seconds=first) < timedelta(days=32)
    assert f"{A}/2" in {url for _, url, _ in world.asked}


def test_reservations_are_asked_once_a_day_in_a_turn_of_their_own_and_a_404_is_no_failure() -> None:
    world = World(SITE | {ROBOTS: response(200, b"", TEXT)}, Policy(), delay_s=10)
    outcomes = world.crawl(site())
    assert (outcomes[TDMREP], outcomes[f"{A}/1"]) == ("404", "200")
    asked = sorted(at for at, _, _ in world.asked)
    assert all(later - earlier >= 5 for earlier, later in pairwise(asked))
    world.elapsed += timedelta(hours=5)
    world.crawl(site())
    assert len(world.times(TDMREP)) == 1
    world.elapsed += timedelta(hours=20)
    world.crawl(site())
    assert len(world.times(TDMREP)) == 2


def test_reservations_are_not_asked_where_robots_or_the_policy_says_no() -> None:
    refused = response(200, b"User-agent: *\nDisallow: /.well-known/", TEXT)
    for world in (World(SITE | {ROBOTS: refused}, Policy()), World(SITE, Policy(ask_tdmrep=False))):
        assert world.crawl(site())[f"{A}/1"] == "200"
        assert world.times(TDMREP) == []


@pytest.mark.parametrize("answer", [response(500), response(200, b"<!doctype html>"), response(200, b"[[[")])
def test_reservations_that_cannot_be_had_or_read_stop_nothing(answer: httpx.Response) -> None:
    world = World(SITE | {TDMREP: answer}, Policy(stop_fetch=("tdm-reservation=1",)))
    assert world.crawl(site())[f"{A}/1"] == "200"


RESERVED = b'[{"location": "/1", "tdm-reservation": 1, "tdm-policy": "https://a.example/terms"}]'


def test_what_was_said_is_kept_with_every_page() -> None:
    headers = {"content-type": "text/html", "x-robots-tag": "noai"}
    robots = response(200, b"License: https://a.example/rsl\nUser-agent: *\nContent-Signal: ai-train=no", TEXT)
    answers: dict[str, httpx.Response] = {
        ROBOTS: robots,
        TDMREP: response(200, RESERVED),
        f"{A}/1": response(200, PAGE, headers),
    }
    world = World({**SITE, **answers}, Policy())
    world.crawl(site())
    assert page_of(world, f"{A}/1").opt_outs == (
        ("tdm_reservation", "1"),
        ("tdm_policy", "https://a.example/terms"),
        ("content_signal", "ai-train=no"),
        ("license", "https://a.example/rsl"),
        ("robots_directives", "noai"),
    )
    assert dict(page_of(world, f"{A}/2").opt_outs).keys() == {"content_signal", "license"}


@pytest.mark.parametrize(
    ("word", "detail"),
    [
        ("tdm-reservation=1", f"{TDMREP} says tdm_reservation 1"),
        ("ai-train=no", f"{ROBOTS} says content_signal search=yes, ai-train=no"),
    ],
)
def test_an_address_is_not_asked_where_its_origin_says_what_stops_a_fetch(word: str, detail: str) -> None:
    rules = response(200, b"User-agent: *\nAllow: /\nContent-Signal: /1 search=yes, ai-train=no", TEXT)
    world = World(SITE | {ROBOTS: rules, TDMREP: response(200, RESERVED)}, Policy(stop_fetch=(word,)))
    outcomes = world.crawl(site())
    assert (outcomes[f"{A}/1"], outcomes[f"{A}/2"]) == ("opted_out", "200")
    assert world.times(f"{A}/1") == []
    page = page_of(world, f"{A}/1")
    assert page.skip is not None
    assert page.skip.detail == detail
    assert page.robots == "Allow: /"


def test_rules_that_had_to_make_room_are_read_from_the_ledger_and_not_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gate, "MOST_ORIGINS", 1)
    links = [f"https://{host}.a.example/{n}" for n in range(3) for host in "bcd"]
    robots = {
        f"https://{host}.a.example/robots.txt": response(200, b"License: https://l.example/", TEXT) for host in "bcd"
    }
    world = World({**dict.fromkeys(links, PAGE), **robots, f"{A}/feed": rss(*links)})
    outcomes = world.crawl(site())
    assert all(outcomes[link] == "200" for link in links)
    assert all(page_of(world, link).opt_outs == (("license", "https://l.example/"),) for link in links)
    assert all(len(world.times(url)) == 1 for url in robots)
