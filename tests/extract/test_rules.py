from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scraper.config import Rule
from scraper.extract.rules import MAX_SELECTOR_CHARS, check_selector, count_matches, name_rule, select


@pytest.mark.parametrize("selector", ["h1", "div.a > p", "[data-x='a(b']", "h1, h2", "p:not(.ad)", "time[datetime]"])
def test_accepts_what_the_parser_reads(selector: str) -> None:
    assert check_selector(selector) is None


@pytest.mark.parametrize(
    "selector",
    [
        *("", "  ", "h1[", "h1 >", "a:foo", "::", "h1,", "h1::text", "[a='", "p:not(.a", "p)", "h1\x00", "\ud800"),
        *("(" * 1000, ":is(" * 400, "a" * (MAX_SELECTOR_CHARS + 1)),
    ],
)
def test_names_the_fault_of_what_it_cannot_use(selector: str) -> None:
    fault = check_selector(selector)
    assert fault
    assert "\n" not in fault


def test_a_rule_is_named_by_its_selectors_and_its_last_day() -> None:
    rule = Rule(body="article", remove=("aside",))
    assert name_rule(rule) == name_rule(Rule(body="article", remove=("aside",)))
    assert (
        name_rule(Rule(date(2025, 1, 31), body="article", remove=("aside",))) == f"{name_rule(rule)} until 2025-01-31"
    )
    assert name_rule(rule) != name_rule(Rule(body="article", caption="aside"))


def test_selects_in_document_order() -> None:
    tree = LexborHTMLParser("<h2>b</h2><h1>a</h1>")
    assert [node.text() for node in select(tree, "h1, h2")] == ["b", "a"]


def test_an_unchecked_selector_raises_a_value_error() -> None:
    with pytest.raises(ValueError, match="no CSS selector"):
        select(LexborHTMLParser("<p>"), "p[")


@given(st.text(alphabet="ab[]():>.,#'\"*=~ \\\x00é", max_size=40))
def test_never_raises_on_any_text(selector: str) -> None:
    check_selector(selector)


def test_matches_are_counted_by_key_and_selector() -> None:
    rule = Rule(valid_until=date(2026, 1, 1), headline="h1", remove=("p", ".none"))
    counted = count_matches(b"<h1>A</h1><p>b<p>c", None, rule)
    assert counted == {("remove", "p"): 2, ("remove", ".none"): 0, ("headline", "h1"): 1}
