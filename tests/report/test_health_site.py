from __future__ import annotations

import msgspec
from tests.report.sites import START, article, hours, listing

from scraper.report.health import take_in
from scraper.report.health_site import Health


def test_what_is_known_of_a_site_comes_back_equal_and_stays_small() -> None:
    health = Health("n.example")
    for number, at in enumerate(hours(START, 300)):
        take_in(
            health, [listing(at), article(at + 5, missing={"byline"} if number > 280 else ())], segment=f"s{number}"
        )
    assert health.alarms
    packed = msgspec.msgpack.encode(health)
    assert msgspec.msgpack.decode(packed, type=Health) == health
    assert len(packed) < 20_000
