"""Bench: our extractor beside its peers, in one run: `make bench`.

Quality is taken from every page once. Cost is taken from a sample of each set, in rounds in which the extractors take
turns, so that ratios hold on a machine that does other things too; CPU time, median of the rounds. What a peer cannot
read counts as an empty answer.

The pages of sets that the trees were grown on are scored twice: with trees that have not seen the page's site, and as
shipped. The peers' own rules were written by hand, partly on the same sets.
"""

from __future__ import annotations

import gc
import logging
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from itertools import cycle, islice
from pathlib import Path
from typing import Any, TypeVar

import click

from scraper.lab.chart import draw
from scraper.lab.dataset import read_truth
from scraper.lab.floors import read_floors
from scraper.lab.folds import deal_sites, find_sets, grow_folds, read_all, shipped_trees_replaced, site_of_truth
from scraper.lab.peers import PEERS, Extractor, ours
from scraper.lab.tables import Row, make_table, put_between
from scraper.lab.tally import Answer, Tally

OURS = "scraper"
AS_SHIPPED = "scraper, has seen these pages"
TIMED_PAGES = 125
"""Pages of a set that are timed, evenly spread. Ratios of two samples of this size differ by a few hundredths."""

IMPORTS = 5
DOCS = Path(__file__).parents[3] / "docs"


@dataclass(slots=True)
class Measured:
    """One extractor on one set.

    Args:
        rounds: Milliseconds of CPU per page, of each round.
        failed: Pages that it raised an error on.
    """

    tally: Tally = field(default_factory=Tally)
    rounds: list[float] = field(default_factory=list)
    failed: int = 0


Page = tuple[dict[str, Any], bytes]
Item = TypeVar("Item")


def ask(extract: Extractor, page: Page) -> tuple[Answer, bool]:
    """Ask for a page; an error gives an empty answer and False."""
    truth, html = page
    try:
        return extract(html, truth.get("url") or ""), True
    except Exception:  # noqa: BLE001 - whatever a peer raises is its result
        return Answer(), False


def score_set(extract: Extractor, pages: Sequence[Page], measured: Measured) -> list[float]:
    """Add the scores of every page.

    Returns:
        Seconds of CPU that each page took.
    """
    seconds = []
    for page in pages:
        start = time.process_time()
        answer, fine = ask(extract, page)
        seconds.append(time.process_time() - start)
        measured.failed += not fine
        measured.tally.add(page[0], answer)
    return seconds


def run_set(pages: Sequence[Page], extractors: dict[str, Extractor], rounds: int) -> dict[str, Measured]:
    """Score the extractors on a set, and time them on a sample of it.

    The pass that scores is the first round; in each of the others, another one starts.
    """
    measured = {name: Measured() for name in extractors}
    sample = spread(range(len(pages)), TIMED_PAGES)
    for name, extract in extractors.items():
        ask(extract, pages[0])  # imports what it imports late
        gc.collect()
        seconds = score_set(extract, pages, measured[name])
        measured[name].rounds.append(1000 * statistics.fmean(seconds[i] for i in sample))
    for turn in range(1, rounds):
        for name in islice(cycle(extractors), turn, turn + len(extractors)):
            gc.collect()
            start = time.process_time()
            for i in sample:
                ask(extractors[name], pages[i])
            measured[name].rounds.append(1000 * (time.process_time() - start) / len(sample))
    return measured


def spread(pages: Sequence[Item], count: int) -> list[Item]:
    """Take so many pages evenly from a set."""
    return [pages[i * len(pages) // count] for i in range(count)] if len(pages) > count else list(pages)


def time_import(statement: str) -> float:
    """Give the milliseconds that an import takes in a new process: the median of IMPORTS."""
    code = f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    command = [sys.executable, "-c", code]
    times = [
        float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)  # noqa: S603
        for _ in range(IMPORTS)
    ]
    return 1000 * statistics.median(times)


def score_unseen(sets: dict[str, list[Page]], folders: Sequence[Path]) -> dict[str, Measured]:
    """Score ours on each set with trees that have not seen the page's site."""
    labeled = read_all(folders)
    dealt = deal_sites(labeled)
    found = {name: Measured() for name in sets}
    for number, trees in enumerate(grow_folds(labeled, dealt)):
        with shipped_trees_replaced(trees):
            for name, pages in sets.items():
                held = [page for page in pages if dealt.get(site_of_truth(page[0]), 0) == number]
                score_set(ours, held, found[name])
    return found


def to_rows(measured: dict[str, Measured]) -> list[Row]:
    """Make the rows of a table: the medians of the rounds in place of the rounds."""
    return [
        Row(name, one.tally.scores(), one.failed, statistics.median(one.rounds) if one.rounds else None)
        for name, one in measured.items()
    ]


def name_versions() -> str:
    """Say which versions were compared."""
    names = ["trafilatura", "resiliparse", "newspaper4k", "readability-lxml", "goose3"]
    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            raise click.ClickException(f'{name} is missing: pip install "scraper[bench]", or make bench') from None
    return ", ".join(found)


@click.command()
@click.option("--sets", metavar="NAME,NAME", help="Only these sets.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Rounds that are timed.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N pages of each set, evenly spread.")
@click.option("--as-shipped", is_flag=True, help="Skip growing trees that have not seen the sites: minutes less.")
@click.option("--docs", type=click.Path(path_type=Path), default=DOCS, help="Where benchmarks.md is; the chart too.")
@click.option("--dry", is_flag=True, help="Print only; write nothing.")
def main(sets: str | None, rounds: int, limit: int | None, docs: Path, *, as_shipped: bool, dry: bool) -> None:
    """Measure our extractor and its peers on the sets of BENCH_DATA, and write docs/benchmarks.md and its chart."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    folders, versions = find_sets(sets), name_versions()
    results: dict[str, list[Row]] = {}
    pages = {folder.name: spread(list(read_truth(folder)), limit or sys.maxsize) for folder in folders}
    seen = {} if as_shipped else {name: pages[name] for name in pages if name in read_floors()}
    unseen = score_unseen(seen, find_sets(None)) if seen else {}
    for name in pages:
        click.echo(f"{name}: {len(pages[name])} pages", err=True)
        measured = run_set(pages[name], {OURS: ours, **PEERS}, rounds)
        if name in unseen:
            unseen[name].rounds = measured[OURS].rounds
            measured = {OURS: unseen[name], AS_SHIPPED: measured.pop(OURS), **measured}
        results[name] = to_rows(measured)
    text = "\n\n".join(
        f"### {name}, {len(pages[name])} pages\n\n{make_table(rows, OURS, AS_SHIPPED)}"
        for name, rows in results.items()
    )
    text += (
        f"\n\nImporting `scraper` takes {time_import('import scraper'):.0f} ms, "
        f"`scraper.extract_article` {time_import('from scraper import extract_article'):.0f} ms "
        f"(medians of {IMPORTS} processes). Compared with {versions}, as pip installs them."
    )
    click.echo(text)
    if not dry:
        put_between(docs / "benchmarks.md", "bench", text)
        (docs / "benchmarks.svg").write_text(draw(results, ours=OURS, left_out=(AS_SHIPPED,)), encoding="utf-8")


if __name__ == "__main__":
    main()
