from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from scraper.cli import cli
from scraper.store.row import article_row, outcome_row
from scraper.store.schema import UNMARKED
from scraper.store.segment_rows import write_segment
from tests.store.pages import START, make_page
from tests.store.test_row import ARTICLE, capture
from tests.test_provenance import URL, article_page, make_corpus, row_of


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two versions of an article."""
    return make_corpus(tmp_path / "data", article_page(), article_page(headline="Ferry is back", after_s=7200))


def trace(data: Path, *arguments: str) -> tuple[int, str]:
    (data.parent / "config").mkdir(exist_ok=True)
    (data.parent / "config/scraper.toml").touch()
    options = ["--data", str(data), "--config", str(data.parent / "config")]
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


@pytest.mark.parametrize("said", [(None, None, None), (None, None, 1)])
def test_rows_older_than_the_column_version_are_numbered_in_the_order_they_were_fetched_in(
    tmp_path: Path, said: tuple[int | None, ...]
) -> None:
    data = make_corpus(tmp_path / "data")
    for number, version in enumerate(said):
        held = capture(make_page(URL, after_s=number * 3600))
        row = article_row(held, ARTICLE, "7", UNMARKED | {"version": version, "headline": f"Take {number + 1}"})
        write_segment(data, f"t-{number:05}", START.date(), [row], [outcome_row(held, None, row["id"])])
    for number in (1, 2, 3):
        told = trace(data, URL, "--version", str(number))[1]
        assert told.startswith(f"Take {number}\n")
        assert f"version {number} of 3" in told
    assert json.loads(trace(data, URL, "--json")[1])["version"] | {"first_seen_at": ""} == {
        "version": said[-1], "number": 3, "versions": 3,
        "first_seen_at": "", "changed": None, "text_similarity": None, "replaces": None,
        "superseded_by": None,
    }  # fmt: skip


def test_a_folder_of_rules_may_be_absent_only_where_nobody_named_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    told = CliRunner().invoke(cli, ["provenance", URL, "--data", ".", "--config", "rules"])
    assert told.exit_code == 2
    assert "'--config': rules: there is no such folder" in told.output
    assert "version 2 of 2" in CliRunner().invoke(cli, ["provenance", URL, "--data", "."]).output


def test_a_bucket_is_refused_for_the_data_folder() -> None:
    told = CliRunner().invoke(cli, ["provenance", URL, "--data", "s3://news/x"])
    assert told.exit_code == 2
    assert "'--data': it must be the data folder, a bucket does not do" in told.output


def test_neither_text_nor_json_commands_a_terminal(tmp_path: Path) -> None:
    data = make_corpus(
        tmp_path / "data", replace(article_page(), opt_outs=(("license", "\x1b[2J \x9b2J \u202e"),))
    )  # color=True below: as on a terminal, click takes nothing out
    for options in ([], ["--json"]):
        arguments = ["provenance", URL, "--data", str(data), *options]
        told = CliRunner().invoke(cli, arguments, standalone_mode=False, color=True).output
        assert r"\u001b[2J \u009b2J \u202e" in told
        assert not set(told) & set("\x1b\x9b\u202e")
