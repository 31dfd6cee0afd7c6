"""Schema: the columns of the corpus, by hand, and the rows that fill them.

A module of its own, because columns are a promise to readers: they are added, never renamed, retyped or used again.
The description of each stands with it, in the schema and so in every Parquet file; docs/data.md is made from them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Any, Literal

import pyarrow as pa

from scraper.article import Article
from scraper.page import Page
from scraper.skip import Skip
from scraper.store.warc import Capture
from scraper.url import article_id as make_article_id

SCHEMA_VERSION = 3
"""Raised with each change of columns after which files may have been written by the one before. What each version
wrote is frozen in tests/store/schemas.json. 1: five sets of columns, kind and those behind it being the later ones."""

Row = dict[str, Any]

_TIME = pa.timestamp("us", tz="UTC")
_TEXT = pa.string()
_TEXTS = pa.list_(pa.field("element", pa.string(), nullable=False))
_LISTINGS = ("robots", "feed", "sitemap", "front_page")
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\s\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def _structs(**members: bool) -> pa.DataType:
    """Make a list of structs of texts; the value of a member says whether it may be null."""
    struct = pa.struct([pa.field(name, _TEXT, nullable=nullable) for name, nullable in members.items()])
    return pa.list_(pa.field("element", struct, nullable=False))


def _column(name: str, kind: pa.DataType, description: str, *, required: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=not required, metadata={"description": description})


def _schema(*columns: pa.Field) -> pa.Schema:
    return pa.schema(columns, metadata={"schema_version": str(SCHEMA_VERSION)})


DATE = _column("date", pa.date32(), "UTC day of the fetch; the name of the folder, not a column in the files.")

_PROVENANCE = (
    _column("found_in", _TEXT, "Address of the feed, sitemap or front page that named it; the site's host for a seed."),
    _column("found_kind", _TEXT, "What that was: seed, rss, atom, sitemap, news_sitemap or front_page.", required=True),
    _column("listed_title", _TEXT, "The title given there, as printed."),
    _column("listed_published", _TEXT, "The date given there, as printed."),
)
_OPT_OUTS = (
    _column("tdm_reservation", _TEXT, "TDMRep: 1 where text and data mining is reserved, 0 where it is not."),
    _column("tdm_policy", _TEXT, "TDMRep: address of the terms it may be licensed under."),
    _column(
        "content_usage",
        _TEXT,
        "AIPREF Content-Usage of headers and robots.txt, such as train-ai=n; n where both are said.",
    ),
    _column("content_signal", _TEXT, "Content-Signal of robots.txt, such as search=yes, ai-train=no."),
    _column("license", _TEXT, "Addresses of RSL licenses in robots.txt, headers and page, a blank between them."),
    _column("robots_directives", _TEXT, "X-Robots-Tag and meta robots that speak to us, such as noindex, noai."),
)
"""Null where nothing is said, which is no consent."""
_RECORD = (
    _column("warc_file", _TEXT, "File in data/warc that holds what came back.", required=True),
    _column("warc_offset", pa.int64(), "Bytes before the gzip member of the record in that file.", required=True),
    _column("warc_record_id", _TEXT, "WARC-Record-ID of the answer, or of the visit if none came.", required=True),
)

_MARKS = (
    _column("version", pa.int32(), "1 for the first row of an article, one more for each that differs from the last."),
    _column("first_seen_at", _TIME, "When the article was first fetched."),
    _column("changed", _TEXTS, "What differs from the version before: text, headline, authors, published_at."),
    _column(
        "text_similarity",
        pa.float32(),
        "Share of word triples in common with the text of the version before, estimated; null for the first version.",
    ),
    _column("replaces", _TEXT, "warc_record_id of the version before; open_articles() leaves that one out."),
    _column(
        "cluster_id", _TEXT, "id of the first article of its cluster of copies, its own if it is that; never changes."
    ),
    _column(
        "duplicate",
        _TEXT,
        "first: of its cluster; exact: an earlier article has its words; near: it is like the first.",
    ),
    _column("similarity", pa.float32(), "Share of word triples in common with the cluster's first article, estimated."),
    _column("also_like", _TEXTS, "Other clusters whose first article it is like, the most alike first."),
    _column("agency", _TEXT, "Agency that the article names as its source, or on whose site it stands."),
    _column("agency_source", _TEXT, "Where the agency is named: dateline, byline, sign_off or site."),
)

ARTICLES = _schema(
    _column("id", _TEXT, "32 hex digits, the same for every fetch of an address however it is spelt.", required=True),
    _column("site", _TEXT, "Host of the publisher as in config/sites.", required=True),
    _column("url", _TEXT, "The address asked for.", required=True),
    _column("final_url", _TEXT, "The address after redirects.", required=True),
    _column("canonical_url", _TEXT, "The address the page declares for itself."),
    _column("headline", _TEXT, "As the reader sees it, without the site's name."),
    _column("dek", _TEXT, "The standfirst below the headline; not part of the text."),
    _column("byline", _TEXT, "As printed."),
    _column("authors", _TEXTS, "The names parsed from the byline.", required=True),
    _column("dateline", _TEXT, "Place (and agency) before the first sentence, split from it."),
    _column("section", _TEXT, "The first of sections."),
    _column("sections", _TEXTS, "As printed, outermost first.", required=True),
    _column("tags", _TEXTS, "Keywords and topics, apart from sections.", required=True),
    _column("language", _TEXT, "ISO 639-1 code."),
    _column("published_at", _TIME, "Time of publication the page gives."),
    _column("modified_at", _TIME, "Time of the last change the page gives."),
    _column(
        "published_offset_minutes",
        pa.int16(),
        "Minutes east of Greenwich of the clock that published_at is printed in; null where the page does not say.",
    ),
    _column("text", _TEXT, "The body: paragraphs, subheads and list items, a blank line between them."),
    _column("body", _structs(kind=False, text=False), "The blocks of the body in reading order.", required=True),
    _column(
        "photos",
        _structs(url=True, caption=True, credit=True, alt=True),
        "One per picture, with what the page prints about it.",
        required=True,
    ),
    _column(
        "removed",
        _structs(kind=False, text=False, rule=False),
        "All that was cut from the body, in page order: what it is, its text, and the rule that cut it.",
        required=True,
    ),
    _column(
        "sources",
        pa.map_(_TEXT, _TEXT),
        "Field -> where it came from: rule, json_ld, opengraph, meta, dom, model or text; null: looked for and absent.",
        required=True,
    ),
    _column("paywalled", pa.bool_(), "True where the page shows only a part; null where it does not tell."),
    _column("kind", _TEXT, "article, live_blog, gallery or video; null in files older than the column."),
    _column("pages", pa.int32(), "Pages the article was joined of; null in files older than the column."),
    _column("missing_pages", _TEXT, "Why the text ends before its last page: reason and page; null where it is whole."),
    _column(
        "word_count",
        pa.int32(),
        "Words in text; in scripts written without spaces each character counts.",
        required=True,
    ),
    _column("content_hash", _TEXT, "SHA-256 of text in NFC with white space folded: equal for equal texts."),
    *_PROVENANCE,
    _column("fetched_at", _TIME, "When the page was fetched.", required=True),
    _column("status", pa.int32(), "HTTP status of the answer.", required=True),
    _column("etag", _TEXT, "ETag of the answer, as it came."),
    _column("last_modified", _TEXT, "Last-Modified of the answer, as it came."),
    _column("robots", _TEXT, "The line of robots.txt that allowed it; null where none matched."),
    *_OPT_OUTS,
    *_RECORD,
    _column("extractor_version", _TEXT, "Version of the rules that made the row.", required=True),
    _column("run", _TEXT, "Id of the run that fetched the page.", required=True),
    *_MARKS,
)
UNMARKED: Row = {column.name: None for column in _MARKS}
"""The marks of a row that is compared with no other."""

OUTCOMES = _schema(
    _column("run", _TEXT, "Id of the run that made the visit.", required=True),
    _column("site", _TEXT, "Host of the publisher as in config/sites.", required=True),
    _column("url", _TEXT, "The address asked for.", required=True),
    _column("final_url", _TEXT, "The address after redirects.", required=True),
    _column("kind", _TEXT, "What was expected there: robots, feed, sitemap, front_page or article.", required=True),
    _column(
        "outcome",
        _TEXT,
        "article, unchanged (the server says so, or it says the same), deleted (it was there once and answers 404 or"
        " 410), listing, or skip.",
        required=True,
    ),
    _column("reason", _TEXT, "Why it was skipped or counts as deleted: the slug to count by; null otherwise."),
    _column("detail", _TEXT, "Why it was skipped, for a person."),
    _column("retryable", pa.bool_(), "Whether asking again later may help; null unless skipped."),
    _column("status", pa.int32(), "HTTP status of the answer; null where none came."),
    _column("fetched_at", _TIME, "When the visit ended.", required=True),
    _column("robots", _TEXT, "The line of robots.txt that decided; null where none matched."),
    *_OPT_OUTS,
    _column("content_type", _TEXT, "Content-Type of the answer, as it came."),
    _column("payload_bytes", pa.int64(), "Length of the answer as received, compressed if it came so.", required=True),
    _column("redirects", pa.int32(), "Redirects followed.", required=True),
    _column("ip", _TEXT, "Address connected to; null behind a proxy."),
    *_PROVENANCE,
    _column("article_id", _TEXT, "id of the article it gave, or which is unchanged or deleted."),
    *_RECORD,
)


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
        "run": capture.run,
        **marks,
    }


def outcome_row(capture: Capture, skip: Skip | None, article_id: str | None, *, same: bool = False) -> Row:
    """Make the row that accounts for a visit: every column of OUTCOMES.

    Args:
        capture: The visit; its own skip counts where none is given.
        skip: Why the extraction gave no article.
        article_id: The id of the article it gave.
        same: True where that is the version of before again, so that there is no row.

    Raises:
        ValueError: Nothing says what became of an address that was expected to be an article.
    """
    page = capture.page
    skip = skip or page.skip
    known_id = make_article_id(page.target.url) if page.target.kind == "article" else None
    if skip is not None:
        gone = known_id and page.target.visits > 0 and page.status in (404, 410)
        outcome: Literal["article", "unchanged", "deleted", "listing", "skip"] = "deleted" if gone else "skip"
    elif article_id is not None and not same:
        outcome = "article"
    elif page.unchanged or same:
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
    return {column.name: _text(said.get(column.name)) for column in _OPT_OUTS}


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
