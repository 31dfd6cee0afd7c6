"""Adoption: a data folder that has forgotten its mirror takes what is in the bucket as its own, and loses none of it.

A module of its own, because no sync may do it by itself: the bucket of another folder looks nearly the same, and a sync
would show its readers the rows of this one. Who asks for it by name is told what is taken, and what will be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from scraper.errors import StoreError
from scraper.store.archive import SavedState
from scraper.store.disk import disk_errors
from scraper.store.manifest import MANIFEST, Manifest, find_strays, is_segment_key, read_manifest
from scraper.store.mirrored import Known, Mirrored, read_mirrored, sum_file, write_mirrored
from scraper.store.part import ARTICLE_PARTS, live_parts
from scraper.store.release import current
from scraper.store.remote import Remote
from scraper.store.segments import WARC
from scraper.store.warc import SUFFIX


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was taken.

    Args:
        manifest: Of the bucket, which counts as this folder's from now on; None where there is none.
        segments: How many are known to be in the bucket now.
        strays: How many of them no manifest named, and the state knows.
        strange: Those of them that neither folder nor state knew.
        missing: Those that are neither there nor here, or with another size; they stay named.
        rows_there: Rows of articles that readers of the bucket see.
        rows_here: Rows of articles in the data folder, which they see after the next sync.
    """

    manifest: Manifest | None
    segments: int
    strays: int
    strange: list[str]
    missing: list[str]
    rows_there: int
    rows_here: int


def adopt(data: Path, remote: Remote) -> Adopted:
    """Take a bucket's manifest as written from this data folder, and its segments as mirrored. Nothing is sent.

    What the folder knew is kept, so that no segment is ever named less than before. Segments that no manifest names are
    taken where the state speaks of them, or where it is lost as well; each is fetched once to be summed. Under the lock
    of the data folder.

    Args:
        data: The data folder.
        remote: The place in the bucket.

    Raises:
        StoreError: The bucket holds nothing, is plainly that of another folder, or can't be read; or this folder knows
            of segments that are in another bucket only. All stays as it was.
    """
    before = read_mirrored(data) or Mirrored(remote.address)
    there = remote.sizes()
    manifest = read_manifest(remote) if MANIFEST in there else None
    named = {each.key: Known(each.bytes, 0, each.sha256) for each in manifest.segments} if manifest else {}
    files = _files(data)
    own = _known_to_state(data) | files | {key: each.bytes for key, each in before.known.items() if is_segment_key(key)}
    strays = {key: there[key] for key in find_strays(there, named) if not own or own.get(key) == there[key]}
    found = {key: each.bytes for key, each in named.items()} | strays
    if not found and manifest is None:
        raise StoreError(
            f"{remote.address}: holds neither a {MANIFEST} nor segments of this data folder, so there is nothing to"
            " adopt; `scraper sync` begins there"
        )
    if own and found and not any(own.get(key) == size for key, size in found.items()):
        by = f", written on {manifest.written_by} at {manifest.written_at:%Y-%m-%d %H:%M} UTC" if manifest else ""
        raise StoreError(
            f"{remote.address}: holds none of the {len(own)} segments that this data folder knows, so it is another"
            f" folder's{by}; give this one a prefix of its own in [store] remote. If it is this one's and the folder"
            " was begun anew, copy its segments from there to warc/ in the folder, and try again"
        )
    _refuse_elsewhere(before, remote, found.keys() | files.keys())
    summed = {key: Known(size, 0, _sum_there(remote, key)) for key, size in strays.items()}
    # Where both know a segment the bucket's sum counts: it is what readers are to get from there.
    ours = (manifest.id,) if manifest else ()
    write_mirrored(data, Mirrored(remote.address, ours, before.known | named | summed))
    return Adopted(
        manifest,
        len(found),
        len(strays),
        sorted(found.keys() - own.keys()),
        sorted(key for key, size in found.items() if size not in (there.get(key), files.get(key))),
        sum(each.rows or 0 for each in manifest.articles) if manifest else 0,
        sum(part.rows for part in live_parts(current(data), ARTICLE_PARTS)),
    )


def _known_to_state(data: Path) -> dict[str, int]:
    """Give the closed segments that the state speaks of, by key, with their bytes."""
    state = SavedState(data / "state.sqlite")
    known = state.segments() if state.path.exists() else {}
    return {f"{WARC}/{name}{SUFFIX}": size for name, (status, size, _) in known.items() if status != "open"}


def _files(data: Path) -> dict[str, int]:
    return {f"{WARC}/{path.name}": path.stat().st_size for path in (data / WARC).glob(f"*{SUFFIX}")}


def _refuse_elsewhere(before: Mirrored, remote: Remote, kept: set[str]) -> None:
    if before.address == remote.address:
        return
    if only := [key for key in before.known if is_segment_key(key) and key not in kept]:
        raise StoreError(
            f"{remote.address}: lacks {len(only)} segments that are only in {before.address}; copy all objects of that"
            " one to it, or set [store] remote to that one"
        )


def _sum_there(remote: Remote, key: str) -> str:
    with disk_errors(Path(key), "copied to be summed"), TemporaryFile() as copy:
        remote.fetch(key, copy)
        return sum_file(copy)
