"""Foreign sources: the archives that a person names: files, folders, patterns, and addresses of a bucket.

A module of its own, because what is named is one thing, and which files that means another: it is settled before
anything is read, in an order that is always the same.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path
from typing import Literal

from scraper.errors import ConfigError, StoreError
from scraper.store.foreign_bytes import WACZ, list_wacz
from scraper.store.foreign_pages import PAGES
from scraper.store.remote import Remote

Kind = Literal["warc", "pages", "list"]

_ARCHIVES = (".warc", ".warc.gz", ".warc.zst")
_OLD = (".arc", ".arc.gz")
_LISTS = (".csv", ".tsv", ".jsonl", ".ndjson")
_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Source:
    """One archive.

    Args:
        kind: "warc"; "pages": a folder of HTML files; "list": a table of addresses and files.
        address: A path from the root, or an address of a bucket; of a WARC file in a WACZ both, with # between.
        mark: By which a change of its file shows, its size and time; "" of a folder.
    """

    kind: Kind
    address: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """What was found and can't be read.

    Args:
        address: Its path or address.
        why: Words for a person.
    """

    address: str
    why: str


def find_sources(named: Iterable[str]) -> tuple[list[Source], list[Unread]]:
    """Find the archives that are named, each once, in the order of their addresses.

    A folder is searched for WARC and WACZ files to any depth; where it holds none it is a folder of HTML files.

    Raises:
        ConfigError: Nothing is there that is named so.
        StoreError: A bucket can't be listed.
    """
    found: dict[str, Source] = {}
    unread: dict[str, Unread] = {}
    faults = []
    for text in named:
        each = list(_find_remote(text) if text.startswith("s3://") else _find_local(text))
        if not each:
            faults.append(f"--from {text}: there is no such file, folder or archive")
        for source in each:
            if isinstance(source, Unread):
                unread[source.address] = source
            else:
                found[source.address] = source
    if faults:
        raise ConfigError(faults)
    return [found[address] for address in sorted(found)], [unread[address] for address in sorted(unread)]


def _find_remote(text: str) -> Iterator[Source | Unread]:
    """Give the archives of a bucket whose keys a pattern matches, or that lie below a prefix; * passes slashes too."""
    wild = _WILD.search(text)
    fixed = text[: wild.start()] if wild else text.rstrip("/")
    folder = fixed.rpartition("/")[0] if wild or fixed.lower().endswith((*_ARCHIVES, *_OLD, WACZ)) else fixed
    if folder.count("/") < 2:
        raise ConfigError([f"--from {text}: must be like s3://bucket/prefix/*.warc.gz"])
    pattern = re.compile(translate(text) if wild else f"{re.escape(fixed)}(/.*)?")
    for key, size in sorted(Remote(folder).sizes().items()):
        address = f"{folder}/{key}"
        if pattern.fullmatch(address) and (wild or address == fixed or _is_archive(address)):
            yield from _of_file(address, str(size))


def _find_local(text: str) -> Iterator[Source | Unread]:
    path = Path(text)
    if not path.exists() and _WILD.search(text):
        for match in sorted(glob.glob(text, recursive=True)):  # noqa: PTH207  # as shells expand it
            if Path(match).is_file():
                yield from _of_path(Path(match))
    elif path.is_dir():
        files = _walk(path)
        archives = [each for file in files if _is_archive(file.name) for each in _of_path(file)]
        if archives:
            yield from archives
        elif any(file.name.lower().endswith(PAGES) for file in files):
            yield from _utf8("pages", path, "")
    elif path.is_file():
        if path.name.lower().endswith(_LISTS):
            yield from _utf8("list", path, _mark_of(path))
        elif path.name.lower().endswith(PAGES):
            raise ConfigError([f"--from {text}: name the folder of a page, or a list with its address"])
        else:
            yield from _of_path(path)


def _walk(folder: Path) -> list[Path]:
    """Give all files below a folder in the order of their paths; links to folders are not followed."""
    return sorted(Path(at) / name for at, _, names in os.walk(folder) for name in names)


def _is_archive(name: str) -> bool:
    return name.lower().endswith((*_ARCHIVES, *_OLD, WACZ))


def _of_path(path: Path) -> Iterator[Source | Unread]:
    try:
        mark = _mark_of(path)
    except OSError as error:
        yield Unread(str(path), f"cannot be read: {error.strerror}")
        return
    for each in _utf8("warc", path, mark):
        yield from [each] if isinstance(each, Unread) else _of_file(each.address, mark)


def _mark_of(path: Path) -> str:
    said = path.stat()
    return f"{said.st_size} {said.st_mtime_ns}"


def _utf8(kind: Kind, path: Path, mark: str) -> Iterator[Source | Unread]:
    address = os.path.abspath(path)  # noqa: PTH100  # links stay as they are named
    try:
        address.encode()
    except UnicodeEncodeError:
        yield Unread(address, "its name is no UTF-8, which no row can hold; rename it")
    else:
        yield Source(kind, address, mark)


def _of_file(address: str, mark: str) -> Iterator[Source | Unread]:
    if address.lower().endswith(_OLD):
        yield Unread(address, "is an ARC file, which is not read; convert it with `warcio recompress`")
    elif address.lower().endswith(WACZ):
        try:
            found = list_wacz(address)
        except StoreError as error:
            yield Unread(address, str(error).removeprefix(f"{address}: "))
            return
        if not found:
            yield Unread(address, "holds no WARC file")
        yield from (Source("warc", each, mark) for each in found)
    else:
        yield Source("warc", address, mark)
