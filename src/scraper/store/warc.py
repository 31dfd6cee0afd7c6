"""Segment: one WARC 1.1 file, a gzip member per record, and the visits it holds.

A module of its own, because the archive is what may never be wrong: what was appended is read back equal, every byte
of header and payload, or the damage is told.
"""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from msgspec import to_builtins

from scraper.errors import DamagedError, StoreError
from scraper.page import Archived, Evidence, Exchange, Headers, Page, Target
from scraper.payload import digest_of
from scraper.skip import Skip
from scraper.store.disk import disk_errors
from scraper.store.record import Record, encode_record, read_records
from scraper.url import Url, origin_of

SUFFIX = ".warc.gz"
OPEN_SUFFIX = ".warc.gz.part"

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""Source: WARC 1.1, section 6.7.2."""
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""Source: WARC 1.1, section 6.7.3."""

_NOT_IN_A_LINE = re.compile(r"[\r\n\0]")

_Encoding = Literal["latin-1", "utf-8"]


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as an archive holds it.

    Args:
        page: What came back.
        run: Id of the run that fetched it.
        warc_file: File name in data/warc.
        offset: Bytes before the gzip member of the answer's record; of the metadata record where nothing came back.
        record_id: WARC-Record-ID of that record, with its angle brackets.
        payload_bytes: Length of the answer's payload as received, also where a holder has dropped the payload itself.
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
        self._info_id = _new_id()
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
            "WARC-Date": _warc_date(started_at),
            "WARC-Filename": path.name.removesuffix(".part"),
            "Content-Type": "application/warc-fields",
        }
        self._write(fields, "".join(f"{name}: {value}\r\n" for name, value in info.items()).encode())

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
        encoding = _encoding_of(page)
        common = {"WARC-Date": _warc_date(page.fetched_at), "WARC-Warcinfo-ID": self._info_id}
        archived, answer_id = page.target.archived, ""
        for number, exchange in enumerate(page.exchanges, start=1):
            is_answer, digest = number == len(page.exchanges), digest_of(exchange.payload)
            revisit: dict[str, str] = {}
            if exchange.status == 304:
                revisit = {"WARC-Profile": NOT_MODIFIED}
            elif is_answer and page.identical and archived is not None and archived.digest == digest:
                # A payload that is left out counts as truncated (section 6.7.2).
                revisit = {"WARC-Profile": IDENTICAL, "WARC-Truncated": "length"}
            if revisit and archived is not None:
                revisit |= _refer_to(archived)
            answer_id = self._append_exchange(exchange, common, encoding, digest, revisit)
            if is_answer and not revisit and _is_whole(page, exchange) and not page.owes_pages:
                archived = Archived(answer_id, common["WARC-Date"], exchange.url, digest)
        for exchange in chain.from_iterable(page.parts):
            self._append_exchange(exchange, common, encoding, digest_of(exchange.payload), {})
        visit = {
            "target": page.target,
            "fetched_at": page.fetched_at.isoformat(),
            "robots": page.robots,
            "skip": page.skip,
            "opt_outs": page.opt_outs,
            "part_hops": [len(part) for part in page.parts],
            "missing": page.missing,
            "header_encoding": encoding,
        }
        fields = {"WARC-Type": "metadata", "WARC-Record-ID": _new_id(), "WARC-Target-URI": page.target.url} | common
        if answer_id:
            fields["WARC-Concurrent-To"] = answer_id
        self._write(fields | {"Content-Type": "application/json"}, json.dumps(to_builtins(visit)).encode())
        return archived

    def _append_exchange(
        self, exchange: Exchange, common: dict[str, str], encoding: _Encoding, digest: str, revisit: dict[str, str]
    ) -> str:
        """Write request and response of a hop, or a revisit in place of the response, and give the latter's id."""
        answer_id = _new_id()
        where = {"WARC-Target-URI": exchange.url} | common
        if exchange.ip:
            where["WARC-IP-Address"] = exchange.ip
        path = exchange.url[len(origin_of(exchange.url)) :]
        fields = {"WARC-Type": "request", "WARC-Record-ID": _new_id()} | where
        fields |= {"WARC-Concurrent-To": answer_id, "Content-Type": "application/http; msgtype=request"}
        self._write(fields, _head(f"GET {path} HTTP/1.1", exchange.request_headers, encoding))
        fields = {"WARC-Type": "revisit" if revisit else "response", "WARC-Record-ID": answer_id} | where
        if exchange.truncated:
            fields["WARC-Truncated"] = exchange.truncated
        fields |= revisit or {"WARC-Payload-Digest": digest}
        fields["Content-Type"] = "application/http; msgtype=response"
        # The chunks are gone from the payload, so a header that announces them would make readers misread it.
        kept = tuple(pair for pair in exchange.headers if pair[0].lower() != "transfer-encoding")
        head = _head(f"HTTP/1.1 {exchange.status} {exchange.phrase}", kept, encoding)
        self._write(fields, head, b"" if revisit else exchange.payload)
        return answer_id

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

    def _write(self, fields: dict[str, str], *block: bytes) -> None:
        member = encode_record(fields, *block)
        with disk_errors(self.path, "written"):
            self._file.write(member)
        self._size += len(member)


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
                run = _info(record.block).get("isPartOf", "")
            elif record.type == "metadata":
                page = _make_page(record, hops)
                answer = hops[2 * len(page.exchanges) - 1] if page.exchanges else record
                size = len(page.exchanges[-1].payload) if page.exchanges else 0
                yield Capture(page, run, path.name, answer.offset, answer.id, size)
                hops = []
            else:
                hops.append(record)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            what = f"is not as this program writes it: {error!r}"
            raise DamagedError(path, record.offset, what) from error
    if hops:
        raise DamagedError(path, hops[0].offset, "belongs to a visit that is cut off")


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


def _make_page(visit: Record, hops: list[Record]) -> Page:
    said: dict[str, Any] = json.loads(visit.block)
    encoding: _Encoding = said["header_encoding"]
    exchanges = [
        _make_exchange(request, response, encoding) for request, response in zip(hops[::2], hops[1::2], strict=True)
    ]
    # What has a default here was not said by earlier versions.
    counts = said.get("part_hops", [])
    own = len(exchanges) - sum(counts)
    if own < 0:
        raise ValueError("fewer hops than it counts")
    rest = iter(exchanges[own:])
    parts = tuple(tuple(islice(rest, count)) for count in counts)
    exchanges = exchanges[:own]
    target = said["target"]
    archived = Archived(**target["archived"]) if target.get("archived") else None
    return Page(
        Target(**{**target, "evidence": Evidence(**target["evidence"]), "archived": archived}),
        tuple(exchanges),
        datetime.fromisoformat(said["fetched_at"]),
        said["robots"],
        Skip(**said["skip"]) if said["skip"] else None,
        identical=bool(exchanges) and hops[2 * len(exchanges) - 1].fields.get("warc-profile") == IDENTICAL,
        opt_outs=tuple((signal, value) for signal, value in said.get("opt_outs", ())),
        parts=parts,
        missing=Skip(**said["missing"]) if said.get("missing") else None,
    )


def _make_exchange(request: Record, response: Record, encoding: _Encoding) -> Exchange:
    _, request_headers, _ = _parse(request.block, encoding)
    line, headers, payload = _parse(response.block, encoding)
    _, status, phrase = line.split(" ", 2)
    said = response.fields
    truncated = None if said.get("warc-profile") == IDENTICAL else said.get("warc-truncated")
    url, ip = Url(said["warc-target-uri"]), said.get("warc-ip-address")
    return Exchange(url, request_headers, int(status), phrase, headers, payload, ip, truncated)


def _refer_to(archived: Archived) -> dict[str, str]:
    return {
        "WARC-Refers-To": archived.record_id,
        "WARC-Refers-To-Target-URI": archived.url,
        "WARC-Refers-To-Date": archived.date,
        "WARC-Payload-Digest": archived.digest,
    }


def _is_whole(page: Page, answer: Exchange) -> bool:
    """Tell whether the answer can stand in for the same payload of a later visit."""
    usable = page.skip is None and answer.status == 200 and not answer.truncated
    return usable and bool(answer.payload) and page.target.kind != "robots"


def _encoding_of(page: Page) -> _Encoding:
    """Choose how header text becomes octets: one character each, as HTTP has it, unless a caller decoded further."""
    texts = (
        text
        for exchange in chain(page.exchanges, *page.parts)
        for text in (exchange.phrase, *(s for pair in (*exchange.request_headers, *exchange.headers) for s in pair))
    )
    return "latin-1" if all(text.isascii() or max(text) <= "\xff" for text in texts) else "utf-8"


def _head(line: str, headers: Headers, encoding: _Encoding) -> bytes:
    """Write an HTTP header block. A line break inside a value cannot come from the wire and would forge a header."""
    lines = [line, *(f"{name}: {value}" for name, value in headers)]
    text = "".join(_NOT_IN_A_LINE.sub(" ", each) + "\r\n" for each in lines) + "\r\n"
    return text.encode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")


def _parse(block: bytes, encoding: _Encoding) -> tuple[str, Headers, bytes]:
    head, _, payload = block.partition(b"\r\n\r\n")
    line, *rest = head.decode(encoding, "surrogatepass" if encoding == "utf-8" else "strict").split("\r\n")
    pairs = (each.partition(": ") for each in rest)
    return line, tuple((name, value) for name, _, value in pairs), payload


def _info(block: bytes) -> dict[str, str]:
    lines = block.decode().split("\r\n")
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}


def _warc_date(when: datetime) -> str:
    """Write microseconds: WARC 1.1 allows up to nanoseconds (section 5.4)."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"
