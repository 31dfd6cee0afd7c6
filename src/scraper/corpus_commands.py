"""The commands that look after the corpus: `scraper compact` and `scraper verify`.

A module beside the command line, because they show files and rows and know nothing of sites or runs.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scraper.report.printable import printable

if TYPE_CHECKING:
    from scraper.store.part import Part

_data_option = click.option(
    "--data", type=click.Path(path_type=Path), default="data", show_default=True, help="Folder of the corpus."
)


@click.command()
@_data_option
@click.option("--day", "days", multiple=True, metavar="YYYY-MM-DD", help="Only this day, today too; may be repeated.")
@click.option("--quiet", is_flag=True, help="Print errors only.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def compact(data: Path, days: tuple[str, ...], *, quiet: bool, as_json: bool) -> int:
    """Merge the small files of closed days into few.

    Rows stay the same. Readers through scraper.open_articles see each once at any moment; for who lists the folder
    himself some rows are there twice for the moment that the old files take to remove.

    \b
    scraper compact                                 every day before today, UTC
    scraper compact --data /srv/news --day 2026-11-22
    """
    from scraper.logs import keep_log, note
    from scraper.showing import to_json
    from scraper.store.catalog import write_catalog
    from scraper.store.compact import compact as compact_days
    from scraper.store.compact import days_with_parts
    from scraper.store.mirrored import read_mirrored
    from scraper.store.release import prepare
    from scraper.store.runs import hold
    from scraper.store.segment_rows import clear_staging

    try:
        chosen = [date.fromisoformat(day) for day in days]
    except ValueError as error:
        raise click.UsageError(f"--day: {error}") from error
    _require(data)
    silent, merges = quiet or as_json, []
    with hold(data), keep_log(data):
        now = datetime.now(UTC)
        release = prepare(data, now)
        clear_staging(release)
        for merged in compact_days(release, chosen or days_with_parts(release, now.date())):
            merges.append(asdict(merged) | {"path": str(merged.path)})
            note("files merged", **merges[-1])
            if not silent:
                sizes = f"{merged.bytes_before / 1e6:.1f} to {merged.bytes_after / 1e6:.1f} MB"
                click.echo(f"{merged.path}: {merged.parts} files, {merged.rows} rows, {sizes}")
        if merges:
            write_catalog(release)
            if not silent and (mirrored := read_mirrored(data)):
                click.echo(f"{mirrored.address}: is as it was; `scraper sync` or the next run mirrors this")
        elif not silent:
            click.echo("nothing to merge")
    if as_json:
        click.echo(to_json({"merged": merges}))
    return 0


@click.command()
@_data_option
@click.option("--full", is_flag=True, help="Look every row up in the archive, not a sample.")
@click.option(
    "--mend", "as_mend", is_flag=True, help="Put damaged files aside and have their segments extracted again."
)
@click.option("--quiet", is_flag=True, help="Print faults only.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(data: Path, *, full: bool, as_mend: bool, quiet: bool, as_json: bool) -> int:
    """Find damage in the corpus: a line per fault, with file, row group and what to do.

    Reads every page, and holds rows against state, ledgers and archive. Exit status 1 where something is wrong.
    `scraper archive check` does the same for the archive itself.

    \b
    scraper verify
    scraper verify --data /srv/news --full
    scraper verify --mend && scraper extract
    """
    from scraper.showing import to_json
    from scraper.store.part_check import Tally
    from scraper.store.runs import hold
    from scraper.store.verify import verify

    _require(data)
    tally, damaged, segments, faults = Tally(), list["Part"](), set[str](), list[str]()
    with hold(data):
        for flaw in verify(data, tally, full=full):
            faults.append(str(flaw))
            if not as_json:
                click.echo(printable(faults[-1]))
            if flaw.part is not None:
                damaged.append(flaw.part)
            if flaw.segment is not None:
                segments.add(flaw.segment)
        if as_mend and (damaged or segments):
            _mend(data, damaged, segments, err=as_json)
    if as_json:
        counts = {"files": tally.parts, "rows": tally.rows, "looked_up": tally.held}
        click.echo(to_json(counts | {"faults": faults}))
    elif faults or not quiet:
        click.echo(
            f"{tally.parts} files, {tally.rows['articles']} articles, {tally.rows['outcomes']} outcomes,"
            f" {tally.held} looked up in the archive, {len(faults)} faults"
        )
    return 1 if faults else 0


def _mend(data: Path, damaged: list[Part], segments: set[str], *, err: bool) -> None:
    from scraper.store.mend import DAMAGED, mend

    again = mend(data, damaged, segments)
    click.echo(f"{data / DAMAGED}: {len({part.path for part in damaged})} files were put there", err=err)
    click.echo(f"run `scraper extract --data {data}`: it writes the rows of {len(again)} segments again", err=err)


def _require(data: Path) -> None:
    if not data.is_dir():
        raise click.UsageError(f"--data {data}: there is no such folder")
