from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from scraper.cli import cli
from scraper.store.marks import KnownVersion, Marks

IDS = ["15c630a22c66673d5071093ec2ab38c0", "15ffffffffffffffffffffffffffffff", "16000000000000000000000000000000"]


def complete(*words: str) -> list[str]:
    *before, incomplete = words
    offered = ShellComplete(cli, {}, "scraper", "_SCRAPER_COMPLETE").get_completions(before, incomplete)
    return [item.value for item in offered]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config" / "sites").mkdir(parents=True)
    for host in ("grist.org", "apnews.com"):
        (tmp_path / "config" / "sites" / f"{host}.toml").write_text("")
    release = tmp_path / "data" / "releases" / "20261123T000000Z"
    release.mkdir(parents=True)
    (tmp_path / "data" / "current").symlink_to("releases/20261123T000000Z")
    with closing(Marks(release / "marks.sqlite", "a")) as marks:
        for number in IDS:
            at = datetime(2026, 11, 23, tzinfo=UTC)
            marks.keep_version(bytes.fromhex(number), at, KnownVersion(1, at, "<1>", b"", b""))
        marks.commit()
    return tmp_path


def test_commands_and_options_are_offered() -> None:
    assert complete("stat") == ["status"]
    assert complete("scrape", "--max") == ["--max-runtime"]
    assert complete("completion", "") == ["bash", "zsh", "fish"]


@pytest.mark.parametrize("command", ["scrape", "crawl", "extract"])
def test_sites_of_the_configuration_are_offered(folder: Path, command: str) -> None:
    assert complete(command, "--site", "") == ["apnews.com", "grist.org"]
    assert complete(command, "--config", str(folder / "nowhere"), "--site", "") == []
    assert complete("health", "gr") == ["grist.org"]


@pytest.mark.parametrize("command", ["diff", "provenance", "inspect"])
def test_articles_are_offered_by_the_first_digits_of_their_ids(folder: Path, command: str) -> None:
    assert set(IDS) & set(complete(command, "15")) == set(IDS[:2])
    assert complete(command, IDS[2])[-1] == IDS[2]
    assert not set(IDS) & set(complete(command, "x"))
    assert not set(IDS) & set(complete(command, "--data", str(folder / "nowhere"), "15"))


def test_releases_are_offered(folder: Path) -> None:
    assert complete("releases", "use", "2026") == ["20261123T000000Z"]
    assert complete("releases", "--data", str(folder / "nowhere"), "use", "") == []


def test_what_is_damaged_offers_nothing(folder: Path) -> None:
    (folder / "data" / "current" / "marks.sqlite").write_bytes(b"no database" * 999)
    assert complete("diff", "15") == []
