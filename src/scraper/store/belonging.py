"""Belonging: which segment the rows of the corpus are of.

A module of its own, because files, ledgers and checks go by segments, and rows by the file that holds their record. A
file of our own archive is a segment. One that others wrote may be of any size, so each PART_BYTES of it are one; its
name is a digest, for an address is no name of a file.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
import pyarrow as pa

SUFFIX = ".warc.gz"
PART_BYTES = 128_000_000
"""As our own segments have by default: some minutes of work, and rows that fit into memory. It never changes: the names
of segments in ledgers hang on it."""

_FOREIGN = "foreign-"
_DIGEST_CHARS = 20


def is_foreign(warc_file: str) -> bool:
    """Tell the address of an archive of others from the name of a file in data/warc."""
    return "/" in warc_file


def is_foreign_segment(segment: str) -> bool:
    """Tell the name of a segment of an archive of others."""
    return segment.startswith(_FOREIGN)


@lru_cache(maxsize=1024)
def foreign_run(address: str) -> str:
    """Name who fetched the pages of an archive of others, which nobody knows: after the archive."""
    return f"{_FOREIGN}{hashlib.sha256(address.encode('utf-8', 'surrogateescape')).hexdigest()[:_DIGEST_CHARS]}"


def foreign_segment(address: str, part: int) -> str:
    """Name a segment of an archive of others.

    Args:
        address: Of the archive.
        part: Its number; record n is of part n // PART_BYTES by its offset.
    """
    return f"{foreign_run(address)}-{part:05}"


def segment_of(warc_file: str, offset: int) -> str:
    """Give the segment of a row."""
    return foreign_segment(warc_file, offset // PART_BYTES) if is_foreign(warc_file) else warc_file.removesuffix(SUFFIX)


def segment_column(table: pa.Table | pa.RecordBatch) -> pa.DictionaryArray:
    """Give the segment of each row of either table; it needs warc_file and warc_offset."""
    files = table["warc_file"]
    if isinstance(files, pa.ChunkedArray):
        files = files.combine_chunks()
    coded = files.dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    names = coded.dictionary.to_pylist()
    foreign = np.array([is_foreign(name) for name in names], bool)
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    parts = np.zeros(len(codes), np.int64)
    if foreign.any():
        parts = np.where(foreign[codes], table["warc_offset"].to_numpy() // PART_BYTES, 0)
    pairs, places = np.unique(np.stack([codes, parts]), axis=1, return_inverse=True)
    segments = [segment_of(names[code], int(part) * PART_BYTES) for code, part in pairs.T.tolist()]
    return pa.DictionaryArray.from_arrays(pa.array(places.reshape(-1), pa.int32()), pa.array(segments, pa.string()))
