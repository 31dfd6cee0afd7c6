"""Rule trial: pages of a site extracted by its rule for their day and without any, and what is different.

A module of its own because whoever writes a rule asks two things: does it do what is meant on the pages that there are,
of each era those of its own days, and does it spoil what came out right before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from scraper.config import Rule, Site
from scraper.errors import ItemError
from scraper.extract.rules import count_matches
from scraper.page import Page
from scraper.page_extraction import MAX_BODY_BYTES, extract_payload
from scraper.report.difference import Piece, compare_rows, compare_words
from scraper.store.segments import read_visits
from scraper.store.trail import fetched_pages

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that a rule is tried on.

    Args:
        html: Without content coding.
        url: Its address, "" if unknown.
        content_type: The header, for the charset.
        fetched_at: Aware; chooses the era.
    """

    html: bytes
    url: str
    content_type: str | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a page.

    Args:
        sheet: The page.
        rule: Of its era, None where no era holds its day.
        record: What it says by the rule.
        general: What it says without.
        matches: Key and selector of the rule -> elements that it matches.
    """

    sheet: Sheet
    rule: Rule | None
    record: Record
    general: Record
    matches: Mapping[tuple[str, str], int]

    @property
    def is_lost(self) -> bool:
        """Whether it is an article without the rule, and none with it."""
        return "no_article" in self.record and "no_article" not in self.general

    @property
    def differences(self) -> list[tuple[str, list[Piece]]]:
        """What the rule changes, field by field."""
        return compare_records(self.general, self.record)


def try_rule(sheet: Sheet, site: Site) -> Trial:
    """Extract a page by the rule of its day, and without."""
    rule = site.rule_at(sheet.fetched_at)
    general = read_record(sheet, None)
    if rule is None:
        return Trial(sheet, None, general, general, {})
    return Trial(sheet, rule, read_record(sheet, rule), general, count_matches(sheet.html, sheet.content_type, rule))


def read_record(sheet: Sheet, rule: Rule | None) -> Record:
    """Give what a page says, as a case holds it: plain values, or the reason why it is no article."""
    try:
        article = extract_payload(
            sheet.html, url=sheet.url, final_url=sheet.url, content_type=sheet.content_type,
            fetched_at=sheet.fetched_at, rule=rule,
        )  # fmt: skip
    except ItemError as error:
        return {"no_article": error.reason}
    return {
        "headline": article.headline,
        "dek": article.dek,
        "byline": article.byline,
        "authors": list(article.authors),
        "published_at": article.published_at and article.published_at.isoformat(),
        "modified_at": article.modified_at and article.modified_at.isoformat(),
        "section": list(article.sections),
        "captions": [caption for photo in article.photos if (caption := photo.caption)],
        "text": article.text.split("\n\n"),
    }


def compare_records(before: Record, after: Record) -> list[tuple[str, list[Piece]]]:
    """Compare what a page said with what it says: name and words of each field that differs."""
    reasons = [str(each.get("no_article", "")) for each in (before, after)]
    if any(reasons):
        said = [f"no article: {reason}" if reason else "an article" for reason in reasons]
        return [("outcome", compare_words(*said))] if reasons[0] != reasons[1] else []
    old, new = ({**each, "text": "\n\n".join(each["text"])} for each in (before, after))
    captions = ["\n".join(each["captions"]) for each in (before, after)]
    found = list(compare_rows(old, new))
    return found + ([("captions", compare_words(*captions))] if captions[0] != captions[1] else [])


def archived_pages(data: Path, site: Site, most: int) -> Iterator[Sheet]:
    """Read pages of a site from the archive: the newest of each era, in turns.

    Args:
        data: The data folder.
        site: With its eras.
        most: So many.

    Raises:
        StoreError: Corpus or archive can't be read.
    """
    eras: dict[Rule | None, dict[str, Any]] = {}
    for row in fetched_pages(data, site.host):
        eras.setdefault(site.rule_at(row["fetched_at"]), {}).setdefault(row["url"], row)
    turns = zip_longest(*(pages.values() for pages in eras.values()))
    chosen = [row for row in chain.from_iterable(turns) if row][:most]
    for file in dict.fromkeys(row["warc_file"] for row in chosen):
        records = {row["warc_record_id"] for row in chosen if row["warc_file"] == file}
        for capture in read_visits(data, file):
            if capture.record_id in records and capture.page.skip is None and not capture.page.unchanged:
                yield sheet_of(capture.page)


def sheet_of(page: Page) -> Sheet:
    """Give the page of a visit; of an article in several pages the first."""
    content_type = page.exchanges[-1].header("Content-Type")
    return Sheet(page.body(MAX_BODY_BYTES), page.target.url, content_type, page.fetched_at)


def count_fields(trials: Sequence[Trial]) -> dict[str, int]:
    """Count the pages on which the rule changes a field, the field that changes most first."""
    names = [name for trial in trials for name in dict.fromkeys(name for name, _ in trial.differences)]
    return {name: names.count(name) for name in sorted(set(names), key=lambda name: (-names.count(name), name))}
