"""Usage: what a data folder takes on the disk, and how much is left.

A module of its own, because it is asked for while runs write: sizes of files and what was counted when the last run
ended, no file is opened that grows with the corpus.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scraper.store.disk import disk_errors
from scraper.store.release import TABLES, current, list_releases

PACKAGE = "datapackage.json"


class _Resource(msgspec.Struct):
    name: str
    rows: int = msgspec.field(name="rowCount", default=0)


class _Package(msgspec.Struct):
    resources: list[_Resource]


@dataclass(frozen=True, slots=True)
class Usage:
    """What lies in a data folder; sizes in bytes.

    Args:
        warc_files: Segments.
        warc_bytes: Their size.
        tables_bytes: Articles and outcomes of the current release.
        other_releases: How many there are beside it.
        rows: Table -> rows when the last run that wrote some ended; None where no run has said it.
        state_bytes: The state with its log.
        free_bytes: What is left on the file system for who asks.
    """

    warc_files: int
    warc_bytes: int
    tables_bytes: int
    other_releases: int
    rows: dict[str, int] | None
    state_bytes: int
    free_bytes: int


def measure(data: Path) -> Usage:
    """Measure a data folder.

    Raises:
        StoreError: It can't be read.
    """
    with disk_errors(data, "read"):
        release = current(data)
        warc = list(_sizes(data / "warc"))
        return Usage(
            len(warc),
            sum(warc),
            sum(sum(_sizes(release / table)) for table in TABLES),
            max(len(list_releases(data)) - 1, 0),
            _rows(release / PACKAGE),
            sum(path.stat().st_size for path in data.glob("state.sqlite*")),
            shutil.disk_usage(data).free,
        )


def _sizes(folder: Path) -> Iterator[int]:
    """Give the size of each file in a folder and those below."""
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir():
            yield from _sizes(Path(entry.path))
        else:
            try:
                yield entry.stat().st_size
            except FileNotFoundError:  # merged or closed meanwhile
                continue


def _rows(path: Path) -> dict[str, int] | None:
    try:
        package = msgspec.json.decode(path.read_bytes(), type=_Package)
    except (OSError, msgspec.DecodeError):  # there is none before the first rows; it is replaced in one step
        return None
    return {resource.name: resource.rows for resource in package.resources}
