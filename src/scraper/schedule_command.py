"""The command that prints what makes runs come by themselves: `scraper schedule`.

A module beside the command line, because crontabs and units of systemd each quote in a way of their own, and a line
that was put together by hand from a text fails at night.
"""

from __future__ import annotations

import getpass
import shlex
import sys
import zlib
from pathlib import Path

import click

from scraper.config_file import load_config
from scraper.extract.rules import check_selector

EVERY_MIN = {"15m": 15, "30m": 30, "1h": 60, "2h": 120, "3h": 180, "6h": 360, "12h": 720, "1d": 1440}
"""Those that divide a day, so that cron and systemd mean the same by them; in minutes."""
JITTER_S = 300
"""Source: feeds are polled every 10 minutes at most, so that five more cost nothing, and spread machines well apart."""
MARK = "# Made by `scraper schedule`"
"""The first words of each file, by which the next one knows that it may replace it."""

_UNIT = """{mark} for {data}
[Unit]
Description={what} ({data_plain})
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={user}
ExecStart={command}
# 75: another run holds the folder, which is no failure.
SuccessExitStatus=75
# {variable} and AWS_* may stand there, as NAME=value.
EnvironmentFile=-{environment}
# A run that is stopped commits what it has, which takes 10 s, and some 20 s more where a monitor does not answer.
TimeoutStartSec=infinity
TimeoutStopSec=60
Nice=10
IOSchedulingClass=best-effort
IOSchedulingPriority=7
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={data}
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
"""
_TIMER = """{mark} for {data}
[Unit]
Description={what} ({data_plain})

[Timer]
OnCalendar={calendar}
RandomizedDelaySec={jitter}
# What was due while the machine was off is made up for once.
Persistent=true

[Install]
WantedBy=timers.target
"""


@click.command()
@click.option("--cron", "kind", flag_value="cron", default=True, help="Lines for a crontab (the default).")
@click.option("--systemd", "kind", flag_value="systemd", help="Services and timers of systemd.")
@click.option("--every", type=click.Choice(list(EVERY_MIN)), default="1h", show_default=True, help="Between two runs.")
@click.option("--name", default="scraper", show_default=True, help="Of the units, where there are several folders.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Write the units into this folder.")
@click.option("--data", type=click.Path(path_type=Path), default="data", show_default=True, help="Folder of the runs.")
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default="config",
    show_default=True,
    help="Folder with scraper.toml and sites/.",
)
def schedule(kind: str, every: str, name: str, output: Path | None, data: Path, config_path: Path) -> int:
    """Print ready lines for cron, or units for systemd: a run every hour, a check of the corpus every week.

    Nothing is installed. Paths are absolute, and the minute is of this folder, so that machines don't ask all at once.

    \b
    scraper schedule >> lines && crontab -e         look at them, then paste them
    scraper schedule --every 6h --data /srv/news
    scraper schedule --systemd --output units       then do what it says
    """
    config = load_config(config_path, check_selector)
    if output and kind == "cron":
        raise click.UsageError("--output goes with --systemd; redirect the lines for cron")
    if not name or not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in name):
        raise click.UsageError(f"--name {name!r}: must be letters, digits, - and _")
    data, config_path = data.absolute(), config_path.absolute()
    for path in (data, config_path, Path(sys.executable)):
        if any(ord(letter) < 32 for letter in str(path)):
            raise click.UsageError(f"{str(path)!r}: a path with control characters fits in no crontab or unit")
    if kind == "cron":
        click.echo(make_crontab(data, config_path, every), nl=False)
    else:
        _give(make_units(data, config_path, every, name, getpass.getuser()), output, name)
    if kind == "systemd" and not data.exists():
        click.echo(f"note: {data} is not there; make it before the first run, or systemd will not start it", err=True)
    if not config.agent.contact:
        click.echo(f"note: [agent] contact is not set in {config_path}; runs will not start without it", err=True)
    if not config.ping.url:
        click.echo(f"note: [ping] url is not set in {config_path}; nobody is told when runs stay away", err=True)
    return 0


def make_crontab(data: Path, config: Path, every: str) -> str:
    """Write the lines of a crontab, both paths absolute."""
    minute, hour = _moment(data)
    from scraper.pinging import VARIABLE

    minutes = EVERY_MIN[every]
    if minutes < 60:
        when = f"{','.join(str(m) for m in range(minute % minutes, 60, minutes))} * * * *"
    elif minutes < 1440:
        when = f"{minute} {'*' if minutes == 60 else f'*/{minutes // 60}'} * * *"
    else:
        when = f"{minute} {hour} * * *"
    run = _cron_words("scrape", "--quiet", "--jitter", str(JITTER_S), "--data", str(data), "--config", str(config))
    check = _cron_words("verify", "--quiet", "--data", str(data))
    return (
        f"{MARK} for {data}: a run every {every}, a check of the corpus every week. A run that\n"
        "# succeeds prints nothing; what fails comes as mail.\n"
        "# MAILTO=you@example.org\n"
        f"# {VARIABLE}=https://hc-ping.com/your-check\n"
        f"{when} {run}\n"
        f"{(minute + 31) % 60} {hour} * * 0 {check}\n"
    )


def make_units(data: Path, config: Path, every: str, name: str, user: str) -> dict[str, str]:
    """Write services and timers, both paths absolute.

    Returns:
        Name of the file -> its text.
    """
    minute, hour = _moment(data)
    minutes = EVERY_MIN[every]
    if minutes < 60:
        calendar = f"*:{minute % minutes:02}/{minutes}"
    elif minutes < 1440:
        calendar = f"{'*' if minutes == 60 else f'0/{minutes // 60}'}:{minute:02}"
    else:
        calendar = f"{hour:02}:{minute:02}"
    jobs = {
        name: (
            "A run of the news scraper",
            calendar,
            ("scrape", "--quiet", "--data", str(data), "--config", str(config)),
        ),
        f"{name}-verify": (
            "A check of the corpus of the news scraper",
            f"Sun {hour:02}:{(minute + 31) % 60:02}",
            ("verify", "--quiet", "--data", str(data)),
        ),
    }
    from scraper.pinging import VARIABLE

    units = {}
    for unit, (what, when, arguments) in jobs.items():
        values = {
            "mark": MARK,
            "what": what,
            "calendar": when,
            "jitter": JITTER_S,
            "user": user,
            "variable": VARIABLE,
            "data": _unit_word(str(data)),
            "data_plain": str(data).replace("%", "%%"),
            "environment": f"/etc/{name}.env",
            "command": " ".join(_unit_word(word).replace("$", "$$") for word in (*_program(), *arguments)),
        }
        units[f"{unit}.service"] = _UNIT.format(**values)
        units[f"{unit}.timer"] = _TIMER.format(**values)
    return units


def _give(units: dict[str, str], output: Path | None, name: str) -> None:
    """Print the units, or write them and say what is to be done with them."""
    if output is None:
        click.echo("\n".join(f"# ==> {file}\n{text}" for file, text in units.items()), nl=False)
        return
    from scraper.store.disk import make_folder, write_whole

    make_folder(output)
    for file in units:
        path = output / file
        if path.exists() and not path.read_text("utf-8", "replace").startswith(MARK):
            raise click.UsageError(f"{path}: is there and was not made by this command; move it, or give a --name")
    for file, text in units.items():
        write_whole(output / file, text.encode())
    files = " ".join(shlex.quote(str(output / file)) for file in units)
    click.echo(
        f"sudo cp {files} /etc/systemd/system/\n"
        "sudo systemctl daemon-reload\n"
        f"sudo systemctl enable --now {name}.timer {name}-verify.timer\n"
        f"systemctl list-timers '{name}*'; journalctl -u {name}    # to see what they do"
    )


def _moment(data: Path) -> tuple[int, int]:
    """Choose minute and hour by the folder's name: the same each time, and seldom those of others."""
    number = zlib.crc32(str(data).encode("utf-8", "surrogateescape"))
    return 1 + number % 59, 1 + number // 59 % 5


def _program() -> tuple[str, ...]:
    """Give the words that start this installation."""
    script = Path(sys.executable).parent / "scraper"
    return (str(script),) if script.exists() else (sys.executable, "-m", "scraper")


def _cron_words(*arguments: str) -> str:
    return shlex.join((*_program(), *arguments)).replace("%", "\\%")  # a bare one ends the line for cron


def _unit_word(word: str) -> str:
    quoted = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return quoted if quoted == word and not set(word) & set(" '\t;#") else f'"{quoted}"'
