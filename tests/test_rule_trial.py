from __future__ import annotations

from datetime import UTC, date, datetime

from scraper.config import Rule, Site
from scraper.report.difference import to_plain
from scraper.rule_trial import Sheet, compare_records, count_fields, read_record, try_rule

PARAGRAPHS = "".join(
    f"<p>{text * 6}</p>" for text in ("The council met again by the ferry. ", "Nobody spoke at length. ")
)
OLD = f'<body><div class="kicker">Harbor</div><h1>The ferry returns</h1><div class="story">{PARAGRAPHS}</div>'
NEW = f'<body><h2 class="title">The ferry returns</h2><h1>Paper</h1><section class="text">{PARAGRAPHS}</section>'
BEFORE = Rule(valid_until=date(2026, 3, 1), headline="h1", section=".kicker", byline=".nobody")
AFTER = Rule(headline="h2.title", body="section.text")
SITE = Site("a.example", rules=(BEFORE, AFTER))


def sheet(html: str, day: int) -> Sheet:
    return Sheet(html.encode(), "https://a.example/x", "text/html", datetime(2026, 3, day, 12, tzinfo=UTC))


def test_a_page_is_judged_by_the_rule_of_the_day_it_was_fetched_so_that_both_eras_work_across_a_redesign() -> None:
    old, new = try_rule(sheet(OLD, 1), SITE), try_rule(sheet(NEW, 2), SITE)
    assert (old.rule, new.rule) == (BEFORE, AFTER)
    assert old.record["headline"] == new.record["headline"] == "The ferry returns"
    assert old.record["section"] == ["Harbor"]
    assert try_rule(sheet(NEW, 1), SITE).record["headline"] == "Paper"  # the old rule on the new layout


def test_selectors_are_counted_and_those_that_match_nothing_are_zero() -> None:
    assert try_rule(sheet(OLD, 1), SITE).matches == {
        ("headline", "h1"): 1,
        ("byline", ".nobody"): 0,
        ("section", ".kicker"): 1,
    }


def test_what_a_rule_changes_is_told_field_by_field_beside_no_rule() -> None:
    trial = try_rule(sheet(NEW, 2), Site("a.example", rules=(Rule(headline="h2.title", remove=("p:nth-of-type(2)",)),)))
    changed = {name: to_plain(pieces) for name, pieces in trial.differences}
    assert set(changed) == {"headline", "text"}
    assert changed["headline"] == "[-Paper-]{+The ferry returns+}"
    assert "[-Nobody" in changed["text"]
    assert count_fields([trial, try_rule(sheet(OLD, 2), SITE)]) == {"headline": 1, "text": 1}


def test_a_rule_that_loses_the_article_is_told() -> None:
    trial = try_rule(sheet(OLD, 1), Site("a.example", rules=(Rule(body="h1"),)))
    assert [(name, to_plain(pieces)) for name, pieces in trial.differences] == [
        ("outcome", "[-an-]{+no+} article{+: no_body+}")
    ]


def test_a_day_of_no_era_has_no_rule() -> None:
    trial = try_rule(sheet(OLD, 5), Site("a.example", rules=(BEFORE,)))
    assert trial.rule is None
    assert trial.differences == []


def test_a_record_is_the_same_as_itself() -> None:
    record = read_record(sheet(OLD, 1), None)
    assert compare_records(record, record) == []
    assert compare_records(record, {**record, "captions": ["A boat"]})[0][0] == "captions"
