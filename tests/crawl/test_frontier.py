from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scraper.config import Site
from scraper.crawl.frontier import SITEMAP_AGAIN, Turns, due_again, seeds, sitemaps_of
from scraper.page import Evidence, Kind, Target
from scraper.skip import Skip
from scraper.url import Url

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def target(kind: Kind = "article", tries: int = 0, seed: bool = False) -> Target:
    return Target(Url("https://a.example/x"), "a.example", kind, Evidence("s", "seed" if seed else "sitemap"), tries)


def test_seeds_are_the_listings_of_a_site_due_now() -> None:
    site = Site("a.example", feeds=(Url("https://a.example/f"),), sitemaps=(Url("https://a.example/s"),))
    assert [(found.target.url, found.target.kind, found.changed_at) for found in seeds(site, NOW)] == [
        ("https://a.example/f", "feed", NOW),
        ("https://a.example/s", "sitemap", NOW),
    ]


def test_site_without_listings_begins_at_its_front_page() -> None:
    assert [(found.target.url, found.target.kind) for found in seeds(Site("a.example"), NOW)] == [
        ("https://a.example/", "front_page")
    ]


def test_sitemap_lines_off_the_site_are_left_out() -> None:
    lines = ["https://www.a.example/1.xml", "https://b.example/2.xml", "nonsense", "/relative.xml"]
    found = sitemaps_of(lines, Site("a.example"), NOW)
    assert [each.target.url for each in found] == ["https://www.a.example/1.xml"]


def test_done_articles_and_seeds_are_not_due_again() -> None:
    assert due_again(target(), None, NOW, None, 3) is None
    assert due_again(target("sitemap", seed=True), None, NOW, None, 3) is None
    assert due_again(target("sitemap"), None, NOW, None, 3) == NOW + SITEMAP_AGAIN


def test_final_failures_are_not_due_again() -> None:
    assert due_again(target(), Skip("http_404"), NOW, None, 3) is None


def test_address_at_a_busy_host_is_due_with_its_host() -> None:
    ready_at = NOW + timedelta(seconds=60)
    assert due_again(target(), Skip("http_503", retryable=True), NOW, ready_at, 3) == ready_at


def test_attempts_at_a_busy_host_count_as_one_failure() -> None:
    waits = [due_again(target(tries=n), Skip("http_503", retryable=True), NOW, None, 3) for n in (2, 5, 8, 11)]
    assert waits == [NOW + timedelta(hours=1), NOW + timedelta(hours=6), NOW + timedelta(hours=24), None]


def test_turns_come_in_the_order_hosts_become_ready() -> None:
    turns = Turns()
    for host, seconds in [("a", 3), ("b", 1), ("c", 1), ("a", 2)]:
        turns.put(host, NOW + timedelta(seconds=seconds))
    assert turns.pop(NOW) is None
    assert turns.next_at() == NOW + timedelta(seconds=1)
    later = NOW + timedelta(seconds=9)
    assert [turns.pop(later) for _ in range(4)] == ["b", "c", "a", None]
    assert turns.next_at() is None


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 50))))
def test_each_host_has_one_turn_at_its_earliest_time(puts: list[tuple[str, int]]) -> None:
    turns, earliest = Turns(), dict[str, int]()
    for host, seconds in puts:
        turns.put(host, NOW + timedelta(seconds=seconds))
        earliest[host] = min(seconds, earliest.get(host, seconds))
    assert len(turns) == len(earliest)
    popped = []
    while host_ := turns.pop(NOW + timedelta(hours=1)):
        popped.append(host_)
    assert [earliest[host] for host in popped] == sorted(earliest.values())
