from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scraper import pipeline
from scraper.cli import cli
from scraper.errors import FetchError
from scraper.url import article_id, normalize
from tests.store.pages import make_page
from tests.store.test_visit import URL, write

SITE = Path(__file__).parent.parent / "src/scraper/demo/site"
HTML = (SITE / "tide-gauge.html").read_bytes()


def inspect(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    """Run the command in an empty configuration; give status and what it says."""
    (tmp_path / "config").mkdir(exist_ok=True)
    (tmp_path / "config/scraper.toml").write_text('[agent]\ncontact = "https://example.org/us"\n')
    fixed = ("--data", str(tmp_path / "data"), "--config", str(tmp_path / "config"))
    told = CliRunner().invoke(
        cli, ["inspect", *arguments, *fixed, "--output", str(tmp_path / "out.html")], standalone_mode=False
    )
    return (2, str(told.exception)) if told.exception else (told.return_value, told.output)


def drawn(tmp_path: Path) -> str:
    return (tmp_path / "out.html").read_text("utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    write(tmp_path / "data", "s-00000", make_page(payload=HTML))
    return tmp_path


def test_a_saved_page_is_written_as_one_file(tmp_path: Path) -> None:
    page = tmp_path / "saved.html"
    page.write_bytes(HTML)
    status, told = inspect(tmp_path, str(page), "--url", "https://news.example/tide")
    assert (status, told) == (0, f"{tmp_path / 'out.html'}\n")
    assert "https://news.example/tide" in drawn(tmp_path)


@pytest.mark.parametrize("name", [article_id(URL), article_id(URL).upper(), URL])
def test_an_article_of_the_corpus_is_read_from_the_archive(data: Path, name: str) -> None:
    assert inspect(data, name)[0] == 0
    assert "from the archive, fetched 2026-11-23 10:54 UTC" in drawn(data)


def test_an_address_that_the_corpus_does_not_have_is_asked_once(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def ask(config: Any, url: str) -> Any:
        asked.append(url)
        return make_page(url, payload=HTML), None

    monkeypatch.setattr(pipeline, "ask_page", ask)
    assert inspect(data, "https://news.example/new")[0] == 0
    assert asked == ["https://news.example/new"]
    assert "asked just now" in drawn(data)


def test_an_address_that_cannot_be_asked_is_shown_with_the_reason(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(config: Any, url: str) -> Any:
        raise FetchError("robots_denied", "Disallow: /")

    monkeypatch.setattr(pipeline, "ask_page", refuse)
    assert inspect(data, "https://news.example/new")[0] == 0
    assert "no article: robots_denied" in drawn(data)


def test_what_is_neither_file_nor_article_nor_address_is_told(data: Path) -> None:
    assert inspect(data, "0" * 32) == (2, f"{'0' * 32}: is no file, and {data / 'data'} holds no such article")
    assert inspect(data, "not//an://address")[0] == 2
    assert inspect(data, URL, "--url", "https://news.example/b") == (2, "--url goes with a file")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "saved.html").write_bytes(HTML)
    (tmp_path / "out.html").mkdir()
    assert inspect(tmp_path, str(tmp_path / "saved.html"))[0] == 2


def test_the_browser_is_asked_to_show_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: shown.append(address) or False)  # type: ignore[func-returns-value]
    (tmp_path / "saved.html").write_bytes(HTML)
    status, told = inspect(tmp_path, str(tmp_path / "saved.html"), "--open")
    assert (status, shown) == (0, [(tmp_path / "out.html").as_uri()])
    assert "no browser was found" in told


def test_a_rule_of_the_site_is_applied(tmp_path: Path) -> None:
    (tmp_path / "config/sites").mkdir(parents=True)
    rule = '[[rule]]\nheadline = "h2"\n'
    (tmp_path / "config/sites/news.example.toml").write_text(f'host = "news.example"\n{rule}')
    (tmp_path / "saved.html").write_bytes(HTML.replace(b"</h1>", b"</h1><h2>What the rule says</h2>", 1))
    assert normalize("https://news.example/a") == URL
    assert inspect(tmp_path, str(tmp_path / "saved.html"), "--url", URL)[0] == 0
    assert "<title>Inspection: What the rule says</title>" in drawn(tmp_path)
