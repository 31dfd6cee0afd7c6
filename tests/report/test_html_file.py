from __future__ import annotations

import pytest

from scraper.report.html_file import shorten, web_address


@pytest.mark.parametrize("url", ["https://news.example/a?b=1#c", "http://[::1]/", "HTTPS://news.example"])
def test_an_address_of_the_web_may_be_linked(url: str) -> None:
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JavaScript://news.example/%0aalert(1)", "data:text/html,x", "//news.example", "", "https:",
     "http://[", "vbscript:x", "https://news.example/\u202egnp", "file:///etc/passwd",
     "java\nscript:alert(1)"],
)  # fmt: skip
def test_nothing_else_is_linked(url: str) -> None:
    assert web_address(url) == ""


def test_a_text_that_is_too_long_says_by_how_much() -> None:
    assert shorten("abcdef", 4) == "abcd … and 2 more characters"
    assert shorten("abcd", 4) == "abcd"
