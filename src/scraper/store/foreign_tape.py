"""Foreign tape: the bytes of a file that anybody packed, unpacked piece by piece and taken from the front.

A module apart from the records in them, because gzip members, zstd frames and plain bytes are read alike from here on,
and because it is here that nothing grows beyond a piece whatever a file unpacks to.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import zstandard

from scraper.errors import DamagedError

PIECE_BYTES = 1 << 18
_ZSTD_WINDOW_BYTES = 128 << 20
"""Source: what `zstd --long=27` writes and every decoder takes by default."""
_ZSTD_PIECE_BYTES = 512
"""Four bytes of input can make 128 KiB, and the decoder has no limit of its own."""


class Packed(Protocol):
    """What unpacks; `end` is right behind it once all pieces were given."""

    end: int

    def pieces(self) -> Iterator[bytes]:
        """Give its content in pieces of bounded size."""
        ...


class Frame:
    """One zstd frame, as Member is a gzip member."""

    def __init__(self, path: Path, file: BinaryIO, offset: int, limit: int) -> None:
        self._path, self._file, self._offset, self.end = path, file, offset, limit

    def pieces(self) -> Iterator[bytes]:
        """Give its content. Raises DamagedError where it is cut off or damaged."""
        engine = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES).decompressobj()
        self._file.seek(self._offset)
        at = self._offset
        while not engine.eof:
            data = self._file.read(min(_ZSTD_PIECE_BYTES, self.end - at))
            at += len(data)
            if not data:
                raise DamagedError(self._path, self._offset, "is cut off")
            try:
                if piece := engine.decompress(data):
                    yield piece
            except zstandard.ZstdError as error:
                raise DamagedError(self._path, self._offset, f"is damaged: {error}") from error
        self.end = at - len(engine.unused_data)


class Plain:
    """What is not packed."""

    def __init__(self, file: BinaryIO, offset: int, limit: int) -> None:
        self._file, self._offset, self.end = file, offset, limit

    def pieces(self) -> Iterator[bytes]:
        """Give its content."""
        self._file.seek(self._offset)
        while piece := self._file.read(PIECE_BYTES):
            yield piece


class Tape:
    """Unpacked bytes, taken from the front."""

    def __init__(self, pieces: Iterator[bytes], at: int = 0) -> None:
        self._pieces, self._kept, self.at = pieces, b"", at

    def fill(self, count: int) -> bytes:
        """Give what is next without taking it: so many bytes, or more, or all that are left."""
        if len(self._kept) < count:
            pieces, size = [self._kept], len(self._kept)
            # What came before an error of the packing is kept, and the error comes again behind it.
            try:
                while size < count and (piece := next(self._pieces, b"")):
                    pieces.append(piece)
                    size += len(piece)
            finally:
                self._kept = b"".join(pieces)
        return self._kept

    def take(self, count: int) -> bytes:
        """Take so many bytes, or all that are left."""
        kept = self.fill(count)
        taken, self._kept = kept[:count], kept[count:]
        self.at += len(taken)
        return taken

    def put_back(self, taken: bytes) -> None:
        """Undo the last take."""
        self._kept, self.at = taken + self._kept, self.at - len(taken)

    def skip(self, count: int) -> int:
        """Pass bytes over; give how many there were."""
        passed = 0
        while passed < count and (taken := self.take(min(count - passed, PIECE_BYTES))):
            passed += len(taken)
        return passed
