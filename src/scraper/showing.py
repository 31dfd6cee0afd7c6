"""Showing: what a run prints while it goes on, and when it ended.

A module because several commands make runs, and print of them the same. Progress goes to stderr, results to stdout.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

import click
import msgspec

from scraper.report.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

    from scraper.report.summary import Summary

REFRESH_S = 0.25
"""Four frames a second; a crawl ticks ten times."""
CHOOSE_S = 5.0
"""How long a choice of sites stays, where not all have room: lines that jump about can't be read."""
LINE_S = 60.0
"""How often a run says how far it is where there is no terminal. Source: Scrapy's LOGSTATS_INTERVAL."""
_STYLES = {"head": "bold", "plain": "", "failing": "red", "waiting": "yellow", "done": "dim"}


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether lines of a stream can be drawn over: a terminal that is not dumb."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def has_color(stream: TextIO | None) -> bool:
    """Tell whether a stream may be given colors. Source: no-color.org."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def tell_run(summary: Summary, *, quiet: bool, as_json: bool = False) -> None:
    """Print what a run did; with quiet only what went wrong, to stderr.

    Args:
        summary: What it counted.
        quiet: Print nothing if all went well.
        as_json: Print the record of the run in place of lines, to stdout.
    """
    if as_json:
        click.echo(to_json(summary.to_json()))
    elif not quiet:
        from scraper.report.summary_table import make_table

        if is_terminal(sys.stdout):
            lines = make_table(summary, shutil.get_terminal_size().columns)
        else:
            lines = [*(f"note: {printable(notice)}" for notice in summary.notices), *summary.lines()]
        for line in lines:
            click.echo(_colored(line) if has_color(sys.stdout) else line)
    if quiet:
        from scraper.report.health_lines import tell

        for host, why in summary.failed.items():
            click.echo(f"scraper: {host}: {printable(why)}", err=True)
        if summary.unmirrored:
            click.echo(f"scraper: {printable(summary.unmirrored)}", err=True)
        for alarm in summary.alarms:
            click.echo(f"scraper: {printable(tell(alarm))}", err=True)


def to_json(value: object) -> str:
    """Give a document that people can read too, and no terminal is commanded by."""
    return printable(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def _colored(line: str) -> str:
    colors = {"FAILED": "red", "ALARM": "red", "NOT MIRRORED": "red", "still": "yellow"}
    color = next((color for word, color in colors.items() if line.startswith(word)), None)
    return click.style(line, fg=color) if color else line


@contextmanager
def show_progress(*, quiet: bool) -> Iterator[Callable[[Summary], None]]:
    """Show how far a run is on stderr: a live display on a terminal, a line a minute elsewhere, nothing with quiet."""
    if quiet or sys.stderr is None:
        yield lambda summary: None
    elif is_terminal(sys.stderr):
        from rich.console import Console

        with Display(Console(stderr=True)) as display:
            yield _until_gone(display.show)
    else:
        yield _until_gone(Lines(lambda line: click.echo(line, err=True)).show)


def _until_gone(show: Callable[[Summary], None]) -> Callable[[Summary], None]:
    """Show nothing more once the terminal or pipe is gone: a run that nobody watches goes on."""
    gone = False

    def show_if_there(summary: Summary) -> None:
        nonlocal gone
        if not gone:
            try:
                show(summary)
            except OSError:
                gone = True

    return show_if_there


class Lines:
    """Says how far a run is once a minute.

    Args:
        tell: Is given each line.
        monotonic: The clock, seconds.
    """

    def __init__(self, tell: Callable[[str], None], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._monotonic, self._told_at = tell, monotonic, monotonic()

    def show(self, summary: Summary) -> None:
        """Say how far the run is, if it is time to."""
        if self._monotonic() - self._told_at >= LINE_S:
            from scraper.report.live import make_line

            self._told_at = self._monotonic()
            self._tell(make_line(summary, datetime.now(UTC)))


class Display:
    """Draws how far a run is on a terminal, over what it drew before, and leaves nothing behind.

    It is drawn in the thread that makes the run, so that what it shows is of one moment.

    Args:
        console: The terminal.
        now: The time, aware, UTC.
        monotonic: The clock, seconds.
    """

    def __init__(
        self,
        console: Console,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        from rich.live import Live

        self._live = Live(console=console, auto_refresh=False, transient=True, vertical_overflow="crop")
        self._console, self._now, self._monotonic = console, now, monotonic
        self._drawn_at = self._chosen_at = float("-inf")
        self._doing = ""
        self._shown: list[str] = []
        self._visits: dict[str, int] = {}

    def __enter__(self) -> Display:
        """Take the terminal."""
        self._live.start()
        return self

    def __exit__(self, *args: object) -> None:
        """Give it back, if it is still there."""
        with suppress(OSError):
            self._live.stop()

    def show(self, summary: Summary) -> None:
        """Draw the run, if it is time to, or if it does something else now."""
        from rich.text import Text

        from scraper.report.live import choose, make_frame, room

        at, now = self._monotonic(), self._now()
        if at - self._drawn_at < REFRESH_S and summary.doing == self._doing:
            return
        self._drawn_at, self._doing = at, summary.doing
        width, height = self._console.size
        if at - self._chosen_at >= CHOOSE_S or len(self._shown) > room(height):
            self._chosen_at = at
            self._shown = choose(summary, now, room(height), self._visits)
            self._visits = {site: counts.visits for site, counts in summary.sites.items()}
        text = Text(no_wrap=True, overflow="crop", end="")
        lines = make_frame(summary, now, width, height, self._shown)
        for number, line in enumerate(lines):
            text.append(("\n" if number else "") + line.text, _STYLES[line.style])
        self._live.update(text, refresh=True)
