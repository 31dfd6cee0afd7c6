"""Row census: what the rows of all articles hold, counted in one pass, without their texts.

A module of its own, because it reads the narrow columns of the widest table: how often a field is there, which rows are
copies and later versions, and a few rows to look at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from scraper.census import FIELDS, Example, Grid, RowCensus, VisitCensus
from scraper.store.tally import Sites, Tally, is_true, read_batches

_COLUMNS = (
    "site", "url", "headline", "authors", "published_at", "section", "dek", "photos", "paywalled", "word_count",
    "fetched_at", "version", "changed", "cluster_id", "duplicate", "agency", "suspect",
)  # fmt: skip

EXAMPLES = 12
"""Rows to look at of each kind."""
_MAX_CLUSTERS = 1 << 20
"""Hashes of clusters that are gathered before those that came twice are dropped."""

_SHOWN = ("site", "url", "headline", "word_count", "fetched_at", "suspect")


class _Examples:
    """Keeps the first rows of some orders."""

    def __init__(self) -> None:
        self._kept: defaultdict[str, dict[tuple[int, str], Example]] = defaultdict(dict)

    def offer(self, kind: str, batch: pa.RecordBatch, rank: Grid, chosen: Grid) -> None:
        """Offer rows of a batch.

        Args:
            kind: Of example.
            batch: Where they stand.
            rank: Of each row of the batch; those with the highest are kept.
            chosen: Rows that may be shown.
        """
        best = chosen[np.argsort(rank[chosen], kind="stable")[-EXAMPLES:]]
        kept = self._kept[kind]
        for at, row in zip(best, batch.select(_SHOWN).take(best).to_pylist(), strict=True):
            # The address decides between equals, so that the same corpus gives the same page.
            kept[int(rank[at]), row["url"]] = Example(**row)
        self._kept[kind] = {key: kept[key] for key in sorted(kept, reverse=True)[:EXAMPLES]}

    def all(self) -> Mapping[str, tuple[Example, ...]]:
        """Give them, the first one first."""
        return {kind: tuple(kept.values()) for kind, kept in self._kept.items()}


class _Clusters:
    """Counts different clusters, 8 bytes each."""

    def __init__(self) -> None:
        self._known, self._new = np.zeros(0, np.int64), list[int]()

    def add(self, ids: pa.Array) -> None:
        """Note the clusters of copies."""
        self._new += map(hash, ids.unique().to_pylist())
        if len(self._new) > _MAX_CLUSTERS:
            self.count()

    def count(self) -> int:
        """Give how many there are."""
        self._known = np.union1d(self._known, np.asarray(self._new, np.int64))
        self._new.clear()
        return len(self._known)


def count_rows(dataset: ds.Dataset, visits: VisitCensus) -> RowCensus:
    """Count what the rows of all articles hold.

    Args:
        dataset: As open_articles gives it with all versions.
        visits: Counted before; names the sites and days.

    Raises:
        StoreError: A file is damaged, or was merged meanwhile.
    """
    sites = Sites()
    for name in visits.sites:
        sites.names[name] = len(sites.names)
    tally, examples, clusters = Tally(sites), _Examples(), _Clusters()
    changes, agencies = Counter[str](), Counter[str]()
    marks, wire, suspects = Counter[tuple[int, str]](), Counter[int](), Counter[tuple[int, str]]()
    for day, batch in read_batches(dataset, _COLUMNS):
        numbers = sites.number(batch["site"])
        later = is_true(pc.greater(batch["version"], 1))
        _count_fields(tally, day, batch, numbers)
        tally.add("rows", day, numbers)
        tally.add("changed", day, numbers[later])
        changes.update(_count(batch["changed"].flatten()))
        first = pa.array(~later)
        marks.update(_count_pairs(numbers, pc.fill_null(batch["duplicate"], ""), first))
        named = pc.and_(batch["agency"].is_valid(), first)
        wire.update(numbers[is_true(named)].tolist())
        agencies.update(_count(batch["agency"].filter(named)))
        clusters.add(batch["cluster_id"].filter(pc.is_in(batch["duplicate"], pa.array(["exact", "near"]))))
        suspects.update(_count_pairs(numbers, batch["suspect"], batch["suspect"].is_valid()))
        _count_delays(tally, batch, numbers, ~later, visits.first_at)
        _offer(examples, batch)
    names, days = visits.sites, visits.days
    by_number = {number: name for name, number in sites.names.items()}
    return RowCensus(
        tally.grid("rows", names, days),
        {name: tally.grid(name, names, days) for name in FIELDS},
        tally.grid("paywalled", names, days),
        tally.grid("changed", names, days),
        dict(changes.most_common()),
        {(by_number[number], mark): count for (number, mark), count in sorted(marks.items())},
        {by_number[number]: count for number, count in sorted(wire.items())},
        dict(agencies.most_common()),
        clusters.count(),
        {(by_number[number], alarm): count for (number, alarm), count in sorted(suspects.items())},
        tally.seconds("delays", names),
        examples.all(),
    )


def _count_fields(tally: Tally, day: date, batch: pa.RecordBatch, sites: Grid) -> None:
    photos = batch["photos"]
    row_of, printed = pc.list_parent_indices(photos).to_numpy(), photos.flatten()
    for name in ("headline", "published_at", "section", "dek"):
        tally.add(name, day, sites[is_true(batch[name].is_valid())])
    for name, column in (("authors", batch["authors"]), ("photos", photos)):
        tally.add(name, day, sites[is_true(pc.greater(pc.list_value_length(column), 0))])
    for name, member in (("captions", "caption"), ("credits", "credit")):
        said = is_true(pc.struct_field(printed, member).is_valid())
        tally.add(name, day, sites[np.unique(row_of[said])])
    tally.add("paywalled", day, sites[is_true(batch["paywalled"])])


def _count_delays(tally: Tally, batch: pa.RecordBatch, sites: Grid, first: Grid, since: datetime | None) -> None:
    known = is_true(pc.greater_equal(batch["published_at"], pa.scalar(since, pa.timestamp("us", "UTC")))) & first
    seconds = pc.subtract(batch["fetched_at"].cast(pa.int64()), batch["published_at"].cast(pa.int64()))
    passed = pc.fill_null(seconds, -1).to_numpy() / 1e6
    known &= passed >= 0
    tally.add_seconds("delays", sites[known], passed[known])


def _offer(examples: _Examples, batch: pa.RecordBatch) -> None:
    everything = np.arange(batch.num_rows)
    times = batch["fetched_at"].cast(pa.int64()).to_numpy()
    words = batch["word_count"].to_numpy().astype(np.int64)
    for kind, rank, chosen in (
        ("newest", times, everything),
        ("longest", words, everything),
        ("shortest", -words, everything),
        ("suspect", times, np.flatnonzero(is_true(batch["suspect"].is_valid()))),
    ):
        examples.offer(kind, batch, rank, chosen)


def _count(values: pa.Array) -> dict[str, int]:
    return {each["values"]: each["counts"] for each in values.value_counts().to_pylist()}


def _count_pairs(sites: Grid, values: pa.Array, chosen: pa.Array) -> dict[tuple[int, str], int]:
    table = pa.table({"site": sites, "value": values}).filter(chosen)
    counted = table.group_by(["site", "value"]).aggregate([([], "count_all")]).to_pylist()
    return {(row["site"], row["value"]): row["count_all"] for row in counted}
