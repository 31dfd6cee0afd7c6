"""Segment: one WARC 1.1 file, a gzip member per record, and the visits it holds.

A module of its own, because the archive is what may never be wrong: what was appended is read back equal, every byte
of header and payload, or the damage is told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import metadata
from itertools import chain, islice
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from scraper.errors import DamagedError, StoreError
from scraper.page import Archived, Evidence, Exchange, Page, Target
from scraper.payload import digest_of
from scraper.skip import Skip
from scraper.store.disk import disk_errors
from scraper.store.exchange import (
    IDENTICAL,
    NOT_MODIFIED,
    encode_exchange,
    encoding_of,
    new_id,
    read_exchanges,
    warc_date,
)
from scraper.store.record import Record, encode_record, read_records

SUFFIX = ".warc.gz"
OPEN_SUFFIX = ".warc.gz.part"


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as an archive holds it.

    Args:
        page: What came back.
        run: Id of the run that fetched it.
        warc_file: File name in data/warc.
        offset: Bytes before the gzip member of the answer's record; of the metadata record where nothing came back.
        record_id: WARC-Record-ID of that record, with its angle brackets.
        payload_bytes: Length of the answer's payload as received, also where the payload itself is not held.
    """

    page: Page
    run: str
    warc_file: str
    offset: int
    record_id: str
    payload_bytes: int = 0


class SegmentWriter:
    """Write the visits of one segment.

    Args:
        path: A file that does not exist, named <segment>.warc.gz.part.
        run: Id of the run.
        started_at: The date of the warcinfo record.

    Raises:
        StoreError: The file exists or can't be written.
    """

    def __init__(self, path: Path, run: str, started_at: datetime) -> None:
        self.path, self._size = path, 0
        with disk_errors(path, "written"):
            self._file = path.open("xb")
        self._info_id = new_id()
        info = {
            "software": f"scraper/{metadata.version('scraper')}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "robots": "classic",
            "isPartOf": run,
        }
        fields = {
            "WARC-Type": "warcinfo",
            "WARC-Record-ID": self._info_id,
            "WARC-Date": warc_date(started_at),
            "WARC-Filename": path.name.removesuffix(".part"),
            "Content-Type": "application/warc-fields",
        }
        self._write(encode_record(fields, "".join(f"{name}: {value}\r\n" for name, value in info.items()).encode()))

    @property
    def size(self) -> int:
        """Bytes written, whether or not they are on disk yet."""
        return self._size

    def append(self, page: Page) -> Archived | None:
        """Write the records of a visit: request and response of each hop, then what was asked and decided.

        A page that is said to be identical is taken at its word only where its payload has the digest of the one it
        is identical to; its own payload is then not written.

        Returns:
            Where the last payload of the address is: this one, if it is usable and whole, otherwise what the target
            said of an earlier one.

        Raises:
            StoreError: They can't be written; the file then ends in an unknown state until it is cut back.
        """
        exchanges = [*page.exchanges, *chain.from_iterable(page.parts)]
        encoding = encoding_of(exchanges)
        asked_by_others = page.target.evidence.kind == "archive"
        common = {"WARC-Date": warc_date(page.fetched_at), "WARC-Warcinfo-ID": self._info_id}
        archived, answer_id = page.target.archived, ""
        for number, exchange in enumerate(page.exchanges, start=1):
            is_answer, digest, profile = number == len(page.exchanges), digest_of(exchange.payload), None
            if exchange.status == 304:
                profile = NOT_MODIFIED
            elif is_answer and page.identical and archived is not None and archived.digest == digest:
                profile = IDENTICAL
            record_id, records = encode_exchange(
                exchange, common, encoding, digest, profile, archived, answer_id, asked_by_others=asked_by_others
            )
            self._write(records)
            if is_answer and profile is None and _is_whole(page, exchange):
                date = warc_date(exchange.asked_at or page.fetched_at)
                archived = Archived(record_id, date, exchange.url, digest)
            if not exchange.rendered:
                answer_id = record_id
        for part in page.parts:
            made_of = ""
            for exchange in part:
                digest = digest_of(exchange.payload)
                made_of, records = encode_exchange(exchange, common, encoding, digest, made_of=made_of)
                self._write(records)
        visit = {
            "target": page.target,
            "fetched_at": page.fetched_at.isoformat(),
            "robots": page.robots,
            "skip": page.skip,
            "opt_outs": page.opt_outs,
            "part_hops": [len(part) for part in page.parts],
            "missing": page.missing,
            "payload_bytes": len(page.exchanges[-1].payload) if page.exchanges else 0,
            "asked_at": [each.asked_at and each.asked_at.isoformat() for each in exchanges],
            "header_encoding": encoding,
        }
        fields = {"WARC-Type": "metadata", "WARC-Record-ID": new_id(), "WARC-Target-URI": page.target.url} | common
        if answer_id:
            fields["WARC-Concurrent-To"] = answer_id
        fields["Content-Type"] = "application/json"
        self._write(encode_record(fields, json.dumps(to_builtins(visit)).encode()))
        return archived

    def sync(self) -> None:
        """Put all that was appended on disk.

        Raises:
            StoreError: The disk is full or fails.
        """
        with disk_errors(self.path, "written"):
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Sync and close.

        Raises:
            StoreError: The disk is full or fails; the file is closed all the same.
        """
        with disk_errors(self.path, "written"):
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
            finally:
                self._file.close()

    def abandon(self) -> None:
        """Close without a promise about the bytes not synced, after a failure."""
        try:
            self._file.close()
        except OSError:
            return  # The failure that led here has been told; the file is cut back at the next start.

    def _write(self, records: bytes) -> None:
        with disk_errors(self.path, "written"):
            self._file.write(records)
        self._size += len(records)


def read_segment(path: Path, committed_bytes: int | None = None) -> Iterator[Capture]:
    """Read the visits of a segment in the order they were made.

    Args:
        path: The segment.
        committed_bytes: Of an open one how much of it is to be read.

    Raises:
        StoreError: It cannot be read.
        DamagedError: A record is damaged; names file and offset.
    """
    run, hops = "", list[Record]()
    for record in read_records(path, committed_bytes):
        try:
            if record.type == "warcinfo":
                run = run_of(record)
            elif record.type == "metadata":
                yield make_capture(path, run, hops, record)
                hops = []
            else:
                hops.append(record)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            what = f"is not as this program writes it: {error!r}"
            raise DamagedError(path, record.offset, what) from error
    if hops:
        raise DamagedError(path, hops[0].offset, "belongs to a visit that is cut off")


def run_of(info: Record) -> str:
    """Give the run that a warcinfo record names, "" where it names none."""
    lines = info.block.decode().split("\r\n")
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}.get("isPartOf", "")


def make_capture(path: Path, run: str, hops: list[Record], visit: Record) -> Capture:
    """Make the capture of a visit.

    Args:
        path: The segment.
        run: Id of the run.
        hops: Its requests and answers.
        visit: Its metadata record.

    Raises:
        ValueError, KeyError, TypeError, IndexError: The records are not those of a visit of this program, or not all.
    """
    said = json.loads(visit.block)
    page, answer = _make_page(said, hops, visit)
    # Earlier versions left no payload out, so they did not say how long it was.
    size = said.get("payload_bytes", len(page.exchanges[-1].payload) if page.exchanges else 0)
    return Capture(page, run, path.name, answer.offset, answer.id, size)


def cut_back(path: Path, committed_bytes: int) -> None:
    """Cut an open segment back to what the state has committed.

    Raises:
        StoreError: It is shorter than that, or can't be written.
    """
    with disk_errors(path, "repaired"), path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        if size < committed_bytes:
            raise StoreError(
                f"{path}: holds {size} bytes where {committed_bytes} were committed; restore it from a copy, or remove"
                " it together with the state of the data folder"
            )
        file.truncate(committed_bytes)
        os.fsync(file.fileno())


def _make_page(said: dict[str, Any], hops: list[Record], visit: Record) -> tuple[Page, Record]:
    """Make the page of a visit, and give the record that holds its answer; that of the visit where nothing came."""
    asked_by_others = said["target"]["evidence"]["kind"] == "archive"
    read = list(read_exchanges(hops, said["header_encoding"], asked_by_others=asked_by_others))
    # What has a default here was not said by earlier versions.
    counts = said.get("part_hops", [])
    own = len(read) - sum(counts)
    if own < 0:
        raise ValueError("fewer hops than it counts")
    times = said.get("asked_at", [None] * len(read))
    exchanges = [
        replace(exchange, asked_at=datetime.fromisoformat(time)) if time else exchange
        for (exchange, _), time in zip(read, times, strict=True)
    ]
    rest = iter(exchanges[own:])
    parts = tuple(tuple(islice(rest, count)) for count in counts)
    answer = read[own - 1][1] if own else visit
    target = said["target"]
    archived = Archived(**target["archived"]) if target.get("archived") else None
    page = Page(
        Target(**{**target, "evidence": Evidence(**target["evidence"]), "archived": archived}),
        tuple(exchanges[:own]),
        datetime.fromisoformat(said["fetched_at"]),
        said["robots"],
        Skip(**said["skip"]) if said["skip"] else None,
        identical=answer.fields.get("warc-profile") == IDENTICAL,
        opt_outs=tuple((signal, value) for signal, value in said.get("opt_outs", ())),
        parts=parts,
        missing=Skip(**said["missing"]) if said.get("missing") else None,
    )
    return page, answer


def _is_whole(page: Page, answer: Exchange) -> bool:
    """Tell whether the answer can stand in for the same payload of a later visit."""
    usable = page.skip is None and answer.status == 200 and not answer.truncated and not page.owes_pages
    return usable and bool(answer.payload) and page.target.kind != "robots"
