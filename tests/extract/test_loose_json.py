from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.loose_json import decode_loosely


@pytest.mark.parametrize(
    "text",
    [
        '{"headline": "A"}',
        '\n<![CDATA[\n{"headline": "A"}\n]]>\n',
        '//<![CDATA[\n{"headline": "A"}\n//]]>',
        '/*<![CDATA[*/{"headline": "A"}/*]]>*/',
        '<!-- {"headline": "A"} -->',
        '{"headline": "A",}',
        '{"headline": "A"};',
        "\ufeff" + '{"headline": "A"}',
        "{&quot;headline&quot;: &quot;A&quot;}",
        '// written by a plug-in\n{"headline": "A"}',
    ],
)
def test_repairs_what_publishers_write(text: str) -> None:
    assert decode_loosely(text) == {"headline": "A"}


def test_keeps_line_breaks_and_bad_escapes_inside_strings() -> None:
    assert decode_loosely('{"a": "one\ntwo"}') == {"a": "one\ntwo"}
    assert decode_loosely(r'{"a": "it\'s", }') == {"a": r"it\'s"}


def test_reads_several_values_that_follow_one_another() -> None:
    assert decode_loosely('{"a": 1}{"b": 2}') == [{"a": 1}, {"b": 2}]


def test_picks_known_pairs_out_of_hopeless_text() -> None:
    text = (
        '{"@type": "NewsArticle", "headline": "He said "no"", "datePublished": "2025-03-04", "author": {"name": "A B"}'
    )
    found = decode_loosely(text)
    assert isinstance(found, dict)
    assert found["datePublished"] == "2025-03-04"
    assert found["author"] == ["A B"]


@pytest.mark.parametrize("text", ["", " ", "undefined", "[" * 100_000, '{"a":' * 100_000, "nonsense, " * 1000])
def test_gives_nothing_for_nothing_and_survives_nesting(text: str) -> None:
    assert decode_loosely(text) is None


def test_takes_linear_time_on_broken_text() -> None:
    start = time.process_time()
    decode_loosely("{" + '"a": , \n\t' * 150_000)
    decode_loosely('"author": ' + '"name" ' * 200_000)
    decode_loosely("\\" * 1_500_000)
    assert time.process_time() - start < 5


@given(st.text(max_size=200))
def test_never_raises(text: str) -> None:
    decode_loosely(text)


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [(r"a\ud83db", "a\ufffdb"), (r"a\ude00b", "a\ufffdb"), (r"a\ud83d\ude00b", "a\U0001f600b"), (r"\uD83D", "\ufffd")],
)
def test_half_a_character_is_replaced(escaped: str, plain: str) -> None:
    assert decode_loosely(f'{{"headline": "{escaped}",}}') == {"headline": plain}
