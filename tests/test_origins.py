from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

import scraper
from scraper.origins import ClusterOrigin, find_origins
from scraper.store.schema import ARTICLES

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
COLUMNS = pa.schema(
    [
        ARTICLES.field(name)
        for name in ("id", "cluster_id", "duplicate", "site", "published_at", "first_seen_at", "fetched_at", "agency")
    ]
    + [ARTICLES.field("agency_source")]
)


def article(name: str, cluster: str, site: str, published: datetime | None = NOON, **more: Any) -> dict[str, Any]:
    row = dict.fromkeys(COLUMNS.names)
    row |= {"id": name, "cluster_id": cluster, "duplicate": "near", "site": site, "published_at": published}
    return row | {"first_seen_at": NOON + 6 * HOUR, "fetched_at": NOON + 6 * HOUR} | more


def origins(*rows: dict[str, Any]) -> list[ClusterOrigin]:
    return list(find_origins(ds.dataset(pa.Table.from_pylist(list(rows), schema=COLUMNS))))


def test_an_agencys_own_article_is_the_origin() -> None:
    (found,) = origins(
        article("1", "c", "paper.example", NOON, agency="AP", agency_source="dateline"),
        article("2", "c", "apnews.com", NOON + HOUR, agency="AP", agency_source="site"),
        article("3", "c", "other.example", NOON - HOUR),
    )
    expected = ("AP", "2", "apnews.com", "dateline", 2)
    assert (found.agency, found.article_id, found.site, found.why, found.named_by) == expected
    assert (found.articles, found.sites) == (3, 3)
    assert (found.first_published_at, found.last_published_at) == (NOON - HOUR, NOON + HOUR)


def test_an_agency_that_three_sites_name_has_no_article_of_its_own_here() -> None:
    rows = [article(n, "c", f"{n}.example", agency="dpa", agency_source="dateline") for n in "123"]
    (found,) = origins(*rows)
    assert (found.agency, found.article_id, found.site, found.why, found.named_by) == ("dpa", None, None, "dateline", 3)


def test_without_an_agency_the_earliest_publication_is_the_origin() -> None:
    (found,) = origins(article("1", "c", "a.example"), article("2", "c", "b.example", NOON - HOUR))
    assert (found.agency, found.article_id, found.site, found.why) == (None, "2", "b.example", "first_published")


def test_a_page_that_dates_itself_later_than_it_was_seen_counts_as_published_when_it_was_seen() -> None:
    liar = article("1", "c", "a.example", NOON + timedelta(days=400), first_seen_at=NOON)
    (found,) = origins(liar, article("2", "c", "b.example", NOON + HOUR), article("3", "c", "d.example", None))
    assert found.article_id == "1"
    assert (found.first_published_at, found.last_published_at) == (NOON, NOON + 6 * HOUR)


def test_versions_of_an_article_count_once_and_what_has_no_copy_does_not() -> None:
    later = {"fetched_at": NOON + 9 * HOUR}
    found = origins(
        article("1", "1", "a.example", duplicate="first"),
        article("2", "1", "a.example", **later),
        article("2", "1", "a.example"),
        article("3", "3", "b.example", duplicate="first"),
        article("4", "gone", "b.example"),  # the rest of its cluster is filtered out
        article("5", "5", "a.example", cluster_id=None, duplicate=None),  # of a file older than the column
    )
    assert [(each.cluster_id, each.articles, each.sites) for each in found] == [("1", 2, 1)]


def test_a_corpus_without_copies_has_no_origins() -> None:
    assert origins() == []


def test_it_is_public() -> None:
    assert scraper.find_origins is find_origins
    assert scraper.ClusterOrigin is ClusterOrigin
