from __future__ import annotations

import json
from random import Random

import pytest

from scraper.lab import mutations, odd_json
from scraper.lab.oddities import babble, many

PAGE = (
    b'<html><head><script type="application/ld+json">{"@type": "Article", "author": [{"name": "Ana"}]}</script></head>'
    b'<body class="a"><h1>Ferry</h1><p class="byline">By Ana</p><p>The ferry ran again.</p></body></html>'
)


@pytest.mark.parametrize("step", dict.fromkeys(mutations._STEPS), ids=lambda step: step.__name__.strip("_"))
def test_every_step_changes_pages_and_survives_empty_ones(step: mutations.Step) -> None:
    rng = Random(1)
    assert any(step(rng, PAGE, [PAGE]) != PAGE for _ in range(50))
    assert isinstance(step(rng, b"", [b""]), bytes)


def test_cases_are_bounded_and_say_what_was_done() -> None:
    rng = Random(2)
    cases = [mutations.make_case(rng, [PAGE, PAGE * 300]) for _ in range(200)]
    assert all(len(case.html) <= mutations.MAX_BYTES for case in cases)
    assert all(case.steps for case in cases)
    assert {type(case.html) for case in cases} == {bytes, str}


def test_odd_linked_data_is_json_now_and_then() -> None:
    rng = Random(3)
    parsed = 0
    for _ in range(100):
        try:
            json.loads(odd_json.odd_script(rng))
            parsed += 1
        except (ValueError, RecursionError):
            continue
    assert 10 < parsed < 100


def test_counts_are_of_every_order_of_magnitude() -> None:
    rng = Random(4)
    counts = [many(rng, 10_000) for _ in range(1000)]
    assert 1 <= min(counts) < 10
    assert 1000 < max(counts) <= 10_000
    assert len(babble(rng, 10)) > 0
