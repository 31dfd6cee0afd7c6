"""Schema: the columns of the corpus, by hand.

A module of its own, because columns are a promise to readers: they are added, never renamed, retyped or used again.
The description of each stands with it, in the schema and so in every Parquet file; docs/data.md is made from them.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from scraper.url import NORM_VERSION

SCHEMA_VERSION = 6
"""Raised with each change of columns after which files may have been written by the one before. What each version
wrote is frozen in tests/store/schemas.json. 1: five sets of columns, kind and those behind it being the later ones."""

Row = dict[str, Any]

_TIME = pa.timestamp("us", tz="UTC")
_TEXT = pa.string()
_TEXTS = pa.list_(pa.field("element", pa.string(), nullable=False))


def _structs(**members: bool) -> pa.DataType:
    """Make a list of structs of texts; the value of a member says whether it may be null."""
    struct = pa.struct([pa.field(name, _TEXT, nullable=nullable) for name, nullable in members.items()])
    return pa.list_(pa.field("element", struct, nullable=False))


def _column(name: str, kind: pa.DataType, description: str, *, required: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=not required, metadata={"description": description})


def _schema(*columns: pa.Field) -> pa.Schema:
    versions = {"schema_version": str(SCHEMA_VERSION), "norm_version": str(NORM_VERSION)}
    return pa.schema(columns, metadata=versions)


def as_read(row: Row) -> Row:
    """Give a row of ARTICLES as readers get it back."""
    back: Row = pa.Table.from_pylist([row], schema=ARTICLES).to_pylist()[0]
    return back


DATE = _column("date", pa.date32(), "UTC day of the fetch; the name of the folder, not a column in the files.")

_PROVENANCE = (
    _column(
        "found_in",
        _TEXT,
        "Address of the feed, sitemap or front page that named it; the site's host for a seed; the archive of"
        " others that held it.",
    ),
    _column(
        "found_kind",
        _TEXT,
        "What that was: seed, rss, atom, sitemap, news_sitemap, front_page or archive.",
        required=True,
    ),
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
        "superseded_by",
        _TEXT,
        "warc_record_id of a later version that was there before this one came from an archive of others;"
        " open_articles() leaves this one out.",
    ),
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
    _column(
        "suspect",
        _TEXT,
        "Its site's alarm that it shows a sign of: paywall, layout_changed, field_lost, text_changed; null where none.",
    ),
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
        "Field -> where it came from: rule, json_ld, microdata, opengraph, meta, dom, url, model or text; null: looked"
        " for and absent.",
        required=True,
    ),
    _column(
        "conflicts",
        _structs(field=False, source=False, value=False),
        "What other sources say of headline, authors and published_at where that is something else: the page's own, url"
        " for the day in the address, or the feed: rss, atom or news_sitemap. modified_at: a time of change that is not"
        " believed, as it lies before published_at. Null in files older than the column.",
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
    _column("extractor_version", _TEXT, "Version of the program's rules that made the row.", required=True),
    _column(
        "rule",
        _TEXT,
        "The site's own rule that was applied: a digest of its selectors, and its last day if it has one; null where"
        " there is none, and in files older than the column.",
    ),
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
