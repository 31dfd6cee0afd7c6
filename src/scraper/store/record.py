"""Record: one record of a WARC file, in a gzip member of its own.

A module apart from what records say, because this is where bytes are framed, summed and checked. Blocks are taken and
given back as they are: a decoded or reordered header is no evidence any more.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from scraper.errors import DamagedError, StoreError
from scraper.payload import digest_of
from scraper.store.disk import disk_errors

MAX_FIELDS_BYTES = 1 << 20
"""A longer header of a record is taken for damage."""

_GZIP_LEVEL = 2
"""Source: 60 pages of 364 kB, ms and size of each. As they came compressed: 0.10 and 65.2 kB, where zlib at level 6
takes 1.15 for the same size. As they came uncompressed: 0.50 and 75.8 kB; level 3 1.15 and 73.1, zlib 5.9 and 65.2."""

_CHUNK_BYTES = 1 << 15
_PIECE_BYTES = 1 << 16
_GZIP = zlib.MAX_WBITS | 16
_VERSION = re.compile(rb"WARC/1\.[01]")


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read.

    Args:
        offset: Bytes before its gzip member.
        end: Bytes before what follows it.
        fields: The header, names in lower case; of a repeated one the last.
        block: All after the header: of HTTP records header block and payload.
    """

    offset: int
    end: int
    fields: Mapping[str, str]
    block: bytes

    @property
    def type(self) -> str:
        """WARC-Type."""
        return self.fields["warc-type"]

    @property
    def id(self) -> str:
        """WARC-Record-ID, with its angle brackets."""
        return self.fields["warc-record-id"]


class Member:
    """One gzip member of an open file, inflated piece by piece.

    Args:
        path: The file, to name it.
        file: The file.
        offset: Bytes before the member.
        limit: Bytes of the file that may be read.
    """

    def __init__(self, path: Path, file: BinaryIO, offset: int, limit: int) -> None:
        self.path, self.offset, self.end = path, offset, limit
        self._file = file

    def pieces(self) -> Iterator[bytes]:
        """Give its content in pieces of bounded size, checked by its own sum; `end` is right after the last one.

        Raises:
            DamagedError: It is cut off or does not match its sum.
        """
        engine, left = isal_zlib.decompressobj(_GZIP), self.end - self.offset
        self._file.seek(self.offset)
        while not engine.eof:
            data = engine.unconsumed_tail
            if not data:
                data = self._file.read(min(_CHUNK_BYTES, left))
                left -= len(data)
            try:
                piece = engine.decompress(data, _PIECE_BYTES)
            except isal_zlib.error as error:  # type: ignore[misc]
                raise self.damaged(f"is damaged: {error}") from error
            if piece:
                yield piece
            elif not data:
                raise self.damaged("is cut off")
        self.end -= left + len(engine.unused_data)

    def damaged(self, what: str) -> DamagedError:
        """Make the error that says what is wrong with it."""
        return DamagedError(self.path, self.offset, what)


def encode_record(fields: Mapping[str, str], *block: bytes) -> bytes:
    """Make the gzip member of a record.

    Args:
        fields: Its header; WARC-Block-Digest and Content-Length are added.
        block: Its block, in as many pieces as there are at hand.
    """
    whole = b"".join(block)
    lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    lines += [f"WARC-Block-Digest: {digest_of(whole)}", f"Content-Length: {len(whole)}", "", ""]
    return isal_zlib.compress(b"".join(["\r\n".join(lines).encode(), whole, b"\r\n\r\n"]), _GZIP_LEVEL, _GZIP)


def read_records(path: Path, committed_bytes: int | None = None, *, start: int = 0) -> Iterator[Record]:
    """Read the records of a segment in order, checked by length, digest and the sum of their gzip member.

    Args:
        path: The segment.
        committed_bytes: Of an open one how much of it is to be read.
        start: Bytes before the first one.

    Raises:
        StoreError: It cannot be read, or is empty.
        DamagedError: One is damaged; names file and offset.
    """
    with disk_errors(path, "read"), path.open("rb") as file:
        size = file.seek(0, 2) if committed_bytes is None else committed_bytes
        if not size:
            raise StoreError(f"{path}: is empty")
        offset = start
        while offset < size:
            member = Member(path, file, offset, size)
            head, found, rest = b"".join(member.pieces()).partition(b"\r\n\r\n")
            try:
                fields = dict(read_fields(head + found))
                length = int(fields["content-length"])
            except ValueError as error:
                raise member.damaged(f"is no WARC record: {error}") from error
            if len(rest) != length + 4 or not rest.endswith(b"\r\n\r\n"):
                raise member.damaged("does not have the length it names")
            block = rest[:-4]
            if fields.get("warc-block-digest") != digest_of(block):
                raise member.damaged("does not match its digest")
            yield Record(offset, member.end, fields, block)
            offset = member.end


def read_fields(head: bytes) -> list[tuple[str, str]]:
    """Read the header of a record, its empty line included.

    Returns:
        Its fields in order, names in lower case.

    Raises:
        ValueError: It is none, or lacks a field that each record has.
        Source: WARC 1.1, sections 4 and 5.
    """
    version, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    if not head.endswith(b"\r\n\r\n") or not _VERSION.fullmatch(version):
        raise ValueError("it does not begin as one")
    fields: list[tuple[str, str]] = []
    for line in lines:
        text = line.decode()
        name, colon, value = text.partition(":")
        if text[:1] in (" ", "\t") and fields:
            fields[-1] = fields[-1][0], f"{fields[-1][1]} {text.strip()}"
        elif colon:
            fields.append((name.lower(), value.strip()))
        else:
            raise ValueError(f"{text[:40]!r} is no field")
    said = dict(fields)
    for name in ("warc-type", "warc-record-id", "warc-date", "content-length"):
        if not said.get(name):
            raise ValueError(f"{name} is missing")
    if not (said["content-length"].isascii() and said["content-length"].isdecimal()):
        raise ValueError("its length is no number")
    return fields
