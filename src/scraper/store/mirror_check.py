"""Mirror check: whether bucket, manifest and data folder hold the same, by names and sizes.

A module apart from writing the mirror, because it changes nothing, and fetches nothing but the manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scraper.errors import GoneError
from scraper.store.manifest import find_strays, is_part_key, is_segment_key
from scraper.store.mirror import look, read_ours
from scraper.store.mirrored import Mirrored, read_mirrored
from scraper.store.remote import Remote


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found.

    Args:
        faults: Where bucket, manifest and data folder differ.
        notices: What is in the bucket and counts for nothing.
    """

    faults: list[str]
    notices: list[str]


def check(data: Path, remote: Remote) -> Checked:
    """Find where bucket, manifest and data folder differ, as lines for a person. Names and sizes are compared alone.

    Raises:
        StoreError: The bucket can't be read.
    """
    mirrored = read_mirrored(data) or Mirrored(remote.address)
    there = remote.sizes()
    try:
        manifest = read_ours(remote, mirrored)
    except GoneError as error:
        return Checked([str(error)], [])
    faults, entries, local = [], manifest.entries(), look(data, mirrored)
    for key, entry in entries.items():
        if key not in there:
            faults.append(f"{remote.address}/{key}: is missing; {_mended(data, key)}")
        elif there[key] != entry.bytes:
            what = f"holds {there[key]} bytes instead of {entry.bytes}"
            faults.append(f"{remote.address}/{key}: {what}; {_mended(data, key)}")
    for key, entry in local.entries().items():
        if key not in entries:
            faults.append(f"{local.paths[key]}: is not in {remote.address} yet: `scraper sync` sends it")
        elif entries[key].sha256 != entry.sha256:
            faults.append(f"{local.paths[key]}: differs from its copy in {remote.address}; see `scraper archive check`")
    named = entries.keys() | manifest.retired.keys() | local.paths.keys()
    notices = [
        f"{remote.address}/{key}: is a part that is named by no manifest: the next sync removes it"
        for key in sorted(there.keys() - named)
        if is_part_key(key)
    ]
    notices += [
        f"{remote.address}/{key}: is named by no manifest, and no sync takes or removes it; if it is of this data"
        " folder, `scraper sync --adopt` takes it"
        for key in find_strays(there, named)
    ]
    return Checked(faults, notices)


def _mended(data: Path, key: str) -> str:
    here = not is_segment_key(key) or (data / key).exists()
    return "`scraper sync` sends it again" if here else "restore it from a copy"
