"""Scan: one WARC file read from end to end, and all that is wrong with it.

A module of its own, because it reads what it cannot trust: files cut, damaged, or written by other programs. It names
each damage with its offset and goes on behind it, in memory that does not grow with what it reads.
"""

from __future__ import annotations

import base64
import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np

from scraper.errors import DamagedError, StoreError
from scraper.store.disk import disk_errors
from scraper.store.record import MAX_FIELDS_BYTES, Member, read_fields
from scraper.store.warc import read_segment

MAX_FAULTS = 100
"""Faults of a file that are told one by one; a file with more is not read further."""

RECORD_TYPES = frozenset(
    {"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"}
)
"""Source: WARC 1.1, section 5.5."""

_REFERENCES = ("warc-concurrent-to", "warc-refers-to", "warc-warcinfo-id")
_HAS_PAYLOAD = frozenset({"response", "resource", "conversion"})
_ALGORITHMS = {"sha1", "sha224", "sha256", "sha384", "sha512", "md5"}
_MAGIC = b"\x1f\x8b\x08"
_SEARCH_BYTES = 1 << 20
_MAX_CANDIDATES = 1000
_CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file.

    Args:
        offset: Bytes before the record; None where it is the file as a whole.
        what: Words for a person, with the way out where there is one.
    """

    offset: int | None
    what: str


@dataclass(slots=True)
class Report:
    """What the check of a file found.

    Args:
        path: The file.
        size_bytes: Bytes that were looked at.
        records: How many of each WARC-Type.
        visits: How many visits; None where the file is of another program, or damaged.
        unchecked: Digests of an algorithm or a form that is not known here.
        faults: What is wrong.
        notes: What a person may want to know, and is no damage.
    """

    path: Path
    size_bytes: int = 0
    records: Counter[str] = field(default_factory=Counter)
    visits: int | None = None
    unchecked: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Checker:
    """Check files one after the other, and in the end whether the records they refer to were among them.

    Args:
        on_read: Called with the bytes read since the last call.
    """

    def __init__(self, on_read: Callable[[int], None] = lambda size: None) -> None:
        self._on_read = on_read
        self._files: list[Path] = []
        # Eight bytes stand for an id, so that a hundred million records fit into memory.
        self._ids, self._wanted = array("Q"), array("Q")
        self._wanted_file, self._wanted_at = array("Q"), array("Q")

    def check(self, path: Path, committed_bytes: int | None = None, *, copy: Path | None = None) -> Report:
        """Check gzip members, headers, lengths, digests and, where this program wrote it, that each visit is whole.

        Args:
            path: A WARC file, a gzip member per record.
            committed_bytes: Of an open segment how much of it is to be read.
            copy: Read this file in its place.
        """
        report, ids, wanted = Report(path), set[int](), list[tuple[int, int]]()
        self._files.append(path)
        ours = False
        try:
            with disk_errors(path, "read"), (copy or path).open("rb") as file:
                end = file.seek(0, 2)
                if committed_bytes is not None and end < committed_bytes:
                    what = f"holds {end} bytes where {committed_bytes} were committed; restore it from a copy"
                    report.faults.append(Fault(None, what))
                end = end if committed_bytes is None else min(end, committed_bytes)
                report.size_bytes = end
                if not end:
                    report.faults.append(Fault(None, "is empty"))
                offset = 0
                while offset < end:
                    member = Member(path, file, offset, end)
                    try:
                        for name, value in _check_record(member, report):
                            if name == "warc-record-id":
                                ids.add(_short(value))
                            elif name in _REFERENCES:
                                wanted.append((_short(value), offset))
                            ours = ours or (name, value) == ("software", "scraper")
                        following = member.end
                    except DamagedError as error:
                        report.faults.append(Fault(error.offset, error.what))
                        following = next_member(path, file, offset + 1, end)
                    if len(report.faults) >= MAX_FAULTS:
                        report.faults.append(Fault(offset, "is followed by more faults; the rest is not read"))
                        break
                    self._on_read(following - offset)
                    offset = following
        except StoreError as error:
            report.faults.append(Fault(None, str(error).removeprefix(f"{path}: ")))
        self._ids.extend(ids)
        for short, offset in wanted:
            if short not in ids:
                self._wanted.append(short)
                self._wanted_file.append(len(self._files) - 1)
                self._wanted_at.append(offset)
        if ours and not report.faults:
            _count_visits(report, copy or path, report.size_bytes)
        return report

    def unresolved(self) -> Iterator[tuple[Path, int]]:
        """Give file and offset of each record that refers to one that was in none of the files."""
        found = np.isin(np.frombuffer(self._wanted, np.uint64), np.frombuffer(self._ids, np.uint64))
        for index in np.flatnonzero(~found):
            yield self._files[self._wanted_file[index]], self._wanted_at[index]


class NamedSum:
    """A digest as a record names it."""

    def __init__(self, labelled: str) -> None:
        label, _, self._value = labelled.partition(":")
        algorithm = label.strip().lower().replace("-", "")
        self.known = algorithm in _ALGORITHMS
        self._hash = hashlib.new(algorithm if self.known else "sha1", usedforsecurity=False)

    def update(self, data: bytes) -> None:
        """Add to what is summed."""
        if self.known:
            self._hash.update(data)

    def matches(self) -> bool:
        """Compare, in base 16 or 32, whichever case."""
        digest = self._hash.digest()
        return self._value.strip().upper().rstrip("=") in (
            digest.hex().upper(),
            base64.b32encode(digest).decode().rstrip("="),
        )


def _check_record(member: Member, report: Report) -> list[tuple[str, str]]:
    """Check the record of a member, piece by piece.

    Returns:
        Its fields; those of a warcinfo of this program have ("software", "scraper") among them.

    Raises:
        DamagedError: What follows cannot be found by its length.
    """
    pieces = member.pieces()
    start = b""
    while b"\r\n\r\n" not in start and len(start) < MAX_FIELDS_BYTES:
        piece = next(pieces, b"")
        if not piece:
            break
        start += piece
    head, found, rest = start.partition(b"\r\n\r\n")
    try:
        fields = read_fields(head + found)
        said = dict(fields)
        left = int(said["content-length"])
    except ValueError as error:
        raise member.damaged(f"is no WARC record: {error}") from error
    record_type = said["warc-type"]
    block_sum = NamedSum(said.get("warc-block-digest", ""))
    # A revisit names the digest of a payload that is elsewhere; the other types have none (section 5.9).
    payload_sum = NamedSum(said.get("warc-payload-digest", "") if record_type in _HAS_PAYLOAD else "")
    in_http_head = said.get("content-type", "").startswith("application/http")
    opening = behind = b""
    for piece in chain([rest], pieces):
        block, behind = piece[:left], (behind + piece[left : left + 5])[:5]
        left -= len(block)
        block_sum.update(block)
        if in_http_head or (record_type == "warcinfo" and not opening):
            opening += block
        if in_http_head:
            head, found, block = opening.partition(b"\r\n\r\n")
            in_http_head = not found and len(opening) < MAX_FIELDS_BYTES
            if not in_http_head:
                # Chunks are no part of a payload, but some programs sum them.
                payload_sum.known &= bool(found) and not _CHUNKED.search(head)
        if not in_http_head:
            payload_sum.update(block)
    payload_sum.known &= not in_http_head
    faults = []
    if not left and behind.startswith(b"\r\n\r\n") and behind != b"\r\n\r\n":
        faults.append("is not alone in its gzip member, so that those behind it are not checked")
    elif left or behind != b"\r\n\r\n":
        faults.append("does not have the length it names")
    for name, digest in (("warc-block-digest", block_sum), ("warc-payload-digest", payload_sum)):
        if digest.known and not digest.matches():
            faults.append(f"does not match its {name}")
        report.unchecked += name in said and not digest.known and (digest is block_sum or record_type in _HAS_PAYLOAD)
    report.faults += [Fault(member.offset, what) for what in faults]
    report.records[record_type if record_type in RECORD_TYPES else "other"] += 1
    if record_type == "warcinfo" and b"software: scraper/" in opening:
        fields.append(("software", "scraper"))
    return fields


def next_member(path: Path, file: BinaryIO, offset: int, end: int) -> int:
    """Find where the next record begins, from an offset behind a damaged one on; `end` where there is none."""
    for _ in range(_MAX_CANDIDATES):
        at, window = -1, b""
        while at < 0 and offset < end:
            file.seek(offset)
            window = file.read(min(_SEARCH_BYTES, end - offset))
            at = window.find(_MAGIC)
            if at < 0:
                offset += max(len(window) - len(_MAGIC) + 1, 1)
        if at < 0:
            return end
        offset += at
        try:
            if next(Member(path, file, offset, end).pieces(), b"").startswith((b"WARC/1.", b"WARC/0.")):
                return offset
        except DamagedError:
            pass
        offset += 1
    return end


def _count_visits(report: Report, file: Path, end: int) -> None:
    visits = 0
    try:
        for _ in read_segment(file, end):
            visits += 1
    except DamagedError as error:
        report.faults.append(Fault(error.offset, error.what))
    else:
        report.visits = visits


def _short(record_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(record_id.strip("<>").encode(), digest_size=8).digest(), "big")
