from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from scraper.article_arguments import read_address, read_id, read_sites, read_versions
from scraper.url import article_id, normalize

URL = "https://news.example/a"


@pytest.mark.parametrize("text", [URL, "HTTPS://News.Example/a#part", article_id(normalize(URL)).upper()])
def test_an_article_is_named_by_its_address_or_id(text: str) -> None:
    assert read_id(text) == article_id(normalize(URL))


def test_what_is_no_address_is_a_usage_error() -> None:
    for read in (read_address, read_id):
        with pytest.raises(click.UsageError, match="is no http or https address"):
            read("https://")


def test_an_article_or_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="there is no such folder"):
        read_versions(URL, tmp_path / "none")
    with pytest.raises(click.UsageError, match="holds no such article"):
        read_versions(URL, tmp_path)


def test_a_folder_of_rules_that_is_absent_holds_none(tmp_path: Path) -> None:
    assert read_sites(tmp_path / "config") == {}


def test_commands_start_without_what_one_of_them_needs() -> None:
    code = "import sys, scraper.cli; print({'webbrowser', 'scraper.marked', 'pyarrow', 'difflib'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"
