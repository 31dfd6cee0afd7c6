"""Intake: archives that others crawled, copied into our own.

A module beside crawling, in whose place it steps: pages come from files instead of sites. From then on they are visits
like all others, in segments of ours that are extracted, checked, rebuilt and mirrored, whatever becomes of the archive
they came from.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import PurePath

from scraper.config import Config
from scraper.errors import StoreError
from scraper.foreign import digest_capture, open_source, page_of
from scraper.logs import note
from scraper.report.summary import Summary
from scraper.store.foreign_answer import Answer
from scraper.store.foreign_sources import Source
from scraper.store.journal import Journal
from scraper.store.selection import Selection

TICK_S = 0.1
"""How often the run commits what was taken in, looks at finished extractions and shows progress."""


def take_in(
    config: Config,
    journal: Journal,
    summary: Summary,
    sources: Sequence[Source],
    selection: Selection,
    *,
    tick: Callable[[], None],
    enough: Callable[[], bool],
) -> None:
    """Copy the pages of archives that were not taken in before, one archive after the other.

    Each is read to its end, or from where it was left. One that can't be read is told, and the others are read.

    Args:
        config: With the sites whose rules will be applied.
        journal: Takes the pages.
        summary: Is counted into.
        sources: The archives.
        selection: What is wanted of them.
        tick: Called now and then.
        enough: Tells whether to end; the next time goes on there.

    Raises:
        StoreError: The data folder can't be written.
    """
    intake, ticked_at, faults = summary.intake, -TICK_S, list[Exception]()

    def is_over() -> bool:
        """Tell at each record: of a large archive little may be wanted, and a person watches."""
        nonlocal ticked_at
        if time.monotonic() - ticked_at >= TICK_S:
            summary.doing = f"reading {called}: {intake.reading.records:,} records, {intake.taken:,} pages"
            try:
                tick()
            except Exception as error:  # noqa: BLE001  # raised below: it is no fault of the archive that is read
                faults.append(error)
            ticked_at = time.monotonic()
        return bool(faults) or enough()

    for number, source in enumerate(sources, 1):
        if enough():
            return
        called = f"{PurePath(source.address).name} ({number} of {len(sources)})"
        try:
            archive, mark = open_source(source)
        except StoreError as error:
            _tell_unread(summary, source, error)
            continue
        with closing(archive):
            start = journal.intake_place(source.address, mark, selection)
            if start is None:
                intake.known_archives += 1
                continue
            intake.reading.place = start
            answers = archive.read(start, intake.reading, selection.holds, is_over)
            while answer := _next(answers, summary, source):
                if journal.take_in(page_of(answer, source.address, config.sites), digest_capture(answer)):
                    intake.taken += 1
                else:
                    intake.known += 1
                journal.note_intake(source.address, mark, selection, answer.place)
            if faults:
                raise faults[0]
            whole = not enough() and source.address not in intake.unread
            journal.note_intake(source.address, mark, selection, None if whole else intake.reading.place)
            note(
                "archive read", archive=source.address, records=intake.reading.records, taken=intake.taken, whole=whole
            )


def _next(answers: Iterator[Answer], summary: Summary, source: Source) -> Answer | None:
    """Give the next page; None where there is none, or the archive can't be read further, which is told."""
    try:
        return next(answers, None)
    except StoreError as error:
        _tell_unread(summary, source, error)
        return None


def _tell_unread(summary: Summary, source: Source, error: StoreError) -> None:
    why = str(error).removeprefix(f"{source.address}: ")
    note("archive not read", logging.WARNING, archive=source.address, why=why)
    summary.intake.unread[source.address] = why
