from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.extract.test_joined import EMPTY

from scraper.article import Article, Conflict
from scraper.config import Rule
from scraper.extract.assemble import extract_article
from scraper.extract.conflicts import (
    MAX_VALUE_CHARS,
    MIN_CUT_WORDS,
    Moment,
    add_listed,
    is_same_authors,
    is_same_headline,
    is_same_time,
    read_moment,
    write_moment,
)

TEXT = "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute of eleven years."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pier is rebuilt after eleven years", "PIER IS REBUILT AFTER ELEVEN YEARS"),
        ("“Pier” is rebuilt — at last", "'Pier' is rebuilt - at last"),
        ("Pier is rebuilt after eleven years", "Pier is rebuilt after ele..."),
        ("Pier is rebuilt", "Harbor: Pier is rebuilt | The Example"),
        ("Law & order", "Law and order"),
        ("Pier rebuilt, mayor says", "Mayor says pier rebuilt"),
        ("Café e-mails", "Cafe emails"),
        ("Pier", "–"),
        ("埠頭を再建", "速報:埠頭を再建へ"),
        ("부두 재건", "속보: 부두재건 결정"),
    ],
)
def test_headlines_that_say_the_same_are_no_conflict(one: str, other: str) -> None:
    assert is_same_headline(one, other)
    assert is_same_headline(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Man shot in Ohio", "Woman shot in Ohio"),
        ("No", "North Korea fires missile"),
        ("1", "11 dead"),
        ("Ferry pier cost", "Ferry pier costs"),
        ("Old pier is rebuilt for 1", "Old pier is rebuilt for 11"),
    ],
)
def test_a_part_of_a_word_is_another_word(one: str, other: str) -> None:
    assert not is_same_headline(one, other)
    assert not is_same_headline(other, one)


WORDS = st.lists(st.text(st.sampled_from("abc"), min_size=1, max_size=4), min_size=1, max_size=6, unique=True)


@given(st.lists(st.sampled_from(["x", "xy"]), max_size=2), WORDS, st.sampled_from(["", " "]), st.integers(1, 3))
def test_a_headline_stands_in_another_at_the_bounds_of_words(
    before: list[str], words: list[str], space: str, letters: int
) -> None:
    headline = " ".join(words)
    assert is_same_headline(headline, " ".join([*before, space.join(words), "y"]))
    assert not is_same_headline(headline, " ".join([*before, "x" * letters + headline]))
    assert is_same_headline(headline, headline + "x" * letters) == (len(words) >= MIN_CUT_WORDS)


@pytest.mark.parametrize("other", ["Council at odds over ferry pier", "Pier is rebuilt after twelve years"])
def test_another_wording_is_another_headline(other: str) -> None:
    assert not is_same_headline("Pier is rebuilt after eleven years", other)


@pytest.mark.parametrize(
    ("chosen", "other"),
    [
        (["Anna Diaz"], ["ANNA DÍAZ"]),
        (["Anna M. Diaz"], ["Anna Diaz"]),
        (["A. Diaz"], ["Anna Diaz"]),
        (["Anna Diaz"], ["The Example Staff"]),
        (["Anna Diaz"], ["Reuters"]),
        (["Anna Diaz"], ["Senior Editor"]),
        (["Anna Diaz", "Peter Lind"], ["Peter Lind", "Anna Diaz"]),
    ],
)
def test_names_of_the_same_persons_and_of_none_are_no_conflict(chosen: list[str], other: list[str]) -> None:
    assert is_same_authors(chosen, other)


@pytest.mark.parametrize(
    ("chosen", "other"),
    [
        (["Anna Diaz"], ["Peter Lind"]),
        (["Anna Diaz"], ["Anna Diaz", "Peter Lind"]),
        (["Anna Diaz", "Peter Lind"], ["Anna Diaz"]),
        (["The Example Staff"], ["Anna Diaz"]),
    ],
)
def test_other_persons_more_and_fewer_are_a_conflict(chosen: list[str], other: list[str]) -> None:
    assert not is_same_authors(chosen, other)


@pytest.mark.parametrize(
    ("chosen", "other", "same"),
    [
        ("2025-03-04T10:00:00+01:00", "2025-03-04T09:00:59Z", True),
        ("2025-03-04T10:00:00+01:00", "2025-03-04T10:09:00+01:00", True),
        ("2025-03-04T10:00:00+01:00", "2025-03-04T10:11:00+01:00", False),
        ("2025-03-04T10:00:00+01:00", "2025-03-04T10:00:00Z", False),  # the clock of the newsroom, said to be UTC
        ("2025-03-04T10:00:00+01:00", "2025-03-04 10:00", True),
        ("2025-03-04T10:00:00+01:00", "2025-03-04 10:07", False),
        ("2025-03-04T10:00:00+01:00", "4 March 2025", True),
        ("2025-03-04T23:30:00-08:00", "4 March 2025", True),
        ("2025-03-04T10:00:00+01:00", "6 March 2025", False),
        ("2025-03-04", "2025-03-04T00:00:00-05:00", True),
        ("2025-03-04", "2025-03-05", False),
        ("2025-03-04T19:00:00-05:00", "2025-03-03T13:00:00Z", False),
        ("2025-03-04T19:00:00-05:00", "2025-03-05T23:00:00Z", False),
        ("2025-03-04T10:00:00Z", "1741082400", True),
        ("2025-03-04T10:00:00Z", "1741089600", False),
        ("2025-03-04T10:00:00Z", "Tue, 04 Mar 2025 10:00:00 GMT", True),
        ("2025-03-04T10:00:00Z", "Tue, 04 Mar 2025 10:00:00 +0100", False),
    ],
)
def test_times_are_compared_as_exactly_as_they_are_given(chosen: str, other: str, *, same: bool) -> None:
    one, two = read_moment(chosen, "en"), read_moment(other, "en")
    assert one is not None
    assert two is not None
    assert is_same_time(one, two) is same


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-03-02T19:00:00-05:00", "2026-03-03T00:00:00Z"),
        ("2026-03-02T00:00:00-05:00", "2026-03-02"),
        ("2026-03-02T00:00:00Z", "2026-03-02"),
        ("2026-03-02", "2026-03-02"),
    ],
)
def test_midnight_elsewhere_is_a_time_of_day(text: str, written: str) -> None:
    moment = read_moment(text)
    assert moment is not None
    assert write_moment(moment) == written


@given(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001 (made aware below)
    st.integers(-48, 56),
)
def test_a_day_agrees_with_every_time_on_it_in_every_zone(moment: datetime, quarters: int) -> None:
    local = moment.replace(tzinfo=UTC)
    when = Moment(local - timedelta(minutes=15 * quarters), 15 * quarters)
    day = Moment(local.replace(hour=0, minute=0, second=0, microsecond=0))
    assert is_same_time(day, when)
    assert is_same_time(when, day)
    assert is_same_time(when, when)


def page(body: str = "", *, title: str = "Pier is rebuilt", **data: object) -> bytes:
    said: dict[str, object] = {"@type": "NewsArticle", "headline": "Pier is rebuilt", "author": {"name": "Anna Diaz"}}
    said |= {"datePublished": "2025-03-04T10:00:00+01:00"} | data
    return (
        f"<html lang=en><head><script type='application/ld+json'>{json.dumps(said)}</script><title>{title}</title>"
        f"</head><body><article><h1>Pier is rebuilt</h1>{body}{f'<p>{TEXT}</p>' * 4}</article></body></html>"
    ).encode()


def conflicts(html: bytes, url: str = "", rule: Rule | None = None) -> list[tuple[str, str, str]]:
    return [(c.field, c.source, c.value) for c in extract_article(html, url=url, rule=rule).conflicts]


def test_sources_that_agree_leave_no_conflict() -> None:
    body = "<p class=byline>By Anna Diaz</p><time datetime='2025-03-04'>4 March 2025</time>"
    assert conflicts(page(body, title="Pier is rebuilt – The Example"), "https://a.example/2025/03/04/pier") == []


def test_every_source_that_says_something_else_is_named_with_what_it_says() -> None:
    body = "<p class=published>Published 9 March 2025</p>"
    html = page(body, title="What a pier costs the town", dateModified="2025-03-03T10:00:00Z")
    html = html.replace(b"<title>", b"<meta name=author content='Peter Lind'><title>")
    assert conflicts(html, "https://a.example/2025/03/01/pier") == [
        ("headline", "meta", "What a pier costs the town"),
        ("authors", "meta", "Peter Lind"),
        ("published_at", "url", "2025-03-01"),
        ("published_at", "dom", "2025-03-09"),
        ("modified_at", "json_ld", "2025-03-03T10:00:00Z"),
    ]


def test_what_a_sites_rule_chose_is_compared_with_what_was_found_without_it() -> None:
    body = "<p class=x>Peter Lind</p><b class=d>2025-03-08T10:00:00Z</b><h4 class=h>Another title</h4>"
    assert conflicts(page(body), rule=Rule(headline=".h", byline=".x", published=".d")) == [
        ("headline", "dom", "Pier is rebuilt"),
        ("headline", "json_ld", "Pier is rebuilt"),
        ("headline", "meta", "Pier is rebuilt"),
        ("authors", "json_ld", "Anna Diaz"),
        ("published_at", "json_ld", "2025-03-04T09:00:00Z"),
    ]


def test_values_of_hostile_pages_are_bounded() -> None:
    html = page(title="word " * 9000, author=[{"name": f"Peter Lind{'x' * n}"} for n in range(300)])
    found = extract_article(html).conflicts
    assert found
    assert all(len(each.value) <= MAX_VALUE_CHARS for each in found)


LISTED = replace(
    EMPTY, headline="Pier is rebuilt", published_at=datetime(2025, 3, 4, 9, tzinfo=UTC),
    modified_at=datetime(2025, 3, 6, 9, tzinfo=UTC), published_offset_minutes=60,
)  # fmt: skip


def listed(listing: str, title: str | None, published: str | None, article: Article = LISTED) -> list[Conflict]:
    return list(add_listed(article, listing, title, published).conflicts)


def test_a_feed_that_says_something_else_is_a_conflict() -> None:
    assert listed("rss", "Old pier, new fight", "Wed, 05 Mar 2025 12:00:00 +0000") == [
        Conflict("headline", "rss", "Old pier, new fight"),
        Conflict("published_at", "rss", "2025-03-05T12:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("listing", "title", "published"),
    [
        ("atom", "Pier is rebuilt", "2025-03-04T09:04:00Z"),
        ("rss", "Pier is rebuilt - The Example", "Thu, 06 Mar 2025 10:00:00 +0100"),  # the last change
        ("news_sitemap", None, "2025-03-04"),
        ("sitemap", None, "2025-05-04"),  # of a change
        ("front_page", "A pier!", None),
        ("rss", "Pier is rebuilt", "yesterday"),
        ("rss", None, None),
    ],
)
def test_a_listing_that_says_the_same_or_nothing_is_none(
    listing: str, title: str | None, published: str | None
) -> None:
    assert listed(listing, title, published) == []


def test_a_feed_contradicts_no_field_that_the_page_does_not_give() -> None:
    assert listed("rss", "Old pier", "2025-03-05T12:00:00Z", replace(EMPTY, headline=None)) == []


@pytest.mark.parametrize("published", ["9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "1e9"])
def test_the_ends_of_the_calendar_are_compared_as_other_times(published: str) -> None:
    for moment in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)):
        for minutes in (-720, None, 840):
            listed("rss", None, published, replace(LISTED, published_at=moment, published_offset_minutes=minutes))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_of_a_feed_is_taken(title: str, published: str) -> None:
    listed("rss", title, published)
