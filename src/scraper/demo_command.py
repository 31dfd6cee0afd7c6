"""The command that shows the whole program at work: `scraper demo`.

A module beside the command line, because it alone knows the demo site.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from scraper.config import Agent, Config, Fetch
from scraper.showing import show_progress, tell_run


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), default="data/demo", show_default=True, help="Folder, emptied first."
)
def demo(data: Path) -> int:
    """Scrape our own demo site and show its articles.

    It is served on loopback; the network is not needed.

    \b
    scraper demo
    scraper demo --data /tmp/demo
    """
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
    with serve() as server, show_progress(quiet=False) as progress:
        config = Config(
            Agent("scraper-demo", "https://example.org/scraper-demo"),
            Fetch(delay_s=0, allow_private_hosts=("127.0.0.1",)),
            sites={server.site.host: server.site},
        )
        summary = pipeline.scrape(config, data, progress=progress)
    rows = open_articles(data).sort_by([("published_at", "descending")]).to_table().to_pylist()
    Console(width=None if sys.stdout.isatty() else 140).print(make_table(rows))
    tell_run(summary, quiet=False)
    click.echo(f"\narticles   {data}/articles/   Parquet: scraper.open_articles('{data}'), pandas, polars, DuckDB")
    click.echo(f"outcomes   {data}/outcomes/   every address asked, and what became of it")
    click.echo(f"archive    {data}/warc/       the pages as received")
    return summary.exit_status
