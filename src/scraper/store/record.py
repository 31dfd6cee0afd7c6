"""Record: one record of a WARC file, in a gzip member of its own.

A module apart from what records say, because this is where bytes are framed, summed and checked, and the one place that
imports warcio. It frames and digests, and is kept from parsing HTTP header blocks: it would percent-encode what is not
ASCII there, and a decoded or reordered header is no evidence any more.
"""

from __future__ import annotations

import base64
import hashlib
import io
import mmap
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.warcwriter import WARCWriter

from scraper.errors import StoreError
from scraper.store.disk import disk_errors

_GZIP_LEVEL = 6
"""Source: 123 pages of 344 kB that came uncompressed: 7.0 ms each, 10.8 at level 9 for the same size, 3.1 at level 1
for 20 % more. Pages that came compressed take 1.7 ms at any level."""

_CHUNK_BYTES = 1 << 16
_GZIP = zlib.MAX_WBITS | 16


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read.

    Args:
        offset: Bytes before its gzip member.
        type: WARC-Type.
        id: WARC-Record-ID, with its angle brackets.
        url: WARC-Target-URI, "" if none.
        ip: WARC-IP-Address.
        truncated: WARC-Truncated.
        profile: WARC-Profile of a revisit.
        block: All after the WARC header: of HTTP records header block and payload.
    """

    offset: int
    type: str
    id: str
    url: str
    ip: str | None
    truncated: str | None
    profile: str | None
    block: bytes


class _Head:
    """An HTTP header block as bytes, in the place where warcio expects a parsed one."""

    def __init__(self, block: bytes) -> None:
        self.headers_buff = block

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Leave the bytes as they are."""


def encode_record(
    record_type: str, url: str, headers: Mapping[str, str], head: bytes | None, payload: bytes, content_type: str
) -> bytes:
    """Make the gzip member of a record, with its digests.

    Args:
        record_type: WARC-Type.
        url: WARC-Target-URI, "" for none.
        headers: Further WARC headers, WARC-Record-ID and WARC-Date among them.
        head: The HTTP header block, its empty line included; None for other records.
        payload: What follows it.
        content_type: Content-Type of the block.
    """
    plain = io.BytesIO()
    writer = WARCWriter(plain, gzip=False, warc_version="1.1")
    record = writer.create_warc_record(
        url,
        record_type,
        payload=io.BytesIO(payload),
        length=len(payload),
        warc_content_type=content_type,
        warc_headers_dict=dict(headers),
        http_headers=None if head is None else _Head(head),
    )
    writer.write_record(record)
    engine = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP)
    return engine.compress(plain.getbuffer()) + engine.flush()


def read_records(path: Path) -> Iterator[Record]:
    """Read the records of a closed segment in order, checked by length, digest and the sum of their gzip member.

    Raises:
        StoreError: One is damaged; names file and offset.
    """
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    for offset, member in _read_members(path):
        stream = io.BytesIO(member)
        try:
            record = loader.parse_record_stream(stream, known_format="warc", no_record_parse=True)
            block: bytes = record.raw_stream.read()
            header = record.rec_headers.get_header
            length = int(header("Content-Length"))
            record_type, record_id = str(header("WARC-Type")), str(header("WARC-Record-ID"))
        except (ArchiveLoadFailed, EOFError, ValueError, TypeError) as error:
            raise damaged_at(path, offset, f"is no WARC record: {error}") from error
        if len(block) != length or stream.read() != b"\r\n\r\n":
            raise damaged_at(path, offset, "does not have the length it names")
        digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
        if header("WARC-Block-Digest") != f"sha1:{digest}":
            raise damaged_at(path, offset, "does not match its digest")
        yield Record(
            offset,
            record_type,
            record_id,
            header("WARC-Target-URI") or "",
            header("WARC-IP-Address"),
            header("WARC-Truncated"),
            header("WARC-Profile"),
            block,
        )


def _read_members(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give offset and content of each gzip member, checked by its own sum."""
    with disk_errors(path, "read"), path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            raise StoreError(f"{path}: is empty")
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    with whole, memoryview(whole) as view:
        offset = 0
        while offset < size:
            engine, parts, at = zlib.decompressobj(_GZIP), list[bytes](), offset
            while not engine.eof:
                if at >= size:
                    raise damaged_at(path, offset, "is cut off")
                try:
                    parts.append(engine.decompress(view[at : at + _CHUNK_BYTES]))
                except zlib.error as error:
                    raise damaged_at(path, offset, f"is damaged: {error}") from error
                at = min(at + _CHUNK_BYTES, size)
            at -= len(engine.unused_data)
            yield offset, b"".join(parts)
            offset = at


def damaged_at(path: Path, offset: int, what: str) -> StoreError:
    """Make the error that says which record of a file is damaged."""
    return StoreError(f"{path}: the record at byte {offset} {what}; restore the file from a copy")
