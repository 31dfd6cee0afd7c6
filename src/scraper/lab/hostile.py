"""Hostile: ten megabytes of markup that costs more than its length, wherever a cost is not linear.

A module of its own because the fuzzer's pages are small: here each case is large, and runs in a process of its own,
whose time and memory are measured.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from scraper.errors import ExtractError
from scraper.extract.assemble import extract_article
from scraper.lab.tables import format_table

SIZE = 10_000_000
MAX_CPU_S = 2.0
MAX_RSS_MB = 500.0
GIVE_UP_S = 30
GIVE_UP_BYTES = 6_000_000_000

_HEAD = '<html lang="en"><head><title>The ferry is back</title></head><body><h1>The ferry is back</h1>'
_LEDE = "<p>The ferry to the outer islands ran again on Monday, after a winter in the yard, with few aboard.</p>"


def _fill(unit: str, size: int) -> str:
    return _HEAD + _LEDE + unit * (size // len(unit))


def _wrap(before: str, unit: str, after: str, size: int) -> str:
    return _HEAD + _LEDE + before + unit * (size // len(unit)) + after


_META = '<meta property="article:tag" content="sea">'
_LD = '{"@type":"NewsArticle","headline":"The ferry is back","author":[%s]}'
_PERSON = '{"@type":"Person","name":"Anna Lee"},'
_CARD = '<div class="card"><a href="/a"><img src="/a.jpg"><h3>Another story of the day</h3></a></div>'

CASES: dict[str, Callable[[int], str]] = {
    "nested div": lambda size: _fill("<div>", size),
    "nested div, closed": lambda size: _HEAD + "<div>" * (size // 11) + _LEDE + "</div>" * (size // 11),
    "nested span": lambda size: _fill("<span>", size),
    "nested b and i": lambda size: _fill("<b><i>", size),
    "nested a": lambda size: _fill('<a href="/x">', size),
    "nested font": lambda size: _fill("<font size=1>x", size),
    "nested lists": lambda size: _fill("<ul><li>", size),
    "nested tables": lambda size: _fill("<table><tr><td>", size),
    "nested tables, no cells": lambda size: _fill("<table>", size),
    "nested blockquote with text": lambda size: _fill("<blockquote>A line of text. ", size),
    "nested svg and math": lambda size: _fill("<svg><math>", size),
    "nested select": lambda size: _fill("<select><option>", size),
    "nested button and p": lambda size: _fill("<button><p>", size),
    "nested template": lambda size: _fill("<template>", size),
    "unclosed p": lambda size: _fill("<p>Some text stands here. ", size),
    "paragraphs": lambda size: _fill(_LEDE, size),
    "short paragraphs": lambda size: _fill("<p>x</p>", size),
    "breaks": lambda size: _fill("line<br><br>", size),
    "breaks alone": lambda size: _fill("<br>", size),
    "headings": lambda size: _fill("<h2>A heading</h2>", size),
    "links": lambda size: _fill('<a href="/a">Another story</a> ', size),
    "cards": lambda size: _fill(_CARD, size),
    "list items": lambda size: _wrap("<ul>", "<li>An item of a list", "</ul>", size),
    "table cells": lambda size: _wrap("<table>", "<tr><td>1<td>2", "</table>", size),
    "figures": lambda size: _fill("<figure><img src=/a.jpg><figcaption>Ana Lee / AP</figcaption></figure>", size),
    "pictures": lambda size: _fill('<img src="/a.jpg" alt="The pier">', size),
    "times": lambda size: _fill('<time datetime="2026-03-10">10 March 2026</time>', size),
    "bylines": lambda size: _fill('<div class="byline">By Anna Lee and Ben Ode</div>', size),
    "metas": lambda size: _HEAD.replace("</head>", _META * (size // len(_META)) + "</head>") + _LEDE,
    "microdata": lambda size: _fill('<span itemprop="author" itemscope><i itemprop="name">Anna Lee</i></span>', size),
    "one paragraph": lambda size: _wrap("<p>", "The ferry ran again on Monday. ", "</p>", size),
    "one word": lambda size: _wrap("<p>", "a", "</p>", size),
    "one line of spaces": lambda size: _wrap("<p>", " ", "x</p>", size),
    "one heading": lambda size: _wrap("<h1>", "The ferry - is back | ", "</h1>", size),
    "one byline": lambda size: _wrap('<p class="byline">By ', "Anna Lee, ", "</p>", size),
    "one caption": lambda size: _wrap(
        "<figure><img src=/a><figcaption>", "Photo: Ana / ", "</figcaption></figure>", size
    ),
    "one title": lambda size: f"<title>{'The ferry - ' * (size // 12)}</title>{_LEDE * 5}",
    "commas": lambda size: _wrap("<p>", ", ", "</p>", size),
    "CJK": lambda size: _wrap("<p>", "島の船が月曜日に戻った。", "</p>", size // 3),
    "ruby": lambda size: _fill("<ruby>島<rt>しま</rt></ruby>", size // 2),
    "open brackets": lambda size: _fill("<", size),
    "broken tags": lambda size: _fill("<a <b <c ", size),
    "closing tags": lambda size: _fill("</p></div></b>", size),
    "misnested tags": lambda size: _fill("<b><p></b><i></p></i>x", size),
    "open quotes": lambda size: _fill('<a href="', size),
    "open comments": lambda size: _fill("<!--", size),
    "comments": lambda size: _fill("<!-- x -->", size),
    "open scripts": lambda size: _fill("<script>", size),
    "scripts": lambda size: _fill("<script>var a = 1</script>", size),
    "entities": lambda size: _fill("&amp;&lt;&#8217;", size),
    "broken entities": lambda size: _fill("&#x;&nosuch&", size),
    "many attributes": lambda size: _wrap("<p ", "a=1 ", ">text</p>", size),
    "one long class": lambda size: _wrap('<div class="', "byline author caption ", '">text</div>', size),
    "one long address": lambda size: _wrap('<a href="', "../", '">text</a>', size),
    "data address": lambda size: _wrap('<img src="data:image/png;base64,', "QUFB", '">', size),
    "linked data, authors": lambda size: _data(_LD % (_PERSON * (size // len(_PERSON)) + "{}")),
    "linked data, nested": lambda size: _data('{"author":' * (size // 10)),
    "linked data, brackets": lambda size: _data("[" * size),
    "linked data, spaces": lambda size: _data("{" + " " * size + "}"),
    "linked data, one string": lambda size: _data(
        '{"@type":"NewsArticle","articleBody":"' + "ferry " * (size // 6) + '"}'
    ),
    "linked data, escapes": lambda size: _data('{"@type":"NewsArticle","headline":"' + "\\u0041" * (size // 6)),
    "linked data, many": lambda size: _fill('<script type="application/ld+json">{"@type":"WebPage"}</script>', size),
    "linked data, broken": lambda size: _fill('<script type="application/ld+json">{"a":"b" "</script>', size),
    "nulls": lambda size: _fill("\x00", size),
    "spaces": lambda size: " " * size,
}
"""Name -> markup of about so many bytes."""


def _data(text: str) -> str:
    return f'{_HEAD}<script type="application/ld+json">{text}</script>{_LEDE * 5}'


@dataclass(frozen=True, slots=True)
class Cost:
    """What one case took, of processor and of memory in all.

    Args:
        outcome: "article", or the reason of the refusal, or how the process ended.
    """

    outcome: str
    cpu_s: float
    rss_mb: float

    @property
    def fine(self) -> bool:
        """Within both limits, and ended as it should."""
        return self.cpu_s <= MAX_CPU_S and self.rss_mb <= MAX_RSS_MB and not self.outcome.startswith("died")


def run_case(name: str, size: int) -> Cost:
    """Extract one case here and now."""
    html = CASES[name](size).encode()
    start = time.process_time()
    try:
        extract_article(html, url="https://news.example/2026/03/10/ferry/")
        outcome = "article"
    except ExtractError as error:
        outcome = error.reason
    cpu_s = time.process_time() - start
    return Cost(outcome, cpu_s, _read_peak_mb())


def _read_peak_mb() -> float:
    """Read how much memory this process has taken at most: getrusage counts what its parent held when it was begun."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, size: int = SIZE) -> Cost:
    """Extract one case in a process of its own, which is killed where it takes far too much."""
    command = [sys.executable, "-m", "scraper.lab.hostile", name, str(size)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode:
        last = ran.stderr.strip().rpartition("\n")[2]
        return Cost(f"died: {last[:60] or ran.returncode}", GIVE_UP_S, 0.0)
    return Cost(**json.loads(ran.stdout))


def report_large(size: int = SIZE) -> bool:
    """Measure all cases and print them, the worst first; tell whether any is beyond its limits."""
    costs = {name: measure(name, size) for name in CASES}
    rows = [["case", "outcome", "CPU s", "RSS MB", ""]]
    for name, cost in sorted(costs.items(), key=lambda item: -item[1].cpu_s):
        rows.append([name, cost.outcome, f"{cost.cpu_s:.2f}", f"{cost.rss_mb:.0f}", "" if cost.fine else "FAILS"])
    click.echo(format_table(rows))
    failing = sum(not cost.fine for cost in costs.values())
    click.echo(f"{failing} of {len(costs)} take more than {MAX_CPU_S:g} s of CPU or {MAX_RSS_MB:g} MB")
    return failing > 0


def main() -> None:
    """Extract the case that the command line names, and print its cost as JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (GIVE_UP_S, GIVE_UP_S))
    resource.setrlimit(resource.RLIMIT_AS, (GIVE_UP_BYTES, GIVE_UP_BYTES))
    cost = run_case(sys.argv[1], int(sys.argv[2]))
    print(json.dumps({"outcome": cost.outcome, "cpu_s": cost.cpu_s, "rss_mb": cost.rss_mb}))


if __name__ == "__main__":
    main()
