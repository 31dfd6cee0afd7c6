"""Foreign archive: the pages in one WARC file of others.

A module of its own, because an archive of everything holds a page among a hundred records of something else: what is no
page is counted by what it is, what is damaged is named, and a record that says "the same again" is given what it refers
to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from scraper.errors import ItemError
from scraper.page import Exchange
from scraper.reading import Reading
from scraper.store.foreign_answer import Answer, Wanted
from scraper.store.foreign_bytes import open_foreign, read_errors
from scraper.store.foreign_exchange import address_of, read_answer, time_of
from scraper.store.foreign_records import Damage, ForeignRecords
from scraper.store.record import Record
from scraper.url import Url

MAX_KNOWN = 300_000
"""Answers of an archive that revisits may refer to: some 60 MB."""

_STEP_BACK = 65_536
"""A place counts the records within a gzip member, which has seldom more than one and never so many; a member that
begins so far before it is before all of them."""
_PAGES = frozenset({"response", "resource", "revisit"})
_HTTP = frozenset({"application/http", "application/http-response"})
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_SAME_PAYLOAD = "identical-payload-digest"


def _all(url: Url, when: datetime) -> bool:
    return True


class ForeignArchive:
    """One WARC file of others.

    Args:
        address: As open_foreign takes it.

    Raises:
        StoreError: It can't be opened, or is no WARC file.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._wanted: Wanted = _all
        self._file = open_foreign(address)
        try:
            with read_errors(address):
                self._records = ForeignRecords(address, self._file, self._is_wanted)
        except BaseException:
            self._file.close()
            raise
        self._known: dict[int, int] = {}
        self._unknown_to = 0
        self._lookup: _Lookup | None = None

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        if self._lookup:
            self._lookup.file.close()

    def read(
        self,
        start: int = 0,
        reading: Reading | None = None,
        wanted: Wanted = _all,
        enough: Callable[[], bool] = lambda: False,
    ) -> Iterator[Answer]:
        """Give the pages in the order of their records, as Archive.read."""
        reading = reading or Reading()
        start = max(0, start - _STEP_BACK)
        self._wanted, self._known, self._unknown_to = wanted, {}, start
        with read_errors(self.address):
            for each in self._records.read(start):
                if enough():
                    return
                reading.place = each.offset
                where = f"{self.address}: the record at byte {each.offset}"
                if isinstance(each, Damage):
                    reading.fault(where, each.what)
                    continue
                reading.records += 1
                self._remember(each)
                try:
                    answer = self._read(each)
                except ValueError as error:
                    reading.fault(where, f"is not read: {error}")
                    continue
                if isinstance(answer, str):
                    reading.passed[answer] += 1
                else:
                    reading.pages += 1
                    yield answer

    def _is_wanted(self, fields: Mapping[str, str]) -> bool:
        """Tell by its header whether the block of a record is needed."""
        return not _passes(fields, self._wanted)

    def _read(self, record: Record) -> Answer | str:
        """Give the page of a record, or what it is that is none.

        Raises:
            ValueError: It is damaged.
        """
        if reason := _passes(record.fields, self._wanted):
            return reason
        url, when = address_of(record.fields), time_of(record.fields)
        exchange = read_answer(record, url)
        if exchange.status != 200:
            return "status"
        media_type = (exchange.header("content-type") or "").partition(";")[0].strip().lower()
        if media_type and media_type not in _HTML:
            return "type"
        if record.type == "revisit":
            original = self._find_original(record)
            if original is None:
                return "revisit"
            exchange = replace(exchange, headers=original.headers, payload=original.payload)
        return Answer(url, exchange, when, record.offset) if exchange.payload else "empty"

    def _remember(self, record: Record) -> None:
        """Remember where a payload is, for revisits that follow."""
        if record.type == "response" and len(self._known) < MAX_KNOWN:
            for name in ("warc-payload-digest", "warc-record-id"):
                if value := record.fields.get(name):
                    self._known.setdefault(hash((name, value)), record.offset)

    def _find_original(self, record: Record) -> Exchange | None:
        """Give the answer that a revisit refers to, where it stands before it in the same file.

        Where all records are packed in one go it would take the whole file for each, and is not looked for.
        """
        said = record.fields
        packed_in_one = self._records.packing == "stream" and not self._records.is_plain
        if _SAME_PAYLOAD not in said.get("warc-profile", "") or packed_in_one:
            return None
        if self._lookup is None:
            self._lookup = _Lookup(self.address)
        if self._unknown_to:
            for each in self._lookup.records.read():
                if each.offset >= self._unknown_to:
                    break
                if isinstance(each, Record):
                    self._remember(each)
            self._unknown_to = 0
        wanted = [
            ("warc-record-id", said.get("warc-refers-to")),
            ("warc-payload-digest", said.get("warc-payload-digest")),
        ]
        for name, value in wanted:
            offset = self._known.get(hash((name, value))) if value else None
            if offset is None or offset >= record.offset:
                continue
            found = self._lookup.records.find(offset)
            if found and found.type == "response" and found.fields.get(name) == value:
                try:
                    return read_answer(found, address_of(found.fields))
                except (ValueError, ItemError):
                    continue
        return None


class _Lookup:
    """The same file once more, so that looking something up does not disturb reading."""

    def __init__(self, address: str) -> None:
        self.file = open_foreign(address)
        self.records = ForeignRecords(address, self.file, lambda fields: fields["warc-type"] == "response")


def _passes(fields: Mapping[str, str], wanted: Wanted) -> str:
    """Tell by its header what a record is that is passed over; "" for one that may be a page, or whose header errs."""
    kind, media_type = fields["warc-type"], fields.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _PAGES:
        return "no_page"
    if media_type not in (_HTML if kind == "resource" else _HTTP):
        return "type" if kind == "resource" else "no_page"
    if "scraper-too-large" in fields:
        return "too_large"
    if fields.get("warc-segment-number"):
        return "segmented"
    try:
        url, when = address_of(fields), time_of(fields)
    except ItemError:
        return "bad_url"
    except ValueError:
        return ""
    return "" if wanted(url, when) else "filtered"
