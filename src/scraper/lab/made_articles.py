"""Made articles: rows of a corpus that nobody wrote, as many as are asked for.

A module of its own, because they stand in for years of crawling. The words are made of syllables and drawn as often as
words of a language are, so that lengths and compression are those of news.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np

from scraper.article import Article, Block, Photo, Removed
from scraper.page import Evidence, Exchange, Page, Target
from scraper.store.row import article_row, outcome_row
from scraper.store.schema import Row
from scraper.store.warc import Capture
from scraper.url import Url, article_id

FIRST_DAY = date(2026, 11, 1)
SEGMENTS_A_DAY = 24
SEGMENT_ROWS = 8000
"""Most articles of a segment. Source: 128 MB of pages at 15 kB each, compressed."""
BODY_CHARS = 3000
"""Source: mean length of a news article's text, 500 words."""

_SITES = 60
_WORDS = 30_000
_SOURCES = {
    "headline": "json_ld", "dek": "meta", "byline": "json_ld", "authors": "json_ld", "dateline": None,
    "section": "json_ld", "sections": "json_ld", "tags": "meta", "language": "dom", "published_at": "json_ld",
    "modified_at": "json_ld", "body": "model", "photos": "dom", "paywalled": None, "kind": "json_ld",
}  # fmt: skip


class Maker:
    """Make rows, the same for the same seed.

    Args:
        seed: Of chance.
    """

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        syllables = [
            a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "ing", "ol", "us")
        ]
        picked = self._rng.integers(0, len(syllables), (_WORDS, 4))
        lengths = self._rng.choice([1, 2, 3, 4], _WORDS, p=[0.1, 0.5, 0.3, 0.1])
        self._words = ["".join(syllables[i] for i in row[:n]) for row, n in zip(picked, np.sort(lengths), strict=True)]
        # Zipf's law: the n-th word is drawn as often as 1 / n.
        self._steps = np.cumsum(1 / np.arange(2, _WORDS + 2))
        self._sites = np.cumsum(1 / np.arange(2, _SITES + 2))
        self._bases = [_base_rows(f"site{n:02}.example") for n in range(_SITES)]

    def segment(self, name: str, day: date, count: int) -> tuple[list[Row], list[Row]]:
        """Make the articles and outcomes of a segment; every tenth visit is an unchanged listing."""
        rng, midnight = self._rng, datetime.combine(day, datetime.min.time(), UTC)
        words = self._draw(count * 40 + int(rng.integers(1000)))
        fetched = np.sort(rng.integers(0, 86_400_000_000 // SEGMENTS_A_DAY, count))
        ages = rng.exponential(6 * 3600, count)
        lengths = rng.lognormal(np.log(BODY_CHARS) - 0.18, 0.6, count)
        sites = np.searchsorted(self._sites, rng.random(count) * self._sites[-1])
        articles, outcomes = [], []
        for n in range(count):
            article, outcome, listing = self._bases[sites[n]]
            paragraphs = self._paragraphs(lengths[n])
            text = "\n\n".join(paragraphs)
            head = " ".join(words[n * 40 : n * 40 + 9]).capitalize()
            url = Url(f"https://www.{article['site']}/{day:%Y/%m/%d}/{'-'.join(words[n * 40 : n * 40 + 6])}-{name}-{n}")
            now = midnight + timedelta(microseconds=int(fetched[n]))
            offset = 346 + n * 15_000
            record = {
                "warc_file": f"{name}.warc.gz",
                "warc_offset": offset,
                "warc_record_id": f"<urn:uuid:{rng.bytes(16).hex()}>",
                "found_in": f"https://www.{article['site']}/feed",
                "listed_title": head,
            }
            row = {
                **article,
                "id": article_id(url),
                "url": url,
                "final_url": url,
                "canonical_url": url,
                "headline": head,
                "dek": " ".join(words[n * 40 + 9 : n * 40 + 29]).capitalize() + ".",
                "byline": f"By {words[n * 40 + 30].title()} {words[n * 40 + 31].title()}",
                "authors": [f"{words[n * 40 + 30].title()} {words[n * 40 + 31].title()}"],
                "tags": words[n * 40 + 32 : n * 40 + 36],
                "published_at": now - timedelta(seconds=round(ages[n])),
                "text": text,
                "body": [{"kind": "paragraph", "text": paragraph} for paragraph in paragraphs],
                "photos": [{"url": f"{url}.jpg", "caption": paragraphs[0][:140], "credit": words[n], "alt": None}],
                "word_count": text.count(" ") + 1,
                "content_hash": hashlib.sha256(text.encode()).hexdigest(),
                "fetched_at": now,
                **record,
            }
            articles.append(row)
            outcomes.append(
                {**outcome, "url": url, "final_url": url, "fetched_at": now, "article_id": row["id"], **record}
            )
            if n % 10 == 0:
                outcomes.append({**listing, "fetched_at": now, **record, "warc_offset": offset + 9000})
        return articles, outcomes

    def _draw(self, count: int) -> list[str]:
        picked = np.searchsorted(self._steps, self._rng.random(count) * self._steps[-1])
        words = self._words
        return [words[i] for i in picked.tolist()]

    def _paragraphs(self, chars: float) -> list[str]:
        words = self._draw(max(20, round(chars / 4.6)))
        return [
            " ".join(words[at : at + 60]).capitalize().replace(" ba ", ". Ba ").replace(" be ", ", be ") + "."
            for at in range(0, len(words), 60)
        ]


def _base_rows(host: str) -> tuple[Row, Row, Row]:
    """Make an article, its outcome and a listing's, which the others of the site are varied from."""
    now = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)
    url = Url(f"https://www.{host}/")
    article = Article(
        url=url, final_url=url, canonical_url=url, headline="", dek=None, byline=None, authors=(), dateline=None,
        section="World", sections=("World", "Africa"), tags=(), language="en", published_at=now, modified_at=None,
        body=(Block("paragraph", "Text."),), photos=(Photo(url, "A caption"),),
        removed=(
            Removed("plea", "Our reporting is free for all to read. Give what you can, so that it stays so.", "phrase"),
            Removed("newsletter", "The stories of the day, every morning at seven, in your inbox.", "phrase"),
            Removed("teaser", "Also read: what the harbor master said to the council a year ago", "links"),
        ),
        sources=_SOURCES,
    )  # fmt: skip
    headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"0123456789abcdef"'))
    rows = []
    for kind in ("article", "rss"):
        target = Target(url, host, "article" if kind == "article" else "feed", Evidence(url, "rss", "", "today"))
        page = Page(target, (Exchange(url, (), 200, "OK", headers, b"", "192.0.2.1"),), now, "Allow: /")
        rows.append(Capture(page, "run", "", 0, "", 15_000))
    return (
        article_row(rows[0], article, "1"),
        outcome_row(rows[0], None, "0"),
        outcome_row(rows[1], None, None),
    )


def plan(rows: int, days: int) -> Iterator[tuple[str, date, int]]:
    """Give name, day and number of articles of each segment."""
    for day in range(days):
        share = rows * (day + 1) // days - rows * day // days
        segments = max(SEGMENTS_A_DAY, -(-share // SEGMENT_ROWS))
        for n in range(segments):
            count = share * (n + 1) // segments - share * n // segments
            if count:
                when = FIRST_DAY + timedelta(days=day)
                yield f"{when:%Y%m%d}T{n % 24:02}0000Z-{n:04x}-00000", when, count
