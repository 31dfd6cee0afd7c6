"""Conflict count: on how many pages feed, data and page disagree, by field: `make count-conflicts`.

A module of its own because no truth says which of two sources is right: what can be counted is how often an analyst
will meet a conflict, and read a few of each field to see whether they are any.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from scraper.errors import ExtractError
from scraper.extract.assemble import extract_article
from scraper.lab.dataset import bench_folders, read_truth
from scraper.report.printable import printable

FIELDS = ("headline", "authors", "published_at", "modified_at")


def count_conflicts(folder: Path, examples: int) -> tuple[int, Counter[str], list[str]]:
    """Extract the pages of a set.

    Args:
        folder: With truth.jsonl and html/.
        examples: How many conflicts of each field are told.

    Returns:
        How many are articles; field -> how many of them have a conflict there; examples, a line each.
    """
    articles, found, told = 0, Counter[str](), list[str]()
    for truth, html in read_truth(folder):
        try:
            article = extract_article(html, url=truth.get("url") or "", content_type=None, fetched_at=None)
        except ExtractError:
            continue
        articles += 1
        for name in {conflict.field for conflict in article.conflicts}:
            found[name] += 1
            if found[name] <= examples:
                said = [f"{each.source}: {each.value}" for each in article.conflicts if each.field == name]
                chosen = getattr(article, name) or "nothing"
                told.append(printable(f"  {truth['id']} {name} is {chosen!s}, but {'; '.join(said)}"))
    return articles, found, told


@click.command()
@click.option("--examples", default=0, type=click.IntRange(0), help="How many of each field and set are shown.")
def main(examples: int) -> None:
    """Count the conflicts on the pages of BENCH_DATA."""
    total, sums = 0, Counter[str]()
    click.echo(f"{'set':20}{'articles':>9}" + "".join(f"{name:>14}" for name in FIELDS))
    for folder in bench_folders():
        articles, found, told = count_conflicts(folder, examples)
        total += articles
        sums += found
        click.echo(_line(folder.name, articles, found))
        for line in told:
            click.echo(line)
    click.echo(_line("all", total, sums))


def _line(name: str, articles: int, found: Counter[str]) -> str:
    return f"{name:20}{articles:9}" + "".join(f"{found[field] / max(articles, 1):14.1%}" for field in FIELDS)


if __name__ == "__main__":
    main()
