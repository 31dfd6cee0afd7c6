"""Pages to store in tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scraper.page import Evidence, EvidenceKind, Exchange, Kind, Page, Target
from scraper.skip import Skip
from scraper.url import Url, normalize

START = datetime(2026, 11, 23, 10, 54, tzinfo=UTC)


def make_target(url: str = "https://news.example/a", kind: Kind = "article", evidence: EvidenceKind = "rss") -> Target:
    source = "https://news.example/feed" if evidence != "seed" else "news.example"
    return Target(normalize(url), "news.example", kind, Evidence(source, evidence, "A title", "Mon, 23 Nov 2026"))


def make_exchange(
    url: str = "https://news.example/a",
    status: int = 200,
    payload: bytes = b"<p>Text.</p>",
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"), ("ETag", '"1"')),
    truncated: str | None = None,
) -> Exchange:
    sent = (("Host", "news.example"), ("User-Agent", "scraper"))
    return Exchange(Url(url), sent, status, "OK", headers, payload, "192.0.2.1", truncated)


def make_page(
    url: str = "https://news.example/a",
    status: int | None = 200,
    after_s: float = 0,
    kind: Kind = "article",
    skip: Skip | None = None,
    payload: bytes = b"<p>Text.</p>",
) -> Page:
    target = make_target(url, kind)
    exchanges = () if status is None else (make_exchange(target.url, status, payload),)
    return Page(target, exchanges, START + timedelta(seconds=after_s), "Allow: /", skip)
