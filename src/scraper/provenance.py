"""Provenance: the steps that lead to a row, and the row made again of its archived record.

A module above the extraction, because what proves a row is the same code on the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scraper.config import Site
from scraper.errors import StoreError
from scraper.extract.assemble import EXTRACTOR_VERSION
from scraper.marking import mark_agency
from scraper.page import Exchange
from scraper.page_extraction import extract_page
from scraper.report.provenance import Check, Difference, Hop, Provenance
from scraper.skip import Skip
from scraper.store.release import current
from scraper.store.row import article_row
from scraper.store.schema import UNMARKED, Row, as_read
from scraper.store.trail import copies_of, listing_of, visit_of
from scraper.store.visit import find_capture
from scraper.store.warc import Capture


def trace_row(data: Path, row: Row, versions: int, sites: Mapping[str, Site]) -> Provenance:
    """Trace a row to its beginning, and make it again.

    Args:
        data: The data folder.
        row: Of the table of articles.
        versions: How many versions of the article there are.
        sites: Whose rules are applied.

    Raises:
        StoreError: The tables can't be read. That the archive can't is what the check says.
    """
    release = current(data)
    capture: Capture | None = None
    try:
        capture = find_capture(data, row)
        check = check_row(row, capture, sites)
    except StoreError as error:
        check = Check(0, error=str(error))
    return Provenance(
        row=row,
        release=release.name if release != data else None,
        versions=versions,
        listing=listing_of(data, row),
        visit=visit_of(data, row),
        hops=_hops(capture.page.exchanges) if capture else (),
        parts=tuple(map(_hops, capture.page.parts)) if capture else (),
        copies=copies_of(data, row),
        check=check,
    )


def check_row(row: Row, capture: Capture, sites: Mapping[str, Site]) -> Check:
    """Extract the record of a row again, and compare every column but the marks that other articles decide.

    Args:
        row: As the corpus holds it.
        capture: What the archive holds.
        sites: Whose rules are applied.
    """
    page = capture.page
    site = sites.get(page.target.site)
    result = extract_page(page, site.rule_at(page.fetched_at) if site else None)
    if isinstance(result, Skip):
        error = f"it gives no article, but {result.reason}: {result.detail}"
        return Check(0, why=tuple(_reasons(row, None)), error=error)
    agency = mark_agency(page.target.site, result)
    made = as_read(article_row(capture, result, EXTRACTOR_VERSION, UNMARKED | agency))
    left = UNMARKED.keys() - agency | {"extractor_version"}
    if not capture.run:
        left |= {"run"}  # the record that names it is damaged
    columns = [name for name in made if name not in left]
    differences = tuple(Difference(name, row[name], made[name]) for name in columns if row[name] != made[name])
    return Check(len(columns), differences, tuple(_reasons(row, made)) if differences else ())


def _hops(exchanges: Iterable[Exchange]) -> tuple[Hop, ...]:
    return tuple(Hop(each.url, each.status, each.ip, each.asked_at) for each in exchanges)


def _reasons(row: Row, made: Row | None) -> Iterator[str]:
    """Say what explains that a row is not made again as it was."""
    explained = False
    if row["extractor_version"] != EXTRACTOR_VERSION:
        explained = True
        yield (
            f"the row was made by extractor {row['extractor_version']}, this is {EXTRACTOR_VERSION}:"
            " `scraper extract --rebuild` makes all rows again"
        )
    if made is not None and row["rule"] != made["rule"]:
        explained = True
        yield (
            f"{row['site']}: the row was made with {row['rule'] or 'no rule'} of the site, now it is"
            f" {made['rule'] or 'none'}; config/sites/ was changed, or --config names another folder"
        )
    if not explained:
        yield (
            "extractor and rule are the same: row or record was changed, or a library gives something else;"
            " `scraper verify` checks both"
        )
