from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest

from scraper.config import Config, Ping
from scraper.errors import LockedError, StoreError
from scraper.pinging import MAX_BODY_BYTES, VARIABLE, Pinging
from scraper.pipeline import scrape
from scraper.store.runs import hold

ADDRESS = "https://monitor.example/ping/secret-check"


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


class Monitor:
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self, answer: Callable[[int], httpx.Response]) -> None:
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []
        self._answer = answer

    def pinging(self, address: str = ADDRESS) -> Pinging:
        return Pinging(address, transport=httpx.MockTransport(self._take), sleep=self.waits.append)

    def _take(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        return self._answer(len(self.requests))


def test_a_run_tells_its_start_and_its_status_with_the_summary_under_one_id() -> None:
    monitor = Monitor(lambda n: httpx.Response(200))
    pinging = monitor.pinging()
    pinging.begin()
    pinging.end(3, ["a.example  FAILED", "run 1: ärger"])
    begin, end = monitor.requests
    assert (begin.method, begin.url.path, begin.content) == ("POST", "/ping/secret-check/start", b"")
    assert (end.url.path, end.content.decode()) == ("/ping/secret-check/3", "a.example  FAILED\nrun 1: ärger")
    assert begin.url.params["rid"] == end.url.params["rid"]
    assert pinging.notices == []


def test_without_an_address_nothing_is_sent() -> None:
    monitor = Monitor(lambda n: httpx.Response(200))
    monitor.pinging("").begin()
    monitor.pinging("").end(0, [])
    assert monitor.requests == []


def test_the_environment_goes_before_the_config(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "http://other.example/check/?slug=news")
    monitor = Monitor(lambda n: httpx.Response(200))
    monitor.pinging().begin()
    (request,) = monitor.requests
    assert str(request.url).startswith("http://other.example/check/start?slug=news&rid=")


def test_an_end_is_tried_again_and_a_start_is_not() -> None:
    monitor = Monitor(lambda n: httpx.Response(503 if n < 4 else 200))
    pinging = monitor.pinging()
    pinging.begin()
    pinging.end(0, ["well"])
    assert [request.url.path.rpartition("/")[2] for request in monitor.requests] == ["start", "0", "0", "0"]
    assert len(monitor.waits) == 2
    assert pinging.notices == ["the monitor at monitor.example did not take the ping 'start': it answered 503"]


def test_a_monitor_out_of_reach_costs_a_line_that_does_not_tell_the_secret() -> None:
    def refuse(n: int) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused")

    pinging = Monitor(refuse).pinging()
    pinging.end(0, [])
    assert pinging.notices == [
        "the monitor at monitor.example did not take the ping '0': [Errno 111] Connection refused"
    ]


@pytest.mark.parametrize("address", ["nonsense", "ftp://monitor.example/x", "http://[", "https://", "\x00"])
def test_an_address_that_is_none_costs_a_line(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    if "\x00" in address:
        pinging = Pinging(address)
    else:
        monkeypatch.setenv(VARIABLE, address)
        pinging = Pinging("", sleep=lambda seconds: None)
    pinging.begin()
    assert len(pinging.notices) == 1


def test_a_long_summary_is_cut_to_what_a_monitor_keeps() -> None:
    monitor = Monitor(lambda n: httpx.Response(200))
    monitor.pinging().end(0, ["ä" * MAX_BODY_BYTES])
    assert len(monitor.requests[0].content) == MAX_BODY_BYTES


@pytest.fixture
def asked() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Give the address of a monitor on loopback, and what it was asked: the last part of the path, and the body."""
    taken: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            taken.append((urlsplit(self.path).path.rpartition("/")[2], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}/check", taken
        server.shutdown()


def test_a_run_pings_while_it_holds_the_folder_and_one_that_may_not_is_silent(
    tmp_path: Path, asked: tuple[str, list[tuple[str, str]]]
) -> None:
    address, taken = asked
    config = Config(ping=Ping(address))
    with hold(tmp_path), pytest.raises(LockedError):
        scrape(config, tmp_path, command="extract")
    assert taken == []
    summary = scrape(config, tmp_path, command="extract")
    assert [what for what, _ in taken] == ["start", "0"]
    assert f"run {summary.run}: 0 sites" in taken[1][1]


def test_a_run_that_stops_tells_why(tmp_path: Path, asked: tuple[str, list[tuple[str, str]]]) -> None:
    address, taken = asked
    (tmp_path / "state.sqlite").write_bytes(b"no database " * 1000)
    with pytest.raises(StoreError):
        scrape(Config(ping=Ping(address)), tmp_path, command="extract")
    assert [what for what, _ in taken] == ["start", "1"]
    assert "state.sqlite" in taken[1][1].partition("\n")[0]
