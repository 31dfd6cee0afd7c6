from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.report.censuses import make_censuses, now_of

from scraper.census import VisitCensus
from scraper.report.health_alarm import Alarm, AlarmKind
from scraper.report.health_rates import Place
from scraper.report.run_report_verdict import Verdict, judge
from scraper.run_record import RunRecord, SiteRecord

VISITS, ROWS = make_censuses(4, 19)
ROWS = replace(ROWS, suspects={})
RUN = RunRecord("r", "scrape", datetime(2026, 1, 19, tzinfo=UTC), datetime(2026, 1, 19, 1, tzinfo=UTC), 0)


def alarm(site: str, kind: AlarmKind = "field_lost") -> Alarm:
    return Alarm(site, kind, ["no_byline"], 1e9, Place(1e9, "https://a.example/", "<r>"), 5, 6, 0.1, 3.0, 1e9)


def verdict(
    visits: VisitCensus = VISITS,
    alarms: Sequence[Alarm] = (),
    run: RunRecord | None = RUN,
    faults: Sequence[str] = (),
    late: timedelta = timedelta(0),
    watched: int = 4,
    *,
    going_on: bool = False,
) -> Verdict:
    return judge(visits, ROWS, alarms, watched, run, faults, now_of(visits) + late, going_on=going_on)


def test_nothing_speaks_against_a_corpus_that_is_well() -> None:
    assert (verdict().state, verdict().worries) == ("good", ())


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (verdict(late=timedelta(days=9)), "The last visit was 9 days ago"),
        (verdict(alarms=[alarm("paper001.example")]), "1 alarm is open, on 1 of 4 sites."),
        (verdict(alarms=[alarm("paper001.example", "dead_feed")]), "1 source died: paper001.example."),
        (verdict(watched=3), "The health of 1 of 4 sites is not known"),
        (verdict(run=replace(RUN, finished_at=None, exit_status=None)), "Run r was killed: the next one goes on"),
        (verdict(run=replace(RUN, finished_at=None, exit_status=None), going_on=True), "Run r is going on"),
        (verdict(run=replace(RUN, sites={"a": SiteRecord(failure="x")})), "In the last run 1 site failed."),
    ],
)
def test_what_should_be_known_is_told_and_forbids_nothing(made: Verdict, told: str) -> None:
    assert made.state == "care"
    assert any(worry.text.startswith(told) for worry in made.worries)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (verdict(faults=["a.example: x"]), "The numbers do not add up: a.example: x; run `scraper verify`."),
        (verdict(run=replace(RUN, error="the disk is full")), "The last run stopped: the disk is full"),
        (verdict(alarms=[alarm(f"paper00{n}.example") for n in range(3)]), "3 alarms are open, on 3 of 4 sites."),
    ],
)
def test_what_makes_numbers_worthless_is_grave_and_stands_first(made: Verdict, told: str) -> None:
    assert made.state == "bad"
    assert (made.worries[0].text, made.worries[0].grave) == (told, True)


def test_a_site_that_is_asked_and_gives_nothing_for_two_weeks_is_silent_but_not_a_new_one() -> None:
    visits, _ = make_censuses(4, 40)
    articles = visits.outcomes["article"].copy()
    articles[2, -14:] = 0
    visits = replace(visits, outcomes={**visits.outcomes, "article": articles})
    assert verdict(visits).silent == ("paper002.example",)
    short = replace(VISITS, outcomes={**VISITS.outcomes, "article": VISITS.outcomes["article"] * 0})
    assert verdict(short).silent == tuple(VISITS.sites)
    new = {name: grid[:, -10:] for name, grid in short.outcomes.items()}
    young = replace(short, outcomes=new, listed=short.listed[:, -10:], days=short.days[-10:])
    assert verdict(young).silent == ()


def test_days_on_which_nobody_asked_are_told() -> None:
    visits, _ = make_censuses(2, 40)
    assert "On 3 of 40 days nothing was asked of any site." in [
        worry.text for worry in verdict(visits, watched=2).worries
    ]
