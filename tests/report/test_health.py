from __future__ import annotations

import copy
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.sites import START, article, hours, listing, skip

from scraper.report.health import accept, is_outage, take_in
from scraper.report.health_alarm import AlarmKind
from scraper.report.health_rhythm import DAY_S, HOUR_S
from scraper.report.health_signs import Sighting
from scraper.report.health_site import Health

LATER = START + 40 * DAY_S
NEW = tuple(range(100, 132))


@pytest.fixture(scope="module")
def grown() -> Health:
    """Forty days of two articles an hour, now and then one without a dek or a page that is gone."""
    health = Health("n.example")
    for number, at in enumerate(hours(START, 40 * 24)):
        second = (
            skip(at + 9, "http_404") if number % 50 == 7 else article(at + 9, missing={"dek"} if number % 9 else ())
        )
        take_in(health, [listing(at), article(at + 5, chars=3000 + number), second], segment=f"s{number}")
    assert not health.alarms
    return health


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("field_lost", lambda at: article(at, missing={"byline"})),
        ("layout_changed", lambda at: article(at, sketch=NEW)),
        ("text_changed", lambda at: article(at, chars=500)),
        ("paywall", lambda at: article(at, paywalled=True)),
        ("challenge", lambda at: skip(at, "challenge")),
        ("pages_lost", lambda at: skip(at, "no_body")),
    ],
)
def test_a_break_is_found_within_twenty_articles_and_the_first_one_is_named(
    grown: Health, kind: AlarmKind, make: type[Sighting]
) -> None:
    health = copy.deepcopy(grown)
    change = take_in(health, [make(LATER + number) for number in range(20)], segment="new")  # type: ignore[call-arg, arg-type]
    (alarm,) = change.opened
    assert alarm.kind == kind
    assert alarm.first_bad.at == LATER
    assert alarm.opened_at < LATER + 20
    if kind not in ("challenge", "pages_lost"):
        assert [each.at for each in change.suspects] == [LATER + number for number in range(20)]


def test_a_redesign_is_one_alarm_with_all_its_signs(grown: Health) -> None:
    health = copy.deepcopy(grown)
    bad = [article(LATER + number, sketch=NEW, missing={"byline", "section"}, chars=300) for number in range(20)]
    change = take_in(health, bad)
    (alarm,) = change.opened
    assert alarm.kind == "layout_changed"
    assert {"new_layout", "no_byline", "no_section"} <= set(alarm.signs)


def test_earlier_segments_are_suspected_once_the_alarm_begins(grown: Health) -> None:
    health = copy.deepcopy(grown)
    changes = [
        take_in(health, [article(LATER + number, paywalled=True)], segment=f"late{number}") for number in range(20)
    ]
    (first,) = [change for change in changes if change.opened]
    assert {each.segment for each in first.suspects} == {f"late{n}" for n in range(changes.index(first) + 1)}


def test_an_alarm_ends_by_itself_when_the_site_is_as_before(grown: Health) -> None:
    health = copy.deepcopy(grown)
    take_in(health, [article(LATER + number, missing={"byline"}) for number in range(20)])
    change = take_in(health, [article(LATER + 100 + number) for number in range(20)])
    assert [alarm.kind for alarm in change.closed] == ["field_lost"]
    assert not health.alarms


def test_what_is_accepted_is_normal_from_then_on(grown: Health) -> None:
    health = copy.deepcopy(grown)
    take_in(health, [article(LATER + number, missing={"byline"}, sketch=NEW) for number in range(20)])
    (alarm,) = accept(health, LATER + 50)
    assert alarm.accepted_at == alarm.closed_at == LATER + 50
    change = take_in(health, [article(LATER + 100 + n, missing={"byline"}, sketch=NEW) for n in range(200)])
    assert not change.opened
    assert not health.alarms


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_neither_the_order_in_which_visits_are_handed_in_nor_where_segments_are_cut_changes_what_is_learned(
    chance: random.Random, cuts: int
) -> None:
    at = [START + 60.0 * number for number in range(90)]
    visits = [article(each, missing={"byline"} if chance.random() < 0.3 else ()) for each in at]
    whole, cut = Health("n.example"), Health("n.example")
    shuffled = visits[:]
    chance.shuffle(shuffled)
    one = take_in(whole, shuffled, segment="s")
    parts = [take_in(cut, visits[n * 90 // cuts : (n + 1) * 90 // cuts], segment="s") for n in range(cuts)]
    assert whole == cut
    assert one.opened == tuple(alarm for part in parts for alarm in part.opened)


def test_a_segment_that_comes_late_changes_nothing(grown: Health) -> None:
    health = copy.deepcopy(grown)
    take_in(health, [article(START + number, missing={"byline"}) for number in range(100)])
    assert health == grown


def test_many_sites_that_fail_at_once_are_our_network(grown: Health) -> None:
    assert is_outage(failed=5, asked=8)
    assert not is_outage(failed=2, asked=2)
    assert not is_outage(failed=3, asked=18)
    health = copy.deepcopy(grown)
    for at in hours(LATER, 24):
        assert not take_in(health, [listing(at, "dns_failure", network=True)], outage=True).opened
    assert take_in(health, [listing(LATER + 30 * HOUR_S)]).opened == ()
