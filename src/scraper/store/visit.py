"""Visit: one page as the archive holds it, found by the id or the address of its article.

A module of its own because rows say where a page lies, and only a reader of both tables and of segments can follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scraper.errors import DamagedError, StoreError
from scraper.page import Page
from scraper.store.corpus import open_versions
from scraper.store.disk import disk_errors
from scraper.store.record import Record, read_records
from scraper.store.scan import next_member
from scraper.store.schema import Row
from scraper.store.segments import open_segment
from scraper.store.trail import skip_of
from scraper.store.warc import Capture, make_capture, run_of
from scraper.url import Url


def find_visit(data: Path, article: str, url: Url | None = None) -> Page | None:
    """Find the page that the newest version of an article was made of.

    Args:
        data: The data folder.
        article: The article's id.
        url: Its address: where no article was made of it, the last visit that brought a page is looked for.

    Returns:
        None where the corpus knows neither.

    Raises:
        StoreError: The corpus or the segment can't be read, or the segment does not hold the page.
    """
    versions = open_versions(data, article)
    row = versions[-1] if versions else skip_of(data, url) if url is not None else None
    return find_capture(data, row).page if row else None


def find_capture(data: Path, row: Row) -> Capture:
    """Find what a row was made of; the segment is read up to there, past what is damaged in it.

    Args:
        data: The data folder.
        row: Of either table.

    Returns:
        Its run is "" where the record that names it is damaged.

    Raises:
        DamagedError: The records of the visit are, or those that should hold it.
        StoreError: The segment can't be read, or does not hold the record.
    """
    wanted, run, hops = row["warc_record_id"], "", list[Record]()
    damage: DamagedError | None = None
    with open_segment(data, row["warc_file"]) as path:
        for record in _sound_records(path):
            if isinstance(record, DamagedError):
                # What came before it is of the same visit, or a visit whose end is lost.
                damage, hops = damage or record, []
            elif record.type == "warcinfo":
                run = run_of(record)
            elif record.type != "metadata":
                hops.append(record)
            elif wanted not in (record.id, *(hop.id for hop in hops)):
                hops = []
            else:
                try:
                    return make_capture(path, run, hops, record)
                except (ValueError, KeyError, TypeError, IndexError) as error:
                    what = f"is not as this program writes it: {error!r}"
                    raise damage or DamagedError(path, record.offset, what) from error
    raise damage or StoreError(f"{path}: does not hold the record {wanted} that the row of {row['url']} names")


def _sound_records(path: Path) -> Iterator[Record | DamagedError]:
    """Give the records of a segment, and in the place of those that can't be read what is wrong."""
    offset, size = 0, 1
    while offset < size:
        try:
            for record in read_records(path, start=offset):
                yield record
                offset = record.end
            size = offset
        except DamagedError as error:
            yield error
            with disk_errors(path, "read"), path.open("rb") as file:
                size = file.seek(0, 2)
                offset = next_member(path, file, error.offset + 1, size)
