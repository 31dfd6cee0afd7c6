"""Corpus benchmark: a million made-up articles, written, compacted, opened, searched: `make bench-corpus`.

Goes through the writing and reading of the program itself. Each measure has a process of its own, whose largest memory
is told. Writing and compaction count articles alone, though outcomes are written and merged in the same time. CPU of
all threads is told beside the time by the clock, which others on the machine make longer.
"""

from __future__ import annotations

import gzip
import io
import json
import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import pyarrow.compute as pc

from scraper.lab.made_articles import FIRST_DAY, Maker, plan
from scraper.store.compact import compact
from scraper.store.corpus import open_articles
from scraper.store.segment_rows import write_segment

MAX_MEMORY_MB = 1000
_SAMPLE_ROWS = 20_000


class Stopwatch:
    """Counts the seconds of its blocks, by the clock and of CPU in all threads."""

    def __init__(self) -> None:
        self.seconds = self.cpu_s = 0.0

    def __enter__(self) -> None:
        self.seconds -= time.perf_counter()
        self.cpu_s -= time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter()
        self.cpu_s += time.process_time()

    def tell(self, **found: float) -> dict[str, float]:
        """Give what it counted beside what was found."""
        return {"seconds": self.seconds, "cpu_s": self.cpu_s, **found}


def write_rows(data: Path, rows: int, days: int, seed: int) -> dict[str, float]:
    """Write all segments; the making of their rows is not counted."""
    maker, watch, visits = Maker(seed), Stopwatch(), 0
    for name, day, count in plan(rows, days):
        articles, outcomes = maker.segment(name, day, count)
        with watch:
            write_segment(data, name, day, articles, outcomes)
        visits += len(outcomes)
    return watch.tell(rows=rows, outcomes=visits)


def compact_days(data: Path, days: int) -> dict[str, float]:
    """Merge every day; both tables are timed, articles are counted."""
    with (watch := Stopwatch()):
        merged = list(compact(data, [FIRST_DAY + timedelta(days=n) for n in range(days)]))
    rows = sum(each.rows for each in merged if each.path.parts[-3] == "articles")
    return watch.tell(rows=rows, parts=sum(each.parts for each in merged), files=len(merged))


def count_rows(data: Path) -> dict[str, float]:
    """Open the articles and count them."""
    with (watch := Stopwatch()):
        rows = open_articles(data).count_rows()
    return watch.tell(rows=rows)


def read_month(data: Path) -> dict[str, float]:
    """Read headline, time and text of a site's month."""
    begin = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)
    in_month = (pc.field("published_at") >= begin) & (pc.field("published_at") < begin + timedelta(days=30))
    with (watch := Stopwatch()):
        table = open_articles(data).to_table(
            columns=["headline", "published_at", "text"], filter=(pc.field("site") == "site07.example") & in_month
        )
    return watch.tell(rows=table.num_rows)


def search_headlines(data: Path) -> dict[str, float]:
    """Search the headlines of all articles with DuckDB."""
    import duckdb  # of the extra `analysis`

    query = f"SELECT count(*) FROM read_parquet('{data}/articles/*/*.parquet') WHERE headline ILIKE '%lolus%'"  # noqa: S608
    with (watch := Stopwatch()):
        found = duckdb.connect().execute(query).fetchone()
    return watch.tell(rows=found[0] if found else 0)


def measure_size(data: Path) -> dict[str, float]:
    """Compare the bytes of an article with its raw text and with gzipped lines of JSON, the same columns in it."""
    dataset = open_articles(data)
    files = [Path(file).stat().st_size for file in dataset.files]
    table = dataset.head(_SAMPLE_ROWS)
    sink = io.BytesIO()
    with gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=6) as file:
        for row in table.to_pylist():
            file.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
    rows = table.num_rows
    return {
        "parquet": sum(files) / dataset.count_rows(),
        "text": sum(len(text.encode()) for text in table["text"].to_pylist()) / rows,
        "jsonl_gz": sink.tell() / rows,
    }


def apart(measure: Callable[..., dict[str, float]], *arguments: object) -> dict[str, float]:
    """Measure in a process of its own; `memory_mb` is the most it held."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measured, measure, arguments).result()


def _measured(measure: Callable[..., dict[str, float]], arguments: tuple[object, ...]) -> dict[str, float]:
    found = measure(*arguments)
    return found | {"memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3}


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, help="Articles.")
@click.option("--days", default=30, show_default=True, help="Days they were fetched on, in 24 segments or more each.")
@click.option("--seed", default=1, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where to write; 4 kB per article.")
def main(rows: int, days: int, seed: int, folder: Path | None) -> None:
    """Write, compact, open, read and search a made-up corpus; exit status 1 where one is slower than it must be."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix="corpus-bench-") as name:
        data = Path(name)
        slow = []
        for what, measure, arguments, least_a_second, most_s in (
            ("write", write_rows, (rows, days, seed), 10_000, None),
            ("compact", compact_days, (days,), 20_000, None),
            ("open and count", count_rows, (), None, 1.0),
            ("a site's month", read_month, (), None, 2.0),
            ("search headlines", search_headlines, (), None, 3.0),
        ):
            found = apart(measure, data, *arguments)
            seconds, count, memory_mb = found["seconds"], found["rows"], found["memory_mb"]
            line = f"{what:18}{seconds:9.2f} s {found['cpu_s']:9.2f} s of CPU {count:10.0f} rows"
            line += f" {count / seconds:10.0f} a second {memory_mb:7.0f} MB"
            wanted = f"at least {least_a_second} a second" if least_a_second else f"at most {most_s} s"
            kept = memory_mb < MAX_MEMORY_MB and (
                count / seconds >= least_a_second if least_a_second else seconds <= (most_s or 0)
            )
            if not kept:
                slow.append(what)
            more = f"; {found['parts']:.0f} parts to {found['files']:.0f}" if "parts" in found else ""
            click.echo(f"{line}   {'ok' if kept else 'MISSED'} ({wanted}, {MAX_MEMORY_MB} MB{more})")
        sizes = apart(measure_size, data)
        click.echo(
            f"bytes an article: {sizes['parquet']:.0f} in Parquet, {sizes['text']:.0f} of raw text,"
            f" {sizes['jsonl_gz']:.0f} in JSONL.gz"
        )
    if slow:
        raise click.ClickException(f"slower or larger than they must be: {', '.join(slow)}")


if __name__ == "__main__":
    main()
