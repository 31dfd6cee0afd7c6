"""The command that mirrors by hand: `scraper sync`.

A module beside the command line, because it shows files and sizes and knows nothing of sites or runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scraper.config_file import load_config
from scraper.errors import ConfigError
from scraper.extract.rules import check_selector
from scraper.report.printable import printable

if TYPE_CHECKING:
    from scraper.store.adoption import Adopted


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), default="data", show_default=True, help="Folder that is mirrored."
)
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default="config",
    show_default=True,
    help="Folder with scraper.toml and sites/.",
)
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Send nothing: tell where bucket and data folder differ in names and sizes (what segments hold:"
    " `scraper archive check`).",
)
@click.option(
    "--adopt",
    "only_adopt",
    is_flag=True,
    help="Send nothing: take the bucket as this data folder's own, where remote.json in it was lost or is old.",
)
@click.option("--quiet", is_flag=True, help="Print errors only.")
def sync(data: Path, config_path: Path, *, only_check: bool, only_adopt: bool, quiet: bool) -> int:
    """Mirror articles, outcomes and segments in the bucket of [store] remote.

    Runs do it by themselves in their end. Readers of the bucket see the corpus before or after, whole. With --check the
    exit status is 1 where something is missing, of another size or not sent yet.

    \b
    scraper sync
    scraper sync --check --data /srv/news
    scraper sync --adopt && scraper sync
    """
    from datetime import UTC, datetime

    from scraper.store import mirror
    from scraper.store.adoption import adopt
    from scraper.store.mirror_check import check
    from scraper.store.release import prepare
    from scraper.store.remote import Remote
    from scraper.store.runs import hold

    if not data.is_dir():
        raise click.UsageError(f"--data {data}: there is no such folder")
    if only_check and only_adopt:
        raise click.UsageError("--check and --adopt are two things: give one of them")
    store = load_config(config_path, check_selector).store
    if not store.remote:
        raise ConfigError([f"{config_path}: [store] remote is not set, such as to s3://bucket/prefix"])
    remote = Remote(store.remote)
    if only_check:
        checked = check(data, remote)
        for line in (*checked.faults, *(f"note: {notice}" for notice in checked.notices)):
            click.echo(printable(line))
        click.echo(f"{remote.address}: {len(checked.faults)} differences")
        return 1 if checked.faults else 0
    if only_adopt:
        with hold(data):
            lines = list(_said(adopt(data, remote), remote.address, data))
        click.echo(printable("\n".join(lines)))
        return 0
    now = datetime.now(UTC)
    with hold(data), _progress(quiet=quiet) as progress:
        prepare(data, now)
        done = mirror.sync(data, remote, now, keep_segments=store.keep_segments, progress=progress)
    for notice in done.notices:
        click.echo(f"note: {notice}", err=quiet)
    if not quiet:
        sent = f"{done.files} files with {done.bytes / 1e6:.1f} MB sent, {done.removed} removed"
        released = f"; {done.released} segments removed from {data}" if done.released else ""
        click.echo(f"{remote.address}: {sent}{released}")
    return 0


def _said(adopted: Adopted, address: str, data: Path) -> Iterator[str]:
    """Say what was taken, and what the next sync will do."""
    if manifest := adopted.manifest:
        written = f"written on {manifest.written_by} at {manifest.written_at:%Y-%m-%d %H:%M} UTC"
        yield f"{address}: its manifest, {written}, counts as this data folder's from now on"
    yield f"{address}: {adopted.segments} segments stay named, {adopted.strays} of them that no manifest named"
    if adopted.strange:
        unknown = f"{len(adopted.strange)} of them are known to no state here, such as {adopted.strange[0]}"
        yield f"note: {unknown}; `scraper extract --rebuild` makes a release with their rows"
    if adopted.missing:
        yield (
            f"note: {len(adopted.missing)} of them are gone or of another size, such as {adopted.missing[0]}; restore"
            f" them from a copy, to the bucket or to {data}"
        )
    yield (
        f"readers of the bucket see {adopted.rows_there:,} rows of articles; from the next sync on those of {data}:"
        f" {adopted.rows_here:,}"
    )


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show the bytes sent on a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda sent, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

    columns = BarColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda sent, total: bar.update(task, completed=sent, total=total)
