from __future__ import annotations

import json

import pytest
from tests.report.sites import START, article, hours, listing

from scraper.report.health import take_in
from scraper.report.health_alarm import FAMILIES, Alarm
from scraper.report.health_lines import DO, make_details, make_table, tell, to_json
from scraper.report.health_rates import Place
from scraper.report.health_site import Health

ALARM = Alarm(
    "n.example",
    "layout_changed",
    ["new_layout", "no_byline"],
    1e9 + 90,
    Place(1e9, "https://n.example/first", "<first>"),
    9,
    10,
    0.02,
    2.5,
    1e9 + 90,
)


def test_an_alarm_is_told_in_one_line_with_what_since_when_how_sure_the_first_page_and_what_to_do() -> None:
    line = tell(ALARM)
    assert "\n" not in line
    for part in (
        "n.example: layout_changed",
        "new layout on 9 of 10 pages, usually 2%",
        "also no byline",
        "since 2001-09-09 01:46",
        "certain",
        "https://n.example/first",
        DO["layout_changed"],
    ):
        assert part in line


@pytest.mark.parametrize("kind", FAMILIES)
def test_every_kind_says_what_to_do(kind: str) -> None:
    assert DO[kind]  # type: ignore[index]


def test_json_holds_the_record_of_the_first_page() -> None:
    told = json.loads(json.dumps(to_json(ALARM)))
    assert told["first_bad_record"] == "<first>"
    assert told["since"] == "2001-09-09T01:46:40+00:00"
    assert told["closed_at"] is None


def test_the_table_says_what_is_normal_and_what_is_now() -> None:
    health = Health("n.example")
    for number, at in enumerate(hours(START, 15 * 24)):
        take_in(health, [listing(at), article(at + 5, missing={"byline"} if number > 340 else ())])
    head, row = make_table([health])
    assert len(head) == len(row)
    assert row[:3] == ["n.example", "ALARM field_lost", "23.2"]
    assert row[-1].startswith("no byline 0% now 6")
    details = {name: rest for name, *rest in make_details(health)}
    assert details["byline"][0] == "100%"
    assert details["byline"][-1] == "ALARM"
    assert make_table([Health("new.example")])[1][1] == "learning, 0 of 14 days"
