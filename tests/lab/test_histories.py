from __future__ import annotations

from scraper.lab.histories import START, Break, Site
from scraper.report.health_rhythm import DAY_S


def test_the_same_seed_gives_the_same_history_and_another_one_another() -> None:
    one, same, other = (list(Site(seed, 10).batches(5)) for seed in (1, 1, 2))
    assert one == same != other


def test_visits_come_in_the_order_of_time_and_bring_about_as_many_articles_as_asked() -> None:
    batches = list(Site(3, 20).batches(60))
    assert [batch.at for batch in batches] == sorted(batch.at for batch in batches)
    assert 8 < sum(len(batch.sightings) - 1 for batch in batches) / 60 < 32


def test_a_break_begins_on_its_day() -> None:
    def paywalled(planted: Break | None, after: float) -> float:
        traits = [
            each.traits
            for batch in Site(5, 20, planted).batches(30)
            for each in batch.sightings
            if each.traits and (each.place.at >= START + 15 * DAY_S) == bool(after)
        ]
        return sum(each.paywalled for each in traits) / len(traits)

    planted = Break("paywall", 15)
    assert paywalled(planted, 0) < 0.4
    assert paywalled(planted, 1) > 0.9
    assert paywalled(None, 1) < 0.4


def test_a_dead_feed_brings_nothing() -> None:
    late = [batch for batch in Site(5, 20, Break("dead", 10)).batches(20) if batch.at > START + 11 * DAY_S]
    assert late
    # The first may bring what a pause held up.
    assert all(each.listing for batch in late[1:] for each in batch.sightings)
