"""The whole program against the demo site on loopback, as a user runs it."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from scraper.cli import run
from scraper.demo.server import Demo, expected, serve
from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.warc import read_segment

COMMAND = [sys.executable, "-m", "scraper"]


@pytest.fixture(scope="module")
def server() -> Iterator[Demo]:
    with serve() as server:
        yield server


def write_config(folder: Path, server: Demo, main: str = "", site: str = "") -> list[str]:
    """Write a config for the demo site and give the options that name it."""
    (folder / "config" / "sites").mkdir(parents=True)
    (folder / "config" / "scraper.toml").write_text(
        '[agent]\ncontact = "https://example.org/bot"\n[fetch]\ndelay_s = 0\nbackoff_s = 0\n'
        f'allow_private_hosts = ["127.0.0.1"]\n{main}\n[extract]\nworkers = 1\n'
    )
    lines = [f"{key} = {json.dumps(list(getattr(server.site, key)))}" for key in ("feeds", "sitemaps", "front_pages")]
    text = f"host = {json.dumps(server.site.host)}\n" + "\n".join(lines)
    text += f"\narticle_pattern = {json.dumps(server.site.article_pattern)}\n{site}"
    (folder / "config" / "sites" / f"{server.site.host}.toml").write_text(text)
    return ["--config", str(folder / "config"), "--data", str(folder / "data")]


def rows(folder: Path, data: str = "data") -> list[dict[str, Any]]:
    table: list[dict[str, Any]] = open_articles(folder / data).to_table().to_pylist()
    return sorted(table, key=lambda row: str(row["url"]))


def content(folder: Path) -> list[dict[str, Any]]:
    """Rows without what differs from run to run."""
    changing = {"fetched_at", "first_seen_at", "run", "warc_file", "warc_offset", "warc_record_id", "date"}
    return [{key: value for key, value in row.items() if key not in changing} for row in rows(folder)]


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory, server: Demo) -> Path:
    folder = tmp_path_factory.mktemp("scraped")
    assert run(["scrape", *write_config(folder, server)]) == 0
    return folder


def test_every_article_of_the_demo_site_becomes_the_row_its_author_expects(scraped: Path, server: Demo) -> None:
    by_path = {urlsplit(row["final_url"]).path: row for row in rows(scraped)}
    assert by_path.keys() == expected()["articles"].keys()
    wrong: dict[tuple[str, str], tuple[object, object]] = {}
    for path, want in expected()["articles"].items():
        row = by_path[path]
        found = {
            **{key: row[key] for key in ("headline", "dek", "dateline", "language")},
            "authors": row["authors"],
            "section": row["section"],
            "published_at": row["published_at"].isoformat() if row["published_at"] else None,
            "paragraphs": len(row["text"].split("\n\n")),
            "captions": [photo["caption"] for photo in row["photos"] if photo["caption"]],
            "credits": [photo["credit"] for photo in row["photos"] if photo["credit"]],
        }
        wrong |= {(path, key): (value, want[key]) for key, value in found.items() if value != want[key]}
        if missing := set(want["removed"]) - {removed["kind"] for removed in row["removed"]}:
            wrong[path, "removed"] = (None, missing)
    assert wrong == {}


def test_every_address_asked_has_one_outcome_and_skips_have_reasons(scraped: Path, server: Demo) -> None:
    outcomes = open_outcomes(scraped / "data").to_table().to_pylist()
    runs = [json.loads(path.read_text()) for path in (scraped / "data" / "runs").glob("*.json")]
    assert len(outcomes) == sum(site["visits"] for run_ in runs for site in run_["sites"].values())
    assert all(row["reason"] for row in outcomes if row["outcome"] == "skip")
    assert {row["article_id"] for row in outcomes} - {None} == {row["id"] for row in rows(scraped)}
    reasons = {row["url"].removeprefix(server.url): row["reason"] for row in outcomes if row["outcome"] == "skip"}
    assert reasons == expected()["skips"]


def test_a_second_run_right_after_asks_nothing_and_says_when_something_is_due(
    scraped: Path, server: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rows(scraped)
    options = ["--config", str(scraped / "config"), "--data", str(scraped / "data")]
    assert run(["scrape", *options]) == 0
    assert rows(scraped) == before
    told = capsys.readouterr().out
    assert "0 articles" in told
    assert re.search(r"nothing is due before \d{4}-\d\d-\d\d \d\d:\d\d UTC", told)


def test_crawling_then_extracting_gives_the_same_rows(scraped: Path, server: Demo, tmp_path: Path) -> None:
    options = write_config(tmp_path, server)
    assert run(["crawl", *options, "--quiet"]) == 0
    assert rows(tmp_path) == []
    assert run(["extract", *options, "--quiet"]) == 0
    assert content(tmp_path) == content(scraped)
    assert run(["extract", *options, "--quiet"]) == 0
    assert content(tmp_path) == content(scraped)


def test_a_limit_counts_articles_of_each_site(server: Demo, tmp_path: Path) -> None:
    assert run(["scrape", *write_config(tmp_path, server), "--limit", "3", "--quiet"]) == 0
    assert (
        len([row for row in open_outcomes(tmp_path / "data").to_table().to_pylist() if row["kind"] == "article"]) == 3
    )


def test_pages_that_wait_get_the_rules_of_their_site_whichever_site_a_run_visits(server: Demo, tmp_path: Path) -> None:
    options = write_config(tmp_path, server, site="[[rule]]\nheadline = 'h1'\n")
    assert run(["crawl", *options, "--limit", "1", "--quiet"]) == 0
    assert run(["extract", *options, "--site", "other.example", "--quiet"]) == 0
    (row,) = rows(tmp_path)
    assert row["rule"]


def test_killed_at_random_instants_nothing_is_lost_and_nothing_doubled(
    scraped: Path, server: Demo, tmp_path: Path
) -> None:
    options = write_config(tmp_path, server)
    chance = random.Random(7)
    for _ in range(4):
        process = subprocess.Popen([*COMMAND, "scrape", *options, "--quiet"], start_new_session=True)
        time.sleep(chance.uniform(0.3, 1.6))  # the instant is the test
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for part in (tmp_path / "data").glob("articles/**/*.parquet"):
            pq.read_table(part)
    assert run(["scrape", *options, "--quiet"]) == 0
    assert content(tmp_path) == content(scraped)


def test_sigterm_ends_politely_with_everything_committed(server: Demo, tmp_path: Path) -> None:
    options = write_config(tmp_path, server, site="delay_s = 0.2")
    process = subprocess.Popen([*COMMAND, "scrape", *options, "--quiet"])
    while process.poll() is None and not list((tmp_path / "data").glob("warc/*.part")):
        time.sleep(0.02)
    process.terminate()
    assert process.wait(timeout=10) in (0, 1, 3)
    assert not list((tmp_path / "data").glob("warc/*.part"))


def test_run_ends_when_its_time_is_over_and_the_rest_stays_due(server: Demo, tmp_path: Path) -> None:
    options = write_config(tmp_path, server, site="delay_s = 30")
    assert run(["scrape", *options, "--max-runtime", "1"]) == 0
    (record,) = (tmp_path / "data" / "runs").glob("*.json")
    assert "max_runtime_s is over; the next run goes on" in json.loads(record.read_text())["notices"]


def test_small_files_of_a_day_that_is_over_are_merged_when_a_run_ends(server: Demo, tmp_path: Path) -> None:
    options = write_config(tmp_path, server)
    assert run(["scrape", *options, "--quiet"]) == 0
    before = content(tmp_path)
    for kind in ("articles", "outcomes"):
        (today,) = (tmp_path / "data" / kind).glob("date=*")
        (part,) = today.glob("*.parquet")
        over = today.with_name("date=2026-01-02")
        over.mkdir()
        for number in range(5):
            shutil.copy(part, over / f"other{number}-00000.parquet")
    assert run(["scrape", *options, "--quiet"]) == 0
    assert len(list((tmp_path / "data").glob("articles/date=2026-01-02/*.parquet"))) == 1
    assert len(content(tmp_path)) == 6 * len(before)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_extracting_leaves_the_segment_for_the_next_run(
    scraped: Path, server: Demo, tmp_path: Path, signum: signal.Signals
) -> None:
    options = write_config(tmp_path, server)
    assert run(["crawl", *options, "--quiet"]) == 0
    process = subprocess.Popen([*COMMAND, "extract", *options, "--quiet"], stderr=subprocess.PIPE, text=True)
    while process.poll() is None and len(list((tmp_path / "data" / "runs").glob("*.json"))) < 2:
        time.sleep(0.02)
    process.send_signal(signum)
    assert process.communicate(timeout=10)[1] == ""
    latest = json.loads(max((tmp_path / "data" / "runs").glob("*.json")).read_text())
    assert latest["finished_at"]
    assert run(["extract", *options, "--quiet"]) == 0
    assert content(tmp_path) == content(scraped)


def test_what_looks_like_a_host_but_is_an_address_is_2(
    server: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = write_config(tmp_path, server)
    for text in ("https://example.org/", "example.org/news", ""):
        assert run(["scrape", *options, "--site", text]) == 2
        assert f"--site {text}: must be a bare host name" in capsys.readouterr().err


def test_a_saved_page_is_shown_as_the_corpus_would_hold_it(
    server: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.html", tmp_path / "bad.html"
    good.write_text("<h1>Pier reopens</h1>" + "<p>The pier was opened again on Monday, the harbor master said.</p>" * 3)
    bad.write_bytes(random.Random(1).randbytes(50_000))
    assert run(["extract-page", str(good), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["headline"] == "Pier reopens"
    assert run(["extract-page", str(bad)]) == 1
    assert "not_text" in capsys.readouterr().err
    assert run(["extract-page", str(tmp_path / "none.html")]) == 2
    assert run(["extract-page", str(good), "--url", "nonsense"]) == 2


def test_a_second_run_at_the_same_time_is_75(server: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = write_config(tmp_path, server)
    (tmp_path / "data").mkdir()
    with FileLock(tmp_path / "data" / ".lock"):
        assert run(["scrape", *options]) == 75
    assert "another run holds" in capsys.readouterr().err


def test_a_crawl_without_contact_is_2_and_says_what_to_do(
    server: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = write_config(tmp_path, server)
    main = tmp_path / "config" / "scraper.toml"
    main.write_text(main.read_text().replace("https://example.org/bot", ""))
    assert run(["scrape", *options]) == 2
    assert "[agent] contact is not set" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_an_unwritable_data_folder_is_1_with_its_path(
    server: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = write_config(tmp_path, server)
    (tmp_path / "data").write_text("a file where the folder should be")
    assert run(["scrape", *options]) == 1
    assert f"{tmp_path / 'data'}: cannot be made" in capsys.readouterr().err


def test_a_full_disk_stops_the_run_with_a_message_and_the_next_run_finishes_it(
    scraped: Path, server: Demo, tmp_path: Path
) -> None:
    options = write_config(tmp_path, server)
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000));"
        "from scraper.cli import run; sys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "scrape", *options, "--quiet"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "data") in done.stderr
    assert run(["scrape", *options, "--quiet"]) == 0
    assert content(tmp_path) == content(scraped)


def test_a_host_that_does_not_resolve_fails_its_site_alone(
    server: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = write_config(tmp_path, server)
    (tmp_path / "config" / "sites" / "nowhere.invalid.toml").write_text(
        'host = "nowhere.invalid"\nfeeds = ["https://nowhere.invalid/feed"]\n'
    )
    assert run(["scrape", *options]) == 3
    assert "FAILED https://nowhere.invalid/feed" in capsys.readouterr().out


def test_without_a_terminal_there_are_plain_lines_and_with_quiet_there_is_nothing(server: Demo, tmp_path: Path) -> None:
    options = write_config(tmp_path, server)
    done = subprocess.run([*COMMAND, "scrape", *options], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.splitlines()[0].startswith(server.site.host)
    done = subprocess.run([*COMMAND, "scrape", *options, "--quiet"], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.browser
def test_a_site_that_asks_for_a_browser_is_rendered_and_extracted_from_what_it_became(
    server: Demo, tmp_path: Path
) -> None:
    assert run(["scrape", *write_config(tmp_path, server, site="render = true\n"), "--limit", "1"]) == 0
    (row,) = rows(tmp_path)
    assert row["text"]
    (page,) = (
        capture.page
        for path in (tmp_path / "data" / "warc").glob("*.warc.gz")
        for capture in read_segment(path)
        if capture.page.target.kind == "article"
    )
    asked, rendered = page.exchanges
    assert asked.header("X-Rendered-By") is None
    assert (rendered.header("X-Rendered-By") or "").startswith("Chromium ")
    assert page.skip is None


def test_a_site_that_asks_for_a_browser_that_is_missing_is_2_and_nothing_is_asked(
    server: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert run(["scrape", *write_config(tmp_path, server, site="render = true\n")]) == 2
    assert "install the system's package chromium" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
