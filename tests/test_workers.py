from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from scraper.errors import ScraperError, StoppedError
from scraper.skip import Skip
from scraper.workers import Workers


def double(number: int) -> int:
    return 2 * number


def misbehave(what: str) -> str:
    if what == "hang":
        while True:
            time.sleep(60)
    if what == "spin":
        while True:
            pass
    if what == "wait":
        time.sleep(1.2)
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "raise":
        raise ValueError("a bug")
    if what == "eat":
        bytearray(4_000_000_000)
    return what


def test_results_come_in_the_order_of_items() -> None:
    with Workers(double, count=2, timeout_s=30, memory_bytes=10**9) as workers:
        assert list(workers.map(range(200))) == [2 * n for n in range(200)]
        assert list(workers.map([])) == []
        assert list(workers.map([7])) == [14]


def test_a_child_that_spins_dies_raises_or_eats_memory_costs_only_its_own_item() -> None:
    items = ["a", "spin", "b", "die", "c", "raise", "d", "eat", "e"]
    with Workers(misbehave, count=2, timeout_s=1.0, memory_bytes=10**9) as workers:
        results = list(workers.map(items))
    assert [r for r in results if not isinstance(r, Skip)] == ["a", "b", "c", "d", "e"]
    skips = {item: r for item, r in zip(items, results, strict=True) if isinstance(r, Skip)}
    assert {item: skip.reason for item, skip in skips.items()} == {
        "spin": "extract_timeout",
        "die": "extract_crashed",
        "raise": "extract_crashed",
        "eat": "extract_crashed",
    }
    assert skips["spin"].detail == "took more than 1 s of processor time"
    assert "a bug" in skips["raise"].detail
    assert "MemoryError" in skips["eat"].detail


def test_deadline_counts_what_a_child_works_and_its_multiple_what_it_waits() -> None:
    with Workers(misbehave, count=2, timeout_s=0.3, memory_bytes=10**9) as workers:
        waited, hung = workers.map(["wait", "hang"])
    assert waited == "wait"
    assert hung == Skip("extract_timeout", "no answer within 1.8 s")


def test_memory_that_a_child_has_before_its_first_item_does_not_count() -> None:
    with Workers(double, count=1, timeout_s=30, memory_bytes=10**7) as workers:
        assert list(workers.map([1, 2])) == [2, 4]


def test_who_stops_listening_gets_no_stale_answer_later() -> None:
    with Workers(double, count=2, timeout_s=30, memory_bytes=10**9) as workers:
        next(workers.map(range(100)))
        assert list(workers.map([50, 51])) == [100, 102]
        processes = [child.process for child in workers._children]
    assert all(not process.is_alive() for process in processes)


class Unstartable:
    def __call__(self, number: int) -> int:
        return number

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (3,)


def test_children_that_cannot_start_are_an_error_not_a_hang() -> None:
    with Workers(Unstartable(), count=1, timeout_s=30, memory_bytes=10**9) as workers, pytest.raises(ScraperError):
        list(workers.map([1]))


def test_a_stop_from_another_thread_ends_a_map_soon() -> None:
    with Workers(misbehave, count=1, timeout_s=60, memory_bytes=10**9) as workers:
        threading.Timer(0.5, workers.stop).start()
        with pytest.raises(StoppedError):
            list(workers.map(["a", "hang", "b"]))
