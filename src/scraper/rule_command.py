"""The commands for the rules of sites: `scraper rule test`.

A module beside the command line, because it alone knows where a page may come from and where cases are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scraper.article_arguments import config_option, data_option, read_address, read_id, read_sites
from scraper.completing import complete_host
from scraper.config import Rule, Site
from scraper.extract.rules import name_rule
from scraper.report.printable import printable

if TYPE_CHECKING:
    from scraper.report.difference import Piece
    from scraper.rule_trial import Sheet, Trial

PAGES = 20
SHOWN_CHARS = 300
"""Of one difference: a rule may cut half of a text."""


@click.group("rule")
def rule() -> None:
    """Try the rules of a site's file, and keep them right.

    \b
    scraper rule test example.org
    """


@rule.command("test")
@click.argument("host", required=False, shell_complete=complete_host)
@click.option("--article", metavar="ID|URL", help="Only this page of the archive.")
@click.option("--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A saved page instead.")
@click.option("--url", default="", help="Address of the file's page.")
@click.option("--fetched", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="When it was; today by default.")
@click.option("--pages", type=click.IntRange(1), default=PAGES, show_default=True, metavar="N", help="Of the archive.")
@click.option("--save", is_flag=True, help="Keep the one page that is named, with what is found on it, as a case.")
@data_option
@config_option
def test_rule(
    host: str | None,
    article: str | None,
    file: Path | None,
    url: str,
    fetched: datetime | None,
    pages: int,
    data: Path,
    config_path: Path,
    *,
    save: bool,
) -> int:
    """Run a site's rules on its archived pages, and show what they change.

    Each page is judged by the rule of the day it was fetched, and extracted without any as well; no site is asked. Then
    the saved cases are checked. Where one comes out otherwise than expected, or a page that is an article without a
    rule is none with it, the exit status is 1. Without HOST only the cases of all sites are checked.

    \b
    scraper rule test example.org
    scraper rule test example.org --article https://example.org/news/story --save
    scraper rule test example.org --file saved.html --fetched 2026-03-01
    scraper rule test
    """
    from scraper.rule_case import save_case

    known = read_sites(config_path)
    folder = (config_path.parent if config_path.suffix == ".toml" else config_path) / "sites"
    one = article is not None or file is not None
    if (save and not one) or (article is not None and file is not None):
        raise click.UsageError("name one page with --article or --file")
    if (url or fetched) and file is None:
        raise click.UsageError("--url and --fetched go with --file")
    if host is None:
        if one:
            raise click.UsageError("name the HOST of the page")
        return _check_cases(folder, known.values())
    site = known.get(host) or known.get(host.removeprefix("www."))
    if site is None:
        raise click.UsageError(f"{host}: has no file in {folder}; `scraper add {host}` writes one")
    sheets, lost = list(_sheets(site, article, file, url, fetched, data, pages)), 0
    if site.rules and sheets:
        lost = _tell_trials(site, sheets)
    elif site.rules:
        click.echo(f"{site.host}: {data} holds no page of it; --file tries a saved one")
    else:
        click.echo(f"{site.host}: its file has no [[rule]]; pages come out as on any site")
    if save:
        click.echo(f"saved {save_case(folder, site, sheets[0])}, with its page beside it; correct the record by hand")
    return max(_check_cases(folder, [site]), 1 if lost else 0)


def _sheets(
    site: Site, article: str | None, file: Path | None, url: str, fetched: datetime | None, data: Path, pages: int
) -> Iterator[Sheet]:
    from scraper.rule_trial import Sheet, archived_pages, sheet_of
    from scraper.store.visit import find_visit

    if file is not None:
        when = fetched.replace(hour=12, tzinfo=UTC) if fetched else datetime.now(UTC)
        yield Sheet(file.read_bytes(), read_address(url) if url else "", None, when)
    elif article is not None:
        address = read_address(article) if "://" in article else None
        page = find_visit(data, read_id(article), address) if data.is_dir() else None
        if page is None or not page.exchanges:
            raise click.UsageError(f"--article {article}: {data} holds no such page")
        yield sheet_of(page)
    elif data.is_dir() and site.rules:
        yield from archived_pages(data, site, pages)


def _tell_trials(site: Site, sheets: Sequence[Sheet]) -> int:
    """Tell what the rules change; give on how many pages they lose an article."""
    from scraper.rule_trial import count_fields, try_rule

    trials = [try_rule(sheet, site) for sheet in sheets]
    click.echo(f"{site.host}: {len(trials)} pages, {len(site.rules)} eras")
    for era in (*site.rules, None):
        own = [trial for trial in trials if trial.rule == era]
        if era is not None:
            _tell_selectors(era, own)
        elif own:
            click.echo(f"\n{len(own)} pages are of no era: no rule was applied")
    click.echo("\nWhat the rules change:")
    for name, count in count_fields(trials).items():
        click.echo(f"  {name} on {count} of {len(trials)} pages")
    for trial in trials:
        _tell_page(trial)
    lost = sum(trial.is_lost for trial in trials)
    if lost:
        click.echo(f"\n{lost} of {len(trials)} pages are articles without a rule, and none with it")
    return lost


def _tell_selectors(era: Rule, trials: Sequence[Trial]) -> None:
    """Say on how many pages of its era each selector matched."""
    until = f"until {era.valid_until}" if era.valid_until else "present era"
    click.echo(f"\n{until}, rule {name_rule(era).partition(' ')[0]}, {len(trials)} pages")
    if not trials:
        click.echo("  no page of its days is in the archive: nothing is known of it")
        return
    matched = Counter(each for trial in trials for each, count in trial.matches.items() if count)
    for name, selector in trials[0].matches:
        count = matched[name, selector]
        told = f"on {count} of {len(trials)} pages" if count else "MATCHED NOTHING"
        click.echo(printable(f"  {name:9} {selector}: {told}"))


def _tell_page(trial: Trial) -> None:
    differences = trial.differences
    click.echo(printable(f"\n{trial.sheet.url or 'the page'}, fetched {trial.sheet.fetched_at:%Y-%m-%d}"))
    if not differences:
        click.echo("  the same with the rule and without")
    _tell_differences(differences)


def _tell_differences(differences: Sequence[tuple[str, list[Piece]]]) -> None:
    from scraper.report.difference import to_plain

    for name, pieces in differences:
        told = " ".join(to_plain(pieces).split())
        click.echo(printable(f"  {name}: {told[:SHOWN_CHARS]}{' …' if len(told) > SHOWN_CHARS else ''}"))


def _check_cases(folder: Path, sites: Iterable[Site]) -> int:
    """Check saved cases; give 1 where one differs."""
    from scraper.rule_case import read_cases

    checked = wrong = 0
    for site in sites:
        for case in read_cases(folder, site.host):
            checked += 1
            if differences := case.differences(site):
                wrong += 1
                click.echo(f"\ncase {case.file}: is not as expected")
                _tell_differences(differences)
    click.echo(f"\n{checked} saved cases, {wrong} not as expected" if checked else "\nno saved cases")
    return 1 if wrong else 0
