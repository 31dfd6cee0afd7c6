from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.clean.text import tidy


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("  a \n b\t c ", "a b c"),
        ("Gemein\u00addezentrum", "Gemeindezentrum"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("e\u0301", "é"),
        ("The councilâ€™s vote â€” at last", "The council’s vote — at last"),
        ("GrÃ¼ÃŸe aus MÃ¼nchen", "Grüße aus München"),
        ("“Curly” ‘quotes’ and ﬁgures stay", "“Curly” ‘quotes’ and ﬁgures stay"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("AT&amp;T stays as it is", "AT&amp;T stays as it is"),
        ("Ângela votou NÃO em São Paulo", "Ângela votou NÃO em São Paulo"),
    ],
)
def test_text_is_repaired_and_nothing_else(text: str, want: str) -> None:
    assert tidy(text) == want


@given(st.text(max_size=200))
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(alphabet="ÃÂâ€™Ð\u0080\u0099\u00ad ab\u0301é", max_size=40))
def test_tidying_suspect_text_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
