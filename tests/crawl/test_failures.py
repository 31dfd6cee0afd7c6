from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from scraper.crawl.failures import FAILURES, name_failure
from scraper.url import normalize

URL = normalize("https://a.example/x")


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "started", "expected"),
    [
        (caused(httpx.ConnectError("x"), socket.gaierror("x")), False, "dns_failure"),
        (caused(httpx.ConnectError("x"), ssl.SSLError("x")), False, "tls_failure"),
        (httpx.ConnectError("refused"), False, "connect_failed"),
        (httpx.ConnectTimeout("slow"), False, "connect_timeout"),
        (httpx.ReadTimeout("slow"), True, "timeout"),
        (TimeoutError(), True, "timeout"),
        (httpx.ReadError("reset"), False, "connection_reset"),
        (httpx.RemoteProtocolError("illegal header line"), False, "bad_response"),
        (httpx.RemoteProtocolError("Server disconnected"), False, "connection_reset"),
        (httpx.RemoteProtocolError("peer closed"), True, "short_body"),
        (httpx.ProxyError("403 Forbidden"), False, "proxy_failure"),
        (httpx.InvalidURL("x"), False, "bad_url"),
    ],
)
def test_errors_are_named_by_what_lies_beneath_them(error: Exception, started: bool, expected: str) -> None:
    assert isinstance(error, FAILURES)
    skip = name_failure(error, URL, started=started)
    assert (skip.reason, skip.retryable) == (expected, expected != "bad_url")
