"""Mend: damaged parts put aside, and their segments made ready to be extracted again.

A module of its own, because it is the one way from damage back, and the archive is what it goes by: nothing is lost
with a part that the archive does not still hold.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from scraper.store.catalog import write_catalog
from scraper.store.disk import disk_errors, make_folder, sync_folder
from scraper.store.part import KINDS, Part
from scraper.store.release import current
from scraper.store.segments import list_segments
from scraper.store.state import MANY_DAYS, State
from scraper.store.verify import find_parts

DAMAGED = "damaged"


def mend(data: Path, damaged: Iterable[Part], segments: Iterable[str] = ()) -> list[str]:
    """Move damaged parts to data/damaged and mark the segments whose rows they held as not extracted.

    No run may go on meanwhile; the next one, or `scraper extract`, writes the rows again.

    Args:
        data: The data folder.
        damaged: What verify found; of one whose footer is damaged it is not known which segments it held.
        segments: Others whose rows are missing or wrong.

    Returns:
        The names of the segments; not of those whose file is gone from the archive.

    Raises:
        StoreError: A file can't be moved, or the state not written.
    """
    lost = set(segments)
    blind_days: set[tuple[str, str]] = set()
    for part in {part.path: part for part in damaged}.values():
        folder = part.path.parent
        aside = make_folder(data / DAMAGED / folder.parent.name / folder.name)
        with disk_errors(part.path, "moved"):
            part.path.replace(aside / part.path.name)
        sync_folder(folder)
        lost |= set(part.segments)
        if not part.segments:
            blind_days.add((folder.parent.name, folder.name.removeprefix("date=")))
    held = {
        (kind.name, part.path.parent.name.removeprefix("date="), name)
        for kind in KINDS
        for part in find_parts(current(data), kind)[0]
        for name in part.segments
    }
    archived = set(list_segments(data))
    with contextlib.closing(State(data / "state.sqlite")) as state:
        again = [
            segment
            for segment in state.segments("extracted")
            if segment.name in archived
            and (
                segment.name in lost
                or any(
                    segment.date.isoformat() in (day, MANY_DAYS.isoformat()) and (kind, day, segment.name) not in held
                    for kind, day in blind_days
                )
            )
        ]
        for segment in again:
            state.save_segment(replace(segment, status="closed", outcomes=None))
        state.commit()
        state.checkpoint()
    write_catalog(current(data))
    return [segment.name for segment in again]
