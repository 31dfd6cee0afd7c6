"""The command line.

Exit status: 0 done or nothing new, 1 failed, 2 usage or config, 3 some sites failed, 75 another run holds the lock.
Results go to stdout, errors and progress to stderr; with --quiet a run that succeeds prints nothing, as cron wants it.
"""

from __future__ import annotations

import dataclasses
import io
import json
import math
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scraper.archive_commands import archive
from scraper.article_arguments import read_address
from scraper.config import Agent, Config, Fetch, Site
from scraper.config_file import MAX_SECONDS, load_config
from scraper.corpus_commands import compact, verify
from scraper.diff_command import diff
from scraper.errors import ConfigError, ItemError, LockedError, ScraperError
from scraper.extract.rules import check_selector
from scraper.health_command import health
from scraper.inspect_command import inspect
from scraper.provenance_command import provenance
from scraper.release_commands import releases, run_rebuild
from scraper.report.printable import printable
from scraper.sync_command import sync
from scraper.url import Url, belongs_to, host_of, normalize

if TYPE_CHECKING:
    from scraper.report.summary import Summary

Command = TypeVar("Command", bound=Callable[..., Any])


def run(arguments: list[str]) -> int:
    """Run a command and give its exit status; errors of ours become lines on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter gets a question mark
    try:
        status: int | None = cli.main(arguments, prog_name="scraper", standalone_mode=False)
    except click.ClickException as error:
        error.message = printable(error.message)  # type: ignore[misc]  # what is shown of it may be of a page
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except ConfigError as error:
        for fault in error.faults:
            click.echo(f"scraper: {printable(str(fault))}", err=True)
        return 2
    except LockedError as error:
        click.echo(f"scraper: {printable(str(error))}", err=True)
        return 75
    except (ScraperError, OSError) as error:
        click.echo(f"scraper: {printable(str(error))}", err=True)
        return 1
    return status or 0


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="scraper")
def cli() -> None:
    """Crawl news sites politely, extract articles exactly, store them as Parquet."""


for command in (archive, compact, verify, diff, health, inspect, provenance, releases, sync):
    cli.add_command(command)


def _run_options(command: Command) -> Command:
    for option in reversed(
        [
            click.option("--site", "hosts", multiple=True, metavar="HOST", help="Only this site; may be repeated."),
            click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N articles asked per site."),
            click.option(
                "--max-runtime",
                type=click.FloatRange(1, MAX_SECONDS),
                callback=_refuse_nan,
                metavar="SECONDS",
                help="End politely after this.",
            ),
            _data_option,
            _config_option,
            click.option("--quiet", is_flag=True, help="Print errors only."),
        ]
    ):
        command = option(command)
    return command


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


@cli.command()
@_run_options
def scrape(**options: Any) -> int:
    """Crawl and extract: what cron runs.

    \b
    scraper scrape                                  all sites of config/
    scraper scrape --site grist.org --limit 20      twenty articles of one site
    scraper scrape --quiet --data /srv/news         from cron
    """
    return _run("scrape", **options)


@cli.command()
@_run_options
def crawl(**options: Any) -> int:
    """Only fetch, into WARC segments; extract them later."""
    return _run("crawl", **options)


@cli.command()
@_run_options
@click.option(
    "--rebuild", is_flag=True, help="Make a new release of the whole archive, show what changed, switch to it."
)
@click.option("--no-switch", is_flag=True, help="With --rebuild: leave the current release as it is.")
def extract(*, rebuild: bool, no_switch: bool, **options: Any) -> int:
    """Extract what was crawled and not extracted yet.

    No site is asked anything. After a change of extractor, rules or policy, --rebuild makes all rows anew beside those
    that are there, which stay until they are removed; runs may go on meanwhile. Killed, the same command goes on.

    \b
    scraper extract
    scraper extract --rebuild               build, show what changed, and switch
    scraper extract --rebuild --no-switch   build and show
    """
    if rebuild:
        if options["hosts"] or options["limit"] or options["max_runtime"]:
            raise click.UsageError("--rebuild is of all sites and takes no --site, --limit or --max-runtime")
        return run_rebuild(options["data"], options["config_path"], switch_over=not no_switch, quiet=options["quiet"])
    if no_switch:
        raise click.UsageError("--no-switch goes with --rebuild")
    return _run("extract", **options)


def _run(
    command: str,
    *,
    hosts: tuple[str, ...],
    limit: int | None,
    max_runtime: float | None,
    data: Path,
    config_path: Path,
    quiet: bool,
) -> int:
    from scraper import pipeline

    config = _select(load_config(config_path, check_selector), hosts)
    if max_runtime is not None:
        config = dataclasses.replace(config, fetch=dataclasses.replace(config.fetch, max_runtime_s=max_runtime))
    with _progress(quiet=quiet) as progress:
        summary = pipeline.scrape(config, data, command=command, limit=limit, progress=progress)
    _tell_run(summary, quiet=quiet)
    return summary.exit_status


def _select(config: Config, hosts: tuple[str, ...]) -> Config:
    """Keep the named sites; one without a file is crawled as sites without a file are."""
    if not hosts:
        if not config.sites:
            raise ConfigError(["sites/ holds no site: add sites/<host>.toml, or name one with --site HOST"])
        return config
    sites = {}
    for text in hosts:
        host = text.strip().lower()
        try:
            bare = host_of(normalize(f"https://{host}/")) == host
        except ItemError:
            bare = False
        if not bare:
            raise ConfigError([f"--site {text}: must be a bare host name, such as example.org"])
        site = config.sites.get(host) or config.sites.get(host.removeprefix("www.")) or Site(host)
        sites[site.host] = site
    return dataclasses.replace(config, sites=sites)


def _tell_run(summary: Summary, *, quiet: bool) -> None:
    if not quiet:
        for notice in summary.notices:
            click.echo(f"note: {printable(notice)}")
        for line in summary.lines():
            click.echo(line)
    else:
        from scraper.report.health_lines import tell

        for host, why in summary.failed.items():
            click.echo(f"scraper: {host}: {printable(why)}", err=True)
        if summary.unmirrored:
            click.echo(f"scraper: {printable(summary.unmirrored)}", err=True)
        for alarm in summary.alarms:
            click.echo(f"scraper: {printable(tell(alarm))}", err=True)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[Summary], None]]:
    """Show counts on a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda summary: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("starting")

        def show(summary: Summary) -> None:
            sites = summary.sites.values()
            bar.update(
                task,
                description=f"{sum(s.visits for s in sites)} asked on {len(sites)} sites, "
                f"{sum(s.found for s in sites)} new addresses, "
                f"{sum(s.outcomes['article'] for s in sites)} articles written",
            )

        yield show


@cli.command("check-config")
@_config_option
def check_config(config_path: Path) -> int:
    """Name every fault of the configuration with its file and key."""
    config = load_config(config_path, check_selector)
    click.echo(f"{config_path}: {len(config.sites)} sites, no fault")
    if not config.agent.contact:
        click.echo("note: [agent] contact is not set; a crawl will not start without it")
    if config.store.remote:
        click.echo(f"note: the corpus is mirrored in {config.store.remote}; `scraper sync --check` asks it")
    if config.fetch.proxy:
        click.echo(f"note: proxy {config.fetch.proxy} takes the check for private addresses over")
    return 0


@cli.command("extract-page")
@click.argument("source", metavar="FILE|-|URL")
@click.option("--url", default="", help="Address of a file's page: relative links and the site's rule.")
@click.option("--text", "as_text", is_flag=True, help="FILE holds no markup: copied, dumped or plain text.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_config_option
def extract_page(source: str, url: str, config_path: Path, *, as_text: bool, as_json: bool) -> int:
    """Show what one page says.

    A file, stdin, or a live address, which is asked once, within robots.txt.

    \b
    scraper extract-page saved.html --url https://example.org/news/story
    curl -s https://example.org/news/story | scraper extract-page - --json
    scraper extract-page --text copied.txt
    """
    from scraper import extraction, pipeline
    from scraper.report.inspection import to_json, to_text

    if as_text:
        if "://" in source or url:
            raise click.UsageError("--text takes a file or -, and no address")
        article = extraction.extract_plain(_read(source))
    elif "://" in source:
        article = pipeline.extract_url(load_config(config_path, check_selector), read_address(source))
    else:
        address, now = read_address(url) if url else Url(""), datetime.now(UTC)
        sites = load_config(config_path, check_selector).sites if address and config_path.exists() else {}
        site = next((site for host, site in sites.items() if belongs_to(address, host)), None)
        rule = site.rule_at(now) if site else None
        article = extraction.extract_payload(
            _read(source), url=address, final_url=address, content_type=None, fetched_at=now, rule=rule
        )
    shown = printable(json.dumps(to_json(article), ensure_ascii=False, indent=1)) if as_json else to_text(article)
    click.echo(shown)
    return 0


def _read(source: str) -> bytes:
    if source == "-":
        if sys.stdin is None:
            raise click.UsageError("-: there is no standard input")
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{source}: cannot be read: {error.strerror}") from error


@cli.command()
@click.option(
    "--data", type=click.Path(path_type=Path), default="data/demo", show_default=True, help="Folder, emptied first."
)
def demo(data: Path) -> int:
    """Scrape our own demo site and show its articles."""
    from rich.console import Console

    from scraper import pipeline
    from scraper.demo.server import serve
    from scraper.report.inspection import make_table
    from scraper.store.corpus import open_articles

    marker = data / ".demo"
    try:
        if data.exists() and any(data.iterdir()) and not marker.exists():
            raise click.UsageError(f"{data} was not made by the demo; name an empty folder with --data")
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True, exist_ok=True)
        marker.touch()
    except OSError as error:
        raise click.UsageError(f"--data {data}: cannot be made: {error.strerror}") from error
    with serve() as server, _progress(quiet=False) as progress:
        config = Config(
            Agent("scraper-demo", "https://example.org/scraper-demo"),
            Fetch(delay_s=0, allow_private_hosts=("127.0.0.1",)),
            sites={server.site.host: server.site},
        )
        summary = pipeline.scrape(config, data, progress=progress)
    rows = open_articles(data).sort_by([("published_at", "descending")]).to_table().to_pylist()
    Console(width=None if sys.stdout.isatty() else 140).print(make_table(rows))
    _tell_run(summary, quiet=False)
    click.echo(f"\narticles   {data}/articles/   Parquet: scraper.open_articles('{data}'), pandas, polars, DuckDB")
    click.echo(f"outcomes   {data}/outcomes/   every address asked, and what became of it")
    click.echo(f"archive    {data}/warc/       the pages as received")
    return summary.exit_status
