from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.ledger import Visit, write_visits

from scraper.census import FIELDS, RowCensus, VisitCensus, add_up, quantile
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.row_census import EXAMPLES, count_rows
from scraper.store.visit_census import count_visits

VISITS = st.lists(
    st.builds(
        Visit,
        site=st.sampled_from(["a.example", "b.example"]),
        day=st.integers(0, 3),
        outcome=st.sampled_from(["article", "article", "skip"]),
        reason=st.just("no_body"),
        headline=st.sampled_from([None, "One"]),
        authors=st.sampled_from([(), ("Ada",)]),
        captions=st.lists(st.sampled_from([None, "A caption"]), max_size=3).map(tuple),
        version=st.sampled_from([None, 1, 2]),
        changed=st.sampled_from([None, ("text",), ("text", "headline")]),
        duplicate=st.sampled_from([None, "first", "near", "exact"]),
        cluster=st.sampled_from(["c1", "c2"]),
        agency=st.sampled_from([None, "AP"]),
        suspect=st.sampled_from([None, "field_lost"]),
        words=st.integers(0, 50),
    ),
    max_size=30,
)


def censuses(data: Path, *visits: Visit) -> tuple[VisitCensus, RowCensus]:
    write_visits(data, visits)
    counted = count_visits(open_outcomes(data))
    return counted, count_rows(open_articles(data, versions=True), counted)


@settings(max_examples=12, deadline=None)
@given(VISITS)
def test_all_sums_agree_with_the_ledger_and_with_counting_by_hand(visits: list[Visit]) -> None:
    with TemporaryDirectory() as folder:
        counted, rows = censuses(Path(folder), *visits)
    assert add_up(counted, rows) == []
    articles = [visit for visit in visits if visit.outcome == "article"]
    first = [visit for visit in articles if visit.version != 2]
    assert int(rows.rows.sum()) == len(articles) == counted.count("article")
    assert int(rows.changed.sum()) == len(articles) - len(first)
    held = {name: int(rows.filled[name].sum()) for name in FIELDS}
    assert held["headline"] == sum(bool(visit.headline) for visit in articles)
    assert held["authors"] == sum(bool(visit.authors) for visit in articles)
    assert held["photos"] == sum(bool(visit.captions) for visit in articles)
    assert held["captions"] == sum(any(visit.captions) for visit in articles)
    assert held["credits"] == held["dek"] == held["section"] == 0
    assert rows.marks == dict(Counter((visit.site, visit.duplicate or "") for visit in first))
    assert rows.agencies == dict(Counter(visit.agency for visit in first if visit.agency))
    assert rows.wire == dict(Counter(visit.site for visit in first if visit.agency))
    assert rows.changes == dict(Counter(name for visit in articles for name in visit.changed or ()))
    assert rows.clusters == len({visit.cluster for visit in articles if visit.duplicate in ("near", "exact")})
    assert rows.suspects == dict(Counter((v.site, v.suspect) for v in articles if v.suspect))
    longest = [each.word_count for each in rows.examples.get("longest", ())]
    assert longest == sorted((visit.words for visit in articles), reverse=True)[:EXAMPLES]
    shortest = [each.word_count for each in rows.examples.get("shortest", ())]
    assert shortest == sorted(visit.words for visit in articles)[:EXAMPLES]


def test_the_newest_rows_are_kept_whatever_file_they_stand_in(tmp_path: Path) -> None:
    visits = [Visit(day=day, minute=minute) for day in (1, 0, 2) for minute in range(20)]
    _, rows = censuses(tmp_path, *visits)
    assert [each.fetched_at for each in rows.examples["newest"]] == sorted((v.at for v in visits), reverse=True)[:12]


def test_a_delay_counts_from_publication_and_only_of_what_was_published_since_the_first_visit(tmp_path: Path) -> None:
    _, rows = censuses(
        tmp_path,
        Visit(age_h=0),
        Visit(minute=600, age_h=5),
        Visit(minute=600, age_h=500),
        Visit(minute=600, age_h=-3),
        Visit(minute=600, age_h=None),
        Visit(minute=600, age_h=2, version=2),
    )
    assert int(rows.delays.sum()) == 2
    assert quantile(rows.delays[0], 1) == pytest.approx(5 * 3600, rel=0.07)


def test_tables_that_do_not_agree_are_told(tmp_path: Path) -> None:
    write_visits(tmp_path, [Visit(), Visit(day=1), Visit("b.example", day=1)])
    next((tmp_path / "articles").glob("date=2026-11-24/*.parquet")).unlink()
    counted = count_visits(open_outcomes(tmp_path))
    rows = count_rows(open_articles(tmp_path, versions=True), counted)
    assert add_up(counted, rows) == [
        "b.example: the outcomes count 1 articles, the articles 0 rows",
        "news.example: the outcomes count 2 articles, the articles 1 rows",
    ]


def test_rows_of_a_site_that_was_never_visited_are_told(tmp_path: Path) -> None:
    write_visits(tmp_path, [Visit()])
    counted = count_visits(open_outcomes(tmp_path))
    write_visits(tmp_path / "other", [Visit(), Visit("ghost.example")])
    rows = count_rows(open_articles(tmp_path / "other", versions=True), counted)
    assert add_up(counted, rows) == ["first and later versions: 2 instead of 1"]
