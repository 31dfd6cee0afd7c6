from __future__ import annotations

import contextlib
import gzip
import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.config import Site
from scraper.crawl import discover
from scraper.crawl.discover import Listing, read_listing
from scraper.errors import ItemError
from scraper.page import Kind
from scraper.url import Url

A = "https://a.example"
SITE = Site("a.example")


def read(body: str | bytes, kind: Kind = "feed", site: Site = SITE, source: str = f"{A}/list/x") -> Listing:
    raw = body.encode() if isinstance(body, str) else body
    return read_listing(raw, Url(source), kind, site, 10_000_000)


def urls(listing: Listing) -> list[str]:
    return [found.target.url for found in listing.found]


RSS2 = """<?xml version="1.0"?><rss version="2.0"><channel><title>A</title><link>https://a.example/</link>
<item><title>Fish &amp; chips</title><link>https://a.example/1</link>
<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate></item>
<item><title>Two</title><link> /2?x=1&amp;y=2 </link></item>
<item><title>Off</title><link>https://b.example/3</link></item>
<item><title>By id</title><guid isPermaLink="true">https://a.example/4</guid></item>
<item><title>None</title></item></channel></rss>"""
RSS1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example/"><title>A</title></channel>
<item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link><dc:date>2026-03-02</dc:date></item></rdf:RDF>"""
RSS09 = '<rss version="0.91"><channel><item><title>One</title><link>https://a.example/1</link></item></channel></rss>'
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title type="html">One &amp;amp; two</title>
<link rel="self" href="https://a.example/self"/><link href="https://a.example/1"/><id>tag:1</id>
<updated>2026-03-02T10:00:00Z</updated></entry></feed>"""


def test_reads_rss_2() -> None:
    listing = read(RSS2)
    assert urls(listing) == [f"{A}/1", f"{A}/2?x=1&y=2", f"{A}/4"]
    assert listing.dropped == 2
    first = listing.found[0].target
    assert (first.kind, first.site) == ("article", "a.example")
    assert (first.evidence.source, first.evidence.kind) == (f"{A}/list/x", "rss")
    assert (first.evidence.title, first.evidence.published) == ("Fish & chips", "Mon, 02 Mar 2026 10:00:00 GMT")


@pytest.mark.parametrize(("body", "kind"), [(RSS1, "rss"), (RSS09, "rss"), (ATOM, "atom")])
def test_reads_the_other_feeds(body: str, kind: str) -> None:
    listing = read(body)
    assert urls(listing) == [f"{A}/1"]
    assert listing.found[0].target.evidence.kind == kind


@pytest.mark.parametrize(
    "body",
    [
        '<rss version="2.0"><channel><item><title>A & B</title><link>https://a.example/1</link></item>',
        '\n\n  <!-- hello --><?xml version="1.0"?><rss><channel><item><link>https://a.example/1</link></item></channel></rss>',
        "\ufeff" + RSS09,
        RSS09.encode("utf-16"),
        '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>' + RSS09,
        b'<?xml version="1.0" encoding="utf-8"?>' + RSS09.replace("One", "K\xf6ln").encode("latin-1"),
        gzip.compress(RSS09.encode(), mtime=0),
    ],
)
def test_reads_broken_and_odd_feeds(body: str | bytes) -> None:
    assert urls(read(body)) == [f"{A}/1"]


def test_storys_own_address_goes_before_the_counters() -> None:
    body = """<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><item>
    <link>https://feeds.example/~r/1</link><feedburner:origLink>https://a.example/1</feedburner:origLink></item></channel></rss>"""
    assert urls(read(body)) == [f"{A}/1"]


def test_empty_feed_names_nothing_and_is_no_error() -> None:
    assert read("<rss version='2.0'><channel/></rss>") == Listing(())


def sitemap(*entries: str, root: str = "urlset") -> str:
    return (
        '<?xml version="1.0"?><' + root + ' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">' + "".join(entries) + f"</{root}>"
    )


def test_reads_a_sitemap() -> None:
    body = sitemap(
        f"<url><loc>\n {A}/1 </loc><lastmod>2026-03-02</lastmod>"
        f"<image:image><image:loc>{A}/1.jpg</image:loc><image:title>Photo</image:title></image:image></url>",
        f"<url><loc>{A}/</loc></url>",
        "<url><loc>https://b.example/2</loc></url>",
        "<url><lastmod>2026</lastmod></url>",
        f"<url><loc>{A}/1</loc></url>",
        "<url><loc>https://www.a.example/3</loc></url><url><loc>https://news.a.example/4</loc></url>",
    )
    listing = read(body, "sitemap")
    assert urls(listing) == [f"{A}/1", "https://www.a.example/3", "https://news.a.example/4"]
    assert (listing.dropped, listing.unlike) == (2, 1)
    evidence = listing.found[0].target.evidence
    assert (evidence.kind, evidence.title, evidence.published) == ("sitemap", None, "2026-03-02")


def test_news_sitemap_is_evidence_of_title_and_date_even_where_a_feed_is_expected() -> None:
    body = sitemap(
        f"<url><loc>{A}/1</loc><news:news><news:publication><news:name>A</news:name></news:publication>"
        "<news:publication_date>2026-03-02T10:00:00+01:00</news:publication_date>"
        "<news:title>Fish &amp; chips</news:title>"
        "</news:news></url>"
    )
    for kind in ("feed", "sitemap"):
        (found,) = read(body, kind).found
        evidence = found.target.evidence
        assert (evidence.kind, evidence.title) == ("news_sitemap", "Fish & chips")
        assert evidence.published == "2026-03-02T10:00:00+01:00"


def test_feed_is_read_where_a_sitemap_is_expected() -> None:
    assert urls(read(RSS09, "sitemap")) == [f"{A}/1"]


def test_index_names_sitemaps_with_their_change() -> None:
    body = sitemap(
        f"<sitemap><loc>{A}/s1.xml.gz</loc><lastmod>2026-03-02T10:00:00+02:00</lastmod></sitemap>",
        "<sitemap><loc>https://cdn.example/s2.xml</loc></sitemap>",
        root="sitemapindex",
    )
    listing = read(gzip.compress(body.encode()), "sitemap", Site("a.example", article_pattern="/news/"))
    assert [(found.target.kind, found.target.url) for found in listing.found] == [("sitemap", f"{A}/s1.xml.gz")]
    assert listing.found[0].changed_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert listing.dropped == 1


def test_sitemap_without_namespace_or_end_is_read_as_far_as_it_goes() -> None:
    body = f"<urlset><url><loc>{A}/1</loc></url><url><loc>{A}/2?a=1&b=2</loc></url>"
    body += f"<url><loc><![CDATA[{A}/3?a&b]]></loc></url><url><loc>{A}/4"
    assert urls(read(body, "sitemap"))[:3] == [f"{A}/1", f"{A}/2?a=1&b=2", f"{A}/3?a&b"]


def test_sitemap_of_plain_lines_is_read() -> None:
    assert urls(read(f"{A}/1\r\n\n{A}/2\n", "sitemap")) == [f"{A}/1", f"{A}/2"]


def test_sitemap_ends_at_50000_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "MAX_ENTRIES", 3)
    listing = read(sitemap(*(f"<url><loc>{A}/{n}</loc></url>" for n in range(5))), "sitemap")
    assert (len(listing.found), listing.cut) == (3, True)


def test_article_pattern_filters_sitemaps_and_front_pages_and_not_feeds() -> None:
    site = Site("a.example", article_pattern=r"/news/\d+")
    body = sitemap(f"<url><loc>{A}/news/1</loc></url><url><loc>{A}/about</loc></url>")
    listing = read(body, "sitemap", site)
    assert (urls(listing), listing.unlike) == ([f"{A}/news/1"], 1)
    assert urls(read('<a href="/news/2">x</a><a href="/about">y</a>', "front_page", site)) == [f"{A}/news/2"]
    assert urls(read(RSS09, "feed", site)) == [f"{A}/1"]


FRONT = """<html><head><base href="/en/"><link rel="alternate" type="application/rss+xml" href="/feed">
<link rel="alternate" type="application/atom+xml; charset=utf-8" href="/atom">
<link rel="alternate" hreflang="de" href="/de">
</head><body><a href="2026/03/02/storm">Storm <b>hits</b></a> <a href="/tag/a-b-c-d-e">tag</a> <a href="#x">x</a>
<a href="/a-story-of-four-words/">s</a> <a href="/story-12345678">n</a> <a href="/about">about</a>
<a href="mailto:x@a.example">m</a> <a href="https://b.example/2026/03/02/other">off</a> <a href="/photo-12345.jpg">p</a>
<a href="javascript:void(0)">j</a></body></html>"""


def test_front_page_gives_links_like_articles_and_its_feeds() -> None:
    listing = read(FRONT, "front_page", source=f"{A}/")
    found = [(each.target.kind, each.target.url) for each in listing.found]
    assert ("feed", f"{A}/feed") in found
    assert [url for kind, url in found if kind == "article"] == [
        f"{A}/en/2026/03/02/storm",
        f"{A}/a-story-of-four-words/",
        f"{A}/story-12345678",
    ]
    storm = next(each for each in listing.found if each.target.url.endswith("storm"))
    assert (storm.target.evidence.kind, storm.target.evidence.title) == ("front_page", "Storm hits")


def test_feeds_of_a_front_page_are_left_where_the_site_names_its_own() -> None:
    site = Site("a.example", feeds=(Url(f"{A}/f"),))
    assert all(each.target.kind == "article" for each in read(FRONT, "front_page", site).found)


@pytest.mark.parametrize("body", ["", "{}", "<!DOCTYPE html><html><p>x", "plain words", "<opml/>", b"\x89PNG\r\n"])
def test_what_is_no_listing_is_named(body: str | bytes) -> None:
    with pytest.raises(ItemError, match="not_a_feed"):
        read(body, "feed")
    with pytest.raises(ItemError, match="not_a_sitemap"):
        read(body, "sitemap")


def test_bomb_in_a_gzip_file_is_too_large() -> None:
    with pytest.raises(ItemError, match="too_large"):
        read(gzip.compress(bytes(20_000_000)), "sitemap")


def test_entities_of_strangers_are_not_expanded() -> None:
    layers = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    doctype = f'<!DOCTYPE r [<!ENTITY e0 "ha">{layers}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    entry = f"<loc>{A}/1&e9;&x;</loc>"
    for body in (
        f"{doctype}<urlset><url>{entry}</url></urlset>",
        f"{doctype}<rss><channel><item><title>&e9;&x;</title><link>{A}/1</link></item></channel></rss>",
    ):
        with contextlib.suppress(ItemError):
            listing = read(body, "sitemap")
            assert "root:" not in repr(listing)
            assert len(repr(listing)) < 10_000


_PARTS = [
    "<rss>",
    "<item>",
    "<link>",
    "https://a.example/1",
    "</link>",
    "</item>",
    "<urlset>",
    "<url>",
    "<loc>",
    "&x;",
    "<!--",
]


@given(
    st.binary(max_size=500)
    | st.lists(st.sampled_from(_PARTS) | st.text(max_size=5)).map(lambda p: "".join(p).encode()),
    st.sampled_from(["feed", "sitemap", "front_page"]),
)
def test_arbitrary_bytes_are_read_or_refused(body: bytes, kind: Kind) -> None:
    with contextlib.suppress(ItemError):
        read(body, kind)


def test_deep_front_page_is_read() -> None:
    body = "<div>" * 200_000 + '<a href="/2026/03/02/storm">' + "<b>" * 50_000 + "x"
    assert list(itertools.islice(urls(read(body, "front_page")), 1)) == [f"{A}/2026/03/02/storm"]
