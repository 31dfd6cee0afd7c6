from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scraper.cli import cli
from tests.test_provenance import URL, article_page, make_corpus, row_of


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two versions of an article."""
    return make_corpus(tmp_path / "data", article_page(), article_page(headline="Ferry is back", after_s=7200))


def trace(data: Path, *arguments: str) -> tuple[int, str]:
    options = ["--data", str(data), "--config", str(data / "none")]
    result = CliRunner().invoke(cli, ["provenance", *arguments, *options], standalone_mode=False)
    if result.exception:
        return 2, str(result.exception)
    return result.return_value, result.output


def test_the_chain_of_the_newest_version_is_told_and_proven(data: Path) -> None:
    status, told = trace(data, URL)
    assert status == 0
    assert told.startswith(f"Ferry is back\n{URL}\n")
    assert "version 2 of 2, changed: headline" in told
    assert "the archive gives the same row" in told
    assert trace(data, row_of(data)["id"]) == (0, told)


def test_an_earlier_version_can_be_asked_for_and_json_holds_every_value_whole(data: Path) -> None:
    status, told = trace(data, URL, "--version", "1", "--json")
    said = json.loads(told)
    assert status == 0
    assert said["fields"]["headline"] == {
        "value": "Pier is rebuilt",
        "source": "dom",
        "conflicts": [{"source": "rss", "value": "Council at odds over ferry"}],
    }
    columns = said["check"].pop("columns")
    assert said["check"] == {"same": True, "differences": [], "why": [], "error": None}
    assert columns > 40


def test_status_is_1_where_the_archive_is_missing(data: Path) -> None:
    (data / "warc" / "s.warc.gz").unlink()
    status, told = trace(data, URL)
    assert status == 1
    assert f"cannot be compared: {data}/warc/s.warc.gz: is missing; restore it from a copy" in told
    status, told = trace(data, URL, "--json")
    assert status == 1
    assert "is missing" in json.loads(told)["check"]["error"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["https://news.example/none"], "holds no such article"),
        ([URL, "--version", "9"], "there are 1, 2"),
        (["https://"], "is no http or https address"),
    ],
)
def test_what_is_not_there_is_a_usage_error(data: Path, arguments: list[str], message: str) -> None:
    status, told = trace(data, *arguments)
    assert status == 2
    assert message in told


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert trace(tmp_path / "none", URL)[0] == 2
