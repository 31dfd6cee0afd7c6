"""Foreign ledger: which segments of archives of others were taken in, what of them, and what came of it.

A module of its own, because these archives may change, move or vanish without a word: rows of them can be checked, made
again and continued only by what is kept here. A SQLite file beside the state, which knows our own segments.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec

from scraper.store.database import open_index, open_to_read, told
from scraper.store.selection import Selection

FILE = "foreign.sqlite"
"""Its name in the data folder."""
_SCHEMA = """
CREATE TABLE segments (
    name TEXT PRIMARY KEY, address TEXT NOT NULL, part INTEGER NOT NULL, mark TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('begun', 'done')), entry BLOB NOT NULL
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A segment of an archive of others.

    Args:
        name: As foreign_segment names it.
        address: Of the archive; of HTML files that of their folder or list, with # and the chunk.
        part: Its number.
        mark: By which a change of the archive shows: its size, or a digest of the names, sizes and times of its files.
        status: "begun": its rows may be incomplete; "done".
        selections: What was taken of it.
        more: Whether another part follows.
        days: UTC days of its rows.
        visits: Pages that it gave.
        articles: How many of them are articles.
        records: Records that were read.
        passed: Records that gave no page, by what they are.
        damaged: Records that could not be read.
    """

    name: str
    address: str
    part: int
    mark: str
    status: Literal["begun", "done"] = "begun"
    selections: tuple[Selection, ...] = ()
    more: bool = False
    days: tuple[date, ...] = ()
    visits: int = 0
    articles: int = 0
    records: int = 0
    passed: dict[str, int] = field(default_factory=dict)
    damaged: int = 0


class ForeignLedger:
    """The file.

    Args:
        data: The data folder; the file is made where there is none.

    Raises:
        StoreError: It is damaged, of a newer version, or can't be written.
    """

    def __init__(self, data: Path) -> None:
        self.path = data / FILE
        self._db = open_index(self.path, _SCHEMA)

    @told
    def close(self) -> None:
        """Close it."""
        self._db.close()

    @told
    def find(self, name: str) -> Entry | None:
        """Give what is known of a segment."""
        row = self._db.execute("SELECT entry FROM segments WHERE name = ?", (name,)).fetchone()
        return _decode(row[0]) if row else None

    @told
    def save(self, entry: Entry) -> None:
        """Record where a segment stands; on disk when this returns."""
        self._db.execute("BEGIN IMMEDIATE")
        packed = msgspec.json.encode(entry)
        row = (entry.name, entry.address, entry.part, entry.mark, entry.status, packed)
        self._db.execute("REPLACE INTO segments VALUES (?, ?, ?, ?, ?, ?)", row)
        self._db.execute("COMMIT")

    def ask_again(self, names: Iterable[str]) -> list[str]:
        """Note that rows of segments are missing, so that these are taken in again; give those that are known."""
        known = [entry for name in names if (entry := self.find(name))]
        for entry in known:
            self.save(replace(entry, status="begun"))
        return [entry.name for entry in known]


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    @told
    def rows(self) -> list[Any]:
        with closing(open_to_read(self.path)) as db:
            return db.execute("SELECT entry FROM segments ORDER BY name").fetchall()


def read_foreign(data: Path) -> dict[str, Entry]:
    """Read the whole ledger, by the names of the segments; a run may go on meanwhile.

    Raises:
        StoreError: It is damaged.
    """
    path = data / FILE
    return (
        {entry.name: entry for (packed,) in _Reader(path).rows() if (entry := _decode(packed))} if path.exists() else {}
    )


def _decode(packed: bytes) -> Entry:
    return msgspec.json.decode(packed, type=Entry)
