"""Tests of flattening."""

from __future__ import annotations

from scraper.lab.flat_pages import flatten, measure_body, reform

PAGE = (
    "<html><head><title>T</title><script>x</script></head><body><nav><a>A</a><a>B</a><ul><li>c</li><li>d</li></ul></nav>"
    "<h1>Title</h1><p>One <b>two</b><br>three</p><p hidden>no</p><div style='display: none'>no</div><p>Four.</p></body>"
)


def test_lines_break_as_in_a_browser() -> None:
    assert flatten(PAGE).splitlines() == ["AB", "", "c", "d", "", "Title", "", "One two", "three", "", "Four."]


def test_other_forms_hold_the_same_words() -> None:
    text = flatten(PAGE) + " word" * 40
    assert "" not in reform(text, "dense").split("\n")
    assert max(map(len, reform(text, "wrapped").split("\n"))) <= 72
    assert reform(text, "wrapped").split() == reform(text, "dense").split() == text.split()


def test_score_takes_the_standfirst_or_leaves_it() -> None:
    truth = {"body": "a b c d", "standfirst": "x y"}
    assert measure_body("a b c d", truth)["f1"] == measure_body("x y a b c d", truth)["f1"] == 1
    assert measure_body("", truth)["f1"] == 0
