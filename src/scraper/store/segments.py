"""Segments: where the file of a closed segment is, for whoever reads one.

A module of its own, because a segment may lie in the archive of the data folder or in its mirror, which no reader
should have to know.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from scraper.errors import DamagedError, StoreError
from scraper.store.disk import disk_errors
from scraper.store.mirrored import Known, read_mirrored, sum_file
from scraper.store.remote import Remote
from scraper.store.warc import SUFFIX, Capture, read_segment

WARC = "warc"
"""The archive's folder in the data folder, and in the bucket."""


@contextlib.contextmanager
def open_segment(data: Path, name: str) -> Iterator[Path]:
    """Give the file of a closed segment; it is there until the block ends.

    One that is only in the bucket is fetched into the folder for temporary files (TMPDIR), and removed after.

    Args:
        data: The data folder.
        name: The segment's name in the state, or its file's in the column warc_file.

    Raises:
        DamagedError: What was fetched is not what was sent.
        GoneError: The bucket does not hold it any more.
        StoreError: It is nowhere, or can't be fetched.
    """
    path = _path(data, name)
    if path.exists():
        yield path
        return
    remote, known = _mirrored(data, path)
    with TemporaryDirectory(prefix="scraper-") as folder:
        copy = Path(folder) / path.name
        with disk_errors(copy, "written"), copy.open("w+b") as file:
            remote.fetch(_key(path), file)
            if sum_file(file) != known.sha256:
                raise DamagedError(path, 0, f"in {remote.address} is not what was sent there")
        yield copy


def read_visits(data: Path, name: str) -> Iterator[Capture]:
    """Read the visits of a closed segment in the order they were made; raises as open_segment and read_segment."""
    with open_segment(data, name) as path:
        yield from read_segment(path)


def peek_segment(data: Path, name: str) -> tuple[BinaryIO, int]:
    """Open a closed segment to look a few records up; of one that is only in the bucket each read is a request.

    Args:
        data: The data folder.
        name: As of open_segment.

    Returns:
        The file, and its bytes.

    Raises:
        StoreError: It is nowhere, or can't be opened.
    """
    path = _path(data, name)
    if path.exists():
        with disk_errors(path, "read"):
            return path.open("rb"), path.stat().st_size
    remote, known = _mirrored(data, path)
    return remote.open(_key(path)), known.bytes


def list_segments(data: Path) -> list[str]:
    """Give the names of the closed segments that are in the data folder or were mirrored; the bucket is not asked."""
    mirrored = read_mirrored(data)
    paths = [*(data / WARC).glob(f"*{SUFFIX}"), *(Path(key) for key in (mirrored.known if mirrored else ()))]
    return sorted({path.name.removesuffix(SUFFIX) for path in paths if path.name.endswith(SUFFIX)})


def _path(data: Path, name: str) -> Path:
    return data / WARC / f"{name.removesuffix(SUFFIX)}{SUFFIX}"


def _key(path: Path) -> str:
    return f"{WARC}/{path.name}"


def _mirrored(data: Path, path: Path) -> tuple[Remote, Known]:
    """Give the bucket that holds a segment, and what it is to be.

    Raises:
        StoreError: None does.
    """
    mirrored = read_mirrored(data)
    if mirrored is None or (known := mirrored.known.get(_key(path))) is None:
        raise StoreError(f"{path}: is missing; restore it from a copy")
    return Remote(mirrored.address), known
