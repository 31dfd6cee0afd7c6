from __future__ import annotations

import pytest
from tests.report.sites import START, article, hours, listing

from scraper.report.health import take_in
from scraper.report.health_lack import DEAD
from scraper.report.health_listings import volume_thresholds
from scraper.report.health_rhythm import DAY_S, HOUR_S
from scraper.report.health_site import Health

LATER = START + 20 * DAY_S


@pytest.fixture
def grown() -> Health:
    health = Health("n.example")
    for at in hours(START, 20 * 24):
        take_in(health, [listing(at), article(at + 5), article(at + 9)])
    return health


def test_listings_that_all_fail_are_a_dead_feed_within_the_day_and_over_with_the_first_that_comes(
    grown: Health,
) -> None:
    opened = [
        alarm
        for at in (LATER, LATER + HOUR_S, LATER + 7 * HOUR_S, LATER + 31 * HOUR_S)
        for alarm in take_in(grown, [listing(at, "http_404")]).opened
    ]
    assert [(alarm.kind, alarm.opened_at) for alarm in opened] == [("dead_feed", LATER + 7 * HOUR_S)]
    assert opened[0].first_bad.at == LATER
    (closed,) = take_in(grown, [listing(LATER + 40 * HOUR_S)]).closed
    assert closed.closed_at == LATER + 40 * HOUR_S


def test_an_outage_as_long_as_one_that_passed_is_no_dead_feed(grown: Health) -> None:
    for day in range(3):
        at = LATER + day * DAY_S
        failing = [listing(at + hour * HOUR_S, "http_503") for hour in range(6)]
        assert not any(take_in(grown, [each]).opened for each in failing)
        take_in(grown, [listing(at + 6 * HOUR_S)])


def test_listings_of_which_one_comes_are_watched(grown: Health) -> None:
    for at in hours(LATER, 12):
        assert not take_in(grown, [listing(at, "http_404"), listing(at + 1), article(at + 5)]).opened


def test_listings_that_bring_nothing_are_a_dead_feed_that_names_the_last_article(grown: Health) -> None:
    opened = [alarm for at in hours(LATER, 24) for alarm in take_in(grown, [listing(at)]).opened]
    assert [alarm.kind for alarm in opened] == ["dead_feed"]
    assert opened[0].first_bad.url.startswith("https://n.example/")
    assert opened[0].opened_at - LATER < DAY_S


def test_a_site_with_more_articles_needs_more_to_be_called_dead(grown: Health) -> None:
    assert volume_thresholds(grown)[DEAD] > volume_thresholds(Health("small.example"))[DEAD]


def test_a_site_that_never_brought_anything_has_no_dead_feed() -> None:
    health = Health("n.example")
    assert not any(take_in(health, [listing(at, "http_404")]).opened for at in hours(START, 100))
