"""Tests of the command line that need no site."""

from __future__ import annotations

import io
import json
from pathlib import Path

import click
import pytest

from scraper.cli import SECTIONS, cli, run

PLAIN = "Pier reopens\n\n" + "The pier was opened again on Monday, the harbor master said to the press.\n\n" * 3


def test_text_without_markup_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plain.txt"
    file.write_text(PLAIN)
    assert run(["extract-page", "--text", str(file), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["body"]) == 3
    assert run(["extract-page", "--text", str(file)]) == 0
    assert "harbor master" in capsys.readouterr().out


def test_text_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PLAIN.encode())))
    assert run(["extract-page", "--text", "-"]) == 0
    assert "harbor master" in capsys.readouterr().out


def test_text_that_is_no_article_fails_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "menu.txt"
    file.write_text("Menu\nSearch\n")
    assert run(["extract-page", "--text", str(file)]) == 1
    assert "no_body" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "1e300", "0", "soon"])
def test_time_without_end_is_refused(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scrape", "--max-runtime", seconds]) == 2
    assert "--max-runtime" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["crawl", "--site"], ["extract-page"], ["extract-page", "-", "--url"]])
def test_host_that_is_no_name_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    name = "xn--0.example" if "--site" in arguments else "https://xn--0.example/"
    assert run([*arguments, name]) == 2
    assert "xn--0.example" in capsys.readouterr().err


def test_text_takes_no_address() -> None:
    assert run(["extract-page", "--text", "https://example.org/"]) == 2


def commands(group: click.Group = cli, *names: str) -> list[list[str]]:
    found: list[list[str]] = [[]] if not names else []
    for name, command in group.commands.items():
        found.append([*names, name])
        if isinstance(command, click.Group):
            found += [each for each in commands(command, *names, name) if each]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_help_of_each_command_has_an_example_and_fits_a_terminal(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run([*words, "--help"]) == 0
    told = capsys.readouterr().out
    assert "scraper " in told.partition("\n")[2]
    assert not [line for line in told.splitlines() if len(line) > 80]


def test_each_command_is_in_one_section_of_the_help() -> None:
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(cli.commands)


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("scrap", "Did you mean"),
        ("staus", "'status'"),
        ("scrape --quite", "'--quiet'"),
        ("scrape grist.org", "--site HOST"),
        ("scrape --site https://grist.org/", "a bare host name, such as example.org"),
        ("scrape --site a", "such as a.example"),
        ("scrape --site", "requires an argument"),
        ("scrape --limit 0", "x>=1"),
        ("scrape --limit many", "--limit"),
        ("scrape --max-runtime 1h", "--max-runtime"),
        ("scrape --config nowhere", "--config DIR"),
        ("crawl", "contact = "),
        ("extract --no-switch", "--rebuild"),
        ("extract --rebuild --json", "changes.json"),
        ("extract-page missing.html", "missing.html: cannot be read"),
        ("extract-page page.html --url example.org/a", "example.org/a"),
        ("extract-page page.html --url https://a.example/b --config nowhere", "--config DIR"),
        ("status --data nowhere", "`scraper scrape` makes it"),
        ("verify --data nowhere", "no such folder"),
        ("compact --day yesterday", "--day"),
        ("health nowhere.example", "nothing is known of it"),
        ("diff 123 --data nowhere", "no such folder"),
        ("inspect", "Missing argument"),
        ("releases us", "'use'"),
        ("completion csh", "'bash'"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(
    words: str, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config" / "sites").mkdir(parents=True)
    (tmp_path / "config" / "scraper.toml").write_text('[agent]\nname = "test"\n')
    (tmp_path / "config" / "sites" / "a.example.toml").write_text('host = "a.example"\n')
    (tmp_path / "data").mkdir()
    (tmp_path / "page.html").write_text("")
    assert run(words.split()) == 2
    shown = capsys.readouterr()
    assert advice in shown.err
    assert not shown.out
    assert not list((tmp_path / "data").iterdir())
