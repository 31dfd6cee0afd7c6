"""WARC files as others write them, made by hand so that each oddity is in the open."""

from __future__ import annotations

import gzip
import hashlib
from base64 import b32encode
from typing import Any

import zstandard

from scraper.url import Url

CRLF = b"\r\n"
WORDS = "The river rose by a foot in the night and the mill stood in water until noon."


def html(title: str = "A flood", more: str = "") -> bytes:
    body = "".join(f"<p>{WORDS} {title} was told of it {n} times.</p>" for n in range(6))
    return f"<html><head><title>{title}</title>{more}</head><body><article><h1>{title}</h1>{body}</article>".encode()


def http(payload: bytes, *headers: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    lines = [status, *(headers or ("Content-Type: text/html",)), "", ""]
    return "\r\n".join(lines).encode("latin-1") + payload


def record(
    block: bytes,
    url: str = "https://news.example/a",
    kind: str = "response",
    date: str = "2026-03-02T10:00:00Z",
    version: str = "1.1",
    content_type: str = "application/http; msgtype=response",
    length: int | None = None,
    **more: Any,
) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{hashlib.sha256(block + url.encode()).hexdigest()[:32]}>",
        "WARC-Date": date,
        "WARC-Target-URI": url,
        "Content-Type": content_type,
        **{name.replace("_", "-"): value for name, value in more.items()},
        "Content-Length": str(len(block) if length is None else length),
    }
    lines = [f"WARC/{version}", *(f"{name}: {value}" for name, value in fields.items() if value), "", ""]
    return CRLF.join(line.encode() for line in lines) + block + CRLF + CRLF


def page(
    url: str = "https://news.example/a", date: str = "2026-03-02T10:00:00Z", title: str = "", **more: Any
) -> bytes:
    return record(http(html(title or Url(url).rpartition("/")[2] or "A flood")), url, date=date, **more)


def info(version: str = "1.1") -> bytes:
    return record(b"software: other/1.0\r\n", "", "warcinfo", version=version, content_type="application/warc-fields")


def digest(data: bytes) -> str:
    return f"sha1:{b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()}"


def members(*records: bytes) -> bytes:
    return b"".join(map(gzip.compress, records))


def stream(*records: bytes) -> bytes:
    return gzip.compress(b"".join(records))


def frames(*records: bytes) -> bytes:
    return b"".join(map(zstandard.ZstdCompressor().compress, records))


def frame(*records: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(b"".join(records))


def plain(*records: bytes) -> bytes:
    return b"".join(records)


PACKINGS = {"members": members, "stream": stream, "frames": frames, "frame": frame, "plain": plain}
