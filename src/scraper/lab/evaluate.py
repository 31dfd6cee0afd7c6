"""Evaluation of the extractor on sites that it has not seen: `make eval`.

Every page goes through extract_article with trees grown without its site, so that the scores are those of the whole
way a page takes. Prints a table of the sets, one of the folds, and fails where a score lies below its floor. What the
rules of the fields know was written by hand while reading these pages; `--hold-out` grows the trees without a whole
set, which is the measure for collections unlike those at hand.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from scraper.errors import ExtractError
from scraper.extract.trees import Trees
from scraper.lab.dataset import Labeled, read_truth
from scraper.lab.floors import FILE, find_misses, raise_floors, read_floors, write_floors
from scraper.lab.folds import (
    FOLDS,
    deal_sites,
    find_sets,
    grow_folds,
    grow_without,
    read_all,
    shipped_trees_replaced,
    site_of_truth,
)
from scraper.lab.peers import ours
from scraper.lab.tables import HEADS, format_score, format_table, put_between
from scraper.lab.tally import SCORES, Answer, Tally

FOLD_SCORES = ("body_f1", "body_exact", "kept", "leaked")
"""What the table of folds shows: the fields do not depend on the trees."""

DOCUMENT = Path(__file__).parents[3] / "docs" / "benchmarks.md"
FOLD_NOTE = "By fold: body F1 / exact, or kept / leaked where the truth has no bodies."


@dataclass(slots=True)
class Result:
    """One set, as a whole and by fold."""

    whole: Tally = field(default_factory=Tally)
    folds: list[Tally] = field(default_factory=lambda: [Tally() for _ in range(FOLDS)])
    refused: int = 0


def cross_validate(folders: Sequence[Path], pages: Sequence[Labeled]) -> dict[str, Result]:
    """Score every page of the sets with trees that have not seen its site.

    Args:
        folders: The sets that are scored.
        pages: The labeled pages that trees are grown on.
    """
    dealt = deal_sites(pages)
    results = {folder.name: Result() for folder in folders}
    for number, trees in enumerate(grow_folds(pages, dealt)):
        with shipped_trees_replaced(trees):
            for folder in folders:
                result = results[folder.name]
                for truth, html in read_truth(folder):
                    # A site without labels is in no fold, and no trees have seen it: any will do.
                    if dealt.get(site_of_truth(truth), 0) == number:
                        answer = _ask(html, truth.get("url") or "")
                        result.refused += answer is None
                        for tally in (result.whole, result.folds[number]):
                            tally.add(truth, answer or Answer())
    return results


def hold_out(folder: Path, pages: Sequence[Labeled]) -> Result:
    """Score a set with trees that have seen neither it nor its sites in other sets."""
    truths = [truth for truth, _ in read_truth(folder)]
    trees: Trees = grow_without(pages, {site_of_truth(truth) for truth in truths})
    result = Result()
    with shipped_trees_replaced(trees):
        for truth, html in read_truth(folder):
            answer = _ask(html, truth.get("url") or "")
            result.refused += answer is None
            result.whole.add(truth, answer or Answer())
    return result


def _ask(html: bytes, url: str) -> Answer | None:
    try:
        return ours(html, url)
    except ExtractError:
        return None


def make_sets_table(results: dict[str, Result]) -> str:
    """Make the table of the sets: a column for each score that any has."""
    scores = {name: result.whole.scores() for name, result in results.items()}
    names = [name for name in SCORES if any(name in found for found in scores.values())]
    rows = [["set", "pages", "refused", *(HEADS[name] for name in names)]]
    for set_name, result in results.items():
        cells = (format_score(found) if (found := scores[set_name].get(name)) is not None else "" for name in names)
        rows.append([set_name, str(result.whole.pages), str(result.refused), *cells])
    return format_table(rows)


def make_folds_table(results: dict[str, Result]) -> str:
    """Make the table of the folds: body F1 / exact of each, kept / leaked where there are snippets alone."""
    rows = [["set", *(f"fold {number + 1}" for number in range(FOLDS))]]
    for set_name, result in results.items():
        cells = [_brief(tally.scores()) for tally in result.folds]
        if any(cells):
            rows.append([set_name, *cells])
    return format_table(rows)


def _brief(scores: dict[str, float]) -> str:
    found = [f"{format_score(scores[name])}" for name in FOLD_SCORES if name in scores]
    return " / ".join(found[:2])


def judge(results: dict[str, Result], *, rise: bool, file: Path = FILE) -> list[str]:
    """Compare with the floors, and raise them if asked.

    Returns:
        One line for each miss.
    """
    scores = {name: result.whole.scores() for name, result in results.items()}
    floors = read_floors(file)
    if rise:
        write_floors(raise_floors(scores, floors), file)
    return [str(miss) for miss in find_misses(scores, floors)]


@click.command()
@click.option("--sets", metavar="NAME,NAME", help="Score only these sets; trees are grown on all.")
@click.option(
    "--hold-out", "held", metavar="SET", help='Grow trees without this set and score it; "all": each in turn.'
)
@click.option("--raise", "rise", is_flag=True, help="Raise the floors to what is measured; new sets get theirs.")
@click.option("--write", is_flag=True, help="Put the tables into docs/benchmarks.md.")
def main(sets: str | None, held: str | None, *, rise: bool, write: bool) -> None:
    """Cross-validate the extractor over the sets of BENCH_DATA, and hold it to its floors."""
    chosen = find_sets(None if held == "all" else held or sets)
    pages = read_all(find_sets(None))
    if held:
        results = {folder.name: hold_out(folder, pages) for folder in chosen}
        _show("held-out", make_sets_table(results), write=write)
        return
    results = cross_validate(chosen, pages)
    _show("eval", f"{make_sets_table(results)}\n\n{FOLD_NOTE}\n\n{make_folds_table(results)}", write=write)
    misses = judge(results, rise=rise)
    for line in misses:
        click.echo(line, err=True)
    sys.exit(1 if misses else 0)


def _show(name: str, text: str, *, write: bool) -> None:
    click.echo(text)
    if write:
        put_between(DOCUMENT, name, text)


if __name__ == "__main__":
    main()
