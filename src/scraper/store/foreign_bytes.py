"""Foreign bytes: the file of an archive of others, opened where it lies: on a disk, in a bucket, or within a WACZ.

A module of its own, because whoever reads records must not know which it is. Nothing is copied, unpacked or written: of
a bucket ranges are asked for, of a WACZ the place of an entry.
"""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from scraper.errors import StoreError
from scraper.store.remote import Remote

WACZ = ".wacz"
WITHIN = "#"
"""Stands between the address of a WACZ and the name of its entry."""

_LOCAL_BYTES = 1 << 20
_REMOTE_BYTES = 8 << 20
"""Asked for at once: a request takes as long as some hundred kilobytes."""
_MAX_DIRECTORY_BYTES = 64 << 20
"""Of a WACZ: its list of entries is held in memory."""
_TAIL_BYTES = 65_536 + 22 + 76
"""Source: APPNOTE 6.3.10, sections 4.3.14 to 4.3.16: the end of a zip with the longest comment."""
_LOCAL_HEADER = 30


@contextlib.contextmanager
def read_errors(address: str) -> Iterator[None]:
    """Turn an OSError into a StoreError that names the archive."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(f"{address}: cannot be read: {error.strerror or error}") from error


class _Ranges(io.RawIOBase):
    """A range of something that gives bytes from any place."""

    def __init__(self, read_at: Callable[[int, int], bytes], start: int, size: int, close: Callable[[], None]) -> None:
        self._read_at, self._start, self._size, self._close = read_at, start, size, close
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        data = self._read_at(self._start + self._at, max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._close()
        super().close()


def open_foreign(address: str) -> BinaryIO:
    """Open the file of an archive to be read at any place.

    Args:
        address: A path, an address such as s3://bucket/key, or either of a WACZ with # and the name of an entry.

    Raises:
        GoneError: In a bucket there is no such object.
        StoreError: It can't be opened.
    """
    outer, hash_sign, entry = address.partition(f"{WACZ}{WITHIN}")
    if not hash_sign:
        return _open(address)
    file = _open(outer + WACZ)
    try:
        start, size = _find_entry(file, outer + WACZ, entry)
    except BaseException:
        file.close()
        raise

    def read_at(offset: int, count: int) -> bytes:
        file.seek(offset)
        return file.read(count)

    return io.BufferedReader(_Ranges(read_at, start, size, file.close), _LOCAL_BYTES)


def list_wacz(address: str) -> list[str]:
    """Give the addresses of the WARC files in a WACZ, in the order of their names; all else in it is not looked at.

    Raises:
        StoreError: It can't be read, or is no WACZ.
    """
    with _open(address) as file:
        names = [each.filename for each in _entries(file, address)]
    wanted = (".warc.gz", ".warc", ".warc.zst")
    return [f"{address}{WITHIN}{name}" for name in sorted(names) if name.lower().endswith(wanted)]


def _open(address: str) -> BinaryIO:
    if not address.startswith("s3://"):
        with read_errors(address):
            return Path(address).open("rb", buffering=_LOCAL_BYTES)
    folder, _, key = address.rpartition("/")
    remote = Remote(folder)
    file = remote.open(key)

    def read_at(offset: int, count: int) -> bytes:
        return remote.read_at(file, key, offset, count) if count else b""

    return io.BufferedReader(_Ranges(read_at, 0, file.size(), file.close), _REMOTE_BYTES)


def _entries(file: BinaryIO, address: str) -> list[zipfile.ZipInfo]:
    _refuse_large_directory(file, address)
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError) as error:
        raise StoreError(f"{address}: is no WACZ: {error}") from error


def _refuse_large_directory(file: BinaryIO, address: str) -> None:
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    sizes = list[int]()
    for magic, form, at in ((b"PK\x05\x06", "<L", 12), (b"PK\x06\x06", "<Q", 40)):
        found = tail.rfind(magic)
        if found >= 0 and found + at + 8 <= len(tail) + 4:
            sizes += struct.unpack_from(form, tail.ljust(found + at + 8, b"\0"), found + at)
    large = [size for size in sizes if size != 0xFFFFFFFF and size > _MAX_DIRECTORY_BYTES]
    if large:
        raise StoreError(f"{address}: its list of entries has {large[0]:,} bytes, more than is read")


def _find_entry(file: BinaryIO, address: str, name: str) -> tuple[int, int]:
    """Give where the bytes of an entry begin, and how many they are."""
    entry = next((each for each in _entries(file, address) if each.filename == name), None)
    if entry is None:
        raise StoreError(f"{address}: holds no {name}")
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
        raise StoreError(f"{address}: {name} is compressed or encrypted in it, which WACZ forbids; unpack it first")
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise StoreError(f"{address}: {name} is not where its list of entries says")
    name_bytes, extra_bytes = struct.unpack_from("<HH", header, 26)
    return entry.header_offset + _LOCAL_HEADER + name_bytes + extra_bytes, entry.file_size
