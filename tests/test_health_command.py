from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from scraper.cli import run
from scraper.report.health import take_in
from scraper.report.health_rhythm import HOUR_S
from scraper.report.health_site import Health
from scraper.store.histories import Histories
from scraper.watching import HEALTH, save_alarm
from tests.report.sites import article, hours, listing

NOW = datetime.now(UTC).timestamp()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder that knows a site that lost its bylines, and one that is well."""
    histories = Histories(tmp_path / HEALTH)
    for site, lost in (("ill.example", {"byline"}), ("well.example", ())):
        health = Health(site)
        for number, at in enumerate(hours(NOW - 300 * HOUR_S, 299)):
            change = take_in(health, [listing(at), article(at + 5, missing=lost if number > 280 else ())])
            for alarm in change.opened:
                save_alarm(histories, alarm)
        histories.save_site(site, msgspec.msgpack.encode(health))
    histories.close()
    return tmp_path


def test_sites_are_shown_with_their_alarms_and_an_open_one_gives_status_3(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["health", "--data", str(data)]) == 3
    printed = capsys.readouterr().out
    assert "ill.example" in printed
    assert "ALARM field_lost" in printed
    assert "ill.example: field_lost: no byline on" in printed
    assert run(["health", "well.example", "--data", str(data)]) == 0
    printed = capsys.readouterr().out
    assert "ill.example" not in printed
    assert "byline" in printed


def test_what_is_acknowledged_is_over_and_normal(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["health", "--ack", "ill.example", "--data", str(data)]) == 0
    assert "over since" in capsys.readouterr().out
    assert run(["health", "--data", str(data)]) == 0
    assert run(["health", "ill.example", "--data", str(data)]) == 0
    assert "field_lost" in capsys.readouterr().out  # still told among those of the last days
    assert run(["health", "--ack", "ill.example", "--data", str(data)]) == 2


def test_json_has_a_line_for_each_site(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["health", "--json", "--data", str(data)])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["site"] for line in lines] == ["ill.example", "well.example"]
    assert [len(line["alarms"]) for line in lines] == [1, 0]


def test_a_site_that_nobody_knows_is_told_with_those_that_are_known(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["health", "no.example", "--data", str(data)]) == 2
    assert "sites are: ill.example, well.example" in capsys.readouterr().err


def test_without_a_run_nothing_is_known_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["health", "--data", str(tmp_path)]) == 0
    assert "nothing is known yet" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["health", "--data", str(tmp_path / "dtaa")]) == 2
    assert "there is no such folder" in capsys.readouterr().err
