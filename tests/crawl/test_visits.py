from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.crawl.world import HTML, START, World, response, rss, site

from scraper.page import Page
from scraper.payload import digest_of

STORY = "https://a.example/flood-of-the-century"
FEED = "https://a.example/feed"


def world(answers: dict[str, httpx.Response | bytes], start: str = STORY, **settings: Any) -> World:
    return World({FEED: rss(start), **answers}, delay_s=5.0, **settings)


def page_of(world: World, url: str = STORY) -> Page:
    return next(page for page, _ in reversed(world.saved) if page.target.url == url)


def part(text: str, more: str = "", head: str = "") -> bytes:
    return f"<html><head>{head}</head><body><p>{text}</p>{more}</body></html>".encode()


AMP = "https://a.example/amp/flood-of-the-century"
OF_STORY = part("Short.", head=f'<link rel="canonical" href="{STORY}">')


def test_the_article_of_a_variant_is_asked_in_its_place_and_in_turns_of_the_host() -> None:
    here = world({AMP: OF_STORY, STORY: part("Long.")}, AMP)
    assert here.crawl(site())[AMP] == "variant"
    assert STORY in page_of(here, AMP).skip.detail  # type: ignore[union-attr]
    article = page_of(here)
    assert article.skip is None
    assert b"Long." in article.exchanges[-1].payload
    assert article.target.evidence == page_of(here, AMP).target.evidence
    assert here.times(STORY)[0] - here.times(AMP)[0] >= 2.5
    assert len(here.times(STORY)) == len(here.times(AMP)) == 1
    assert here.due(AMP) is None
    assert here.due(STORY) is not None


def test_the_article_is_saved_before_its_variant_so_that_a_kill_between_them_loses_nothing() -> None:
    here = world({AMP: OF_STORY, STORY: part("Long.")}, AMP)
    here.crawl(site())
    assert [page.target.url for page, _ in here.saved][-2:] == [STORY, AMP]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (response(404, b"", HTML), "http_404"),
        (response(403, b"", HTML), "http_403"),
        (response(410, b"", HTML), "http_410"),
        (response(200, b"%PDF", {"content-type": "application/pdf"}), "wrong_type"),
        (response(301, b"", {"location": AMP}), "variant"),
        (response(302, b"", {"location": "https://a.example/"}), "200"),
    ],
)
def test_a_variant_whose_article_does_not_come_is_the_article(answer: httpx.Response, reason: str) -> None:
    more = f'<a href="{AMP}/2">2</a>'
    amp = OF_STORY.replace(b"</body>", more.encode() + b"</body>")
    front = {"https://a.example/": part("Front."), f"{AMP}/2": part("Two.")}
    here = world({AMP: amp, STORY: answer, **front}, AMP)
    outcomes = here.crawl(site())
    assert (outcomes[AMP], outcomes[STORY]) == ("200", reason)
    assert len(page_of(here, AMP).parts) == 1
    assert here.due(AMP) is not None


def test_a_variant_whose_article_robots_txt_forbids_is_the_article() -> None:
    robots = response(200, b"User-agent: *\nDisallow: /flood\n", {"content-type": "text/plain"})
    here = world({AMP: OF_STORY, STORY: part("Long."), "https://a.example/robots.txt": robots}, AMP)
    outcomes = here.crawl(site())
    assert (outcomes[AMP], outcomes[STORY]) == ("200", "robots_disallowed")
    assert not here.times(STORY)


def test_a_variant_waits_for_an_article_that_may_come_and_is_the_article_at_last() -> None:
    here = world({AMP: OF_STORY, STORY: response(500, b"", HTML)}, AMP, tries=1)
    seen = []
    for _ in range(5):
        outcome = here.crawl(site())[AMP]
        seen.append(outcome)
        if outcome == "200":
            break
        due = here.due(AMP)
        assert due is not None
        here.elapsed = due - START
    assert seen == ["variant", "variant", "variant", "200"]


def test_an_article_that_came_later_takes_the_place_of_its_variant() -> None:
    answers = iter([response(500, b"", HTML), *(response(200, part("Long."), HTML) for _ in range(9))])
    here = world({AMP: OF_STORY}, AMP, tries=1)
    here.answers = {**here.answers, STORY: lambda request: next(answers)}
    assert here.crawl(site())[STORY] == "http_500"
    due = here.due(AMP)
    assert due is not None
    here.elapsed = due - START
    outcomes = here.crawl(site())
    assert (outcomes[AMP], outcomes[STORY]) == ("variant", "200")
    assert here.due(AMP) is None


def test_of_two_pages_that_call_each_other_canonical_one_stays_for_good() -> None:
    other = "https://a.example/flood-of-this-century"
    head = '<html amp><link rel="canonical" href="{}">'
    here = world({STORY: head.format(other).encode(), other: head.format(STORY).encode()})
    for day in range(0, 400, 20):
        here.elapsed = timedelta(days=day)
        here.crawl(site())
    assert here.outcomes()[STORY] == "variant"
    assert here.outcomes()[other] == "200"
    assert len(here.times(STORY)) == 1
    assert len(here.times(other)) <= 1 + len(here.config.fetch.revisit_s)


def test_the_pages_of_an_article_are_asked_in_order_and_in_turns_of_the_host() -> None:
    here = world(
        {
            STORY: part("One.", f'<a href="{STORY}/2">2</a> <a href="{STORY}/3">3</a>'),
            f"{STORY}/2": part("Two.", f'<a href="{STORY}">1</a> <a href="{STORY}/3">Next</a>'),
            f"{STORY}/3": part("Three.", f'<a href="{STORY}/2">2</a>'),
        }
    )
    here.crawl(site())
    page = page_of(here)
    assert [each[-1].url for each in page.parts] == [f"{STORY}/2", f"{STORY}/3"]
    assert page.missing is None
    times = [here.times(url)[0] for url in (STORY, f"{STORY}/2", f"{STORY}/3")]
    assert all(later - earlier >= 2.5 for earlier, later in itertools.pairwise(times))
    assert (page.fetched_at - here.pages[0].fetched_at).total_seconds() >= 5.0
    assert len(page.exchanges) == 1


@pytest.mark.parametrize(
    ("answer", "reason", "retryable"),
    [
        (response(503, b"", HTML), "http_503", True),
        (response(404, b"", HTML), "http_404", False),
        (response(200, b"%PDF", {"content-type": "application/pdf"}), "wrong_type", False),
        (response(302, b"", {"location": "https://b.example/2"}), "off_site", False),
    ],
)
def test_a_page_that_does_not_come_is_missing_and_the_article_stays(
    answer: httpx.Response, reason: str, *, retryable: bool
) -> None:
    here = world({STORY: part("One.", f'<a href="{STORY}/2">2</a>'), f"{STORY}/2": answer})
    assert here.crawl(site())[STORY] == "200"
    page = page_of(here)
    assert page.missing is not None
    assert (page.missing.reason, page.missing.retryable) == (reason, retryable)
    assert f"page 2, {STORY}/2" in page.missing.detail
    assert page.parts[0][0].status == answer.status_code
    assert not here.times("https://b.example/2")


def test_robots_txt_counts_for_each_page() -> None:
    robots = response(200, b"User-agent: *\nDisallow: /*/2$\n", {"content-type": "text/plain"})
    here = world({STORY: part("One.", f'<a href="{STORY}/2">2</a>'), "https://a.example/robots.txt": robots})
    here.crawl(site())
    page = page_of(here)
    assert page.missing is not None
    assert page.missing.reason == "robots_disallowed"
    assert page.parts == ((),)
    assert page.robots == ""
    assert not here.times(f"{STORY}/2")


def test_a_page_that_leads_back_to_the_first_ends_the_article() -> None:
    back = response(301, b"", {"location": STORY})
    here = world({STORY: part("One.", f'<a href="{STORY}/2">2</a>'), f"{STORY}/2": back})
    here.crawl(site())
    page = page_of(here)
    assert len(page.parts) == 1
    assert page.missing is None


def test_an_article_without_end_is_cut() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        number = int(str(request.url).rpartition("/")[2])
        return response(200, part(f"{number}.", f'<a href="{STORY}/{number + 1}">Next</a>'), HTML)

    here = world({STORY: part("One.", f'<a href="{STORY}/2">Next</a>')})
    here.answers = {**here.answers, **{f"{STORY}/{n}": answer for n in range(2, 40)}}
    here.crawl(site())
    page = page_of(here)
    assert len(page.parts) == 19
    assert page.missing is not None
    assert page.missing.reason == "too_many_pages"


def test_pages_that_are_too_much_together_are_cut() -> None:
    big = "x" * 600
    answers = {f"{STORY}/{n}": part(big, f'<a href="{STORY}/{n + 1}">Next</a>') for n in range(2, 9)}
    here = world({STORY: part("One.", f'<a href="{STORY}/2">Next</a>'), **answers}, max_body_bytes=1000)
    here.crawl(site())
    page = page_of(here)
    assert len(page.parts) == 2
    assert page.missing is not None
    assert page.missing.reason == "too_large"


def test_one_page_that_holds_all_is_asked_instead_of_many() -> None:
    links = f'<a href="{STORY}/2">2</a><a href="{STORY}?page=all">On one page</a>'
    here = world({STORY: part("One.", links), f"{STORY}?page=all": part("One. Two."), f"{STORY}/2": part("Two.")})
    here.crawl(site())
    assert [each[-1].url for each in page_of(here).parts] == [f"{STORY}?page=all"]


def test_where_that_one_does_not_come_the_others_are_asked() -> None:
    links = f'<a href="{STORY}/2">2</a><a href="{STORY}?page=all">On one page</a>'
    here = world({STORY: part("One.", links), f"{STORY}/2": part("Two.")})
    here.crawl(site())
    page = page_of(here)
    assert [each[-1].status for each in page.parts] == [404, 200]
    assert page.missing is None


def test_what_a_page_says_against_uses_is_kept_with_it() -> None:
    head = '<meta name="robots" content="noai">'
    here = world({STORY: part("One.", head=head)})
    here.crawl(site())
    assert dict(page_of(here).opt_outs)["robots_directives"] == "noai"


def test_the_same_payload_as_in_the_archive_is_told_and_not_read_again() -> None:
    body = part("One.", f'<a href="{STORY}/2">2</a>')
    here = world({STORY: body, f"{STORY}/2": part("Two.")})
    here.crawl(site())
    first = page_of(here)
    assert not first.identical
    asked = len(here.times(f"{STORY}/2"))
    due = here.due(STORY)
    assert due is not None
    here.elapsed += due - here.saved[-1][0].fetched_at
    here.crawl(site())
    again = page_of(here)
    assert again is not first
    assert again.target.archived is not None
    assert again.target.archived.digest == digest_of(body)
    assert again.identical
    assert again.unchanged
    assert len(here.times(f"{STORY}/2")) == asked


def test_a_page_that_was_busy_slows_its_host_and_comes_with_the_next_visit() -> None:
    answers = iter([response(503, b"", {**HTML, "retry-after": "400"}), response(200, part("Two."), HTML)])
    first = response(200, part("One.", f'<a href="{STORY}/2">2</a>'), {**HTML, "etag": '"1"'})
    here = world({STORY: first})
    here.answers = {**here.answers, f"{STORY}/2": lambda request: next(answers)}
    here.crawl(site())
    pace, due = here.pace("a.example"), here.due(STORY)
    assert pace is not None
    assert (pace.ready_at - page_of(here).fetched_at).total_seconds() >= 400
    assert due is not None
    here.elapsed += due - here.saved[-1][0].fetched_at
    here.crawl(site())
    page = page_of(here)
    assert not page.unchanged
    assert page.missing is None
    assert len(page.parts) == 1
