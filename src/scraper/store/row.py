"""Row: one line of the corpus, made of a visit and of what its page said.

A module apart from the columns, because these are a promise to readers, and this is how it is kept: null where nothing
is known, no text that Parquet cannot hold.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Literal

from scraper.article import Article
from scraper.page import Page
from scraper.policy import SIGNALS
from scraper.skip import Skip
from scraper.store.schema import UNMARKED, Row
from scraper.store.warc import Capture
from scraper.url import article_id as make_article_id

_LISTINGS = ("robots", "feed", "sitemap", "front_page")
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\s\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def article_row(capture: Capture, article: Article, extractor_version: str, marks: Row = UNMARKED) -> Row:
    """Make the row of an article: every column of ARTICLES, null where nothing is known.

    Args:
        capture: The visit.
        article: What the page said.
        extractor_version: Of the rules that made it.
        marks: What comparing it with other articles gave.
    """
    page, text = capture.page, _text(article.text)
    return {
        "id": make_article_id(page.target.url),
        "site": page.target.site,
        "url": page.target.url,
        "final_url": page.final_url,
        "canonical_url": _text(article.canonical_url),
        "headline": _text(article.headline),
        "dek": _text(article.dek),
        "byline": _text(article.byline),
        "authors": _texts(article.authors),
        "dateline": _text(article.dateline),
        "section": _text(article.section),
        "sections": _texts(article.sections),
        "tags": _texts(article.tags),
        "language": _text(article.language),
        "published_at": article.published_at,
        "modified_at": article.modified_at,
        "published_offset_minutes": article.published_offset_minutes,
        "text": text,
        "body": [{"kind": block.kind, "text": _clean(block.text)} for block in article.body],
        "photos": [
            {name: _text(getattr(photo, name)) for name in ("url", "caption", "credit", "alt")}
            for photo in article.photos
        ],
        "removed": [
            {"kind": each.kind, "text": _clean(each.text), "rule": _clean(each.rule)} for each in article.removed
        ],
        "sources": sorted(article.sources.items()),
        "conflicts": [{"field": c.field, "source": c.source, "value": _clean(c.value)} for c in article.conflicts],
        "paywalled": article.paywalled,
        "kind": article.kind,
        "pages": article.pages,
        "missing_pages": _text(article.missing_pages),
        "word_count": len(_WORD.findall(text)) if text else 0,
        "content_hash": _hash(text) if text else None,
        **_provenance(page),
        "fetched_at": page.fetched_at,
        "status": page.status,
        "etag": _header(page, "etag"),
        "last_modified": _header(page, "last-modified"),
        "robots": _text(page.robots),
        **_opt_outs(page),
        **_record(capture),
        "extractor_version": extractor_version,
        "rule": article.rule,
        "run": capture.run,
        **marks,
    }


def outcome_row(capture: Capture, skip: Skip | None, article_id: str | None) -> Row:
    """Make the row that accounts for a visit: every column of OUTCOMES.

    Args:
        capture: The visit; its own skip counts where none is given.
        skip: Why the extraction gave no article.
        article_id: The id of the article it gave.

    Raises:
        ValueError: Nothing says what became of an address that was expected to be an article.
    """
    page = capture.page
    skip = skip or page.skip
    known_id = make_article_id(page.target.url) if page.target.kind == "article" else None
    if skip is not None:
        gone = known_id and page.target.visits > 0 and page.status in (404, 410)
        outcome: Literal["article", "unchanged", "deleted", "listing", "skip"] = "deleted" if gone else "skip"
    elif article_id is not None:
        outcome = "article"
    elif page.unchanged:
        outcome = "unchanged"
    elif page.target.kind in _LISTINGS:
        outcome = "listing"
    else:
        raise ValueError(f"{page.target.url}: neither an article nor a reason")
    return {
        "run": capture.run,
        "site": page.target.site,
        "url": page.target.url,
        "final_url": page.final_url,
        "kind": page.target.kind,
        "outcome": outcome,
        "reason": skip.reason if skip else None,
        "detail": _text(skip.detail) if skip else None,
        "retryable": skip.retryable if skip else None,
        "status": page.status,
        "fetched_at": page.fetched_at,
        "robots": _text(page.robots),
        **_opt_outs(page),
        "content_type": _header(page, "content-type"),
        "payload_bytes": capture.payload_bytes,
        "redirects": max(0, sum(not exchange.rendered for exchange in page.exchanges) - 1),
        "ip": page.exchanges[-1].ip if page.exchanges else None,
        **_provenance(page),
        "article_id": article_id if outcome == "article" else known_id if outcome in ("unchanged", "deleted") else None,
        **_record(capture),
    }


def same_again(outcome: Row) -> Row:
    """Give the row of a visit whose article is the version of before again, of that for a new version."""
    return outcome | {"outcome": "unchanged"}


def _provenance(page: Page) -> Row:
    evidence = page.target.evidence
    return {
        "found_in": _text(evidence.source),
        "found_kind": evidence.kind,
        "listed_title": _text(evidence.title),
        "listed_published": _text(evidence.published),
    }


def _opt_outs(page: Page) -> Row:
    said = dict(page.opt_outs)
    return {signal: _text(said.get(signal)) for signal in SIGNALS}


def _record(capture: Capture) -> Row:
    return {
        "warc_file": capture.warc_file,
        "warc_offset": capture.offset,
        "warc_record_id": capture.record_id,
    }


def _header(page: Page, name: str) -> str | None:
    return _text(page.exchanges[-1].header(name)) if page.exchanges else None


def _text(text: str | None) -> str | None:
    return _clean(text) if text else None


def _texts(texts: tuple[str, ...]) -> list[str]:
    return [_clean(text) for text in texts if text]


def _clean(text: str) -> str:
    """Join split surrogate pairs and replace lone ones: Parquet holds UTF-8 only, and JSON in pages holds anything."""
    if _SURROGATE.search(text):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _hash(text: str) -> str:
    return hashlib.sha256(" ".join(unicodedata.normalize("NFC", text).split()).encode()).hexdigest()
