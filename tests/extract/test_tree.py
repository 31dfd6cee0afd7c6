from __future__ import annotations

import time

import pytest

from scraper.errors import ExtractError
from scraper.extract.tree import MAX_DEPTH, parse


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000 + "deep",
        "<div>" * 100_000 + "deep" + "</div>" * 100_000,
        "<div <div " * 100_000,
        "<script>" * 200_000,
        "<span><b>" * 100_000 + "deep",
        "<a href=x>" * 200_000 + "deep",
    ],
    ids=["open", "closed", "no_end", "script", "inline", "links"],
)
def test_nested_without_end_is_parsed_in_time(html: str) -> None:
    start = time.process_time()
    parse(html)
    assert time.process_time() - start < 2


def test_no_text_is_lost_below_the_depth() -> None:
    html = "".join(f"<div>w{i} " for i in range(13_000)) + "</div>" * 13_000 + "<p>after</p>"
    tree = parse(html)
    assert tree.body is not None
    words = tree.body.text(separator=" ").split()
    assert words == [*(f"w{i}" for i in range(13_000)), "after"]


def test_depth_of_a_flattened_page_is_bounded() -> None:
    tree = parse("<div>" * 20_000)
    node, depth = tree.body, 0
    while node is not None:
        node, depth = node.first_child, depth + 1
    assert depth <= MAX_DEPTH + 10


def test_more_tags_than_any_page_has_are_refused_before_they_are_parsed() -> None:
    start = time.process_time()
    with pytest.raises(ExtractError) as caught:
        parse("<td>x" * 2_000_000)
    assert caught.value.reason == "too_many_elements"
    assert time.process_time() - start < 1


def test_parts_that_were_sent_late_stand_in_their_places() -> None:
    tree = parse(
        '<main><p>one</p><template id="B:0"></template><p>four</p></main>'
        '<div hidden id="S:1"><p>three</p></div>'
        '<div hidden id="S:0"><p>two</p><template id="P:1"></template></div>'
        '<div hidden id="S:9"><p>without a place</p></div>'
    )
    main = tree.css_first("main")
    assert main is not None
    assert main.text(separator=" ").split() == ["one", "two", "three", "four"]
    assert main.css_first("[hidden]") is None
    assert len(tree.css("div[hidden]")) == 1


def test_late_parts_in_each_other_are_placed_in_time() -> None:
    deep = "<div>" * 50
    parts = [f'<div hidden id="S:{i}">{deep}w{i} <template id="P:{i + 1}"></template></div>' for i in range(3_000)]
    start = time.process_time()
    tree = parse('<template id="B:0"></template>' + "".join(reversed(parts)))
    assert time.process_time() - start < 2
    assert tree.body is not None
    assert {f"w{i}" for i in range(3_000)} == set(tree.body.text(separator=" ").split())
