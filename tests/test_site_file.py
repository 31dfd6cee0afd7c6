from __future__ import annotations

import re
import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scraper.config import Site
from scraper.config_file import read_site
from scraper.crawl.article_address import Learned
from scraper.crawl.scouted import Scouted
from scraper.site_file import make_file, tell_age
from scraper.skip import Skip
from scraper.survey import Finding, Survey
from scraper.url import Url, normalize
from tests.test_survey import AT, HOST, NEW, front, listed, surveyed

FILE = Path(f"{HOST}.toml")


def test_what_was_measured_stands_beside_each_address_with_its_day() -> None:
    survey = surveyed(
        front(*NEW),
        listed("/all.rss", "feed", NEW, published="Fri, 20 Mar 2026 10:00:00 GMT"),
        listed("/all.xml", "sitemap", ["https://a.example/1.xml"], "sitemap", child=True),
        listed("/gone.rss", "feed", [], skip=Skip("http_404", "404 Not Found")),
    )
    text = make_file(survey, FILE)
    assert read_site(text, FILE) == survey.site
    assert "on 2026-03-20: the numbers are of that day" in text
    assert '"https://a.example/all.rss",  # feed, 10 articles, the newest of 2 h ago' in text
    assert "# Left out: https://a.example/gone.rss (dead, http_404: 404 Not Found)" in text
    assert '# sitemaps = ["https://a.example/all.xml"]' in text
    assert "Matches 10 of the 10 addresses" in text


texts = st.text(max_size=80)


@given(said=texts, pattern=texts.filter(lambda text: text != ""), paths=st.lists(texts, max_size=3))
def test_whatever_a_site_says_the_file_is_read_back_as_meant_and_says_nothing_else(
    said: str, pattern: str, paths: list[str]
) -> None:
    urls = tuple(dict.fromkeys(normalize(f"https://{HOST}/{re.sub(r'[^!-~]', '', path)}") for path in paths))
    pattern = re.escape(pattern.encode("utf-8", "replace").decode())
    findings = [Finding(listed("/x", "feed", [], skip=Skip("x", said)), "feed", 0, None, "left out", said)]
    findings += [Finding(listed(url.removeprefix(f"https://{HOST}"), "feed", NEW), "feed", 10) for url in urls]
    findings = [finding for finding in findings if finding.fate != "used" or finding.listed.url in urls]
    site = Site(HOST, feeds=urls, article_pattern=pattern)
    survey = Survey(
        Url("https://a.example/"), AT, Scouted(HOST), site, findings, learned=Learned(pattern, 1, 1, 0),
        opt_outs=(("license", said),),
    )  # fmt: skip
    if {each.listed.url for each in findings if each.fate == "used"} != set(urls):
        return  # spelled otherwise once more
    text = make_file(survey, FILE)
    assert read_site(text, FILE) == site
    assert set(tomllib.loads(text)) <= {"host", "feeds", "article_pattern"}


def test_an_age_is_told_in_hours_and_then_as_a_day() -> None:
    assert tell_age(AT, AT) == "the last hour"
    assert tell_age(AT.replace(hour=2), AT) == "10 h ago"
    assert tell_age(AT.replace(day=1), AT) == "2026-03-01"
