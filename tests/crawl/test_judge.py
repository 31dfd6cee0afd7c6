from __future__ import annotations

from datetime import timedelta

import pytest
from tests.crawl.world import HTML, World, response, rss, site

from scraper.crawl.judge import judge
from scraper.page import Exchange, Headers, Kind
from scraper.skip import Skip
from scraper.url import normalize

URL = normalize("https://a.example/story")


def answer(status: int, headers: Headers = (), head: bytes = b"<p>x", kind: Kind = "article") -> Skip | None:
    sent: Headers = (("If-None-Match", '"1"'),) if status == 304 else ()
    return judge(Exchange(URL, sent, status, "Said", headers, head), head, kind)


@pytest.mark.parametrize("status", [200, 203, 304])
def test_an_answer_with_a_page_is_of_use(status: int) -> None:
    assert answer(status) is None


@pytest.mark.parametrize(("status", "retryable"), [(404, False), (403, False), (429, True), (503, True), (202, True)])
def test_another_status_is_its_own_reason(status: int, *, retryable: bool) -> None:
    assert answer(status) == Skip(f"http_{status}", f"{status} Said", retryable=retryable)


def test_not_modified_to_who_has_nothing_is_asked_again() -> None:
    page = judge(Exchange(URL, (), 304, "Said", (), b""), b"", "article")
    assert page == Skip("http_304", "304 Said", retryable=True)
    answers = iter([response(304), response(200, b"<p>x", HTML)])
    world = World({"https://a.example/feed": rss(URL), URL: lambda request: next(answers)})
    assert world.crawl(site())[URL] == "http_304"
    world.elapsed = timedelta(hours=2)
    assert world.crawl(site())[URL] == "200"


@pytest.mark.parametrize(
    ("status", "headers", "head"),
    [
        (403, (("CF-Mitigated", "challenge"),), b""),
        (503, (("cf-mitigated", "Challenge"),), b""),
        (429, (("x-vercel-mitigated", "challenge"),), b""),
        (403, (("x-datadome", "protected"),), b""),
        (202, (("x-amzn-waf-action", "challenge"),), b""),
        (405, (("x-amzn-waf-action", "captcha"),), b""),
        (503, (), b"<!DOCTYPE html><html><head><title>Just a moment...</title>"),
        (403, (), b'<meta name="description" content="px-captcha">'),
        (403, (), b'<iframe src="/_Incapsula_Resource?x=1">'),
    ],
)
def test_a_check_for_browsers_is_named_whatever_its_status(status: int, headers: Headers, head: bytes) -> None:
    skip = answer(status, headers, head)
    assert skip is not None
    assert (skip.reason, skip.retryable) == ("challenge", True)
    assert str(status) in skip.detail


@pytest.mark.parametrize("headers", [(("cf-mitigated", "block"),), (("server", "cloudflare"),)])
def test_a_plain_refusal_is_none(headers: Headers) -> None:
    skip = answer(403, headers, b"<title>Access denied</title>")
    assert skip is not None
    assert skip.reason == "http_403"


def test_a_protected_site_that_answers_is_of_use() -> None:
    assert answer(200, (("x-datadome", "protected"),)) is None


def test_a_challenge_is_not_asked_again_like_a_busy_host() -> None:
    wall = response(503, b"<title>Just a moment...</title>", HTML)
    world = World({"https://a.example/feed": rss(URL), URL: wall}, delay_s=1, backoff_s=60, max_wait_s=600)
    assert world.crawl(site())[URL] == "challenge"
    assert len(world.times(URL)) == 1
    due = world.due(URL)
    assert due is not None
    assert (due - world.saved[-1][0].fetched_at).total_seconds() >= 3000


def test_of_a_robots_txt_the_status_alone_counts() -> None:
    skip = answer(403, (("cf-mitigated", "challenge"),), kind="robots")
    assert skip is not None
    assert skip.reason == "http_403"
