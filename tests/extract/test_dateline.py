from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.dateline import split_dateline

REST = "The council voted on Tuesday to repair the old bridge over the river, officials said."


@pytest.mark.parametrize(
    ("dateline", "dash"),
    [
        ("KYIV, Ukraine (AP)", " — "),
        ("TALLAHASSEE, Fla. (AP)", " — "),
        ("WASHINGTON", " -- "),
        ("JEDDAH, Saudi Arabia", " — "),
        ("KYIV, Dec 24 (Reuters)", " - "),
        ("Berlin (dpa)", " - "),
        ("Berlin/Hamburg (dpa)", " – "),
        ("(AFP)", " - "),
        ("Madrid (EFE)", ".- "),
        ("ROMA (ANSA)", " - "),
        ("Wien (APA)", " – "),
        ("Berlin", " – "),
        ("新华社北京5月9日电", " "),
        ("（中央社記者王小明台北9日電）", ""),
    ],
)
def test_splits_place_and_agency_from_the_lede(dateline: str, dash: str) -> None:
    assert split_dateline(dateline + dash + REST) == (dateline, REST)


@pytest.mark.parametrize(
    "lede",
    [
        REST,
        "",
        "Ana Diaz – Principal editor at the paper.",
        "Resistance Bands – This is a great option when you want to be able to take your gym along. It is light.",
        "NATO said on Tuesday that it would move.",
        "The U.S. — which had refused to sign — has now agreed to the treaty, officials said on Tuesday.",
        "Wait — the bridge is closed? That is what people in the town asked on Tuesday, and nobody answered.",
        "He said (AP) — but nobody heard.",
        "PARIS is always a good idea - so they say.",
    ],
)
def test_leaves_ordinary_sentences_whole(lede: str) -> None:
    assert split_dateline(lede) == (None, lede)


@given(st.text(max_size=300))
def test_loses_no_letter(lede: str) -> None:
    dateline, rest = split_dateline(lede)
    assert rest in lede
    assert dateline is None or lede.strip().startswith(dateline)
