"""Scale bench: pages a second from the wire to Parquet, what two workers make of it, and a cluster: `make bench-scale`.

Ratios are of one run, in turns, since a machine is as fast as what else it does. Crawls ask a server on loopback; the
pages are those of BENCH_DATA, or made up, or of a proxy that plays sites (--proxy, with --feeds).
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import click
import msgspec

from scraper.cluster import Cluster
from scraper.config import Config, Extract
from scraper.extraction import write_findings
from scraper.finding import find
from scraper.lab.crawl_bench import make_pages, serving
from scraper.lab.scale_runs import Ran, Run
from scraper.lab.scale_simulation import Costs, simulate
from scraper.marking import Marking
from scraper.page_extraction import extract_page
from scraper.store.release import MARKS
from scraper.store.segments import list_segments, read_visits
from scraper.watching import HEALTH, Watching

FAST_GOAL, FULL_GOAL = 5.0, 8.0
"""Times the pages a second of Scrapy with trafilatura, fast, and with its defaults and metadata."""
TWO_GOAL = 1.85
"""Times the speed of one worker that two have."""
DASK_GOAL = 0.9
"""Of the plain pool's speed, by a cluster of as many workers."""
SHARE_GOAL = 0.95
"""Of all processor time, in what finds what a visit came to."""
DAY_PAGES = 500_000
"""A day of CC-NEWS."""
SEGMENT_PAGES = 3000
"""Source: pages in a segment of 128 MB."""


def start(run: Run) -> Ran:
    """Run in a process of its own."""
    command = [sys.executable, "-m", "scraper.lab.scale_runs", msgspec.json.encode(run).decode()]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise click.ClickException(f"{run.kind}: {done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    pages, articles, wall_s = json.loads(done.stdout.splitlines()[-1])
    return Ran(pages, articles, wall_s, cpu_s)


def in_turns(runs: dict[str, Run], rounds: int, template: Path | None = None) -> dict[str, float]:
    """Run each so many times, in turns; give the median of its pages a second, and print its processor time as well.

    Args:
        runs: By name; each gets a new folder.
        rounds: Of each.
        template: Copied into the folder before.
    """
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for name in islice(cycle(runs), rounds * len(runs)):
        with tempfile.TemporaryDirectory() as folder:
            if template:
                shutil.copytree(template, folder, dirs_exist_ok=True, symlinks=True)
            ran = start(replace(runs[name], folder=folder))
        speeds[name].append(ran.pages / ran.wall_s)
        took = f"in {ran.wall_s:.1f} s, {1000 * ran.cpu_s / ran.pages:.1f} ms of processor time a page"
        click.echo(f"  {name:18} {ran.pages} pages, {ran.articles} articles {took}")
    return {name: statistics.median(each) for name, each in speeds.items()}


@contextlib.contextmanager
def sites(pages: int, hosts: int, proxy: str, feeds: Sequence[str]) -> Iterator[Run]:
    """Have sites to crawl; give what a run needs to know of them."""
    if proxy:
        yield Run("", "", tuple(feeds), proxy=proxy)
        return
    with serving(make_pages(), -(-pages // hosts)) as port:
        yield Run("", "", tuple(f"http://site{n}.test:{port}/feed" for n in range(hosts)), port=port)


def profile(data: Path, most: int) -> tuple[Costs, dict[str, float]]:
    """Do one step after the other in this process; give the costs of a page, and milliseconds by step."""
    clock = time.process_time
    steps = dict.fromkeys(("read", "extract", "rows and fingerprints", "mark and write"), 0.0)
    pages_s = list[float]()
    with tempfile.TemporaryDirectory() as folder:
        release = Path(folder)
        marking, watching = Marking(release / MARKS), Watching(release / HEALTH)
        for segment in list_segments(data):
            if len(pages_s) >= most:
                break
            at = clock()
            visits = list(read_visits(data, segment))
            steps["read"] += clock() - at
            each_s, packed = (clock() - at) / max(len(visits), 1), []
            for visit in visits:
                if visit.page.target.kind != "article" or visit.page.skip or visit.page.unchanged:
                    continue
                at = clock()
                extract_page(visit.page, None)
                middle = clock()
                steps["extract"] += middle - at
                packed.append(find((visit, None)))
                # It extracts again: what is more than that are rows and fingerprints.
                steps["rows and fingerprints"] += max(clock() - middle - (middle - at), 0.0)
                pages_s.append(clock() - middle + each_s)
            at = clock()
            write_findings(packed, segment, marking, release, watching)
            steps["mark and write"] += clock() - at
        marking.close()
        watching.close()
    count = max(len(pages_s), 1)
    return Costs(pages_s, steps["mark and write"] / count, 0.0), {name: 1000 * s / count for name, s in steps.items()}


def hand_out(data: Path) -> float:
    """Measure what a cluster takes for a segment whose findings are there: seconds of a task that does nothing."""
    segments = list_segments(data)
    cluster = Cluster("local:1", Config(extract=Extract(workers=1)), data)
    try:
        for turn in range(2):
            at = time.perf_counter()
            for segment in segments:
                cluster.add(segment)
            for segment in segments:
                cluster.fetch(segment)
            if turn:
                return (time.perf_counter() - at) / len(segments)
    finally:
        for segment in segments:
            cluster.settle(segment)
        cluster.close()
    raise AssertionError("two turns")


def tell(name: str, value: float, goal: float) -> bool:
    """Print a figure beside its goal; give whether it is reached."""
    click.echo(f"{name:52} {value:7.2f}   goal {goal:g}{'' if value >= goal else '   MISSED'}")
    return value >= goal


@click.command()
@click.option("--pages", type=click.IntRange(10), default=1500, show_default=True, help="Of each crawl.")
@click.option("--hosts", type=click.IntRange(1), default=50, show_default=True, help="Side by side.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Of each; the median counts.")
@click.option("--proxy", default="", help="A proxy on loopback that plays sites, such as http://127.0.0.1:8089.")
@click.option("--feeds", type=click.File(), help="Addresses of their feeds, one a line; goes with --proxy.")
@click.option("--peers/--no-peers", default=True, help="Compare with Scrapy and trafilatura.")
@click.option("--dry", is_flag=True, help="A few pages, one round, no peers, no goals.")
def main(
    *, pages: int, hosts: int, rounds: int, proxy: str, feeds: Iterable[str] | None, peers: bool, dry: bool
) -> None:
    """Measure; the status is 1 if a goal is missed."""
    if bool(proxy) != bool(feeds):
        raise click.UsageError("--proxy and --feeds go together")
    if dry:
        pages, hosts, rounds, peers = min(pages, 20), min(hosts, 4), 1, False
    addresses = [line.strip() for line in feeds if line.strip()] if feeds else []
    reached = []
    with tempfile.TemporaryDirectory() as folder, sites(pages, hosts, proxy, addresses) as run:
        data = Path(folder)
        click.echo(f"{os.cpu_count()} cores; the archive is made")
        start(replace(run, kind="crawl", folder=folder))
        kinds = ["scrape", *(["scrapy fast", "scrapy full"] if peers else [])]
        click.echo("from the wire to Parquet, or to JSON lines")
        found = in_turns({kind: replace(run, kind=kind) for kind in kinds}, rounds)
        click.echo("from the archive to Parquet")
        extract = Run("extract", "", run.feeds)
        ways = {
            "1 worker": replace(extract, workers=1),
            "2 workers": replace(extract, workers=2),
            "2 workers of Dask": replace(extract, workers=2, cluster="local:2"),
        }
        found |= in_turns(ways, rounds, data)
        costs, steps = profile(data, 20 if dry else 600)
        costs = replace(costs, hand_out_s=hand_out(data))
    click.echo("")
    for name, speed in found.items():
        click.echo(f"{name:24} {speed:7.1f} pages/s")
    for name, took_ms in steps.items():
        click.echo(f"{name:24} {took_ms:7.2f} ms of processor time a page")
    click.echo(f"{'hand out':24} {1000 * costs.hand_out_s:7.2f} ms a segment\n")
    if peers:
        reached.append(
            tell("scrape, times Scrapy with trafilatura, fast", found["scrape"] / found["scrapy fast"], FAST_GOAL)
        )
        reached.append(tell("scrape, times Scrapy with trafilatura", found["scrape"] / found["scrapy full"], FULL_GOAL))
    reached.append(tell("two workers, times one", found["2 workers"] / found["1 worker"], TWO_GOAL))
    reached.append(tell("two of Dask, of the plain pool", found["2 workers of Dask"] / found["2 workers"], DASK_GOAL))
    share = (steps["extract"] + steps["rows and fingerprints"]) / sum(steps.values())
    reached.append(tell("share of processor time that is extraction", share, SHARE_GOAL))
    click.echo(f"\nsimulated, segments of {SEGMENT_PAGES} pages, a million pages per ten workers at least")
    for workers in (10, 100, 1000):
        segments = -(-max(DAY_PAGES, 100_000 * workers) // SEGMENT_PAGES)
        told = simulate(costs, workers, segments, SEGMENT_PAGES)
        click.echo(
            f"{workers:5} workers: {told.pages_per_s:8,.0f} pages/s, a day of CC-NEWS in"
            f" {simulate(costs, workers, -(-DAY_PAGES // SEGMENT_PAGES), SEGMENT_PAGES).seconds / 60:6,.1f} min,"
            f" workers busy {told.busy:4.0%}, writing {told.writing:4.0%}; bottleneck: {told.bottleneck}"
        )
    raise SystemExit(0 if dry else not all(reached))


if __name__ == "__main__":
    main()
