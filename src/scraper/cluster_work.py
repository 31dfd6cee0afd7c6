"""Cluster work: what a machine of a cluster does with a segment: read it, find what its visits came to, leave a file.

A module of its own, because it runs where nothing else of a run does, and knows nothing of the cluster. Pages are
worked on in child processes, as on one machine: one that hangs or eats memory costs neither the segment nor its worker.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import threading
import time
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import msgspec

from scraper.clean.fingerprint import ALGORITHM
from scraper.config import Config
from scraper.errors import ScraperError, StoreError
from scraper.extract.assemble import EXTRACTOR_VERSION
from scraper.finding import PageJob, find, find_all
from scraper.store.disk import disk_errors
from scraper.store.findings import JOB, findings_path, write_findings, write_job
from scraper.store.schema import SCHEMA_VERSION
from scraper.store.segments import read_visits
from scraper.url import NORM_VERSION
from scraper.workers import Workers

_own = threading.local()
"""Of each thread that does segments: its child process, kept from one segment to the next, as it takes a second to
start."""


class Job(msgspec.Struct, frozen=True):
    """What is applied to segments.

    Args:
        version: Of the program; see tell_version.
        config: Rules, policy and limits.
    """

    version: str
    config: Config

    @property
    def key(self) -> str:
        """A digest of all that findings depend on."""
        said = [self.version, self.config.policy, self.config.sites, self.config.extract.page_timeout_s]
        return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()[:16]


class Done(NamedTuple):
    """What came of a segment, for who counts.

    Args:
        visits: How many there are in it.
        busy_s: Seconds it took; 0 where the file was there.
    """

    visits: int
    busy_s: float


def tell_version() -> str:
    """Tell all versions that two machines must have in common to give the same rows."""
    return (
        f"scraper {metadata.version('scraper')}, extractor {EXTRACTOR_VERSION}, columns {SCHEMA_VERSION},"
        f" addresses {NORM_VERSION}, fingerprints {ALGORITHM}"
    )


def begin_job(data: Path, config: Config) -> str:
    """Leave what is to be applied to segments where workers find it; give its key.

    Raises:
        StoreError: It can't be written.
    """
    job = Job(tell_version(), config)
    write_job(data, job.key, msgspec.msgpack.encode(job))
    return job.key


def find_segment(data: str, key: str, segment: str) -> Done:
    """Find what the visits of a segment came to, and write that to its file, unless it is there.

    Args:
        data: The data folder, absolute: the same path on all machines.
        key: What begin_job gave.
        segment: The segment's name.

    Raises:
        ScraperError: This machine has another version of the program, doesn't see the data folder, or may not start
            processes.
        StoreError: The segment can't be read, or the file not be written.
    """
    started = time.monotonic()
    path = findings_path(Path(data), key, segment)
    job = _read_job(path.parent / JOB)
    if job.version != tell_version():
        raise ScraperError(f"has {tell_version()}, and {job.version} is asked for; install the same there")
    if path.exists():
        return Done(0, 0.0)
    if multiprocessing.current_process().daemon:
        raise ScraperError(
            "may not start processes to work on pages in; start it with `dask worker --no-nanny`, or with"
            " DASK_DISTRIBUTED__WORKER__DAEMON=False in its environment"
        )
    found = find_all(read_visits(Path(data), segment), job.config, _workers(job.config))
    return Done(write_findings(path, found), time.monotonic() - started)


def _read_job(path: Path) -> Job:
    try:
        with disk_errors(path, "read"):
            return msgspec.msgpack.decode(path.read_bytes(), type=Job)
    except (StoreError, msgspec.DecodeError) as error:
        raise ScraperError(f"does not see the data folder, which must have the same path there: {error}") from error


def _workers(config: Config) -> Workers[PageJob, bytes]:
    limits = config.extract
    wanted = (limits.page_timeout_s, limits.page_memory_bytes)
    if getattr(_own, "limits", None) != wanted:
        if hasattr(_own, "workers"):
            _own.workers.__exit__(None, None, None)
        _own.workers = Workers(find, count=1, timeout_s=wanted[0], memory_bytes=wanted[1])
        _own.limits = wanted
    workers: Workers[PageJob, bytes] = _own.workers
    return workers
