"""Rule case: a saved page, and what extraction must find on it by the site's rule of its day.

A module of its own because a rule is kept right by pages that are kept beside it: two files in
config/sites/<host>/cases/, the page as it was fetched, and a record that a person may correct by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from scraper.config import Site
from scraper.errors import ConfigError
from scraper.report.difference import Piece
from scraper.rule_trial import Record, Sheet, compare_records, read_record
from scraper.store.disk import make_folder, write_whole
from scraper.url import Url, article_id

MAX_NAME_CHARS = 60


@dataclass(frozen=True, slots=True)
class Case:
    """A saved page.

    Args:
        file: Of the record; the page stands beside it.
        sheet: The page.
        expected: What must be found.
    """

    file: Path
    sheet: Sheet
    expected: Record

    def differences(self, site: Site) -> list[tuple[str, list[Piece]]]:
        """Give what is found by now and was not expected, field by field."""
        found = read_record(self.sheet, site.rule_at(self.sheet.fetched_at))
        return compare_records(self.expected, found)


def cases_of(sites: Path, host: str) -> Path:
    """Give the folder of a site's cases."""
    return sites / host / "cases"


def save_case(sites: Path, site: Site, sheet: Sheet) -> Path:
    """Save a page with what is found on it now, in place of an earlier one of the same page and day.

    Returns:
        The file of the record.

    Raises:
        StoreError: It can't be written.
    """
    name = f"{_slug(sheet.url)}-{sheet.fetched_at:%Y%m%d}-{article_id(Url(sheet.url or 'https://a/'))[:6]}"
    folder = make_folder(cases_of(sites, site.host))
    file = folder / f"{name}.json"
    said = {
        "url": sheet.url,
        "content_type": sheet.content_type,
        "fetched_at": sheet.fetched_at.isoformat(),
        "record": read_record(sheet, site.rule_at(sheet.fetched_at)),
    }
    # The record comes last: a page without one is no case.
    write_whole(file.with_suffix(".html"), sheet.html)
    write_whole(file, (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"))
    return file


def read_cases(sites: Path, host: str) -> Iterator[Case]:
    """Read the cases of a site in the order of their names.

    Raises:
        ConfigError: A case is damaged; names its file and what is wrong.
    """
    for file in sorted(cases_of(sites, host).glob("*.json")):
        try:
            said = json.loads(file.read_bytes())
            fetched_at = datetime.fromisoformat(said["fetched_at"])
            if fetched_at.tzinfo is None:
                raise ValueError("fetched_at has no zone")
            html = file.with_suffix(".html").read_bytes()
            record = said["record"]
            if "no_article" not in record:
                compare_records(record, record)
            yield Case(file, Sheet(html, said["url"], said["content_type"], fetched_at), record)
        except OSError as error:
            raise ConfigError([f"{error.filename}: cannot be read: {error.strerror}"]) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                [f"{file}: is no case of a rule: {error!r}; remove it, or save the page again"]
            ) from error


def _slug(url: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()).strip("-")
    return words[:MAX_NAME_CHARS].rstrip("-") or "page"
