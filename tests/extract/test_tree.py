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
