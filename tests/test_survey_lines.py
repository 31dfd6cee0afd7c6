from __future__ import annotations

import pytest

from scraper.crawl.scouted import Listed
from scraper.skip import Skip
from scraper.survey import Survey
from scraper.survey_lines import find_obstacle, tell_survey
from scraper.url import Url
from tests.test_survey import HOST, NEW, STORY, front, listed, page, surveyed


def tried(*skips: Skip) -> Survey:
    return surveyed(front(*NEW), samples=[(page(NEW[0], "article", skip=skip), Url("x")) for skip in skips])


def refused(skip: Skip) -> Survey:
    return surveyed(Listed(page(f"https://{HOST}/", "front_page", skip=skip), "given"))


@pytest.mark.parametrize(
    ("survey", "said"),
    [
        (refused(Skip("robots_disallowed", "robots.txt says Disallow: /")), "says Disallow: /"),
        (refused(Skip("robots_unreachable", "robots.txt: 503")), "try again later"),
        (refused(Skip("robots_unreachable", "robots.txt: dns_failure: no such name")), "is the address right"),
        (refused(Skip("private_address", "127.0.0.1")), "allow_private_hosts"),
        (refused(Skip("dns_failure", "no such name")), "is the address right"),
        (refused(Skip("http_403", "403 Forbidden")), "write to the publisher"),
        (refused(Skip("opted_out", "says train-ai=n")), "stop_fetch"),
        (surveyed(front()), "no articles were found"),
        (tried(Skip("no_body", "0 characters")), "--render"),
        (tried(Skip("challenge", "proof")), "lets no program in"),
        (tried(Skip("list", "a list"), Skip("list", "a list")), "is this a news site"),
        (tried(Skip("http_500", "500")), "http_500"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_obstacle_is_told_with_what_to_do(survey: Survey, said: str) -> None:
    assert said in (find_obstacle(survey) or "")


def test_where_articles_came_there_is_no_obstacle_and_all_is_told() -> None:
    sample = page(NEW[0], "article", STORY.format(title="The ferry returns"), opt_outs=(("tdm_reservation", "1"),))
    survey = surveyed(
        front(*NEW), listed("/gone.rss", "feed", [], skip=Skip("http_404", "Not Found")), samples=[(sample, Url("x"))]
    )
    assert find_obstacle(survey) is None
    told = "\n".join(tell_survey(survey))
    assert "reservation of text and data mining (TDMRep): 1" in told
    assert "dead, http_404: Not Found" in told
    assert "no feed and no news sitemap" in told
    assert "The ferry returns" in told
    assert "missing: dek, authors, published, section, photos" in told
