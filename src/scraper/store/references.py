"""References: the records of the archive that rows refer to, looked up one by one.

A module of its own, because it reads an archive that it cannot trust, in whichever place each segment lies.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from pathlib import Path
from typing import BinaryIO

from scraper.errors import DamagedError, GoneError
from scraper.store.flaw import AGAIN
from scraper.store.record import Member, read_fields
from scraper.store.segments import WARC, list_segments, peek_segment
from scraper.store.warc import SUFFIX

_OPEN_FILES = 64


class References:
    """The records that rows refer to, looked up by their offset; the files stay open for the next row.

    Args:
        data: The data folder.
    """

    def __init__(self, data: Path) -> None:
        self.held = 0
        self._data, self._archived = data, set(list_segments(data))
        self.numbers: dict[str, int] = {}
        self._files: OrderedDict[str, tuple[BinaryIO, int] | None] = OrderedDict()

    def number(self, name: str) -> int:
        """Give a file a number, the same each time."""
        return self.numbers.setdefault(name, len(self.numbers))

    def fault(self, name: str, offset: int, record_id: str) -> str | None:
        """Tell what is wrong with a reference; None where the record is there."""
        self.held += 1
        path = self._data / WARC / name
        opened = self._open(name)
        if opened is None:
            return f"refers to {path}, which is missing; restore it from a copy"
        file, size = opened
        member = Member(path, file, offset, size)
        try:
            if offset >= size:
                raise member.damaged("is behind the end")
            head = b""
            for piece in member.pieces():
                head += piece
                if b"\r\n\r\n" in head or len(head) > 1 << 20:
                    break
            opening, found, _ = head.partition(b"\r\n\r\n")
            held_id = dict(read_fields(opening + found))["warc-record-id"]
        except (DamagedError, ValueError, OSError) as error:
            return (
                f"refers to byte {offset} of {path}, where no record can be read ({error}); try `scraper archive check`"
            )
        if held_id != record_id:
            return f"refers to {record_id} at byte {offset} of {path}, where {held_id} is; {AGAIN}"
        return None

    def close(self) -> None:
        """Close all files."""
        for opened in self._files.values():
            if opened:
                opened[0].close()

    def _open(self, name: str) -> tuple[BinaryIO, int] | None:
        if name not in self._files:
            self._files[name] = None
            if name.removesuffix(SUFFIX) in self._archived:
                with contextlib.suppress(GoneError):
                    self._files[name] = peek_segment(self._data, name)
            if len(self._files) > _OPEN_FILES and (oldest := self._files.popitem(last=False)[1]):
                oldest[0].close()
        self._files.move_to_end(name)
        return self._files[name]
