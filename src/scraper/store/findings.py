"""Findings: the files by which machines hand over what the visits of a segment came to.

A module of its own, because any number of processes may write the same file at once, and be killed while they do: it is
there as a whole or not at all, and all that write it write the same.

    data/findings/<key>/<segment>.findings    removed once the rows are in the corpus
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

import zstandard

from scraper.errors import StoreError
from scraper.store.disk import disk_errors, make_folder, move_in, sync_folder

FINDINGS = "findings"
SUFFIX = ".findings"
JOB = "job"
"""File beside the findings that says what is to be applied to the segments."""

_LENGTH = struct.Struct("<I")
_END = _LENGTH.pack(0xFFFFFFFF)
"""After the last finding: what ends before it is no whole file."""


def findings_path(data: Path, key: str, segment: str) -> Path:
    """Name the file of a segment.

    Args:
        data: The data folder.
        key: What it was made by: another extractor or other rules have another.
        segment: Its name.
    """
    return data / FINDINGS / key / f"{segment}{SUFFIX}"


def write_findings(path: Path, packed: Iterable[bytes]) -> int:
    """Write the findings of a segment, which may be on another machine's disk; give how many there are.

    Raises:
        StoreError: They can't be written; there is no file then, or the one of before.
    """
    make_folder(path.parent)
    # A name of its own for each that writes: host names and process ids are not unique in a cluster of containers.
    staged = path.with_name(f".{path.name}.{socket.gethostname()[:40]}.{os.getpid()}.{secrets.token_hex(4)}.part")
    count = 0
    with disk_errors(path, "written"):
        try:
            with staged.open("wb") as file, zstandard.ZstdCompressor(level=1).stream_writer(file) as out:
                for each in packed:
                    out.write(_LENGTH.pack(len(each)))
                    out.write(each)
                    count += 1
                out.write(_END)
            move_in(staged, path)
        finally:
            staged.unlink(missing_ok=True)
    return count


def read_findings(path: Path) -> list[bytes]:
    """Read the findings of a segment.

    Raises:
        StoreError: The file can't be read, or is not whole.
    """
    with disk_errors(path, "read"), path.open("rb") as file:
        try:
            return list(_read(zstandard.ZstdDecompressor().stream_reader(file)))
        except (zstandard.ZstdError, struct.error, EOFError) as error:
            raise StoreError(f"{path}: is damaged; remove it, and its segment is extracted again: {error}") from error


def remove_findings(path: Path) -> None:
    """Remove the file of a segment whose rows are in the corpus.

    Raises:
        StoreError: It can't be removed.
    """
    with disk_errors(path, "removed"):
        path.unlink(missing_ok=True)


def clear_findings(data: Path, keep: str = "") -> None:
    """Remove all findings but those of one key, such as what other extractors and other rules left."""
    folder = data / FINDINGS
    for other in folder.glob("*"):
        if other.name != keep:
            shutil.rmtree(other, ignore_errors=True)
    with contextlib.suppress(OSError):  # not empty, also where a worker is still at it
        folder.rmdir()


def write_job(data: Path, key: str, job: bytes) -> Path:
    """Write what is to be applied to segments where those who apply it read it; give the file."""
    path = make_folder(data / FINDINGS / key) / JOB
    staged = path.with_name(f".{JOB}.{os.getpid()}.part")
    with disk_errors(path, "written"):
        staged.write_bytes(job)
    move_in(staged, path)
    sync_folder(path.parent.parent)
    return path


def _read(stream: zstandard.ZstdDecompressionReader) -> Iterator[bytes]:
    while (head := _take(stream, _LENGTH.size)) != _END:
        yield _take(stream, *_LENGTH.unpack(head))


def _take(stream: zstandard.ZstdDecompressionReader, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            raise EOFError("it ends too early")
        data += more
    return data
