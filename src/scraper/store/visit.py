"""Visit: one page as the archive holds it, found by the id or the address of its article.

A module of its own because rows say where a page lies, and only a reader of both tables and of segments can follow.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.dataset as ds

from scraper.errors import StoreError
from scraper.page import Page
from scraper.store.corpus import open_outcomes, open_versions
from scraper.store.schema import Row
from scraper.store.segments import open_segment
from scraper.store.warc import Capture, read_segment
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
    rows = open_versions(data, article)
    if not rows and url is not None:
        rows = _skipped(data, url)
    if not rows:
        return None
    return find_capture(data, rows[-1]).page


def find_capture(data: Path, row: Row) -> Capture:
    """Find what a row was made of; the segment is read up to there.

    Args:
        data: The data folder.
        row: Of either table.

    Raises:
        StoreError: The segment can't be read, or does not hold the record.
    """
    record = row["warc_record_id"]
    with open_segment(data, row["warc_file"]) as path:
        for capture in read_segment(path):
            if capture.record_id == record:
                return capture
    raise StoreError(f"{path}: does not hold the record {record} that the row of {row['url']} names")


def _skipped(data: Path, url: Url) -> list[Row]:
    """Give the visits of an address that were skipped, the first one first."""
    wanted = (ds.field("url") == url) & (ds.field("outcome") == "skip") & ds.field("status").is_valid()
    rows: list[Row] = open_outcomes(data).to_table(filter=wanted).sort_by("fetched_at").to_pylist()
    return rows
