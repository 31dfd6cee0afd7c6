"""Release: one whole making of the tables, articles, outcomes and marks, and which of them is the current one.

A module of its own, because three things change at once where a release gives way to another, and one rename is all
that a file system does at once: that of the link `current`. All else leads through it. Links are relative, so that the
data folder can be moved and copied.

    data/current -> releases/<id>       what readers see; renaming another link over it is the switch
    data/articles -> current/articles   for who lists the folder himself; likewise outcomes
    data/releases/<id>/                 whole; those being made have a name that begins with a dot
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from scraper.errors import StoreError
from scraper.store.disk import disk_errors, make_folder, sync_folder

CURRENT = "current"
RELEASES = "releases"
BUILDING = ".building"
"""Folder of the release that is being built of the archive; one at a time."""
MARKS = "marks.sqlite"
TABLES = ("articles", "outcomes")
"""Names of KINDS, without pyarrow, which takes longer to import than most commands take."""
DONE = "done"
"""Ledger of a release that is brought up to the archive: the segments whose rows and marks it has. A whole release that
is not the current one has it where a command was killed that was to switch to it."""

_MAKING = ".making"
_OLD = ".old-"
_GONE = ".gone-"


def current(data: Path) -> Path:
    """Give the folder that holds the tables and the marks: of the current release, or `data` where there is none yet.

    A release's own folder gives itself, so that any of them can be read.

    Raises:
        StoreError: The link is missing, as after a copy without links, and several releases might be meant.
    """
    link = data / CURRENT
    if link.is_symlink():
        return data / link.readlink()
    if link.is_dir():  # where it was copied by something that follows links
        return link
    return _only_release(data) or data


def list_releases(data: Path) -> list[Path]:
    """Give the folders of all whole releases, the oldest first."""
    return sorted(path for path in (data / RELEASES).glob("[!.]*") if path.is_dir())


def find_release(data: Path, name: str) -> Path:
    """Give the folder of a whole release.

    Raises:
        StoreError: There is none of that name.
    """
    known = {path.name: path for path in list_releases(data)}
    if name not in known:
        raise StoreError(f"{data / RELEASES}: holds no release {name}; there are: {', '.join(known) or 'none'}")
    return known[name]


def name_release(data: Path, now: datetime) -> Path:
    """Give the folder that a release which is made now is to have."""
    name = f"{now:%Y%m%dT%H%M%SZ}"
    taken = {path.name for path in list_releases(data)}
    return data / RELEASES / next(n for n in (name, *(f"{name}-{k}" for k in range(2, 1000))) if n not in taken)


def switch(data: Path, release: Path) -> None:
    """Make a release the current one: readers see all of the one before until now, and all of this from now on.

    Raises:
        StoreError: The link can't be made; the one before stays.
    """
    _link(data / CURRENT, Path(RELEASES) / release.name)


def discard(release: Path) -> None:
    """Remove a release, whole or being built, so that nobody sees half of it; and what a kill left of removing others.

    Raises:
        StoreError: It can't be removed.
    """
    with disk_errors(release, "removed"):
        _remove_gone(release.parent)
        if release.exists():
            release.rename(release.with_name(f"{_GONE}{release.name.lstrip('.')}"))
        _remove_gone(release.parent)
    for left in release.parent.glob(f"{_GONE}*"):
        raise StoreError(f"{left}: cannot be removed; check owner and mode of what is in it")


def prepare(data: Path, now: datetime) -> Path:
    """Make the layout where there is none, take tables of an older version over, or finish what a kill left of either.

    The files of an older version get a second name in the release before anything else is touched, so that the corpus
    is whole for scraper.open_articles at each moment. Who lists data/articles himself misses the folder for the moment
    between two renames. Under the lock of the data folder.

    Returns:
        The folder of the current release.

    Raises:
        StoreError: The file system makes no links, or something stands where a link must.
    """
    link = data / CURRENT
    if not link.is_symlink():
        if link.exists():
            raise StoreError(
                f"{link}: is no link, as after a copy that follows links; remove it, and {data / 'articles'} and"
                f" {data / 'outcomes'} if they are no links, and run `scraper releases use ID` with one of {RELEASES}/"
            )
        switch(data, _only_release(data) or _take_over(data, now))
    release = current(data)
    if not release.is_dir():
        raise StoreError(f"{link}: leads to {release}, which is not there; restore it or run `scraper releases use ID`")
    from scraper.store.part import STAGING

    with disk_errors(data, "put in order"):
        for table in TABLES:
            _settle(data, release, table)
        for path in [data / f"{MARKS}{suffix}" for suffix in ("-shm", "-wal", "")]:
            if path.suffix.endswith("-shm") or _is_in(path, release / path.name):
                path.unlink(missing_ok=True)
        (release / DONE).unlink(missing_ok=True)
        _remove_gone(data / RELEASES)
        for left in (data / STAGING, data / RELEASES / _MAKING):
            shutil.rmtree(left, ignore_errors=True)
        for left in (data / RELEASES).glob(".*"):
            if left.is_symlink():
                left.unlink(missing_ok=True)
    return release


def list_unswitched(data: Path) -> Iterator[tuple[Path, str]]:
    """Give the whole releases that were to become the current one when a command was killed, each with what to do."""
    here = current(data)
    for release in list_releases(data):
        if release != here and (release / DONE).exists():
            yield release, f"was to become the current release: `scraper releases use {release.name}` finishes that"


def list_leftovers(data: Path) -> Iterator[tuple[Path, str]]:
    """Give what stands where it should not, each with what to do: traces of a kill, of a copy, or of hands."""
    again = "the next run puts that right"
    link, release = data / CURRENT, current(data)
    if link.is_symlink() or link.exists():
        if not link.is_symlink() or not release.is_dir():
            yield link, "leads to no release; `scraper releases use ID` makes it lead to one"
        for table in TABLES:
            place = data / table
            if not place.is_symlink() or place.readlink() != Path(CURRENT) / table:
                yield place, f"is no link to {CURRENT}/{table}; {again}"
        if (data / MARKS).exists():
            yield data / MARKS, f"is not used any more, {release / MARKS} is; {again}, or remove it"
    elif list_releases(data):
        yield link, f"is missing; {again}"
    yield from list_unswitched(data)
    for path in sorted((data / RELEASES).glob(".*")):
        if path.name == BUILDING:
            yield (
                path,
                (
                    "is a release that was begun: `scraper extract --rebuild` goes on with it, and"
                    f" `scraper releases remove {BUILDING}` removes it"
                ),
            )
        elif path.name not in (".lock", ".holder"):
            yield path, f"is what a kill left of making or removing a release; {again}"


def _remove_gone(releases: Path) -> None:
    for gone in releases.glob(f"{_GONE}*"):
        shutil.rmtree(gone, ignore_errors=True)  # a run may do the same at this moment


def _only_release(data: Path) -> Path | None:
    """Give the release that a kill, or a copy without links, left without its link."""
    found = list_releases(data)
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise StoreError(f"{data / CURRENT}: is missing; run `scraper releases use ID` with one of {names}")
    return found[0] if found else None


def _take_over(data: Path, now: datetime) -> Path:
    """Make a release of the tables and marks that stand in the data folder itself, if any."""
    making = data / RELEASES / _MAKING
    shutil.rmtree(making, ignore_errors=True)  # further names of files at most
    for table in TABLES:
        old = data / table
        if old.is_symlink() and old.readlink() != Path(CURRENT) / table:
            raise StoreError(f"{old}: is a link; put the folder that it leads to in its place, or remove it")
        for folder, _, names in os.walk(old):
            copy = make_folder(making / table / Path(folder).relative_to(old))
            _name_again(Path(folder), names, copy)
        make_folder(making / table)
    _name_again(data, [name for name in (MARKS, f"{MARKS}-wal") if (data / name).exists()], making)
    release = name_release(data, now)
    with disk_errors(release, "made"):
        making.rename(release)
    sync_folder(release.parent)
    return release


def _name_again(folder: Path, names: list[str], copy: Path) -> None:
    for name in names:
        with disk_errors(folder / name, "given a second name (hard link)"):
            os.link(folder / name, copy / name, follow_symlinks=False)
    sync_folder(copy)


def _settle(data: Path, release: Path, name: str) -> None:
    """Put the link to a table in its place, over the folder of an older version whose files the release has."""
    place, target, old = data / name, Path(CURRENT) / name, data / RELEASES / f"{_OLD}{name}"
    if place.is_symlink() and place.readlink() != target:
        raise StoreError(f"{place}: leads to {place.readlink()} and not to {target}; remove the link")
    if not place.is_symlink():
        if place.exists():
            if strangers := [path for path in _files(place) if not _is_in(path, release / path.relative_to(data))]:
                raise StoreError(
                    f"{place}: stands where a link to {target} must, and holds files that the release lacks, such as"
                    f" {strangers[0]}; move it away"
                )
            place.rename(old)
        _link(place, target)
    shutil.rmtree(old, ignore_errors=True)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def _is_in(path: Path, other: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return path.samefile(other)
    return False


def _link(place: Path, target: Path) -> None:
    """Make a link in one step, over one that is there."""
    staged = make_folder(place.parent / RELEASES) / f".{place.name}"
    with disk_errors(place, "made a link"):
        staged.unlink(missing_ok=True)
        # What the link says counts from where it stands in the end.
        staged.symlink_to(target)
        staged.replace(place)
    sync_folder(place.parent)
