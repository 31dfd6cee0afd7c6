"""Fuzz: mutated pages through extract_article and extract_text: `make fuzz`.

Holds what the extractor promises of hostile pages: nothing but ExtractError escapes, no page takes longer than
MAX_CPU_S, and every article has a body. Pages come from the sets of BENCH_DATA, or from the demo site.
Every case follows from the seed and its number; one that fails is saved to a file with the command that runs it again.
"""

from __future__ import annotations

import gzip
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import count, islice, takewhile
from pathlib import Path
from random import Random

import click

from scraper.article import Article
from scraper.errors import ExtractError
from scraper.extract.assemble import extract_article
from scraper.extract.flat_text import extract_text
from scraper.lab.bench import spread
from scraper.lab.case import Case, load_case, save_case
from scraper.lab.folds import find_sets
from scraper.lab.hostile import report_large
from scraper.lab.mutations import make_case
from scraper.skip import Skip
from scraper.workers import Workers

MAX_CPU_S = 5.0
HANG_S = 120.0
"""Wall clock after which a worker is killed: far beyond MAX_CPU_S, as other processes share the cores."""

MEMORY_BYTES = 2_000_000_000
PAGES_PER_SET = 400
"""Pages of a set that mutations start from, evenly spread."""

MAX_FAILURES = 20
"""Ends a run: so many have one or two causes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case.

    Args:
        reason: "article", the slug of the refusal, or for a failure what is wrong.
        cpu_s: What extraction took.
    """

    number: int
    reason: str
    cpu_s: float
    failed: bool = False


@dataclass(slots=True)
class Report:
    """What a run of the fuzzer saw."""

    reasons: Counter[str] = field(default_factory=Counter)
    slowest: Outcome = field(default_factory=lambda: Outcome(-1, "", 0.0))
    failures: list[Outcome] = field(default_factory=list)
    cpu_s: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.cpu_s += outcome.cpu_s
        self.slowest = max(self.slowest, outcome, key=lambda one: one.cpu_s)
        if outcome.failed:
            self.failures.append(outcome)
        else:
            self.reasons[outcome.reason] += 1

    @property
    def pages(self) -> int:
        """Cases that were tried."""
        return self.reasons.total() + len(self.failures)


@cache
def find_pages() -> tuple[Traversable, ...]:
    """Find the files that mutations start from."""
    if os.environ.get("BENCH_DATA"):
        return tuple(
            file for folder in find_sets(None) for file in spread(sorted(folder.glob("html/*.html.gz")), PAGES_PER_SET)
        )
    files = (file for file in (resources.files("scraper.demo") / "site").iterdir() if file.name.endswith(".html"))
    return tuple(sorted(files, key=lambda file: file.name))


class _Pages(Sequence[bytes]):
    """The pages, each read when it is asked for: a worker that replaces a dead one has none to load."""

    def __getitem__(self, index: int) -> bytes:  # type: ignore[override]
        file = find_pages()[index]
        return gzip.decompress(file.read_bytes()) if file.name.endswith(".gz") else file.read_bytes()

    def __len__(self) -> int:
        return len(find_pages())


def case_of(seed: int, number: int) -> Case:
    """Make a case again from its seed and number."""
    return make_case(Random(f"{seed}/{number}"), _Pages())  # noqa: S311


def run_case(case: Case, number: int = 0) -> Outcome:
    """Extract a case.

    Raises:
        Exception: Whatever escapes from the extractor: the fault that is looked for.
    """
    start = time.process_time()
    try:
        article = _extract(case)
        reason = "article"
    except ExtractError as error:
        article, reason = None, error.reason
    cpu_s = time.process_time() - start
    if cpu_s > MAX_CPU_S:
        return Outcome(number, f"took {cpu_s:.1f} s of CPU", cpu_s, failed=True)
    if article is not None and (fault := find_fault(article)):
        return Outcome(number, fault, cpu_s, failed=True)
    return Outcome(number, reason, cpu_s)


def _extract(case: Case) -> Article:
    if case.flat and isinstance(case.html, str):
        return extract_text(case.html)
    return extract_article(case.html, url=case.url, content_type=case.content_type, fetched_at=case.fetched_at)


def find_fault(article: Article) -> str | None:
    """Say what is wrong with an article that nothing may make of a page; None if nothing is.

    Lone surrogates are no fault: JSON in pages holds them, and they are replaced when an article is stored.
    """
    for when in (article.published_at, article.modified_at):
        if when is not None and when.utcoffset() is None:
            return "a date without offset"
    return None if article.text.strip() else "no text"


def work(item: tuple[int, int]) -> Outcome:
    """Run the case of a seed and number, in a child process."""
    seed, number = item
    return run_case(case_of(seed, number), number)


def fuzz(seed: int, *, seconds: float | None, pages: int | None, workers: int) -> Iterator[Outcome]:
    """Run cases until the time is over or so many were run.

    Args:
        seed: The same gives the same cases.
        seconds: Of wall clock; None for no limit.
        pages: None for no limit.
        workers: Processes.
    """
    end = time.monotonic() + seconds if seconds else None
    numbers = takewhile(lambda _: end is None or time.monotonic() < end, islice(count(), pages))
    with Workers(work, count=workers, timeout_s=HANG_S, memory_bytes=MEMORY_BYTES) as running:
        for number, result in enumerate(running.map((seed, number) for number in numbers)):
            if isinstance(result, Skip):
                yield Outcome(number, f"{result.reason}: {result.detail}", 0.0, failed=True)
            else:
                yield result


@click.command()
@click.option("--seconds", type=click.FloatRange(1), help="Run so long.  [default: 60, without --pages]")
@click.option("--pages", type=click.IntRange(1), help="Run so many.")
@click.option("--workers", type=click.IntRange(0), default=1, show_default=True, help="Processes; 0: one per core.")
@click.option("--seed", default=1, show_default=True, help="Other seeds give other cases.")
@click.option(
    "--failures", type=click.Path(path_type=Path), default=Path("fuzz-failures"), help="Where they are saved."
)
@click.option("--replay", type=click.Path(exists=True, path_type=Path), help="Run one saved case and nothing else.")
@click.option("--large", is_flag=True, help="Instead, extract 10 MB each of nested, repeated and broken markup.")
def main(
    seconds: float | None,
    pages: int | None,
    workers: int,
    seed: int,
    failures: Path,
    replay: Path | None,
    *,
    large: bool,
) -> None:
    """Extract mutated pages; the status is 1 if anything fails."""
    if replay:
        outcome = run_case(load_case(replay))
        click.echo(f"{outcome.reason} after {outcome.cpu_s:.2f} s of CPU")
        sys.exit(outcome.failed)
    if large:
        sys.exit(report_large())
    report, start = Report(), time.monotonic()
    if not (seconds or pages):
        seconds = 60
    for outcome in fuzz(seed, seconds=seconds, pages=pages, workers=workers):
        report.add(outcome)
        if outcome.failed:
            file = save_case(case_of(seed, outcome.number), failures, f"{seed}-{outcome.number}", outcome.reason)
            click.echo(f"{outcome.reason}\n  again: {sys.executable} -m scraper.lab.fuzz --replay {file}", err=True)
        if len(report.failures) >= MAX_FAILURES:
            break
    wall_s = time.monotonic() - start
    click.echo(f"{report.pages} pages in {wall_s:.0f} s, {report.pages / wall_s:.0f} a second, seed {seed}")
    click.echo(f"CPU {1000 * report.cpu_s / max(1, report.pages):.1f} ms a page, {len(report.failures)} failures")
    click.echo(f"slowest: {report.slowest.cpu_s:.2f} s, number {report.slowest.number}, {report.slowest.reason}")
    for reason, number in report.reasons.most_common():
        click.echo(f"  {number:8} {reason}")
    sys.exit(bool(report.failures))


if __name__ == "__main__":
    main()
