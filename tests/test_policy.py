from __future__ import annotations

import pytest

from scraper.policy import FETCH_WORDS, ROW_WORDS, SIGNALS, Policy, objection


@pytest.mark.parametrize(
    ("signal", "value", "word"),
    [
        ("tdm_reservation", "1", "tdm-reservation=1"),
        ("content_usage", "search=y, train-ai=n", "train-ai=n"),
        ("content_signal", "search=yes, ai-train=no", "ai-train=no"),
        ("content_signal", "AI-Train = No", "ai-train=no"),
        ("license", "https://a.example/rsl.xml", "license"),
        ("robots_directives", "index, noai", "noai"),
        ("robots_directives", "none", "noindex"),
        ("robots_directives", "none", "nofollow"),
        ("robots_directives", "max-snippet: 0", "nosnippet"),
        ("robots_directives", "nocache", "noarchive"),
    ],
)
def test_a_signal_that_says_a_word_is_given_with_its_value(signal: str, value: str, word: str) -> None:
    assert objection([("tdm_policy", "https://a.example/p"), (signal, value)], ["ai-use=n", word]) == (signal, value)


@pytest.mark.parametrize(
    ("signal", "value", "word"),
    [
        ("tdm_reservation", "0", "tdm-reservation=1"),
        ("content_usage", "train-ai=y", "train-ai=n"),
        ("content_usage", "search=no", "search=no"),
        ("content_signal", "search=n", "search=n"),
        ("robots_directives", "max-snippet:50", "nosnippet"),
        ("robots_directives", "license", "license"),
        ("tdm_policy", "noai", "noai"),
    ],
)
def test_permission_and_words_of_another_convention_are_no_objection(signal: str, value: str, word: str) -> None:
    assert objection([(signal, value)], [word]) is None


def test_nothing_said_or_nothing_asked_is_no_objection() -> None:
    assert objection([], ROW_WORDS) is None
    assert objection([("robots_directives", "noindex, noai")], []) is None


def test_by_default_nothing_is_stopped_and_reservations_are_asked_for() -> None:
    assert Policy() == Policy(ask_tdmrep=True, stop_fetch=(), stop_row=())


def test_faults_name_key_word_and_what_is_known() -> None:
    assert Policy(stop_fetch=tuple(FETCH_WORDS), stop_row=tuple(ROW_WORDS)).faults() == []
    first, second = Policy(stop_fetch=("noai",), stop_row=("no-ai", "noai")).faults()
    assert first.startswith("stop_fetch: 'noai' is unknown; known are ai-input=no, ")
    assert second.startswith("stop_row: 'no-ai' is unknown")


def test_every_signal_is_a_word_of_code() -> None:
    assert all(signal.isidentifier() for signal in SIGNALS)
