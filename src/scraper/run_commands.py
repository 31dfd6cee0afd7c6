"""The commands that make a run: `scraper scrape`, `crawl` and `extract`.

A module beside the command line, because they take the same options and end the same way.
"""

from __future__ import annotations

import dataclasses
import math
import random
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scraper.completing import complete_host
from scraper.config import Config, Site
from scraper.config_file import MAX_SECONDS, load_config
from scraper.errors import ConfigError, ItemError
from scraper.extract.rules import check_selector
from scraper.release_commands import run_rebuild
from scraper.shard import Shard, tie
from scraper.showing import show_progress, tell_run
from scraper.url import Url, host_of, normalize

if TYPE_CHECKING:
    from scraper.store.selection import Selection

MAX_SHARDS = 10_000
"""A list of sites has not many more, and each name is held against each machine."""

Command = TypeVar("Command", bound=Callable[..., Any])


def _run_options(command: Command) -> Command:
    for option in reversed(
        [
            click.option(
                "--site",
                "hosts",
                multiple=True,
                metavar="HOST",
                shell_complete=complete_host,
                help="Only this site; may be repeated.",
            ),
            click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N articles asked per site."),
            click.option(
                "--max-runtime",
                type=click.FloatRange(1, MAX_SECONDS),
                callback=_refuse_nan,
                metavar="SECONDS",
                help="End politely after this.",
            ),
            click.option(
                "--jitter",
                type=click.FloatRange(0, MAX_SECONDS),
                default=0,
                callback=_refuse_nan,
                metavar="SECONDS",
                help="Wait at random up to this before beginning, so that many machines don't ask at once.",
            ),
            _data_option,
            _config_option,
            click.option("--quiet", is_flag=True, help="Print errors only."),
            click.option("--json", "as_json", is_flag=True, help="Print the record of the run as one JSON document."),
            click.option("-v", "--verbose", is_flag=True, help="Log every visit in data/logs, not only failures."),
        ]
    ):
        command = option(command)
    return command


_DAY = click.DateTime(["%Y-%m-%d"])


def _refuse_nan(context: click.Context, option: click.Parameter, value: float | None) -> float | None:
    if value is not None and math.isnan(value):  # neither too small nor too large for a range
        raise click.BadParameter("nan is not a number of seconds.")
    return value


_data_option = click.option(
    "--data", type=click.Path(path_type=Path), default="data", show_default=True, help="Folder that is written to."
)
_config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default="config",
    show_default=True,
    help="Folder with scraper.toml and sites/.",
)


def _read_shard(context: click.Context, option: click.Parameter, value: str) -> tuple[int, int]:
    number, slash, of = value.partition("/")
    if slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of) <= MAX_SHARDS:
        return int(number), int(of)
    raise click.BadParameter(f"{value!r} must be like 2/3: the second of three machines; at most {MAX_SHARDS}.")


_shard_option = click.option(
    "--shard",
    default="1/1",
    callback=_read_shard,
    metavar="K/N",
    help="Visit only the sites of the Kth of N machines that have the same config; each host is asked by one of them.",
)


@click.command()
@_run_options
@_shard_option
def scrape(**options: Any) -> int:
    """Crawl and extract: what cron runs.

    \b
    scraper scrape                                  all sites of config/
    scraper scrape --site grist.org --limit 20      twenty articles of one site
    scraper scrape --quiet --data /srv/news         from cron
    scraper scrape --shard 2/3                      the second of three machines
    """
    return _run("scrape", **options)


@click.command()
@_run_options
@_shard_option
def crawl(**options: Any) -> int:
    """Only fetch, into WARC segments; extract them later.

    \b
    scraper crawl
    scraper crawl --site grist.org --max-runtime 3600
    scraper extract                                 then, also on another day
    """
    return _run("crawl", **options)


@click.command()
@_run_options
@click.option(
    "--rebuild", is_flag=True, help="Make a new release of the whole archive, show what changed, switch to it."
)
@click.option("--no-switch", is_flag=True, help="With --rebuild: leave the current release as it is.")
@click.option(
    "--cluster",
    default="",
    metavar="WHERE",
    help="Let a Dask cluster do the work: tcp://scheduler:8786, local or slurm (local:4: so many workers).",
)
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="SOURCE",
    help="Take in archives of others: files, folders, patterns, s3:// addresses; may be repeated.",
)
@click.option("--since", type=_DAY, metavar="DATE", help="With --from: only pages fetched on this UTC day or later.")
@click.option("--until", type=_DAY, metavar="DATE", help="With --from: only pages fetched on this UTC day or before.")
def extract(
    *,
    rebuild: bool,
    no_switch: bool,
    cluster: str,
    sources: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    **options: Any,
) -> int:
    """Extract what was crawled and not extracted yet.

    No site is asked anything. After a change of extractor, rules or policy, --rebuild makes all rows anew beside those
    that are there, which stay until they are removed; runs may go on meanwhile. Killed, the same command goes on.

    --cluster hands segments to the workers of a cluster that see the same data folder; their number, order and restarts
    change no row.

    --from takes in what others crawled: WARC and WACZ files, folders of HTML files, and lists (CSV, TSV, JSON lines) of
    addresses and files. Their pages are copied into data/warc, each once; --site chooses among them.

    \b
    scraper extract
    scraper extract --rebuild               build, show what changed, and switch
    scraper extract --rebuild --no-switch   build and show
    scraper extract --cluster tcp://node1:8786
    scraper extract --from heritrix/warcs --since 2026-01-01
    scraper extract --from 's3://bucket/2026/*.warc.gz' --site grist.org
    """
    if sources:
        if rebuild or no_switch or options["limit"]:
            raise click.UsageError("--from goes without --rebuild, --no-switch and --limit")
        if since and until and since > until:
            raise click.UsageError("--since is after --until")
        from scraper.store.selection import Selection

        wanted = Selection((), since.date() if since else None, until.date() if until else None)
        return _run("extract", cluster=cluster, sources=sources, wanted=wanted, **options)
    if since or until:
        raise click.UsageError("--since and --until go with --from")
    if rebuild:
        if options["hosts"] or options["limit"] or options["max_runtime"]:
            raise click.UsageError("--rebuild is of all sites and takes no --site, --limit or --max-runtime")
        if options["as_json"] or options["verbose"]:
            raise click.UsageError("--rebuild takes no --json or -v; releases/<id>/changes.json has what changed")
        return run_rebuild(
            options["data"],
            options["config_path"],
            switch_over=not no_switch,
            cluster=cluster,
            quiet=options["quiet"],
        )
    if no_switch:
        raise click.UsageError("--no-switch goes with --rebuild")
    return _run("extract", cluster=cluster, **options)


def _run(
    command: str,
    *,
    hosts: tuple[str, ...],
    limit: int | None,
    max_runtime: float | None,
    jitter: float,
    data: Path,
    config_path: Path,
    quiet: bool,
    as_json: bool,
    verbose: bool,
    cluster: str = "",
    shard: tuple[int, int] = (1, 1),
    sources: tuple[str, ...] = (),
    wanted: Selection | None = None,
) -> int:
    from scraper import pipeline

    whole = load_config(config_path, check_selector)
    # What is extracted was asked by somebody: no site needs a file for that.
    config = _select(whole, hosts) if hosts or command != "extract" else whole
    # Ties are of the whole site list, whatever is chosen of it: all machines must come to the same.
    config = dataclasses.replace(config, shard=Shard(*shard, tied=tie(map(_named, whole.sites.values()))))
    if max_runtime is not None:
        config = dataclasses.replace(config, fetch=dataclasses.replace(config.fetch, max_runtime_s=max_runtime))
    time.sleep(jitter * random.random())  # noqa: S311  # after the config was read: its faults need no waiting
    with show_progress(quiet=quiet) as progress:
        if wanted:
            wanted = dataclasses.replace(wanted, sites=tuple(sorted(config.chosen or ())))
            summary = pipeline.take_in(
                config, data, sources, wanted, cluster=cluster, progress=progress, every_visit=verbose
            )
        else:
            summary = pipeline.scrape(
                config, data, command=command, limit=limit, cluster=cluster, progress=progress, every_visit=verbose
            )
    tell_run(summary, quiet=quiet, as_json=as_json)
    return summary.exit_status


def _named(site: Site) -> list[Url]:
    """Give an address of each host that a site's file names."""
    return [normalize(f"https://{site.host}/"), *site.feeds, *site.sitemaps, *site.front_pages]


def _select(config: Config, hosts: tuple[str, ...]) -> Config:
    """Choose the named sites; one without a file is crawled as sites without a file are."""
    if not hosts:
        if not config.sites:
            raise ConfigError(["sites/ holds no site: add sites/<host>.toml, or name one with --site HOST"])
        return config
    chosen = {}
    for text in hosts:
        host = text.strip().lower()
        try:
            bare = host_of(normalize(f"https://{host}/")) == host
        except ItemError:
            bare = False
        if not bare:
            raise ConfigError([f"--site {text}: must be a bare host name, such as example.org"])
        site = config.sites.get(host) or config.sites.get(host.removeprefix("www."))
        if site is None and "." not in host and host not in config.fetch.allow_private_hosts:
            meant = next((known for known in sorted(config.sites) if host and host in known), "example.org")
            raise ConfigError([f"--site {text}: is no host name; say it whole, such as {meant}"])
        site = site or Site(host)
        chosen[site.host] = site
    return dataclasses.replace(config, sites={**config.sites, **chosen}, chosen=frozenset(chosen))
