"""Disk: what makes a written file last, and what to tell a person when it can't be written.

A module, because segments, the state and the corpus need the same two promises: a renamed file is there after a power
cut, and an OSError names the file and the way out.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from scraper.errors import StoreError

_ADVICE = {
    errno.ENOSPC: "the disk is full; free some space and start again: what was committed is safe",
    errno.EDQUOT: "the disk quota is used up; free some space and start again: what was committed is safe",
    errno.EACCES: "not permitted; check owner and mode of the folder",
    errno.EPERM: "not permitted; check owner and mode of the folder",
    errno.EROFS: "the file system is read-only",
    errno.EIO: "the disk reports an error; check it before starting again",
}


@contextlib.contextmanager
def disk_errors(path: Path, doing: str) -> Iterator[None]:
    """Turn an OSError into a StoreError that names the path and what to do.

    Args:
        path: What is read or written.
        doing: The verb of the message, such as "written".
    """
    try:
        yield
    except StoreError:  # that a file of a bucket is gone is an OSError too, and has been told
        raise
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0) or error.strerror or str(error)
        raise StoreError(f"{path}: cannot be {doing}: {advice}") from error


def make_folder(path: Path) -> Path:
    """Make a folder with its parents.

    Raises:
        StoreError: It is a file or not permitted.
    """
    with disk_errors(path, "made"):
        path.mkdir(parents=True, exist_ok=True)
    return path


def sync_folder(path: Path) -> None:
    """Make the names in a folder last through a power cut (fsync of a folder, POSIX)."""
    with disk_errors(path, "synced"):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def move_in(staged: Path, final: Path) -> None:
    """Put a staged file in its place in one step, replacing what is there, after its bytes are on disk."""
    with disk_errors(final, "written"):
        with staged.open("rb") as file:
            os.fsync(file.fileno())
        staged.replace(final)
    sync_folder(final.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there as a whole or as it was before, through a power cut too.

    Raises:
        StoreError: It can't be written; names the path.
    """
    staged = path.with_name(f".{path.name[:50]}.{os.getpid()}.part")
    with disk_errors(path, "written"):
        try:
            staged.write_bytes(content)
            move_in(staged, path)
        finally:
            staged.unlink(missing_ok=True)
