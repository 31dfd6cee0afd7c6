"""Live: what a run shows while it goes on: some lines about sites on a terminal, one line a minute elsewhere.

A module apart from the summary, because it must stay readable with three sites and with three hundred, cost next to
nothing, and say of a run that is not over what is known of it by now. Pure: time and room come in as arguments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from math import ceil
from typing import NamedTuple

from scraper.report.printable import printable
from scraper.report.summary import SiteSummary, Summary

WAITS_S = 60.0
"""From so long on a site counts as waiting; the usual pause between two requests is some seconds."""
NUMBERS = ("found", "fetched", "articles", "skipped")
_NUMBER_CHARS = 9
_NEXT_CHARS = 26
_LEAST_HOST_CHARS = 20
_FRAME_LINES = 4
"""Head, names of columns, total, and the line that says how many sites are not shown."""
_NOTHING = SiteSummary()


class Line(NamedTuple):
    """A line of a frame.

    Args:
        text: Without control characters.
        style: "head", "plain", "failing", "waiting" or "done".
    """

    text: str
    style: str = "plain"


def make_frame(summary: Summary, now: datetime, width: int, height: int, shown: Collection[str] = ()) -> list[Line]:
    """Draw the state of a run.

    Args:
        summary: What it counted.
        now: Aware, UTC.
        width: Columns of the terminal.
        height: Its lines; the frame has fewer.
        shown: Sites that are chosen where not all have room; see choose().

    Returns:
        Head, a line per site that has room, one for the others and a total, none wider than the terminal.
    """
    turns = summary.turns()
    sites = sorted(summary.sites.keys() | turns.keys())
    rows = sites if len(sites) <= room(height) else sorted(set(shown) & set(sites))[: room(height)]
    told = {site: _next(summary.sites.get(site, _NOTHING), turns.get(site), now, done=bool(turns)) for site in rows}
    next_chars = min(max(map(len, told.values()), default=0) + 2, _NEXT_CHARS)
    host_chars = max(_LEAST_HOST_CHARS, width - _NUMBER_CHARS * len(NUMBERS) - next_chars)
    host_chars = min(host_chars, max(map(len, [*rows, _all(summary)])))
    lines = [Line(_head(summary, turns, now), "head")]
    lines.append(Line(f"{'site':{host_chars}}{''.join(f'{name:>{_NUMBER_CHARS}}' for name in NUMBERS)}  next", "head"))
    for site in rows:
        counts = summary.sites.get(site, _NOTHING)
        cells = "".join(f"{number:{_NUMBER_CHARS}}" for number in _numbers(counts))
        text = f"{shorten(site, host_chars):{host_chars}}{cells}  {told[site]}"
        lines.append(Line(text, _style(counts, turns.get(site), now)))
    if len(rows) < len(sites):
        lines.append(Line(f"and {len(sites) - len(rows)} more sites"))
    cells = "".join(f"{number:{_NUMBER_CHARS}}" for number in _total(summary))
    lines.append(Line(f"{_all(summary):{host_chars}}{cells}", "head"))
    return [Line(printable(line.text)[:width], line.style) for line in lines]


def make_line(summary: Summary, now: datetime) -> str:
    """Tell the state of a run in one line, for a file or a pipe."""
    told = ", ".join(f"{number} {name}" for name, number in zip(NUMBERS, _total(summary), strict=True))
    return printable(f"{now:%Y-%m-%d %H:%M:%S} {_head(summary, summary.turns(), now)}; {told}")


def room(height: int) -> int:
    """Say how many sites a terminal of so many lines has room for; the last line is the cursor's."""
    return max(height - _FRAME_LINES - 1, 1)


def choose(summary: Summary, now: datetime, most: int, before: Mapping[str, int]) -> list[str]:
    """Choose the sites that are worth a line: a third that fail, a third that wait long, and the most active.

    Args:
        summary: What the run counted.
        now: Aware, UTC.
        most: How many.
        before: Site -> its visits when it was last chosen, to tell who is active.

    Returns:
        At most so many; where a third is not used up, the others have it.
    """
    turns = summary.turns()

    def activity(site: str) -> tuple[int, int]:
        visits = summary.sites.get(site, _NOTHING).visits
        return visits - before.get(site, 0), visits

    sites = sorted(sorted(summary.sites.keys() | turns.keys()), key=activity, reverse=True)
    styles = {site: _style(summary.sites.get(site, _NOTHING), turns.get(site), now) for site in sites}
    failing = [site for site in sites if styles[site] == "failing"]
    waiting = sorted((site for site in sites if styles[site] == "waiting"), key=lambda site: turns[site], reverse=True)
    chosen = [*failing[: most // 3], *waiting[: most // 3]]
    chosen += [site for site in sites if styles[site] == "plain"][: most - len(chosen)]
    return [*chosen, *(site for site in sites if site not in set(chosen))][:most]


def shorten(host: str, chars: int) -> str:
    """Leave the middle of a name out that is too long: its ends tell it from others."""
    if len(host) > chars:
        host = host.removeprefix("www.")
    if len(host) <= chars:
        return host
    tail = (chars - 1) // 2
    return f"{host[: chars - 1 - tail]}…{host[len(host) - tail :]}"


def _head(summary: Summary, turns: Mapping[str, datetime], now: datetime) -> str:
    seconds = max(int((now - summary.started_at).total_seconds()), 0)
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    failing = sum(counts.failure is not None for counts in summary.sites.values())
    told = [f"{failing} failing"] if failing else []
    if turns:
        states = Counter(_state(at, now) for at in turns.values())
        states["done"] = max(summary.configured - len(turns), 0)
        told = [f"{states[state]} {state}" for state in ("now", "soon", "waiting", "done") if states[state]] + told
    return f"{summary.doing or summary.command}  {clock}" + (f"  sites: {', '.join(told)}" if told else "")


def _all(summary: Summary) -> str:
    return f"all {max(summary.configured, len(summary.sites))} sites"


def _numbers(counts: SiteSummary) -> tuple[int, int, int, int]:
    """Give found, fetched, articles, skipped: what is not extracted yet counts as skipped if nothing came."""
    skipped = max(counts.missed, counts.outcomes.get("skip", 0))
    return counts.found, counts.visits - counts.missed, counts.outcomes.get("article", 0), skipped


def _total(summary: Summary) -> tuple[int, ...]:
    columns = zip(*map(_numbers, summary.sites.values()), strict=True) if summary.sites else [(0,)] * len(NUMBERS)
    return tuple(map(sum, columns))


def _state(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "done"
    wait_s = (at - now).total_seconds()
    return "now" if wait_s <= 0 else "soon" if wait_s < WAITS_S else "waiting"


def _style(counts: SiteSummary, at: datetime | None, now: datetime) -> str:
    if counts.failure or counts.trouble:
        return "failing"
    state = _state(at, now)
    return state if state in ("waiting", "done") else "plain"


def _next(counts: SiteSummary, at: datetime | None, now: datetime, *, done: bool) -> str:
    told = "done" if done and at is None else ""
    if at is not None:
        wait_s = (at - now).total_seconds()
        units = ((172_800, 86_400, "days"), (7200, 3600, "h"), (120, 60, "min"), (0, 1, "s"))
        told = next((f"in {ceil(wait_s / unit)} {name}" for least, unit, name in units if wait_s > least), "now")
    return f"{told} {counts.trouble or ''}".strip()
