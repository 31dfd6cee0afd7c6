"""Foreign archive: the pages in one WARC file of others, part by part.

A module of its own, because an archive of everything holds a page among a hundred records of something else: what is no
page is counted by what it is, what is damaged is named, and a record that says "the same again" is given what it refers
to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Self

from scraper.errors import ItemError
from scraper.page import Exchange
from scraper.store.belonging import PART_BYTES
from scraper.store.foreign_bytes import open_foreign, read_errors
from scraper.store.foreign_exchange import address_of, read_answer, time_of
from scraper.store.foreign_records import Damage, ForeignRecords
from scraper.store.record import Record
from scraper.url import Url

MAX_FAULTS = 20
"""Damages of a part that are named one by one; the others are counted."""
MAX_KNOWN = 300_000
"""Answers of an archive that revisits may refer to: some 60 MB."""

_PAGES = frozenset({"response", "resource", "revisit"})
_HTTP = frozenset({"application/http", "application/http-response"})
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_SAME_PAYLOAD = "identical-payload-digest"

Wanted = Callable[[Url, datetime], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as an archive of others holds it.

    Args:
        url: Its address.
        exchange: What the server answered; nothing is known of the request.
        fetched_at: Aware, UTC.
        offset: Of its record.
        record_id: Of its record.
    """

    url: Url
    exchange: Exchange
    fetched_at: datetime
    offset: int
    record_id: str


@dataclass(slots=True)
class Reading:
    """What reading a part of an archive counted.

    Args:
        records: All that were read.
        passed: Records that give no page, by what they are.
        damaged: How many could not be read.
        faults: The first of them: where, and what is wrong.
    """

    records: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    damaged: int = 0
    faults: list[Damage] = field(default_factory=list)

    def note(self, damage: Damage) -> None:
        """Count a damage."""
        self.damaged += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(damage)


class ForeignArchive:
    """One WARC file of others.

    Args:
        address: As open_foreign takes it.
        wanted: Tells by address and time whether a page is; others are passed over as "filtered".

    Raises:
        StoreError: It can't be opened, or is no WARC file.
    """

    def __init__(self, address: str, wanted: Wanted = lambda url, when: True) -> None:
        self.address, self._wanted = address, wanted
        self._file = open_foreign(address)
        try:
            with read_errors(address):
                self._records = ForeignRecords(address, self._file, self._is_wanted)
        except BaseException:
            self._file.close()
            raise
        self._stream: Iterator[Record | Damage] = iter(())
        self._held: Record | Damage | None = None
        self._following = -1
        self._known: dict[int, int] = {}
        self._unknown_to = 0
        self._lookup: _Lookup | None = None
        self.more = False
        """Whether the part that was read is followed by another."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._stream = iter(())
        self._file.close()
        if self._lookup:
            self._lookup.file.close()

    def read_part(self, part: int, reading: Reading) -> Iterator[Answer]:
        """Give the pages of a part in the order of their records; parts one after the other are read in one go.

        Args:
            part: Its number: its records lie from part * PART_BYTES on.
            reading: Is counted into.

        Raises:
            StoreError: The file can't be read.
        """
        with read_errors(self.address):
            start = part * PART_BYTES
            if self._following != part:
                self._stream, self._held = self._records.read(start), None
                self._known, self._unknown_to = {}, start
            self._following, self.more = -1, False
            while (each := self._held or next(self._stream, None)) is not None:
                self._held = None
                if each.offset >= start + PART_BYTES:
                    self._held, self._following, self.more = each, part + 1, True
                    return
                if isinstance(each, Damage):
                    reading.note(each)
                    continue
                reading.records += 1
                self._remember(each)
                try:
                    answer = self._read(each)
                except ValueError as error:
                    reading.note(Damage(each.offset, f"is not read: {error}"))
                    continue
                if isinstance(answer, str):
                    reading.passed[answer] += 1
                else:
                    yield answer

    def find(self, offset: int) -> Answer | None:
        """Give the page of the record at an offset; None where there is none.

        Raises:
            StoreError: The file can't be read.
        """
        with read_errors(self.address):
            record = self._records.find(offset)
            try:
                answer = self._read(record) if record else None
            except ValueError:
                return None
            return answer if isinstance(answer, Answer) else None

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
        if not exchange.payload:
            return "empty"
        return Answer(url, exchange, when, record.offset, record.fields.get("warc-record-id") or f"<{record.offset}>")

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
