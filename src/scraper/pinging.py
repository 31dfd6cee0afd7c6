"""Pinging: tell a monitor when a run begins and how it ended.

A module because it is the one thing we send that no publisher asked for, and because a monitor out of reach must cost a
run a line and some seconds, never its result. The addresses are those of Healthchecks, which its hosted service, its
self-hosted server and others understand: <address>/start, then <address>/<exit status> with the summary as body.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from scraper.config import is_http

VARIABLE = "SCRAPER_PING"
"""The environment variable that goes before [ping] url: the address is a secret to some, and config/ may be public."""
MAX_BODY_BYTES = 100_000
"""Source: what Healthchecks keeps of a body."""
_TIMEOUT_S = 5.0
_TRIES = 3


class Pinging:
    """The pings of one run; without an address it does nothing.

    Args:
        address: Of the check, "" for none.
        transport: Stands in for the network.
        sleep: Waits between tries, seconds.
    """

    def __init__(
        self,
        address: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.notices: list[str] = []
        self._address = os.environ.get(VARIABLE, "") or address
        self._transport = transport
        self._sleep = sleep
        self._id = uuid4()  # tells the monitor which start an end belongs to, so that it can measure the time between

    def begin(self) -> None:
        """Tell that the run holds its folder and begins; tried once, for the crawl is waiting."""
        self._send("start", "", tries=1)

    def end(self, status: int, lines: Iterable[str]) -> None:
        """Tell how the run ended.

        Args:
            status: The exit status; a monitor takes 0 for success and all others for failure.
            lines: The summary, without control characters.
        """
        self._send(str(status), "\n".join(lines), tries=_TRIES)

    def _send(self, what: str, text: str, *, tries: int) -> None:
        if not self._address:
            return
        retrying = Retrying(
            retry=retry_if_exception_type(httpx.HTTPError),
            stop=stop_after_attempt(tries),
            wait=wait_exponential_jitter(1, 10),
            sleep=self._sleep,
        )
        try:
            retrying(self._post, what, text.encode("utf-8", "replace")[:MAX_BODY_BYTES])
        except (RetryError, httpx.InvalidURL) as error:
            cause = error.last_attempt.exception() if isinstance(error, RetryError) else error
            why = str(cause).partition("\n")[0] or type(cause).__name__
            self.notices.append(f"the monitor at {_host(self._address)} did not take the ping {what!r}: {why}")

    def _post(self, what: str, body: bytes) -> None:
        url = httpx.URL(self._address)
        url = url.copy_with(path=f"{url.path.rstrip('/')}/{what}").copy_add_param("rid", str(self._id))
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        with (
            httpx.Client(transport=self._transport, timeout=_TIMEOUT_S) as client,
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            if not answer.is_success:  # not raise_for_status, whose message holds the whole address
                raise httpx.HTTPError(f"it answered {answer.status_code}")


def _host(address: str) -> str:
    return (urlsplit(address).hostname if is_http(address) else None) or f"the address in ${VARIABLE}"
