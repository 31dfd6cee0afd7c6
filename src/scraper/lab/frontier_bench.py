"""Frontier benchmark: a million addresses in the state: `make bench-frontier`.

Adds them as listings bring them, opens the file again, and takes the next address of one host after the other, each
recorded as visited. All of it through the journal's own room, none of it in memory.
"""

from __future__ import annotations

import contextlib
import gc
import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from scraper.page import Evidence, Exchange, Found, Page, Target
from scraper.store.state import State
from scraper.url import Url

LISTING = 500
"""Addresses that are added in one step and committed: a large feed, a small sitemap."""
_NOW = datetime(2026, 11, 23, tzinfo=UTC)


def make_listings(addresses: int, hosts: int) -> Iterator[list[Found]]:
    """Make listings of addresses that no two of which are alike, from hosts in turn."""
    rng = random.Random(1)  # noqa: S311
    for start in range(0, addresses, LISTING):
        host = f"h{start // LISTING % hosts}.example"
        evidence = Evidence(f"https://{host}/feed", "rss", "A headline of the usual length, with a number", "today")
        paths = (f"2026/11/{rng.randrange(10**9)}/story-number-{start + n}-of-a-day" for n in range(LISTING))
        yield [Found(Target(Url(f"https://www.{host}/{path}"), host, "article", evidence)) for path in paths]


def visited(target: Target) -> Page:
    """Make the page of a visit that came through."""
    headers = (("ETag", '"0123456789abcdef"'), ("Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT"))
    return Page(target, (Exchange(target.url, (), 200, "OK", headers, b""),), _NOW)


@click.command()
@click.option("--addresses", default=1_000_000, show_default=True)
@click.option("--hosts", default=300, show_default=True)
@click.option("--takes", default=20_000, show_default=True, help="Visits that are made.")
def main(addresses: int, hosts: int, takes: int) -> None:
    """Add, open, choose: addresses a second, and the memory it takes."""
    sites = {f"h{n}.example" for n in range(hosts)}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "state.sqlite"
        added_s = 0.0
        with contextlib.closing(State(path)) as state:
            for listing in make_listings(addresses, hosts):
                start = time.perf_counter()
                state.addresses.enqueue(listing, _NOW)
                state.commit()
                added_s += time.perf_counter() - start
        start = time.perf_counter()
        with contextlib.closing(State(path)) as state:
            due = list(state.addresses.hosts(_NOW, sites))
            opened_s = time.perf_counter() - start
            gc.collect()
            start = time.perf_counter()
            for n in range(takes):
                (target,) = state.addresses.take(due[n % len(due)], _NOW, 1, sites)
                state.addresses.record_visit(visited(target), None)
            state.commit()
            taken_s = time.perf_counter() - start
        megabytes = path.stat().st_size / 1e6
    click.echo(f"{addresses} addresses of {hosts} hosts, {megabytes:.0f} MB on disk")
    click.echo(f"added     {addresses / added_s:8.0f} a second, committed in listings of {LISTING}")
    click.echo(f"opened in {opened_s:8.3f} s, with the hosts that have something due")
    click.echo(f"chosen    {takes / taken_s:8.0f} a second, each recorded as visited")
    click.echo(f"memory    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:8.0f} MB at most")


if __name__ == "__main__":
    main()
