from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.pages import START, make_exchange, make_page, make_target

from scraper.page import Archived, Evidence, Found, Headers, Kind, Page, Target
from scraper.skip import Skip
from scraper.store import addresses as module
from scraper.store.state import State
from scraper.url import normalize

SITES = {"news.example"}
HOUR = timedelta(hours=1)
URL = "https://news.example/a"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = State(tmp_path / "state.sqlite")
    yield state
    state.close()


def take(state: State, now: datetime = START, host: str = "news.example", limit: int = 100) -> list[Target]:
    return state.addresses.take(host, now, limit, SITES)


def paths(targets: list[Target]) -> list[str]:
    return [target.url.partition(".example")[2] for target in targets]


def test_address_is_taken_as_it_was_found(state: State) -> None:
    target = make_target()
    assert state.addresses.enqueue([Found(target)], START) == 1
    assert take(state) == [target]
    assert take(state, START - HOUR) == []
    assert take(state, host="other.example") == []


def test_two_spellings_are_one_address_and_the_first_is_fetched(state: State) -> None:
    spellings = ["http://www.news.example/a/?utm_source=x", "https://news.example/a"]
    assert state.addresses.enqueue([Found(make_target(url)) for url in spellings], START) == 1
    assert state.addresses.enqueue([Found(make_target(spellings[1]))], START) == 0
    assert paths(take(state, host="www.news.example")) == ["/a/?utm_source=x"]
    assert take(state) == []


def test_listings_come_first_then_the_earliest_due_then_the_newest_found(state: State) -> None:
    state.addresses.enqueue([Found(make_target(f"https://news.example/{n}")) for n in (1, 2)], START)
    state.addresses.enqueue([Found(make_target("https://news.example/0"))], START - HOUR)
    for kind in ("front_page", "sitemap", "feed"):
        state.addresses.enqueue([Found(make_target(f"https://news.example/{kind}", kind))], START)
    order = ["/feed", "/sitemap", "/front_page", "/0", "/2", "/1"]
    assert paths(take(state)) == order
    for limit in range(8):
        assert paths(take(state, limit=limit)) == order[:limit]


def test_sites_that_share_a_host_are_told_apart(state: State) -> None:
    one, other = (make_target(f"https://host.example/{name}") for name in ("one", "other"))
    state.addresses.enqueue([Found(one)], START)
    state.addresses.enqueue([Found(replace(other, site="other.example"))], START - HOUR)
    assert paths(state.addresses.take("host.example", START, 9, {"news.example"})) == ["/one"]
    assert paths(state.addresses.take("host.example", START, 9, ["news.example", "other.example"])) == [
        "/other",
        "/one",
    ]
    assert paths(state.addresses.take("host.example", START, 1, ["news.example", "other.example"])) == ["/other"]
    assert state.addresses.hosts(START, ["news.example"]) == {"host.example": START}
    assert state.addresses.hosts(START, ["news.example", "other.example"]) == {"host.example": START - HOUR}
    assert state.addresses.hosts(START, []) == {}


def test_hosts_are_those_with_something_due(state: State) -> None:
    state.addresses.enqueue([Found(make_target()), Found(make_target("https://b.news.example/"))], START)
    state.addresses.record_visit(make_page(), START + HOUR)
    assert state.addresses.hosts(START, SITES) == {"b.news.example": START}
    assert state.addresses.hosts(START + HOUR, SITES) == {"b.news.example": START, "news.example": START + HOUR}
    state.addresses.record_visit(make_page(), None)
    assert state.addresses.hosts(START + HOUR, SITES) == {"b.news.example": START}


def test_known_listing_is_due_again_only_if_it_changed_since_its_last_visit(state: State) -> None:
    feed = make_target("https://news.example/feed", "feed")
    state.addresses.enqueue([Found(feed)], START)
    state.addresses.record_visit(make_page(feed.url, kind="feed"), None)
    for changed_at in (None, START - HOUR, START):
        assert state.addresses.enqueue([Found(feed, changed_at)], START + HOUR) == 0
        assert take(state, START + HOUR) == []
    state.addresses.enqueue([Found(feed, START + HOUR)], START + 2 * HOUR)
    assert take(state, START + HOUR) == []
    assert paths(take(state, START + 2 * HOUR)) == ["/feed"]
    state.addresses.enqueue([Found(feed, START + 3 * HOUR)], START + 3 * HOUR)
    assert state.addresses.hosts(START + 9 * HOUR, SITES) == {"news.example": START + 2 * HOUR}


def test_known_article_is_not_due_again_because_a_listing_says_it_changed(state: State) -> None:
    state.addresses.enqueue([Found(make_target())], START)
    state.addresses.record_visit(make_page(), None)
    state.addresses.enqueue([Found(make_target(), START + HOUR)], START + HOUR)
    assert take(state, START + HOUR) == []


def test_seed_of_the_config_overrides_what_an_address_was_taken_for(state: State) -> None:
    state.addresses.enqueue([Found(make_target("http://news.example/world/"))], START)
    state.addresses.record_visit(make_page("http://news.example/world/"), None)
    seed = make_target("https://news.example/world", "front_page", "seed")
    assert state.addresses.enqueue([Found(seed, START + HOUR)], START + HOUR) == 0
    (target,) = take(state, START + HOUR)
    assert (target.url, target.kind, target.evidence.kind) == (seed.url, "front_page", "seed")


def with_headers(status: int, headers: Headers = (), skip: Skip | None = None, after: timedelta = HOUR) -> object:
    page = make_page(URL, status, skip=skip)
    exchange = replace(make_exchange(status=status), headers=headers)
    return replace(page, exchanges=(exchange,), fetched_at=START + after)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (with_headers(200, (("ETag", '"2"'),)), ('"2"', None, 0)),
        (with_headers(200), (None, None, 0)),
        (with_headers(304), ('"1"', "Mon", 0)),
        (with_headers(304, (("etag", '"2"'),)), ('"2"', "Mon", 0)),
        (with_headers(304, (("Last-Modified", "Tue"),)), ('"1"', "Tue", 0)),
        (with_headers(503, (("ETag", '"e"'),), Skip("http_503", retryable=True)), ('"1"', "Mon", 3)),
        (with_headers(404, (("ETag", '"e"'),), Skip("http_404")), ('"1"', "Mon", 3)),
    ],
)
def test_visit_changes_validators_and_tries(state: State, page: object, expected: tuple[object, ...]) -> None:
    failed = make_page(URL, None, skip=Skip("dns", retryable=True))
    state.addresses.record_visit(with_headers(200, (("ETag", '"1"'), ("Last-Modified", "Mon"))), None)  # type: ignore[arg-type]
    for _ in range(2):
        state.addresses.record_visit(failed, START)
    state.addresses.record_visit(page, START)  # type: ignore[arg-type]
    (target,) = take(state)
    assert (target.etag, target.last_modified, target.tries) == expected


def test_visit_of_an_unknown_address_adds_it(state: State) -> None:
    state.addresses.record_visit(make_page(), START + HOUR)
    assert paths(take(state, START + HOUR)) == ["/a"]


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_printed_text_can_be_stored(text: str) -> None:
    cleaned = module._clean(text)
    assert cleaned is not None
    assert len(cleaned.encode()) >= len(text)


def test_lone_surrogates_in_evidence_are_replaced(state: State) -> None:
    evidence = Evidence("\ud800", "rss", "a\udfff", "\0")
    state.addresses.enqueue([Found(replace(make_target(), evidence=evidence))], START)
    assert take(state)[0].evidence == Evidence("\ufffd", "rss", "a\ufffd", "\0")


def test_choosing_next_reads_the_index_alone(state: State) -> None:
    plans = [row[3] for row in state._db.execute("EXPLAIN QUERY PLAN " + module._TAKE, (1, 3, 0, 1))]
    plans += [row[3] for row in state._db.execute("EXPLAIN QUERY PLAN " + module._PENDING, ("s",))]
    plans += [row[3] for row in state._db.execute("EXPLAIN QUERY PLAN " + module._HOSTS, (0,))]
    assert not any("TEMP B-TREE" in plan or plan == "SCAN urls" for plan in plans), plans
    assert sum("USING INDEX urls_due" in plan or "USING COVERING INDEX urls_due" in plan for plan in plans) == 8


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from(["find", "visit", "give_up", "move", "fail"]),
            st.sampled_from(["feed", "article"]),
        ),
        max_size=12,
    )
)
def test_what_waits_is_counted_as_it_comes_and_goes(steps: list[tuple[str, str, Kind]]) -> None:
    with TemporaryDirectory() as folder, closing(State(Path(folder) / "state.sqlite")) as state:
        for name, step, kind in steps:
            page = make_page(f"https://news.example/{name}", kind=kind)
            if step == "find":
                state.addresses.enqueue([Found(page.target)], START)
            elif step == "fail":
                state.addresses.record_visit(replace(page, skip=Skip("timeout", retryable=True)), START + HOUR)
            elif step == "move":
                moved = make_exchange(page.target.url, 301, headers=(("Location", f"https://www.news.example/{name}"),))
                hops = (moved, make_exchange(f"https://www.news.example/{name}"))
                state.addresses.record_visit(replace(page, exchanges=hops), START + HOUR)
            else:
                state.addresses.record_visit(page, None if step == "give_up" else START + HOUR)
            counted = "SELECT waiting, (SELECT count(*) FROM urls WHERE lane = lanes.id AND due_at NOTNULL) FROM lanes"
            assert all(waiting == count for waiting, count in state._db.execute(counted))


def test_odd_addresses_are_kept(state: State) -> None:
    url = normalize("https://news.example:8443/ä b?x=[1]&y='")
    state.addresses.enqueue([Found(replace(make_target(), url=url))], START)
    assert [target.url for target in state.addresses.take("news.example:8443", START, 9, SITES)] == [url]


def test_news_comes_before_second_looks_and_these_before_what_only_a_sitemap_names(state: State) -> None:
    old = make_target("https://news.example/old", evidence="sitemap")
    seen, news = make_target("https://news.example/seen"), make_target("https://news.example/news")
    state.addresses.enqueue([Found(old), Found(seen)], START)
    state.addresses.record_visit(make_page(seen.url), START)
    state.addresses.enqueue([Found(news)], START + HOUR)
    assert paths(take(state, START + HOUR)) == ["/news", "/seen", "/old"]


def test_what_a_feed_names_after_a_sitemap_is_news_with_the_words_of_the_feed(state: State) -> None:
    url = "https://news.example/a"
    state.addresses.enqueue([Found(make_target(url, evidence="sitemap"))], START)
    told = Evidence("https://news.example/feed", "rss", "A title", "today")
    assert state.addresses.enqueue([Found(replace(make_target(url), evidence=told))], START + HOUR) == 0
    assert take(state)[0].evidence == told
    assert state.addresses.enqueue([Found(make_target(url, evidence="sitemap"))], START + HOUR) == 0
    assert take(state)[0].evidence == told


def redirected(*hops: tuple[str, int], target: Target | None = None, skip: Skip | None = None) -> Page:
    exchanges = tuple(make_exchange(url, status=status) for url, status in hops)
    return replace(make_page(URL, skip=skip), target=target or make_target(URL), exchanges=exchanges)


NEW = "https://www.other.example/b"


@pytest.mark.parametrize(
    ("hops", "moved_to"),
    [
        ([(URL, 301), (NEW, 200)], NEW),
        ([(URL, 308), (NEW, 200)], NEW),
        ([(URL, 302), (NEW, 200)], None),
        ([(URL, 301), (NEW, 302), ("https://news.example/c", 200)], NEW),
        ([(URL, 302), (NEW, 301), ("https://news.example/c", 200)], None),
    ],
)
def test_permanent_redirects_are_remembered_as_far_as_they_are_permanent(
    state: State, hops: list[tuple[str, int]], moved_to: str | None
) -> None:
    state.addresses.record_visit(redirected(*hops), START)
    (target,) = take(state, host="www.other.example" if moved_to else "news.example")
    assert (target.url, target.moved_to) == (URL, moved_to)


def test_address_that_moved_keeps_where_it_is_and_that_is_not_asked_for_itself(state: State) -> None:
    state.addresses.record_visit(redirected((URL, 301), (NEW, 200)), START)
    assert state.addresses.enqueue([Found(make_target(NEW))], START) == 0
    (moved,) = take(state, host="www.other.example")
    state.addresses.record_visit(redirected((NEW, 200), target=moved), START)
    assert take(state, host="www.other.example")[0].moved_to == NEW
    state.addresses.record_visit(redirected((NEW, 503), target=moved, skip=Skip("http_503", retryable=True)), START)
    assert take(state, host="www.other.example")[0].moved_to == NEW
    state.addresses.record_visit(redirected((NEW, 404), target=moved, skip=Skip("http_404")), START)
    assert take(state)[0].moved_to is None


def test_pages_that_are_all_sent_to_one_keep_their_own_addresses(state: State) -> None:
    state.addresses.record_visit(redirected((URL, 301), (NEW, 200)), None)
    second = make_target("https://news.example/second")
    state.addresses.record_visit(redirected((second.url, 301), (NEW, 200), target=second), START)
    assert [target.moved_to for target in take(state)] == [None]


def test_visits_are_counted_and_where_the_payload_lies_is_kept(state: State) -> None:
    archived = Archived("<urn:uuid:1>", "2026-01-01T00:00:00Z", normalize(URL), "sha1:ABC")
    state.addresses.record_visit(make_page(URL), START, archived=archived)
    state.addresses.record_visit(make_page(URL, None, skip=Skip("timeout", retryable=True)), START)
    (target,) = take(state)
    assert (target.visits, target.tries, target.archived) == (1, 1, archived)


@pytest.mark.parametrize("reason", ["robots_unreachable", "host_waits"])
def test_host_that_could_not_be_asked_is_no_failure_of_the_address(state: State, reason: str) -> None:
    state.addresses.record_visit(make_page(URL, None, skip=Skip(reason, retryable=True)), START)
    assert take(state)[0].tries == 0


def test_listings_that_the_config_names_no_more_are_retired_and_come_back_when_named_again(state: State) -> None:
    kept, dropped = (make_target(f"https://news.example/{name}", "feed", "seed") for name in "12")
    found = make_target("https://news.example/3", "feed", "front_page")
    state.addresses.enqueue([Found(kept), Found(dropped), Found(found)], START)
    state.addresses.retire("news.example", [kept.url])
    assert paths(take(state)) == ["/3", "/1"]
    state.addresses.enqueue([Found(dropped)], START + HOUR)
    assert paths(take(state, START + HOUR)) == ["/3", "/1", "/2"]


def test_pending_counts_what_is_still_to_be_asked(state: State) -> None:
    state.addresses.enqueue([Found(make_target(f"https://news.example/{n}")) for n in range(3)], START)
    state.addresses.record_visit(make_page("https://news.example/0"), None)
    state.addresses.record_visit(make_page("https://news.example/1"), START + HOUR)
    assert (state.addresses.pending("news.example"), state.addresses.pending("other.example")) == (2, 0)
