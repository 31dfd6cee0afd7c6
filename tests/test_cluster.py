"""A cluster whose workers are threads of the test; processes and kills are in tests/kill/test_kill_cluster.py."""

from __future__ import annotations

import gc
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scraper import cluster_work, pipeline
from scraper.cli import run
from scraper.cluster import Cluster, check_where
from scraper.cluster_work import begin_job, find_segment, tell_version
from scraper.config import Config
from scraper.errors import ConfigError, ScraperError, StoppedError, StoreError
from scraper.finding import unpack
from scraper.rebuild import rebuild
from scraper.store.compact import compact, days_with_parts
from scraper.store.content_hash import hash_release
from scraper.store.findings import findings_path, read_findings
from scraper.store.mirror import sync
from scraper.store.release import current
from tests.store.bucket import Bucket
from tests.store.pages import START
from tests.test_rebuild import Here, crawl

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.extraction.Workers", Here)
    monkeypatch.setattr("scraper.cluster_work.Workers", Here)
    cluster_work._own.__dict__.clear()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    data = tmp_path / "archive"
    for number, names in enumerate(("abc", "dAa", "efB", "gha", "iaj")):
        crawl(data, f"run{number}", names, day=number // 2)
    return data


def extract(data: Path, **options: Any) -> Any:
    return pipeline.scrape(Config(), data, command="extract", **options)


def test_rows_do_not_depend_on_who_extracts_or_on_restarts(archive: Path, tmp_path: Path, scheduler: str) -> None:
    plain, clustered, restarted = (tmp_path / name for name in ("plain", "clustered", "restarted"))
    for copy in (plain, clustered, restarted):
        shutil.copytree(archive, copy)
    extract(plain)
    doing = list[str]()
    summary = extract(clustered, cluster=scheduler, progress=lambda summary: doing.append(summary.doing))
    assert summary.exit_status == 0
    assert any(told.startswith("extracting on 2 workers with 2 threads") for told in doing)
    with pytest.raises(StoppedError):
        _extract_some(restarted, scheduler, 2)
    extract(restarted, cluster=scheduler)
    found = hash_release(current(plain))
    assert found.rows == {"articles": 13, "outcomes": 15}
    assert hash_release(current(clustered)) == hash_release(current(restarted)) == found
    assert list(compact(current(restarted), days_with_parts(current(restarted), date.max)))
    assert hash_release(current(restarted)) == found
    for data in (clustered, restarted):
        assert not (data / "findings").exists()
    rebuild(
        Config(),
        clustered,
        switch_over=True,
        tell=lambda what, done, total: None,
        stopping=threading.Event(),
        cluster=scheduler,
    )
    assert hash_release(current(clustered)) == found


def _extract_some(data: Path, scheduler: str, segments: int) -> None:
    """Extract so many segments, and end as a run that is killed then."""
    from scraper.extraction import Extraction
    from scraper.store.archive import whole_segments
    from scraper.store.release import prepare
    from tests.store.pages import START

    with Extraction(Config(), data, prepare(data, START), cluster=scheduler) as extraction:
        names = sorted(path.name.removesuffix(".warc.gz") for path in (data / "warc").glob("*.warc.gz"))
        for future in [extraction.submit(name) for name in names][:segments]:
            future.result()
        assert whole_segments(data) == {}
        raise StoppedError("as a signal does")


def test_a_file_that_is_there_is_not_made_again(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = begin_job(archive, Config())
    done = find_segment(str(archive), key, "run0-00000")
    assert done.visits == 3
    path = findings_path(archive, key, "run0-00000")
    assert [unpack(each).outcome["url"][-1] for each in read_findings(path)] == ["a", "b", "c"]
    before = path.stat()
    assert find_segment(str(archive), key, "run0-00000") == (0, 0.0)
    assert path.stat() == before


def test_other_rules_and_other_versions_have_other_files(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scraper.config import Rule, Site

    site = Site("news.example", rules=(Rule(body="main"),))
    keys = {begin_job(archive, config) for config in (Config(), Config(sites={site.host: site}))}
    monkeypatch.setattr(cluster_work, "EXTRACTOR_VERSION", "0")
    keys.add(begin_job(archive, Config()))
    assert len(keys) == 3


def test_worker_of_another_version_is_refused_by_name(
    archive: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tell_version()

    def tell() -> str:
        return ours if threading.current_thread() is threading.main_thread() else "scraper 0.0"

    monkeypatch.setattr("scraper.cluster.tell_version", tell)
    with pytest.raises(ConfigError, match=r"worker tcp://127\.0\.0\.1:\d+: has .*; install the same there"):
        Cluster(scheduler, Config(), archive)
    key = begin_job(archive, Config())
    monkeypatch.setattr(cluster_work, "EXTRACTOR_VERSION", "0")
    with pytest.raises(ScraperError, match=r"extractor 0, .* is asked for; install the same there"):
        find_segment(str(archive), key, "run0-00000")


def test_worker_that_may_start_no_processes_or_sees_no_data_says_so(
    archive: Path, tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = begin_job(archive, Config())
    with pytest.raises(ScraperError, match="does not see the data folder"):
        find_segment(str(tmp_path / "elsewhere"), key, "run0-00000")

    class Daemon:
        daemon = True

    monkeypatch.setattr("multiprocessing.current_process", Daemon)
    with pytest.raises(ScraperError, match="--no-nanny"):
        find_segment(str(archive), key, "run0-00000")


def test_segment_that_cannot_be_read_stops_the_run_with_its_name(archive: Path, scheduler: str) -> None:
    (archive / "warc" / "run1-00000.warc.gz").unlink()
    with pytest.raises(StoreError, match=r"run1-00000\.warc\.gz: is missing"):
        extract(archive, cluster=scheduler)


def test_places_that_are_none_are_refused_before_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for where in ("local", "local:3", "slurm:10", "tcp://node1:8786", "tls://node1:8786"):
        check_where(where)
    for where in ("locally", "local:", "local:0", "local:x", "node1:8786", "http://node1:8786"):
        with pytest.raises(ConfigError, match="--cluster"):
            check_where(where)
    options = ["--data", str(tmp_path / "data"), "--site", "news.example"]
    assert run(["extract", "--cluster", "nowhere", *options]) == 2
    assert "must be tcp://host:8786, local or slurm" in capsys.readouterr().err


def test_slurm_is_told_where_there_is_none(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(archive))
    with pytest.raises(ConfigError, match="there is no sbatch here"):
        Cluster("slurm:2", Config(), archive)


@pytest.mark.filterwarnings("ignore")
def test_jobs_that_slurm_refuses_are_told(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dask_jobqueue")
    dask = pytest.importorskip("dask")
    sbatch = archive / "sbatch"
    sbatch.write_text("#!/bin/sh\necho invalid account >&2\nexit 1\n")
    sbatch.chmod(0o755)
    monkeypatch.setenv("PATH", f"{archive}:{os.environ['PATH']}")
    settings = {"jobqueue.slurm.cores": 1, "jobqueue.slurm.memory": "1GB", "jobqueue.slurm.interface": "lo"}
    with dask.config.set(settings), pytest.raises(ConfigError, match="sbatch refuses the job") as caught:
        Cluster("slurm:2", Config(), archive)
    assert "#SBATCH --mem=954M" in str(caught.value)
    gc.collect()  # what is left open is told here, and not in another test


def test_segments_that_are_only_in_the_bucket_are_done_too(archive: Path, scheduler: str, bucket: Bucket) -> None:
    extract(archive)
    before = hash_release(current(archive))
    assert sync(archive, bucket.remote(), START, keep_segments=False).released == 5
    assert not list((archive / "warc").glob("*.warc.gz"))
    rebuild(
        Config(),
        archive,
        switch_over=True,
        tell=lambda what, done, total: None,
        stopping=threading.Event(),
        cluster=scheduler,
    )
    assert hash_release(current(archive)) == before


def test_scheduler_that_does_not_answer_is_told(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.cluster.CONNECT_S", 0.3)
    with pytest.raises(ConfigError, match="no scheduler answers"):
        Cluster("tcp://127.0.0.1:9", Config(), archive)
