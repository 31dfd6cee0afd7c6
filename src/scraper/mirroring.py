"""Mirroring: when a run copies its data folder to the bucket, and what becomes of it when the bucket is not there.

A module apart from the runs, because of its one rule: no run is held up, stopped or lost by a bucket.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from scraper.config import Store
from scraper.errors import StoppedError, StoreError
from scraper.logs import note
from scraper.store.mirror import sync
from scraper.store.remote import Remote

EVERY_S = 600.0
"""How often a run mirrors what it has so far, besides in its end: what a lost disk costs at most, more or less."""


class Mirroring:
    """The mirror of a run.

    Args:
        store: Where to.
        data: The data folder.
        stopping: Ends it.
        monotonic: The clock, seconds.

    Raises:
        ConfigError: The environment names an endpoint that is none.
    """

    def __init__(
        self, store: Store, data: Path, stopping: Event, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._data, self._stopping, self._monotonic = store, data, stopping, monotonic
        self._remote = Remote(store.remote, enough=stopping.is_set, sleep=stopping.wait) if store.remote else None
        self._going: Future[None] | None = None
        self._begun_at = monotonic()
        self.fault: str | None = None
        """Why the bucket does not hold what the data folder holds; None where it does, or is not to."""
        self.notices: list[str] = []

    def now_and_then(self, submit: Callable[[Callable[[], None]], Future[None]]) -> None:
        """Mirror what there is, if it is time to.

        Args:
            submit: Does it beside the run, while no rows are written.
        """
        idle = self._going is None or self._going.done()
        if self._remote and idle and self._monotonic() - self._begun_at >= EVERY_S:
            self._begun_at = self._monotonic()
            self._going = submit(self._mirror)

    def settle(self) -> None:
        """Wait for what goes on beside the run."""
        if self._going:
            self._going.result()

    def finish(self) -> None:
        """Mirror all, unless the run is to stop."""
        if self._remote and not self._stopping.is_set():
            self._mirror()

    def _mirror(self) -> None:
        assert self._remote
        try:
            done = sync(self._data, self._remote, datetime.now(UTC), keep_segments=self._store.keep_segments)
        except StoreError as error:
            self.fault = f"{error}; what is missing there is sent by the next run, or by `scraper sync`"
            note("not mirrored", logging.WARNING, why=self.fault)
        except StoppedError:
            pass  # the next run goes on
        else:
            self.fault, self.notices = None, done.notices
            note("mirrored")


def mirror_now(store: Store, data: Path, stopping: Event) -> list[str]:
    """Mirror all, where there is a mirror; give what the operator should know. Under the lock of the data folder."""
    mirroring = Mirroring(store, data, stopping)
    mirroring.finish()
    return mirroring.notices + ([mirroring.fault] if mirroring.fault else [])
