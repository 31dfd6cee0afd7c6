"""A new site, from its address to its file, on the demo site and on sites that do not let themselves be added."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scraper.add_command import find_overlaps
from scraper.cli import run
from scraper.config_file import load_config
from scraper.demo.server import Demo, serve
from scraper.extract.rules import check_selector
from scraper.store.corpus import open_outcomes


def write_main(folder: Path, contact: str = "https://example.org/bot") -> Path:
    (folder / "config").mkdir()
    (folder / "config" / "scraper.toml").write_text(
        f'[agent]\ncontact = "{contact}"\n[fetch]\ndelay_s = 0\nbackoff_s = 0\ntries = 1\n'
        'allow_private_hosts = ["127.0.0.1"]\n[extract]\nworkers = 1\n'
    )
    return folder / "config"


def add(folder: Path, url: str, *more: str) -> int:
    output = () if "--output" in more else ("--output", str(folder / "samples"))
    return run(["add", url, "--config", str(folder / "config"), *output, *more])


@contextmanager
def answering(pages: dict[str, tuple[int, bytes]]) -> Iterator[str]:
    """Serve some paths on loopback; others are not found."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = pages.get(self.path, (404, b""))
            self.send_response(status)
            self.send_header("Content-Type", "text/plain" if self.path == "/robots.txt" else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def server() -> Iterator[Demo]:
    with serve() as server:
        yield server


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory, server: Demo) -> Path:
    folder = tmp_path_factory.mktemp("added")
    write_main(folder)
    assert add(folder, f"{server.url}/2026/03/10/tide-gauge/") == 0
    return folder


def test_the_file_that_is_written_has_no_fault_and_names_what_the_site_declares(added: Path, server: Demo) -> None:
    site = load_config(added / "config", check_selector).sites[server.host]
    assert site.feeds == server.site.feeds
    assert f"{server.url}/sitemap-news.xml" in site.sitemaps
    assert site.front_pages == (f"{server.url}/",)
    assert site.article_pattern
    text = (added / "config" / "sites" / f"{server.host}.toml").read_text()
    assert "Written by `scraper add" in text
    assert f'# sitemaps = ["{server.url}/sitemap.xml"]' in text  # the archive, for a backfill
    assert run(["check-config", "--config", str(added / "config")]) == 0


def test_nothing_that_robots_txt_forbids_was_asked_and_nothing_was_kept(added: Path, server: Demo) -> None:
    assert not [path for path, _ in server.answered if path.startswith("/private/")]
    assert {each.name for each in added.iterdir()} == {"config", "samples"}


def test_a_scrape_with_the_file_finds_what_the_file_written_by_hand_finds(added: Path, server: Demo) -> None:
    assert run(["scrape", "--config", str(added / "config"), "--data", str(added / "data"), "--quiet"]) == 0
    outcomes = open_outcomes(added / "data").to_table().to_pylist()
    articles = {urlsplit(row["final_url"]).path for row in outcomes if row["outcome"] == "article"}
    assert {"/2026/03/14/ferry-returns/", "/de/2026/03/12/backhaus/", "/ja/2026/03/12/romen/"} <= articles
    assert len(articles) >= 10
    assert not [row for row in outcomes if row["reason"] in ("http_404", "not_a_feed", "not_a_sitemap")]


def test_the_overview_leads_to_an_inspection_of_each_sample(added: Path) -> None:
    index = (added / "samples" / "index.html").read_text()
    pages = sorted((added / "samples").glob("sample-*.html"))
    assert len(pages) >= 7
    for page in pages:
        assert f'href="{page.name}"' in index
        assert "<title>Inspection: " in page.read_text()


def test_a_file_that_is_there_is_not_written_over_and_nothing_is_asked(
    added: Path, server: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    file = added / "config" / "sites" / f"{server.host}.toml"
    before, asked = file.read_bytes(), len(server.answered)
    assert add(added, server.url) == 2
    assert "--replace" in capsys.readouterr().err
    assert (file.read_bytes(), len(server.answered)) == (before, asked)
    assert add(added, server.url, "--replace", "--samples", "1") == 0
    assert b"1 pages" in file.read_bytes()
    assert len(list((added / "samples").glob("sample-*.html"))) == 1


def test_a_folder_of_others_is_not_written_into(tmp_path: Path, server: Demo) -> None:
    write_main(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("<h1>My page</h1>")
    assert add(tmp_path, server.url, "--output", str(tmp_path / "mine")) == 2
    assert (tmp_path / "mine" / "index.html").read_text() == "<h1>My page</h1>"


def test_without_a_contact_nothing_is_asked(tmp_path: Path, server: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    write_main(tmp_path, contact="")
    asked = len(server.answered)
    assert add(tmp_path, server.url) == 2
    assert "[agent] contact" in capsys.readouterr().err
    assert len(server.answered) == asked


LINKS = "".join(f'<a href="/news/a-story-of-number-{n}-in-full">A headline of five words {n}</a>' for n in range(5))
EMPTY_SHELL = b"<html><title>App</title><body><div id=root></div><script src=/app.js></script></body></html>"


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ({"/robots.txt": (200, b"User-agent: *\nDisallow: /")}, "Disallow: /"),
        ({"/robots.txt": (503, b"")}, "robots.txt"),
        ({"/": (403, b"<title>Just a moment...</title>")}, "lets no program in: challenge"),
        ({"/": (200, b"<p>Welcome.</p>")}, "no articles were found"),
        (
            {
                "/": (200, LINKS.encode()),
                **{f"/news/a-story-of-number-{n}-in-full": (200, EMPTY_SHELL) for n in range(5)},
            },
            "--render",
        ),
    ],
    ids=["forbidden", "robots.txt down", "challenge", "no articles", "scripts"],
)
def test_what_cannot_be_added_is_told_with_what_to_do_and_no_file_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pages: dict[str, tuple[int, bytes]], said: str
) -> None:
    write_main(tmp_path)
    with answering(pages) as url:
        assert add(tmp_path, url) == 1
    error = capsys.readouterr().err
    assert said in error
    assert "No file was written" in error
    assert not (tmp_path / "config" / "sites").exists()


def test_a_page_that_takes_for_ever_costs_itself_alone(
    tmp_path: Path, server: Demo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load_config(write_main(tmp_path), check_selector)
    hasty = replace(config, extract=replace(config.extract, page_timeout_s=0.001))
    monkeypatch.setattr("scraper.add_command.load_config", lambda path, check: hasty)
    assert add(tmp_path, f"{server.url}/", "--samples", "2") == 1
    told = capsys.readouterr()
    assert "extract_timeout" in told.out + told.err
    assert not list((tmp_path / "config").rglob("127*.toml"))


def test_sites_above_and_below_are_named() -> None:
    hosts = ["example.org", "blog.news.example.org", "other.org", "ample.org", "news.example.org"]
    assert find_overlaps(hosts, "news.example.org") == ["blog.news.example.org", "example.org"]


def test_an_unreachable_host_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_main(tmp_path)
    with answering({}) as url:
        pass
    assert add(tmp_path, url) == 1
    assert "cannot be reached" in capsys.readouterr().err


def test_a_private_address_is_not_asked_unless_it_is_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], server: Demo
) -> None:
    config = write_main(tmp_path)
    main = config / "scraper.toml"
    main.write_text(main.read_text().replace('allow_private_hosts = ["127.0.0.1"]', ""))
    asked = len(server.answered)
    assert add(tmp_path, server.url) == 1
    assert "allow_private_hosts" in capsys.readouterr().err
    assert len(server.answered) == asked
