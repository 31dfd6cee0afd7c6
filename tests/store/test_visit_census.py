from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.ledger import DAY, Visit, write_visits

from scraper.census import OUTCOMES, SECONDS, VisitCensus, quantile
from scraper.errors import StoreError
from scraper.store.corpus import open_outcomes
from scraper.store.visit_census import count_visits

VISITS = st.lists(
    st.builds(
        Visit,
        site=st.sampled_from(["a.example", "b.example", "<script>"]),
        day=st.integers(0, 4),
        minute=st.integers(0, 1000),
        outcome=st.sampled_from(OUTCOMES),
        reason=st.sampled_from(["no_body", "http_404"]),
        kind=st.sampled_from(["article", "feed", "robots"]),
        status=st.sampled_from([None, 200, 429]),
    ),
    max_size=30,
)


def census(data: Path, *visits: Visit) -> VisitCensus:
    write_visits(data, visits)
    return count_visits(open_outcomes(data))


@settings(max_examples=12, deadline=None)
@given(VISITS)
def test_the_sums_are_those_of_the_ledger(visits: list[Visit]) -> None:
    with TemporaryDirectory() as folder:
        found = census(Path(folder), *visits)
    assert int(found.visits.sum()) == len(visits)
    assert found.sites == tuple(sorted({visit.site for visit in visits}))
    for name in OUTCOMES:
        cells = Counter((visit.site, DAY + timedelta(days=visit.day)) for visit in visits if visit.outcome == name)
        for n, site in enumerate(found.sites):
            for m, day in enumerate(found.days):
                assert found.outcomes[name][n, m] == cells[site, day]
    reasons = Counter((v.site, v.outcome, v.reason) for v in visits if v.outcome in ("skip", "deleted"))
    assert {(each.site, each.outcome, each.reason): each.count for each in found.reasons} == dict(reasons)
    assert found.statuses == dict(Counter((visit.site, visit.status or 0) for visit in visits))
    assert int(found.payload_bytes.sum()) == 1000 * len(visits)
    if visits:
        assert (found.first_at, found.last_at) == (min(v.at for v in visits), max(v.at for v in visits))


def test_days_without_a_visit_stand_between_the_others(tmp_path: Path) -> None:
    found = census(tmp_path, Visit(day=0), Visit(day=3))
    assert found.visits.tolist() == [[1, 0, 0, 1]]


def test_only_lists_that_came_count_as_read(tmp_path: Path) -> None:
    found = census(
        tmp_path,
        Visit(outcome="listing", kind="feed"),
        Visit(outcome="unchanged", kind="sitemap"),
        Visit(outcome="skip", kind="feed", reason="http_503"),
        Visit(outcome="listing", kind="robots"),
        Visit(outcome="unchanged", kind="article"),
    )
    assert found.listed.tolist() == [[2]]


def test_pauses_are_between_visits_of_one_site_and_run(tmp_path: Path) -> None:
    found = census(
        tmp_path,
        *(Visit(minute=minute) for minute in (0, 1, 2)),
        *(Visit("other.example", minute=minute, run=f"run{minute}") for minute in (0, 7)),
    )
    assert found.pauses.sum(axis=1).tolist() == [2, 0]
    assert quantile(found.pauses.sum(axis=0), 0.5) == pytest.approx(60, rel=0.07)
    assert quantile(found.pauses[1], 0.5) is None
    assert SECONDS[1] / SECONDS[0] < 1.13


def test_an_example_of_a_reason_is_one_of_the_last(tmp_path: Path) -> None:
    skips = [
        Visit(day=day, outcome="skip", reason="no_body", minute=minute, url=f"https://news.example/{day}-{minute}")
        for day in (0, 1)
        for minute in (5, 3)
    ]
    (reason,) = census(tmp_path, *skips).reasons
    assert (reason.count, reason.url, reason.detail) == (4, "https://news.example/1-5", "no_body")


def test_a_file_that_is_damaged_behind_its_footer_is_named(tmp_path: Path) -> None:
    write_visits(tmp_path, [Visit(minute=minute) for minute in range(50)])
    file = next((tmp_path / "outcomes").glob("*/*.parquet"))
    whole = bytearray(file.read_bytes())
    whole[4:600] = b"\x55" * 596
    file.write_bytes(whole)
    with pytest.raises(StoreError, match=f"{file}: is damaged; `scraper verify --mend`"):
        count_visits(open_outcomes(tmp_path))


def test_a_file_that_is_merged_meanwhile_is_told(tmp_path: Path) -> None:
    write_visits(tmp_path, [Visit()])
    dataset = open_outcomes(tmp_path)
    next((tmp_path / "outcomes").glob("*/*.parquet")).unlink()
    with pytest.raises(StoreError, match="was merged into another file meanwhile"):
        count_visits(dataset)


def test_an_outcome_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="an outcome that this program does not know"):
        census(tmp_path, Visit(outcome="moved"))


def test_an_empty_corpus_has_no_sites_and_days(tmp_path: Path) -> None:
    found = count_visits(open_outcomes(tmp_path))
    assert (found.sites, found.days, found.first_at, found.reasons) == ((), (), None, ())
    assert found.visits.shape == (0, 0)
