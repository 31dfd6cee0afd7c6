"""An alarm through a whole run: from pages that changed to the exit status, the ping, the rows, status and report."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

import scraper.demo
from scraper.cli import run
from scraper.report.health_layouts import Template
from scraper.report.health_rates import Rate
from scraper.report.health_site import Health
from scraper.store.corpus import open_articles
from scraper.store.histories import Histories
from scraper.watching import HEALTH

HTML = (Path(scraper.demo.__file__).parent / "site" / "tide-gauge.html").read_text()
ARTICLES = 12


@dataclass
class Site:
    """A site of today and a monitor, on loopback: its address, and the path and text of each ping."""

    url: str = ""
    pings: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    today = datetime.now(UTC)
    page = HTML.replace("2026-03-10", f"{today:%Y-%m-%d}").replace("10 March 2026", f"{today.day} {today:%B %Y}")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/robots.txt":
                self.send_error(404)
            elif self.path == "/feed":
                links = "".join(f"<item><link>{site.url}/news/{n}.html</link></item>" for n in range(ARTICLES))
                self.answer("application/rss+xml", f"<rss version='2.0'><channel>{links}</channel></rss>")
            else:
                own = page.replace("{{url}}/2026/03/10/tide-gauge/", site.url + self.path)
                self.answer("text/html; charset=utf-8", own.replace("</h1>", f" no. {self.path[6:-5]}</h1>"))

        def do_POST(self) -> None:
            site.pings.append((self.path, self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()))
            self.answer("text/plain", "OK")

        def answer(self, kind: str, text: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


def configure(folder: Path, site: Site) -> list[str]:
    """Write the config of the site; give the options that name it."""
    (folder / "config" / "sites").mkdir(parents=True)
    (folder / "config" / "scraper.toml").write_text(
        '[agent]\ncontact = "https://example.org/bot"\n[fetch]\ndelay_s = 0\nbackoff_s = 0\n'
        f'allow_private_hosts = ["127.0.0.1"]\n[extract]\nworkers = 1\n[ping]\nurl = "{site.url}/check"\n'
    )
    (folder / "config" / "sites" / f"{urlsplit(site.url).netloc}.toml").write_text(
        f'host = "{urlsplit(site.url).netloc}"\nfeeds = ["{site.url}/feed"]\narticle_pattern = "/news/"\n'
    )
    return ["--config", str(folder / "config"), "--data", str(folder / "data")]


def test_a_redesign_is_told_by_status_ping_rows_health_status_and_report(
    tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    options, data, host = configure(tmp_path, site), tmp_path / "data", urlsplit(site.url).netloc
    data.mkdir()
    known = Health(host, pages=500)
    known.measures.articles, known.measures.templates = 500, [Template((1, 2, 3), 0.0, 1.0, 500, trusted=True)]
    known.rates["new_layout"] = Rate(seen=500.0)
    histories = Histories(data / HEALTH)
    histories.save_site(host, msgspec.msgpack.encode(known))
    histories.close()
    assert run(["scrape", *options]) == 3
    assert f"ALARM {host}: layout_changed: new layout on" in capsys.readouterr().out
    assert run(["scrape", *options]) == 0  # told once
    assert f"still {host}: layout_changed" in capsys.readouterr().out
    ends = [
        (urlsplit(path).path, "ALARM" in text) for path, text in site.pings if not urlsplit(path).path.endswith("start")
    ]
    assert ends == [("/check/3", True), ("/check/0", False)]
    assert {row["suspect"] for row in open_articles(data).to_table().to_pylist()} == {"layout_changed"}
    first, _ = sorted((data / "runs").glob("*.json"))
    assert [alarm["kind"] for alarm in json.loads(first.read_text())["alarms"]] == ["layout_changed"]
    assert run(["health", "--data", str(data)]) == 3
    assert "ALARM layout_changed" in capsys.readouterr().out
    run(["status", "--data", str(data)])
    assert "layout_changed" in capsys.readouterr().out
    assert run(["report", "--data", str(data)]) == 0
    assert "layout_changed" in (data / "report" / "index.html").read_text()
