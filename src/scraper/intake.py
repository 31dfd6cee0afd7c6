"""Intake: archives that others crawled, copied into our own.

A module beside crawling, in whose place it steps: pages come from files instead of sites. From then on they are visits
like all others, in segments of ours that are extracted, checked, rebuilt and mirrored, whatever becomes of the archive
they came from.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import PurePath

from scraper.config import Config
from scraper.errors import StoreError
from scraper.foreign import digest_capture, open_source, page_of
from scraper.logs import note
from scraper.report.summary import Summary
from scraper.store.foreign_answer import Archive
from scraper.store.foreign_sources import Source
from scraper.store.journal import Journal
from scraper.store.selection import Selection

_TELL_EVERY = 1000
"""Records, between two looks at the clock where nothing is taken in."""


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
    for number, source in enumerate(sources, 1):
        if enough():
            return
        called = f"{PurePath(source.address).name} ({number} of {len(sources)})"
        try:
            archive, mark = open_source(source)
        except StoreError as error:
            _tell_unread(summary, source, error)
            continue
        try:
            _take_in_one(config, journal, summary, source, archive, mark, selection, called, tick, enough)
        finally:
            archive.close()


def _take_in_one(
    config: Config,
    journal: Journal,
    summary: Summary,
    source: Source,
    archive: Archive,
    mark: str,
    selection: Selection,
    called: str,
    tick: Callable[[], None],
    enough: Callable[[], bool],
) -> None:
    start = journal.intake_place(source.address, mark, selection)
    intake = summary.intake
    if start is None:
        intake.known_archives += 1
        return
    reading = intake.reading
    answers = archive.read(start, reading, selection.holds, enough)
    while True:
        # An archive that fails is one thing, and a data folder that does another.
        try:
            answer = next(answers, None)
        except StoreError as error:
            journal.note_intake(source.address, mark, selection, reading.place)
            _tell_unread(summary, source, error)
            return
        if answer is None:
            break
        if journal.take_in(page_of(answer, source.address, config.sites), digest_capture(answer)):
            intake.taken += 1
        else:
            intake.known += 1
        journal.note_intake(source.address, mark, selection, answer.place)
        summary.doing = f"reading {called}: {reading.records:,} records, {intake.taken:,} pages"
        tick()
    journal.note_intake(source.address, mark, selection, reading.place if enough() else None)
    note("archive read", archive=source.address, records=reading.records, taken=intake.taken, whole=not enough())


def _tell_unread(summary: Summary, source: Source, error: StoreError) -> None:
    why = str(error).removeprefix(f"{source.address}: ")
    note("archive not read", logging.WARNING, archive=source.address, why=why)
    summary.intake.unread[source.address] = why
