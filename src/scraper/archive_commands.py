"""The commands that look after the archive: `scraper archive check` and `scraper archive repair`.

A module beside the command line, because they show files and offsets and know nothing of sites or runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from scraper.report.printable import printable

if TYPE_CHECKING:
    from scraper.store.scan import Fault, Report

_data_option = click.option(
    "--data", type=click.Path(path_type=Path), default="data", show_default=True, help="Folder of the archive."
)


@click.group()
def archive() -> None:
    """Look after the archive of what was received.

    \b
    scraper archive check
    scraper archive repair
    """


@archive.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@_data_option
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON per file.")
def check(files: tuple[Path, ...], data: Path, *, as_json: bool) -> int:
    """Find damage: of every segment, and of what the state says of it.

    Exit status 1 where there is any. With FILES only these are checked, of whatever program they are; records that
    they refer to may then be elsewhere. A crawl may go on meanwhile.

    \b
    scraper archive check
    scraper archive check --data /srv/news --json
    scraper archive check /backup/*.warc.gz
    """
    from scraper.store.archive import check_archive
    from scraper.store.scan import Checker, Fault

    if not files and not data.is_dir():
        raise click.UsageError(f"--data {data}: there is no such folder")
    with _progress() as on_read:
        checker, damaged, count = Checker(on_read), set[Path](), 0
        for report in (checker.check(file) for file in files) if files else check_archive(data, checker):
            _show(report, as_json=as_json)
            count += 1
            if report.faults:
                damaged.add(report.path)
        missing: dict[Path, list[Fault]] = {}
        for path, offset in checker.unresolved():
            missing.setdefault(path, []).append(Fault(offset, "refers to a record that is in none of the files"))
    if files and missing:
        found = sum(len(faults) for faults in missing.values())
        click.echo(f"note: {found} records refer to records in other files", err=as_json)
    elif missing:
        damaged |= missing.keys()
        for path, faults in missing.items():
            if as_json:
                click.echo(msgspec.json.encode({"path": str(path), "faults": faults}))
            else:
                click.echo("\n".join(_line(path, fault) for fault in faults))
    click.echo(f"{count} files, {len(damaged)} with damage", err=as_json)
    return 1 if damaged else 0


@archive.command()
@_data_option
def repair(data: Path) -> int:
    """Close open segments that no run will close, because the state that knew them is gone.

    Each is cut back to its last whole visit. Those of runs that the state knows are left to the next run.

    \b
    scraper archive repair --data /srv/news
    """
    from scraper.store.archive import close_strays
    from scraper.store.runs import hold

    if not data.is_dir():
        raise click.UsageError(f"--data {data}: there is no such folder")
    with hold(data):
        for path, visits in close_strays(data):
            click.echo(f"{path}: {f'closed with {visits} visits' if visits else 'holds no whole visit; remove it'}")
    return 0


def _show(report: Report, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(report, enc_hook=str))
        return
    records = ", ".join(f"{count} {kind}" for kind, count in sorted(report.records.items())) or "no records"
    visits = "" if report.visits is None else f"{report.visits} visits, "
    state = "DAMAGED" if report.faults else "ok"
    click.echo(f"{state} {report.path}: {visits}{records}, {report.size_bytes / 1e6:.1f} MB")
    for fault in report.faults:
        click.echo(_line(report.path, fault))
    if report.unchecked:
        click.echo(f"  note: {report.unchecked} digests are of a form that is not checked")
    for note in report.notes:
        click.echo(f"  note: {note}")


def _line(path: Path, fault: Fault) -> str:
    where = "" if fault.offset is None else f"the record at byte {fault.offset} "
    return printable(f"  {path}: {where}{fault.what}")


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Show the bytes read on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda size: None
        return
    from rich.console import Console
    from rich.progress import DownloadColumn, Progress, SpinnerColumn, TransferSpeedColumn

    columns = SpinnerColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda size: bar.advance(task, size)
