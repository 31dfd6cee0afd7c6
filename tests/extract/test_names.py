from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.names import (
    clean_name,
    fold_name,
    has_given_name,
    is_agency,
    is_name,
    is_role,
    is_user_name,
    other_names,
    parse_byline,
)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ana Diaz", ("Ana Diaz",)),
        ("By Ana Diaz and Bo Lind", ("Ana Diaz", "Bo Lind")),
        ("By Ana Diaz, Bo Lind & Cy Young", ("Ana Diaz", "Bo Lind", "Cy Young")),
        ("By Ana Diaz, senior editor", ("Ana Diaz",)),
        ("By Ana Diaz\nStaff writer\nDec. 16, 2025", ("Ana Diaz",)),
        ("By Ana Diaz | ana@news.example", ("Ana Diaz",)),
        ("Von Jörg Müller und Käthe Groß", ("Jörg Müller", "Käthe Groß")),
        ("Von: Jörg Müller, Berlin-Korrespondent", ("Jörg Müller",)),
        ("Par Zoé Lefèvre (Bruxelles, bureau européen)", ("Zoé Lefèvre",)),
        ("Por María de la Cruz y José Peña", ("María de la Cruz", "José Peña")),
        ("Di Carla Rossi", ("Carla Rossi",)),
        ("Door Jan van den Berg en Piet Smit", ("Jan van den Berg", "Piet Smit")),
        ("Автор: Іван Франко", ("Іван Франко",)),
        ("記者 王小明", ("王小明",)),
        ("文／王小明、李大華", ("王小明", "李大華")),
        ("홍길동 기자", ("홍길동",)),
        ("بقلم محمد علي", ("محمد علي",)),
        ("Ana Diaz MS, RDN, LD", ("Ana Diaz",)),
        ("Reuters", ("Reuters",)),
        ("Guest Contributor", ("Guest Contributor",)),
        ("By The Associated Press", ("The Associated Press",)),
        ("Published March 4, 2025", ()),
        ("https://news.example/author/ana", ()),
        ("Read more", ()),
        ("Share", ()),
        ("", ()),
    ],
)
def test_gives_the_names_in_a_byline(line: str, names: tuple[str, ...]) -> None:
    assert parse_byline(line) == names


def test_names_each_author_once() -> None:
    assert parse_byline("Ana Díaz\nANA DIAZ") == ("Ana Díaz",)


def test_a_declared_name_may_be_in_small_letters() -> None:
    assert parse_byline("dpa", declared=True) == ("dpa",)
    assert not is_name("dpa")


@pytest.mark.parametrize(
    "text", ["a@b.example", "12", "x", "Just a long sentence that says what happened in town today"]
)
def test_what_is_no_name(text: str) -> None:
    assert not is_name(text)


def test_agencies_are_told_from_persons() -> None:
    assert is_agency("The Associated Press")
    assert is_agency("dpa")
    assert not is_agency("Ana Diaz")


def test_cleaning_cuts_brackets_and_punctuation() -> None:
    assert clean_name(" • Ana Diaz, ") == "Ana Diaz"
    assert clean_name("Ana Diaz on 3 Dec") == "Ana Diaz"
    assert clean_name("Zach Hanlon") == "Zach Hanlon"


@given(st.text(max_size=300))
def test_never_raises_and_never_gives_an_empty_name(text: str) -> None:
    assert all(fold_name(name) for name in parse_byline(text))


def test_takes_linear_time() -> None:
    start = time.process_time()
    for piece in ("and ", "by ", "a,", "( ", "A ", "- "):
        parse_byline(piece * 5000)
    assert time.process_time() - start < 5


def test_editors_translators_and_photographers_are_no_authors() -> None:
    line = "By Ana Diaz | Reviewed by Bo Lind | Photos: Cy Moe | Translated by Di Roe"
    assert parse_byline(line) == ("Ana Diaz",)
    assert other_names(line) == {"bo lind", "cy moe", "di roe"}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("ByVan Sias", ("Van Sias",)),
        ("Ana Diaz, Associated Press", ("Ana Diaz",)),
        ("Ana Diaz, Post Staff", ("Ana Diaz",)),
        ("Post Staff", ("Post Staff",)),
        ("Ana Diaz | ady", ("Ana Diaz",)),
        ("Peter Moor/SP-X", ("Peter Moor",)),
        ("Text & Fotos: Ana Diaz", ("Ana Diaz",)),
        ("Eingestellt von Ana Diaz", ("Ana Diaz",)),
        ("文● 山田太郎", ("山田太郎",)),
        ("文化人", ("文化人",)),
        ("「山川」編集部", ("「山川」編集部",)),
        ("《山田太郎》", ("山田太郎",)),
        ("Anna Diaz Deputy Content Hub Director", ("Anna Diaz",)),
        ("Great Day Editorial Team", ("Great Day Editorial Team",)),
    ],
)
def test_names_lose_what_is_glued_to_them(line: str, names: tuple[str, ...]) -> None:
    assert parse_byline(line) == names


def test_knows_roles_given_names_and_user_names() -> None:
    assert is_role("Senior Reporter")
    assert not is_role("Ana Diaz")
    assert has_given_name("Ana Diaz")
    assert not has_given_name("Local News")
    assert is_user_name("anadiaz7")
    assert not is_user_name("Tuesday")
