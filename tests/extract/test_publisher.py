from __future__ import annotations

import pytest

from scraper.extract.linked_data import LinkedData
from scraper.extract.publisher import is_publisher, publisher_names

SITE = LinkedData(site_names=("The Harbor Post",))


@pytest.mark.parametrize(
    "name", ["The Harbor Post", "Harbor Post", "HarborPost", "harborpost.example", "harborpost", "THP"]
)
def test_knows_the_site_by_name_and_address(name: str) -> None:
    assert is_publisher(name, publisher_names(SITE, "https://www.harborpost.example/a"))


def test_takes_no_person_for_the_site() -> None:
    assert not is_publisher("Ana Diaz", publisher_names(SITE, "https://www.harborpost.example/a"))


def test_no_address_is_no_name() -> None:
    assert publisher_names(LinkedData(), "") == frozenset()
