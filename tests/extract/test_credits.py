from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.credits import split_credit


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("The pier in May. Photo: Eva Berg / Coast Pictures", "The pier in May.", "Eva Berg / Coast Pictures"),
        ("The pier in May. (AP Photo/Eva Berg)", "The pier in May.", "AP Photo/Eva Berg"),
        ("Der Anleger im Mai. Foto: Eva Berg", "Der Anleger im Mai.", "Eva Berg"),
        ("Der Anleger im Mai. © Eva Berg", "Der Anleger im Mai.", "Eva Berg"),
        ("L'embarcadère en mai. Crédit : Eva Berg", "L'embarcadère en mai.", "Eva Berg"),
        ("五月の桟橋。写真：港新聞", "五月の桟橋。", "港新聞"),
        ("Top photo credit: The pier in May (Eva Berg/Shutterstock)", "The pier in May", "Eva Berg/Shutterstock"),
        ("Photo: Eva Berg", None, "Eva Berg"),
        ("The mayor (left) and the keeper.", "The mayor (left) and the keeper.", None),
        ("The council met on Tuesday (May 3)", "The council met on Tuesday (May 3)", None),
        ("A photo of the pier taken before the storm", "A photo of the pier taken before the storm", None),
        ("", None, None),
    ],
)
def test_credit_is_split_from_the_caption(text: str, caption: str | None, credit: str | None) -> None:
    assert split_credit(text) == (caption, credit)


@given(st.text(max_size=400))
def test_any_text_gives_parts_of_itself(text: str) -> None:
    for part in split_credit(text):
        assert part is None or part in text
