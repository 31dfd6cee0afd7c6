"""The errors of the package: three fates, one class each.

ScraperError
├── ConfigError     the run does not start; names file and key of every fault
├── StoreError      the run stops; the data folder could not be read or written
│   ├── DamagedError    a record of the archive is damaged
│   └── GoneError       what was there is not there any more
└── ItemError       one item is skipped, with its reason; the run goes on
    ├── FetchError      nothing usable came back
    └── ExtractError    what came back is no article
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class ScraperError(Exception):
    """Base of all errors raised on purpose by this package."""


class ConfigError(ScraperError):
    """The configuration is at fault; the run does not start.

    Args:
        faults: One sentence per fault, each naming file and key; the message joins them by line breaks.
    """

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class LockedError(ScraperError):
    """Another run holds the lock of the data folder."""


class StoppedError(ScraperError):
    """The run was asked to stop; what is not done is done by the next one."""


class StoreError(ScraperError):
    """The data folder could not be read or written; the run stops."""


class DamagedError(StoreError):
    """A record of the archive is damaged.

    Args:
        path: The file.
        offset: Bytes before its gzip member.
        what: What is wrong, to be read after "the record at byte 5".
    """

    def __init__(self, path: Path, offset: int, what: str) -> None:
        self.offset, self.what = offset, what
        super().__init__(f"{path}: the record at byte {offset} {what}; restore the file from a copy")


class GoneError(StoreError, FileNotFoundError):
    """A file of a bucket is not there, or not any more; where it was replaced, opening the corpus again finds it."""


class ItemError(ScraperError):
    """One item is skipped.

    Args:
        reason: Slug that outcomes are counted by, such as "http_404" or "no_body".
        detail: One sentence for a person.
        retryable: True where the same address may give an article later.
    """

    def __init__(self, reason: str, detail: str = "", *, retryable: bool = False) -> None:
        self.reason, self.detail, self.retryable = reason, detail, retryable
        super().__init__(f"{reason}: {detail}" if detail else reason)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with keywords, so that the error crosses from a worker process."""
        return _rebuild, (type(self), self.reason, self.detail, self.retryable)


class FetchError(ItemError):
    """Nothing usable came back for an address."""


class ExtractError(ItemError):
    """What came back is no article."""


def _rebuild(kind: type[ItemError], reason: str, detail: str, retryable: bool) -> ItemError:  # noqa: FBT001
    return kind(reason, detail, retryable=retryable)
