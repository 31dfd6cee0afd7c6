"""Failures: what an error of the HTTP client means, as a reason that outcomes are counted by.

A module because what the client raises is a matter of its version, and what operators count is not.
"""

from __future__ import annotations

import socket
import ssl

import httpx

from scraper.skip import Skip
from scraper.url import Url

FAILURES = (TimeoutError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError, OSError)
"""All that the client lets through when an address cannot be had."""


def name_failure(error: Exception, url: Url, *, started: bool) -> Skip:
    """Give the reason for an error of the HTTP client, judged by what lies beneath it.

    Args:
        error: One of FAILURES.
        url: What was asked.
        started: True where the answer's head had come.
    """
    if isinstance(error, httpx.ConnectTimeout):
        return Skip("connect_timeout", f"{url} was not connected in time", retryable=True)
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        return Skip("timeout", f"{url} was not finished in time", retryable=True)
    causes = _causes(error)
    detail = f"{type(error).__name__}: {error}"[:300]
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Skip("dns_failure", detail, retryable=True)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Skip("tls_failure", detail, retryable=True)
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        return Skip("bad_url", detail)
    if isinstance(error, httpx.ProxyError):
        return Skip("proxy_failure", detail, retryable=True)
    if isinstance(error, httpx.RemoteProtocolError) and not started and "disconnected" not in str(error):
        return Skip("bad_response", detail, retryable=True)
    if started:
        return Skip("short_body", detail, retryable=True)
    reason = "connect_failed" if isinstance(error, httpx.ConnectError) else "connection_reset"
    return Skip(reason, detail, retryable=True)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in found:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found
