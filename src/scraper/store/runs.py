"""Runs: who holds the data folder, and the record that each run leaves.

A module of its own because both must hold for every command, whatever else it writes: never two runs at once, and a
record that is whole at any moment.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from scraper.errors import LockedError
from scraper.store.disk import disk_errors, make_folder, move_in


@contextlib.contextmanager
def hold(data: Path) -> Iterator[None]:
    """Hold the data folder until the block ends; made if missing.

    Raises:
        LockedError: Another run holds it.
        StoreError: It cannot be made or written.
    """
    lock = FileLock(make_folder(data) / ".lock", timeout=0)
    with disk_errors(data, "written"):
        try:
            lock.acquire()
        except Timeout as error:  # an OSError too, so it must be told first
            raise LockedError(f"{data}: another run holds {data / '.lock'}; wait for it to end") from error
    try:
        with disk_errors(data, "written"):
            for left in (data / "runs").glob("*.part"):  # of a run that was killed while it wrote its record
                left.unlink()
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
