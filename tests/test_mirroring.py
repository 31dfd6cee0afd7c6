from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Event

import pytest

from scraper.config import Store
from scraper.errors import ConfigError
from scraper.mirroring import EVERY_S, Mirroring, mirror_now
from scraper.store.corpus import open_articles
from tests.store.bucket import Bucket
from tests.store.test_verify import scrape


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Beside:
    """The thread beside a run: what is submitted waits until it is let go."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], None], Future[None]]] = []

    def __call__(self, do: Callable[[], None]) -> Future[None]:
        self.waiting.append((do, Future()))
        return self.waiting[-1][1]

    def go(self) -> None:
        do, future = self.waiting.pop()
        do()
        future.set_result(None)


def begin(data: Path, bucket: Bucket | None, clock: Clock, stopping: Event | None = None) -> Mirroring:
    mirroring = Mirroring(Store(remote=bucket.address if bucket else ""), data, stopping or Event(), monotonic=clock)
    if bucket:
        mirroring._remote = bucket.remote()
    return mirroring


def test_a_long_run_mirrors_every_ten_minutes_and_never_twice_at_once(tmp_path: Path, bucket: Bucket) -> None:
    scrape(tmp_path, "run0", "ab")
    clock, beside = Clock(), Beside()
    mirroring = begin(tmp_path, bucket, clock)
    mirroring.now_and_then(beside)
    assert beside.waiting == []
    clock.now_s += EVERY_S
    for _ in range(3):
        mirroring.now_and_then(beside)
        assert len(beside.waiting) == 1
    beside.go()
    assert open_articles(bucket.address).count_rows() == 2
    mirroring.now_and_then(beside)
    assert beside.waiting == []
    clock.now_s += EVERY_S
    mirroring.now_and_then(beside)
    assert len(beside.waiting) == 1


def test_an_outage_is_told_until_it_is_over(tmp_path: Path, bucket: Bucket) -> None:
    scrape(tmp_path, "run0", "ab")
    mirroring = begin(tmp_path, bucket, Clock())
    bucket.proxy.fault = lambda asked: 503
    mirroring.finish()
    fault = mirroring.fault or ""
    assert fault.startswith(f"{bucket.address}: cannot be listed")
    assert fault.endswith("is sent by the next run, or by `scraper sync`")
    bucket.proxy.heal()
    mirroring.finish()
    assert mirroring.fault is None
    assert open_articles(bucket.address).count_rows() == 2


def test_a_run_that_is_to_stop_asks_no_bucket(tmp_path: Path, bucket: Bucket) -> None:
    stopping = Event()
    stopping.set()
    mirroring = begin(tmp_path, bucket, Clock(), stopping)
    mirroring.finish()
    assert (mirroring.fault, bucket.proxy.asked) == (None, [])


def test_without_a_remote_nothing_is_done(tmp_path: Path) -> None:
    clock, beside = Clock(), Beside()
    mirroring = begin(tmp_path, None, clock)
    clock.now_s += EVERY_S
    mirroring.now_and_then(beside)
    mirroring.settle()
    mirroring.finish()
    assert (mirroring.fault, mirroring.notices, beside.waiting) == (None, [], [])
    assert mirror_now(Store(), tmp_path, Event()) == []


def test_an_endpoint_that_is_none_ends_a_run_before_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "nowhere")
    with pytest.raises(ConfigError, match="AWS_ENDPOINT_URL_S3"):
        Mirroring(Store(remote="s3://news/x"), tmp_path, Event())
