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

from scraper.errors import StoreError
from scraper.store.disk import disk_errors
from scraper.store.mirrored import Known, read_mirrored, sum_file
from scraper.store.remote import Remote
from scraper.store.warc import SUFFIX


@contextlib.contextmanager
def open_segment(data: Path, name: str) -> Iterator[Path]:
    """Give the file of a closed segment; it is there until the block ends.

    One that is only in the bucket is fetched into the folder for temporary files (TMPDIR), and removed after.

    Args:
        data: The data folder.
        name: The segment's name in the state, or its file's in the column warc_file.

    Raises:
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
                raise StoreError(f"{remote.address}/{_key(path)}: is not what was sent; restore an older version of it")
        yield copy


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


def has_segment(data: Path, name: str) -> bool:
    """Tell whether a closed segment is in the data folder or was mirrored; the bucket is not asked."""
    path = _path(data, name)
    mirrored = read_mirrored(data)
    return path.exists() or (mirrored is not None and _key(path) in mirrored.known)


def _path(data: Path, name: str) -> Path:
    return data / "warc" / f"{name.removesuffix(SUFFIX)}{SUFFIX}"


def _key(path: Path) -> str:
    return f"warc/{path.name}"


def _mirrored(data: Path, path: Path) -> tuple[Remote, Known]:
    """Give the bucket that holds a segment, and what it is to be.

    Raises:
        StoreError: None does.
    """
    mirrored = read_mirrored(data)
    if mirrored is None or (known := mirrored.known.get(_key(path))) is None:
        raise StoreError(f"{path}: is missing; restore it from a copy")
    return Remote(mirrored.address), known
