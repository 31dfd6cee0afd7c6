from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl.path_pattern import PathPattern, path_of
from scraper.url import Url


def matches(pattern: str, path: str) -> bool:
    return PathPattern(pattern).matches(path_of(Url(f"https://a.example{path}")))


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/a", "/a", True),
        ("/a", "/b/a", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/*$", "/", True),
        ("*", "/", True),
        ("*$", "/x", True),
        ("/a*$", "/a", True),
        ("/a**b", "/a-b", True),
        ("/*a*b$", "/ab", True),
        ("/*ab*b$", "/ab", False),
        ("/a*a$", "/a", False),
        ("/a$b", "/a$b", True),
        ("/a$b", "/a", False),
        ("/a%24", "/a$", True),
        ("/a%2A", "/a*", True),
        ("/a%2a", "/ab", False),
        ("/a b", "/a%20b", True),
        ("/%C3%A4", "/%c3%a4", True),
        ("/\u00e4", "/%C3%A4", True),
        ("/\udce4", "/%E4", True),
        ("/%7Ea", "/~a", True),
        ("/a%2Fb", "/a/b", False),
        ("/a%3Fb", "/a?b", False),
        ("/a?x=%2F", "/a?x=/", True),
        ("/a%", "/a%25", True),
        ("/*?x=http://", "/a?x=http%3A%2F%2Fb", True),
        ("", "/", True),
    ],
)
def test_equal_octets_match_however_they_are_spelled(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected


@pytest.mark.parametrize(
    ("pattern", "octets"), [("/a", 2), ("/*.ph", 5), ("/a$", 3), ("/%7e", 2), ("/\u00e4", 7), ("", 0)]
)
def test_length_is_counted_in_octets_of_the_spelling_that_is_compared(pattern: str, octets: int) -> None:
    assert PathPattern(pattern).octets == octets


@given(st.text("ab*$", max_size=8), st.text("ab", max_size=10))
def test_matches_what_the_regular_expression_of_the_same_meaning_matches(pattern: str, path: str) -> None:
    tail = "$" if pattern.endswith("$") else ""
    meaning = "".join(".*" if char == "*" else re.escape(char) for char in pattern.removesuffix("$")) + tail
    assert matches(f"/{pattern}", f"/{path}") is bool(re.match(f"/{meaning}", f"/{path}"))


@given(st.text(), st.text(max_size=200))
def test_never_raises(pattern: str, path: str) -> None:
    matches(pattern, "/" + path.encode("utf-8", "replace").decode())
