"""Reading: what reading archives of others counted.

A module at the bottom, because those who read count, and those who report tell.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

MAX_FAULTS = 20
"""Damages that are named one by one; the others are counted."""


@dataclass(slots=True)
class Reading:
    """What reading archives counted.

    Args:
        records: All that were read.
        pages: Those that gave a page.
        passed: Those that gave none, by what they are.
        damaged: How many could not be read.
        faults: The first of them: archive, place, and what is wrong.
        place: How far the archive was read.
    """

    records: int = 0
    pages: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    damaged: int = 0
    faults: list[str] = field(default_factory=list)
    place: int = 0

    def fault(self, where: str, what: str) -> None:
        """Count a damage."""
        self.damaged += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(f"{where} {what}")
