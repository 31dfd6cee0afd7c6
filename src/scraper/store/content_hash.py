"""Content hash: whether two corpora say the same, however their rows came into files.

A module of its own, because it is a promise about rows, not about files: the hash is the same for one worker or many,
before and after merging, and for a corpus that was extracted in one go or with a kill after each segment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow.dataset as ds

from scraper.store.part import KINDS, Kind, live_parts
from scraper.store.release_rows import read_steadily
from scraper.store.schema import Row

LEFT_OUT: Mapping[str, frozenset[str]] = {
    "articles": frozenset({"suspect", "superseded_by"}),
    "outcomes": frozenset[str](),
}
"""Columns that may differ where extraction does not: what a site's health tells depends on what a person accepted as
normal, rows that are suspected later are marked later, and a row that is written again knows which versions came later.
All others are a function of archive, rules, policy and EXTRACTOR_VERSION."""

_MODULUS = 1 << 256
_ROWS_AT_ONCE = 500

_encoder = msgspec.msgpack.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True)
class ContentHash:
    """What a corpus says, as a number to compare.

    Args:
        digest: 64 hex digits.
        rows: How many rows of each table went into it.
    """

    digest: str
    rows: Mapping[str, int]


def hash_release(release: Path) -> ContentHash:
    """Hash all rows of a release, all versions, in both tables; runs may write to it meanwhile.

    Holds a few hundred rows at a time, and reads each file once.

    Raises:
        StoreError: A part is damaged.
    """
    return read_steadily(lambda: hash_rows({kind.name: _rows(release, kind) for kind in KINDS}))


def hash_rows(tables: Mapping[str, Iterable[Row]]) -> ContentHash:
    """Hash the rows of tables; their order does not count, and neither does a column that is null.

    Each row has a digest of its own, and these are added up, so that nothing has to be sorted. A row that is there
    twice counts twice.

    Args:
        tables: Rows of each table by its name.
    """
    total, counts = 0, dict.fromkeys(tables, 0)
    for name, rows in tables.items():
        for row in rows:
            # A column that a later version of the program adds is null in older files, and changes nothing.
            said = {key: value for key, value in row.items() if value is not None and key not in LEFT_OUT[name]}
            total += int.from_bytes(hashlib.sha256(_encoder.encode((name, said))).digest(), "big")
            counts[name] += 1
    whole = (total % _MODULUS).to_bytes(32, "big") + _encoder.encode(sorted(counts.items()))
    return ContentHash(hashlib.sha256(whole).hexdigest(), counts)


def _rows(release: Path, kind: Kind) -> Iterable[Row]:
    files = [str(part.path) for part in live_parts(release, kind) if part.rows]
    if not files:
        return
    dataset = ds.dataset(files, schema=kind.schema, format="parquet")
    for batch in dataset.to_batches(batch_size=_ROWS_AT_ONCE, batch_readahead=1, fragment_readahead=1):
        yield from batch.to_pylist()
