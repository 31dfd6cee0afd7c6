"""Run records: the newest files of data/runs, read back.

A module apart from the one that writes them, because who reads holds no lock, and a file that is damaged must not
keep the others from being read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scraper.run_record import RunRecord


@dataclass(frozen=True, slots=True)
class RunRecords:
    """What is left of runs.

    Args:
        newest: The newest one first.
        total: How many files there are.
        unreadable: Names of those that were looked at and could not be read.
    """

    newest: tuple[RunRecord, ...]
    total: int
    unreadable: tuple[str, ...]


def read_runs(data: Path, most: int) -> RunRecords:
    """Read the newest records of runs; names begin with the time of the run.

    Args:
        data: The data folder; it may have none.
        most: How many are looked at.
    """
    folder = data / "runs"
    # A run an hour leaves ten thousand a year: names are listed, not paths made of them.
    names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208
    files = sorted((name for name in names if name.endswith(".json")), reverse=True)
    records, unreadable = list[RunRecord](), list[str]()
    for file in (folder / name for name in files[:most]):
        try:
            record = msgspec.json.decode(file.read_bytes(), type=RunRecord)
            if record.started_at.tzinfo is None or (record.finished_at and record.finished_at.tzinfo is None):
                raise ValueError(file.name)
        except (OSError, ValueError):  # of msgspec too
            unreadable.append(file.name)
        else:
            records.append(record)
    return RunRecords(tuple(records), len(files), tuple(unreadable))
