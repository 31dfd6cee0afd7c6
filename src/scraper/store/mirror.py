"""Mirror: the corpus and the archive of a data folder, copied to a bucket so that readers there see it whole.

A module of its own, because its order is what makes it safe: first the objects, which nobody knows of yet, then the
manifest that names them in one request, and only then is removed what no manifest names. A kill in between leaves
objects that count for nothing, and the next time removes or uses them.
"""

from __future__ import annotations

import platform
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scraper.errors import GoneError, StoreError
from scraper.store.archive import SavedState
from scraper.store.disk import disk_errors
from scraper.store.manifest import (
    MANIFEST,
    Entry,
    Manifest,
    find_strays,
    is_part_key,
    is_segment_key,
    part_key,
    read_manifest,
    retire,
)
from scraper.store.mirrored import FILE, Known, Mirrored, read_mirrored, sum_file, write_mirrored
from scraper.store.part import KINDS, live_parts
from scraper.store.release import current
from scraper.store.remote import Remote
from scraper.store.segments import WARC
from scraper.store.warc import SUFFIX

UPLOADS = 3
"""At once; each holds some 40 MB."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What was done.

    Args:
        files: How many were sent.
        bytes: Their size.
        removed: Objects that were removed from the bucket.
        released: Segments that were removed from the data folder.
        notices: What the operator should know.
    """

    files: int
    bytes: int
    removed: int
    released: int
    notices: list[str]


@dataclass(frozen=True, slots=True)
class Local:
    """What is to be in the bucket: the objects of each table and of the archive, and the file of each."""

    release: str
    tables: dict[str, tuple[Entry, ...]]
    segments: tuple[Entry, ...]
    paths: dict[str, Path]
    known: dict[str, Known]

    def entries(self) -> dict[str, Entry]:
        """Give all of it, by key."""
        return {each.key: each for entries in (*self.tables.values(), self.segments) for each in entries}


def sync(
    data: Path,
    remote: Remote,
    now: datetime,
    *,
    keep_segments: bool = True,
    progress: Callable[[int, int], object] = lambda sent, total: None,
) -> Synced:
    """Make the bucket hold what the data folder holds. Nobody else may write to the folder meanwhile.

    Args:
        data: The data folder.
        remote: The place in the bucket: of this data folder alone.
        now: Aware.
        keep_segments: False: remove segments from the data folder that are extracted and in the bucket.
        progress: Called with the bytes that were sent, and that are to be sent.

    Raises:
        StoreError: The bucket can't be reached, or is of another data folder. Readers there see what they saw before.
        StoppedError: It was enough in between; likewise.
    """
    mirrored = read_mirrored(data) or Mirrored(remote.address)
    there = remote.sizes()
    old = read_ours(remote, mirrored) if MANIFEST in there else None
    local = look(data, mirrored)
    here, kept = local.entries(), _kept_segments(old, mirrored)
    if old is None and (strays := find_strays(there, here.keys() | kept.keys())):
        raise StoreError(
            f"{remote.address}: holds {len(strays)} segments and no {MANIFEST}, and this data folder remembers none of"
            f" them, such as {strays[0]}; restore an older version of {MANIFEST}, or run `scraper sync --adopt`; if"
            " they are of another data folder, give this one a prefix of its own in [store] remote"
        )
    notices = [
        f"{local.paths[key]}: differs from its copy in {remote.address}, which stays; a closed segment never changes:"
        " see `scraper archive check`"
        for key, entry in kept.items()
        if key in here and here[key] != entry
    ]
    segments = {each.key: each for each in local.segments} | kept
    wanted = here | segments
    lost = [key for key, entry in segments.items() if there.get(key) != entry.bytes and here.get(key) != entry]
    if lost and mirrored.address != remote.address:
        what = (
            f"lacks {len(lost)} segments that are only in {mirrored.address}; copy all objects of that one to it first"
        )
        raise StoreError(f"{remote.address}: {what}")
    if lost:
        notices.append(f"{remote.address}/{lost[0]}: is damaged or gone, and {len(lost) - 1} more; restore it")
    to_send = [entry for key, entry in here.items() if wanted[key] == entry and there.get(key) != entry.bytes]
    if to_send:
        _send(remote, to_send, local.paths, progress)
        there = remote.sizes()
        if wrong := [entry for entry in to_send if there.get(entry.key) != entry.bytes]:
            what = f"was sent with {wrong[0].bytes} bytes and is there with {there.get(wrong[0].key, 0)}; try again"
            raise StoreError(f"{remote.address}/{wrong[0].key}: {what}")
    retired = retire(old, set(wanted), now)
    new = Manifest(
        secrets.token_hex(8),
        now,
        platform.node(),
        local.release,
        local.tables["articles"],
        local.tables["outcomes"],
        tuple(segments[key] for key in sorted(segments)),
        retired,
    )
    known = {key: Known(each.bytes, 0, each.sha256) for key, each in segments.items()} | local.known
    if not new.says_as(old):
        _commit(data, remote, old, new, known)
    elif (mirrored.address, mirrored.known) != (remote.address, known):
        write_mirrored(data, Mirrored(remote.address, mirrored.ours, known))
    left = [key for key in there if is_part_key(key) and key not in wanted and key not in retired]
    for key in left:
        remote.remove(key)
    released = 0 if keep_segments else _release(data, local, segments, there)
    return Synced(len(to_send), sum(each.bytes for each in to_send), len(left), released, notices)


def read_ours(remote: Remote, mirrored: Mirrored) -> Manifest:
    """Read the manifest of a bucket that is this data folder's.

    Raises:
        GoneError: There is none.
        StoreError: It was written from another data folder, as far as this one remembers.
    """
    manifest = read_manifest(remote)
    if manifest.id not in mirrored.ours:
        raise StoreError(
            f"{remote.address}: was written on {manifest.written_by} at {manifest.written_at:%Y-%m-%d %H:%M} UTC, and"
            f" not from this data folder as far as {FILE} in it says. Where that file was lost or restored from a copy,"
            " run `scraper sync --adopt`; where the bucket is another folder's, give this one a prefix of its own in"
            " [store] remote"
        )
    return manifest


def _kept_segments(old: Manifest | None, mirrored: Mirrored) -> dict[str, Entry]:
    """Give the segments that were mirrored, by key: they stay, whatever becomes of those in the data folder."""
    # Where the manifest is lost, the data folder still knows of those that it does not hold itself.
    known = {key: Entry(key, each.bytes, each.sha256) for key, each in mirrored.known.items() if is_segment_key(key)}
    return known | ({each.key: each for each in old.segments} if old else {})


def look(data: Path, mirrored: Mirrored) -> Local:
    """Find what is to be mirrored, and sum what is new.

    Raises:
        StoreError: A part is damaged, or a file can't be read.
    """
    release, paths, known = current(data), dict[str, Path](), dict[str, Known]()

    def entry(path: Path, rows: int | None) -> Entry:
        name = path.relative_to(data).as_posix()
        with disk_errors(path, "read"), path.open("rb") as file:
            stat = path.stat()
            before = mirrored.known.get(name)
            if before is None or (before.bytes, before.modified_ns) != (stat.st_size, stat.st_mtime_ns):
                before = Known(stat.st_size, stat.st_mtime_ns, sum_file(file))
        known[name] = before
        key = name if rows is None else part_key(name, before.sha256)
        paths[key] = path
        return Entry(key, before.bytes, before.sha256, rows)

    # Parts come before the segments that their rows are from, which are there first.
    tables = {kind.name: tuple(entry(part.path, part.rows) for part in live_parts(release, kind)) for kind in KINDS}
    segments = tuple(entry(path, None) for path in sorted((data / WARC).glob(f"*{SUFFIX}")))
    return Local("" if release == data else release.name, tables, segments, paths, known)


def _send(remote: Remote, entries: list[Entry], paths: dict[str, Path], progress: Callable[[int, int], object]) -> None:
    def send(entry: Entry) -> int:
        path = paths[entry.key]
        with disk_errors(path, "read"), path.open("rb") as file:
            remote.put(file, entry.key)
        return entry.bytes

    sent, total = 0, sum(entry.bytes for entry in entries)
    pool = ThreadPoolExecutor(UPLOADS)
    try:
        for size in pool.map(send, entries):
            sent += size
            progress(sent, total)
    finally:
        # After a failure the others are not tried too.
        pool.shutdown(cancel_futures=True)


def _commit(data: Path, remote: Remote, old: Manifest | None, new: Manifest, known: dict[str, Known]) -> None:
    """Put the manifest: the moment in which all changes for readers."""
    before = (old.id,) if old else ()
    # Whether an answer that is lost was a yes is known when the manifest is read again.
    write_mirrored(data, Mirrored(remote.address, (*before, new.id), known))
    try:
        found = read_manifest(remote).id
    except GoneError:
        found = None
    if found != (old.id if old else None):
        raise StoreError(f"{remote.address}: was written to meanwhile; give each data folder a prefix of its own")
    remote.replace(new.encode(), MANIFEST)
    write_mirrored(data, Mirrored(remote.address, (new.id,), known))


def _release(data: Path, local: Local, segments: dict[str, Entry], there: dict[str, int]) -> int:
    """Remove the segments that are extracted and in the bucket from the data folder."""
    state = SavedState(data / "state.sqlite")
    statuses = state.segments() if state.path.exists() else {}
    released = 0
    for each in local.segments:
        path = local.paths[each.key]
        status = statuses.get(path.name.removesuffix(SUFFIX), ("", 0, 0))[0]
        if status == "extracted" and segments[each.key] == each and there.get(each.key) == each.bytes:
            with disk_errors(path, "removed"):
                path.unlink()
            released += 1
    return released
