from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper.extract.date_address import day_in_address, month_in_address


@pytest.mark.parametrize(
    "path",
    [
        "/2024/05/03/bridge",
        "/news/20240503/bridge",
        "/news/2024-05-03-bridge",
        "/2024/may/03/bridge",
        "/news/03-05-2024",
        "/bridge_2024-05-03.html",
    ],
)
def test_reads_the_ways_in_which_addresses_hold_a_day(path: str) -> None:
    assert day_in_address(f"https://news.example{path}") == datetime(2024, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize("path", ["/2024/bridge", "/news/bridge-20240503123", "/2024/13/40/x", "/2024/02/31/x", ""])
def test_other_numbers_are_no_days(path: str) -> None:
    assert day_in_address(f"https://news.example{path}") is None


def test_a_month_alone_is_read_too() -> None:
    assert month_in_address("https://news.example/2024/05/bridge") == (2024, 5)
    assert month_in_address("https://news.example/bridge") is None
