"""Logs: what runs did, as lines of JSON in data/logs.

A module at the bottom, because whoever decides something worth knowing later notes it. It is the standard library's
logging: who uses the package in a program of his own has the same events in his own handlers.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

FOLDER = "logs"
FILE = "scraper.jsonl"
FILE_BYTES = 10_000_000
"""A run of 300 sites leaves some ten kilobytes, and with every visit some 300 bytes for each."""
OLD_FILES = 4
"""scraper.jsonl.1 is the newest of them; together 50 MB at most."""
MOST_CHARS = 4000
"""Of one text: an address may be as long as a site likes."""

_LOG = logging.getLogger("scraper")
_LOG.addHandler(logging.NullHandler())  # else Python prints warnings to stderr where nobody listens


def note(event: str, level: int = logging.INFO, **told: object) -> None:
    """Note an event.

    Args:
        event: What happened, in words that stay the same.
        level: Of logging: DEBUG for each visit, INFO, WARNING for what somebody should look at, ERROR.
        told: What belongs to it; may be text of a site.
    """
    if _LOG.isEnabledFor(level):
        _LOG.log(level, event, extra={"told": told})


class Log:
    """The log of a run. It is never why a run fails: after the first error nothing more is written.

    Args:
        data: The data folder.
    """

    def __init__(self, data: Path) -> None:
        self.path = data / FOLDER / FILE
        self.fault: str | None = None
        """Why it is not complete."""


@contextmanager
def keep_log(data: Path, *, every_visit: bool = False) -> Iterator[Log]:
    """Write what is noted to data/logs until the block ends; under the lock of the data folder.

    Args:
        data: The data folder.
        every_visit: True to write what is noted with DEBUG as well.
    """
    log, before = Log(data), _LOG.level
    handler = _Handler(log)
    _LOG.addHandler(handler)
    _LOG.setLevel(logging.DEBUG if every_visit else logging.INFO)
    try:
        yield log
    finally:
        _LOG.setLevel(before)
        _LOG.removeHandler(handler)
        handler.close()


class _Handler(RotatingFileHandler):
    def __init__(self, log: Log) -> None:
        self._log = log
        super().__init__(log.path, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="ascii", delay=True)
        try:
            log.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            log.fault = str(error)

    def emit(self, record: logging.LogRecord) -> None:
        if self._log.fault is None:
            super().emit(record)

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {"at": f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"}
        line |= {"level": record.levelname.lower(), "event": record.getMessage(), "pid": os.getpid()}
        told = {name: _cut(value) for name, value in getattr(record, "told", {}).items() if value is not None}
        return json.dumps(line | told, default=str).replace("\x7f", "\\u007f")  # ASCII, and nothing that commands

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        self._log.fault = str(sys.exc_info()[1])

    def close(self) -> None:
        try:
            super().close()
        except OSError as error:  # of what was not written before
            self._log.fault = str(error)


def _cut(value: object) -> object:
    if isinstance(value, str) and len(value) > MOST_CHARS:
        half = MOST_CHARS // 2
        return f"{value[:half]}…{value[-half:]}"
    return value
