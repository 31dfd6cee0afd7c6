"""Origins: whose text the copies of a corpus are, cluster by cluster.

A module of its own beside marking, because it is asked of a whole corpus: a mark is given when an article comes and is
never revised, and who published first is known only when all copies are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scraper.clean.origin import Copy, find_origin, published
from scraper.store.copies import Dataset, open_clusters

_COLUMNS = ("site", "published_at", "first_seen_at", "agency", "agency_source")


@dataclass(frozen=True, slots=True)
class ClusterOrigin:
    """Where the text of a cluster of copies comes from, probably.

    Args:
        cluster_id: The cluster.
        agency: Code of the agency that most of its articles name, as in the column agency; None where none is named.
        article_id: The article on the agency's own site; without an agency the one published first; None where an
            agency is named and none of the articles stands on its site.
        site: The site of that article.
        why: Where the agency is named by most: dateline, byline, sign_off or site; else first_published.
        named_by: How many articles name the agency.
        articles: How many articles the cluster has.
        sites: On how many sites.
        first_published_at: When the first of them was published, or seen, if its page dates itself later than that.
        last_published_at: When the last of them was.
    """

    cluster_id: str
    agency: str | None
    article_id: str | None
    site: str | None
    why: str
    named_by: int
    articles: int
    sites: int
    first_published_at: datetime
    last_published_at: datetime


def find_origins(articles: Dataset) -> Iterator[ClusterOrigin]:
    """Find where the text of each cluster of copies comes from, in the order of cluster ids.

    It reads eight narrow columns and never a text, and holds some 500,000 rows at a time however many there are.

    Args:
        articles: As open_articles gives them, or part of them: what a filter leaves out is neither counted nor asked.

    Yields:
        One for each cluster of which more than one article is there. A pandas.DataFrame can be made of them.
    """
    for cluster_id, rows in open_clusters(articles, _COLUMNS):
        copies = {row["id"]: _copy(row) for row in rows}
        origin = find_origin(list(copies.values()))
        times = [published(copy) for copy in copies.values()]
        yield ClusterOrigin(
            cluster_id,
            origin.agency,
            origin.article_id,
            copies[origin.article_id].site if origin.article_id else None,
            origin.why,
            origin.named_by,
            len(copies),
            len({copy.site for copy in copies.values()}),
            min(times),
            max(times),
        )


def _copy(row: dict[str, Any]) -> Copy:
    seen_at = row["first_seen_at"] or row["fetched_at"]
    return Copy(row["id"], row["site"], row["published_at"], seen_at, row["agency"], row["agency_source"])
