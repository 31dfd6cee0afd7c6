"""The command line.

Exit status: 0 done or nothing new, 1 failed, 2 usage or config, 3 some sites failed, 75 another run holds the lock.
Results go to stdout, errors and progress to stderr; with --quiet a run that succeeds prints nothing, as cron wants it.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click

from scraper.add_command import add
from scraper.archive_commands import archive
from scraper.completion_command import completion
from scraper.config_file import load_config
from scraper.corpus_commands import compact, verify
from scraper.demo_command import demo
from scraper.diff_command import diff
from scraper.errors import ConfigError, LockedError, ScraperError
from scraper.extract.rules import check_selector
from scraper.extract_page_command import extract_page
from scraper.health_command import health
from scraper.inspect_command import inspect
from scraper.provenance_command import provenance
from scraper.release_commands import releases
from scraper.report.printable import printable
from scraper.report_command import report
from scraper.rule_command import rule
from scraper.run_commands import crawl, extract, scrape
from scraper.schedule_command import schedule
from scraper.status_command import status
from scraper.sync_command import sync

SECTIONS = {
    "Run": ("scrape", "crawl", "extract", "schedule"),
    "Look": ("status", "report", "health", "inspect", "diff", "provenance", "extract-page"),
    "Sites": ("add", "rule", "check-config"),
    "Data": ("verify", "compact", "sync", "releases", "archive"),
    "This program": ("demo", "completion"),
}


def run(arguments: list[str]) -> int:
    """Run a command and give its exit status; errors of ours become lines on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter gets a question mark
    try:
        status: int | None = cli.main(arguments, prog_name="scraper", standalone_mode=False)
    except click.ClickException as error:
        error.message = printable(error.message + _advise(error))  # type: ignore[misc]  # it may hold words of a page
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


def _advise(error: click.ClickException) -> str:
    """Say what is meant by a mistake that many make."""
    command = error.ctx.command if isinstance(error, click.UsageError) and error.ctx else None
    if command in (scrape, crawl, extract) and "unexpected extra argument" in error.message:
        return ": name a site with --site HOST"
    return ""


class _Sections(click.Group):
    """Lists commands by what they are for, with their whole first sentence."""

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        for section, names in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(limit=200)) for name in names])


@click.group(cls=_Sections, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="scraper")
def cli() -> None:
    """Crawl news sites politely, extract articles exactly, store them as Parquet.

    \b
    scraper demo                          see it work, without the network
    scraper add https://example.org/      write the file of a site
    scraper scrape                        all sites of config/, into data/
    scraper COMMAND --help                examples of each command
    """


for command in (scrape, crawl, extract, extract_page, demo, completion):
    cli.add_command(command)
for command in (archive, compact, verify, diff, health, inspect, provenance, releases, report, schedule, status, sync):
    cli.add_command(command)
for command in (add, rule):
    cli.add_command(command)


@cli.command("check-config")
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default="config",
    show_default=True,
    help="Folder with scraper.toml and sites/.",
)
def check_config(config_path: Path) -> int:
    """Name every fault of the configuration with its file and key.

    \b
    scraper check-config
    scraper check-config --config /srv/news/config
    """
    config = load_config(config_path, check_selector)
    click.echo(f"{config_path}: {len(config.sites)} sites, no fault")
    if not config.agent.contact:
        click.echo("note: [agent] contact is not set; a crawl will not start without it")
    if config.store.remote:
        click.echo(f"note: the corpus is mirrored in {config.store.remote}; `scraper sync --check` asks it")
    if config.fetch.proxy:
        click.echo(f"note: proxy {config.fetch.proxy} takes the check for private addresses over")
    return 0
