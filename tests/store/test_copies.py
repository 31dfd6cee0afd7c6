from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from hypothesis import given
from hypothesis import strategies as st

from scraper.store.copies import open_clusters

START = datetime(2026, 3, 14, tzinfo=UTC)
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("id", "cluster_id", "duplicate", "site")),
        ("fetched_at", pa.timestamp("us", tz="UTC")),
    ]
)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 40),  # the article
        st.sampled_from(["00", "7f", "80", "ff"]),  # how its cluster's id begins
        st.sampled_from(["first", "exact", "near"]),
        st.integers(0, 9),  # the hour of the version
    ),
    max_size=60,
    unique_by=lambda row: (row[0], row[3]),
)


@given(ROWS, st.integers(1, 70))
def test_every_cluster_with_copies_comes_once_and_whole_however_it_is_sliced(
    drawn: list[tuple[int, str, str, int]], slice_rows: int
) -> None:
    rows: list[dict[str, Any]] = []
    first: dict[int, tuple[str, str]] = {}
    for article, beginning, duplicate, hour in drawn:
        # An article keeps the mark of its first version.
        cluster, mark = first.setdefault(article, (f"{beginning}{article % 3:030x}", duplicate))
        at = START + timedelta(hours=hour)
        rows.append({"id": f"{article:032x}", "cluster_id": cluster, "duplicate": mark, "site": "a", "fetched_at": at})
    expected: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
    for row in sorted(rows, key=itemgetter("fetched_at")):
        expected[row["cluster_id"]].setdefault(row["id"], row["fetched_at"])
    copied = {row["cluster_id"] for row in rows if row["duplicate"] != "first"}
    dataset = ds.dataset(pa.Table.from_pylist(rows, schema=SCHEMA))
    found = list(open_clusters(dataset, ["site"], slice_rows=slice_rows))
    assert [cluster for cluster, _ in found] == sorted({cluster for cluster, _ in found})
    assert {cluster: {row["id"]: row["fetched_at"] for row in group} for cluster, group in found} == {
        cluster: articles for cluster, articles in expected.items() if cluster in copied and len(articles) > 1
    }
