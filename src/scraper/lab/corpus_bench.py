"""Corpus benchmark: a million made-up articles, written, compacted, opened, searched: `make bench-corpus`.

Goes through the writing and reading of the program itself. The words are made of syllables and drawn as often as words
of a language are, so that lengths and compression are those of news. Each measure has a process of its own, whose
largest memory is told.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
import pyarrow.compute as pc

from scraper.article import Article, Block, Photo, Removed
from scraper.page import Evidence, Exchange, Page, Target
from scraper.store.compact import compact
from scraper.store.corpus import open_articles
from scraper.store.row import article_row, outcome_row
from scraper.store.schema import Row
from scraper.store.segment_rows import write_segment
from scraper.store.warc import Capture
from scraper.url import Url, article_id

FIRST_DAY = date(2026, 11, 1)
SEGMENTS_A_DAY = 24
SEGMENT_ROWS = 8000
"""Most articles of a segment. Source: 128 MB of pages at 15 kB each, compressed."""
BODY_CHARS = 3000
"""Source: mean length of a news article's text, 500 words."""

MAX_MEMORY_MB = 1000
_SITES = 60
_WORDS = 30_000
_SAMPLE_ROWS = 20_000
_SOURCES = {
    "headline": "json_ld", "dek": "meta", "byline": "json_ld", "authors": "json_ld", "dateline": None,
    "section": "json_ld", "sections": "json_ld", "tags": "meta", "language": "dom", "published_at": "json_ld",
    "modified_at": "json_ld", "body": "model", "photos": "dom", "paywalled": None, "kind": "json_ld",
}  # fmt: skip


class Maker:
    """Make rows, the same for the same seed.

    Args:
        seed: Of chance.
    """

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        syllables = [
            a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "ing", "ol", "us")
        ]
        picked = self._rng.integers(0, len(syllables), (_WORDS, 4))
        lengths = self._rng.choice([1, 2, 3, 4], _WORDS, p=[0.1, 0.5, 0.3, 0.1])
        self._words = ["".join(syllables[i] for i in row[:n]) for row, n in zip(picked, np.sort(lengths), strict=True)]
        # Zipf's law: the n-th word is drawn as often as 1 / n.
        self._steps = np.cumsum(1 / np.arange(2, _WORDS + 2))
        self._sites = np.cumsum(1 / np.arange(2, _SITES + 2))
        self._bases = [_base_rows(f"site{n:02}.example") for n in range(_SITES)]

    def segment(self, name: str, day: date, count: int) -> tuple[list[Row], list[Row]]:
        """Make the articles and outcomes of a segment; every tenth visit is an unchanged listing."""
        rng, midnight = self._rng, datetime.combine(day, datetime.min.time(), UTC)
        words = self._draw(count * 40 + int(rng.integers(1000)))
        fetched = np.sort(rng.integers(0, 86_400_000_000 // SEGMENTS_A_DAY, count))
        ages = rng.exponential(6 * 3600, count)
        lengths = rng.lognormal(np.log(BODY_CHARS) - 0.18, 0.6, count)
        sites = np.searchsorted(self._sites, rng.random(count) * self._sites[-1])
        articles, outcomes = [], []
        for n in range(count):
            article, outcome, listing = self._bases[sites[n]]
            paragraphs = self._paragraphs(lengths[n])
            text = "\n\n".join(paragraphs)
            head = " ".join(words[n * 40 : n * 40 + 9]).capitalize()
            url = Url(f"https://www.{article['site']}/{day:%Y/%m/%d}/{'-'.join(words[n * 40 : n * 40 + 6])}-{name}-{n}")
            now = midnight + timedelta(microseconds=int(fetched[n]))
            offset = 346 + n * 15_000
            record = {
                "warc_file": f"{name}.warc.gz",
                "warc_offset": offset,
                "warc_record_id": f"<urn:uuid:{rng.bytes(16).hex()}>",
                "found_in": f"https://www.{article['site']}/feed",
                "listed_title": head,
            }
            row = {
                **article,
                "id": article_id(url),
                "url": url,
                "final_url": url,
                "canonical_url": url,
                "headline": head,
                "dek": " ".join(words[n * 40 + 9 : n * 40 + 29]).capitalize() + ".",
                "byline": f"By {words[n * 40 + 30].title()} {words[n * 40 + 31].title()}",
                "authors": [f"{words[n * 40 + 30].title()} {words[n * 40 + 31].title()}"],
                "tags": words[n * 40 + 32 : n * 40 + 36],
                "published_at": now - timedelta(seconds=round(ages[n])),
                "text": text,
                "body": [{"kind": "paragraph", "text": paragraph} for paragraph in paragraphs],
                "photos": [{"url": f"{url}.jpg", "caption": paragraphs[0][:140], "credit": words[n], "alt": None}],
                "word_count": text.count(" ") + 1,
                "content_hash": hashlib.sha256(text.encode()).hexdigest(),
                "fetched_at": now,
                **record,
            }
            articles.append(row)
            outcomes.append(
                {**outcome, "url": url, "final_url": url, "fetched_at": now, "article_id": row["id"], **record}
            )
            if n % 10 == 0:
                outcomes.append({**listing, "fetched_at": now, **record, "warc_offset": offset + 9000})
        return articles, outcomes

    def _draw(self, count: int) -> list[str]:
        picked = np.searchsorted(self._steps, self._rng.random(count) * self._steps[-1])
        words = self._words
        return [words[i] for i in picked.tolist()]

    def _paragraphs(self, chars: float) -> list[str]:
        words = self._draw(max(20, round(chars / 4.6)))
        return [
            " ".join(words[at : at + 60]).capitalize().replace(" ba ", ". Ba ").replace(" be ", ", be ") + "."
            for at in range(0, len(words), 60)
        ]


def _base_rows(host: str) -> tuple[Row, Row, Row]:
    """Make an article, its outcome and a listing's, which the others of the site are varied from."""
    now = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)
    url = Url(f"https://www.{host}/")
    article = Article(
        url=url, final_url=url, canonical_url=url, headline="", dek=None, byline=None, authors=(), dateline=None,
        section="World", sections=("World", "Africa"), tags=(), language="en", published_at=now, modified_at=None,
        body=(Block("paragraph", "Text."),), photos=(Photo(url, "A caption"),),
        removed=(
            Removed("plea", "Our reporting is free for all to read. Give what you can, so that it stays so.", "phrase"),
            Removed("newsletter", "The stories of the day, every morning at seven, in your inbox.", "phrase"),
            Removed("teaser", "Also read: what the harbor master said to the council a year ago", "links"),
        ),
        sources=_SOURCES,
    )  # fmt: skip
    headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"0123456789abcdef"'))
    rows = []
    for kind in ("article", "rss"):
        target = Target(url, host, "article" if kind == "article" else "feed", Evidence(url, "rss", "", "today"))
        page = Page(target, (Exchange(url, (), 200, "OK", headers, b"", "192.0.2.1"),), now, "Allow: /")
        rows.append(Capture(page, "run", "", 0, "", 15_000))
    return (
        article_row(rows[0], article, "1"),
        outcome_row(rows[0], None, "0"),
        outcome_row(rows[1], None, None),
    )


def plan(rows: int, days: int) -> Iterator[tuple[str, date, int]]:
    """Give name, day and number of articles of each segment."""
    for day in range(days):
        share = rows * (day + 1) // days - rows * day // days
        segments = max(SEGMENTS_A_DAY, -(-share // SEGMENT_ROWS))
        for n in range(segments):
            count = share * (n + 1) // segments - share * n // segments
            if count:
                when = FIRST_DAY + timedelta(days=day)
                yield f"{when:%Y%m%d}T{n % 24:02}0000Z-{n:04x}-00000", when, count


def write_rows(data: Path, rows: int, days: int, seed: int) -> dict[str, float]:
    """Write all segments; the making of their rows is not counted."""
    maker, seconds, visits = Maker(seed), 0.0, 0
    for name, day, count in plan(rows, days):
        articles, outcomes = maker.segment(name, day, count)
        start = time.perf_counter()
        write_segment(data, name, day, articles, outcomes)
        seconds += time.perf_counter() - start
        visits += len(outcomes)
    return {"seconds": seconds, "rows": rows, "outcomes": visits}


def compact_days(data: Path, days: int) -> dict[str, float]:
    """Merge every day; both tables are timed, articles are counted."""
    merged, seconds = [], time.perf_counter()
    for result in compact(data, [FIRST_DAY + timedelta(days=n) for n in range(days)]):
        merged.append(result)
    articles = [each for each in merged if each.path.parts[-3] == "articles"]
    return {
        "seconds": time.perf_counter() - seconds,
        "rows": sum(each.rows for each in articles),
        "parts": sum(each.parts for each in merged),
        "files": len(merged),
    }


def count_rows(data: Path) -> dict[str, float]:
    """Open the articles and count them."""
    start = time.perf_counter()
    rows = open_articles(data).count_rows()
    return {"seconds": time.perf_counter() - start, "rows": rows}


def read_month(data: Path) -> dict[str, float]:
    """Read headline, time and text of a site's month."""
    start = time.perf_counter()
    begin = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)
    in_month = (pc.field("published_at") >= begin) & (pc.field("published_at") < begin + timedelta(days=30))
    table = open_articles(data).to_table(
        columns=["headline", "published_at", "text"], filter=(pc.field("site") == "site07.example") & in_month
    )
    return {"seconds": time.perf_counter() - start, "rows": table.num_rows}


def search_headlines(data: Path) -> dict[str, float]:
    """Search the headlines of all articles with DuckDB."""
    import duckdb  # of the extra `analysis`

    start = time.perf_counter()
    query = f"SELECT count(*) FROM read_parquet('{data}/articles/*/*.parquet') WHERE headline ILIKE '%lolus%'"  # noqa: S608
    found = duckdb.connect().execute(query).fetchone()
    return {"seconds": time.perf_counter() - start, "rows": found[0] if found else 0}


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
            line = f"{what:18}{seconds:9.2f} s {count:10.0f} rows {count / seconds:10.0f} a second {memory_mb:7.0f} MB"
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
