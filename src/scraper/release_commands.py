"""The commands that look after releases: `scraper releases`, and what `scraper extract --rebuild` shows.

A module beside the command line, because they show releases and what changed between them, and no sites.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from scraper.completing import complete_release
from scraper.config_file import load_config
from scraper.errors import StoppedError
from scraper.extract.rules import check_selector
from scraper.report.printable import printable

if TYPE_CHECKING:
    from scraper.rebuild import Rebuilt

_data_option = click.option(
    "--data", type=click.Path(path_type=Path), default="data", show_default=True, help="Folder of the corpus."
)


def _of_the_group(context: click.Context, option: click.Parameter, value: Path | None) -> Path:
    data: Path = value or context.parent.params["data"]  # type: ignore[union-attr]
    return data


_same_data_option = click.option(
    "--data", type=click.Path(path_type=Path), callback=_of_the_group, help="Folder of the corpus.  [default: data]"
)


@click.group(invoke_without_command=True)
@_data_option
@click.pass_context
def releases(context: click.Context, data: Path) -> None:
    """List the releases of the corpus, or switch to one, or remove one.

    Without a command: each release with the time it was made, its extractor's versions, articles and size.

    \b
    scraper releases
    scraper releases use 20261123T215406Z
    scraper releases remove 20261101T030000Z
    """
    from scraper.store.release import BUILDING, RELEASES, list_releases, list_unswitched
    from scraper.store.release_rows import count_release

    if context.invoked_subcommand:
        return
    _require(data)
    unswitched = dict(list_unswitched(data))
    rows = [("release", "articles", "rows", "MB", "extractor", "")]
    for release in list_releases(data):
        counts = count_release(release)
        made_by = ", ".join(f"{name} ({rows:,})" for name, rows in counts.extractors.items())
        here = "current" if _is_current(data, release) else unswitched.get(release) or _doubts(release)
        size = f"{counts.bytes / 1e6:,.1f}"
        rows.append((release.name, f"{counts.articles:,}", f"{counts.rows:,}", size, made_by, here))
    if (data / RELEASES / BUILDING).is_dir():
        rows.append((BUILDING, "", "", "", "", "begun: `scraper extract --rebuild` goes on with it"))
    if len(rows) == 1:
        click.echo(f"{data}: holds no release yet; the next run makes one")
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if at in (1, 2, 3) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


@releases.command()
@click.argument("release", metavar="ID", shell_complete=complete_release)
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default="config",
    show_default=True,
    help="Folder with scraper.toml and sites/.",
)
@click.option("--quiet", is_flag=True, help="Print errors only.")
@_same_data_option
def use(release: str, data: Path, config_path: Path, *, quiet: bool) -> int:
    """Make a release the current one, with all that readers see, in one step.

    Segments that were extracted since it was current are extracted into it first. The one before stays.

    \b
    scraper releases use 20261123T215406Z
    """
    from scraper import rebuild
    from scraper.pipeline import signals

    _require(data)
    config = load_config(config_path, check_selector)
    with signals() as stopping, _progress(quiet=quiet) as tell:
        try:
            notices = rebuild.use(config, data, release, tell=tell, stopping=stopping)
        except StoppedError:
            click.echo("scraper: stopped by a signal; the current release stays", err=True)
            return 1
    for notice in notices:
        click.echo(f"note: {notice}", err=True)
    if not quiet:
        click.echo(f"{data}: {release} is the current release")
    return 0


@releases.command()
@click.argument("release", metavar="ID", shell_complete=complete_release)
@_same_data_option
def remove(release: str, data: Path) -> int:
    """Remove a release that is not the current one, or .building, one that was begun; the archive stays as it is.

    \b
    scraper releases remove 20261101T030000Z
    scraper releases remove .building
    """
    from scraper.store.release import BUILDING, CURRENT, RELEASES, current, discard, find_release, list_releases
    from scraper.store.runs import hold_releases

    _require(data)
    with hold_releases(data):
        folder = data / RELEASES / BUILDING if release == BUILDING else find_release(data, release)
        if release != BUILDING and current(data) not in list_releases(data):
            # Nobody knows which one readers are to have, so it may be this.
            raise click.UsageError(f"{data / CURRENT}: leads to no release; run `scraper releases use ID` first")
        if _is_current(data, folder):
            raise click.UsageError(f"{release} is the current release; `scraper releases use ID` another one first")
        discard(folder)
    click.echo(f"{data}: {release} is removed")
    return 0


@releases.command("hash")
@click.argument("release", metavar="[ID]", required=False, shell_complete=complete_release)
@_same_data_option
def hash_rows(release: str | None, data: Path) -> int:
    """Print a hash of what a release says, of the current one if none is named.

    It is the same wherever the rows are: how many workers extracted them, in which files they lie, merged or not, in
    which order and when do not count. The column suspect is left out, as it also depends on what a person accepted.

    \b
    scraper releases hash
    scraper releases hash 20261123T215406Z --data /srv/news
    """
    from scraper.store.content_hash import hash_release
    from scraper.store.release import current, find_release

    _require(data)
    folder = find_release(data, release) if release else current(data)
    found = hash_release(folder)
    told = ", ".join(f"{count:,} {name}" for name, count in found.rows.items())
    click.echo(f"{found.digest}  {folder.name}: {told}")
    return 0


def run_rebuild(data: Path, config_path: Path, *, switch_over: bool, quiet: bool, cluster: str = "") -> int:
    """Make a release of the archive, show what changed, and tell which release is the current one."""
    from scraper import rebuild
    from scraper.pipeline import signals

    _require(data)
    config = load_config(config_path, check_selector)
    with signals() as stopping, _progress(quiet=quiet) as tell:
        try:
            result = rebuild.rebuild(
                config, data, switch_over=switch_over, cluster=cluster, tell=tell, stopping=stopping
            )
        except StoppedError:
            click.echo("scraper: stopped by a signal; the same command goes on where it was", err=True)
            return 1
    if not quiet:
        click.echo(printable("\n".join(_lines(result))))
    for notice in result.notices:
        click.echo(f"note: {notice}", err=True)
    name, where = result.release.name, "" if str(data) == "data" else f" --data {data}"
    how = f"`scraper releases use {name}{where}`"
    for doubt in result.doubts:
        click.echo(f"scraper: {name}: {printable(doubt)}", err=True)
    if result.doubts:
        click.echo(f"scraper: {result.old.name} stays the current release; {how} switches all the same", err=True)
        return 1
    if not quiet:
        click.echo(
            f"\n{name} is the current release; `scraper releases use {result.old.name}{where}` goes back,"
            f" `scraper releases remove {result.old.name}{where}` frees {result.before.bytes / 1e6:,.1f} MB"
            if switch_over
            else f"\n{result.old.name} stays the current release; {how} switches"
        )
    return 0


def _lines(result: Rebuilt) -> Iterator[str]:
    for folder, counts in ((result.old, result.before), (result.release, result.after)):
        made_by = ", ".join(f"{version} ({rows:,})" for version, rows in counts.extractors.items())
        yield f"{folder.name}  {counts.articles:9,} articles in {counts.rows:,} rows, extractor {made_by or 'none'}"
    yield ""
    yield from result.changes.to_lines()
    yield f"\nthe same for programs: {result.release / 'changes.json'}"


@contextlib.contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar on a terminal, and elsewhere a line for each thing that is begun."""
    if quiet:
        yield lambda what, done, total: None
        return
    if not sys.stderr.isatty():
        said = ""

        def say(what: str, done: int, total: int) -> None:
            nonlocal said
            if what != said:
                click.echo(f"{what}, {done} of {total} done" if total > 1 else what, err=True)
                said = what

        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def _doubts(release: Path) -> str:
    """Say why a release did not become the current one by itself, if there was a reason."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        if doubts := msgspec.json.decode((release / "changes.json").read_bytes(), type=_Compared).doubts:
            return printable(f"doubted: {doubts[0]}")
    return ""


class _Compared(msgspec.Struct):
    doubts: list[str]


def _is_current(data: Path, release: Path) -> bool:
    from scraper.store.release import current

    here = current(data)
    return release.exists() and here.exists() and release.samefile(here)


def _require(data: Path) -> None:
    if not data.is_dir():
        raise click.UsageError(f"--data {data}: there is no such folder")
