"""Runs: who holds the data folder, and the record that each run leaves.

A module of its own because both must hold for every command, whatever else it writes: never two runs at once, and a
record that is whole at any moment.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from scraper.errors import LockedError
from scraper.store.disk import disk_errors, make_folder, move_in
from scraper.store.release import RELEASES


@contextlib.contextmanager
def hold(data: Path, *, patience: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Hold the data folder until the block ends; made if missing.

    Args:
        data: The folder.
        patience: Asked twice a second while another run holds it: whether to go on waiting.

    Raises:
        LockedError: Another run holds it.
        StoreError: It cannot be made or written.
    """
    with _lock(data, patience):
        with disk_errors(data, "written"):
            for left in (data / "runs").glob("*.part"):  # of a run that was killed while it wrote its record
                left.unlink()
        yield


@contextlib.contextmanager
def hold_releases(data: Path) -> Iterator[None]:
    """Hold what is made of the archive beside the current release, until the block ends; runs go on meanwhile.

    Raises:
        LockedError: Another command holds it.
        StoreError: It cannot be made or written.
    """
    with _lock(data / RELEASES, lambda: False):
        yield


def is_held(folder: Path) -> bool:
    """Tell whether a run or command holds a folder at this moment."""
    try:
        with _lock(folder, lambda: False):
            return False
    except LockedError:
        return True


@contextlib.contextmanager
def _lock(folder: Path, patience: Callable[[], bool]) -> Iterator[None]:
    path = make_folder(folder) / ".lock"
    lock = FileLock(path)
    with disk_errors(folder, "written"):
        while not lock.is_locked:
            try:
                lock.acquire(timeout=0.5 if patience() else 0)
            except Timeout as error:  # an OSError too, so it must be told first
                if not patience():
                    raise LockedError(f"{folder}: another run holds {path}; wait for it to end") from error
    try:
        yield
    finally:
        lock.release()


def write_run(data: Path, run: str, record: Mapping[str, object]) -> None:
    """Write data/runs/<run>.json, replacing what is there in one step.

    Raises:
        StoreError: It cannot be written.
    """
    path = make_folder(data / "runs") / f"{run}.json"
    staged = path.with_suffix(".part")
    with disk_errors(staged, "written"):
        staged.write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=2))
    move_in(staged, path)
