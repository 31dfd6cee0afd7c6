"""The command that adds a site: `scraper add`.

A module beside the command line, because it alone writes into the folder of sites.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scraper.article_arguments import config_option, read_address, show
from scraper.config_file import load_config
from scraper.errors import ScraperError
from scraper.extract.rules import check_selector
from scraper.report.printable import printable
from scraper.skip import Skip
from scraper.store.disk import make_folder, write_whole
from scraper.url import Url, host_of

if TYPE_CHECKING:
    from scraper.survey import Survey

INDEX = "index.html"
GENERATOR = b'content="scraper samples"'
SAMPLES = 8
"""Enough to see each of a few sections; with the default delay all of it takes about two minutes."""


@click.command()
@click.argument("address", metavar="URL")
@click.option(
    "--samples",
    type=click.IntRange(1, 50),
    default=SAMPLES,
    show_default=True,
    metavar="N",
    help="Pages that are tried.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the overview of these pages; HOST-samples by default.",
)
@click.option("--open", "as_open", is_flag=True, help="Show the overview in the browser.")
@click.option("--render", is_flag=True, help="Its pages are built by scripts: run them in Chromium.")
@click.option("--replace", "may_replace", is_flag=True, help="Write over the site's file that is there.")
@config_option
def add(
    address: str,
    samples: int,
    output: Path | None,
    config_path: Path,
    *,
    as_open: bool,
    render: bool,
    may_replace: bool,
) -> int:
    """Write the file of a new site, from its front page or any page of it.

    Finds its feeds, sitemaps and section fronts, learns how the addresses of its articles are told from others, and
    tries the extraction on a few of them: within robots.txt, at the pace of a crawl, and without keeping a page. What
    it finds is shown, and stands as comments in the file.

    \b
    scraper add https://example.org/
    scraper add example.org --open                 look at the pages it tried
    scraper add https://example.org/ --render      a site that scripts build
    """
    from scraper.asking import ask_site
    from scraper.site_file import make_file
    from scraper.survey import extract, judge
    from scraper.survey_lines import find_obstacle, tell_survey
    from scraper.workers import Workers

    url = read_address(address if "://" in address else f"https://{address}")
    config = load_config(config_path, check_selector)
    sites = (config_path.parent if config_path.suffix == ".toml" else config_path) / "sites"
    host = host_of(url).removeprefix("www.")
    _refuse_known(sites, host, may_replace=may_replace)
    _refuse_foreign(output or _overview_of(host))
    asked = 0

    def tell(next_url: Url) -> None:
        nonlocal asked
        asked += 1
        click.echo(printable(f"asking {asked}: {next_url}"), err=True)

    scouted = ask_site(config, url, samples=samples, render=render, tell=tell)
    limits = config.extract
    with Workers(extract, count=1, timeout_s=limits.page_timeout_s, memory_bytes=limits.page_memory_bytes) as workers:
        # Nothing is known of the site: its pages get the deadline and the memory that pages of a run get.
        survey = judge(
            scouted, url, datetime.now(UTC), render=render, extract=lambda page: next(iter(workers.map([page])))
        )
    if any(each.page.skip is None for each in scouted.listings):
        for line in tell_survey(survey):
            click.echo(printable(line))
        click.echo()
    overview = output or _overview_of(scouted.host)
    if survey.samples:
        _refuse_foreign(overview)
        _write_overview(survey, overview)
        click.echo(f"overview   {overview / INDEX}")
    if obstacle := find_obstacle(survey):
        raise ScraperError(f"{obstacle}. No file was written")
    _refuse_known(sites, scouted.host, may_replace=may_replace)  # the address may have led to another host
    file = sites / f"{scouted.host}.toml"
    make_folder(sites)
    write_whole(file, make_file(survey, file).encode())
    click.echo(f"site file  {file}")
    for other in find_overlaps(config.sites, scouted.host):
        click.echo(f"\nnote: {other} has a file too, and both hold addresses of the narrower one; keep one of them, or")
        click.echo("      give the wider one an article_pattern that leaves these out")
    _tell_next(survey, config_path)
    if as_open:
        show(overview / INDEX)
    return 0


def find_overlaps(hosts: Iterable[str], host: str) -> list[str]:
    """Give the sites that have addresses in common with one: of a domain above it, or below."""
    others = (other for other in hosts if other != host)
    return sorted(other for other in others if host.endswith(f".{other}") or other.endswith(f".{host}"))


def _overview_of(host: str) -> Path:
    return Path(f"{host}-samples")


def _refuse_known(sites: Path, host: str, *, may_replace: bool) -> None:
    file = sites / f"{host}.toml"
    if file.exists() and not may_replace:
        raise click.UsageError(f"{file} is there already; --replace writes over it")


def _refuse_foreign(folder: Path) -> None:
    """Let only a folder be written over that holds such an overview."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    index = folder / INDEX
    if not index.is_file() or GENERATOR not in index.read_bytes()[:2000]:
        raise click.UsageError(f"--output {folder}: holds other files; name a folder that is empty or not there")


def _write_overview(survey: Survey, folder: Path) -> None:
    """Write the list of the pages that were tried, and the inspection of each."""
    from scraper.inspection import inspect_page
    from scraper.report.inspector import render
    from scraper.report.samples import Tried, render_samples

    make_folder(folder)
    for left in folder.glob("sample-*.html"):
        left.unlink()
    tried = []
    for number, sample in enumerate(survey.samples, 1):
        name = f"sample-{number}.html"
        when = f"asked {sample.page.fetched_at:%Y-%m-%d %H:%M} UTC"
        # A page that its process did not survive is not worked on in this one.
        lives = not (isinstance(sample.result, Skip) and sample.result.reason in ("extract_timeout", "extract_crashed"))
        html = render(inspect_page(sample.page, None, when)) if sample.page.exchanges and lives else ""
        if html:
            write_whole(folder / name, html.encode("utf-8", errors="replace"))
        url = sample.page.final_url
        tried.append(Tried(name if html else "", url, sample.source, sample.result, sample.missing))
    origin = f"{len(tried)} pages asked on {survey.at:%Y-%m-%d %H:%M} UTC by scraper add {survey.given}"
    write_whole(folder / INDEX, render_samples(survey.site.host, origin, tried).encode("utf-8", errors="replace"))


def _tell_next(survey: Survey, config_path: Path) -> None:
    named = "" if config_path == Path("config") else f" --config {shlex.quote(str(config_path))}"
    click.echo("\nLook at the overview and the file; then:")
    click.echo(f"  scraper scrape --site {survey.site.host} --limit 20{named}")
