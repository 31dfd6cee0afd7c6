"""The command that shows the health of sites: `scraper health`.

A module beside the command line, because it reads what the runs have learned and asks no site anything.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from scraper.completing import complete_host
from scraper.report.printable import printable

RECENT_DAYS = 30
"""Alarms that ended since then are shown."""


@click.command()
@click.argument("site", required=False, shell_complete=complete_host)
@click.option("--ack", "acknowledged", metavar="SITE", help="Take what is now for normal: end the alarms of this site.")
@click.option(
    "--data", type=click.Path(path_type=Path), default="data", show_default=True, help="Folder of the corpus."
)
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON per site.")
def health(site: str | None, acknowledged: str | None, data: Path, *, as_json: bool) -> int:
    """Show what is normal for each site, what is now, and the alarms.

    Exit status 3 where an alarm is open. With SITE its fields and its alarms of the last 30 days.

    \b
    scraper health                      all sites
    scraper health grist.org            one of them, field by field
    scraper health --ack grist.org      its redesign is known: learn it anew
    """
    from scraper.report.health_lines import make_details, make_table, tell, to_json
    from scraper.store.histories import Histories
    from scraper.watching import HEALTH, accept_alarms, read_alarm, read_health

    if not data.is_dir():
        raise click.UsageError(f"--data {data}: there is no such folder")
    path, now = data / HEALTH, datetime.now(UTC)
    if acknowledged:
        if not path.exists() or not (ended := accept_alarms(path, acknowledged, now.timestamp())):
            raise click.UsageError(f"--ack {acknowledged}: has no open alarm")
        for alarm in ended:
            click.echo(printable(f"ended: {tell(alarm)}"))
        return 0
    histories = Histories(path, reading=True)
    try:
        packed = histories.sites()
        since = (now - timedelta(days=RECENT_DAYS)).timestamp() if site else now.timestamp()
        alarms = [read_alarm(alarm) for alarm in histories.alarms(site, since=since)]
    finally:
        histories.close()
    if site and site not in packed:
        raise click.UsageError(f"{site}: nothing is known of it; sites are: {', '.join(packed) or 'none yet'}")
    known = [health for name, blob in packed.items() if (health := read_health(blob)) and site in (None, name)]
    if as_json:
        for each in known:
            own = [to_json(alarm) for alarm in alarms if alarm.site == each.site]
            said = msgspec.json.encode({"site": each.site, "a_day": each.rhythm.a_day, "alarms": own})
            click.echo(printable(said.decode()))
    elif not known:
        click.echo("nothing is known yet: health is learned from what runs extract")
    else:
        _print_table(make_table(known))
        for alarm in alarms:
            click.echo(printable(tell(alarm)))
        if site:
            click.echo()
            _print_table(make_details(known[0]))
    return 3 if any(alarm.closed_at is None for alarm in alarms) else 0


def _print_table(rows: list[list[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True))
        click.echo(printable(line.rstrip()))
