from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.config import Fetch, Site
from scraper.crawl.frontier import Again, Turns, ask_again, next_poll_s, seeds, sitemaps_of
from scraper.page import Evidence, Exchange, Kind, Page, Target
from scraper.skip import Skip
from scraper.url import Url

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ROBOTS = Url("https://a.example/robots.txt")


def page(kind: Kind = "article", skip: str | None = None, status: int | None = 200, **known: object) -> Page:
    """A visit; a reason that ends in "!" may pass."""
    target = replace(Target(Url("https://a.example/x"), "a.example", kind, Evidence("s", "rss")), **known)  # type: ignore[arg-type]
    exchanges = () if status is None else (Exchange(target.url, (), status, "", (), b""),)
    why = Skip(skip.rstrip("!"), retryable=skip.endswith("!")) if skip else None
    return Page(target, exchanges, NOW, skip=why)


def again(page: Page, listed: int = 0, new: int = 0, busy_until: datetime | None = None) -> Again:
    return ask_again(page, listed, new, busy_until, Fetch())


def test_seeds_are_the_listings_of_a_site() -> None:
    site = Site("a.example", feeds=(Url("https://a.example/f"),), sitemaps=(Url("https://a.example/s"),))
    assert [(found.target.url, found.target.kind) for found in seeds(site)] == [
        ("https://a.example/f", "feed"),
        ("https://a.example/s", "sitemap"),
    ]


def test_site_without_listings_begins_at_its_front_page() -> None:
    assert [(found.target.url, found.target.kind) for found in seeds(Site("a.example"))] == [
        ("https://a.example/", "front_page")
    ]


def test_sitemap_lines_off_the_site_are_left_out() -> None:
    lines = ["https://www.a.example/1.xml", "https://b.example/2.xml", "nonsense", "/relative.xml"]
    found = sitemaps_of(lines, ROBOTS, Site("a.example"))
    assert [(each.target.url, each.target.evidence) for each in found] == [
        ("https://www.a.example/1.xml", Evidence(ROBOTS, "robots"))
    ]


def test_article_is_asked_again_a_day_and_a_week_after_its_first_visit_and_then_no_more() -> None:
    assert again(page(visits=0)).due_at == NOW + DAY
    assert again(page(visits=1)).due_at == NOW + 6 * DAY
    assert again(page(visits=2)).due_at is None
    once = ask_again(page(), 0, 0, None, Fetch(revisit_s=()))
    assert once.due_at is None


def test_article_that_was_there_is_looked_for_once_more_before_it_counts_as_gone() -> None:
    sitemap = Evidence("s", "sitemap")
    assert again(page(skip="http_404", status=404, evidence=sitemap)).due_at is None
    assert again(page(skip="http_404", status=404, visits=1)).due_at == NOW + DAY
    assert again(page(skip="http_404", status=404, visits=1, tries=1)).due_at is None
    assert again(page(skip="http_410", status=410, visits=1)).due_at is None


def test_where_an_address_moved_to_is_gone_the_address_itself_is_asked() -> None:
    assert again(page(skip="http_404", status=404, moved_to=Url("https://a.example/y"))).due_at == NOW + HOUR


@pytest.mark.parametrize("kind", ["feed", "sitemap", "front_page"])
def test_listing_is_never_given_up(kind: Kind) -> None:
    steps = [again(page(kind, "not_a_feed", tries=n, poll_s=700.0)) for n in range(5)]
    assert steps == [Again(NOW + wait, 700.0) for wait in (HOUR, 6 * HOUR, DAY, DAY, DAY)]
    assert again(page(kind, "http_500!", 500, tries=9)).due_at == NOW + DAY


def test_address_at_a_busy_host_is_due_with_its_host() -> None:
    ready_at = NOW + timedelta(seconds=60)
    assert again(page(skip="http_503!", status=503), busy_until=ready_at).due_at == ready_at


def test_attempts_at_a_busy_host_count_as_one_failure() -> None:
    waits = [again(page(skip="http_503!", status=503, tries=n)).due_at for n in (2, 5, 8, 11)]
    assert waits == [NOW + HOUR, NOW + 6 * HOUR, NOW + DAY, None]


def test_host_that_could_not_be_asked_leaves_its_addresses_due() -> None:
    assert again(page(skip="robots_unreachable!", status=None, tries=9)).due_at == NOW


def test_listing_is_asked_after_an_hour_at_first_and_then_by_what_was_new() -> None:
    assert again(page("feed"), 20, 20) == Again(NOW + HOUR, 3600.0)
    assert again(page("feed", poll_s=3600.0), 20, 2).poll_s == 3600.0
    assert again(page("feed", poll_s=3600.0), 20, 4).poll_s == 1800.0
    assert again(page("feed", poll_s=3600.0), 20, 20).poll_s == 900.0
    assert again(page("feed", poll_s=3600.0), 20, 0).poll_s == 7200.0
    assert again(page("feed", poll_s=3600.0, status=304)).poll_s == 7200.0


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=30))
def test_interval_of_a_listing_stays_within_its_limits(polls: list[tuple[int, int]]) -> None:
    poll_s: float | None = None
    for listed, new in polls:
        poll_s = next_poll_s(poll_s, listed, min(listed, new), (600.0, 86_400.0))
        assert 600.0 <= poll_s <= 86_400.0


@given(st.integers(1, 200), st.floats(0.02, 20))
def test_polling_settles_where_a_tenth_of_the_entries_is_new(entries: int, per_hour: float) -> None:
    poll_s: float | None = None
    for _ in range(40):
        new = min(entries, per_hour * (poll_s or 3600.0) / 3600.0)
        poll_s = next_poll_s(poll_s, entries, round(new), (600.0, 86_400.0))
    wanted_s = min(max(0.1 * entries / per_hour * 3600.0, 600.0), 86_400.0)
    assert poll_s is not None
    assert wanted_s / 4.1 <= poll_s <= wanted_s * 4.1 or entries < 10


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


def test_refusals_that_may_be_lifted_are_looked_at_again() -> None:
    assert [again(page(skip="http_403", status=403, tries=n)).due_at for n in range(4)] == [
        NOW + HOUR, NOW + 6 * HOUR, NOW + DAY, None,
    ]  # fmt: skip
    assert again(page(skip="http_404", status=404)).due_at == NOW + HOUR, "a feed may be ahead of its server"
    forbidden = [again(page(skip="robots_disallowed", status=None, tries=n)).due_at for n in range(5)]
    assert forbidden == [NOW + 7 * DAY] * 4 + [None]


def test_sitemap_of_an_index_is_asked_from_daily_to_monthly() -> None:
    first = again(page("sitemap", depth=1), 50, 50)
    assert first == Again(NOW + DAY, 86_400.0)
    assert again(page("sitemap", depth=1, poll_s=86_400.0), 50, 0).poll_s == 2 * 86_400
    assert again(page("sitemap", depth=1, poll_s=2_592_000.0), 50, 0).poll_s == 2_592_000
