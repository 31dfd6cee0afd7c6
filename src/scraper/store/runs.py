"""Runs: who holds the data folder, and the record that each run leaves.

A module of its own because both must hold for every command, whatever else it writes: never two runs at once, and a
record that is whole at any moment.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from scraper.errors import LockedError
from scraper.store.disk import disk_errors, make_folder, move_in
from scraper.store.release import RELEASES

HOLDER = ".holder"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a folder.

    Args:
        pid: Of its process.
        machine: Its name.
        command: Program and command.
        since: Aware, UTC.
    """

    pid: int
    machine: str
    command: str
    since: datetime

    def __str__(self) -> str:
        """Tell it to a person."""
        return f"{self.command}, process {self.pid} on {self.machine}, since {self.since:%Y-%m-%d %H:%M:%S} UTC"


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
                    holder = _read_holder(folder)
                    who = f" ({holder})" if holder else ""
                    raise LockedError(f"{folder}: another run holds {path}{who}; wait for it to end") from error
    try:
        _write_holder(folder)
        yield
    finally:
        try:
            with contextlib.suppress(OSError):
                (folder / HOLDER).unlink()
        finally:
            lock.release()


def find_holder(folder: Path) -> Holder | None:
    """Tell who holds a folder at this moment; None where nobody does.

    The lock is only tried where somebody said to hold it, who may have been killed: a run that begins in this moment
    would else find it taken.
    """
    if (holder := _read_holder(folder)) is None:
        return None
    try:
        with (folder / ".lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return holder
    except OSError:  # a lock on another machine can't be tried everywhere
        return holder if holder.machine != socket.gethostname() else None
    return None


def _read_holder(folder: Path) -> Holder | None:
    try:
        return msgspec.json.decode((folder / HOLDER).read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError):  # it was let go meanwhile, or is being written
        return None


def _write_holder(folder: Path) -> None:
    """Say who holds a folder; where that can't be written, nothing but its name is missing."""
    name, *words = [Path(sys.argv[0]).name, *(word for word in sys.argv[1:2] if not word.startswith("-"))]
    holder = Holder(os.getpid(), socket.gethostname(), " ".join([name, *words]), datetime.now(UTC))
    with contextlib.suppress(OSError):
        (folder / HOLDER).write_bytes(msgspec.json.encode(holder))


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
