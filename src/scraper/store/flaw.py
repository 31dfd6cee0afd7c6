"""Flaw: one thing that is wrong with the corpus, and the way out.

A module of its own, because all that finds flaws, in files, rows and sums, speaks of them in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scraper.store.part import Part

AGAIN = "run `scraper verify --mend`, then `scraper extract`"
"""The way out where rows have to be written anew."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong.

    Args:
        path: The file, or what a segment's file is or should be.
        where: Row group and row, both counted from 0, or empty.
        what: Words for a person, with the way out.
        part: Where the file must be made again from the archive: what it says of itself, as far as it can be read.
        segment: Where the rows of a segment must be.
    """

    path: Path
    where: str
    what: str
    part: Part | None = None
    segment: str | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.where}{': ' if self.where else ''}{self.what}"
