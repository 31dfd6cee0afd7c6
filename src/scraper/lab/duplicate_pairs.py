"""Duplicate pairs: how many planted copies are found, and how many look-alikes are taken for copies.

Run as `python -m scraper.lab.duplicate_pairs`. Texts are the true bodies of BENCH_DATA, or of the demo site without
it. Their sites are dealt into two halves: thresholds are chosen on the first (`--choose`), figures come of the second.
"""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from unittest.mock import patch

import click

from scraper.clean import likeness
from scraper.clean.clusters import Arrival, Index, Mark, mark_all
from scraper.clean.fingerprint import ALGORITHM, OPENING_SLOTS, SLOTS, Fingerprint, fingerprint
from scraper.errors import ConfigError, ExtractError
from scraper.extract.assemble import extract_article
from scraper.lab.dataset import bench_folders
from scraper.lab.folds import site_of_truth
from scraper.lab.planted import FAMILY, Pair, Source, plant_families, plant_pairs
from scraper.lab.tables import format_table

SEED = 1
MIN_SOURCE_CHARS = 700
LOOKED_UP = 1000
"""Synthetic articles that are marked against the clock."""
_START = datetime(2026, 1, 1, tzinfo=UTC)
_SWEPT = {
    "SIMILAR": (0.15, 0.2, 0.25, 0.3, 0.35, 0.4),
    "OPEN_AT_ALL": (0.0, 0.05, 0.1, 0.15, 0.2),
    "SIMILAR_BEHIND": (0.25, 0.3, 0.35, 0.4, 0.45, 0.5),
    "SIMILAR_ON_SITE": (0.3, 0.4, 0.5, 0.6, 0.7),
    "CONTAINED": (0.4, 0.5, 0.6, 0.7, 0.8),
    "CONTAINED_ON_SITE": (0.6, 0.7, 0.8, 0.9),
    "OPEN_ALIKE": (0.2, 0.3, 0.4, 0.5, 0.6),
    "NUMBERS_AGREE": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
    "NUMBERS_AGREE_ON_SITE": (0.2, 0.3, 0.4, 0.5, 0.6),
}


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the pairs of one kind.

    Args:
        found: Those whose second text came into the cluster of the first.
        astray: Those whose second text came into another cluster than that, not its own.
    """

    kind: str
    copy: bool
    pairs: int
    found: int
    astray: int


def read_sources() -> list[Source]:
    """Read the texts to plant from, each once however often it occurs."""
    try:
        folders = bench_folders()
    except ConfigError:
        found = list(_read_demo())
    else:
        found = []
        for folder in folders:
            with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
                for truth in map(json.loads, lines):
                    found.append(Source(site_of_truth(truth), truth.get("body") or ""))
    sources = {fingerprint(source.text).exact: source for source in found if len(source.text) >= MIN_SOURCE_CHARS}
    return [sources[exact] for exact in sorted(sources)]


def _read_demo() -> Iterator[Source]:
    pages = (resources.files("scraper.demo") / "site").iterdir()
    for number, page in enumerate(sorted(pages, key=lambda page: page.name)):
        if page.name.endswith(".html"):
            try:
                yield Source(f"{number}.example", extract_article(page.read_bytes()).text)
            except ExtractError:
                continue


def halve(sources: Sequence[Source]) -> tuple[list[Source], list[Source]]:
    """Deal the sites into two halves."""
    sites = sorted({source.site for source in sources})
    random.Random(SEED).shuffle(sites)  # noqa: S311
    first = set(sites[::2])
    return [s for s in sources if s.site in first], [s for s in sources if s.site not in first]


def score(pairs: Iterable[tuple[Pair, Fingerprint, Fingerprint]]) -> list[Score]:
    """Mark the pairs kind by kind, each kind in an index of its own: all first texts, then all second ones."""
    kinds: defaultdict[tuple[str, bool], list[tuple[Pair, Fingerprint, Fingerprint]]] = defaultdict(list)
    for each in pairs:
        kinds[each[0].kind, each[0].copy].append(each)
    scores = []
    for (kind, copy), members in kinds.items():
        firsts = [(pair.first.site, text) for pair, text, _ in members]
        marks = _mark_all([*firsts, *((pair.second.site, text) for pair, _, text in members)])
        found = astray = 0
        for number in range(len(members)):
            first, second = marks[number], marks[number + len(members)]
            together = first.cluster_id == second.cluster_id
            found += together
            astray += not together and second.duplicate != "first"
        scores.append(Score(kind, copy, len(members), found, astray))
    return scores


def _mark_all(texts: Sequence[tuple[str, Fingerprint]]) -> list[Mark]:
    """Mark texts that came one after the other."""
    arrivals = [
        Arrival(f"{number:032x}", site, _START + timedelta(seconds=number), text)
        for number, (site, text) in enumerate(texts)
    ]
    return [mark for _, mark in mark_all(arrivals, Index())]


def score_families(families: Iterable[Sequence[Source]]) -> tuple[int, int, int]:
    """Mark families of copies in the order given.

    Returns:
        Pairs within families, those of them marked as one cluster, and pairs across families marked so.
    """
    texts = [(number, source) for number, family in enumerate(families) for source in family]
    random.Random(SEED).shuffle(texts)  # noqa: S311
    marks = _mark_all([(source.site, fingerprint(source.text)) for _, source in texts])
    sizes: defaultdict[int, int] = defaultdict(int)
    clusters: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (number, _), mark in zip(texts, marks, strict=True):
        sizes[number] += 1
        clusters[mark.cluster_id][number] += 1
    within = sum(_pairs(size) for size in sizes.values())
    found = sum(_pairs(size) for cluster in clusters.values() for size in cluster.values())
    return within, found, sum(_pairs(sum(cluster.values())) for cluster in clusters.values()) - found


def _pairs(size: int) -> int:
    return size * (size - 1) // 2


def sweep(pairs: Sequence[tuple[Pair, Fingerprint, Fingerprint]]) -> Iterator[tuple[str, float, int, int]]:
    """Give, of each threshold and value of it, the copies missed and the look-alikes taken for copies."""
    compared = [(pair.copy, pair.first.site == pair.second.site, likeness.compare(a, [b])[0]) for pair, a, b in pairs]
    for name, values in _SWEPT.items():
        for value in values:
            with patch.object(likeness, name, value):
                said = [(copy, alike.copied(same_site=same)) for copy, same, alike in compared]
            yield name, value, said.count((True, False)), said.count((False, True))


def make_synthetic(number: int) -> Iterator[Fingerprint]:
    """Make fingerprints of texts that do not exist, any two alike by .005 as texts of one language are."""
    rng = random.Random(SEED)  # noqa: S311
    slots = SLOTS + OPENING_SLOTS
    usual = rng.randbytes(2 * slots)
    for _ in range(number):
        values = bytearray(rng.randbytes(2 * slots))
        for slot in range(slots):
            if rng.random() < 0.07:
                values[2 * slot : 2 * slot + 2] = usual[2 * slot : 2 * slot + 2]
        yield Fingerprint(rng.randbytes(16), 500, bytes(values[: 2 * SLOTS]), bytes(values[2 * SLOTS :]), b"")


def tell(scores: Sequence[Score]) -> str:
    """Make the table: recall of each kind of copy, and what share of each kind of look-alike was taken for one."""
    rows = [["kind", "pairs", "marked as copy", "in another cluster"]]
    for each in sorted(scores, key=lambda score: not score.copy):
        name = each.kind if each.copy else f"not a copy: {each.kind}"
        rows.append([name, str(each.pairs), f"{each.found / each.pairs:.1%}", f"{each.astray / each.pairs:.1%}"])
    return format_table(rows)


def sum_up(scores: Iterable[Score]) -> Mapping[str, float]:
    """Give precision and recall over all kinds, a pair of each weighing the same."""
    scores = list(scores)
    right = sum(score.found for score in scores if score.copy)
    wrong = sum(score.astray + (0 if score.copy else score.found) for score in scores)
    return {"precision": right / max(1, right + wrong), "recall": right / sum(s.pairs for s in scores if s.copy)}


@click.command()
@click.option("--choose", is_flag=True, help="Sweep the thresholds on the first half instead.")
@click.option("--limit", default=600, show_default=True, help="Texts of a half to plant from.")
@click.option("--index", "indexed", default=100_000, show_default=True, help="Fingerprints to look up in.")
def main(*, choose: bool, limit: int, indexed: int) -> None:
    """Measure the marks of duplicates on planted pairs."""
    sources = read_sources()
    half = halve(sources)[not choose][:limit]
    click.echo(f"{ALGORITHM}: {len(half)} of {len(sources)} texts")
    pairs = [(pair, fingerprint(pair.first.text), fingerprint(pair.second.text)) for pair in plant_pairs(half, SEED)]
    if choose:
        rows = [["threshold", "copies missed", "look-alikes taken"]]
        rows += [[f"{name} {value}", str(missed), str(taken)] for name, value, missed, taken in sweep(pairs)]
        click.echo(format_table(rows))
    scores = score(pairs)
    click.echo(tell(scores))
    click.echo(", ".join(f"{name} {share:.4f}" for name, share in sum_up(scores).items()))
    within, found, across = score_families(plant_families(half, SEED))
    click.echo(
        f"families of {len(FAMILY) + 1} in any order: {found / within:.1%} of {within} pairs, {across} wrong ones"
    )
    marks = _mark_all([(source.site, fingerprint(source.text)) for source in half])
    click.echo(f"unplanted: {sum(mark.duplicate != 'first' for mark in marks)} of {len(half)} marked as copies")
    _clock(half, indexed)


def _clock(sources: Sequence[Source], indexed: int) -> None:
    start = time.perf_counter()
    texts = [fingerprint(source.text) for source in sources]
    taken_s = time.perf_counter() - start
    index = Index()
    arrivals = [
        Arrival(f"{number:032x}", "s.example", _START + timedelta(seconds=number), text)
        for number, text in enumerate(make_synthetic(indexed + LOOKED_UP))
    ]
    for each in arrivals[:indexed]:
        index.keep(each, Mark(each.article_id, "first", 1.0), each.fingerprint.bands())
    compared = sum(len(index.founders(each.fingerprint.bands())) for each in arrivals[indexed:])
    start = time.perf_counter()
    marks = list(mark_all(arrivals[indexed:], index))
    marked_s = time.perf_counter() - start
    size = sum(len(source.text) for source in sources) / len(sources)
    packed = sum(len(text.pack()) for text in texts) / len(texts)
    click.echo(f"fingerprint {1e3 * taken_s / len(texts):.2f} ms for {size:.0f} characters, {packed:.0f} bytes")
    click.echo(f"mark {1e3 * marked_s / len(marks):.2f} ms among {indexed}, {compared / len(marks):.1f} compared with")


if __name__ == "__main__":
    main()
