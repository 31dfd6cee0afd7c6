from __future__ import annotations

import pytest

from scraper.extract.names import clean_name, has_given_name, is_agency, is_name, is_role, is_user_name


def test_a_declared_name_may_be_in_small_letters() -> None:
    assert not is_name("dpa")
    assert is_name("dpa", declared=True)


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


def test_knows_roles_given_names_and_user_names() -> None:
    assert is_role("Senior Reporter")
    assert not is_role("Ana Diaz")
    assert has_given_name("Ana Diaz")
    assert not has_given_name("Local News")
    assert is_user_name("anadiaz7")
    assert not is_user_name("Tuesday")


def test_months_and_minutes_are_names_too() -> None:
    assert is_name("August Brown")
    assert is_name("Lee Min-ho")
