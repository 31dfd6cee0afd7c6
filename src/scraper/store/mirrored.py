"""Mirrored: what a data folder remembers of its mirror in a bucket, in data/remote.json.

A module of its own, because who reads a segment must find the bucket without a configuration. For readers of the
bucket the mirror is complete without it; the data folder is not: what stands here tells it which bucket is its own, and
which segments are there only. `scraper sync --adopt` makes it anew.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from scraper.errors import StoreError
from scraper.store.disk import disk_errors, move_in

FILE = "remote.json"
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Known:
    """A file whose bytes were summed.

    Args:
        bytes: Its size.
        modified_ns: When it was written, nanoseconds; 0 where it is in the bucket only.
        sha256: Of its bytes.
    """

    bytes: int
    modified_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What is remembered.

    Args:
        address: Of the bucket.
        ours: Ids of the manifests that may be there: the one that was written last, and one that was being written.
        known: By path in the data folder: parts that were mirrored, and all segments that ever were.
    """

    address: str
    ours: tuple[str, ...] = ()
    known: dict[str, Known] = field(default_factory=dict)


def read_mirrored(data: Path) -> Mirrored | None:
    """Read what is remembered; None where nothing was mirrored yet.

    Raises:
        StoreError: It can't be read.
    """
    path = data / FILE
    try:
        with disk_errors(path, "read"):
            return msgspec.json.decode(path.read_bytes(), type=Mirrored) if path.exists() else None
    except msgspec.MsgspecError as error:
        raise StoreError(
            f"{path}: is damaged: {error}; restore it from a copy, or remove it and run `scraper sync --adopt`"
        ) from error


def write_mirrored(data: Path, mirrored: Mirrored) -> None:
    """Write it in one step.

    Raises:
        StoreError: It can't be written; what was there stays.
    """
    path = data / FILE
    staged = path.with_suffix(".part")
    with disk_errors(staged, "written"):
        staged.write_bytes(msgspec.json.encode(mirrored))
    move_in(staged, path)


def sum_file(file: BinaryIO) -> str:
    """Give the SHA-256 of a file, from its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()
