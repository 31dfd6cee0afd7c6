"""The demo site: what it serves, and that it answers as a real one would."""

from __future__ import annotations

import gzip
import http.client
import json
import re
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from urllib.parse import urlsplit

import pytest

from scraper.demo.server import LAST_MODIFIED, Demo, expected, serve
from scraper.url import belongs_to, host_of, normalize, origin_of, site_of, url_key

PAGES = expected()


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with serve() as served:
        yield served


def get(
    demo: Demo, path: str, headers: dict[str, str] | None = None, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(demo.host, timeout=10)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_its_host_with_a_port_is_a_site_like_any_other(demo: Demo) -> None:
    front = demo.site.front_pages[0]
    assert front == normalize(f"{demo.url}/") == f"{demo.url}/"
    assert host_of(front) == demo.host == demo.site.host
    assert origin_of(front) == demo.url
    assert belongs_to(front, demo.site.host)
    assert site_of(demo.host) == "127.0.0.1"
    assert url_key(front).startswith(demo.host)


def test_two_sites_run_side_by_side_and_stop() -> None:
    with serve() as one, serve() as other:
        assert one.host != other.host
    with pytest.raises(ConnectionRefusedError):
        get(one, "/")


@pytest.mark.parametrize("path", [*PAGES["articles"], *PAGES["skips"]])
def test_every_expected_address_matches_the_article_pattern_and_answers(demo: Demo, path: str) -> None:
    assert demo.site.article_pattern is not None
    assert re.search(demo.site.article_pattern, path)
    status, headers, _ = get(demo, path)
    assert status == (404 if PAGES["skips"].get(path) == "http_404" else 200)
    assert headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", PAGES["articles"])
def test_a_page_says_what_is_expected_of_it(demo: Demo, path: str) -> None:
    page, want = get(demo, path)[2], PAGES["articles"][path]
    text = page.decode("windows-1252" if path.startswith("/archive/") else "utf-8")
    assert "{{" not in text
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))
    for words in (want["headline"], want["first"], want["last"], *want["authors"], *want["captions"], *want["credits"]):
        assert words in plain
    assert 5 <= want["paragraphs"] <= 14
    assert datetime.fromisoformat(want["published_at"]).utcoffset() is not None


def test_every_expected_address_can_be_found_in_a_listing(demo: Demo) -> None:
    listings = ("/", "/feed.rss", "/feed.atom", "/sitemap-news.xml")
    text = "".join(get(demo, path)[2].decode() for path in listings)
    text += gzip.decompress(get(demo, "/sitemap-2026.xml.gz")[2]).decode()
    reached = set(PAGES["redirects"].values())
    for path in (*PAGES["articles"], *PAGES["skips"], *PAGES["redirects"]):
        assert path in text or path in reached


def test_sitemaps_are_listed_in_robots_and_the_index(demo: Demo) -> None:
    robots, index = (get(demo, path)[2].decode() for path in ("/robots.txt", "/sitemap.xml"))
    assert "Disallow: /private/" in robots
    assert f"Sitemap: {demo.url}/sitemap.xml" in robots
    for loc in re.findall(r"<loc>(.*?)</loc>", index):
        assert get(demo, urlsplit(loc).path)[0] == 200


@pytest.mark.parametrize("name", ["If-None-Match", "If-Modified-Since"])
def test_what_is_known_is_answered_304_without_a_body(demo: Demo, name: str) -> None:
    status, headers, _ = get(demo, "/feed.rss")
    known = headers["etag"] if name == "If-None-Match" else LAST_MODIFIED
    assert status == 200
    status, again, body = get(demo, "/feed.rss", {name: known})
    assert (status, body) == (304, b"")
    assert again["etag"] == headers["etag"]


def test_an_etag_goes_before_a_date(demo: Demo) -> None:
    headers = {"If-None-Match": '"other"', "If-Modified-Since": LAST_MODIFIED}
    assert get(demo, "/feed.rss", headers)[0] == 200


def test_a_redirect_leads_to_an_article(demo: Demo) -> None:
    for path, goal in PAGES["redirects"].items():
        status, headers, _ = get(demo, path)
        assert (status, headers["location"]) == (301, goal)
        assert goal in PAGES["articles"]


def test_pages_are_compressed_for_those_who_ask(demo: Demo) -> None:
    plain = get(demo, "/2026/03/14/ferry-returns/")
    packed = get(demo, "/2026/03/14/ferry-returns/", {"Accept-Encoding": "gzip, br"})
    assert packed[1]["content-encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == plain[2]


def test_two_answers_are_the_same_bytes(demo: Demo) -> None:
    assert get(demo, "/", {"Accept-Encoding": "gzip"}) == get(demo, "/", {"Accept-Encoding": "gzip"})


def test_head_sends_no_body(demo: Demo) -> None:
    status, headers, body = get(demo, "/", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


def test_answers_are_counted() -> None:
    with serve() as served:
        get(served, "/robots.txt")
        get(served, "/nowhere?x=1")
        assert served.answered == [("/robots.txt", 200), ("/nowhere", 404)]


def test_json_and_xml_parse() -> None:
    folder = resources.files("scraper.demo")
    for name in ("routes.json", "expected.json"):
        json.loads(folder.joinpath(name).read_text("utf-8"))
    for file in folder.joinpath("site").iterdir():
        scripts = re.findall(r'<script[^>]*json"[^>]*>(.*?)</script>', file.read_text("utf-8"), re.S)
        for text in scripts:
            json.loads(text.removeprefix("//<![CDATA[").removesuffix("//]]>"))
