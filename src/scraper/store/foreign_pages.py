"""Foreign pages: HTML files in a folder, or named by a list, as pages that others fetched.

A module beside WARC files, because a bare file says neither its address nor when it was fetched: a list says it, or the
folder it lies in, the page itself, and the time of the file. A list is a stranger's: it names files of its own folder,
and no others.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from scraper.errors import ItemError, StoreError
from scraper.page import Exchange
from scraper.reading import Reading
from scraper.store.disk import disk_errors
from scraper.store.foreign_answer import Answer, Wanted
from scraper.store.foreign_exchange import read_time
from scraper.url import Url, normalize, site_of

PAGES = (".html", ".htm", ".xhtml", ".html.gz", ".htm.gz", ".xhtml.gz")
MAX_PAGE_BYTES = 64_000_000
MAX_LINE_BYTES = 1 << 17
"""Of a list: an address, a path and what else is said of a page; also the longest field that csv takes."""

_HOST = re.compile(r"(?:(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*[a-z]|\d+(?:\.\d+){3})(?::\d+)?", re.IGNORECASE)
"""A folder named so is the site that wget and its like copied there."""
_INDEX = re.compile(r"(?:^|(?<=/))index\.x?html?$")
_NAMES = {
    "url": ("url", "address", "uri", "link"),
    "file": ("file", "path", "filename", "html_file", "html_path"),
    "time": ("fetched_at", "crawled_at", "date", "time", "timestamp"),
}
Canonical = Callable[[bytes, Url | None], Url | None]
"""Gives the address that a page calls its own, by the one that its folders say, if they do."""


class PageFolder:
    """A folder of HTML files, to any depth.

    Args:
        address: Its path.
        canonical: Finds the address in a page.
    """

    def __init__(self, address: str, canonical: Canonical) -> None:
        self.address, self._canonical = address, canonical

    def close(self) -> None:
        """Do nothing: no file stays open."""

    def mark(self) -> str:
        """Give what changes with any of the files: a digest of their names, sizes and times."""
        digest = hashlib.sha256()
        for path in self._files():
            with disk_errors(path, "read"):
                said = path.lstat()
            digest.update(f"{path}\0{said.st_size}\0{said.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()[:32]

    def read(self, start: int, reading: Reading, wanted: Wanted, enough: Callable[[], bool]) -> Iterator[Answer]:
        """Give the pages in the order of their paths, as Archive.read; fetched when the file was written."""
        for place, path in enumerate(self._files()):
            if enough():
                return
            if place < start:
                continue
            reading.place, reading.records = place, reading.records + 1
            try:
                if path.is_symlink() or not path.is_file():
                    reading.passed["no_file"] += 1
                    continue
                payload, when = _read_file(path)
                url = self._address_of(path, payload)
            except ItemError:
                reading.passed["bad_url"] += 1
                continue
            except (OSError, ValueError) as error:
                reading.fault(str(path), f"is not read: {error}")
                continue
            yield from _answer(url, path, payload, when, place, reading, wanted)

    def _files(self) -> Iterator[Path]:
        for at, folders, names in os.walk(self.address, onerror=_refuse):
            folders.sort()
            yield from (Path(at, name) for name in sorted(names) if name.lower().endswith(PAGES))

    def _address_of(self, path: Path, payload: bytes) -> Url:
        """Give the address of a page: as its folders say, who copied whole sites; else what the page says.

        What a page says of another site than its folder is a claim, and not its address.

        Raises:
            ItemError: Nothing says it.
        """
        inner = _INDEX.sub("", path.relative_to(self.address).as_posix().removesuffix(".gz"))
        host, slash, rest = inner.partition("/")
        copied = normalize(f"https://{host}/{rest}") if slash and _HOST.fullmatch(host) else None
        said = self._canonical(payload, copied)
        if copied and (said is None or site_of(said.split("/", 3)[2]) != site_of(host)):
            return copied
        if said is None and _HOST.fullmatch(Path(self.address).name):
            return normalize(f"https://{Path(self.address).name}/{inner}")
        if said is None:
            raise ItemError("bad_url", f"{path}: neither its folder nor the page says its address")
        return said


class PageList:
    """A table of addresses and files: CSV, TSV or JSON lines, with names of columns.

    Args:
        address: Its path.

    Raises:
        StoreError: It can't be opened, or names no column of addresses or of files.
    """

    def __init__(self, address: str) -> None:
        self.address, self._folder = address, Path(address).resolve().parent
        with disk_errors(Path(address), "read"):
            self._file = Path(address).open("rb")  # noqa: SIM115  # close closes it
        self._json = address.lower().endswith((".jsonl", ".ndjson"))
        self._columns = dict[str, str]()
        if not self._json:
            try:
                self._read_columns()
            except BaseException:
                self._file.close()
                raise

    def close(self) -> None:
        """Close the list."""
        self._file.close()

    def read(self, start: int, reading: Reading, wanted: Wanted, enough: Callable[[], bool]) -> Iterator[Answer]:
        """Give the pages in the order of the rows, as Archive.read."""
        for place, row in enumerate(self._rows()):
            if enough():
                return
            if place < start:
                continue
            reading.place, reading.records = place, reading.records + 1
            where = f"{self.address}: row {place + 1}"
            if isinstance(row, str):
                reading.fault(where, row)
                continue
            try:
                url, path, time = self._said(row)
                payload, written_at = _read_file(path)
                when = read_time(time) if time else written_at
            except ItemError:
                reading.passed["bad_url"] += 1
                continue
            except (OSError, ValueError, RuntimeError) as error:
                what = error.strerror if isinstance(error, OSError) and error.strerror else error
                reading.fault(where, f"is not read: {what}")
                continue
            yield from _answer(url, path, payload, when, place, reading, wanted)

    def _said(self, row: Mapping[str, object]) -> tuple[Url, Path, str]:
        names = self._columns or _columns_of(row)
        if lacks := {"url", "file"} - names.keys():
            raise ValueError(f"it names no {' and no '.join(sorted(lacks))}")
        url, file, time = (str(row.get(names.get(each, "")) or "") for each in ("url", "file", "time"))
        if not file:
            raise ValueError("it names no file")
        path = (self._folder / file).resolve()
        if not path.is_relative_to(self._folder):
            raise ValueError(f"{file[:200]!r} is outside of the folder of the list")
        return normalize(url), path, time

    def _read_columns(self) -> None:
        header = next(self._table(), [])
        self._columns = _columns_of(dict.fromkeys(header))
        for each in ("url", "file"):
            if each not in self._columns:
                raise StoreError(f"{self.address}: its first line names no column {each!r}, so no row says it")

    def _table(self) -> Iterator[list[str]]:
        self._file.seek(0)
        dialect = "excel-tab" if self.address.lower().endswith(".tsv") else "excel"
        return csv.reader((line if line is not None else '"' for line in _lines(self._file)), dialect)

    def _rows(self) -> Iterator[Mapping[str, object] | str]:
        """Give what each row says, or what is wrong with it."""
        if self._json:
            self._file.seek(0)
            yield from map(_read_json, _lines(self._file))
            return
        table = self._table()
        header = next(table)
        while True:
            try:
                row = next(table)
            except StopIteration:
                return
            except csv.Error as error:
                yield f"is not read: {error}"
                continue
            if row:
                yield dict(zip(header, row, strict=False))


def _read_json(line: str | None) -> Mapping[str, object] | str:
    if line is None:
        return f"is longer than {MAX_LINE_BYTES:,} bytes"
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return "is no JSON"
    return row if isinstance(row, dict) else "is no JSON object"


def _columns_of(row: Mapping[str, object]) -> dict[str, str]:
    """Find the columns by their names: the first of each meaning, any case."""
    there = {name.strip().lower(): name for name in reversed(list(row))}
    found = ((each, next((there[name] for name in names if name in there), None)) for each, names in _NAMES.items())
    return {each: name for each, name in found if name is not None}


def _lines(file: BinaryIO) -> Iterator[str | None]:
    """Give the lines of a file, None for one that is too long."""
    first = file.readline(MAX_LINE_BYTES).removeprefix(b"\xef\xbb\xbf")
    for line in chain([first], iter(lambda: file.readline(MAX_LINE_BYTES), b"")):
        if len(line) < MAX_LINE_BYTES - 3 or line.endswith(b"\n"):
            yield line.decode("utf-8", "replace").replace("\0", "")
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE_BYTES)  # noqa: PLW2901  # what is left of it
        yield None


def _read_file(path: Path) -> tuple[bytes, datetime]:
    """Read a page and the time it was written.

    Raises:
        OSError: It can't be read.
        ValueError: It is too large, or no file.
    """
    if not path.is_file():
        raise ValueError(f"{path} is no file")
    with path.open("rb") as file:
        said = os.fstat(file.fileno())
        if said.st_size > MAX_PAGE_BYTES:
            raise ValueError(f"it has {said.st_size:,} bytes, more than {MAX_PAGE_BYTES:,}")
        return file.read(MAX_PAGE_BYTES), datetime.fromtimestamp(int(said.st_mtime), UTC)


def _answer(
    url: Url, path: Path, payload: bytes, when: datetime, place: int, reading: Reading, wanted: Wanted
) -> Iterator[Answer]:
    if not payload:
        reading.passed["empty"] += 1
    elif not wanted(url, when):
        reading.passed["filtered"] += 1
    else:
        reading.pages += 1
        coding = (("Content-Encoding", "gzip"),) if path.name.lower().endswith(".gz") else ()
        headers = (("Content-Type", "text/html"), *coding)
        yield Answer(url, Exchange(url, (), 200, "", headers, payload), when, place)


def _refuse(error: OSError) -> None:
    raise StoreError(f"{error.filename}: cannot be read: {error.strerror}") from error
