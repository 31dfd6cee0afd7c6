from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scraper.config import Site
from scraper.foreign import digest_capture, page_of
from scraper.page import Exchange
from scraper.store.foreign_answer import Answer
from scraper.url import normalize
from tests.store.foreign import html

WHEN = datetime(2026, 3, 2, 10, tzinfo=UTC)


def answer(url: str = "https://news.example/a", payload: bytes = html(), **more: Any) -> Answer:
    headers = more.pop("headers", (("Content-Type", "text/html"),))
    exchange = Exchange(normalize(url), (), 200, "OK", headers, payload, **more)
    return Answer(normalize(url), exchange, WHEN, 5)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.news.example/a", "news.example"),
        ("https://blog.news.example/a", "blog.news.example"),
        ("https://a.blog.news.example:8080/a", "blog.news.example"),
        ("https://www.other.co.uk/a", "other.co.uk"),
        ("https://192.0.2.1/a", "192.0.2.1"),
    ],
)
def test_a_page_is_of_the_site_whose_name_is_longest_or_of_its_domain(url: str, site: str) -> None:
    sites = {host: Site(host) for host in ("news.example", "blog.news.example")}
    assert page_of(answer(url), "x.warc", sites).target.site == site


def test_a_page_says_which_archive_it_is_of() -> None:
    page = page_of(answer(), "s3://crawl/x.warc.gz", {})
    assert (page.target.evidence.source, page.target.evidence.kind) == ("s3://crawl/x.warc.gz", "archive")
    assert (page.fetched_at, page.skip, page.target.kind) == (WHEN, None, "article")
    assert page_of(answer("https://news.example/index.html"), "x", {}).target.kind == "front_page"
    assert page_of(answer("https://news.example/?p=5"), "x", {}).target.kind == "article"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"truncated": "length"}, "truncated"),
        ({"payload": b"GIF89a" + bytes(99)}, "wrong_type"),
        ({"headers": (("Content-Encoding", "rot13"),)}, "bad_encoding"),
        ({"headers": (("Content-Encoding", "gzip"),), "payload": b"\x1f\x8b" + bytes(99)}, "bad_encoding"),
        ({"headers": (("Content-Encoding", "gzip"),), "payload": gzip.compress(bytes(70_000_000))}, "wrong_type"),
    ],
)
def test_a_page_that_is_of_no_use_says_why(more: dict[str, Any], reason: str) -> None:
    skip = page_of(answer(**more), "x", {}).skip
    assert skip is not None
    assert skip.reason == reason


def test_opt_outs_of_the_page_and_its_headers_hold() -> None:
    head = '<meta name="tdm-reservation" content="1">'
    page = page_of(answer(payload=html(more=head), headers=(("X-Robots-Tag", "noai"),)), "x", {})
    assert dict(page.opt_outs).keys() >= {"tdm_reservation", "robots_directives"}


def test_two_archives_agree_on_a_capture_and_a_later_one_is_another() -> None:
    one = answer()
    again = Answer(one.url, Exchange(one.url, (), 200, "", (), one.exchange.payload), WHEN, 99)
    later = Answer(one.url, one.exchange, WHEN + timedelta(seconds=1), 5)
    assert digest_capture(one) == digest_capture(again)
    assert (
        len({digest_capture(each) for each in (one, later, answer("https://news.example/b"), answer(payload=b"x"))})
        == 4
    )
    assert -(2**63) <= digest_capture(one) < 2**63
