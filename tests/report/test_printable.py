from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.report.printable import printable

CONTROLS = st.characters(categories=["Cc", "Cf", "Zl", "Zp"])
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | CONTROLS)


@given(TEXTS)
def test_no_control_character_leaves_it_but_newlines_and_tabs(text: str) -> None:
    left = set(printable(text)) - {"\n", "\t"}
    assert not {char for char in left if unicodedata.category(char) in ("Cc", "Zl", "Zp")}
    assert not {unicodedata.bidirectional(char) for char in left} & TURNING


@given(TEXTS)
def test_printed_json_says_the_same(text: str) -> None:
    assert json.loads(printable(json.dumps({text: text}, ensure_ascii=False, indent=1))) == {text: text}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x07", r"\u001b[2J\u0007"),
        ("\x9b31m \x9d52;c;eA==\x9c", r"\u009b31m \u009d52;c;eA==\u009c"),
        ("fdp.\u202eexe\r\n", "fdp.\\u202eexe\\u000d\n"),
        ("Zürich\t東京 שָׁלוֹם\u200f 👩\u200d🚀", "Zürich\t東京 שָׁלוֹם\u200f 👩\u200d🚀"),
    ],
)
def test_commands_are_written_out_and_letters_stay(text: str, shown: str) -> None:
    assert printable(text) == shown
