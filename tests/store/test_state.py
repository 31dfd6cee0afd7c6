from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.pages import START, make_exchange, make_page, make_target

from scraper.errors import StoreError
from scraper.page import Evidence, Found, Headers, HostPace, Target
from scraper.skip import Skip
from scraper.store import state as module
from scraper.store.state import Segment, State
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
    return state.take(host, now, limit, SITES)


def paths(targets: list[Target]) -> list[str]:
    return [target.url.partition(".example")[2] for target in targets]


def test_address_is_taken_as_it_was_found(state: State) -> None:
    target = make_target()
    assert state.enqueue([Found(target)], START) == 1
    assert take(state) == [target]
    assert take(state, START - HOUR) == []
    assert take(state, host="other.example") == []


def test_two_spellings_are_one_address_and_the_first_is_fetched(state: State) -> None:
    spellings = ["http://www.news.example/a/?utm_source=x", "https://news.example/a"]
    assert state.enqueue([Found(make_target(url)) for url in spellings], START) == 1
    assert state.enqueue([Found(make_target(spellings[1]))], START) == 0
    assert paths(take(state, host="www.news.example")) == ["/a/?utm_source=x"]
    assert take(state) == []


def test_listings_come_first_then_the_earliest_due_then_the_newest_found(state: State) -> None:
    state.enqueue([Found(make_target(f"https://news.example/{n}")) for n in (1, 2)], START)
    state.enqueue([Found(make_target("https://news.example/0"))], START - HOUR)
    for kind in ("front_page", "sitemap", "feed"):
        state.enqueue([Found(make_target(f"https://news.example/{kind}", kind))], START)
    order = ["/feed", "/sitemap", "/front_page", "/0", "/2", "/1"]
    assert paths(take(state)) == order
    for limit in range(8):
        assert paths(take(state, limit=limit)) == order[:limit]


def test_sites_that_share_a_host_are_told_apart(state: State) -> None:
    one, other = (make_target(f"https://host.example/{name}") for name in ("one", "other"))
    state.enqueue([Found(one)], START)
    state.enqueue([Found(replace(other, site="other.example"))], START - HOUR)
    assert paths(state.take("host.example", START, 9, {"news.example"})) == ["/one"]
    assert paths(state.take("host.example", START, 9, ["news.example", "other.example"])) == ["/other", "/one"]
    assert paths(state.take("host.example", START, 1, ["news.example", "other.example"])) == ["/other"]
    assert state.hosts(START, ["news.example"]) == {"host.example": START}
    assert state.hosts(START, ["news.example", "other.example"]) == {"host.example": START - HOUR}
    assert state.hosts(START, []) == {}


def test_hosts_are_those_with_something_due(state: State) -> None:
    state.enqueue([Found(make_target()), Found(make_target("https://b.news.example/"))], START)
    state.record_visit(make_page(), START + HOUR)
    assert state.hosts(START, SITES) == {"b.news.example": START}
    assert state.hosts(START + HOUR, SITES) == {"b.news.example": START, "news.example": START + HOUR}
    state.record_visit(make_page(), None)
    assert state.hosts(START + HOUR, SITES) == {"b.news.example": START}


def test_known_listing_is_due_again_only_if_it_changed_since_its_last_visit(state: State) -> None:
    feed = make_target("https://news.example/feed", "feed")
    state.enqueue([Found(feed)], START)
    state.record_visit(make_page(feed.url, kind="feed"), None)
    for changed_at in (None, START - HOUR, START):
        assert state.enqueue([Found(feed, changed_at)], START + HOUR) == 0
        assert take(state, START + HOUR) == []
    state.enqueue([Found(feed, START + HOUR)], START + 2 * HOUR)
    assert take(state, START + HOUR) == []
    assert paths(take(state, START + 2 * HOUR)) == ["/feed"]
    state.enqueue([Found(feed, START + 3 * HOUR)], START + 3 * HOUR)
    assert state.hosts(START + 9 * HOUR, SITES) == {"news.example": START + 2 * HOUR}


def test_known_article_is_not_due_again_because_a_listing_says_it_changed(state: State) -> None:
    state.enqueue([Found(make_target())], START)
    state.record_visit(make_page(), None)
    state.enqueue([Found(make_target(), START + HOUR)], START + HOUR)
    assert take(state, START + HOUR) == []


def test_seed_of_the_config_overrides_what_an_address_was_taken_for(state: State) -> None:
    state.enqueue([Found(make_target("http://news.example/world/"))], START)
    state.record_visit(make_page("http://news.example/world/"), None)
    seed = make_target("https://news.example/world", "front_page", "seed")
    assert state.enqueue([Found(seed, START + HOUR)], START + HOUR) == 0
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
        (with_headers(404, (("ETag", '"e"'),), Skip("http_404")), ('"1"', "Mon", 2)),
    ],
)
def test_visit_changes_validators_and_tries(state: State, page: object, expected: tuple[object, ...]) -> None:
    failed = make_page(URL, None, skip=Skip("dns", retryable=True))
    state.record_visit(with_headers(200, (("ETag", '"1"'), ("Last-Modified", "Mon"))), None)  # type: ignore[arg-type]
    for _ in range(2):
        state.record_visit(failed, START)
    state.record_visit(page, START)  # type: ignore[arg-type]
    (target,) = take(state)
    assert (target.etag, target.last_modified, target.tries) == expected


def test_visit_of_an_unknown_address_adds_it(state: State) -> None:
    state.record_visit(make_page(), START + HOUR)
    assert paths(take(state, START + HOUR)) == ["/a"]


def test_what_was_committed_is_there_after_opening_again_and_the_rest_is_not(tmp_path: Path) -> None:
    state = State(tmp_path / "s")
    state.enqueue([Found(make_target())], START)
    state.save_pace(HostPace("news.example", START))
    state.start_run("run1", START)
    state.save_segment(Segment("run1-00000", "run1", START.date(), "closed", 12, 3))
    state.commit()
    state.checkpoint()
    state.enqueue([Found(make_target("https://b.example/"))], START)
    state.close()
    again = State(tmp_path / "s")
    assert again.hosts(START, SITES) == {"news.example": START}
    assert again.pace("news.example") == HostPace("news.example", START)
    assert again.runs() == {"run1"}
    assert again.segments("closed") == [Segment("run1-00000", "run1", START.date(), "closed", 12, 3)]
    assert again.segments("open") == []
    again.close()


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_printed_text_can_be_stored(text: str) -> None:
    cleaned = module._clean(text)
    assert cleaned is not None
    assert len(cleaned.encode()) >= len(text)


def test_lone_surrogates_in_evidence_are_replaced(state: State) -> None:
    evidence = Evidence("\ud800", "rss", "a\udfff", "\0")
    state.enqueue([Found(replace(make_target(), evidence=evidence))], START)
    assert take(state)[0].evidence == Evidence("\ufffd", "rss", "a\ufffd", "\0")


def test_damage_inside_is_told(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    state = State(path)
    state.enqueue([Found(make_target(f"https://news.example/{n}")) for n in range(500)], START)
    state.commit()
    state.close()
    whole = bytearray(path.read_bytes())
    whole[4096:] = b"\xff" * (len(whole) - 4096)
    path.write_bytes(whole)

    def use() -> None:
        state = State(path)
        try:
            take(state)
            state.segments()
        finally:
            state.close()

    with pytest.raises(StoreError, match="is damaged; restore it from a copy"):
        use()


def test_choosing_next_reads_the_index_alone(state: State) -> None:
    query = module._TAKE.replace("SELECT due_at, id", "EXPLAIN QUERY PLAN SELECT due_at, id")
    plans = [row[3] for row in state._db.execute(query, ("h", "s", 3, 0, 1))]
    plans += [row[3] for row in state._db.execute("EXPLAIN QUERY PLAN " + module._HOSTS, (0,))]
    assert not any("TEMP B-TREE" in plan or plan == "SCAN urls" for plan in plans), plans
    assert sum("USING INDEX urls_due" in plan or "USING COVERING INDEX urls_due" in plan for plan in plans) == 5


def test_odd_addresses_are_kept(state: State) -> None:
    url = normalize("https://news.example:8443/ä b?x=[1]&y='")
    state.enqueue([Found(replace(make_target(), url=url))], START)
    assert [target.url for target in state.take("news.example:8443", START, 9, SITES)] == [url]
