"""Runs and commands with a bucket, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scraper.cli import run
from scraper.demo.server import serve
from scraper.store import remote
from scraper.store.corpus import open_articles, open_outcomes, open_versions
from tests.store.bucket import Bucket
from tests.test_pipeline import content, write_config


def rows(place: str | Path) -> list[dict[str, Any]]:
    table: list[dict[str, Any]] = open_articles(place).to_table().to_pylist()
    return sorted(table, key=lambda row: str(row["url"]))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "SDK_TRIES", 1)
    monkeypatch.setattr(remote, "TRIES", 1)


def test_a_run_mirrors_an_outage_ends_no_run_and_segments_may_be_in_the_bucket_only(
    tmp_path: Path, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    with serve() as server:
        options = write_config(tmp_path, server, f'[store]\nremote = "{bucket.address}"\nkeep_segments = false')
        bucket.proxy.fault = lambda asked: 503
        assert run(["scrape", "--quiet", "--limit", "3", *options]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"scraper: {bucket.address}: cannot be listed: it is not reached, or fails")
    (ledger,) = (data / "runs").glob("*.json")
    assert json.loads(ledger.read_bytes())["unmirrored"].startswith(f"{bucket.address}: cannot be listed")
    assert len(list((data / "warc").iterdir())) == 1
    before = content(tmp_path)
    assert before
    bucket.proxy.heal()
    assert run(["extract", "--quiet", *options]) == 0
    assert capsys.readouterr() == ("", "")
    assert rows(bucket.address) == rows(data)
    assert content(tmp_path) == before
    assert open_outcomes(bucket.address).count_rows() == open_outcomes(data).count_rows()
    article = rows(data)[0]["id"]
    assert open_versions(bucket.address, article) == open_versions(data, article)
    assert list((data / "warc").iterdir()) == []
    folder = ["--data", str(data)]
    for command in (["sync", "--check", *options], ["verify", "--full", *folder], ["archive", "check", *folder]):
        assert run(command) == 0, capsys.readouterr()
    assert "0 differences" in capsys.readouterr().out
    assert run(["extract", "--rebuild", "--quiet", *options]) == 0
    assert content(tmp_path) == before
    assert rows(bucket.address) == rows(data)


def test_sync_tells_what_it_sent_and_check_what_differs(
    tmp_path: Path, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve() as server:
        options = write_config(tmp_path, server)
        assert run(["scrape", "--quiet", "--limit", "2", *options]) == 0
    assert run(["sync", *options]) == 2
    assert "[store] remote is not set" in capsys.readouterr().err
    config = tmp_path / "config" / "scraper.toml"
    config.write_text(config.read_text() + f'[store]\nremote = "{bucket.address}"\n')
    assert run(["sync", "--check", *options]) == 1
    assert "manifest.json: is not there" in capsys.readouterr().out
    assert run(["sync", *options]) == 0
    assert "3 files with " in capsys.readouterr().out
    assert run(["sync", *options]) == 0
    assert capsys.readouterr().out == f"{bucket.address}: 0 files with 0.0 MB sent, 0 removed\n"
    assert run(["sync", "--check", *options]) == 0
    bucket.proxy.fault = lambda asked: 403
    assert run(["sync", *options]) == 1
    assert "not permitted; see docs/operations.md" in capsys.readouterr().err
    assert run(["sync", *options[:2], "--data", str(tmp_path / "none")]) == 2


def test_a_folder_that_forgot_its_bucket_adopts_it_and_is_told_what_that_means(
    tmp_path: Path, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    store = f'[store]\nremote = "{bucket.address}"\nkeep_segments = false'
    with serve() as server:
        options = write_config(tmp_path, server, store)
        assert run(["scrape", "--quiet", "--limit", "2", *options]) == 0
    (day,) = {row["date"].isoformat() for row in rows(tmp_path / "data")}
    (tmp_path / "data" / "remote.json").unlink()
    assert run(["sync", *options]) == 1
    assert "run `scraper sync --adopt`" in capsys.readouterr().err
    assert run(["sync", "--check", "--adopt", *options]) == 2
    capsys.readouterr()
    assert run(["sync", "--adopt", *options]) == 0
    said = capsys.readouterr().out
    assert f"{bucket.address}: its manifest, written on " in said
    assert "1 segments stay named, 0 of them that no manifest named\n" in said
    assert f"see 2 rows of articles; from the next sync on those of {tmp_path / 'data'}: 2\n" in said
    assert "note" not in said
    assert run(["sync", *options]) == 0
    capsys.readouterr()
    assert run(["compact", "--data", str(tmp_path / "data"), "--day", day]) == 0
    assert bucket.address not in capsys.readouterr().out  # there was nothing to merge
    # A new disk: nothing but the config is left.
    empty = ["--config", options[1], "--data", str(tmp_path / "new")]
    (tmp_path / "new").mkdir()
    before = rows(tmp_path / "data")
    assert run(["sync", "--adopt", *empty]) == 0
    said = capsys.readouterr().out
    assert "note: 1 of them are known to no state here" in said
    assert said.endswith(": 0\n")
    assert run(["extract", "--rebuild", "--quiet", *empty]) == 0
    assert rows(tmp_path / "new") == before == rows(bucket.address)
