from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from scraper.article import Block
from scraper.cli import cli
from scraper.store.row import article_row, outcome_row
from scraper.store.schema import UNMARKED
from scraper.store.segment_rows import write_segment
from tests.store.pages import START, make_page
from tests.store.test_row import ARTICLE, capture

URL = "https://news.example/a"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three versions of an article, and another article that has one."""
    (tmp_path / "data").mkdir()
    for number in (1, 2, 3):
        article = replace(ARTICLE, body=(Block("paragraph", f"The bridge has {number} pillars and will be closed."),))
        held = capture(make_page(URL, after_s=number * 3600))
        row = article_row(held, article, "7", UNMARKED | {"version": number})
        other = article_row(capture(make_page("https://news.example/b")), article, "7", UNMARKED | {"version": 1})
        rows = [row, other] if number == 1 else [row]
        write_segment(tmp_path / "data", f"s-{number:05}", START.date(), rows, [outcome_row(held, None, row["id"])])
    return tmp_path / "data"


def diff(data: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["diff", *arguments, "--data", str(data)], standalone_mode=False)
    if result.exception:
        return 2, str(result.exception)
    return result.return_value, result.output


def test_last_two_versions_are_compared_word_by_word(data: Path) -> None:
    status, told = diff(data, URL)
    assert status == 0
    assert "version 2, fetched 2026-11-23 12:54 UTC, 9 words" in told
    assert "text: The bridge has [-2-]{+3+} pillars and will be closed." in told


def test_any_two_versions_can_be_chosen_and_the_article_named_by_its_id(data: Path) -> None:
    identity = article_row(capture(make_page(URL)), ARTICLE, "7")["id"]
    assert "[-1-]{+3+}" in diff(data, identity, "--versions", "1,3")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["https://news.example/none"], "holds no such article"),
        ([URL, "--versions", "1,9"], "give two of 1, 2, 3, such as 1,2"),
        ([URL, "--versions", "x"], "give two of 1, 2, 3, such as 1,2"),
        (["https://"], "is no http or https address"),
    ],
)
def test_what_cannot_be_compared_is_told(data: Path, arguments: list[str], message: str) -> None:
    status, told = diff(data, *arguments)
    assert status == 2
    assert message in told


def test_article_with_one_version_has_nothing_to_compare(data: Path) -> None:
    assert diff(data, "https://news.example/b") == (0, "https://news.example/b: one version, nothing to compare\n")


@pytest.mark.parametrize("said", [(None, None, None), (None, None, 1)])
def test_rows_older_than_the_column_version_are_numbered_in_the_order_they_were_fetched_in(
    tmp_path: Path, said: tuple[int | None, ...]
) -> None:
    (tmp_path / "data").mkdir()
    for number, version in enumerate(said, start=1):
        held = capture(make_page(URL, after_s=number * 3600))
        row = article_row(held, replace(ARTICLE, headline=f"Take {number}"), "7", UNMARKED | {"version": version})
        write_segment(tmp_path / "data", f"s-{number:05}", START.date(), [row], [outcome_row(held, None, row["id"])])
    status, told = diff(tmp_path / "data", URL)
    assert status == 0
    assert "version 2, fetched 2026-11-23 12:54 UTC" in told
    assert "headline: Take [-2-]{+3+}" in told
    assert "headline: Take [-1-]{+3+}" in diff(tmp_path / "data", URL, "--versions", "1,3")[1]


def test_a_bucket_is_refused_for_the_data_folder(data: Path) -> None:
    result = CliRunner().invoke(cli, ["diff", URL, "--data", "s3://news/x"])
    assert result.exit_code == 2
    assert "'--data': it must be the data folder, a bucket does not do" in result.output
