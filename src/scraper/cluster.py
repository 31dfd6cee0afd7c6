"""Cluster: the workers of a Dask cluster, each of which does one segment at a time.

A module of its own, because it alone knows Dask. Only names and counts go through the scheduler: workers read segments
and write findings themselves, in a data folder that all machines see. So whatever is killed, the worker, the scheduler
or this process, what is finished stays, and what is not is done again by whoever comes next.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
import time
from asyncio import CancelledError as AsyncCancelledError
from collections import deque
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

from scraper.cluster_work import Done, begin_job, find_segment, tell_version
from scraper.config import Config
from scraper.errors import ConfigError, ScraperError, StoppedError
from scraper.logs import note
from scraper.store.findings import clear_findings, findings_path, read_findings, remove_findings

CONNECT_S = 5.0
SUBMIT_S = 60.0
"""How long sbatch may take; jobs may wait in the queue for as long as they like."""
RECONNECT_S = 120.0
"""How long a scheduler may be gone: it is started again by hand, or by what runs it."""
TRIES = 10
"""Times that a segment may kill workers: each of Dask's own three tries before counts for one."""
AHEAD = 2
"""Segments per thread of the cluster that are handed out before the rows of the first are written."""
TICK_S = 0.2

_GONE = (OSError, TimeoutError, RuntimeError, CancelledError, AsyncCancelledError)
"""What Dask raises in one place or another where a scheduler does not answer, or no more."""


class Cluster:
    """Workers elsewhere, or on this machine, that find what segments came to.

    Args:
        where: "tcp://host:8786", or "local" or "slurm", which may be followed by a number of workers: "local:4".
        config: Rules, policy and limits.
        data: The data folder; all workers must see it at the same path.

    Raises:
        ConfigError: There is no such cluster, or a worker of it has another version of this program.
        StoreError: The data folder can't be written.
    """

    def __init__(self, where: str, config: Config, data: Path) -> None:
        self._where, self._data = where, data.resolve()
        self._key = begin_job(self._data, config)
        clear_findings(self._data, keep=self._key)
        self._waiting: deque[str] = deque()
        self._asked: dict[str, Any] = {}
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._visits, self._since = 0, 0.0
        self._cluster, self._address = _open(where, config)
        try:
            self._client = self._connect()
        except BaseException:
            if self._cluster is not None:
                self._cluster.close()
            raise
        note("cluster joined", where=where, workers=len(self._threads()))

    def add(self, segment: str) -> None:
        """Have a segment done."""
        with self._lock:
            self._waiting.append(segment)
            self._ask()

    def fetch(self, segment: str) -> list[bytes]:
        """Wait for the findings of a segment that was added.

        Raises:
            StoppedError: stop() was called.
            StoreError: The segment can't be read, or its findings can't.
            ScraperError: A worker is at fault, or the scheduler is gone.
        """
        path = findings_path(self._data, self._key, segment)
        done = self._wait(segment)
        with self._lock:
            self._asked.pop(segment, None)
            self._visits += done.visits
            self._since = self._since or time.monotonic() - done.busy_s
            self._ask()
        if not path.exists():
            raise ScraperError(f"{path}: a worker wrote it, and it is not here; all must see the same data folder")
        found = read_findings(path)
        note("segment found", logging.DEBUG, segment=segment, visits=done.visits, seconds=round(done.busy_s, 2))
        return found

    def settle(self, segment: str) -> None:
        """Forget the findings of a segment, whose rows are in the corpus now."""
        remove_findings(findings_path(self._data, self._key, segment))

    def tell(self) -> str:
        """Tell a person how it goes."""
        threads = self._threads()
        if not threads:
            return f"waiting for workers of {self._address}"
        took = time.monotonic() - self._since if self._since else 0.0
        speed = f", {self._visits / took:.0f} pages/s" if took else ""
        return f"on {len(threads)} workers with {sum(threads.values())} threads{speed}"

    def stop(self) -> None:
        """Give up what is not done; what is finished is kept for the next run."""
        self._stopping.set()

    def close(self) -> None:
        """Leave the cluster; end it where it was begun here."""
        for each in (self._client, self._cluster):
            if each is not None:
                with contextlib.suppress(*_GONE, AssertionError):  # the last one of a cluster that never came up
                    each.close()
        if not self._asked and not self._waiting:  # what is finished and not fetched serves the next run
            clear_findings(self._data)

    def _threads(self) -> dict[str, int]:
        """Give the workers by address, with the threads of each, as far as the client has heard."""
        with contextlib.suppress(*_GONE):
            workers = self._client.scheduler_info(n_workers=-1).get("workers", {})
            return {address: each["nthreads"] for address, each in workers.items()}
        return {}

    def _ask(self) -> None:
        """Hand out as many segments as keep the workers busy; under the lock."""
        room = AHEAD * max(sum(self._threads().values()), 1) + 1
        while self._waiting and len(self._asked) < room:
            segment = self._waiting.popleft()
            self._asked[segment] = self._submit(segment)

    def _submit(self, segment: str) -> Any:
        # Not pure: a result that the scheduler remembers does not say that its file is there still.
        return self._client.submit(_find_segment, str(self._data), self._key, segment, pure=False)

    def _wait(self, segment: str) -> Done:
        from distributed import KilledWorker

        tries = 0
        while True:
            if self._stopping.is_set():
                raise StoppedError("stopped before all segments were done")
            with self._lock:
                future = self._asked.get(segment)
                if future is None:
                    self._ask()
                    future = self._asked.get(segment)
            if future is None or self._client.status not in ("running", "connecting"):
                self._again()
                continue
            with contextlib.suppress(*_GONE):
                future.exception(timeout=TICK_S)
            if future.status == "finished":
                with contextlib.suppress(*_GONE):
                    done: Done = future.result(timeout=10 * TICK_S)
                    return done
            elif future.status in ("lost", "cancelled"):
                self._again()
            elif future.status == "error":
                error = future.exception()
                if not isinstance(error, KilledWorker):
                    raise error if isinstance(error, ScraperError) else ScraperError(f"{segment}: {error!r}") from error
                tries += 1
                if tries >= TRIES:
                    raise ScraperError(f"{segment}: the workers that had it died again and again: {error}") from error
                with self._lock:
                    self._asked[segment] = self._submit(segment)

    def _again(self) -> None:
        """Join the cluster again, after its scheduler was gone, and ask anew for what it has forgotten."""
        note("cluster lost", logging.WARNING, where=self._where)
        with self._lock:
            with contextlib.suppress(*_GONE):
                self._client.close(timeout=1)
            self._client = self._connect()
            self._asked = {segment: self._submit(segment) for segment in self._asked}
        note("cluster joined", where=self._where, workers=len(self._threads()))

    def _connect(self) -> Any:
        from distributed import Client

        until = time.monotonic() + RECONNECT_S
        while True:
            try:
                client = Client(self._address, timeout=CONNECT_S, set_as_default=False)
            except _GONE as error:
                if self._stopping.is_set():
                    raise StoppedError("stopped while the scheduler was gone") from error
                if not self._asked or time.monotonic() > until:
                    raise ConfigError([f"--cluster {self._where}: no scheduler answers: {error}"]) from error
                continue
            try:
                _check_versions(client)
            except BaseException:
                client.close()
                raise
            return client


def check_where(where: str) -> None:
    """Refuse what names no cluster.

    Raises:
        ConfigError: It is none of those that are known.
    """
    kind, _, number = where.partition(":")
    is_own = kind in ("local", "slurm") and (number.isdecimal() and int(number) > 0 if ":" in where else True)
    if not is_own and not where.startswith(("tcp://", "tls://")):
        raise ConfigError([f"--cluster {where}: must be tcp://host:8786, local or slurm, or such as local:4"])


def _open(where: str, config: Config) -> tuple[Any, str]:
    """Begin a cluster where one is to be begun; give it, and the address of its scheduler."""
    check_where(where)
    try:
        import dask
        import distributed
    except ModuleNotFoundError as error:
        raise ConfigError(["--cluster needs the extra cluster: pip install 'scraper[cluster]'"]) from error
    if "://" in where:
        return None, where
    # Workers of a nanny are daemons otherwise, and those may not start the processes that pages are worked on in.
    dask.config.set({"distributed.worker.daemon": False})
    kind, _, number = where.partition(":")
    if kind == "local":
        cluster = distributed.LocalCluster(
            n_workers=int(number or config.extract.workers) or None,
            threads_per_worker=1,
            memory_limit=None,  # a page's own limit is what counts
            dashboard_address="127.0.0.1:0",  # the usual port may be taken, by another run too
            silence_logs=logging.CRITICAL,
        )
        return cluster, cluster.scheduler_address
    try:
        from dask_jobqueue.slurm import SLURMCluster
    except ModuleNotFoundError as error:
        raise ConfigError(["--cluster slurm needs dask-jobqueue: pip install 'scraper[cluster]'"]) from error
    if shutil.which("sbatch") is None:
        raise ConfigError([f"--cluster {where}: there is no sbatch here; run this where jobs are submitted"])
    prologue = dask.config.get("jobqueue.slurm.job-script-prologue", None) or []
    try:
        slurm = SLURMCluster(
            job_script_prologue=[*prologue, "export DASK_DISTRIBUTED__WORKER__DAEMON=False"],
            scheduler_options={"dashboard_address": ":0"},
        )
        slurm.scale(jobs=int(number or 1))
    except (ValueError, RuntimeError) as error:
        raise ConfigError([f"--cluster slurm: jobqueue.yaml of ~/.config/dask: {error}"]) from error
    if not _has_jobs(slurm):
        script = slurm.job_script()
        for job in slurm.workers.values():  # else it can't be closed: it waits for jobs to end that never began
            job.status = distributed.Status.closed
        slurm.workers.clear()
        slurm.close()
        why = f"--cluster {where}: sbatch refuses the job, or does not answer; give it this to see why"
        raise ConfigError([why, script])
    return slurm, slurm.scheduler_address


def _has_jobs(slurm: Any) -> bool:
    """Wait until jobs are submitted; False where none is: a refused one is there too, but does not run."""
    until = time.monotonic() + SUBMIT_S
    while not slurm.workers and time.monotonic() < until:
        time.sleep(TICK_S)
    return any(job.status.name == "running" for job in slurm.workers.values())


def _check_versions(client: Any) -> None:
    """Refuse workers that would give other rows, before anything is asked of them.

    Raises:
        ConfigError: Names each, and what it has.
    """
    said = client.run(tell_version, on_error="return")
    faults = [
        f"worker {address}: has {theirs if isinstance(theirs, str) else repr(theirs)}, and this machine has"
        f" {tell_version()}; install the same there"
        for address, theirs in sorted(said.items())
        if theirs != tell_version()
    ]
    if faults:
        raise ConfigError(faults)


def _find_segment(data: str, key: str, segment: str) -> Done:
    """Do a segment on a worker, and let its errors say which one it is."""
    from distributed import get_worker

    try:
        return find_segment(data, key, segment)
    except ScraperError as error:
        if type(error) is not ScraperError:
            raise
        raise ScraperError(f"worker {get_worker().address}: {error}") from error
