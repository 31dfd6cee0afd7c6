from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.credits import bare_credit, looks_like_credit, split_credit


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
        ("L’horloge est là. Photo Eva Berg-Riou", "L’horloge est là.", "Eva Berg-Riou"),
        ("港の桟橋（撮影・港野 透）", "港の桟橋", "港野 透"),
        ("三日、港で警備に当たる警察官ら＝ＡＰ", "三日、港で警備に当たる警察官ら", "ＡＰ"),
        ("（左から）港野、岬野（Ｃ）共同通信社", "（左から）港野、岬野", "共同通信社"),
        ("Volunteers cut scions. Eva Berg/Coast Pictures", "Volunteers cut scions.", "Eva Berg/Coast Pictures"),
        ("El alcalde tras la foto de familia del grupo.", "El alcalde tras la foto de familia del grupo.", None),
        ("He won. Photo finish at noon", "He won. Photo finish at noon", None),
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


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("Foto: Eva Berg (Keystone)", "Eva Berg (Keystone)"),
        ("(Image: Eva Berg)", "Eva Berg"),
        ("E. Berg / Coast", "E. Berg / Coast"),
        ("© Coast Pictures", "Coast Pictures"),
        ("Image:", None),
        ("Loading", None),
    ],
)
def test_a_named_credit_loses_its_label(text: str, credit: str | None) -> None:
    assert bare_credit(text) == credit


def test_a_name_alone_is_a_credit_behind_a_whole_sentence_only() -> None:
    assert looks_like_credit("Eva Berg", after_sentence=True)
    assert not looks_like_credit("Eva Berg", after_sentence=False)
    assert looks_like_credit("Eva Berg/Coast", after_sentence=False)
    assert not looks_like_credit("The pier was rebuilt.", after_sentence=True)
