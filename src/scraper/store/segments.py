"""Segments: where the file of a closed segment is, for whoever reads one.

A module of its own, because a segment may lie in the archive of the data folder or elsewhere, which no reader should
have to know.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from scraper.errors import StoreError
from scraper.store.warc import SUFFIX


@contextlib.contextmanager
def open_segment(data: Path, name: str) -> Iterator[Path]:
    """Give the file of a closed segment; it is there until the block ends.

    Args:
        data: The data folder.
        name: The segment's name in the state, or its file's in the column warc_file.

    Raises:
        StoreError: It is nowhere.
    """
    path = data / "warc" / f"{name.removesuffix(SUFFIX)}{SUFFIX}"
    if not path.exists():
        raise StoreError(f"{path}: is missing; restore it from a copy")
    yield path
