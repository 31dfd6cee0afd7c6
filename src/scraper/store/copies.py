"""Copies: the clusters of a corpus that have more than one article, one after the other.

A module of its own, because the corpus is sorted by day and site, and its clusters lie across it: they are read in
slices of their ids, so that memory does not grow with the corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

import pyarrow.dataset as ds

from scraper.store.schema import Row

Dataset: TypeAlias = ds.Dataset
SLICE_ROWS = 500_000
"""Copies that are held at a time; a row of seven columns takes some 200 bytes in Arrow."""
_BITS = 32


def open_clusters(
    dataset: Dataset, columns: Sequence[str], *, slice_rows: int = SLICE_ROWS
) -> Iterator[tuple[str, list[Row]]]:
    """Read the clusters with more than one article, in the order of their ids.

    Args:
        dataset: As open_articles gives it, or part of it.
        columns: What to read of each row besides id and cluster_id.
        slice_rows: Copies to hold at a time, roughly.

    Yields:
        The cluster's id, and a row for each of its articles: the first version that stands in the dataset.
    """
    is_copy = ds.field("duplicate").isin(["exact", "near"])
    copies = dataset.count_rows(filter=is_copy)
    slices = -(-copies // slice_rows)
    for number in range(slices):
        # Ids are digests, so equal stretches of them hold about as many rows.
        low, high = (f"{(edge << _BITS) // slices:0{_BITS // 4}x}" for edge in (number, number + 1))
        within = ds.field("cluster_id") >= low
        if number + 1 < slices:
            within &= ds.field("cluster_id") < high
        named = dataset.to_table(columns=["cluster_id"], filter=within & is_copy)["cluster_id"].unique()
        read = list(dict.fromkeys(["cluster_id", "id", "fetched_at", *columns]))
        table = dataset.to_table(columns=read, filter=within & ds.field("cluster_id").isin(named))
        table = table.sort_by([("cluster_id", "ascending"), ("id", "ascending"), ("fetched_at", "ascending")])
        rows = (row for batch in table.to_batches(max_chunksize=10_000) for row in batch.to_pylist())
        for cluster_id, group in groupby(rows, itemgetter("cluster_id")):
            articles = [next(versions) for _, versions in groupby(group, itemgetter("id"))]
            if len(articles) > 1:
                yield cluster_id, articles
