"""Summary table: what a run did as a person reads it on a terminal, with three sites and with three hundred.

A module beside the lines that go to files and pipes, because on a terminal columns must fit: reasons and what failed
come below the sites, where the eye is when the run has ended.
"""

from __future__ import annotations

import textwrap
from collections import Counter

from scraper.report.health_lines import tell
from scraper.report.live import shorten
from scraper.report.printable import printable
from scraper.report.summary import Summary

_OUTCOMES = {
    "article": "articles",
    "unchanged": "unchanged",
    "listing": "listings",
    "skip": "skipped",
    "deleted": "deleted",
}
_LEAST_HOST_CHARS = 12
_LEAST_CHARS = 40
_MOST_CHARS = 120
"""Wider lines of text are hard to read."""
_INDENT = "    "


def make_table(summary: Summary, width: int) -> list[str]:
    """Lay a run out: notices, a line per site, the reasons of skips, what failed, alarms, and last the run as a whole.

    Args:
        summary: What it counted.
        width: Columns of the terminal.
    """
    width = min(max(width, _LEAST_CHARS), _MOST_CHARS)
    lines = _wrap([f"note: {notice}" for notice in summary.notices], width)
    lines += _sites(summary, width) if summary.sites else []
    lines += _reasons(summary, width)
    left_out = len(summary.sites) - len(summary.shown_sites())
    told = [f"{left_out:,} sites more: data/runs/{summary.run}.json has all"] if left_out else []
    told += summary.intake.lines()
    told += [f"FAILED {host}: {why}" for host, why in summary.failed.items()]
    told += [f"ALARM {tell(alarm)}" for alarm in summary.alarms]
    told += [f"still {tell(alarm)}" for alarm in summary.open_alarms]
    told += [f"NOT MIRRORED {summary.unmirrored}"] if summary.unmirrored else []
    lines += ["", *_wrap(told, width)] if told else []
    return list(map(printable, [*lines, "", *_wrap([_whole(summary)], width)]))


def _sites(summary: Summary, width: int) -> list[str]:
    sites = summary.sites.values()
    columns = {"found": [site.found for site in sites], "asked": [site.visits for site in sites]}
    if summary.command == "crawl":
        columns["in vain"] = [site.missed for site in sites]
    else:
        columns |= {name: [site.outcomes[outcome] for site in sites] for outcome, name in _OUTCOMES.items()}
        if not any(columns["deleted"]):
            del columns["deleted"]
    names = [*summary.sites, f"{len(sites)} sites"]
    cells = [[str(count) if count else "-" for count in (*column, sum(column))] for column in columns.values()]
    *listed, total = zip(names, *cells, strict=True)
    shown = {host for host, _ in summary.shown_sites()}
    rows = [("site", *columns), *sorted(each for each in listed if each[0] in shown), total]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths[0] = min(widths[0], max(width - sum(widths[1:]) - 2 * len(columns), _LEAST_HOST_CHARS))
    return [
        "  ".join([f"{shorten(row[0], widths[0]):{widths[0]}}", *(map(str.rjust, row[1:], widths[1:]))]) for row in rows
    ]


def _reasons(summary: Summary, width: int) -> list[str]:
    """Give a line per reason, the most frequent first, with the sites that had it most."""
    where: dict[str, Counter[str]] = {}
    for host, site in summary.sites.items():
        for reason, count in site.reasons.items():
            where.setdefault(reason, Counter())[host] += count
    if not where:
        return []
    reasons = sorted(where, key=lambda reason: (-where[reason].total(), reason))
    chars = max(map(len, ["skipped because", *reasons]))
    lines = ["", f"{'skipped because':{chars}}  pages  most on"]
    for reason in reasons:
        line = f"{reason:{chars}}  {where[reason].total():5}  "
        hosts = sorted(where[reason].items(), key=lambda item: (-item[1], item[0]))
        lines.append(line + _some([f"{host} {count}" for host, count in hosts], max(width - len(line), 20)))
    return lines


def _some(words: list[str], width: int) -> str:
    """Join as many words as have room, one at least, and count the others."""
    for kept in range(len(words), 0, -1):
        more = f", {len(words) - kept} more" if kept < len(words) else ""
        if kept == 1:
            host, _, count = words[0].rpartition(" ")
            return f"{shorten(host, max(width - len(count) - len(more) - 1, _LEAST_HOST_CHARS))} {count}{more}"
        if len(", ".join(words[:kept]) + more) <= width:
            return ", ".join(words[:kept]) + more
    return ""


def _whole(summary: Summary) -> str:
    took = f" in {(summary.finished_at - summary.started_at).total_seconds():.1f} s" if summary.finished_at else ""
    asked = sum(site.visits for site in summary.sites.values())
    articles = sum(site.outcomes["article"] for site in summary.sites.values())
    failed = f"{len(summary.failed)} failed, " if summary.failed else ""
    return f"run {summary.run}: {len(summary.sites)} sites, {failed}{asked} asked, {articles} articles{took}"


def _wrap(lines: list[str], width: int) -> list[str]:
    """Break lines between words; an address stays whole, so that it can be clicked."""
    return [
        part
        for line in lines
        for part in textwrap.wrap(
            line, width, subsequent_indent=_INDENT, break_long_words=False, break_on_hyphens=False
        )
    ]
