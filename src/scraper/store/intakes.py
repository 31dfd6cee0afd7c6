"""Intakes: what was taken in of archives of others, so that it goes on where it ended and gives no page twice.

A module beside the frontier, in the same file and the same transaction: what is said here is on disk together with the
visits it speaks of.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from scraper.store.database import told
from scraper.store.selection import Selection, read_selection, write_selection


class Intakes:
    """The intakes of a state file.

    Args:
        path: The file, for messages.
        db: Its connection.
        begin: Begins a transaction if there is none. The owner of the file commits.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, begin: Callable[[], None]) -> None:
        self.path, self._db, self._begin = path, db, begin

    @told
    def place(self, address: str, mark: str, selection: Selection) -> int | None:
        """Tell from where on an archive is to be read for a selection; None where all of it was taken in.

        Args:
            address: Of the archive.
            mark: By which a change of it shows.
            selection: What is wanted of it.
        """
        rows = self._db.execute("SELECT selection, place FROM intakes WHERE address = ? AND mark = ?", (address, mark))
        begun = {read_selection(text): place for text, place in rows}
        if any(place is None and each.covers(selection) for each, place in begun.items()):
            return None
        return begun.get(selection) or 0

    @told
    def note(self, address: str, mark: str, selection: Selection, place: int | None) -> None:
        """Note how far an archive was taken in; None: to its end."""
        self._begin()
        row = (address, write_selection(selection), mark, place)
        self._db.execute("REPLACE INTO intakes VALUES (?, ?, ?, ?)", row)

    @told
    def add(self, capture: int) -> bool:
        """Add a capture by its digest; False where it was taken in before, of this archive or another."""
        self._begin()
        return self._db.execute("INSERT OR IGNORE INTO captures VALUES (?)", (capture,)).rowcount > 0
