"""Foreign exchange: what a server answered, of a record that anybody wrote.

A module apart from our own exchanges, because crawlers differ in what they keep: chunks or not, packed or not, with
headers that tell of neither. What is given here says of itself what it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from scraper.errors import FetchError
from scraper.page import Exchange, Headers
from scraper.payload import decode_payload
from scraper.store.record import Record
from scraper.store.scan import NamedSum
from scraper.url import Url, normalize

MAX_HEAD_BYTES = 1 << 20
MAX_HEADERS = 1000
_FIRST_YEAR = 1990
_LAST_YEAR = 9000

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t]+([^\r\n]*))?\r?\n")
_BLANK = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_STAMP = re.compile(r"\d{14}")
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


def address_of(fields: Mapping[str, str]) -> Url:
    """Give the address that a record is of.

    Raises:
        ItemError: It has none, or one that is no http address.
    """
    return normalize(fields.get("warc-target-uri", ""))


def time_of(fields: Mapping[str, str]) -> datetime:
    """Give the time at which a record was made: aware, UTC.

    Raises:
        ValueError: It has none, or one that cannot be.
    """
    return read_time(fields.get("warc-date", ""))


def read_time(text: str) -> datetime:
    """Read a time as archives and lists write it: ISO 8601, or 14 digits; without a zone it is UTC.

    Raises:
        ValueError: It is none, or one at which there was no web.
    """
    text = text.strip()
    when = datetime.strptime(text, "%Y%m%d%H%M%S") if _STAMP.fullmatch(text) else datetime.fromisoformat(text)  # noqa: DTZ007
    if not _FIRST_YEAR <= when.year <= _LAST_YEAR:
        raise ValueError(f"{text[:40]!r} is no time of a fetch")
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


def read_answer(record: Record, url: Url) -> Exchange:
    """Make the exchange of a response, of a revisit (without payload), or of a resource, which has no HTTP header.

    The payload is without chunks, and where it is not packed as its header says, that header is left out.

    Raises:
        ValueError: The record holds no HTTP answer, or another payload than its digest says.
    """
    fields = record.fields
    truncated = fields.get("warc-truncated") if record.type != "revisit" else None
    ip = fields.get("warc-ip-address")
    if record.type == "resource":
        _check_digest(fields, record.block)
        headers: Headers = (("Content-Type", fields["content-type"]),) if fields.get("content-type") else ()
        return Exchange(url, (), 200, "", headers, record.block, ip, truncated)
    status, phrase, headers, raw = _parse(record.block)
    payload = raw
    if _value(headers, "transfer-encoding").lower().endswith("chunked"):
        payload = _without_chunks(raw)
    if record.type == "response":
        _check_digest(fields, raw, payload)
    headers = tuple(pair for pair in headers if pair[0].lower() != "transfer-encoding")
    if payload and not _is_packed_so(payload, _value(headers, "content-encoding")):
        headers = tuple(pair for pair in headers if pair[0].lower() != "content-encoding")
    return Exchange(url, (), status, phrase, headers, payload, ip, truncated)


def _parse(block: bytes) -> tuple[int, str, Headers, bytes]:
    first = _STATUS.match(block)
    if first is None:
        raise ValueError("it does not begin with the status of an HTTP answer")
    end = _BLANK.search(block, first.end() - 2, MAX_HEAD_BYTES)
    if end is None:
        if len(block) > MAX_HEAD_BYTES:
            raise ValueError("its HTTP header does not end")
        lines, payload = block[first.end() :], b""
    else:
        lines, payload = block[first.end() : max(end.start(), first.end())], block[end.end() :]
    headers: list[tuple[str, str]] = []
    for line in re.split(r"\r?\n", lines.decode("latin-1"))[:MAX_HEADERS]:
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and headers:
            headers[-1] = headers[-1][0], f"{headers[-1][1]} {line.strip()}"
        elif colon:
            headers.append((name.strip(), value.strip()))
    return int(first[1]), (first[2] or b"").decode("latin-1").strip(), tuple(headers), payload


def _value(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "").strip()


def _without_chunks(raw: bytes) -> bytes:
    """Take chunks off, if there are any: many crawlers have done so already and left the header."""
    pieces, at = list[bytes](), 0
    while match := _CHUNK.match(raw, at):
        size = int(match[1], 16)
        end = match.end() + size
        if not size:
            return b"".join(pieces)
        if not pieces and raw[end : end + 1] not in (b"\r", b"\n", b""):
            return raw  # a text that begins like a chunk
        pieces.append(raw[match.end() : end])
        at = end + 2 if raw[end : end + 2] == b"\r\n" else end + 1
    # Cut off in the middle: what came is what a browser would show.
    return b"".join(pieces) if pieces else raw


def _is_packed_so(payload: bytes, encoding: str) -> bool:
    """Tell whether a payload may be packed as its header says; some crawlers unpack it and leave the header."""
    coding = encoding.rpartition(",")[2].strip().lower()
    if not coding or coding == "identity":
        return True
    if coding in _MAGIC:
        return payload.startswith(_MAGIC[coding])
    if not payload.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return True
    try:
        decode_payload(payload, encoding, 100 * len(payload) + 1_000_000)
    except FetchError as error:
        return error.reason == "too_large"
    return True


def _check_digest(fields: Mapping[str, str], *forms: bytes) -> None:
    """Compare a payload with its digest, in each form that crawlers sum: with chunks and without."""
    named = fields.get("warc-payload-digest")
    if not named or fields.get("warc-truncated"):
        return
    for form in dict.fromkeys(forms):
        digest = NamedSum(named)
        digest.update(form)
        if not digest.known or digest.matches():
            return
    # Some sum what they unpacked, others the whole block; a block that is checked itself needs no more.
    if not fields.get("warc-block-digest"):
        raise ValueError("it does not match its payload's digest")
