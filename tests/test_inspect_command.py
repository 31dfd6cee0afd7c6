from __future__ import annotations

import os
import webbrowser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scraper import asking
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

    monkeypatch.setattr(asking, "ask_page", ask)
    assert inspect(data, "https://news.example/new")[0] == 0
    assert asked == ["https://news.example/new"]
    assert "asked just now" in drawn(data)


def test_an_address_that_cannot_be_asked_is_shown_with_the_reason(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(config: Any, url: str) -> Any:
        raise FetchError("robots_denied", "Disallow: /")

    monkeypatch.setattr(asking, "ask_page", refuse)
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


def test_the_page_that_is_inspected_is_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "out.html"
    page.write_bytes(HTML)
    (tmp_path / "link.html").symlink_to(page)
    for name in ("out.html", "link.html"):
        status, told = inspect(tmp_path, str(tmp_path / name))
        assert (status, told) == (2, f"--output {page}: is the page that is inspected; name another file")
    monkeypatch.chdir(tmp_path)
    page.rename("inspection.html")
    result = CliRunner().invoke(cli, ["inspect", "inspection.html"])
    assert result.exit_code == 2
    assert (tmp_path / "inspection.html").read_bytes() == HTML


def test_a_name_that_is_no_text_is_shown_with_a_question_mark(tmp_path: Path) -> None:
    page = tmp_path / os.fsdecode(b"s\xff7.html")
    page.write_bytes(HTML)
    assert inspect(tmp_path, str(page))[0] == 0
    assert "s?7.html" in drawn(tmp_path)


def test_what_was_there_stays_where_nothing_can_be_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "saved.html").write_bytes(HTML)
    (tmp_path / "out.html").write_text("before")
    before = {path.name for path in tmp_path.iterdir()} | {"config"}

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    assert inspect(tmp_path, str(tmp_path / "saved.html"))[0] == 2
    assert drawn(tmp_path) == "before"
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_folder_that_is_a_bucket_or_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "saved.html").write_bytes(HTML)
    for arguments, message in (
        ([str(tmp_path / "saved.html"), "--config", str(tmp_path / "none")], "none: there is no such folder"),
        ([URL, "--data", "s3://news/x"], "'--data': it must be the data folder, a bucket does not do"),
    ):
        result = CliRunner().invoke(cli, ["inspect", *arguments])
        assert result.exit_code == 2
        assert message in result.output


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
