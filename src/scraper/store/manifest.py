"""Manifest: the one object of a bucket that says which of the others are the corpus.

A module of its own, because it is what makes many objects one: it is put last and in one request, so that readers see
the corpus before or after, whole. Objects are never changed: a file that is written anew gets another key.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import msgspec

from scraper.errors import GoneError, StoreError
from scraper.store.part import KINDS, Kind
from scraper.store.remote import Remote
from scraper.store.schema import SCHEMA_VERSION

MANIFEST = "manifest.json"
VERSION = 1
RETIRED_FOR = timedelta(days=1)
"""How long a part is kept that is none any more, for those who opened the corpus before."""

_PART = re.compile(
    rf"(releases/[^/]+/)?({'|'.join(kind.name for kind in KINDS)})/date=[\d-]+/[^/]+\.[0-9a-f]{{16}}\.parquet"
)

_SEGMENT = re.compile(r"warc/[^/]+\.warc\.gz")


@dataclass(frozen=True, slots=True)
class Entry:
    """An object that counts.

    Args:
        key: Its name, behind the address of the manifest's folder.
        bytes: Its size.
        sha256: Of its bytes, 64 hex digits.
        rows: Of a part, how many it holds.
    """

    key: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bucket holds at one moment.

    Args:
        id: Another one each time it is written.
        written_at: Aware, UTC.
        written_by: Name of the machine.
        release: Id of the release that the parts are of; "" where the data folder has none.
        articles: The parts of the articles, by key.
        outcomes: The parts of the outcomes, by key.
        segments: WARC files, by key; they stay, whatever becomes of those in the data folder.
        retired: Parts that are none any more -> since when, ISO 8601.
        schema_version: Of the newest part.
        version: Of this form.
    """

    id: str
    written_at: datetime
    written_by: str
    release: str = ""
    articles: tuple[Entry, ...] = ()
    outcomes: tuple[Entry, ...] = ()
    segments: tuple[Entry, ...] = ()
    retired: dict[str, datetime] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION
    version: int = VERSION

    def parts(self, kind: Kind) -> tuple[Entry, ...]:
        """Give the parts of a table."""
        return {"articles": self.articles, "outcomes": self.outcomes}[kind.name]

    def entries(self) -> dict[str, Entry]:
        """Give all objects that count, by key."""
        return {entry.key: entry for entry in (*self.articles, *self.outcomes, *self.segments)}

    def says_as(self, other: Manifest | None) -> bool:
        """Tell whether both name the same objects."""
        return other is not None and (self.release, self.entries()) == (other.release, other.entries())

    def encode(self) -> bytes:
        """Write it as JSON that a person can look at too."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


class _Versions(msgspec.Struct):
    """What is read first: a newer form may say the rest otherwise."""

    version: int = VERSION
    schema_version: int = SCHEMA_VERSION


def read_manifest(remote: Remote) -> Manifest:
    """Read what a bucket holds now.

    Raises:
        GoneError: It holds nothing yet.
        StoreError: It can't be read, or is of a newer version.
    """
    where = f"{remote.address}/{MANIFEST}"
    try:
        content = remote.get(MANIFEST)
        made_by = msgspec.json.decode(content, type=_Versions)
        if made_by.version > VERSION or made_by.schema_version > SCHEMA_VERSION:
            raise StoreError(f"{where}: was written by a newer version of the program; update it")
        return msgspec.json.decode(content, type=Manifest)
    except GoneError as error:
        raise GoneError(f"{error}; `scraper sync` writes it") from error
    except msgspec.MsgspecError as error:
        raise StoreError(
            f"{where}: is damaged: {error}; restore an older version of the object, or remove it, and `scraper sync`"
            " writes it anew"
        ) from error


def part_key(path: str, sha256: str) -> str:
    """Name the object of a part: by its path in the data folder and its bytes."""
    where = PurePosixPath(path)
    return str(where.with_name(f"{where.stem}.{sha256[:16]}{where.suffix}"))


def is_part_key(key: str) -> bool:
    """Tell whether an object is a part, of this moment or of none: only such are ever removed."""
    return _PART.fullmatch(key) is not None


def is_segment_key(key: str) -> bool:
    """Tell whether an object is a segment; what is in the folder besides counts for nothing and is left alone."""
    return _SEGMENT.fullmatch(key) is not None


def find_strays(there: Collection[str], named: Collection[str]) -> list[str]:
    """Give the segments of a bucket that nobody names."""
    return sorted(key for key in there if is_segment_key(key) and key not in named)


def retire(old: Manifest | None, new: set[str], now: datetime) -> dict[str, datetime]:
    """Give what is kept for those who opened the corpus before: parts that are none any more, and since when."""
    if old is None:
        return {}
    ended = {key: now.astimezone(UTC) for key in old.entries() if is_part_key(key)} | old.retired
    return {key: when for key, when in ended.items() if key not in new and now - when < RETIRED_FOR}
