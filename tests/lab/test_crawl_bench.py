from __future__ import annotations

import socket

import pytest
from click.testing import CliRunner

from scraper.lab import crawl_bench


def test_both_ask_for_the_same_and_the_ratio_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BENCH_DATA", raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", socket.getaddrinfo)  # put back after the test
    monkeypatch.setattr(crawl_bench, "PAGE_BYTES", 5000)
    monkeypatch.setattr(crawl_bench, "GOAL", 1000.0)
    result = CliRunner().invoke(crawl_bench.main, ["--pages", "6", "--rounds", "1", "--hosts", "2"])
    assert result.exit_code == 0, result.output
    assert "6 pages of 4 kB on 2 hosts" in result.output
    assert "ratio" in result.output


def test_rounds_count_every_request() -> None:
    hosts = ["127.0.0.1"]
    with crawl_bench.serving([b"<p>x"], 3) as port:
        assert crawl_bench.crawl(hosts, port) == crawl_bench.loop(hosts, port, 3) == 6
