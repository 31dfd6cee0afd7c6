from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.pages import START, make_exchange, make_page, make_target

from scraper.article import Article, Block, Photo, Removed
from scraper.page import RENDERED_BY, Evidence, Page
from scraper.policy import SIGNALS
from scraper.skip import Skip
from scraper.store.row import article_row, outcome_row
from scraper.store.schema import ARTICLES, OUTCOMES
from scraper.store.warc import Capture
from scraper.url import Url, article_id

URL = "https://news.example/a"
ARTICLE = Article(
    url=URL,
    final_url=URL,
    canonical_url=None,
    headline="A headline",
    dek=None,
    byline="By Ann Example",
    authors=("Ann Example",),
    dateline=None,
    section="World",
    sections=("World", "Africa"),
    tags=(),
    language="en",
    published_at=START - timedelta(hours=2),
    modified_at=None,
    body=(Block("paragraph", "One two."), Block("pulled_quote", "Two."), Block("paragraph", "Three.")),
    photos=(Photo("https://news.example/p.jpg", "A caption"),),
    removed=(Removed("plea", "Give.", "phrase:donate"),),
    sources={"headline": "json_ld", "dek": None},
)


def capture(page: Page | None = None) -> Capture:
    page = page or make_page()
    size = len(page.exchanges[-1].payload) if page.exchanges else 0
    return Capture(page, "run1", "run1-00000.warc.gz", 346, "<urn:uuid:1>", size)


def table(schema: pa.Schema, row: dict[str, object]) -> dict[str, object]:
    made = pa.Table.from_pylist([row], schema=schema)
    made.validate(full=True)
    return dict(made.to_pylist(maps_as_pydicts="strict")[0])


def test_row_of_an_article_has_every_column_and_its_values() -> None:
    row = table(ARTICLES, article_row(capture(), ARTICLE, "7"))
    assert list(row) == ARTICLES.names
    assert row["id"] == article_id(Url(URL))
    assert row["text"] == "One two.\n\nThree."
    assert row["word_count"] == 3
    assert row["body"] == [
        {"kind": "paragraph", "text": "One two."},
        {"kind": "pulled_quote", "text": "Two."},
        {"kind": "paragraph", "text": "Three."},
    ]
    assert row["photos"] == [{"url": "https://news.example/p.jpg", "caption": "A caption", "credit": None, "alt": None}]
    assert row["removed"] == [{"kind": "plea", "text": "Give.", "rule": "phrase:donate"}]
    assert row["sources"] == {"headline": "json_ld", "dek": None}
    assert row["published_at"] == START - timedelta(hours=2)
    assert (row["etag"], row["last_modified"], row["robots"], row["status"]) == ('"1"', None, "Allow: /", 200)
    assert (row["found_kind"], row["listed_title"]) == ("rss", "A title")
    assert (row["warc_file"], row["warc_offset"], row["warc_record_id"]) == ("run1-00000.warc.gz", 346, "<urn:uuid:1>")
    assert (row["extractor_version"], row["run"]) == ("7", "run1")


def test_what_is_said_against_uses_stands_in_columns_of_both_tables_and_silence_is_null() -> None:
    opt_outs = (("tdm_reservation", "1"), ("content_usage", "train-ai=n"), ("robots_directives", "noai"))
    page = replace(make_page(), opt_outs=opt_outs)
    for row in (
        table(ARTICLES, article_row(capture(page), ARTICLE, "7")),
        table(OUTCOMES, outcome_row(capture(page), Skip("opted_out"), None)),
    ):
        assert {name: row[name] for name in SIGNALS if row[name]} == dict(opt_outs)
        assert all(row[name] is None for name in ("tdm_policy", "content_signal", "license"))


def test_unknown_is_null_and_never_an_empty_text() -> None:
    empty = replace(
        ARTICLE,
        headline="",
        byline=None,
        authors=(),
        sections=(),
        section="",
        body=(),
        photos=(),
        removed=(),
        sources={},
    )
    row = table(ARTICLES, article_row(capture(replace(make_page(), robots="")), empty, "7"))
    for name in ("headline", "byline", "section", "text", "content_hash", "robots"):
        assert row[name] is None
    for name in ("authors", "sections", "tags", "body", "photos", "removed"):
        assert row[name] == []
    assert row["word_count"] == 0
    assert row["sources"] == {}


def test_equal_texts_have_one_hash_whatever_their_white_space_and_composition() -> None:
    def hash_of(text: str) -> object:
        return article_row(capture(), replace(ARTICLE, body=(Block("paragraph", text),)), "7")["content_hash"]

    assert hash_of("caf\u00e9  au lait") == hash_of("cafe\u0301 au\nlait ")
    assert hash_of("a") != hash_of("b")


@given(st.text(st.characters(codec=None, categories=None), min_size=1, max_size=8))
def test_no_text_breaks_a_row(odd: str) -> None:
    page = make_page()
    evidence = Evidence(odd, "rss", odd, odd)
    page = replace(page, target=replace(page.target, evidence=evidence), robots=odd, opt_outs=(("license", odd),))
    page = replace(page, exchanges=(replace(make_exchange(), headers=(("ETag", odd), ("Content-Type", odd))),))
    article = replace(
        ARTICLE,
        canonical_url=odd,
        headline=odd,
        dek=odd,
        byline=odd,
        authors=(odd,),
        tags=(odd,),
        body=(Block("paragraph", odd),),
        photos=(Photo(odd, odd, odd, odd),),
        removed=(Removed("other", odd, odd),),
    )
    table(ARTICLES, article_row(capture(page), article, "7"))
    table(OUTCOMES, outcome_row(capture(page), Skip("odd", odd), None))


def test_split_surrogates_are_joined_and_lone_ones_replaced() -> None:
    row = article_row(capture(), replace(ARTICLE, headline="\ud83d\ude00 \ud800 \0"), "7")
    assert row["headline"] == "\U0001f600 \ufffd \0"


def test_outcome_tells_what_became_of_every_visit() -> None:
    article = outcome_row(capture(), None, "abc")
    assert (article["outcome"], article["article_id"], article["reason"], article["retryable"]) == (
        "article", "abc", None, None,
    )  # fmt: skip
    assert outcome_row(capture(make_page(status=304, payload=b"")), None, None)["outcome"] == "unchanged"
    for kind in ("robots", "feed", "sitemap", "front_page"):
        assert outcome_row(capture(make_page(kind=kind)), None, None)["outcome"] == "listing"
    skipped = outcome_row(capture(make_page(skip=Skip("http_404", "gone"))), None, None)
    assert (skipped["outcome"], skipped["reason"], skipped["detail"], skipped["retryable"]) == (
        "skip", "http_404", "gone", False,
    )  # fmt: skip
    assert skipped["article_id"] is None
    known = replace(make_page(status=404, skip=Skip("http_404")), target=replace(make_target(), visits=1))
    deleted = outcome_row(capture(known), None, None)
    assert (deleted["outcome"], deleted["reason"]) == ("deleted", "http_404")
    assert deleted["article_id"] == article_row(capture(), ARTICLE, "7")["id"]
    with pytest.raises(ValueError, match="neither an article nor a reason"):
        outcome_row(capture(), None, None)


def test_outcome_of_a_visit_without_an_answer_has_every_column() -> None:
    row = table(OUTCOMES, outcome_row(capture(make_page(status=None, skip=Skip("dns", "", True))), None, None))
    assert list(row) == OUTCOMES.names
    assert (row["status"], row["ip"], row["content_type"], row["redirects"]) == (None, None, None, 0)
    assert row["payload_bytes"] == 0
    assert row["detail"] is None


def test_a_rendering_is_no_redirect() -> None:
    made = replace(make_exchange(), request_headers=(), headers=((RENDERED_BY, "Chromium"),))
    page = replace(make_page(), exchanges=(make_exchange(), made))
    assert outcome_row(capture(page), None, "id")["redirects"] == 0


def test_outcome_counts_redirects_and_bytes_as_received() -> None:
    hops = (make_exchange(status=301), make_exchange("https://news.example/b", payload=b"12345"))
    row = outcome_row(capture(replace(make_page(), exchanges=hops)), None, "abc")
    assert (row["redirects"], row["payload_bytes"], row["final_url"]) == (1, 5, "https://news.example/b")
    assert (row["ip"], row["content_type"]) == ("192.0.2.1", "text/html")


def test_times_are_stored_in_utc_to_the_microsecond() -> None:
    when = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    row = table(ARTICLES, article_row(capture(), replace(ARTICLE, modified_at=when), "7"))
    assert row["modified_at"] == when
