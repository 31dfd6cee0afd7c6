"""Trail: the rows that tell of a row of the corpus: the visit that gave it, the listing that named it, its copies.

A module of its own because readers ask both tables for it, and no column joins them: address and time do.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.dataset as ds

from scraper.store.corpus import open_articles, open_outcomes
from scraper.store.schema import Row
from scraper.url import Url


def visit_of(data: Path, row: Row) -> Row | None:
    """Give the outcome of the visit that a row was made of, None where it is not there."""
    wanted = (ds.field("url") == row["url"]) & (ds.field("warc_record_id") == row["warc_record_id"])
    return _last(data, wanted)


def skip_of(data: Path, url: Url) -> Row | None:
    """Give the last visit of an address that brought a page and was skipped."""
    return _last(data, (ds.field("url") == url) & (ds.field("outcome") == "skip") & ds.field("status").is_valid())


def listing_of(data: Path, row: Row) -> Row | None:
    """Give the last visit of the listing that named an article, before the article itself was asked.

    It may not be the visit that named it: that is not noted. None for seeds, and where the listing was never asked.
    """
    named = (ds.field("url") == row["found_in"]) | (ds.field("final_url") == row["found_in"])
    return _last(data, named & (ds.field("outcome") == "listing") & (ds.field("fetched_at") <= row["fetched_at"]))


def copies_of(data: Path, row: Row) -> list[Row]:
    """Give the other articles of a row's cluster, the one fetched first first; of each the newest version."""
    if row["cluster_id"] is None:
        return []
    wanted = (ds.field("cluster_id") == row["cluster_id"]) & (ds.field("id") != row["id"])
    table = open_articles(data).to_table(columns=["id", "site", "url", "fetched_at"], filter=wanted)
    rows: list[Row] = table.sort_by([("fetched_at", "ascending"), ("url", "ascending")]).to_pylist()
    return rows


def fetched_pages(data: Path, site: str) -> list[Row]:
    """Give the visits of a site that brought a page, articles and others, the newest first."""
    wanted = (ds.field("site") == site) & (ds.field("kind") == "article") & (ds.field("status") == 200)
    columns = ["url", "fetched_at", "warc_file", "warc_record_id"]
    table = open_outcomes(data).to_table(columns, wanted & ds.field("outcome").isin(["article", "skip"]))
    rows: list[Row] = table.sort_by([("fetched_at", "descending"), ("url", "ascending")]).to_pylist()
    return rows


def _last(data: Path, wanted: ds.Expression) -> Row | None:
    rows: list[Row] = open_outcomes(data).to_table(filter=wanted).sort_by("fetched_at").to_pylist()
    return rows[-1] if rows else None
