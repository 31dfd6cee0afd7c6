from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.lab.tally import SCORES, Answer, Tally

BODY = "The harbor master closed the northern pier on Monday."


def score(truth: dict[str, Any], answer: Answer) -> dict[str, float]:
    tally = Tally()
    tally.add(truth, answer)
    return tally.scores()


def test_scores_only_what_the_truth_holds() -> None:
    assert score({"id": "a"}, Answer(BODY, ["Ana Diaz"])) == {}
    assert list(score({"body": BODY}, Answer())) == ["body_f1", "body_exact", "body_precision", "body_recall"]


def test_an_empty_answer_scores_nothing() -> None:
    truth = {
        "body": BODY,
        "authors": ["A"],
        "published": "2026-03-10",
        "title": "T",
        "section": ["S"],
        "captions": ["c"],
    }
    assert set(score(truth, Answer()).values()) == {0.0}


def test_compares_bodies_as_bags_of_words() -> None:
    scores = score({"body": "one two three four"}, Answer("One, two five SIX!"))
    assert scores["body_precision"] == scores["body_recall"] == scores["body_f1"] == 0.5
    assert score({"body": "島の船"}, Answer("船の島"))["body_exact"] == 1.0


def test_a_standfirst_may_be_in_the_body_or_not() -> None:
    truth = {"body": BODY, "standfirst": "Two boats broke loose."}
    assert score(truth, Answer(BODY))["body_f1"] == 1.0
    assert score(truth, Answer(f"Two boats broke loose. {BODY}"))["body_f1"] == 1.0


def test_counts_snippets_in_folded_text() -> None:
    scores = score({"with": ["northern PIER", "gone"], "without": ["Subscribe"]}, Answer(BODY))
    assert (scores["kept"], scores["leaked"]) == (0.5, 0.0)


def test_names_are_folded_and_counted_over_the_set() -> None:
    tally = Tally()
    tally.add({"authors": ["José Álvarez"]}, Answer(authors=["jose alvarez", "Staff"]))
    tally.add({"authors": []}, Answer(authors=["", "-"]))
    assert tally.scores()["authors"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ("2026-03-10", True),
        ("2026-03-10T23:00:00+00:00", True),
        ("2026-03-11T12:00:00Z", False),
        ("soon", False),
        ("", False),
    ],
)
def test_a_date_is_right_within_a_day(found: str, *, right: bool) -> None:
    assert score({"published": "2026-03-10T10:00:00+00:00"}, Answer(published=found))["date"] == right


def test_any_accepted_section_is_right() -> None:
    assert score({"section": ["Opinion", "Guest"]}, Answer(section="guest"))["section"] == 1.0


def test_each_caption_is_paired_once() -> None:
    truth = {"captions": ["The brass gauge on the south pier", ""]}
    twice = ["Brass gauge on the south pier", "The brass gauge on the south pier!"]
    assert score(truth, Answer(captions=twice))["captions"] == pytest.approx(2 / 3)
    assert score({"captions": []}, Answer()) == {}


@given(st.text(), st.text())
def test_all_scores_are_shares(body: str, name: str) -> None:
    truth = {"body": name, "authors": [body], "title": body, "captions": [name], "credits": [body], "with": [body]}
    scores = score(truth, Answer(body, [name], name, body, captions=[body], credits=[name]))
    assert set(scores) <= set(SCORES)
    assert all(0.0 <= share <= 1.0 for share in scores.values())
