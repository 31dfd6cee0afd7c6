"""A campaign: an extraction by a cluster whose workers, scheduler and own process are killed. `make test-kill`."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.test_rebuild import crawl

from scraper.store.content_hash import hash_release
from scraper.store.release import current, list_releases

pytest.importorskip("distributed")

KILLS = min(int(os.environ.get("KILLS", "30")), 60)
ROOT = Path(__file__).parents[2]
WORKERS = 2


def free_port() -> int:
    with contextlib.closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Cluster:
    """A scheduler and workers as somebody starts them by hand; each is started again once it is gone."""

    def __init__(self, port: int, folder: Path) -> None:
        self.address, self._folder = f"tcp://127.0.0.1:{port}", folder
        self.commands = {
            "scheduler": ["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
            **{
                f"worker {number}": ["worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
                for number in range(WORKERS)
            },
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def keep(self) -> None:
        for name, command in self.commands.items():
            if name not in self.running or self.running[name].poll() is not None:
                self.running[name] = subprocess.Popen(
                    [sys.executable, "-m", "distributed.cli.dask_" + command[0], *command[1:]],
                    cwd=self._folder,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )

    def kill(self, name: str) -> None:
        """Kill a process alone, not what it started: that has to notice by itself."""
        if name in self.running:
            self.running[name].kill()
            self.running[name].wait()

    def end(self) -> None:
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def begun(folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(free_port(), folder)
    try:
        yield cluster
    finally:
        cluster.end()


def extract(data: Path, config: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "scraper", "extract", "--quiet", "--data", str(data), "--config", str(config)]
    with (data.parent / "told").open("wb") as told:
        return subprocess.Popen([*command, *more], cwd=ROOT, stderr=told)


@pytest.mark.kill
def test_a_cluster_killed_at_random_instants_gives_the_same_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(7)
    config = tmp_path / "config"
    (config / "sites").mkdir(parents=True)
    (config / "scraper.toml").write_text("[extract]\nworkers = 1\n")
    (config / "sites" / "news.example.toml").write_text('host = "news.example"\n')
    plain, data = tmp_path / "plain", tmp_path / "data"
    for number in range(40):
        names = "".join(chance.choice("abcdefghijklmnoABCDEFGHIJKLMNO") for _ in range(60))
        crawl(plain, f"run{number:03}", "".join(dict.fromkeys(names)), day=number // 4)
    shutil.copytree(plain, data)
    assert extract(plain, config).wait() == 0
    expected = hash_release(current(plain))
    kills, ends = Counter[str](), Counter[int]()
    with begun(tmp_path) as cluster:
        run: subprocess.Popen[bytes] | None = None
        again = False
        while True:
            cluster.keep()
            run = run or extract(data, config, "--cluster", cluster.address, *(["--rebuild"] if again else []))
            until = time.monotonic() + chance.uniform(0.2, 6)
            while time.monotonic() < until and run.poll() is None:
                time.sleep(0.05)
            if (status := run.poll()) is not None:
                ends[status] += 1
                told = (tmp_path / "told").read_text()
                run, finished = None, status == 0
                # The scheduler may have been gone when it began; whatever else happens is a fault.
                assert finished or "no scheduler answers" in told, told
                if finished and sum(kills.values()) >= KILLS:
                    break
                again = again or finished  # more kills are to come than one making takes
                continue
            if sum(kills.values()) < KILLS:
                name = chance.choice([*cluster.commands, *cluster.commands, "the command"])
                kills[name] += 1
                if name == "the command":
                    run.kill()
                    run.wait()
                    run = None
                else:
                    cluster.kill(name)
    found = hash_release(current(data))
    with capsys.disabled():
        print(f"\n{sum(kills.values())} kills: {dict(kills)}; the command ended {dict(ends)}; {found.digest[:16]}")
    assert found == expected
    for release in list_releases(data):
        assert hash_release(release) == expected
    assert not (data / "findings").exists()
