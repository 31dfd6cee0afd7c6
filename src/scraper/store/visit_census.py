"""Visit census: what became of all visits, counted in one pass over the outcomes.

A module of its own, because the outcomes are the ledger that every other number is held against.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from scraper.census import OUTCOMES, Grid, Reason, VisitCensus
from scraper.errors import StoreError
from scraper.store.tally import Sites, Tally, read_batches

_COLUMNS = ("site", "run", "kind", "outcome", "reason", "status", "fetched_at", "payload_bytes", "url", "detail")
_LISTINGS = pa.array(["feed", "sitemap", "front_page"])
_CAME = pa.array(["listing", "unchanged"])


def count_visits(dataset: ds.Dataset) -> VisitCensus:
    """Count what became of all visits.

    Args:
        dataset: As open_outcomes gives it.

    Raises:
        StoreError: A file is damaged, was merged meanwhile, or holds an outcome that there is none of.
    """
    sites, statuses = Sites(), Counter[tuple[int, int]]()
    tally, reasons = Tally(sites), dict[tuple[int, str, str], tuple[int, str, str]]()
    first: int | None = None
    last = 0
    for day, batch in read_batches(dataset, _COLUMNS):
        numbers = sites.number(batch["site"])
        outcome = pc.index_in(batch["outcome"], pa.array(OUTCOMES))
        if outcome.null_count:
            raise StoreError(f"outcomes of {day}: hold an outcome that this program does not know; update it")
        codes = outcome.to_numpy()
        for code, name in enumerate(OUTCOMES):
            tally.add(name, day, numbers[codes == code])
        listed = pc.and_(pc.is_in(batch["kind"], _LISTINGS), pc.is_in(batch["outcome"], _CAME))
        tally.add("listed", day, numbers[listed.to_numpy(zero_copy_only=False)])
        tally.add("bytes", day, numbers, batch["payload_bytes"].to_numpy())
        status = pc.fill_null(batch["status"], 0).to_numpy()
        pairs, counts = np.unique(np.stack([numbers, status.astype(np.int64)]), axis=1, return_counts=True)
        statuses.update({(int(site), int(code)): int(n) for site, code, n in zip(*pairs, counts, strict=True)})
        times = batch["fetched_at"].cast(pa.int64()).to_numpy()
        _count_pauses(tally, batch, numbers, times)
        _count_reasons(reasons, batch, numbers)
        first, last = min(first or int(times.min()), int(times.min())), max(last, int(times.max()))
    names, days = tuple(sorted(sites.names)), tally.days
    by_number = {number: name for name, number in sites.names.items()}
    return VisitCensus(
        names,
        days,
        {name: tally.grid(name, names, days) for name in OUTCOMES},
        tally.grid("listed", names, days),
        tally.grid("bytes", names, days),
        tuple(
            Reason(by_number[number], outcome, reason, count, url, detail)
            for (number, outcome, reason), (count, url, detail) in sorted(
                reasons.items(), key=lambda item: (-item[1][0], item[0][1:], by_number[item[0][0]])
            )
        ),
        {(by_number[number], status): count for (number, status), count in statuses.items()},
        tally.seconds("pauses", names),
        None if first is None else _time(first),
        None if first is None else _time(last),
    )


def _count_pauses(tally: Tally, batch: pa.RecordBatch, sites: Grid, times: Grid) -> None:
    """Count the time between neighbors: a file is sorted by site and time."""
    runs = batch["run"].dictionary_encode().indices.to_numpy()
    same = (np.diff(sites) == 0) & (np.diff(runs) == 0) & (np.diff(times) >= 0)
    tally.add_seconds("pauses", sites[1:][same], np.diff(times)[same] / 1e6)


def _count_reasons(
    reasons: dict[tuple[int, str, str], tuple[int, str, str]], batch: pa.RecordBatch, sites: Grid
) -> None:
    chosen = np.flatnonzero(pc.is_in(batch["outcome"], pa.array(["skip", "deleted"])).to_numpy(zero_copy_only=False))
    rows = pa.table(
        {
            "site": sites[chosen],
            **{name: batch[name].take(chosen) for name in ("outcome", "reason")},
            "row": chosen,
        }
    )
    keys = ["site", "outcome", "reason"]
    for row in rows.group_by(keys).aggregate([("row", "max"), ("row", "count")]).to_pylist():
        key = (row["site"], row["outcome"], row["reason"] or "")
        at, before = row["row_max"], reasons.get(key, (0, "", ""))[0]
        reasons[key] = before + row["row_count"], batch["url"][at].as_py(), batch["detail"][at].as_py() or ""


def _time(us: int) -> datetime:
    return datetime.fromtimestamp(us / 1e6, UTC)
