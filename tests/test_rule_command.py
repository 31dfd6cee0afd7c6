from __future__ import annotations

from pathlib import Path

import pytest

from scraper.cli import run
from scraper.demo.server import serve
from tests.test_pipeline import write_config
from tests.test_rule_trial import NEW, OLD

RULES = """
[[rule]]
valid_until = 2026-03-01
headline = "h1"
byline = ".nobody"
[[rule]]
headline = "h2.title"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A site with two eras, and a page of each."""
    (tmp_path / "config" / "sites").mkdir(parents=True)
    (tmp_path / "config" / "scraper.toml").write_text("")
    (tmp_path / "config" / "sites" / "a.example.toml").write_text(f'host = "a.example"\n{RULES}')
    (tmp_path / "old.html").write_text(OLD)
    (tmp_path / "new.html").write_text(NEW)
    return tmp_path


def rule(folder: Path, *arguments: str) -> int:
    return run(["rule", "test", *arguments, "--config", str(folder / "config")])


def test_a_saved_page_is_tried_and_what_matched_nothing_is_named(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rule(config, "a.example", "--file", str(config / "old.html"), "--fetched", "2026-02-01") == 0
    printed = capsys.readouterr().out
    assert "byline    .nobody: MATCHED NOTHING" in printed
    assert "headline  h1: on 1 of 1 pages" in printed
    assert "present era" in printed
    assert "no page of its days" in printed


def test_saved_cases_of_both_eras_hold_and_a_worse_rule_gives_status_1(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = ("--url", "https://a.example/news/the-ferry")
    for name, day in (("old", "2026-02-01"), ("new", "2026-04-01")):
        page = ("--file", str(config / f"{name}.html"), "--fetched", day)
        assert rule(config, "a.example", *page, *url, "--save") == 0
    assert rule(config) == 0
    assert "2 saved cases, 0 not as expected" in capsys.readouterr().out
    file = config / "config" / "sites" / "a.example.toml"
    file.write_text(file.read_text().replace("h2.title", "h1"))
    assert rule(config) == 1
    printed = capsys.readouterr().out
    assert "2 saved cases, 1 not as expected" in printed
    assert "headline: [-The ferry returns-]{+Paper+}" in printed
    assert run(["check-config", "--config", str(config / "config")]) == 0


def test_archived_pages_are_tried_without_asking_the_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve() as server:
        options = write_config(tmp_path, server, site='[[rule]]\nheadline = "h1"\ndek = ".nothing-here"\n')
        assert run(["scrape", *options, "--limit", "3", "--quiet"]) == 0
        host, asked = server.host, len(server.answered)
    capsys.readouterr()
    assert run(["rule", "test", host, *options]) == 0
    printed = capsys.readouterr().out
    assert f"{host}: 3 pages, 1 eras" in printed
    assert "dek       .nothing-here: MATCHED NOTHING" in printed
    assert "no saved cases" in printed
    address = next(line.split(",")[0] for line in printed.splitlines() if line.startswith("http"))
    assert run(["rule", "test", host, "--article", address, "--save", *options]) == 0
    assert "1 saved cases, 0 not as expected" in capsys.readouterr().out
    assert asked == len(server.answered)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("b.example",), "has no file"),
        (("a.example", "--save"), "--article or --file"),
        (("a.example", "--url", "https://a.example/"), "--file"),
        (("a.example", "--article", "https://a.example/never"), "no such page"),
    ],
)
def test_wrong_usage_is_told(
    config: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert rule(config, *arguments) == 2
    assert said in capsys.readouterr().err


def test_a_rule_that_loses_an_article_gives_status_1(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = config / "config" / "sites" / "a.example.toml"
    file.write_text(f'host = "a.example"\n{RULES}body = "h2.title"\n')
    assert rule(config, "a.example", "--file", str(config / "new.html"), "--fetched", "2026-04-01") == 1
    assert "1 of 1 pages are articles without a rule, and none with it" in capsys.readouterr().out


def test_a_site_without_rules_says_so(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (config / "config" / "sites" / "a.example.toml").write_text('host = "a.example"\n')
    assert rule(config, "a.example") == 0
    assert "no [[rule]]" in capsys.readouterr().out
