"""Exchange: one request and its response as the two records that hold them, and back.

A module apart from the segment, because it is here that HTTP becomes octets again: one line or one letter changed, and
the archive is no evidence any more.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Literal

from scraper.page import Archived, Exchange, Headers
from scraper.store.record import Record, encode_record
from scraper.url import Url, origin_of

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""Source: WARC 1.1, section 6.7.2."""
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""Source: WARC 1.1, section 6.7.3."""

_NOT_IN_A_LINE = re.compile(r"[\r\n\0]")

Encoding = Literal["latin-1", "utf-8"]


def encode_exchange(
    exchange: Exchange,
    common: Mapping[str, str],
    encoding: Encoding,
    digest: str,
    profile: str | None = None,
    archived: Archived | None = None,
    made_of: str = "",
    *,
    asked_by_others: bool = False,
) -> tuple[str, bytes]:
    """Make the records of a request and its response; of a rendered page one, for nothing was asked.

    Args:
        exchange: The two.
        common: The fields that all records of the visit share, WARC-Date where it is not known of the exchange.
        encoding: How header text becomes octets.
        digest: Of the payload.
        profile: Where the payload is left out, for it is held elsewhere: why.
        archived: Where that is, if it is known.
        made_of: Of a rendered page the record id of the response that it was made of.
        asked_by_others: The request is not known, so there is no record of one.

    Returns:
        The record id of the response, and the gzip members.
    """
    answer_id = new_id()
    where: dict[str, str] = {"WARC-Target-URI": exchange.url, **common}
    if exchange.asked_at is not None:
        where["WARC-Date"] = warc_date(exchange.asked_at)
    if exchange.ip:
        where["WARC-IP-Address"] = exchange.ip
    kind = "revisit" if profile else "conversion" if exchange.rendered else "response"
    said = {"WARC-Type": kind, "WARC-Record-ID": answer_id} | where
    if exchange.truncated:
        said["WARC-Truncated"] = exchange.truncated
    if profile:
        said |= _refer_to(profile, archived)
    elif not exchange.rendered:
        said["WARC-Payload-Digest"] = digest
    elif made_of:
        said["WARC-Refers-To"] = made_of
    said["Content-Type"] = "application/http; msgtype=response"
    # The chunks are gone from the payload, so a header that announces them would make readers misread it.
    kept = tuple(pair for pair in exchange.headers if pair[0].lower() != "transfer-encoding")
    head = _head(f"HTTP/1.1 {exchange.status} {exchange.phrase}", kept, encoding)
    answer = encode_record(said, head, b"" if profile else exchange.payload)
    if exchange.rendered or asked_by_others:
        return answer_id, answer
    asked = {"WARC-Type": "request", "WARC-Record-ID": new_id()} | where
    asked |= {"WARC-Concurrent-To": answer_id, "Content-Type": "application/http; msgtype=request"}
    path = exchange.url[len(origin_of(exchange.url)) :]
    head = _head(f"GET {path} HTTP/1.1", exchange.request_headers, encoding)
    return answer_id, encode_record(asked, head) + answer


def read_exchanges(
    records: Iterable[Record], encoding: Encoding, *, asked_by_others: bool = False
) -> Iterator[tuple[Exchange, Record]]:
    """Make the exchanges of their records, each with the record that holds the answer.

    Args:
        records: The records.
        encoding: How header text became octets.
        asked_by_others: Answers may be without a request.

    Raises:
        ValueError, KeyError: They are none.
    """
    rest = iter(records)
    for request in rest:
        asked: Headers = ()
        response = request
        if request.type == "request":
            asked, answer = _parse(request.block, encoding)[1], next(rest, None)
            if answer is None:
                raise ValueError("a request without an answer")
            response = answer
        line, headers, payload = _parse(response.block, encoding)
        _, status, phrase = line.split(" ", 2)
        said = response.fields
        truncated = None if said.get("warc-profile") == IDENTICAL else said.get("warc-truncated")
        url, ip = Url(said["warc-target-uri"]), said.get("warc-ip-address")
        exchange = Exchange(url, asked, int(status), phrase, headers, payload, ip, truncated)
        if response is request and not exchange.rendered and not asked_by_others:
            raise ValueError("an answer without a request")
        yield exchange, response


def encoding_of(exchanges: Iterable[Exchange]) -> Encoding:
    """Choose how header text becomes octets: one character each, as HTTP has it, unless a caller decoded further."""
    texts = (
        text
        for exchange in exchanges
        for text in (exchange.phrase, *(s for pair in (*exchange.request_headers, *exchange.headers) for s in pair))
    )
    return "latin-1" if all(text.isascii() or max(text) <= "\xff" for text in texts) else "utf-8"


def warc_date(when: datetime) -> str:
    """Write microseconds: WARC 1.1 allows up to nanoseconds (section 5.4)."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_id() -> str:
    """Make a WARC-Record-ID."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def _refer_to(profile: str, archived: Archived | None) -> dict[str, str]:
    said = {"WARC-Profile": profile}
    if profile == IDENTICAL:
        said["WARC-Truncated"] = "length"  # as section 6.7.2 wants it of a payload that is left out
    if archived is not None:
        said |= {
            "WARC-Refers-To": archived.record_id,
            "WARC-Refers-To-Target-URI": archived.url,
            "WARC-Refers-To-Date": archived.date,
            "WARC-Payload-Digest": archived.digest,
        }
    return said


def _head(line: str, headers: Headers, encoding: Encoding) -> bytes:
    """Write an HTTP header block. A line break inside a value cannot come from the wire and would forge a header."""
    lines = [line, *(f"{name}: {value}" for name, value in headers)]
    text = "".join(_NOT_IN_A_LINE.sub(" ", each) + "\r\n" for each in lines) + "\r\n"
    return text.encode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")


def _parse(block: bytes, encoding: Encoding) -> tuple[str, Headers, bytes]:
    head, _, payload = block.partition(b"\r\n\r\n")
    line, *rest = head.decode(encoding, "surrogatepass" if encoding == "utf-8" else "strict").split("\r\n")
    pairs = (each.partition(": ") for each in rest)
    return line, tuple((name, value) for name, _, value in pairs), payload
