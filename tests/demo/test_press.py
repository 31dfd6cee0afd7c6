"""The invented press: what it prints when, and that it prints the same each time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from scraper.demo.press import BOTE, DAYS, DOWN, GAZETTE, LANTERN, PAPERS, POST, START, answer, sites
from scraper.demo.press_page import Paper

DAY = timedelta(days=1)
EVENING = timedelta(hours=19)


def feed(host: str, day: int) -> str:
    return answer(f"https://{host}/feed.rss", START + day * DAY + EVENING).body.decode()


def links(host: str, day: int) -> list[str]:
    return re.findall(r"<link>(https://[^<]+/\d{4}/[^<]+)</link>", feed(host, day))


def all_links(host: str) -> set[str]:
    return {link for day in range(DAYS) for link in links(host, day)}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.host)
def test_a_feed_lists_what_is_printed_and_nothing_before_its_time(paper: Paper) -> None:
    host = paper.host
    assert set(sites()) == {paper.host for paper in PAPERS}
    for day in (0, 9, DAYS - 1):
        times = [parsedate_to_datetime(text) for text in re.findall(r"<pubDate>(.*?)</pubDate>", feed(host, day))]
        assert times == sorted(times, reverse=True)
        assert 0 < len(times) <= 12
        assert max(times) <= START + day * DAY + EVENING
    newest = links(host, DAYS - 1)[0]
    assert answer(newest, START + DAYS * DAY).status in (200, 410)
    assert answer(newest, START).status == 404


def test_the_same_bytes_each_time_with_a_validator_that_tells_changes() -> None:
    link = links(LANTERN.host, 3)[0]
    one, again = (answer(link, START + 3 * DAY + EVENING) for _ in range(2))
    assert one == again
    assert one.etag
    changed = [
        link
        for link in all_links(LANTERN.host)
        if len({answer(link, START + day * DAY + EVENING).etag for day in range(DAYS)} - {""}) > 1
    ]
    assert changed


def test_a_host_is_down_for_some_days() -> None:
    url = f"https://{GAZETTE.host}/feed.rss"
    down = [day for day in range(DAYS) if answer(url, START + day * DAY + EVENING).status == 503]
    assert down == list(DOWN)


def test_some_stories_are_taken_down() -> None:
    after = START + (DAYS + 9) * DAY
    statuses = {answer(link, after).status for paper in PAPERS for link in all_links(paper.host)}
    assert statuses == {200, 410}


def test_the_robots_of_a_paper_keep_some_of_it_away() -> None:
    robots = answer(f"https://{BOTE.host}/robots.txt", START).body.decode()
    assert "Disallow: /search" in robots
    assert f"https://{BOTE.host}/search/" in "".join(feed(BOTE.host, day) for day in range(DAYS))


def test_papers_print_the_agencys_text_and_a_sister_paper_anothers() -> None:
    def paragraphs(url: str, now: datetime) -> set[str]:
        return set(re.findall(r"<p>(?:.*? — )?([^<]{40,})</p>", answer(url, now).body.decode()))

    now = START + DAYS * DAY
    pages = {link: paragraphs(link, now) for paper in PAPERS for link in all_links(paper.host)}
    shared = {
        frozenset((one.split("/")[2], other.split("/")[2]))
        for one in pages
        for other in pages
        if one < other and len(pages[one] & pages[other]) > 2
    }
    assert frozenset((LANTERN.host, POST.host)) in shared
    assert any(GAZETTE.host in pair and LANTERN.host not in pair for pair in shared)
