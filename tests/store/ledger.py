"""A corpus of visits that are written down one by one, for what counts a corpus."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.store.pages import make_page
from tests.store.test_row import ARTICLE, capture

from scraper.store.row import article_row, outcome_row
from scraper.store.schema import Row
from scraper.store.segment_rows import write_segment

DAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Visit:
    """A visit, and what its row holds if it is an article."""

    site: str = "news.example"
    day: int = 0
    minute: int = 0
    outcome: str = "article"
    reason: str | None = None
    kind: str = "article"
    status: int | None = 200
    run: str = "run1"
    headline: str | None = "A headline"
    authors: tuple[str, ...] = ("Ada Lovelace",)
    captions: tuple[str | None, ...] = ()
    version: int | None = 1
    changed: tuple[str, ...] | None = None
    duplicate: str | None = "first"
    cluster: str = "c"
    agency: str | None = None
    suspect: str | None = None
    words: int = 100
    age_h: float | None = 2.0
    url: str | None = None

    @property
    def at(self) -> datetime:
        """When it ended."""
        return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(days=self.day, minutes=self.minute)


HELD = capture(make_page("https://news.example/a"))
BASE = article_row(HELD, ARTICLE, "7"), outcome_row(HELD, None, "0" * 32)


def write_visits(data: Path, visits: Iterable[Visit]) -> None:
    """Write a segment for each day."""
    by_day = defaultdict[int, list[Visit]](list)
    for visit in visits:
        by_day[visit.day].append(visit)
    for day, group in by_day.items():
        pairs = [_rows(visit, number) for number, visit in enumerate(group)]
        articles = [article for article, _ in pairs if article]
        write_segment(data, f"run{day}-00000", DAY + timedelta(days=day), articles, [outcome for _, outcome in pairs])


def _rows(visit: Visit, number: int) -> tuple[Row | None, Row]:
    url = visit.url or f"https://{visit.site}/{visit.day}/{number}"
    same: Row = {
        "site": visit.site, "url": url, "final_url": url, "fetched_at": visit.at, "run": visit.run,
        "warc_offset": number, "warc_record_id": f"<{visit.day}-{number}>",
    }  # fmt: skip
    outcome = BASE[1] | same
    outcome |= {"outcome": visit.outcome, "reason": visit.reason, "kind": visit.kind, "status": visit.status}
    outcome |= {"detail": visit.reason, "payload_bytes": 1000}
    if visit.outcome != "article":
        return None, outcome
    published = None if visit.age_h is None else visit.at - timedelta(hours=visit.age_h)
    article = BASE[0] | same
    article |= {
        "headline": visit.headline, "authors": list(visit.authors), "version": visit.version,
        "changed": None if visit.changed is None else list(visit.changed), "duplicate": visit.duplicate,
        "cluster_id": visit.cluster, "agency": visit.agency, "suspect": visit.suspect, "word_count": visit.words,
        "published_at": published, "dek": None, "section": None,
        "photos": [{"url": None, "caption": text, "credit": None, "alt": None} for text in visit.captions],
    }  # fmt: skip
    return article, outcome
