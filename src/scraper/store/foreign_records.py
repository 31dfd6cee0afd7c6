"""Foreign records: the records of a WARC file that anybody wrote, in order, past all that is damaged in it.

A module apart from the records of our own segments, which are strict: here nothing is known of the writer, so every
version and packing is read, what can't be is told with its place, and what follows it is found again. Memory and work
per record are bounded whatever the file says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from scraper.errors import DamagedError, StoreError
from scraper.store.foreign_tape import PIECE_BYTES, Frame, Packed, Plain, Tape
from scraper.store.record import MAX_FIELDS_BYTES, Member, Record
from scraper.store.scan import NamedSum, next_member

MAX_BLOCK_BYTES = 66_000_000
"""Of a record that is kept: the largest page that is extracted, and its header."""
MAX_RECORD_BYTES = 4_000_000_000
"""Unpacked bytes of one gzip member or record that are passed over to reach the next; behind more the next one is
searched for. Some ten seconds."""

Packing = Literal["members", "stream"]
"""Each record in a gzip member or zstd frame of its own, or all of them in one go, packed or not."""

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPED = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_MEMBER_BYTES = MAX_BLOCK_BYTES + (1 << 20)
"""A first member that unpacks to more holds all of the records."""
_VERSION = re.compile(rb"WARC/(?:0\.1[78]|1\.[01])")
_BEGIN = re.compile(rb"(?:\A|\n)(WARC/(?:0\.1[78]|1\.[01])\r?\n)")
_BLANK = re.compile(rb"\r?\n\r?\n")
_OVERLAP = 16
_SEARCH_BYTES = 1 << 20
_MAX_CANDIDATES = 1000


@dataclass(frozen=True, slots=True)
class Damage:
    """What could not be read.

    Args:
        offset: Bytes before it, counted as those of records are.
        what: Words, to be read after "the record at byte 5".
    """

    offset: int
    what: str


Wanted = Callable[[Mapping[str, str]], bool]


class ForeignRecords:
    """The records of an open file.

    Args:
        address: Of the file, to name it.
        file: The file.
        wanted: Tells by its header whether the block of a record is to be kept; of others it is empty.

    Raises:
        StoreError: It is no WARC file, or packed in a way that is not read.
    """

    def __init__(self, address: str, file: BinaryIO, wanted: Wanted) -> None:
        self._path, self._address, self._file, self._wanted = Path(address), address, file, wanted
        self._size = file.seek(0, 2)
        file.seek(0)
        magic = file.read(12)
        self._open: Callable[[int], Packed]
        self._next: Callable[[int], int]
        if magic.startswith(_GZIP):
            self._open = lambda offset: Member(self._path, file, offset, self._size)
            self._next = lambda offset: next_member(self._path, file, offset, self._size)
        elif magic.startswith(_ZSTD):
            self._open = lambda offset: Frame(self._path, file, offset, self._size)
            self._next = self._next_frame
        elif _VERSION.match(magic):
            self._open = lambda offset: Plain(file, offset, self._size)
            self._next = lambda offset: self._size
        else:
            raise StoreError(f"{address}: {_refuse(magic, self._size)}")
        self.is_plain = bool(_VERSION.match(magic))
        self.packing: Packing = "stream" if self.is_plain else self._find_packing()

    def read(self, start: int = 0) -> Iterator[Record | Damage]:
        """Give the records from an offset on; of gzip members and zstd frames, of those that begin there or later.

        Their offsets are bytes before their gzip member or zstd frame, plus one for each record before them in it;
        where all are packed in one go, bytes of what is unpacked. They grow.

        Raises:
            OSError: The file can't be read.
        """
        if self.packing == "members":
            yield from self._read_members(start)
        else:
            # Where a record begins between is known only from the first on.
            yield from (each for each in self._read_stream() if each.offset >= start)

    def find(self, offset: int) -> Record | None:
        """Give the record at an offset; None where none is there that can be read.

        Raises:
            OSError: The file can't be read.
        """
        if self.packing == "members":
            direct = next(self._read_members(offset, exact=True), None)
        elif self.is_plain:
            tape = Tape(Plain(self._file, offset, self._size).pieces(), offset)
            direct = next(self._read_records(tape, 0, by_index=False), None)
        else:
            direct = None
        if isinstance(direct, Record) and direct.offset == offset:
            return direct
        for each in self.read():
            if each.offset >= offset:
                return each if isinstance(each, Record) and each.offset == offset else None
        return None

    def _find_packing(self) -> Packing:
        """Tell by the first record whether each has a member of its own; a first member that is damaged tells nothing.

        Raises:
            StoreError: What is packed is no WARC file.
        """
        tape = Tape(self._open(0).pieces())
        try:
            start = tape.fill(12)
            if not _VERSION.match(start):
                raise StoreError(f"{self._address}: {_refuse(start, self._size)}")
            for each in self._read_records(tape, 0, by_index=True):
                # A record that goes on in the next member, as blocks of bgzip do, is none that can be read alone.
                if isinstance(each, Damage) or tape.at > _MEMBER_BYTES:
                    return "stream"
        except DamagedError:
            pass
        return "members"

    def _read_members(self, start: int, *, exact: bool = False) -> Iterator[Record | Damage]:
        offset = start if exact or not start else self._next(start)
        while offset < self._size:
            member = self._open(offset)
            tape, following = Tape(_bounded(member, self._path, offset)), -1
            try:
                yield from self._read_records(tape, offset, by_index=True)
                tape.skip(MAX_RECORD_BYTES)
                following = member.end
            except DamagedError as error:
                yield Damage(offset, error.what)
                following = self._next(offset + 1)
            offset = following

    def _unpack(self, offset: int) -> Iterator[bytes]:
        """Give all that is packed, member by member."""
        while offset < self._size:
            member = self._open(offset)
            yield from member.pieces()
            offset = member.end

    def _read_stream(self) -> Iterator[Record | Damage]:
        """Give the records of all that is packed in one go; after damage of the packing go on where one can."""
        offset = at = 0
        while offset < self._size:
            tape = Tape(self._unpack(offset), at)
            try:
                yield from self._read_records(tape, 0, by_index=False)
                offset = self._size
            except DamagedError as error:
                yield Damage(tape.at, f"{error.what}, in what is packed from byte {error.offset} on")
                offset, at = self._next(error.offset + 1), tape.at + 1

    def _read_records(self, tape: Tape, offset: int, *, by_index: bool) -> Iterator[Record | Damage]:
        """Give the records of a tape; after damage it is searched for the next."""
        number = 0
        while True:
            place = offset + number if by_index else tape.at
            head = _take_head(tape)
            if not head:
                return
            try:
                fields = read_fields(head)
                length = int(fields["content-length"])
                if length > MAX_RECORD_BYTES:
                    raise ValueError(f"its length is given as {length}")
            except ValueError as error:
                yield Damage(place, f"is no WARC record: {error}")
                if not _resync(tape):
                    return
                number += 1
                continue
            kept = length <= MAX_BLOCK_BYTES and self._wanted(fields)
            held = kept or length <= PIECE_BYTES
            block = tape.take(length) if held else b""
            passed = len(block) if held else tape.skip(length)
            damage = _fault(tape, passed, length, fields, block if kept else None)
            if damage:
                yield Damage(place, damage)
                if damage != _WRONG_DIGEST:
                    # The next record may lie within what a wrong length took.
                    tape.put_back(block)
                    if not _resync(tape):
                        return
            else:
                yield Record(
                    place, tape.at, fields if length <= MAX_BLOCK_BYTES else _too_large(fields), block if kept else b""
                )
            number += 1

    def _next_frame(self, offset: int) -> int:
        """Find where the next zstd frame begins that holds a record, from an offset on."""
        for _ in range(_MAX_CANDIDATES):
            at = -1
            while at < 0 and offset < self._size:
                self._file.seek(offset)
                window = self._file.read(_SEARCH_BYTES)
                at = window.find(_ZSTD)
                if at < 0:
                    offset += max(len(window) - len(_ZSTD) + 1, 1)
            if at < 0:
                return self._size
            offset += at
            try:
                if _VERSION.match(Tape(Frame(self._path, self._file, offset, self._size).pieces()).fill(12)):
                    return offset
            except DamagedError:
                pass
            offset += 1
        return self._size


def read_fields(head: bytes) -> dict[str, str]:
    """Read the header of a record of any version.

    Returns:
        Its fields, names in lower case, of a repeated one the last; addresses without angle brackets around them.

    Raises:
        ValueError: It is none, or has no type or length.

    Source: WARC 1.1, section 4; WARC 0.18, section 4; GNU wget writes <http://...> as older drafts had it.
    """
    version, *lines = head.rstrip(b"\r\n").splitlines()
    if not _VERSION.fullmatch(version.strip()):
        raise ValueError("it does not begin as one")
    fields: dict[str, str] = {}
    last = ""
    for line in lines:
        text = line.decode("utf-8", "replace")
        name, colon, value = text.partition(":")
        if text[:1] in (" ", "\t") and last:
            fields[last] = f"{fields[last]} {text.strip()}"
        elif colon:
            last = name.strip().lower()
            fields[last] = value.strip()
    if not fields.get("warc-type"):
        raise ValueError("warc-type is missing")
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdecimal()) or len(length) > 18:
        raise ValueError("its length is missing or no number")
    fields["warc-type"] = fields["warc-type"].lower()
    for name in ("warc-target-uri", "warc-refers-to-target-uri", "warc-profile"):
        if name in fields:
            fields[name] = fields[name].removeprefix("<").removesuffix(">")
    return fields


_WRONG_DIGEST = "does not match its digest"


def _fault(tape: Tape, passed: int, length: int, fields: Mapping[str, str], block: bytes | None) -> str:
    """Tell what is wrong with a record whose block was taken; "" where nothing is. What follows it is taken too."""
    if passed < length:
        return "is cut off"
    following = tape.fill(4 + _OVERLAP)
    end = len(following) - len(following.lstrip(b"\r\n"))
    if following[end:] and not _VERSION.match(following, end):
        return "does not have the length it names"
    tape.take(end)
    if block is not None and (named := fields.get("warc-block-digest")):
        digest = NamedSum(named)
        digest.update(block)
        if digest.known and not digest.matches():
            return _WRONG_DIGEST
    return ""


def _too_large(fields: dict[str, str]) -> dict[str, str]:
    """Mark the header of a record whose block is larger than any that is kept."""
    return fields | {"scraper-too-large": "1"}


def _bounded(member: Packed, path: Path, offset: int) -> Iterator[bytes]:
    size = 0
    for piece in member.pieces():
        size += len(piece)
        if size > MAX_RECORD_BYTES:
            raise DamagedError(path, offset, f"unpacks to more than {MAX_RECORD_BYTES:,} bytes")
        yield piece


def _take_head(tape: Tape) -> bytes:
    """Take the header of the next record with its empty line; all that is left where there is none."""
    wanted = 1 << 10
    while True:
        kept = tape.fill(wanted)
        if match := _BLANK.search(kept):
            return tape.take(match.end())
        if len(kept) < wanted or wanted >= MAX_FIELDS_BYTES:
            return tape.take(len(kept))
        wanted *= 4


def _resync(tape: Tape) -> bool:
    """Pass over what lies before the next record; False where there is none."""
    while kept := tape.fill(PIECE_BYTES):
        if match := _BEGIN.search(kept):
            tape.take(match.start(1))
            return True
        if len(kept) < PIECE_BYTES:
            tape.take(len(kept))
            return False
        tape.take(len(kept) - 2 * _OVERLAP)
    return False


def _refuse(start: bytes, size: int) -> str:
    if not size:
        return "is empty"
    if start.startswith(b"filedesc:"):
        return "is an ARC file, which is not read; convert it with `warcio recompress`"
    if _ZSTD_SKIPPED.match(start):
        return "is packed with a zstd dictionary of its own, which is not read; unpack it with `zstd -d`"
    return "is no WARC file"
